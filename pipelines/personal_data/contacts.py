"""Stage 2, step 2: mailboxes, QQ and WeChat ids of private persons.

Comes in: a reading. Goes out: spans. Mailboxes, accounts and groups of offices are kept.
"""

import re
from collections.abc import Iterator

from pipelines.personal_data.offices import is_published
from pipelines.personal_data.reading import Reading, Span

MAIL, QQ, WECHAT = "邮箱", "QQ号", "微信号"
SHORTEST_ID = 5  # signs of a WeChat id, digits of a QQ number

_DOT = r"\s?(?:\.|。|\(dot\)|\[dot\]|点|\bdot\b)\s?"
_HOST = rf"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?{_DOT}){{1,3}}(?:com|cn|net|org|edu|me|io|cc|gov)\b"
_KNOWN = r"qq|163|126|139|189|gmail|outlook|hotmail|live|foxmail|sina|sohu|yeah|icloud|yahoo|tom|aliyun"
_KNOWN_HOST = rf"(?:vip{_DOT})?(?:{_KNOWN}|[a-z]{{2,12}}{_DOT}edu)(?:{_DOT})?(?:com|cn|net)(?:{_DOT}cn)?"
_LOCAL = r"(?<![\w.+*-])[a-z0-9][a-z0-9_.+-]*\s?"
_SPELT_AT = r"(?:#|\$|&|[(\[{【]\s?(?:at|@|a|#)\s?[)\]}】]|\bat\b|艾特|爱特|圈a|小老鼠|🐭)\s?"
_MAILS = (
    re.compile(rf"{_LOCAL}@\s?{_HOST}", re.I | re.A),
    re.compile(_LOCAL + _SPELT_AT + _KNOWN_HOST, re.I | re.A),
)
_MAIL_HINT = re.compile(r"@|#|(?<![a-z])at(?![a-z])|艾特|爱特|[(\[【]|圈a|小老鼠|🐭|\$|&", re.I)
_HOST_ENDS = ("com", "cn", "net", "org", "edu", "me", "io", "cc", "gov")
_OFFICE_BOX = re.compile(
    r"^(?:(?:admin|office|service|support|info|contact|help|webmaster|postmaster|library|lib|news|hr|jobs?|zhaosheng"
    r"|jubao|tousu|xinxiang)|[a-z]{0,4}(?:jwc|hqc|bwc|xsc|cwc|rsc|kyc|jjc|xgb|zsb|jyb|jiuye|tuanwei|xcb|yjsb?|nic"
    r"|xxzx|wlzx|xyb|jiwei|dangban|xiaoban))@",
    re.I,
)
_LINK = (
    r"(?:号码?|账号|帐号|id|同号|联系|方式|搜索?|添加|是|为|加我?|找我|我|的|就|吧|[\s:=\"“”'‘’【\[(<→👉➡,·-]){0,8}?"
)
_QQ_LABEL = (
    r"(?:🐧|企鹅号?|扣扣号?|球球号?|抠抠号?|蔻蔻号?|加扣|扣[:是]|叩叩|秋秋|q号"
    r"|(?:(?<![a-z])qq|[加+\u2795]\s?q|(?<![a-z0-9])q(?=\s?:|\d{8}))(?![a-z]))"
)
_QQ = re.compile(
    "(?=[🐧企扣球抠蔻加叩秋q+\u2795])"
    + _QQ_LABEL
    + _LINK
    + r"([1-9](?:[ -]?\d){4,11})(?!\d|\.\d|\s?(?:版|元|块|人|群))",
    re.I | re.A,
)
_WECHAT_LABEL = (
    r"(?:微信|微❤️?信?|薇(?:❤️?)?信|威信|维信|徽信|微伈|薇❤️?|卫星号|绿泡泡|绿信|v❤️?信|(?<![a-z])[vw] ?信|wei信"
    r"|(?:(?<![a-z])(?:vx|wx|weixin|wechat|wei xin|wxh|vxin)|[加+\u2795]\s?(?:个|我|一下)?\s?[v✌薇威]"
    r"|(?<![a-z0-9])v(?=\s?:))(?![a-z]))"
)
_WECHAT_NAME = r"(?<![\w*])(?:[a-z][a-z0-9_-]{4,19}|[1-9]\d{5,11}|[a-z0-9_-]*\d[a-z0-9_-]{4,18})"
_WECHAT = re.compile(
    rf"(?=[微薇威维徽卫绿vw加+\u2795]){_WECHAT_LABEL}{_LINK}({_WECHAT_NAME})(?![\w*]|\.\d)", re.I | re.A
)
_WECHAT_ID = re.compile(r"\bwxid_[a-z0-9]{6,24}", re.I | re.A)
_ID_HINTS = (*"vqw❤🐧✌薇企扣抠球叩蔻秋威维徽", "微信", "微伈", "绿泡", "绿信", "卫星")
_QQ_SIGNS = ("q", "🐧", "企鹅", "扣", "球球", "抠抠", "蔻蔻", "叩叩", "秋秋")  # each label holds one of them, and
_WECHAT_SIGNS = (*"vw薇威✌", "微信", "微❤", "微伈", "维信", "徽信", "卫星号", "绿泡泡", "绿信")  # one of these
_NO_ID = re.compile(
    r"^(?:wechat|weixin|official|android|iphone|windows|version|app|ipad|harmony\w*|ios\w*|pay|mini\w*)$", re.I
)
_OFFICIAL = re.compile(r"公众号|服务号|订阅号|视频号|小程序|官微|官方|客服|交流群|群号|群$|群[:聊\s]{0,3}$")


def find_contacts(reading: Reading) -> Iterator[Span]:
    """Find mailboxes and ids of private persons."""
    if reading.has_latin and _names_host(reading.plain.lower()) and _MAIL_HINT.search(reading.plain):
        yield from _mails(reading)
    if reading.longest_run >= SHORTEST_ID or reading.digits >= SHORTEST_ID:
        lower = reading.plain.lower()
        if any(hint in lower for hint in _ID_HINTS):
            yield from _ids(reading)


def _names_host(lower: str) -> bool:
    return any(end in lower for end in _HOST_ENDS)


def _mails(reading: Reading) -> Iterator[Span]:
    for pattern in _MAILS:
        for folded in dict.fromkeys((reading.plain, reading.spoken)):
            for found in pattern.finditer(folded):
                if not _OFFICE_BOX.match(found[0].replace(" ", "")) and not is_published(reading.before(found.start())):
                    yield Span(found.start(), found.end(), MAIL)


def _ids(reading: Reading) -> Iterator[Span]:
    for folded in dict.fromkeys((reading.plain, reading.spoken)):
        lower = folded.lower()
        for pattern, kind, signs in ((_QQ, QQ, _QQ_SIGNS), (_WECHAT, WECHAT, _WECHAT_SIGNS)):
            if not any(sign in lower for sign in signs):
                continue
            for found in pattern.finditer(folded):
                if _is_private(reading, found):
                    yield Span(found.start(1), found.end(1), kind)
    for found in _WECHAT_ID.finditer(reading.plain):
        yield Span(found.start(), found.end(), WECHAT)


def _is_private(reading: Reading, found: re.Match[str]) -> bool:
    before = reading.before(found.start())
    if _NO_ID.match(found[1]) or _OFFICIAL.search(before[-8:] + found[0][: found.start(1) - found.start()]):
        return False
    return not is_published(before)
