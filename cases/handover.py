"""Stage 5: the hand-over at the end of a shift (Z6.8). Who goes and who comes in; the open clocks and a note out."""

from typing import Any

from sqlalchemy import JSON, Column, Connection, String, Table, Text, insert, select

from cases.case import case_file
from cases.set_timers import OPEN
from foundation.errors import Refused
from foundation.ledger import Work
from foundation.school import School
from foundation.tables import Instant, RowId, metadata, timer

handover = Table(
    "handover",
    metadata,
    Column("handover_id", RowId, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("giver", String, nullable=False),
    Column("taker", String, nullable=False),
    Column("note", Text, nullable=False),
    Column("timers", JSON, nullable=False),  # ids of the clocks that ran
)


def running_clocks(connection: Connection) -> list[Any]:
    """Return every clock that runs, by due time; those of help-first cases are the counsellors' own matter."""
    query = (
        select(timer, case_file.c.title, case_file.c.confidential, case_file.c.lead)
        .join(case_file, case_file.c.case_no == timer.c.case_no)
        .where(timer.c.state == OPEN, ~case_file.c.restricted)
        .order_by(timer.c.due_at, timer.c.timer_id)
    )
    return list(connection.execute(query))


def hand_over(work: Work, school: School, taker: str, note: str, *, by: str) -> list[Any]:
    """Note who hands over to whom, and return the clocks that the next person takes over.

    Raises:
        Refused: Unknown people, or to oneself.
    """
    for person in (by, taker):
        if not school.knows_person(person):
            raise Refused("没有这个人", person, "写 departments.yaml 里的人员编号")
    if by == taker:
        raise Refused("不能交接给自己", by, "写接班人的人员编号")
    rows = running_clocks(work.connection)
    timers = [row.timer_id for row in rows]
    row = {"at": work.at, "giver": by, "taker": taker, "note": note.strip(), "timers": timers}
    work.connection.execute(insert(handover).values(**row))
    work.audit("roster.handover", taker, timers=len(timers))
    return rows


def last_handover(connection: Connection) -> Any:
    """Return the latest hand-over, or None."""
    return connection.execute(select(handover).order_by(handover.c.handover_id.desc()).limit(1)).first()
