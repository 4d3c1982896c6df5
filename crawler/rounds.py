"""Stage 1: rounds. Which sources are due, who may crawl them now, and how their last rounds ended.

A round is leased to one holder for a politeness group; its end is fenced, so that a holder who was paused or replaced
cannot write. A killed round leaves source_state and watermark as they were: it is simply repeated.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from crawler.health import volume_alarm
from crawler.next_round import after_quiet_hours, next_minutes, read_rhythm, slowed_pause, written_rhythm
from crawler.patrol import NO_WAIT, write_patrol
from crawler.report import GOOD, RoundReport
from crawler.source import Source
from crawler.tables import source_state
from foundation import clock
from foundation.errors import Refused, Retry
from foundation.lease import holder_name, holds_lease, is_gone, release_lease, take_lease
from foundation.ledger import Work
from foundation.outcome import SourceOutcome
from foundation.settings import Crawl
from foundation.tables import lease

__all__ = [
    "Lease", "LeasedRound", "abandon_round", "abort_round", "finish_round", "is_catching_up", "longest_round_seconds",
    "release_group", "source_state", "start_round", "sync_sources", "take_due_group", "take_group",
]  # fmt: skip
EMPTY: dict[str, Any] = {"counts": {}, "note": "", "complete": 0, "alarm": ""}
MARGIN_SECONDS = 120  # a lease outlives its round by this much
ABORTED = "一轮超过时限仍没有结束，已中止"
LATE_SECONDS = 60  # a round that hangs gives itself up before; who started it ends it after this, before its lease ends


@dataclass(frozen=True, slots=True)
class LeasedRound:
    """A group that may be crawled now, with its due sources."""

    group: str
    fence: int
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lease:
    """By what right a round writes: group, holder, fence; `own` when the round itself took it."""

    group: str
    holder: str
    fence: int
    own: bool = False


def sync_sources(work: Work, sources: dict[str, Source]) -> None:
    """Register the school's sources: enabled ones are due at once when new, disabled ones are not_enabled."""
    known = {row.source_id: row for row in work.connection.execute(select(source_state))}
    for source in sources.values():
        values = {
            "group_name": source.politeness_group,
            "title": source.title,
            "owner": source.owner,
            "terms": source.terms,
            "expected": list(source.expected_posts_per_day),
            "weight": source.weight,
            "rhythm": written_rhythm(source.rhythm),
        }
        row = known.get(source.id)
        if row is None or row.rhythm != values["rhythm"]:
            values["interval_minutes"] = source.interval_minutes
        if not source.enabled:
            values |= {"outcome": SourceOutcome.NOT_ENABLED, "alarm": ""}
        elif row is None or row.outcome == SourceOutcome.NOT_ENABLED:
            values |= {"outcome": SourceOutcome.NEVER_RUN, "due_at": work.at}
        fresh = {"source_id": source.id, "due_at": work.at, **EMPTY, **values}
        if row is None:
            work.connection.execute(insert(source_state).values(**fresh))
        else:
            work.connection.execute(update(source_state).where(source_state.c.source_id == source.id).values(**values))
    for gone in known.keys() - sources.keys():
        work.connection.execute(delete(source_state).where(source_state.c.source_id == gone))


def take_due_group(work: Work, now: datetime, holder: str, seconds: float) -> LeasedRound | None:
    """Lease the politeness group whose round has been due longest; None when nothing is due or free."""
    due = (
        select(source_state)
        .where(source_state.c.due_at <= now, source_state.c.outcome != SourceOutcome.NOT_ENABLED)
        .order_by(source_state.c.due_at, source_state.c.weight.desc(), source_state.c.source_id)
    )
    groups: dict[str, list[tuple[int, str]]] = {}
    for row in work.connection.execute(due):
        groups.setdefault(row.group_name, []).append((-row.weight, row.source_id))
    for group, entries in groups.items():
        fence = take_group(work, group, holder, seconds)
        if fence is not None:
            return LeasedRound(group, fence, tuple(source_id for _, source_id in sorted(entries)))
    return None


def take_group(work: Work, group: str, holder: str, seconds: float) -> int | None:
    """Lease one group and return the fence; None while it is being crawled, also by the same holder."""
    row = work.connection.execute(select(lease).where(lease.c.name == _lease_name(group))).first()
    if row is not None and row.holder and row.until > clock.real_seconds() and not is_gone(row.holder):
        return None
    if row is not None and row.holder == holder:  # our own lease ran out: take it anew, so that the fence rises
        release_lease(work, _lease_name(group), holder)
    return take_lease(work, _lease_name(group), holder, seconds)


def release_group(work: Work, group: str, holder: str) -> None:
    """Give a group back, however its round ended."""
    release_lease(work, _lease_name(group), holder)


