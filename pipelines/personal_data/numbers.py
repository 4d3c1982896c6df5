"""Stage 2, step 2: landlines, identity cards, bank cards, student and staff numbers, number plates.

Comes in: a reading. Goes out: spans. A check sum or a label decides; order numbers, dates and course codes are kept.
"""

import re
from collections.abc import Iterator

from pipelines.personal_data.offices import is_office_line
from pipelines.personal_data.reading import Reading, Span

LANDLINE, ID_CARD, BANK_CARD, STUDENT_NUMBER, PLATE = "座机号", "身份证号", "银行卡号", "学工号", "车牌号"

# Patterns begin with the class of their first sign and look back from there: such a sign is found quickly
_LANDLINE = re.compile(
    r"[(0](?<![\d.].)(?<!\d-.)(?:(?<=\()0(?:10|2\d|[3-9]\d\d)\) ?|(?<=0)(?:10|2\d|[3-9]\d\d)[- ]{0,3})"
    r"[2-8]\d{2,3}[- ]?\d{4}(?:(?:-|转| )\d{1,5})?(?![\d-])"
)
_SHORT_LANDLINE = re.compile(r"[2-8](?<![\d.\-].)\d{2,3}[- ]?\d{4}(?![\d*-])")
_HOME_LINE = re.compile(
    r"(?:宅电|座机|固话|家庭电话|家里(?:的)?电话|家的?(?:座机|电话)|住宅电话|我的?(?:座机|电话|电话号码|号码))[^\d。]{0,4}$"
)
_ID_CARD = re.compile(r"[1-9](?<![\dA-Za-z].)(?:[ \-_.]?\d){16}[ \-_.]?[\dXx](?![\dA-Za-z])")
_OLD_ID_CARD = re.compile(r"[1-9](?<!\d.)\d{14}(?!\d)")
_ID_LABEL = re.compile(r"(?:身份证|身份證|证件号|身份号|sfz|id ?card|公民身份)[^\d]{0,8}$", re.I)
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"  # Source: GB 11643-1999
_BANK_CARD = re.compile(r"[3-69](?<![\d.].)(?:[ \-]?\d){14,18}(?![\d.]\d)(?!\d)")
_LABELLED_CARD = re.compile(
    r"(?:(?:银行|储蓄|借记|信用|贷记|工资|[建工农招交邮中商信发]行?|农商|信用社)卡|卡|[账帐][户号]?|存折)(?:的)?(?:号码?)?"
    r"(?:是|为|[\s:=(【\[\"“]){0,4}([1-9](?:[ \-]?\d){15,18})(?![\d.]\d)(?!\d)"
)
_CARD_SIGNS = ("卡", "账", "帐", "存折")  # each label holds one of them
_OFFICE_ACCOUNT = re.compile(r"(?:对公|缴费|收费|捐款|募捐|基本户|官方)[^\d,;。]{0,6}$")
_NOT_A_CARD = re.compile(
    r"(?:订单|单号|运单|快递|流水|受理|工单|编号|票号|条码|批号|合同|发票|案号|交易)[^\d,;。]{0,4}$"
)
_STUDENT = re.compile(
    r"(?:学籍号|学号|學號|工号|职工号|教工号|教职工号|员工号|考生号|考号|准考证号?|校园卡号?|一卡通号?|学生证号?"
    r"|student ?(?:id|no\.?|number)|xh)"
    r"码?[\s:是为=#(\"“【]{0,4}([A-Z]{0,4}\d[\dA-Z]{4,15}"
    r"(?:\s?(?:[、,和及/]|以及)\s?[A-Z]{0,4}\d[\dA-Z]{4,15})*)(?![\dA-Z*])",
    re.I,
)
_STUDENT_SIGNS = (*"号號", "准考证", "校园卡", "一卡通", "学生证", "tudent", "xh")  # one in each label, in any case
_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领][ ]?[A-HJ-NP-Z][ \-·•.]?"
    r"((?:[DF][A-HJ-NP-Z0-9]\d{4})|(?:\d{5}[DF])|(?:[A-HJ-NP-Z0-9]{5})|(?:[A-HJ-NP-Z0-9]{4}[挂学警港澳使领]))(?![A-Z0-9])",
    re.I,
)
_PLATE_DIGITS = 2
BARE_NUMBER = re.compile(
    r"(?<![\w.\-])[A-Z]?\d{8,13}(?![\w.\-]\d|\d|[元块年月%])|(?<=[\u4e00-\u9fff])\d{8,13}(?![\d.元块年月%])"
)
_CARD_LENGTHS = range(15, 20)
SHORTEST_CARD, SHORTEST_LINE, SHORTEST_BARE = 15, 7, 8  # digits
SHORTEST_STUDENT_NUMBER, SHORTEST_PLATE, LINE_END = 5, 4, 4  # letters and digits in a row


