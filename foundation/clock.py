"""Ground floor: the only place that asks for the time.

Instants are aware UTC inside and Asia/Shanghai at the edge. With `HUIYIN_CLOCK=FILE` every process reads a virtual
UTC instant from that file (one ISO line); the ledger refuses to mix virtual and real time, so that a school's own
ledger can never be driven by it (see `foundation/ledger.py`). Leases and politeness use `real_seconds()`.
"""

import os
import time
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from foundation.errors import Stop

SCHOOL_ZONE = ZoneInfo("Asia/Shanghai")
CLOCK_VARIABLE = "HUIYIN_CLOCK"


def is_virtual() -> bool:
    """Return whether this process lives by a clock file (demo and tests only)."""
    return bool(os.environ.get(CLOCK_VARIABLE))


def now() -> datetime:
    """Return the present instant, aware UTC, virtual when a clock file is set.

    Raises:
        Stop: The clock file is missing or holds no instant.
    """
    name = os.environ.get(CLOCK_VARIABLE)
    if not name:
        return datetime.now(UTC)
    try:
        return datetime.fromisoformat(Path(name).read_text(encoding="utf-8").strip()).astimezone(UTC)
    except (OSError, ValueError, OverflowError) as problem:  # 0001-01-01T00:00+14:00 lies before the year 1 in UTC
        raise Stop("虚拟时钟读不出时间", name, f"检查环境变量 {CLOCK_VARIABLE} 指向的文件：{problem}") from problem


def real_seconds() -> float:
    """Return real wall-clock seconds since 1970: for leases only, never moved by a clock file."""
    return time.time()


def monotonic_seconds() -> float:
    """Return real monotonic seconds: for timeouts, pace and measuring durations."""
    return time.monotonic()


def wait(seconds: float) -> None:
    """Sleep `seconds` of real time (loops of the scheduler, worker and demo)."""
    time.sleep(seconds)


def at_school(instant: datetime) -> datetime:
    """Return `instant` in the school's time zone, for people to read."""
    return instant.astimezone(SCHOOL_ZONE)


def for_people(instant: datetime) -> str:
    """Return `instant` as people read it, school time, minutes: `2026-10-08 17:30`."""
    return at_school(instant).strftime("%Y-%m-%d %H:%M")