def start_round(work: Work, source: Source, holder: str, fence: str | int, seconds: float) -> Lease:
    """Begin a round under the given lease (renewed), or, when none is given, under one of its own.

    Raises:
        Retry: Another process is crawling the group, or the given lease was lost.
    """
    group = source.politeness_group
    own = not holder
    if own:
        holder = holder_name()
        taken = take_group(work, group, holder, seconds + MARGIN_SECONDS)
    else:
        held = holds_lease(work.connection, _lease_name(group), holder, int(fence))
        taken = take_lease(work, _lease_name(group), holder, seconds + MARGIN_SECONDS) if held else None
    if taken is None:
        raise Retry("这一组站点正由另一个程序抓取", group, "等它结束后再运行；同一站点同时只抓一轮")
    work.connection.execute(
        update(source_state).where(source_state.c.source_id == source.id).values(started_at=work.at)
    )
    return Lease(group, holder, taken, own)


def is_catching_up(connection: Connection, source_id: str) -> bool:
    """Return whether no round of the source has read all list pages since the last one that was cut off."""
    complete = connection.execute(select(source_state.c.complete).where(source_state.c.source_id == source_id)).scalar()
    return not complete


def finish_round(work: Work, source_id: str, report: RoundReport, under: Lease, *, complete: bool = False) -> None:
    """Write how a round ended, when the source is due again, and the fact `round.finished`.

    Raises:
        Refused: The lease was lost meanwhile: another round of the source counts, not this one.
    """
    if not holds_lease(work.connection, _lease_name(under.group), under.holder, under.fence):
        raise Refused("这一轮的租约已失效", source_id, "已由另一个程序接手，本轮结果不再写入")
    row = work.connection.execute(select(source_state).where(source_state.c.source_id == source_id)).first()
    if row is not None:
        _write_end(work, row, report, complete)
    if under.own:
        release_lease(work, _lease_name(under.group), under.holder)


def abandon_round(work: Work, under: Lease) -> None:
    """Give an interrupted round back: the source stays due."""
    if under.own:
        release_lease(work, _lease_name(under.group), under.holder)


def longest_round_seconds(crawl: Crawl) -> float:
    """Return after how long without an end nobody waits for a round any more: the process that runs it is ended."""
    return crawl.round_seconds + crawl.request_seconds + LATE_SECONDS


def abort_round(work: Work, source_id: str, under: Lease) -> None:
    """Write, in the place of a process that had to be ended, that its round hung; it is due again at its usual time.

    Raises:
        Refused: The lease was lost meanwhile: another round of the source counts, not this one.
    """
    report = RoundReport()
    report.hit(SourceOutcome.UNREACHABLE, ABORTED)
    finish_round(work, source_id, report, under)


def _write_end(work: Work, row: Row[Any], report: RoundReport, complete: bool) -> None:
    source_id, started_at = row.source_id, row.started_at or work.at
    rhythm = read_rhythm(row.rhythm)
    minutes = next_minutes(rhythm, row.interval_minutes, report.known_share)
    usual = timedelta(minutes=minutes)
    pause = max(usual, _asked_pause(row, report, usual))
    due_at = after_quiet_hours(rhythm, work.at + pause)
    heard = 0 if report.catching_up else report.changes["new"]
    alarm = volume_alarm(work.connection, row, heard, work.at) if report.outcome in GOOD else ""
    write_patrol(work, row, report, alarm, started_at, pause if pause > usual else NO_WAIT)
    where = source_state.c.source_id == source_id
    end = {"finished_at": work.at, "outcome": str(report.outcome), "counts": report.as_counts(), "note": report.note}
    work.connection.execute(
        update(source_state)
        .where(where)
        .values(**end, due_at=due_at, interval_minutes=minutes, complete=int(complete), alarm=alarm)
    )
    changes = report.changes
    work.tell(
        "round.finished",
        source_id,
        outcome=str(report.outcome),
        new=changes["new"],
        edited=changes["edited"],
        known=changes["known"] + changes["recounted"],
        vanished=report.vanished,
        seconds=round((work.at - started_at).total_seconds(), 1),
    )
    if alarm and alarm != row.alarm:
        work.tell("source.alarm", source_id, alarm=alarm, new=changes["new"])
    if row.alarm and not alarm and report.outcome in GOOD:
        work.tell("source.calm", source_id, alarm=row.alarm)


def _asked_pause(row: Row[Any], report: RoundReport, usual: timedelta) -> timedelta:
    """Return how long the site wants to be left alone: what it said, or longer each time when it did not say."""
    said = timedelta(seconds=report.retry_after_seconds)
    if said or report.outcome != SourceOutcome.RATE_LIMITED:
        return said
    again = row.outcome == SourceOutcome.RATE_LIMITED and row.finished_at is not None
    return slowed_pause(usual, row.due_at - row.finished_at if again else None)


def _lease_name(group: str) -> str:
    return f"group:{group}"
