"""Stage 5: what a case is: its tables, its record, its number, its timeline. Rows in, records out.

Texts that people write (opinion, disposition, response) stand here and never in the audit chain; a restricted case has
no title, so that no list can show one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    func,
    insert,
    select,
    update,
)

from cases.transitions import CLOSED
from foundation.audit import append_audit
from foundation.clock import at_school
from foundation.errors import Refused
from foundation.ledger import Work
from foundation.tables import Instant, RowId, metadata, timer

case_file = Table(
    "case_file",
    metadata,
    Column("case_no", String, primary_key=True),
    Column("event_id", RowId, nullable=False),
    Column("title", Text, nullable=False, default=""),  # of the event; empty when restricted
    Column("state", String, nullable=False, index=True),
    Column("level_code", Integer, nullable=False),
    Column("suggested_level_code", Integer, nullable=False),  # the machine's highest word so far
    Column("nature", String, nullable=False, default=""),
    Column("provisional", Boolean, nullable=False),  # suggested by the machine, not yet confirmed by a person
    Column("restricted", Boolean, nullable=False),
    Column("confidential", Boolean, nullable=False, default=False),
    Column("late", Boolean, nullable=False),  # already older than its promise when found (C2)
    Column("lead", String, nullable=False),
    Column("assisting", JSON, nullable=False, default=list),
    Column("discovered_at", Instant, nullable=False),
    Column("posted_at", Instant),
    Column("opened_at", Instant, nullable=False),
    Column("raised_at", Instant),
    Column("confirmed_at", Instant),
    Column("assigned_at", Instant),
    Column("acknowledged_at", Instant),
    Column("replied_at", Instant),
    Column("published_at", Instant),
    Column("closed_at", Instant),
    Column("fact_note", Text, nullable=False, default=""),
    Column("disposition", Text, nullable=False, default=""),
    Column("response", Text, nullable=False, default=""),
    Column("outcome", String, nullable=False, default=""),
    Column("school_version", Integer, nullable=False),  # an open case keeps the policy it started under
    Column("version", Integer, nullable=False, default=1),
    # what clocks depend on besides (words in clock_words.py)
    Column("kind", String, nullable=False, default=""),  # a key of KINDS; empty: a public post
    Column("source_kind", String, nullable=False, default=""),  # the spider of its first post, e.g. message_board
    Column("marks", JSON, nullable=False, default=list),  # keys of MARKS
    Column("incident_at", Instant),
    Column("resolved_at", Instant),
    Column("external_due_at", Instant),  # a limit set from above: wins when earlier
    Column("extensions", JSON, nullable=False, default=dict),  # provision → total length granted, e.g. Z9a.3.5 → 5d
    # what acts leave behind besides
    Column("part", Integer, nullable=False, default=0),  # 0: the event's own case; 1, 2, …: split off from it
    Column("signed_at", Instant),  # by the head of the department
    Column("response_by", String, nullable=False, default=""),  # who last wrote the response: may not approve it
    Column("approved_hash", String, nullable=False, default=""),  # of the response as approved; empty: not approved
    Column("approved_by", String, nullable=False, default=""),
    Column("tracker", String, nullable=False, default=""),  # person who watches until it is quiet
    Column("cause", String, nullable=False, default=""),
    Column("response_mode", String, nullable=False, default=""),
    Column("hand_backs", Integer, nullable=False, default=0),
    Column("merged_into", String, nullable=False, default=""),
    Column("own_fields", JSON, nullable=False, default=dict),  # what the school declares in huiyin.yaml `case_fields`
    Column("followed_up", JSON, nullable=False, default=dict),  # department → instant of its last 续报
    UniqueConstraint("event_id", "part"),  # an event opens its case once
)

case_act = Table(
    "case_act",
    metadata,
    Column("seq", RowId, primary_key=True),
    Column("case_no", String, nullable=False, index=True),
    Column("act", String, nullable=False),
    Column("actor", String, nullable=False),
    Column("at", Instant, nullable=False),
    Column("data", JSON, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Case:
    """One case as it stands; the fields are the columns of `case_file`."""

    case_no: str
    event_id: int
    title: str
    state: str
    level_code: int
    suggested_level_code: int
    nature: str
    provisional: bool
    restricted: bool
    confidential: bool
    late: bool
    lead: str
    assisting: list[str]
    discovered_at: datetime
    posted_at: datetime | None
    opened_at: datetime
    raised_at: datetime | None
    confirmed_at: datetime | None
    assigned_at: datetime | None
    acknowledged_at: datetime | None
    replied_at: datetime | None
    published_at: datetime | None
    closed_at: datetime | None
    fact_note: str
    disposition: str
    response: str
    outcome: str
    school_version: int
    version: int
    kind: str = ""
    source_kind: str = ""
    marks: list[str] = field(default_factory=list)
    incident_at: datetime | None = None
    resolved_at: datetime | None = None
    external_due_at: datetime | None = None
    extensions: dict[str, str] = field(default_factory=dict)
    part: int = 0
    signed_at: datetime | None = None
    response_by: str = ""
    approved_hash: str = ""
    approved_by: str = ""
    tracker: str = ""
    cause: str = ""
    response_mode: str = ""
    hand_backs: int = 0
    merged_into: str = ""
    own_fields: dict[str, str] = field(default_factory=dict)
    followed_up: dict[str, str] = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        """Whether anything is still to be done."""
        return self.state not in CLOSED


@dataclass(frozen=True, slots=True)
class Act:
    """One entry of a case's timeline."""

    act: str
    actor: str
    at: datetime
    data: dict[str, Any]


