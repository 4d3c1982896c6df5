"""Stage 6: silences: something known is not told for a while. Who, reason and end are required; all is audited.

A silence never holds back 特别重大, technical notices, or anything help-first. What it holds back stays visible as
skipped, with the number of the silence.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, Connection, Integer, String, Table, insert, select, update

from foundation.errors import Refused
from foundation.ledger import Work
from foundation.tables import Instant, RowId, metadata

LONGEST = timedelta(days=30)
MATCHERS = ("rule", "event", "case", "kind")
GRAVEST = 3

silence = Table(
    "silence",
    metadata,
    Column("silence_id", RowId, primary_key=True),
    Column("field", String, nullable=False),  # one of MATCHERS
    Column("value", String, nullable=False),
    Column("made_by", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False, index=True),
    Column("lifted_by", String, nullable=False, default=""),
    Column("held_back", Integer, nullable=False, default=0),
)


@dataclass(frozen=True, slots=True)
class Subject:
    """What a notice is about, as silences see it."""

    rule: str = ""
    event: str = ""
    case: str = ""
    kind: str = ""


def make_silence(work: Work, field: str, value: str, *, made_by: str, reason: str, ends_at: datetime) -> int:
    """Begin a silence; return its number.

    Raises:
        Refused: No reason, an end in the past, or longer than 30 days.
    """
    if field not in MATCHERS or not value:
        raise Refused("静默要写明针对什么", field or "—", f"写 {'、'.join(MATCHERS)} 之一")
    if not reason.strip():
        raise Refused("静默要写明理由", value, "用 --reason 写一句话")
    if not work.at < ends_at <= work.at + LONGEST:
        raise Refused("静默的结束时间不对", ends_at.isoformat(), "写将来的时间，最长 30 天")
    values = {
        "field": field,
        "value": value,
        "made_by": made_by,
        "reason": reason,
        "made_at": work.at,
        "ends_at": ends_at,
    }
    number = work.connection.execute(insert(silence).values(**values, lifted_by="", held_back=0)).inserted_primary_key
    if number is None:
        raise AssertionError("an inserted row has a key")
    work.audit("silence.make", str(number[0]), field=field, value=value, by=made_by, ends_at=ends_at.isoformat())
    return int(number[0])


def lift_silence(work: Work, number: int, person: str) -> None:
    """End a silence early.

    Raises:
        Refused: There is no such silence in force.
    """
    where = (silence.c.silence_id == number, silence.c.ends_at > work.at)
    changed = work.connection.execute(update(silence).where(*where).values(ends_at=work.at, lifted_by=person))
    if not changed.rowcount:
        raise Refused("没有这条生效中的静默", str(number), "用 huiyin alerts silences 查看编号")
    work.audit("silence.lift", str(number), by=person)


def silences_at(connection: Connection, at: datetime) -> list[Any]:
    """Return the silences in force."""
    return list(connection.execute(select(silence).where(silence.c.ends_at > at).order_by(silence.c.silence_id)))


def silence_for(rows: list[Any], subject: Subject, level_code: int) -> Any | None:
    """Return the silence that holds this back, or None."""
    if level_code >= GRAVEST:
        return None
    return next((row for row in rows if row.value == getattr(subject, row.field)), None)


def count_held_back(work: Work, number: int) -> None:
    """Count one notice that a silence held back."""
    held = {"held_back": silence.c.held_back + 1}
    work.connection.execute(update(silence).where(silence.c.silence_id == number).values(held))
