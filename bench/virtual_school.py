"""The example school in a folder, its robots and mail server on loopback, and one file that all clocks follow.

For measurements that play hours in seconds: product time, leases and the robots' minutes move together.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from demo.dingtalk_server import DingTalkServer
from demo.mail_server import MailServer
from demo.prepare_school import Places, change_source, prepare_school, robot_environment
from foundation import clock
from huiyin.schedule import Schedule
from huiyin.wiring import apply_folder, open_parts
from huiyin.worker import Worker

BEGINS = datetime(2026, 10, 12, 2, 0, tzinfo=UTC)  # a Monday, ten o'clock at school


@dataclass(frozen=True, slots=True)
class VirtualSchool:
    """An applied school: its folder, its servers, its clock."""

    folder: Path
    robots: DingTalkServer
    mail: MailServer

    @property
    def blocked_robots(self) -> int:
        """How many robots were ever blocked for sending too fast."""
        return sum(robot.blocked_until > 0 for robot in self.robots.robots.values())

    def set_clock(self, at: datetime) -> None:
        """Move every clock."""
        (self.folder / "clock").write_text(at.isoformat(), encoding="utf-8")

    def move(self, **delta: float) -> datetime:
        """Move every clock on and return the new instant."""
        at = clock.now() + timedelta(**delta)
        self.set_clock(at)
        return at

    def schedule(self, name: str = "leader") -> Schedule:
        """Return a scheduler with a ledger connection of its own, as `huiyin scheduler` builds it."""
        parts = open_parts()
        return Schedule(parts, Worker(parts.ledger, self.folder / "log", holder=name), with_rounds=False)


@contextmanager
def virtual_school(folder: Path) -> Iterator[VirtualSchool]:
    """Apply the example school in an empty folder; clocks and environment are put back at the end."""
    before, real, monotonic = dict(os.environ), clock.real_seconds, clock.monotonic_seconds
    with DingTalkServer() as robots, MailServer() as mail:
        school = VirtualSchool(folder, robots, mail)
        prepare_school(folder / "school", Places({}, mail.port))
        for source in sorted((folder / "school" / "sources").glob("*.yaml")):
            change_source(folder / "school", source.stem, expected_posts_per_day=[0, 100_000], interval_minutes=1440)

        def seconds() -> float:
            return datetime.fromisoformat((folder / "clock").read_text(encoding="utf-8")).timestamp()

        school.set_clock(BEGINS)
        places = {"HUIYIN_CLOCK": str(folder / "clock"), "HUIYIN_STATE": str(folder / "state")}
        os.environ |= {**places, **robot_environment(robots)}
        clock.real_seconds = clock.monotonic_seconds = seconds
        try:
            apply_folder(folder / "school", "bench")
            yield school
        finally:
            clock.real_seconds, clock.monotonic_seconds = real, monotonic
            os.environ.clear()
            os.environ.update(before)
