"""The application: the schedule. APScheduler in memory turns one tick over ledger rows; no job holds any truth.

A tick, each step in its own transaction: number posts, group them into events and open cases, run rules, take due
ladder steps, send notices, start due rounds. Only the leader ticks; a step that fails is logged and counted, the
others go on.
"""

import logging
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from types import FrameType

from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import func, select
from sqlalchemy.dialects.sqlite import insert as upsert

from alerts.find_due import take_due_steps
from alerts.outbox import send_pending
from alerts.run_rules import run_rules
from cases.open_case import open_cases
from events.cluster_posts import cluster_new_posts
from foundation import clock
from foundation.errors import HuiyinError
from foundation.lease import release_lease, take_lease
from foundation.ledger import Work, state_folder
from foundation.spool import purge
from foundation.tables import heartbeat, meta, school_version
from huiyin.wiring import Parts, open_parts
from huiyin.worker import Worker
from search.posts import number_posts, posts_after

log = logging.getLogger(__name__)
LEADER = "scheduler"
LEADER_SECONDS = 90.0  # three ticks of the default length
BATCH = 500
GROUPED = "grouped_seq"  # meta row: last ingest_seq that events and cases have seen


@dataclass(slots=True)
class Schedule:
    """One scheduler process: what it works with and what it counts."""

    parts: Parts
    worker: Worker
    failures: dict[str, int] = field(default_factory=dict)

    def tick(self) -> None:
        """Do everything that is due now; safe to call at any time and any number of times."""
        if not self._lead():
            return
        at = clock.now()
        self._follow_school()
        for name, step in self._steps().items():
            self._survive(name, step)
        self._beat("tick", at)

    def _steps(self) -> dict[str, Callable[[], object]]:
        parts = self.parts
        return {
            "number": self._number,
            "group": lambda: group_and_open(parts),
            "rules": lambda: self._in_work(lambda work: run_rules(work, parts.school)),
            "due": lambda: self._in_work(lambda work: take_due_steps(work, parts.school)),
            "send": lambda: send_pending(parts.ledger, parts.school, self.worker.holder),
            "rounds": lambda: self.worker.start_due_rounds(parts.school),
        }

    def purge(self) -> None:
        """Drop what has outlived its days."""
        self._survive("purge", lambda: self._in_work(lambda work: purge(work, work.at)))

    def close(self) -> None:
        """Stop children, give the lead back."""
        self.worker.stop()
        with self.parts.ledger.change() as work:
            release_lease(work, LEADER, self.worker.holder)
        self.parts.ledger.close()

    def _lead(self) -> bool:
        try:
            with self.parts.ledger.change() as work:
                return take_lease(work, LEADER, self.worker.holder, LEADER_SECONDS) is not None
        except HuiyinError as problem:
            log.error("no tick: %s", problem)
            return False

    def _follow_school(self) -> None:
        """Take up a newly applied school version without a restart."""
        with self.parts.ledger.read() as connection:
            newest = connection.execute(select(func.max(school_version.c.version))).scalar()
        if newest != self.parts.school.version:
            self.parts.ledger.close()
            self.parts = open_parts()
            self.worker.ledger = self.parts.ledger

    def _number(self) -> None:
        self._in_work(number_posts)

    def _in_work(self, act: Callable[[Work], object]) -> None:
        with self.parts.ledger.change() as work:
            act(work)

    def _survive(self, name: str, step: Callable[[], object]) -> None:
        try:
            step()
        except Exception as problem:
            self.failures[name] = self.failures.get(name, 0) + 1
            log.exception("step %s failed (%d times): %s", name, self.failures[name], type(problem).__name__)

    def _beat(self, job: str, at: datetime) -> None:
        values = {"finished_at": at, "real_at": clock.real_seconds(), "note": {"failures": self.failures}}
        with self.parts.ledger.change() as work:
            statement = upsert(heartbeat).values(job=job, **values)
            work.connection.execute(statement.on_conflict_do_update(index_elements=["job"], set_=values))


def group_and_open(parts: Parts) -> int:
    """Group newly numbered posts into events and open their cases, batch by batch; return how many posts were seen.

    The batch, its events, its cases and the mark "seen up to here" are one transaction: after a crash nothing is seen
    twice and nothing is skipped.
    """
    seen = 0
    while True:
        with parts.ledger.change() as work:
            mark = select(meta.c.value).where(meta.c.name == GROUPED)
            after = int(work.connection.execute(mark).scalar() or 0)
            numbered = posts_after(work.connection, after, BATCH)
            if not numbered:
                return seen
            changes = cluster_new_posts(work, parts.store, parts.school, numbered)
            open_cases(work, parts.store, parts.school, changes)
            last = str(numbered[-1][0])
            statement = upsert(meta).values(name=GROUPED, value=last)
            work.connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"value": last}))
            seen += len(numbered)


def run_forever(parts: Parts) -> int:
    """Tick until SIGINT or SIGTERM; children and leases are given back on the way out."""
    schedule = Schedule(parts, Worker(parts.ledger, state_folder() / "log"))
    seconds = parts.school.settings.schedule.tick_seconds
    scheduler = BackgroundScheduler(
        timezone=clock.SCHOOL_ZONE,
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    scheduler.add_job(schedule.tick, "interval", seconds=seconds, id="tick")
    scheduler.add_job(schedule.purge, "interval", hours=1, id="purge")
    stopping = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopping.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    scheduler.start()
    print(f"回音已启动：每 {seconds:g} 秒一拍，按 Ctrl-C 停止。", flush=True)
    stopping.wait()
    scheduler.shutdown(wait=True)
    schedule.close()
    print("回音已停止，没有未提交的内容。", flush=True)
    return 0
