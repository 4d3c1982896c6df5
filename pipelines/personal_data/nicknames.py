"""Stage 2, step 2: people called by their name on a site: `@北岸星河`, `回复 @十三画生：`, `//@阿狸不吃鱼:`.

Comes in: a reading. Goes out: spans of the names behind the sign, so that the mark behind @ still shows that somebody
is called and a repost chain is still one. An office that is called stays: those who answer must
see it. A mailbox is none.
"""

import re
from collections.abc import Iterator

from pipelines.personal_data.reading import WALL, Reading, Span

NICKNAME = "昵称"

_NOBODY = r"(?!我(?:\W|$|的人|一下|吧|们)|所有人|全体成员)"
_CALLED = re.compile(
    rf"@(?:(?<![A-Za-z0-9._+*-]@)|(?=[\u3400-\u9fff])){_NOBODY}((?:(?!{WALL})[\w\u00b7\u2022\u30fb-]){{1,30}})"
)
_OFFICE = re.compile(
    r"\w{0,12}?(?:大学|学院|学校|中学|小学|幼儿园|后勤处?|教务处|学生处|学工处|保卫处|财务处|人事处|招生办|就业办|宣传部"
    r"|团委|校办|办公室|图书馆|校医院|信息中心|网络中心|服务中心|食堂|校长信箱|教育局|派出所)(?:官微|发布)?"
    r"(?=$|请|能|可以|快|来|看|管|你们|您|什么|怎么|何时|回应|回复|答复)"
)


def find_nicknames(reading: Reading) -> Iterator[Span]:
    """Find the names of people who are called with the sign @."""
    if "@" not in reading.plain:
        return
    for found in _CALLED.finditer(reading.plain):
        if not is_office_name(found[1]):
            yield Span(found.start(1), found.end(1), NICKNAME)


def is_office_name(name: str) -> bool:
    """Return whether a name begins with an office's and goes on, if at all, with a request to it."""
    return _OFFICE.match(name) is not None
