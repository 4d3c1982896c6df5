"""The application: the schedule. APScheduler in memory turns one tick over ledger rows; no job holds any truth.

A tick, each step in its own transaction: number posts, group them into events and open cases, run rules, take due
ladder steps, send notices, start due rounds. Only the leader ticks, a second process waits and takes over; a step that
fails is logged and counted, the others go on.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert as upsert

from alerts.ask_results import ask_results
from alerts.count_quota import warn_quota
from alerts.find_due import take_due_steps
from alerts.outbox import send_pending
from alerts.outbox_rows import free_claims
from alerts.run_rules import run_rules
from alerts.tell_alerts import tell_alerts
from alerts.tell_rounds import tell_rounds
from cases.keep_watch import keep_watch
from cases.recount_timers import recount_timers
from crawler.patrol import tell_stale
from crawler.rounds import sync_sources
from crawler.source import load_sources
from foundation import clock
from foundation.audit import read_head
from foundation.audit_anchor import anchor_file, note_anchor
from foundation.errors import HuiyinError
from foundation.lease import holds_lease, is_gone, release_lease, take_lease
from foundation.ledger import Work
from foundation.spool import purge
from foundation.stack import code_place
from foundation.tables import heartbeat, outbox, school_version
from huiyin.forget_old import forget_old
from huiyin.group_posts import group_and_open
from huiyin.morning_facts import JOB as MORNING
from huiyin.morning_facts import note_next, tell_morning
from huiyin.recheck_links import recheck_links
from huiyin.watch_leader import WORKER, watch_leader, watch_workers
from huiyin.watch_threads import watch_threads
from huiyin.wiring import Parts, open_parts
from huiyin.worker import Worker
from search.choose_store import ChooseStore
from search.posts import number_posts
from search.sender import Sender

log = logging.getLogger(__name__)
LEADER = "scheduler"
LEADER_SECONDS = 90.0  # three ticks of the default length
LONGEST_AHEAD = 360.0  # a lead that ends later was taken before the clock was set back
PURGE_EVERY = timedelta(hours=1)
ANCHOR_EVERY = timedelta(days=1)
SENDS_A_TICK = 6  # a new post is searchable some seconds after it was kept
WATCH_SECONDS = 60.0
STUCK_SECONDS = 600.0  # the slowest tick of a storm is far shorter
MISSED_SECONDS = 600.0  # so long without a tick is an outage that people are told of
STOP_SECONDS = 5.0  # so long a stop waits for the step that runs


@dataclass(slots=True)
class Schedule:
    """One scheduler process: what it works with and what it counts.

    Attributes:
        parts: Ledger, school, index.
        worker: The rounds that this process runs.
        change_pace: Called with the new tick length when the school changes it.
        failures: How often which step failed.
        with_rounds: Whether it also starts rounds (`huiyin run`) or leaves them to workers (`huiyin scheduler`).
        leads: Whether this process ticks; None before its first try.
        fence: Of our lead: whoever holds an older one was paused and replaced, and may not send.
        done: When each step last ended well, product time.
        begun_at: Real monotonic seconds at which the running tick began; 0 between ticks.
        stopping: Set when the process shall end: no further step begins.
        busy: Held while a tick runs.
        sender: Ships to the Elasticsearch of a school that has one.
    """

    parts: Parts
    worker: Worker
    change_pace: Callable[[float], object] = lambda _seconds: None
    failures: dict[str, int] = field(default_factory=dict)
    with_rounds: bool = True
    leads: bool | None = None
    fence: int = 0
    done: dict[str, datetime] = field(default_factory=dict)
    begun_at: float = 0.0
    stopping: threading.Event = field(default_factory=threading.Event)
    busy: threading.Lock = field(default_factory=threading.Lock)
    sender: Sender | None = None
    told_stuck: bool = False

    def tick(self) -> None:
        """Do everything that is due now; safe to call at any time and any number of times."""
        if not self.busy.acquire(blocking=False):
            return  # the tick before this one still runs
        try:
            self.begun_at = clock.monotonic_seconds()
            self._survive("tick", self._turn)
        finally:
            self.begun_at = 0.0
            self.busy.release()

    def send_index(self) -> None:
        """Ship what waits to Elasticsearch, beside the tick, which never waits for a server; only the leader does."""
        if self.leads and not self.stopping.is_set() and (sender := self._sender()) is not None:
            self._survive("index", sender.run_if_due)

    def recheck_links(self) -> None:
        """Open links of public answers again, beside the tick, which never waits for a site; only the leader does."""
        if self.leads and not self.stopping.is_set():
            self._survive("links", lambda: recheck_links(self.parts))

    def _sender(self) -> Sender | None:
        store = self.parts.store
        if not isinstance(store, ChooseStore):
            return None
        if self.sender is None or self.sender.store is not store.cluster:
            self.sender = Sender(self.parts.ledger, store.cluster)
        return self.sender

    def watch(self) -> str:
        """Return what is wrong with the tick, seen from outside of it; empty when it turns. Told once an outage."""
        seconds = clock.monotonic_seconds() - self.begun_at if self.begun_at else 0.0
        if seconds < STUCK_SECONDS:
            self.told_stuck = False
            return ""
        words = f"一拍已经 {seconds / 60:.0f} 分钟没有结束"
        if not self.told_stuck:
            self.told_stuck = True
            log.error("the tick has not ended for %.0f seconds", seconds)
            self._in_work(lambda work: work.tell("job.stuck", "tick", reason=words))
        return words

    def still_leads(self, work: Work) -> bool:
        """Tell, inside a writing transaction, whether we still lead under our own fence, and keep the lead if so."""
        ours = holds_lease(work.connection, LEADER, self.worker.holder, self.fence)
        return ours and take_lease(work, LEADER, self.worker.holder, LEADER_SECONDS) == self.fence

    def work_once(self) -> None:
        """Start due rounds only, as a worker does; leads nothing, and sees whether somebody does."""
        self._survive("follow", self._follow_school)
        self._survive("rounds", lambda: self.worker.start_due_rounds(self.parts.school))
        self._survive("leader", lambda: watch_leader(self.parts.ledger, self.parts.school, self.worker.holder))
        self._survive("beat", lambda: self._beat(WORKER, clock.now()))

    def close(self) -> None:
        """Stop children, give the lead back."""
        self._survive("stop", self.worker.stop)
        self._survive("stop", lambda: self._in_work(lambda work: release_lease(work, LEADER, self.worker.holder)))
        self.parts.ledger.close()

    def _turn(self) -> None:
        if self.stopping.is_set() or not self._lead():
            return
        at = clock.now()
        self._survive("follow", self._follow_school)
        for name, step in self._steps().items():
            if self.stopping.is_set():
                return
            if self._survive(name, step):
                self.done[name] = at
        self._in_work(self._beat_all)
        self._beat("tick", at)

    def _steps(self) -> dict[str, Callable[[], object]]:
        parts = self.parts
        return {
            "missed": lambda: self._in_work(tell_missed),
            "claims": lambda: self._in_work(free_dead_claims),
            "number": lambda: self._in_work(number_posts),
            "group": lambda: group_and_open(parts),
            "rules": lambda: self._in_work(lambda work: run_rules(work, parts.school)),
            "alerts": lambda: self._in_work(lambda work: tell_alerts(work, parts.school)),
            "recount": lambda: self._in_work(lambda work: recount_timers(work, parts.school)),
            "due": lambda: self._in_work(lambda work: take_due_steps(work, parts.school)),
            "sources": lambda: self._in_work(lambda work: (tell_stale(work), tell_rounds(work, parts.school))),
            "duties": lambda: self._in_work(lambda work: keep_watch(work, parts.school)),
            "morning": self._morning,
            "quota": lambda: self._in_work(lambda work: warn_quota(work, parts.school)),
            "send": lambda: send_pending(parts.ledger, parts.school, self.worker.holder, still_leads=self.still_leads),
            "results": lambda: ask_results(parts.ledger, parts.school),
            "watch": lambda: self._in_work(watch_threads),
            "rounds": lambda: self.worker.start_due_rounds(parts.school) if self.with_rounds else None,
            "workers": lambda: None if self.with_rounds else self._in_work(watch_workers),
            "purge": self._purge,
            "anchor": self._anchor,
        }

    def _lead(self) -> bool:
        with self.parts.ledger.change() as work:
            fence = take_lease(work, LEADER, self.worker.holder, LEADER_SECONDS, LONGEST_AHEAD)
        leads, self.fence = fence is not None, fence or 0
        if leads != self.leads and (self.leads is not None or not leads):
            print("本进程开始值守。" if leads else "另一个 huiyin run 正在值守，本进程待命。", flush=True)
        self.leads = leads
        return leads

    def _follow_school(self) -> None:
        """Take up a newly applied school version, with its sources, without a restart."""
        with self.parts.ledger.read() as connection:
            newest = connection.execute(select(func.max(school_version.c.version))).scalar()
        if newest == self.parts.school.version:
            return
        fresh = open_parts(self.parts.ledger.folder)
        with fresh.ledger.change() as work:
            sync_sources(work, load_sources(fresh.school))
        self.parts.ledger.close()
        self.parts, self.worker.ledger = fresh, fresh.ledger
        self.change_pace(fresh.school.settings.schedule.tick_seconds)
        print(f"已改用学校配置第 {newest} 版。", flush=True)

    def _morning(self) -> None:
        """Tell the patrol's facts once a day, as proof of life."""
        with self.parts.ledger.change() as work:
            if tell_morning(work, self.parts.school):
                _beat_in(work, {MORNING: work.at}, {})
            note_next(work, self.parts.school)

    def _purge(self) -> None:
        """Drop what has outlived its days, at most once an hour of product time."""
        at = clock.now()
        if self._is_due("purge", at, PURGE_EVERY):
            self._in_work(lambda work: purge(work, work.at))
            forget_old(self.parts)
            self._beat("purge", at)

    def _anchor(self) -> None:
        """Note the audit chain's head outside the ledger, once a day: in the anchor file and in the log."""
        at = clock.now()
        if self._is_due("anchor", at, ANCHOR_EVERY):
            with self.parts.ledger.read() as connection:
                head = read_head(connection)
            note_anchor(anchor_file(self.parts.ledger.folder), at, head)
            print(f"审计锚定：第 {head.seq} 行 {head.hash}", flush=True)  # whatever keeps our output is an anchor too
            self._beat("anchor", at)

    def _is_due(self, job: str, at: datetime, every: timedelta) -> bool:
        with self.parts.ledger.read() as connection:
            last = connection.execute(select(heartbeat.c.finished_at).where(heartbeat.c.job == job)).scalar()
        return last is None or at - last >= every

    def _in_work(self, act: Callable[[Work], object]) -> None:
        with self.parts.ledger.change() as work:
            act(work)

    def _survive(self, name: str, step: Callable[[], object]) -> bool:
        try:
            step()
        except Exception as problem:  # noqa: BLE001  # a step may fail in any way: counted, told, the others go on
            self.failures[name] = self.failures.get(name, 0) + 1
            words = str(problem) if isinstance(problem, HuiyinError) else code_place(problem)
            log.error("step %s failed (%d times): %s", name, self.failures[name], words)
            return False
        return True

    def _beat_all(self, work: Work) -> None:
        """Note when each step last ended well: a step that fails again and again grows old and is seen."""
        _beat_in(work, {f"step.{name}": at for name, at in self.done.items()}, {})

    def _beat(self, job: str, at: datetime) -> None:
        self._in_work(lambda work: _beat_in(work, {job: at}, {"failures": self.failures}))