def find_numbers(reading: Reading) -> Iterator[Span]:
    """Find all numbers of this module."""
    for folded in dict.fromkeys((reading.plain, reading.spoken)):
        if reading.digits >= SHORTEST_CARD:
            yield from _id_cards(reading, folded)
            yield from _bank_cards(reading, folded)
        if reading.digits >= SHORTEST_LINE and reading.longest_run >= LINE_END:
            yield from _landlines(reading, folded)
        if reading.longest_run < SHORTEST_STUDENT_NUMBER or not _names_student_number(folded.lower()):
            continue
        for found in _STUDENT.finditer(folded):
            yield Span(found.start(1), found.end(1), STUDENT_NUMBER)


def _names_student_number(lower: str) -> bool:
    return any(sign in lower for sign in _STUDENT_SIGNS)


def find_plates(reading: Reading) -> Iterator[Span]:
    """Find number plates, also of new-energy cars."""
    if reading.longest_run < SHORTEST_PLATE:
        return
    for found in _PLATE.finditer(reading.plain):
        if sum(sign.isdigit() for sign in found[1]) >= _PLATE_DIGITS:
            yield Span(found.start(), found.end(), PLATE)


def is_date(digits: str) -> bool:
    """Return whether eight digits read as a day of our time (20230501)."""
    return bool(re.fullmatch(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])", digits))


def is_id_card(digits: str) -> bool:
    """Return whether 18 signs carry the right check sign (also as lower-case x)."""
    total = sum(int(digit) * weight for digit, weight in zip(digits, _ID_WEIGHTS, strict=False))
    return _ID_CHECKS[total % 11] == digits[-1].upper()


def passes_luhn(digits: str) -> bool:
    """Return whether a row of digits passes the check of bank cards (ISO/IEC 7812-1)."""
    doubled = [int(digit) * (1 + (place % 2 == 0)) for place, digit in enumerate(reversed(digits), 1)]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0  # noqa: PLR2004  # a digit's largest value


def bare(text: str) -> str:
    """Return only letters and digits."""
    return "".join(sign for sign in text if sign.isalnum())


def _id_cards(reading: Reading, folded: str) -> Iterator[Span]:
    for found in _ID_CARD.finditer(folded):
        if is_id_card(bare(found[0])) or _ID_LABEL.search(reading.before(found.start())):
            yield Span(found.start(), found.end(), ID_CARD)
    for found in _OLD_ID_CARD.finditer(folded):
        if _ID_LABEL.search(reading.before(found.start())):
            yield Span(found.start(), found.end(), ID_CARD)


def _bank_cards(reading: Reading, folded: str) -> Iterator[Span]:
    for found in _BANK_CARD.finditer(folded):
        digits = bare(found[0])
        if (
            len(digits) in _CARD_LENGTHS
            and passes_luhn(digits)
            and not _NOT_A_CARD.search(reading.before(found.start()))
        ):
            yield Span(found.start(), found.end(), BANK_CARD)
    for found in _LABELLED_CARD.finditer(folded) if any(sign in folded for sign in _CARD_SIGNS) else ():
        if not _OFFICE_ACCOUNT.search(reading.before(found.start())):
            yield Span(found.start(1), found.end(1), BANK_CARD)


def _landlines(reading: Reading, folded: str) -> Iterator[Span]:
    for found in _LANDLINE.finditer(folded):
        if not is_office_line(reading.before(found.start(), 40)):
            yield Span(found.start(), found.end(), LANDLINE)
    for found in _SHORT_LANDLINE.finditer(folded):
        if _HOME_LINE.search(reading.before(found.start())):
            yield Span(found.start(), found.end(), LANDLINE)
