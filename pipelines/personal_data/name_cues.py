"""Stage 2, step 2: the words beside names: labels, roles, titles, offices, lists; what a name or a number may touch.

Comes in: nothing. Goes out: patterns for `names.py`, which knows what each of them proves.
"""

import re

from pipelines.personal_data.name_words import SURNAME_STARTS

ROLES = (
    r"室友|舍友|同桌|同学|同班|学生|老师|教师|导师|辅导员|班主任|教授|博士|学长|学姐|学弟|学妹|师兄|师姐"
    r"|师弟|师妹|班长|团支书|学委|舍长|寝室长|社长|队长|组长"
    r"|男友|女友|男朋友|女朋友|前男友|前女友|前任|对象|保安|宿管|司机|师傅|员工|职工|厨师|阿姨|大叔|叔叔"
    r"|医生|护士|家长|患者|外教|助教|朋友|闺蜜|兄弟|哥们|邻居|房东|中介"
    r"|负责人|联系人|当事人|受害人|受害者|被害人|嫌疑人|肇事者|失主|投诉人|反映人|举报人|报修人|申请人"
    r"|收件人|寄件人|经办人|监护人|法人|楼长|网友|儿子|女儿|孩子|哥哥|姐姐|弟弟|妹妹"
    r"|父亲|母亲|爸爸|妈妈|丈夫|妻子|老公|老婆|新生|研究生|本科生|博士生|硕士生|队员|成员|选手|干事|部员"
    r"|老板|店主|摊主|店长|骑手|快递员|外卖员|清洁工|保洁|维修工|管理员"
)
LABELS = r"姓\s?名|名字|真名|全名|本名|名叫|叫做|叫作|叫|署名|落款|实名|大名|签名|致|Name|name|NAME"
LABEL_CUE = re.compile(
    rf"(?:(?:{LABELS})(?:是|为)?|(?:{ROLES}|编号|班级)(?:姓名|名字|叫做?|名叫|是))[\s:：=“\"「『【（(]{{0,3}}"
)
MARKED = re.compile(r"[:：=“\"「『【]")
MORE_ROLES = r"家属|紧急联系人|证人|同行人|组员|指导教师"
COLON_CUE = re.compile(rf"(?:{ROLES}|{MORE_ROLES})[一二三\d]?\s?[:：]\s?")
ROLE_CUE = re.compile(rf"(?:{ROLES})[\s“\"「（(、，,]{{0,2}}")
LOOSE = (
    r"实名举报|举报|曝光|避雷|挂一下|挂个?|揭发|控告|起诉|声讨|谴责|投诉|感谢|表扬|联系|请找|找|专业的?|学院的?|宿舍的?|我是|我叫|本人"
    r"|被|和|跟|与|是|以及|系的?"
)
LOOSE_CUE = re.compile(rf"(?:{LOOSE})\s?")
CLASS_CUE = re.compile(r"[班级](?<=[\d一二三四五六七八九十].)的?\s?")  # of 3班的, 2023级: the rarer sign first
TITLE_AFTER = (
    r"同学|老师|教授|讲师|博士|学长|学姐|学弟|学妹|师兄|师姐|辅导员|班主任|导师|师傅|阿姨|大爷|大叔|医生|护士"
    r"|女士|先生|小姐|大哥|大姐|保安|宿管|助教|教练|队长|社长|班长"
)
COURTESY = re.compile(
    rf"{TITLE_AFTER}|太太|夫人|叔叔|伯伯|大妈|爷爷|奶奶|大夫|老板|经理|主[任管]|总监|[校院处部局科站店馆组会]长|书记|主席"
    r"|警官|律师|法官|工程师|家长|爸爸?|妈妈?|司机|厨师|前辈|兄弟|妹妹|姐姐|哥哥|弟弟"
)  # right after a surname these make no full name of it
OWNED = r"电话|手机|微信|QQ|qq|学号|身份证|家长|爸|妈|家|住址|宿舍|照片|个人信息|隐私"
DEEDS = (
    r"打人|骂人|打了|骂了|骚扰|欺负|霸凌|殴打|欠钱|欠我|偷了|偷拿|偷窃|偷东西|抄袭|作弊|造谣|辱骂|威胁|跟踪|劈腿|猥亵|勒索|诈骗|骗了|骗钱"
    r"|住在|住址"
)
# A look at the first sign is cheap where a choice of many words is not: (?=…) lists the signs with which one can begin.
_AFTER_STARTS = "同老教讲博学师辅班导阿大医护女先小保宿助队社的他她本打骂骚欺霸殴欠偷抄作造辱威跟劈猥勒诈骗住，（("
AFTER = re.compile(
    rf"(?=[{_AFTER_STARTS}])(?:{TITLE_AFTER}|的(?:{OWNED})|[他她本]人?(?:在|住|家|的)|本人|{DEEDS}"
    r"|，[男女][，,。]|[（(](?:[男女]|学号|电话|手机|\d|[大研]))"
)
OFFICIAL_AFTER = re.compile(
    r"\s?(?:副?(?:校长|院长|书记|处长|部长|局长|市长|省长|县长|区长|厅长|主席|总统|总理|司令|将军|主任|馆长|所长)|烈士|院士"
    r"|著|译|主编|编著|作词|作曲|主演|导演|的《|《|奖学金|杯|楼(?!下|上)|路|街|馆|镇|乡|村|山|岭|自然村|人民|纪念|故居"
    r"|大学|中学|小学|品牌|旗舰店|专卖店|牌)"
)
OFFICIAL_BEFORE = re.compile(
    r"(?:作者|著者|译者|主编|诗人|作家|导演|歌手|演员|明星|主演|院士|科学家|烈士|偶像|英雄|人物|皇帝|总统|总理|主席|品牌|角色"
    r"|画家|数学家|物理学家|哲学家|思想家|文学家|校长|院长|书记|处长|部长|局长|市长|省长|厅长|县长|区长|馆长|所长|(?<!班)主任)"
    r"[:：\s“]?$"
)
_SURNAMES = "".join(sorted(SURNAME_STARTS))
LIST_MARK = re.compile(rf"[、，,;；/和与及跟以 ](?=[{_SURNAMES}及])(?:(?<=以)及|(?<!以))(?=[{_SURNAMES}])")
LIST_CUE = re.compile(
    r"名单|[两二三四五六七八九几]人|[两三四五几]位|[两三四五几]个|等人|等同学|等\d+人|同学|老师|队员"
    r"|成员|组员|获奖|参赛|违纪|处分|补考|挂科|迟到|旷课|录取|室友|舍友|组长|缺勤|通报|合影"
)
HAN_DOTTED = re.compile(
    r"[\u4e00-\u9fff]{2,8}(?:[·•‧・∙][^\W\da-zA-Z_的了是在我你他她这那不没很都也说讲叫和跟与被把让给打骂来去，]{1,8}){1,3}"
    r""
)
ENGLISH = re.compile(r"[A-Z][a-z]+(?:[-'][A-Z][a-z]+)?(?:[ .·]{1,2}[A-Z][a-z]*\.?){0,3}(?![A-Za-z])")
CAPITAL = re.compile(r"[A-Z][a-z]")
ENGLISH_BEFORE_TITLE = re.compile(rf"(?<![A-Za-z])([A-Z][a-z]+(?:[ .·][A-Z][a-z]+){{1,2}})\s?(?:{TITLE_AFTER})")
LEFT_WORDS = frozenset("的是叫和跟与被把让给对向找问请由因了有，在说但而且到为比从以及听像替帮如即就又还也说称")
AFTER_NUMBER = re.compile(r"[\s,，、:：(（\-]{0,3}(?:的(?!人))?")
BESIDE_NUMBER = re.compile(
    r"(?:[\s:：，,、（(\-的]|电话|手机号?|联系方式|号码|微信|QQ|学号|工号|身份证号?|银行卡号?|邮箱){0,5}$"
)
