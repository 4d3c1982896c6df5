"""Stage 5: 预警事项, trouble that a department sees coming before anybody posts about it (Z9b.5.1). Words in, rows out.

The first post that matches links its event, and with it the case, to the filed item, so that the holding line is at
hand when the case opens. Help-first posts link nothing. Texts stand here only, never in the audit chain or in a notice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Column, Connection, String, Table, Text, func, insert, select, update

from cases.calendar_file import DAY
from cases.case import audit_act, case_of_event, note_act
from cases.due_time import MIDNIGHT, school_instant
from cases.transitions import LEADERS
from crawler.items import Post
from foundation.clock import at_school
from foundation.errors import Refused
from foundation.ledger import MACHINE, Work
from foundation.school import School
from foundation.tables import Instant, RowId, metadata
from search.post_table import INDEXED_OUTCOMES
from search.posts import load_posts
from search.segment import fold

WAITING, LINKED, CANCELLED = "waiting", "linked", "cancelled"
STATES = {WAITING: "等待", LINKED: "已有帖文", CANCELLED: "已撤销"}
OVER = "已过期"
PREFIX = "YJ"
SHORTEST = 2  # letters of a word: one letter stands in half of all posts
LINK_ACT = "forewarned"

forewarning = Table(
    "forewarning",
    metadata,
    Column("forewarning_id", RowId, primary_key=True),
    Column("number", String, nullable=False, unique=True),  # YJ-2026-0001
    Column("unit", String, nullable=False),  # department
    Column("title", Text, nullable=False),
    Column("signs", JSON, nullable=False),  # groups of words: a post that has all words of one group matches
    Column("holding_line", Text, nullable=False),  # 口径: what may be said as long as nothing else is known
    Column("starts_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("filed_by", String, nullable=False),
    Column("filed_at", Instant, nullable=False),
    Column("state", String, nullable=False, index=True),
    Column("event_id", RowId, index=True),
    Column("post_id", RowId),
    Column("linked_at", Instant),
)


@dataclass(frozen=True, slots=True)
class Forewarning:
    """One filed item as it stands; the fields are the columns of `forewarning`."""

    number: str
    unit: str
    title: str
    signs: list[list[str]]
    holding_line: str
    starts_at: datetime
    ends_at: datetime
    filed_by: str
    filed_at: datetime
    state: str
    event_id: int | None
    post_id: int | None
    linked_at: datetime | None


FIELDS = tuple(Forewarning.__dataclass_fields__)
OF_FOREWARNING = select(*(forewarning.c[name] for name in FIELDS))


def forewarnings(connection: Connection, *where: Any) -> list[Forewarning]:
    """Return filed items, oldest first; conditions are expressions on the table."""
    query = OF_FOREWARNING.where(*where).order_by(forewarning.c.forewarning_id)
    return [Forewarning(*row) for row in connection.execute(query)]


def load_forewarning(connection: Connection, number: str) -> Forewarning:
    """Return a filed item.

    Raises:
        Refused: There is none of this number.
    """
    for one in forewarnings(connection, forewarning.c.number == number):
        return one
    raise Refused("没有这个预警事项", number, "用 huiyin forewarn list 查看编号")


def file_forewarning(
    work: Work, school: School, unit: str, *, title: str, signs: Sequence[str], holding_line: str,
    days: tuple[date, date], by: str,
) -> Forewarning:  # fmt: skip
    """File what may come, and return it.

    Args:
        work: The caller's transaction.
        school: Departments and people.
        unit: The department that sees it coming.
        title: What it is, in a line.
        signs: Each a group of words with spaces between; all words of one group must stand in a post.
        holding_line: 口径.
        days: First and last day on which it may come, school time.
        by: Person of that department, or of the office.

    Raises:
        Refused: Unknown department, not by right, nothing written, words too short, or days that are over.
    """
    department = school.find_department(unit)
    if department is None:
        raise Refused("没有这个部门", unit, "写 departments.yaml 里的部门编号")
    if by not in (department.owner, department.deputy, department.liaison, *_office(school)):
        raise Refused(f"{by} 不能替{department.name}登记预警事项", unit, "由本部门的负责人、副手、联络员或办公室登记")
    groups = [sign.split() for sign in signs if sign.split()]
    for name, given in (("--title 是什么事", title), ("--line 口径", holding_line), ("--words 会出现的词", groups)):
        if not given or not str(given).strip():
            raise Refused("预警事项缺一项", name, f"补上 {name.partition(' ')[0]}")
    short = [word for group in groups for word in group if len(word) < SHORTEST]
    if short:
        raise Refused("词太短，会对上许多不相干的帖文", "、".join(short), "每个词写两个字以上")
    first, last = days
    if last < first or last < at_school(work.at).date():
        raise Refused("日期不对", f"{first} 至 {last}", "先写开始、再写结束，结束在今天或以后")
    number = _next_number(work)
    work.connection.execute(
        insert(forewarning).values(
            number=number, unit=unit, title=title.strip(), signs=groups, holding_line=holding_line.strip(),
            starts_at=school_instant(first, MIDNIGHT), ends_at=school_instant(last + DAY, MIDNIGHT),
            filed_by=by, filed_at=work.at, state=WAITING,
        )
    )  # fmt: skip
    work.audit("forewarning.file", number, unit=unit, by=by)
    return load_forewarning(work.connection, number)


def cancel_forewarning(work: Work, school: School, number: str, *, by: str) -> Forewarning:
    """Withdraw an item that did not come.

    Raises:
        Refused: It is linked or withdrawn already, or not by right.
    """
    one = load_forewarning(work.connection, number)
    if one.state != WAITING:
        raise Refused(f"这个预警事项{STATES[one.state]}", number, "不用再撤销")
    if by not in (one.filed_by, *_office(school)):
        raise Refused(f"{by} 不能撤销", number, f"由登记的人（{one.filed_by}）或办公室撤销")
    work.connection.execute(update(forewarning).where(forewarning.c.number == number).values(state=CANCELLED))
    work.audit("forewarning.cancel", number, by=by)
    return load_forewarning(work.connection, number)


def link_forewarnings(work: Work, post_ids: Sequence[int]) -> int:
    """Link each waiting item to the first of these posts that matches it, and to its event; return how many were.

    A post that is worth no event links its item too; the event of the next one that matches is added to it. What is not
    about this school links nothing.
    """
    now = (forewarning.c.starts_at <= work.at, forewarning.c.ends_at > work.at, forewarning.c.event_id.is_(None))
    waiting = forewarnings(work.connection, *now, forewarning.c.state.in_((WAITING, LINKED)))
    if not waiting:
        return 0
    heard = load_posts(work.connection, post_ids)
    posts = [post for post in heard if post.outcome in INDEXED_OUTCOMES and not post.restricted]
    linked = 0
    for one in waiting:
        alike = [post for post in posts if matches(one.signs, post) and (one.state == WAITING or post.event_id)]
        if alike:
            _link(work, one, alike[0].post_id, next((post.event_id for post in alike if post.event_id), None))
            linked += one.state == WAITING
    return linked


def matches(signs: Sequence[Sequence[str]], post: Post) -> bool:
    """Tell whether all words of one group stand in a post's title or text."""
    text = fold(f"{post.title}\n{post.content}")
    return any(all(fold(word) in text for word in group) for group in signs)


