"""Stage 1: when a source is heard next. How a round ended in, interval and instant out; pure.

A source whose school gives it an `interval_range` is heard less often while most of what its lists show is known, more
often while most is new, between 10 minutes and a day; without one its interval stands. Quiet hours put a round off to
their end. A site that says we ask too often, and not for how long to stay away, is asked after twice the last pause.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from foundation.clock import at_school

LONGER_ABOVE, SHORTER_BELOW = (
    0.67,
    0.33,
)  # shares of known rows; thresholds that a large media archive has used for years
FACTOR = 1.5
LONGEST_PAUSE = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """What the school wrote: minutes from round to round, their range, and the hours in which nobody is asked."""

    minutes: int
    least: int
    most: int
    quiet_from: time | None = None
    quiet_to: time | None = None


def next_minutes(rhythm: Rhythm, minutes: int, known_share: float | None) -> int:
    """Return the interval after a round.

    Args:
        rhythm: What the school wrote.
        minutes: The interval so far.
        known_share: Share of what the lists showed that was known before; None when they showed nothing.
    """
    if rhythm.least == rhythm.most:
        return rhythm.minutes
    if known_share is not None and known_share > LONGER_ABOVE:
        minutes = round(minutes * FACTOR)
    elif known_share is not None and known_share < SHORTER_BELOW:
        minutes = round(minutes / FACTOR)
    return min(max(minutes, rhythm.least), rhythm.most)


def slowed_pause(usual: timedelta, last: timedelta | None) -> timedelta:
    """Return the pause after a round that was asked to slow down: doubled each time, at most a day.

    Args:
        usual: What the interval would be.
        last: The pause before that round when the round before it met the same wall, else None.
    """
    return min(2 * max(usual, last or usual), LONGEST_PAUSE)


def after_quiet_hours(rhythm: Rhythm, due_at: datetime) -> datetime:
    """Return `due_at`, or the end of the quiet hours that it falls into (school time; they may cross midnight)."""
    begins, ends = rhythm.quiet_from, rhythm.quiet_to
    if begins is None or ends is None or begins == ends:
        return due_at
    local = at_school(due_at)
    moment = local.time()
    crosses = begins > ends
    is_quiet = moment >= begins or moment < ends if crosses else begins <= moment < ends
    if not is_quiet:
        return due_at
    day = local.date() + timedelta(days=int(crosses and moment >= begins))
    return datetime.combine(day, ends, local.tzinfo).astimezone(due_at.tzinfo)


def written_rhythm(rhythm: Rhythm) -> list[int | str | None]:
    """Return a rhythm as it stands in the ledger."""
    quiet = [moment.isoformat() if moment else None for moment in (rhythm.quiet_from, rhythm.quiet_to)]
    return [rhythm.minutes, rhythm.least, rhythm.most, *quiet]


def read_rhythm(row: Sequence[Any]) -> Rhythm:
    """Return the rhythm that `written_rhythm` wrote."""
    return Rhythm(*row[:3], *(time.fromisoformat(moment) if moment else None for moment in row[3:]))
