"""Stage 1: which threads are read again although no list led to them. Marks in, marks in the order of asking out.

Two promises: threads of at most 72 hours and those of open cases are read again in each round; every other thread at
least once in seven days. Together they stay below a tenth of what a full crawl asks: each thread
has its own moment of the week, so that the rest is spread evenly and a small board is not asked in every round; a
backlog is caught up longest unread first, within the tenth. On a forum younger than a month, or one that is heard once
a day, the promises alone may need more than a tenth: then they count.
"""

import math
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crawler.marks import Mark

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
ROTATION = timedelta(days=7)
SHARE = 0.1  # of the pages of a full crawl
SLACK = 1.5  # moments of threads fall together by chance


@dataclass(frozen=True, slots=True)
class Rechecks:
    """What is read again, and how many threads have waited longer than promised."""

    marks: tuple["Mark", ...]
    behind: int


def plan_rechecks(
    marks: Iterable["Mark"], now: datetime, *, hours: float, watched: frozenset[str], pause: timedelta
) -> Rechecks:
    """Return the threads to read again now.

    Args:
        marks: Known threads that this round has not read; vanished ones are left out.
        now: The round's present instant.
        hours: So young threads are read in each round.
        watched: Threads of open cases.
        pause: Time from round to round, the longer of the planned and the last one.
    """
    alive = [mark for mark in marks if mark.vanished_at is None]
    since = now - timedelta(hours=hours)
    fresh = [mark for mark in alive if born_at(mark) >= since or mark.thread_key in watched]
    keys = {mark.thread_key for mark in fresh}
    rest = sorted(
        (mark for mark in alive if mark.thread_key not in keys), key=lambda mark: (mark.checked_at, mark.thread_key)
    )
    period = max(ROTATION - 2 * pause, ROTATION / 2)  # a round earlier than promised: one may be put off
    due = [mark for mark in rest if _slot_before(mark.thread_key, now, period) > mark.checked_at]
    free = math.floor(SHARE * sum(mark.pages for mark in alive)) - sum(mark.pages for mark in fresh)
    even = math.ceil(SLACK * sum(mark.pages for mark in rest) * min(pause / period, 1.0))
    taken = _first(due, max(free, even))
    behind = sum(mark.checked_at < now - ROTATION for mark in due[len(taken) :])
    return Rechecks((*sorted(fresh, key=born_at, reverse=True), *taken), behind)


def born_at(mark: "Mark") -> datetime:
    """Return when a thread began: its first post, or when it was first seen."""
    return mark.published_at or mark.first_seen_at


def _slot_before(thread_key: str, now: datetime, period: timedelta) -> datetime:
    """Return the last moment, at or before `now`, at which a thread's turn came."""
    phase = zlib.crc32(thread_key.encode()) / 2**32 * period
    return now - (now - EPOCH - phase) % period


def _first(marks: list["Mark"], pages: int) -> list["Mark"]:
    taken: list[Mark] = []
    for mark in marks:
        if pages <= 0:
            break
        taken.append(mark)
        pages -= mark.pages
    return taken
