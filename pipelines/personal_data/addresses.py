"""Stage 2, step 2: where a private person lives, down to building or room.

Comes in: a reading. Goes out: spans of kind 住址. A building or dormitory named as the place of a complaint is kept:
a home needs words that bind it to a person, and a dormitory the words that bind it to somebody else than the writer.
"""

import re
from collections.abc import Iterator, Set

from pipelines.personal_data.reading import Reading, Span

KIND = "住址"

_NUMBER = r"[0-9A-Za-z一二三四五六七八九十百零]{1,5}"
_PART = (
    r"[\u4e00-\u9fff]{1,8}?(?:省|市|自治区|区|县|镇|乡|街道|大街|街|大道|路|巷|弄|胡同|村|屯|组|小区|社区|花园|家园|新村|公寓"
    r"|家属院|家属区|大院|苑|庭|府|城|园|居|里|湾|坊|庄|阁|大厦|广场|宿舍)"
)
_UNIT = rf"(?:{_NUMBER}\s?(?:号楼|号院|号|弄|栋|幢|座|单元|楼|层|室|房间|房|户|门|组|\#|-)\s?)"
_HOME = re.compile(
    rf"(?:(?:{_PART}[\s,]?){{0,4}}{_UNIT}{{1,4}}){{1,3}}(?:\d{{2,4}})?|(?:{_PART}[\s,]?){{1,4}}\d{{1,4}}(?:-\d{{1,4}}){{1,3}}"
)
_CUE = re.compile(
    r"(?=[家住收寄快邮通联居户现租我老爸父房地])(?:家庭住址|家庭地址|住址|住所|收货地址|寄到|快递到|收件地址|邮寄地址|通讯地址|联系地址|居住地址|户籍地址?|现住|家住|租住|租在|我家(?:就)?在"
    r"|家(?:就)?在|住家|老家在|我家|爸妈住|父母住|房东住|(?<![\u4e00-\u9fff])地址(?=\s?[:是为]))(?:住|在|于|是|为|[\s:,])*"
)
_HINT = re.compile("住|地址|寄到|递到|户籍|租在|家在|家就在|我家")  # each cue holds one of them
_OTHER_LIVES = re.compile(
    r"(?=[他她此这那人])(?:[他她]们?|此人|这人|那人|这个人|人)(?:现在|就|家|一直|目前|平时)*住(?:在|于|址)?(?:是|为|[\s:])*"
)
_NAMED_LIVES = re.compile(r"(?:现在|就|目前)?住(?:在|于)\s?")
_OFFICE_AFTER = re.compile(r"(?:办公|服务|大厅|窗口|食堂|教室|报告厅|会议室)")


def find_addresses(reading: Reading, name_ends: Set[int] = frozenset()) -> Iterator[Span]:
    """Find homes of private persons.

    Args:
        reading: The text.
        name_ends: Offsets at which a person's name ends: 「某某住在七栋402」 binds a dormitory to that person.
    """
    if not _HINT.search(reading.plain):
        return
    lives = "住" in reading.plain
    for cue in (_CUE, _OTHER_LIVES) if lives else (_CUE,):
        for found in cue.finditer(reading.plain):
            yield from _home_at(reading, found.end())
    for found in _NAMED_LIVES.finditer(reading.plain) if lives and name_ends else ():
        if found.start() in name_ends:
            yield from _home_at(reading, found.end())


def _home_at(reading: Reading, start: int) -> Iterator[Span]:
    home = _HOME.match(reading.plain, start)
    if home and not _OFFICE_AFTER.match(reading.plain, home.end()):
        yield Span(home.start(), home.end(), KIND)
