"""Stage 1: the patrol 巡查. A round's end in, one row that is evidence out; and what was listened to on a day.

A row names source, person, terms, times, outcome and counts, so that "patrolled, nothing found" is as provable as a
finding. Rows are kept far beyond the six months of PRIVACY.md 7.
"""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from crawler.report import RoundReport
from crawler.tables import patrol, source_state
from foundation.clock import SCHOOL_ZONE
from foundation.ledger import Work
from foundation.outcome import SourceAlarm, SourceOutcome

PATROL_DAYS = 400
NO_WAIT = timedelta()
WAITS = "waits_minutes"  # in a row's counts
STALE_INTERVALS = 2  # a source that was due so many of its intervals ago is stale (Z1.1-1)
UNHEARD = (SourceOutcome.NOT_ENABLED, SourceOutcome.NEVER_RUN)


@dataclass(frozen=True, slots=True)
class PatrolLine:
    """One source on one day: its rounds, or why it had none.

    Attributes:
        source_id: The source.
        title: Its title on that day.
        owner: Person id of who is responsible for it.
        terms: What a search page was asked for.
        outcome: Of the last round; `not_enabled` or `never_run` when there was none for that reason, else empty.
        alarm: What was wrong with it at the end of the day.
        rounds: How many rounds ended on that day.
        blocked: How many of them met a wall.
        new: Posts heard for the first time.
        finished_at: End of the last round.
        backfilled: Posts that back-fills of that day brought, apart from what rounds heard.
        waits_minutes: How long the site is left alone after the last round because it asked for it; 0: as usual.
    """

    source_id: str
    title: str
    owner: str
    terms: tuple[str, ...]
    outcome: str
    alarm: str
    rounds: int = 0
    blocked: int = 0
    new: int = 0
    finished_at: datetime | None = None
    backfilled: int = 0
    waits_minutes: int = 0


def write_patrol(
    work: Work, state: Row[Any], report: RoundReport, alarm: str, started_at: datetime, waits: timedelta = NO_WAIT
) -> None:
    """Write the row of a round that ends now, and forget what is older than `PATROL_DAYS` of the same source.

    Args:
        work: The transaction.
        state: The source's row.
        report: What the round did.
        alarm: What is wrong with the source.
        started_at: When the round began.
        waits: How long the site is left alone, when that is longer than usual.
    """
    values = {name: getattr(state, name) for name in ("source_id", "title", "owner", "terms")}
    ends = {"started_at": started_at, "finished_at": work.at, "outcome": str(report.outcome), "alarm": alarm}
    counts = report.as_counts() | ({WAITS: round(waits.total_seconds() / 60)} if waits else {})
    counted = {"new": report.changes["new"], "counts": counts, "note": report.note}
    row = {**values, **ends, **counted, "catching_up": int(report.catching_up)}
    work.connection.execute(insert(patrol).values(**row))
    too_old = work.at - timedelta(days=PATROL_DAYS)
    of_source = (patrol.c.source_id == state.source_id, patrol.c.finished_at < too_old)
    work.connection.execute(delete(patrol).where(*of_source))


def patrol_of_day(connection: Connection, day: date) -> list[PatrolLine]:
    """Return what was listened to on a school day, a line a source, also those that had no round."""
    begins = datetime.combine(day, time.min, SCHOOL_ZONE)
    within = (patrol.c.finished_at >= begins, patrol.c.finished_at < begins + timedelta(days=1))
    rounds: dict[str, list[Row[Any]]] = {}
    backfilled: Counter[str] = Counter()
    for row in connection.execute(select(patrol).where(*within).order_by(patrol.c.patrol_id)):
        if row.counts.get("backfill"):  # no round: it proves nothing about the day
            backfilled[row.source_id] += row.new
        else:
            rounds.setdefault(row.source_id, []).append(row)
    lines = [_line_of(rows) for rows in rounds.values()]
    for row in connection.execute(select(source_state)):
        if row.source_id not in rounds:
            outcome = row.outcome if row.outcome in UNHEARD else ""
            lines.append(PatrolLine(row.source_id, row.title, row.owner, tuple(row.terms), outcome, row.alarm))
    lines = [replace(line, backfilled=backfilled[line.source_id]) for line in lines]
    return sorted(lines, key=lambda line: line.source_id)


def tell_stale(work: Work) -> int:
    """Tell of sources that nobody came to hear although they are long due; return how many, each told once."""
    asleep = select(source_state).where(
        source_state.c.outcome != SourceOutcome.NOT_ENABLED, source_state.c.alarm != SourceAlarm.STALE
    )
    stale = [row for row in work.connection.execute(asleep).all() if is_stale(row, work.at)]
    for row in stale:
        this = source_state.c.source_id == row.source_id
        work.connection.execute(update(source_state).where(this).values(alarm=SourceAlarm.STALE))
        work.tell("source.alarm", row.source_id, alarm=str(SourceAlarm.STALE))
    return len(stale)


def is_stale(row: Row[Any], now: datetime) -> bool:
    """Return whether a source's round was due two of its intervals ago and more."""
    late_at: datetime = row.due_at + timedelta(minutes=row.interval_minutes * STALE_INTERVALS)
    return now > late_at


def _line_of(rows: list[Row[Any]]) -> PatrolLine:
    last = rows[-1]
    blocked = sum(row.outcome not in (SourceOutcome.OK, SourceOutcome.NOTHING_NEW) for row in rows)
    new = sum(row.new for row in rows)
    terms = tuple(dict.fromkeys(term for row in rows for term in row.terms))
    what = (last.source_id, last.title, last.owner, terms, last.outcome, last.alarm)
    return PatrolLine(*what, len(rows), blocked, new, last.finished_at, waits_minutes=last.counts.get(WAITS, 0))
