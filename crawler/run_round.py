"""Stage 1: one leased group's rounds in a process of its own. Source ids come in, JSON lines about each round go out.

`end_with` in a forked process (`huiyin/warm_rounds.py`), or by hand `python -m crawler.run_round --group G --fence N
--holder H --parent PID SOURCE…`, crawls the sources one after another. A source that fails ends with its
outcome and the others go on; a round that hangs is given up; when the parent dies, we stop.
"""

import argparse
import asyncio
import json
import logging
import math
import multiprocessing
import os
import signal
import sys
import threading
from dataclasses import dataclass, field
from typing import Any

from scrapy.crawler import AsyncCrawlerRunner
from scrapy.settings import Settings
from scrapy.utils.defer import deferred_from_coro
from scrapy.utils.log import configure_logging
from scrapy.utils.reactor import install_reactor

from crawler.networks import GuardedResolver
from crawler.refusal import Refusal
from crawler.report import RoundReport
from crawler.rounds import Lease, finish_round
from crawler.source import Source, load_sources
from foundation import clock
from foundation.errors import HuiyinError
from foundation.log import start_logging
from foundation.opening import Opened, open_school
from foundation.outcome import SOURCE_OUTCOME_TITLES, SourceOutcome
from foundation.stack import code_place

log = logging.getLogger(__name__)
REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"
SETTINGS_VARIABLE = "SCRAPY_SETTINGS_MODULE"  # Scrapy's own, honoured here too
WATCH_SECONDS = 1.0
MARGIN_SECONDS = 30.0  # after a round's limit Scrapy ends it politely; this much later we end it
STOP_SECONDS = 5.0  # so long a stop waits for the page that is being read
GIVEN_UP, FAILED = 3, 1


@dataclass(slots=True)
class Rounds:
    """The rounds of one group that this process runs."""

    opened: Opened
    lease: Lease
    sources: list[Source]
    span: dict[str, str] = field(default_factory=dict)  # since, until: a back-fill
    now_running: Source | None = None
    ends_by: float = 0.0  # monotonic seconds
    is_stopping: bool = False
    failed: int = 0
    writing: threading.Lock = field(default_factory=threading.Lock)

    async def run_all(self, runner: AsyncCrawlerRunner) -> None:
        """Crawl all sources, one after another, with the group's pace between them."""
        limits = self.opened.school.settings.crawl
        for number, source in enumerate(self.sources):
            if self.is_stopping:
                return
            if number:
                await asyncio.sleep(limits.pace_seconds)
            self.now_running = source
            self.ends_by = clock.monotonic_seconds() + limits.round_seconds + limits.request_seconds + MARGIN_SECONDS
            say(source, state="started")
            report = await self._run_one(runner, source)
            self.now_running = None
            if self.is_stopping:
                return  # interrupted: the source stays due
            tell_end(source, report)
            self.failed += report.broken

    async def _run_one(self, runner: AsyncCrawlerRunner, source: Source) -> RoundReport:
        report = RoundReport()
        try:
            crawler = runner.create_crawler(source.spider)
            under = {"holder": self.lease.holder, "fence": str(self.lease.fence)}
            await runner.crawl(crawler, source=source.id, **under, **self.span)
        except Refusal as refusal:
            report.hit(refusal.outcome, refusal.evidence)
        except HuiyinError as problem:
            report.broke_by(problem)
        except KeyError:
            report.broke(f"没有名为 {source.spider} 的 spider")
        except Exception as problem:  # noqa: BLE001  # one source may fail in any way, the others must go on
            report.broke(f"程序出错：{code_place(problem)}")
        else:
            if crawler.spider is not None:
                return crawler.spider.report  # type: ignore[no-any-return,attr-defined]  # written by the spider itself
            report.broke("程序出错：spider 没有启动")
        self.end_without_spider(source, report)
        return report

    def end_without_spider(self, source: Source, report: RoundReport) -> None:
        """Write the end of a round whose spider could not."""
        try:
            with self.writing, self.opened.ledger.change() as work:
                finish_round(work, source.id, report, self.lease)
        except HuiyinError as problem:
            log.error("%s: the end of the round could not be written: %s", source.id, problem)

    def watch(self, parent: int) -> None:
        """Stop politely when the parent is gone, and at once when a round outlives its limit (runs in a thread)."""
        stop_by = math.inf
        while True:
            clock.wait(WATCH_SECONDS)
            if is_orphan(parent) and not self.is_stopping:
                os.kill(os.getpid(), signal.SIGTERM)
            if self.is_stopping:
                stop_by = min(stop_by, clock.monotonic_seconds() + STOP_SECONDS)
            if clock.monotonic_seconds() > stop_by:
                os._exit(GIVEN_UP)  # told to stop, and something in here does not: the source is due anyway
            source = self.now_running
            if source is not None and clock.monotonic_seconds() > self.ends_by:
                self.give_up(source)

    def give_up(self, source: Source) -> None:
        """Write that a round hangs, and end this process: nothing inside it can be trusted to answer."""
        report = RoundReport()
        limit = self.opened.school.settings.crawl.round_seconds
        report.hit(SourceOutcome.UNREACHABLE, f"一轮超过 {limit} 秒仍没有结束，已放弃")
        try:
            self.end_without_spider(source, report)
            tell_end(source, report)
        finally:  # also when nobody reads our lines any more
            os._exit(GIVEN_UP)


