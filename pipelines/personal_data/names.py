"""Stage 2, step 2: full names of private persons, found by the words beside them, then wherever they occur.

Comes in: texts of one post. Goes out: the set of full names. 李老师 and 陈同学 are no full names; authors, officials by
office and public figures are kept. How sure the context is decides how much a name must look like one:

    LABEL  「姓名：」「名叫」      nearly anything with a surname
    ROLE   「室友」… 「…同学」      a surname and a given name that is no ordinary word
    LOOSE  lists, 「举报…」        the same, and only given-name characters
"""

import re
from collections.abc import Iterable, Iterator

from pipelines.personal_data.name_words import (
    COMMON_SURNAMES,
    COMPOUND_SURNAMES,
    ENGLISH_WORDS,
    GIVEN,
    NEVER_GIVEN,
    NOT_NAMES,
    OTHER_PEOPLES,
    OTHER_SURNAMES,
    PUBLIC_NAMES,
    SURNAME_STARTS,
    VERB_SURNAMES,
)
from pipelines.read_dictionary import word_frequencies

LABEL, ROLE, LOOSE = 3, 2, 1
KNOWN_WORD, RARE_SIGN, FREQUENT_WORD = 3, 150, 60  # frequencies in jieba's dictionary
MOST_COMMON = frozenset("王李张刘陈")  # with these a first half that is a word proves nothing
NOT_AFTER_SURNAME = frozenset(("家", "人", "山", "先生", "女士", "小姐", "某", "某某", "总", "工", "哥", "姐"))
PLACEHOLDERS = frozenset(("张三", "李四", "王五", "赵六"))
LIST_ALONE = 3  # so many name-like items in a row are a list of people without another word

