"""Stage 6: how often a robot may speak. One row a robot, in real seconds, shared by all processes and restarts.

The row holds the sends of the last minute instead of a count of tokens: a refilling bucket lets 15 saved and 15 fresh
messages pass within one minute, which DingTalk (20 a minute) answers with ten minutes of silence.
"""

from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.dialects.postgresql import insert

from alerts.tables import bucket
from foundation import clock
from foundation.ledger import Work

MINUTE = 60.0
RESERVE = 5  # sends of each minute that only 重大 and above may use
GRAVE = 2
PAUSE_SECONDS, LONGEST_PAUSE = 60.0, 600.0  # after a throttling: 60, 120 … 600
LONGEST_ASKED = 3600.0  # real seconds a robot may ask for; an end further ahead was written before the clock stepped


def take_turn(work: Work, name: str, per_minute: int, level_code: int) -> bool:
    """Return whether the robot may speak now, and count it when it may."""
    real = clock.real_seconds()
    row = _row(work, name)
    taken = [at for at in (row.taken if row else []) if real - MINUTE < at <= real]
    reserve = 0 if level_code >= GRAVE else min(RESERVE, per_minute // 2)
    if (row and real < row.open_until <= real + LONGEST_ASKED) or len(taken) >= per_minute - reserve:
        return False
    _write(work, name, taken=[*taken, real], open_until=0.0, pauses=row.pauses if row else 0)
    return True


def pause(work: Work, name: str, at_least: float = 0.0) -> float:
    """Silence the robot after a throttling, at least as long as it asked for, an hour at most; return the seconds."""
    row = _row(work, name)
    pauses = (row.pauses if row else 0) + 1
    seconds = max(min(PAUSE_SECONDS * 2.0 ** (pauses - 1), LONGEST_PAUSE), min(at_least, LONGEST_ASKED))
    _write(work, name, taken=row.taken if row else [], open_until=clock.real_seconds() + seconds, pauses=pauses)
    return seconds


def end_pauses(work: Work, name: str) -> None:
    """The robot accepted a message: the next throttling begins with the short pause again."""
    row = _row(work, name)
    if row and row.pauses:
        _write(work, name, taken=row.taken, open_until=0.0, pauses=0)


def _row(work: Work, name: str) -> Row[Any] | None:
    return work.connection.execute(select(bucket).where(bucket.c.name == name)).first()


def _write(work: Work, name: str, **values: Any) -> None:
    statement = insert(bucket).values(name=name, **values)
    work.connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_=values))
