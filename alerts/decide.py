"""Stage 6: whether an alert speaks now. What stands, why it might be silent, the rhythm and the instant in; a word out.

Pure. The order is Alertmanager's: over, muted, first word, more was found, nobody answered. Waits double with every
word about the same thing, so that a wave is a few messages and not a storm; 重大 and above never wait for the first.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from foundation.settings import Rhythm

GRAVE, GRAVEST = 2, 3
SPOKEN_FOR = "已有人办理"  # acknowledged, or a person has taken the event's case
Word = Literal["", "first", "more", "repeat", "over"]


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of one alert."""

    level_code: int
    opened_at: datetime
    found_at: datetime
    found: int
    told_at: datetime | None = None
    told_found: int = 0
    tells: int = 0


@dataclass(frozen=True, slots=True)
class Mutes:
    """Why it might be silent.

    Attributes:
        spoken_for: A person acknowledged it or handles the case of its event: nothing is repeated.
        case_ends: That person handles the case: its closing is the end, no word of this alert's own.
        covered: Who tells people already, so that this one says nothing: the event's open case, the source's rounds.
        silenced: Name of a silence that fits; never counts for 特别重大; technical ones have none.
    """

    spoken_for: bool = False
    case_ends: bool = False
    covered: str = ""
    silenced: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """What to say now (nothing: empty), when to look again (None: it is over), and why it is silent."""

    word: Word
    look_at: datetime | None
    muted: str = ""


def decide(alert: Standing, mutes: Mutes, rhythm: Rhythm, now: datetime) -> Decision:
    """Return whether an alert speaks at `now`, and when to look at it again."""
    over_at = alert.found_at + timedelta(minutes=rhythm.over_minutes)
    muted = _muted(alert, mutes)
    if now >= over_at:
        was_heard = alert.told_at is not None and not muted and not mutes.case_ends
        return Decision("over" if was_heard else "", None, muted)
    if muted:
        return Decision("", min(over_at, now + timedelta(minutes=rhythm.interval_minutes)), muted)
    word, due_at = _next_word(alert, mutes, rhythm)
    if word and due_at <= now:
        return Decision(word, min(over_at, _after(alert.tells + 1, rhythm, now)))
    return Decision("", min(over_at, due_at) if word else over_at, "" if word else SPOKEN_FOR)


def _muted(alert: Standing, mutes: Mutes) -> str:
    if mutes.silenced and alert.level_code < GRAVEST:
        return mutes.silenced
    return mutes.covered


def _next_word(alert: Standing, mutes: Mutes, rhythm: Rhythm) -> tuple[Word, datetime]:
    if alert.told_at is None:
        wait = timedelta(seconds=rhythm.wait_seconds if alert.level_code < GRAVE else 0)
        return "first", alert.opened_at + wait
    if mutes.spoken_for:
        return "", alert.found_at
    if alert.found > alert.told_found:
        return "more", alert.told_at + _doubled(rhythm.interval_minutes, alert.tells, rhythm)
    return "repeat", alert.told_at + _doubled(rhythm.repeat_minutes, alert.tells, rhythm)


def _after(tells: int, rhythm: Rhythm, now: datetime) -> datetime:
    """Return when to look again after a word: when more may be said at the earliest."""
    return now + _doubled(rhythm.interval_minutes, tells, rhythm)


def _doubled(minutes: int, tells: int, rhythm: Rhythm) -> timedelta:
    return timedelta(minutes=min(minutes * 2.0 ** min(tells - 1, 20), rhythm.longest_minutes))