def is_orphan(parent: int) -> bool:
    """Return whether who started us is gone: our parent or, for a forked round, also the process that wanted it."""
    starter = multiprocessing.parent_process()
    return os.getppid() != parent or (starter is not None and not starter.is_alive())


def say(source: Source, **values: Any) -> None:
    """Print one JSON line for the parent."""
    line = json.dumps({"source": source.id, "title": source.title, **values}, ensure_ascii=False)
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def tell_end(source: Source, report: RoundReport) -> None:
    """Print how a round ended."""
    fault = "中断" if report.next_step else "程序出错"  # of what we run on (disk, ledger), or our own
    words = fault if report.broken else SOURCE_OUTCOME_TITLES[report.outcome]
    counts = report.as_counts()
    ends = {"outcome": str(report.outcome), "words": words, "good": report.is_good, "note": report.note}
    ends["next_step"] = report.next_step
    say(source, state="finished", **ends, counts=counts)


def scrapy_settings() -> Settings:
    """Return the settings that `scrapy crawl` uses, found without scrapy.cfg."""
    settings = Settings()
    settings.setmodule(os.environ.get(SETTINGS_VARIABLE, "crawler.settings"), priority="project")
    settings.set("LOG_INSTALL_ROOT_HANDLER", False, priority="cmdline")  # logging is set up as in all our processes
    return settings


def main(words: list[str] | None = None) -> int:
    """Run the rounds of one group; return 0 when all were written, else 1."""
    parser = argparse.ArgumentParser(prog="python -m crawler.run_round")
    parser.add_argument("--group", required=True)
    parser.add_argument("--fence", required=True, type=int)
    parser.add_argument("--holder", required=True)
    parser.add_argument("--parent", type=int, help="process that started us; when it is gone, we stop")
    parser.add_argument("--since", default="")
    parser.add_argument("--until", default="")
    parser.add_argument("sources", nargs="+")
    asked = parser.parse_args(words)
    opened = open_school()
    known = load_sources(opened.school)
    sources = [known[name] for name in asked.sources if name in known]
    span = {"since": asked.since, "until": asked.until} if asked.since or asked.until else {}
    rounds = Rounds(opened, Lease(asked.group, asked.holder, asked.fence), sources, span)
    run(rounds, asked.parent or os.getppid())
    opened.ledger.close()
    return FAILED if rounds.failed else 0


def run(rounds: Rounds, parent: int) -> None:
    """Run Scrapy in this process until all rounds ended or we are told to stop."""
    settings = scrapy_settings()
    start_logging()
    configure_logging(settings)
    logging.getLogger("scrapy").setLevel(logging.getLogger().level)  # Scrapy opens it for DEBUG
    install_reactor(REACTOR)
    from twisted.internet import reactor as running

    reactor: Any = running
    GuardedResolver(reactor).install_on_reactor()
    runner = AsyncCrawlerRunner(settings)

    def stop(_number: int, _frame: Any) -> None:
        rounds.is_stopping = True
        reactor.callFromThread(lambda: deferred_from_coro(runner.stop()))

    def begin() -> None:
        ended: Any = deferred_from_coro(rounds.run_all(runner))
        ended.addBoth(lambda _result: reactor.stop())

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    reactor.callWhenRunning(begin)
    threading.Thread(target=rounds.watch, args=(parent,), daemon=True).start()
    reactor.run(installSignalHandlers=False)


def end_with(words: list[str] | None = None) -> int:
    """Return `main`'s exit code for the process that this is; what is wrong is one line on stderr."""
    try:
        return main(words)
    except HuiyinError as problem:
        sys.stderr.write(f"{problem}\n")
        return problem.exit_code


if __name__ == "__main__":
    sys.exit(end_with())
