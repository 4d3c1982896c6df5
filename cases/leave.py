"""Stage 5: who is away, and who acts meanwhile (Z3.10). Person and days in, rows out; the record holds both names.

The deputy has the person's roles on those days and no others; a deputy who is away as well is stood in for in turn.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Connection, String, Table, insert, select

from cases.transitions import COUNSELLOR, LEADERS
from foundation.clock import at_school
from foundation.errors import Refused
from foundation.ledger import Work
from foundation.school import School
from foundation.tables import Instant, RowId, metadata

ABSENCE_BY = ("office", *LEADERS)  # besides the person: who may note that somebody is away

leave = Table(
    "leave",
    metadata,
    Column("leave_id", RowId, primary_key=True),
    Column("person", String, nullable=False, index=True),
    Column("deputy", String, nullable=False),
    Column("first_on", String, nullable=False),  # days of school time, both included
    Column("last_on", String, nullable=False),
    Column("noted_by", String, nullable=False),
    Column("noted_at", Instant, nullable=False),
)


def take_leave(
    work: Work, school: School, person: str, first: date, last: date, *, deputy: str = "", by: str
) -> dict[str, Any]:
    """Note an absence; without a deputy named, the deputy of the person's own department stands in.

    A counsellor is stood in for by a counsellor only (PRIVACY.md 5).

    Raises:
        Refused: Unknown people, days in the past or the wrong way round, nobody who may stand in, or not by right.
    """
    for name in (person, by, *([deputy] if deputy else [])):
        if not school.knows_person(name):
            raise Refused("没有这个人", name, "写 departments.yaml 里的人员编号")
    if by != person and not any(by in [each.id for each in school.holders(role)] for role in ABSENCE_BY):
        raise Refused(f"{by} 不能替 {person} 请假", person, "由本人或办公室、领导来登记")
    days = f"{first} 至 {last}"
    if last < first or last < at_school(work.at).date():
        raise Refused("请假的日子不对", days, "起止按先后写，并且不能已经过去")
    stand_in = deputy or _own_deputy(school, person)
    if not stand_in or stand_in == person:
        raise Refused("没有写由谁代理", person, "加上 --deputy 人员编号")
    counsellors = [each.id for each in school.holders(COUNSELLOR)]
    if person in counsellors and stand_in not in counsellors:
        what = f"{stand_in} 不是心理老师，不能代理心理老师（先救助案件只有心理老师能看）"
        raise Refused(
            what, person, "用 --deputy 写另一位心理老师；没有第二位，先在 departments.yaml 的 counsellor 里加上"
        )
    away = [row for row in absences(work.connection) if row.person == stand_in and _overlaps(row, first, last)]
    if away:
        raise Refused(f"{stand_in} 那几天也请假", days, "另选一位代理人")
    row = {"person": person, "deputy": stand_in, "first_on": first.isoformat(), "last_on": last.isoformat()}
    work.connection.execute(insert(leave).values(**row, noted_by=by, noted_at=work.at))
    work.audit("leave.take", person, deputy=stand_in, first_on=row["first_on"], last_on=row["last_on"])
    return row


def absences(connection: Connection) -> list[Any]:
    """Return all rows, oldest first."""
    return list(connection.execute(select(leave).order_by(leave.c.first_on, leave.c.leave_id)))


def deputies_at(connection: Connection, at: datetime) -> dict[str, str]:
    """Return person who is away → person who acts for them, at an instant; the last word counts."""
    day = at_school(at).date().isoformat()
    rows = connection.execute(
        select(leave).where(leave.c.first_on <= day, leave.c.last_on >= day).order_by(leave.c.leave_id)
    )
    return {row.person: row.deputy for row in rows}


def _own_deputy(school: School, person: str) -> str:
    for unit in school.organisation.departments:
        if person == unit.owner:
            return unit.deputy
        if person == unit.liaison:
            return unit.deputy if unit.deputy != person else unit.owner
    return ""


def _overlaps(row: Any, first: date, last: date) -> bool:
    return bool(row.first_on <= last.isoformat() and row.last_on >= first.isoformat())
