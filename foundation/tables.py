"""Ground floor: tables that several stages share. Each stage declares its own tables on the same `metadata`.

Instants are stored as UTC text by `Instant` (sortable, readable in any SQLite tool); leases hold real seconds.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, Dialect, Float, Integer, LargeBinary, MetaData, String, Table, Text
from sqlalchemy.types import TypeDecorator

metadata = MetaData()
RowId = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers rows itself only for INTEGER PRIMARY KEY
PRECISION = "microseconds"


class Instant(TypeDecorator[datetime]):
    """An aware instant, stored as `2026-11-23T05:58:22.000000+00:00` in UTC."""

    impl = String(32)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """Refuse naive instants; store UTC."""
        return None if value is None else instant_text(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        """Read back an aware UTC instant."""
        return None if value is None else datetime.fromisoformat(value)


def instant_text(value: datetime) -> str:
    """Return the stored form of an aware instant (for hand-written SQL).

    Raises:
        ValueError: The instant is naive.
    """
    if value.tzinfo is None:
        raise ValueError("naive instant")
    return value.astimezone(UTC).isoformat(timespec=PRECISION)


meta = Table("meta", metadata, Column("name", String, primary_key=True), Column("value", Text, nullable=False))

school_version = Table(
    "school_version",
    metadata,
    Column("version", Integer, primary_key=True),
    Column("digest", String, nullable=False),
    Column("files", JSON, nullable=False),  # relative name → text of the folder's files
    Column("origin", String, nullable=False),  # folder or console
    Column("actor", String, nullable=False),
    Column("applied_at", Instant, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("seq", RowId, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("actor", String, nullable=False),
    Column("act", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("details", Text, nullable=False),  # canonical JSON of ids, roles, field names, digests: never text or names
    Column("previous_hash", String, nullable=False),
    Column("hash", String, nullable=False, unique=True),
)

timer = Table(
    "timer",
    metadata,
    Column("timer_id", RowId, primary_key=True),
    Column("case_no", String, nullable=False, index=True),
    Column("rule", String, nullable=False),  # provision id in the policy, e.g. Z1.6.2-1b, or triage
    Column("done_by", String, nullable=False),  # the act that stops it
    Column("addressees", JSON, nullable=False),  # roles that must act or be told
    Column("anchor_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False, index=True),
    Column("next_step_at", Instant, index=True),  # when the ladder acts next; NULL: nothing more to do
    Column("ladder", JSON, nullable=False, default=list),  # [{step, at (ISO), to [roles], …}] in order, computed once
    Column("steps_taken", JSON, nullable=False),  # step word → instant or "skipped"
    Column("state", String, nullable=False, index=True),  # open, satisfied, cancelled
    Column("satisfied_at", Instant),
    Column("provisional", Integer, nullable=False, default=0),
    Column("policy_version", String, nullable=False),
    Column("calendar_version", String, nullable=False),
    Column("explanation", JSON, nullable=False),  # the deadline day by day
)

fact = Table(
    "fact",
    metadata,
    Column("fact_id", RowId, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("kind", String, nullable=False, index=True),
    Column("subject", String, nullable=False, index=True),
    Column("data", JSON, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("outbox_id", RowId, primary_key=True),
    Column("dedupe_key", String, nullable=False, unique=True),
    Column("case_no", String, index=True),
    Column("level_code", Integer, nullable=False, default=0),
    Column("kind", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("recipient", String, nullable=False),  # department id, person id or robot name: never an address
    Column("payload", JSON, nullable=False),
    Column("not_before", Instant, nullable=False, index=True),
    Column("state", String, nullable=False, index=True),  # pending, sent, dead, skipped
    Column("attempts", Integer, nullable=False, default=0),
    Column("lease_until", Float, nullable=False, default=0.0),  # real seconds
    Column("claimed_by", String),
    Column("error", String),
    Column("provider_id", String),
    Column("created_at", Instant, nullable=False),
    Column("sent_at", Instant),
)

lease = Table(
    "lease",
    metadata,
    Column("name", String, primary_key=True),
    Column("holder", String, nullable=False),
    Column("until", Float, nullable=False),  # real seconds
    Column("fence", Integer, nullable=False),
)

heartbeat = Table(
    "heartbeat",
    metadata,
    Column("job", String, primary_key=True),
    Column("finished_at", Instant, nullable=False),  # product time at which the job last ended well
    Column("real_at", Float, nullable=False),
    Column("note", JSON, nullable=False),
)

spool = Table(
    "spool",
    metadata,
    Column("spool_id", RowId, primary_key=True),
    Column("kind", String, nullable=False),  # page or post
    Column("source_id", String, nullable=False),
    Column("step", String, nullable=False),  # parser or pipeline step that failed
    Column("reason", String, nullable=False),  # error class and place, never text
    Column("sealed", LargeBinary, nullable=False),  # encrypted body
    Column("size", Integer, nullable=False),
    Column("kept_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False, index=True),
    Column("replayed_at", Instant),
)

Row = dict[str, Any]