_ROLES = (
    r"室友|舍友|同桌|同学|同班|学生|老师|教师|导师|辅导员|班主任|教授|博士|学长|学姐|学弟|学妹|师兄|师姐"
    r"|师弟|师妹|班长|团支书|学委|舍长|寝室长|社长|队长|组长"
    r"|男友|女友|男朋友|女朋友|前男友|前女友|前任|对象|保安|宿管|司机|师傅|员工|职工|厨师|阿姨|大叔|叔叔"
    r"|医生|护士|家长|患者|外教|助教|朋友|闺蜜|兄弟|哥们|邻居|房东|中介"
    r"|负责人|联系人|当事人|受害人|受害者|被害人|嫌疑人|肇事者|失主|投诉人|反映人|举报人|报修人|申请人"
    r"|收件人|寄件人|经办人|监护人|法人|楼长|网友|儿子|女儿|孩子|哥哥|姐姐|弟弟|妹妹"
    r"|父亲|母亲|爸爸|妈妈|丈夫|妻子|老公|老婆|新生|研究生|本科生|博士生|硕士生|队员|成员|选手|干事|部员"
    r"|老板|店主|摊主|店长|骑手|快递员|外卖员|清洁工|保洁|维修工|管理员"
)
_LABELS = r"姓\s?名|名字|真名|全名|本名|名叫|叫做|叫作|叫|署名|落款|实名|大名|签名|致|Name|name|NAME"
_LABEL_CUE = re.compile(
    rf"(?:(?:{_LABELS})(?:是|为)?|(?:{_ROLES}|编号|班级)(?:姓名|名字|叫做?|名叫|是))[\s:：=“\"「『【（(]{{0,3}}"
)
_LABEL_HINT = re.compile("[名叫款致]|[Nn]ame|NAME")  # without one of these, or a role with 是, no label can stand
_ROLE_IS = re.compile(rf"(?:{_ROLES}|编号|班级)是")
_MARKED = re.compile(r"[:：=“\"「『【]")
_COLON_CUE = re.compile(rf"(?:{_ROLES}|家属|紧急联系人|证人|同行人|组员|指导教师)[一二三\d]?\s?[:：]\s?")
_ROLE_CUE = re.compile(rf"(?:{_ROLES})[\s“\"「（(、，,]{{0,2}}")
_LOOSE_CUE = re.compile(
    r"(?:实名举报|举报|曝光|避雷|挂一下|挂个?|揭发|控告|起诉|声讨|谴责|投诉|感谢|表扬|联系|请找|找"
    r"|(?:\d{1,4}|[一二三四五六七八九十])(?:班|级)的?"
    r"|专业的?|学院的?|宿舍的?|我是|我叫|本人|被|和|跟|与|是|以及|系的?)\s?"
)
_TITLE_AFTER = (
    r"同学|老师|教授|讲师|博士|学长|学姐|学弟|学妹|师兄|师姐|辅导员|班主任|导师|师傅|阿姨|大爷|大叔|医生|护士"
    r"|女士|先生|小姐|大哥|大姐|保安|宿管|助教|教练|队长|社长|班长"
)
_AFTER = re.compile(
    rf"(?:{_TITLE_AFTER}|[的](?:电话|手机|微信|QQ|qq|学号|身份证|家长|爸|妈|家|住址|宿舍|照片|个人信息"
    rf"|隐私)|[他她本]人?(?:在|住|家|的)|本人"
    r"|打人|骂人|打了|骂了|骚扰|欺负|霸凌|殴打|欠钱|欠我|偷(?:了|拿|窃|东西)|抄袭|作弊|造谣|辱骂|威胁"
    r"|跟踪|劈腿|猥亵|勒索|诈骗|骗了|骗钱|住在|住址|，[男女][，,。]|[（(](?:[男女]|学号|电话|手机|\d|[大研]))"
)
_OFFICIAL_AFTER = re.compile(
    r"\s?(?:副?(?:校长|院长|书记|处长|部长|局长|市长|省长|县长|区长|厅长|主席|总统|总理|司令|将军|主任|馆长|所长)|烈士|院士"
    r"|著|译|主编|编著|作词|作曲|主演|导演|的《|《|奖学金|杯|楼(?!下|上)|路|街|馆|镇|乡|村|山|岭|自然村|人民|纪念|故居"
    r"|大学|中学|小学|品牌|旗舰店|专卖店|牌)"
)
_OFFICIAL_BEFORE = re.compile(
    r"(?:作者|著者|译者|主编|诗人|作家|导演|歌手|演员|明星|主演|院士|科学家|烈士|偶像|英雄|人物|皇帝|总统|总理|主席|品牌|角色"
    r"|画家|数学家|物理学家|哲学家|思想家|文学家|校长|院长|书记|处长|部长|局长|市长|省长|厅长|县长|区长|馆长|所长|(?<!班)主任)"
    r"[:：\s“]?$"
)
_LIST_MARK = re.compile(r"[、，,;；/和与及跟]|以及| ")
_LIST_CUE = re.compile(
    r"名单|[两二三四五六七八九几]人|[两三四五几]位|[两三四五几]个|等人|等同学|等\d+人|同学|老师|队员"
    r"|成员|组员|获奖|参赛|违纪|处分|补考|挂科|迟到|旷课|录取|室友|舍友|组长|缺勤|通报|合影"
)
_HAN_DOTTED = re.compile(
    r"[\u4e00-\u9fff]{2,8}(?:[·•‧・∙][^\W\da-zA-Z_的了是在我你他她这那不没很都也说讲叫和跟与被把让给打骂来去，]{1,8}){1,3}"
    r""
)
_ENGLISH = re.compile(r"[A-Z][a-z]+(?:[-'][A-Z][a-z]+)?(?:[ .·]{1,2}[A-Z][a-z]*\.?){0,3}(?![A-Za-z])")
_ENGLISH_BEFORE_TITLE = re.compile(rf"(?<![A-Za-z])([A-Z][a-z]+(?:[ .·][A-Z][a-z]+){{1,2}})\s?(?:{_TITLE_AFTER})")
_LEFT_WORDS = frozenset("的是叫和跟与被把让给对向找问请由因了有，在说但而且到为比从以及听像替帮如即就又还也说称")
_AFTER_NUMBER = re.compile(r"[\s,，、:：(（\-]{0,3}")
_BESIDE_NUMBER = re.compile(
    r"(?:[\s:：，,、（(\-的]|电话|手机号?|联系方式|号码|微信|QQ|学号|工号|身份证号?|银行卡号?|邮箱){0,5}$"
)


def is_han(sign: str) -> bool:
    """Return whether a sign is a Chinese character."""
    return "\u4e00" <= sign <= "\u9fff"