CASE_FIELDS = tuple(item.name for item in fields(Case))
OF_CASE = select(*(case_file.c[name] for name in CASE_FIELDS))  # rows in the order of the record


def _case(row: Any) -> Case:
    return Case(*row)


def load_case(connection: Connection, case_no: str) -> Case:
    """Return a case.

    Raises:
        Refused: There is no such case.
    """
    row = connection.execute(OF_CASE.where(case_file.c.case_no == case_no)).first()
    if row is None:
        raise Refused("没有这个案件", case_no, "用 huiyin case list 查看案件号")
    return _case(row)


def case_of_event(connection: Connection, event_id: int) -> Case | None:
    """Return the case of an event, if one was opened."""
    own = (case_file.c.event_id == event_id, case_file.c.part == 0)
    row = connection.execute(OF_CASE.where(*own)).first()
    return None if row is None else _case(row)


def list_cases(connection: Connection, *, only_open: bool = False) -> list[Case]:
    """Return cases, oldest first."""
    query = OF_CASE.order_by(case_file.c.case_no)
    if only_open:
        query = query.where(case_file.c.state.not_in(CLOSED))
    return [_case(row) for row in connection.execute(query)]


def cases_by_number(connection: Connection, case_nos: Sequence[str]) -> list[Case]:
    """Return some cases, oldest first."""
    query = OF_CASE.where(case_file.c.case_no.in_(case_nos)).order_by(case_file.c.case_no)
    return [_case(row) for row in connection.execute(query)]


def timeline(connection: Connection, case_no: str) -> list[Act]:
    """Return what was done about a case, in order."""
    rows = connection.execute(select(case_act).where(case_act.c.case_no == case_no).order_by(case_act.c.seq))
    return [Act(row.act, row.actor, row.at, row.data) for row in rows]


def timers_of(connection: Connection, case_nos: Sequence[str]) -> list[Any]:
    """Return the timer rows of some cases by due time."""
    query = select(timer).where(timer.c.case_no.in_(case_nos)).order_by(timer.c.due_at, timer.c.timer_id)
    return list(connection.execute(query))


def next_case_no(connection: Connection, at: datetime) -> str:
    """Return the next number of the year, school time: HY-2026-0001."""
    prefix = f"HY-{at_school(at).year}-"
    used = connection.execute(
        select(func.count()).select_from(case_file).where(case_file.c.case_no.startswith(prefix))
    ).scalar_one()
    return f"{prefix}{used + 1:04d}"


def insert_case(work: Work, case: Case) -> None:
    """Store a new case."""
    work.connection.execute(insert(case_file).values({name: getattr(case, name) for name in CASE_FIELDS}))


def change_case(work: Work, case: Case, **values: Any) -> Case:
    """Store a change made on the state of `case` that the caller read, and return the case after it.

    Raises:
        Refused: Somebody else changed it in between.
    """
    changed = work.connection.execute(
        update(case_file)
        .where(case_file.c.case_no == case.case_no, case_file.c.version == case.version)
        .values(**values, version=case.version + 1)
    )
    if changed.rowcount != 1:
        raise Refused("案件刚被别人改过", case.case_no, f"先看 huiyin case show {case.case_no}，再决定")
    return load_case(work.connection, case.case_no)


def note_act(work: Work, case_no: str, act: str, by: str, data: dict[str, Any]) -> None:
    """Add one entry to the case's timeline, after its change was stored; it may hold what people wrote."""
    now = select(case_file.c.version).where(case_file.c.case_no == case_no)
    told = {**data, "version": work.connection.execute(now).scalar_one()}
    work.connection.execute(insert(case_act).values(case_no=case_no, act=act, actor=by, at=work.at, data=told))


def audit_act(work: Work, case_no: str, act: str, by: str, details: dict[str, Any]) -> None:
    """Add one row to the audit chain under the name of who acted; details hold ids and names of fields only."""
    append_audit(work.connection, work.at, by, f"case.{act}", case_no, **details, **work.origin)