def _beat_in(work: Work, ends: dict[str, datetime], note: dict[str, Any]) -> None:
    """Note when jobs last ended well, all in one statement."""
    if not ends:
        return
    rows = [{"job": job, "finished_at": at, "real_at": clock.real_seconds(), "note": note} for job, at in ends.items()]
    statement = upsert(heartbeat)
    fresh = {name: statement.excluded[name] for name in ("finished_at", "real_at", "note")}
    work.connection.execute(statement.on_conflict_do_update(index_elements=["job"], set_=fresh), rows)


def tell_missed(work: Work) -> int:
    """Say that nobody was on duty for a while, now that it is made up for; return 1 when it was said."""
    beat = work.connection.execute(select(heartbeat).where(heartbeat.c.job == "tick")).first()
    silent = clock.real_seconds() - beat.real_at if beat else 0.0
    if silent < MISSED_SECONDS:
        return 0
    words = f"{clock.for_people(beat.finished_at)} 起 {silent / 3600:.1f} 小时无人值守，现已补做" if beat else ""
    work.tell("schedule.missed", "tick", reason=words, since=beat.finished_at.isoformat() if beat else "")
    return 1


def free_dead_claims(work: Work) -> int:
    """Give back the notices that a killed process had claimed, so that nobody waits for its lease."""
    claimed = select(outbox.c.claimed_by).where(outbox.c.state == "pending", outbox.c.claimed_by.is_not(None))
    holders = work.connection.execute(claimed.distinct()).scalars().all()
    return sum(free_claims(work, holder) for holder in holders if is_gone(holder))
