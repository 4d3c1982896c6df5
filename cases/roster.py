"""Stage 5: the duty roster 值班表: who watches on which day. Days and people in, rows out.

Every holiday and each day of a special period needs a named person (Z7.6-1, -1b); the office is warned seven days
before. A swap counts when somebody else approves it; until then the original person is on duty (Z6.8b).
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Connection, String, Table, Text, UniqueConstraint, delete, insert, select, update

from cases.calendar_file import DAY
from cases.policy import Policy, load_policy
from cases.transitions import LEADERS
from cases.working_days import STATUTORY
from foundation.clock import at_school
from foundation.errors import Refused
from foundation.ledger import Work
from foundation.school import School
from foundation.tables import Instant, RowId, fact, metadata

FILLED_BY = ("office", *LEADERS)
WARN_DAYS = 7  # Z7.6-1
MOST_DAYS = 366
ASKED, AGREED, REFUSED = "asked", "agreed", "refused"

shift = Table(
    "shift",
    metadata,
    Column("shift_id", RowId, primary_key=True),
    Column("day", String, nullable=False, index=True),  # of school time
    Column("person", String, nullable=False),
    Column("filled_by", String, nullable=False),
    Column("filled_at", Instant, nullable=False),
    UniqueConstraint("day", "person"),
)
shift_swap = Table(
    "shift_swap",
    metadata,
    Column("swap_id", RowId, primary_key=True),
    Column("day", String, nullable=False),
    Column("person", String, nullable=False),  # who is on duty until it is approved
    Column("taker", String, nullable=False),
    Column("reason", Text, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("state", String, nullable=False),  # asked, agreed, refused
    Column("decided_by", String, nullable=False, default=""),
    Column("decided_at", Instant),
)


def fill_roster(work: Work, school: School, first: date, last: date, people: list[str], *, by: str) -> int:
    """Name who watches on each of these days, instead of whoever was named before; return the number of days.

    Raises:
        Refused: Not by right, unknown people, days the wrong way round or past (who watched then is a record), or a
            swap that waits for a decision there.
    """
    _check_right(school, by, "排值班表")
    _check_people(school, people)
    days = (last - first).days + 1
    if not 0 < days <= MOST_DAYS:
        raise Refused("值班的日子不对", f"{first} 至 {last}", f"起止按先后写，一次最多 {MOST_DAYS} 天")
    today = at_school(work.at).date()
    if first < today:
        raise Refused("不能改已经过去的班", f"{first} 至 {last}", f"从今天（{today}）排起；过去由谁值班，按当时排的算")
    waiting = [row for row in open_swaps(work.connection) if first.isoformat() <= row.day <= last.isoformat()]
    if waiting:
        numbers = "、".join(f"{row.swap_id}（{row.day} {row.person} → {row.taker}）" for row in waiting)
        words = "先用 huiyin roster approve 编号 批准，或加 --refuse 不批，再排"
        raise Refused("这些日子有等着批的换班", numbers, words)
    for day in (first + DAY * number for number in range(days)):
        work.connection.execute(delete(shift).where(shift.c.day == day.isoformat()))
        for person in dict.fromkeys(people):
            row = {"day": day.isoformat(), "person": person, "filled_by": by, "filled_at": work.at}
            work.connection.execute(insert(shift).values(**row))
    work.audit("roster.fill", f"{first}..{last}", people=list(dict.fromkeys(people)))
    return days


def ask_swap(work: Work, school: School, day: date, taker: str, reason: str, *, by: str) -> int:
    """Ask that somebody else watches on a day of mine; return the number of the request.

    Raises:
        Refused: Not my day, an unknown taker, no reason, or a day that is past.
    """
    _check_people(school, [taker, by])
    if by not in people_on(work.connection, day):
        raise Refused(f"{day} 不是 {by} 值班", str(day), "用 huiyin roster show 看值班表")
    if taker in people_on(work.connection, day) or day < at_school(work.at).date() or not reason.strip():
        raise Refused("换班写得不对", f"{day} {by} → {taker}", "换给当天不值班的人，写上理由，日子不能已经过去")
    row = {"day": day.isoformat(), "person": by, "taker": taker, "reason": reason, "asked_at": work.at, "state": ASKED}
    number = work.connection.execute(insert(shift_swap).values(**row, decided_by="").returning(shift_swap.c.swap_id))
    swap_id = int(number.scalar_one())
    work.audit("roster.ask", str(swap_id), day=row["day"], taker=taker)
    return swap_id


def decide_swap(work: Work, school: School, swap_id: int, *, agree: bool, by: str) -> Any:
    """Approve or refuse a swap; return its row.

    Raises:
        Refused: No such open request, not by right, by one of the two, or the day is not as it was when they asked.
    """
    row = work.connection.execute(select(shift_swap).where(shift_swap.c.swap_id == swap_id)).first()
    if row is None or row.state != ASKED:
        raise Refused("没有这个等着批的换班", str(swap_id), "用 huiyin roster show 看等着批的换班")
    _check_right(school, by, "批准换班")
    if by in (row.person, row.taker):
        raise Refused("换班的人不能自己批准", str(swap_id), "请办公室或领导里的另一位来批")
    if agree:
        _hand_day_over(work, row, by)
    state = AGREED if agree else REFUSED
    changed = {"state": state, "decided_by": by, "decided_at": work.at}
    work.connection.execute(update(shift_swap).where(shift_swap.c.swap_id == swap_id).values(**changed))
    work.audit("roster.decide", str(swap_id), day=row.day, decision=state)
    return work.connection.execute(select(shift_swap).where(shift_swap.c.swap_id == swap_id)).one()


def _hand_day_over(work: Work, swap: Any, by: str) -> None:
    """Write the taker in for who asked; others of that day may have changed since."""
    what, words = f"{swap.day} {swap.person} → {swap.taker}", "加 --refuse 不批，再请当天值班的人重新提出"
    if swap.taker in people_on(work.connection, date.fromisoformat(swap.day)):
        raise Refused(f"{swap.taker} 那天已经值班", what, words)
    own = (shift.c.day == swap.day, shift.c.person == swap.person)
    written = update(shift).where(*own).values(person=swap.taker, filled_by=by, filled_at=work.at)
    if work.connection.execute(written).rowcount != 1:
        raise Refused(f"{swap.person} 那天已经不值班", what, words)


def people_on(connection: Connection, day: date) -> list[str]:
    """Return who watches on a day, in the order named."""
    query = select(shift.c.person).where(shift.c.day == day.isoformat()).order_by(shift.c.shift_id)
    return list(connection.execute(query).scalars())


def on_duty_at(connection: Connection, at: datetime) -> list[str]:
    """Return who watches at an instant; a shift is a whole day of school time."""
    return people_on(connection, at_school(at).date())


def open_swaps(connection: Connection) -> list[Any]:
    """Return the requests that wait for a decision."""
    return list(connection.execute(select(shift_swap).where(shift_swap.c.state == ASKED)))


def why_named(policy: Policy, day: date) -> str:
    """Return why a day needs a named person; empty when the profiles in force do not ask for one."""
    if not any(profile.duty for profile in policy.profiles.values()):
        return ""
    if special := policy.calendar.special_on(day):
        return f"特殊时期 {special}"
    return f"节假日 {policy.calendar.names.get(day, '')}".strip() if policy.calendar.title(day) == STATUTORY else ""


def uncovered(connection: Connection, policy: Policy, first: date, last: date) -> Iterator[tuple[date, str]]:
    """Yield the days that need a named person and have none, with the reason."""
    for number in range((last - first).days + 1):
        day = first + DAY * number
        if (why := why_named(policy, day)) and not people_on(connection, day):
            yield day, why


def roster_mistakes(connection: Connection, school: School, today: date) -> list[str]:
    """Return what is wrong with the roster from a day on: people whom the school does not know, days without a name."""
    named = select(shift.c.day, shift.c.person).where(shift.c.day >= today.isoformat()).order_by(shift.c.day)
    strangers = [(day, who) for day, who in connection.execute(named) if not school.knows_person(who)]
    gaps = uncovered(connection, load_policy(school), today, today + DAY * WARN_DAYS)
    return [
        *(f"{day} 排的 {who} 不在 departments.yaml 里，用 huiyin roster fill 另排一人" for day, who in strangers),
        *(f"{day}（{why}）没有排到具名的人，用 huiyin roster fill 排上" for day, why in gaps),
    ]


def warn_gaps(work: Work, school: School) -> int:
    """Warn the office of each uncovered day of the next week, once; return how many were told."""
    today = at_school(work.at).date()
    told = 0
    for day, why in uncovered(work.connection, load_policy(school), today, today + DAY * WARN_DAYS):
        known = select(fact.c.fact_id).where(fact.c.kind == "roster.gap", fact.c.subject == day.isoformat())
        if work.connection.execute(known).first() is None:
            work.tell("roster.gap", day.isoformat(), day=day.isoformat(), reason=why, to=["office"])
            told += 1
    return told


def _check_right(school: School, by: str, what: str) -> None:
    if not any(by in [person.id for person in school.holders(role)] for role in FILLED_BY):
        raise Refused(f"{by} 不能{what}", by, "由领导小组办公室或领导来做")


def _check_people(school: School, people: list[str]) -> None:
    for person in people:
        if not school.knows_person(person):
            raise Refused("没有这个人", person, "写 departments.yaml 里的人员编号")