def is_given(given: str, surety: int) -> bool:
    """Return whether one or two characters can be a given name in a context of this surety."""
    if not given or any(not is_han(sign) or sign in NEVER_GIVEN for sign in given):
        return False
    words = word_frequencies()
    return surety == LABEL or all(
        sign in GIVEN or (surety == ROLE and words.get(sign, 0) < RARE_SIGN) for sign in given
    )


def is_full_name(name: str, surety: int) -> bool:
    """Return whether `name` is a surname with a given name, and no ordinary word, place or public figure."""
    if name in PLACEHOLDERS:
        return True
    if name in NOT_NAMES or name in PUBLIC_NAMES or (name[:2] in NOT_NAMES and name[0] not in MOST_COMMON):
        return False
    if name[:2] in COMPOUND_SURNAMES and len(name) > 2:  # noqa: PLR2004
        return is_given(name[2:], max(surety, ROLE))
    surname, given = name[0], name[1:]
    if not _is_surname(surname, given, surety) or not is_given(given, surety):
        return False
    return surety == LABEL or not (_is_ordinary(name) or given in NOT_AFTER_SURNAME)


def _is_surname(surname: str, given: str, surety: int) -> bool:
    if surname in COMMON_SURNAMES:
        return True
    if surname in VERB_SURNAMES:
        return surety == LABEL
    return surname in OTHER_SURNAMES and (surety == LABEL or all(sign in GIVEN for sign in given))


def _is_ordinary(name: str) -> bool:
    """Return whether the dictionary knows the name, or its first half, as an ordinary word (高兴, 周末, 王子)."""
    words = word_frequencies()
    if words.get(name, 0) >= KNOWN_WORD:
        return True
    first_half = words.get(name[:2], 0) if len(name) > 2 else 0  # noqa: PLR2004
    return first_half >= FREQUENT_WORD and name[0] not in MOST_COMMON and first_half >= words.get(name[1:], 0)


def name_at(text: str, start: int, surety: int) -> str:
    """Return the full name that begins at `start`, or an empty text."""
    if text[start : start + 1] not in SURNAME_STARTS:
        return ""
    longest = 4 if text[start : start + 2] in COMPOUND_SURNAMES else 3
    found = [text[start : start + size] for size in range(longest, 1, -1)]
    found = [name for name in found if len(name) > 1 and is_full_name(name, surety)]
    if not found:
        return ""
    longest_name = found[0]
    end = start + len(longest_name)
    shorter = longest_name[:-1]
    crosses = word_frequencies().get(text[end - 1 : end + 1], 0) >= FREQUENT_WORD and is_han(text[end : end + 1] or " ")
    if len(found) > 1 and shorter == found[1] and crosses and not _AFTER.match(text, end):
        return shorter
    return longest_name


def name_before(text: str, end: int, surety: int) -> str:
    """Return the full name that ends at `end`, or an empty text."""
    for size in (4, 3, 2):
        start = end - size
        if start < 0 or text[start] not in SURNAME_STARTS:
            continue
        if size == 4 and text[start : start + 2] not in COMPOUND_SURNAMES:  # noqa: PLR2004
            continue
        name = text[start:end]
        if is_full_name(name, surety) and _is_free_left(text, start):
            return name
    return ""


def _is_free_left(text: str, start: int) -> bool:
    """Return whether the surname at `start` does not belong to the word before it (每周王伟: 周 belongs to 每)."""
    if start == 0 or not is_han(text[start - 1]) or text[start - 1] in _LEFT_WORDS:
        return True
    return word_frequencies().get(text[start - 1 : start + 1], 0) < FREQUENT_WORD


def name_beside(text: str, start: int, end: int) -> str:
    """Return the name right before or right after a number, or an empty text."""
    gap = _BESIDE_NUMBER.search(text, max(0, start - 14), start)
    before = name_before(text, gap.start() if gap else start, ROLE)
    after = _AFTER_NUMBER.match(text, end)
    name = "" if before or after is None else name_at(text, after.end(), LOOSE)
    return before or (name if name and _ends_cleanly(text, text.index(name, end) + len(name)) else "")