def _link(work: Work, one: Forewarning, post_id: int | None, event_id: int | None) -> None:
    """Note the post, once, and the event with its case, as soon as there is one."""
    first = one.state == WAITING
    values = {"state": LINKED, "post_id": post_id, "linked_at": work.at} if first else {}
    work.connection.execute(
        update(forewarning).where(forewarning.c.number == one.number).values(event_id=event_id, **values)
    )
    case = case_of_event(work.connection, event_id) if event_id else None
    if case is None:
        work.audit("forewarning.link", one.number, event_id=event_id, post_id=post_id)
    else:
        note_act(work, case.case_no, LINK_ACT, MACHINE, {"number": one.number})
        audit_act(work, case.case_no, LINK_ACT, MACHINE, {"number": one.number, "post_id": post_id})
    if first:
        work.tell("forewarning.linked", one.number, document=one.number, unit=one.unit, to=["dept", "office"])


def _office(school: School) -> list[str]:
    return [person.id for role in ("office", *LEADERS) for person in school.holders(role)]


def _next_number(work: Work) -> str:
    start = f"{PREFIX}-{at_school(work.at).year}-"
    used = select(func.count()).select_from(forewarning).where(forewarning.c.number.startswith(start))
    return f"{start}{int(work.connection.execute(used).scalar_one()) + 1:04d}"
