"""The application: starts due rounds as child processes, one politeness group each, and reaps them.

A round's lease is held in this process's name; when this process dies, its children notice (their parent is gone) and
stop, the lease is free at once on this host, and the round is repeated. Posts are idempotent, so nothing comes twice.
A child that hangs is killed; the source on which it hung ends as unreachable and is due again at its usual time.
"""

import logging
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path

from crawler.rounds import Lease, LeasedRound, abort_round, longest_round_seconds, release_group, take_due_group
from foundation import clock
from foundation.errors import Refused, Retry, reason_of
from foundation.lease import holder_name
from foundation.ledger import Ledger
from foundation.school import School
from huiyin.warm_rounds import start_round
from huiyin.watch_child import ChildWatch

log = logging.getLogger(__name__)
GRACE_SECONDS = 60  # the lease ends this much after the last moment at which a hanging child is ended
STOP_SECONDS = 5.0  # a killed round loses nothing, it is repeated


@dataclass(slots=True)
class Worker:
    """The rounds that this process runs now."""

    ledger: Ledger
    log_folder: Path
    holder: str = field(default_factory=holder_name)
    running: dict[str, BaseProcess] = field(default_factory=dict)
    watches: dict[str, ChildWatch] = field(default_factory=dict)

    def start_due_rounds(self, school: School) -> int:
        """Reap finished children, then start rounds of due groups up to the school's number of workers."""
        self.reap()
        started = 0
        limit = longest_round_seconds(school.settings.crawl)
        while len(self.running) < school.settings.schedule.workers:
            with self.ledger.change() as work:
                leased = take_due_group(work, clock.now(), self.holder, limit + GRACE_SECONDS)
            if leased is None:
                break
            try:
                self.running[leased.group] = self._start(leased, limit)
            except OSError as problem:  # no room for its log, or no further process: the group must not stay leased
                self._give_back(leased.group)
                where, next_step = f"{leased.group}（{reason_of(problem)}）", "检查磁盘空间与进程数；下一拍会再试"
                raise Retry("抓取进程启动不了", where, next_step) from problem
            started += 1
        return started

    def reap(self) -> None:
        """Give back the leases of children that ended, however they ended; end those that hang."""
        for group, child in list(self.running.items()):
            hangs = child.exitcode is None and self.watches[group].is_hanging()
            if hangs:
                child.kill()  # not politely: inside it nothing listens any more
                child.join()
                self._write_abort(self.watches[group])
            if child.exitcode is None:
                continue
            if child.exitcode != 0:
                log.warning("round of %s ended with code %s", group, child.exitcode)
            del self.running[group], self.watches[group]
            self._give_back(group)

    def stop(self) -> None:
        """End our own children, by id, politely first."""
        for child in self.running.values():
            child.terminate()
        for child in self.running.values():
            child.join(STOP_SECONDS)
            if child.exitcode is None:
                child.kill()
                child.join()
        self.reap()

    def _write_abort(self, watch: ChildWatch) -> None:
        source, leased = watch.unfinished(), watch.leased
        if not source:
            return
        log.error("round of %s hung on source %s and was ended", leased.group, source)
        try:
            with self.ledger.change() as work:
                abort_round(work, source, Lease(leased.group, self.holder, leased.fence))
        except Refused as problem:
            log.error("%s: the end of the round could not be written: %s", source, problem)

    def _give_back(self, group: str) -> None:
        with self.ledger.change() as work:
            release_group(work, group, self.holder)

    def _start(self, leased: LeasedRound, limit_seconds: float) -> BaseProcess:
        self.log_folder.mkdir(parents=True, exist_ok=True)
        place = self.log_folder / f"round-{leased.group.replace(':', '-').replace('/', '-')}.log"
        under = ["--group", leased.group, "--fence", str(leased.fence), "--holder", self.holder]
        with place.open("wb") as said:
            child = start_round([*under, *leased.sources], said.fileno(), said.fileno())
        self.watches[leased.group] = ChildWatch(leased, place, limit_seconds)
        return child
