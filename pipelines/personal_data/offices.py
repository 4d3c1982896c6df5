"""Stage 2, step 2: is this number or mailbox an office's, published for the public, or a private person's?

Comes in: the words of the same sentence before it. Goes out: yes or no. Without a sign of an office it is private.
"""

import re

_OFFICE = (
    r"(?:办公室|办事处|教务处|后勤处?|保卫处|财务处|学工处|学生处|人事处|宣传部|团委|纪委|信息中心"
    r"|网络中心|服务中心|\w中心"
    r"|招生办|就业办|校办|院办|\w{1,6}(?:处|科|部|办|局|馆|委|所|厅|署|站)|图书馆|校医院|医院|派出所"
    r"|警务室|服务台|服务大厅|窗口"
    r"|物业|热线|总机|值班室|门卫室?|前台|客服|食堂|宿管站|快递点|车队|工会|居委会|社区|书记信箱"
    r"|校长信箱|官方|学院|学校|公司)"
)
_PUBLIC_LINE = (
    r"(?:热线|总机|值班|报修|维修|咨询|服务|监督|投诉|举报|办公|客服|公开|招生|求助|预约|订餐|救援|急救|应急|心理援助)"
    r"(?:热线|电话|专线|座机|手机|号码|邮箱|信箱)*"
)
_LINK = (
    r"(?:的|官方|公开|公布|联系|方式|电话|手机|座机|专线|号码|邮箱|信箱|邮件|微信号?|QQ|e-?mail"
    r"|为|是|在|或|[\s:,、(【\[/\d-])*"
)
_NAMED_OFFICE = re.compile(_OFFICE + r"(?:" + _PUBLIC_LINE + ")?" + _LINK + "$", re.I)
_PUBLISHED = re.compile(_PUBLIC_LINE + _LINK + "$", re.I)
_OFFICE_ANYWHERE = re.compile(_OFFICE)
_NOT_ONE_OFFICE = re.compile(r"(?:学院|学校|公司|社区)" + _LINK + "$", re.I)
_PRIVATE = re.compile(
    r"我家|我的|我是|本人|私人|个人|家里|宅电|住宅|家庭|[他她]家|[他她]的|父母|爸|妈|爷爷|奶奶|外公|外婆|房东|家长|姓名"
    r"|加我|找我|联系我|打我"
)


def is_published(before: str) -> bool:
    """Return whether a mobile or mailbox right after `before` is one that an office gives to the public.

    Args:
        before: Plain text of the same sentence before the number.
    """
    if _PRIVATE.search(before[-12:]):
        return False
    if _PUBLISHED.search(before):
        return True
    return bool(_NAMED_OFFICE.search(before)) and not _NOT_ONE_OFFICE.search(before)


def is_office_line(before: str) -> bool:
    """Return whether a landline is an office's: any office named in the sentence, unless a home is named after it."""
    offices = list(_OFFICE_ANYWHERE.finditer(before))
    homes = list(_PRIVATE.finditer(before))
    last_home = homes[-1].end() if homes else -1
    return bool(offices and offices[-1].end() > last_home) or (not homes and bool(_PUBLISHED.search(before)))