def find_names(text: str, numbers: Iterable[tuple[int, int]] = ()) -> set[str]:
    """Find full names of private persons in a text.

    Args:
        text: The text.
        numbers: Start and end of personal numbers: a name right beside one is a private person's.
    """
    names: set[str] = set()
    labelled = _LABEL_HINT.search(text) or ("是" in text and _ROLE_IS.search(text))
    for pattern, surety in ((_LABEL_CUE, LABEL), (_COLON_CUE, LABEL), (_ROLE_CUE, ROLE), (_LOOSE_CUE, LOOSE)):
        if pattern is _LABEL_CUE and not labelled:
            continue
        for found in pattern.finditer(text):
            names.update(_named_after(text, found, surety))
    for found in _AFTER.finditer(text):
        titled = bool(re.match(_TITLE_AFTER, found[0]))
        names.add(name_before(text, found.start(), ROLE if titled else LOOSE))
    names.update(name_beside(text, start, end) for start, end in numbers)
    names.update(_listed(text))
    names.update(found[1] for found in _ENGLISH_BEFORE_TITLE.finditer(text))
    names.discard("")
    return {name for name in names if not _is_public(text, name)}


def _named_after(text: str, cue: re.Match[str], surety: int) -> Iterator[str]:
    start = cue.end()
    if surety == LABEL and not _MARKED.search(cue[0]):
        surety = ROLE
    if surety >= ROLE:
        for pattern, is_kept in ((_HAN_DOTTED, _never), (_ENGLISH, _is_english_word)):
            foreign = pattern.match(text, start)
            if foreign and not is_kept(foreign[0]):
                yield foreign[0].rstrip(" .·")
                return
    if surety == ROLE and cue[0][-1:] in "、，," and len(cue[0]) > 1:
        surety = LOOSE
    if surety >= ROLE and text[start : start + 2] in OTHER_PEOPLES:
        yield _other_name(text, start)
        return
    name = name_at(text, start, surety)
    if surety == LABEL and name and not _ends_cleanly(text, start + len(name)):
        name = name_at(text, start, ROLE)
    if surety == LOOSE and name and not (_is_whole(text, start, name) or _ends_cleanly(text, start + len(name))):
        name = ""
    yield name


def _other_name(text: str, start: int) -> str:
    """Return a name of three to five characters without a surname of the table, up to where a sentence goes on."""
    end = start + 2
    while (
        end < start + 5 and text[end : end + 1] not in NEVER_GIVEN | _LEFT_WORDS and is_han(text[end : end + 1] or " ")
    ):
        end += 1
    return text[start:end]


def _never(_: str) -> bool:
    return False


def _is_english_word(words: str) -> bool:
    return words.partition(" ")[0].title() in ENGLISH_WORDS


def _is_whole(text: str, start: int, name: str) -> bool:
    """Return whether three characters with a common surname end where no word goes on."""
    end = start + len(name)
    goes_on = word_frequencies().get(text[end - 1 : end + 1], 0) > 0
    return len(name) > 2 and name[0] in COMMON_SURNAMES and not goes_on  # noqa: PLR2004


def _ends_cleanly(text: str, end: int) -> bool:
    """Return whether a name may end here: at a sign, or before a word that follows names."""
    rest = text[end : end + 2]
    return (
        not rest
        or not is_han(rest[0])
        or rest[0] in NEVER_GIVEN
        or rest[0] in _LEFT_WORDS
        or bool(_AFTER.match(text, end))
    )


def _listed(text: str) -> Iterator[str]:
    """Give the members of lists: three name-like items in a row, or two of them beside a word for people."""
    row: list[str] = []
    start_of_last = -1
    for mark in _LIST_MARK.finditer(text):
        left, right = name_before(text, mark.start(), ROLE), name_at(text, mark.end(), ROLE)
        if not left or not right:
            continue
        if mark.start() - len(left) != start_of_last:
            yield from _people(text, row, start_of_last)
            row = [left]
        row.append(right)
        start_of_last = mark.end()
    yield from _people(text, row, start_of_last)


def _people(text: str, row: list[str], end: int) -> Iterator[str]:
    around = text[max(0, end - 30) : end + 16]
    if len(row) >= LIST_ALONE or (row and _LIST_CUE.search(around)):
        yield from row


def _is_public(text: str, name: str) -> bool:
    """Return whether the text itself shows the bearer of a name as official, author, figure, brand or place."""
    if name in PUBLIC_NAMES:
        return True
    place = text.find(name)
    while place >= 0:
        if _OFFICIAL_AFTER.match(text, place + len(name)) or _OFFICIAL_BEFORE.search(text[max(0, place - 8) : place]):
            return True
        place = text.find(name, place + 1)
    return False
