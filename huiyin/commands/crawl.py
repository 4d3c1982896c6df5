"""Command `huiyin crawl`: crawl sources now, due or not, and print how each round ended."""

import argparse
import json
import os
import sys
import threading
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from huiyin.explain_round import BROKEN, explain_end, next_step, next_step_lines

if TYPE_CHECKING:
    from crawler.source import Source
    from foundation.opening import Opened

HELP = "立即抓取信源，不等到期"
EXAMPLES = [
    "huiyin crawl                # 抓取全部启用的信源",
    "huiyin crawl forum news     # 只抓这两个信源",
    "huiyin crawl forum --since 2026-09-01 --until 2026-09-30   # 补抓这个月；中断了，同样的命令再运行一次就接着来",
]
COLUMNS = (("信源", 28), ("结果", 16), ("新", 6), ("改", 6), ("已知", 6), ("消失", 6), ("页", 6))
NOTE_WIDTH = 60
BAD = 1
STDERR = 2  # the number of our standard error


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("sources", nargs="*", metavar="信源", help="信源编号；不写就是全部启用的信源")
    days = "补抓：从哪一天起（学校时间）；三天以前的只供检索与查重，不报警；中断后怎样接着来，见 docs/listening.md"
    parser.add_argument("--since", default="", metavar="年-月-日", help=days)
    parser.add_argument("--until", default="", metavar="年-月-日", help="补抓：到哪一天为止，不写就是今天")


def run(arguments: argparse.Namespace) -> int:
    """Crawl and print; 0 when every round ended well, 1 when one did not."""
    from crawler.source import load_sources
    from foundation.lease import holder_name
    from foundation.opening import open_school
    from huiyin.watch_threads import watch_threads

    opened = open_school()
    span = span_of(arguments)
    chosen = choose(load_sources(opened.school), arguments.sources)
    with opened.ledger.change() as work:
        watch_threads(work)
    groups: dict[str, list[Source]] = {}
    for source in chosen:
        groups.setdefault(source.politeness_group, []).append(source)
    board = Board(sys.stdout.isatty(), span)
    holder = holder_name()
    with ThreadPoolExecutor(max_workers=opened.school.settings.schedule.workers) as pool:
        for group, sources in groups.items():
            pool.submit(crawl_group, opened, holder, (group, sources), board)
    opened.ledger.close()
    board.print_table(chosen)
    return 0 if all(board.ends.get(source.id, {}).get("good") for source in chosen) else BAD


def choose(known: "dict[str, Source]", names: list[str]) -> "list[Source]":
    """Return the named sources, or all enabled ones.

    Raises:
        Stop: A name is unknown or its source is not enabled; or there is nothing to crawl.
    """
    from foundation.config import nearest
    from foundation.errors import Stop

    for name in names:
        if name not in known:
            near = nearest(name, list(known))
            hint = f"是不是 {near}？" if near else ""
            raise Stop(
                "没有这个信源", name or "（空）", f"{hint}已登记的信源：{'、'.join(sorted(known)) or '（没有）'}"
            )
        if not known[name].enabled:
            raise Stop("这个信源没有启用", name, f"在 sources/{name}.yaml 里去掉 enabled: false，再运行 huiyin apply")
    chosen = [known[name] for name in dict.fromkeys(names)] or [each for each in known.values() if each.enabled]
    if not chosen:
        raise Stop("没有启用的信源", "sources/", "至少写一个信源文件，再运行 huiyin apply")
    return chosen


@dataclass(slots=True)
class Board:
    """What people see while rounds run: one line a source when it ends, and on a terminal the running ones."""

    is_terminal: bool
    span: list[str] = field(default_factory=list)  # words of a back-fill for its child
    ends: dict[str, dict[str, Any]] = field(default_factory=dict)
    running: list[str] = field(default_factory=list)

    def hear(self, line: dict[str, Any]) -> None:
        """Take one line of a child."""
        if line["state"] == "started":
            self.running.append(line["title"])
        else:
            self.ends[line["source"]] = line
            if line["title"] in self.running:
                self.running.remove(line["title"])
            note = explain_end(line["note"], line["counts"])
            self._print(f"{line['title']}：{line['words']}{'，' + note if note else ''}")
        if self.is_terminal and self.running:
            print(f"\r\033[K正在抓取：{'、'.join(self.running)}", end="", flush=True)

    def say(self, source: "Source", words: str) -> None:
        """Print a sentence about a source, none when it is empty."""
        if words:
            self._print(f"{source.title}：{words}")

    def fail(self, source: "Source", words: str, note: str, step: str = "") -> None:
        """Say that a round could not be run to its end, and what can be done."""
        ends = {"source": source.id, "title": source.title, "state": "finished", "good": False}
        self.hear({**ends, "words": words, "note": note, "next_step": step, "counts": {}})

    def print_table(self, sources: "list[Source]") -> None:
        """Print all rounds as a table."""
        self._print("")
        print("  ".join(padded(title, width) for title, width in COLUMNS) + "  说明")
        for source in sources:
            end = self.ends.get(source.id, {"words": "没有结束", "note": "", "counts": {}})
            counts = end["counts"]
            changes = counts.get("changes", {})
            known = changes.get("known", 0) + changes.get("recounted", 0)
            numbers = (changes.get("new", 0), changes.get("edited", 0), known, counts.get("vanished", 0))
            cells = (source.title, end["words"], *numbers, counts.get("pages", 0))
            row = "  ".join(padded(str(cell), width) for cell, (_, width) in zip(cells, COLUMNS, strict=True))
            print(f"{row}  {explain_end(end['note'], counts)[:NOTE_WIDTH]}".rstrip())
        ends = [(each.id, self.ends[each.id]) for each in sources if each.id in self.ends]
        for line in next_step_lines((name, end["words"], step_of(end)) for name, end in ends):
            print(f"下一步　{line}")

    def _print(self, words: str) -> None:
        print(f"\r\033[K{words}" if self.is_terminal else words, flush=True)


def step_of(end: dict[str, Any]) -> str:
    """Return what can be done about a round's end: what its error says, else what its outcome or note asks for."""
    own = str(end.get("next_step", ""))
    return own or next_step(end.get("outcome", ""), broken=end["words"] == BROKEN, note=end["note"])


def crawl_group(opened: "Opened", holder: str, what: "tuple[str, list[Source]]", board: Board) -> None:
    """Crawl one group's sources in a child process under the group's lease; a child that dies is followed by another.

    Args:
        opened: Ledger and school.
        holder: In whose name the lease is taken.
        what: The group and its sources.
        board: Where the ends are told.
    """
    from crawler import rounds
    from foundation.errors import HuiyinError

    group, left = what[0], list(what[1])
    limit = rounds.longest_round_seconds(opened.school.settings.crawl)
    try:
        while left:
            with opened.ledger.change() as work:
                fence = rounds.take_group(work, group, holder, limit + rounds.MARGIN_SECONDS)
            if fence is None:
                for source in left:
                    board.fail(source, "正忙", "这一组站点正由另一个程序抓取，等它结束再试")
                return
            tell_where_it_goes_on(opened, left, board)
            names = [source.id for source in left]
            words = ["--group", group, "--fence", str(fence), "--holder", holder, *board.span, *names]
            hung = hear_child(words, board, limit)
            left = [source for source in left if source.id not in board.ends or goes_on(opened, source, board)]
            with opened.ledger.change() as work:
                if hung and left:
                    rounds.abort_round(work, left[0].id, rounds.Lease(group, holder, fence))
                rounds.release_group(work, group, holder)
            if left:
                broke = "抓取进程意外结束，这一轮会重新来；详见上面的日志"
                board.fail(left.pop(0), "中断", rounds.ABORTED if hung else broke)
    except HuiyinError as problem:
        for source in left:
            board.fail(source, "中断", str(problem), problem.next_step)


def span_of(arguments: argparse.Namespace) -> list[str]:
    """Return a back-fill's days as words for the child; empty for rounds.

    Raises:
        Refused: They are no days in their order, or no source is named.
    """
    from crawler.backfill import backfill_of
    from foundation import clock
    from foundation.errors import Refused

    if backfill_of("", arguments.since, arguments.until, clock.now()) is None:
        return []
    if not arguments.sources:
        raise Refused("补抓没有说是哪个信源", f"{arguments.since} {arguments.until}".strip(), "写上信源编号")
    return ["--since", arguments.since, *(["--until", arguments.until] if arguments.until else [])]


def tell_where_it_goes_on(opened: "Opened", sources: "list[Source]", board: Board) -> None:
    """Print of each source whose back-fill was interrupted where it is taken up again."""
    from crawler.backfill import backfill_of
    from foundation import clock

    days = dict(zip(board.span[::2], board.span[1::2], strict=True))
    for source in sources if days else ():
        backfill = backfill_of(source.id, days["--since"], days.get("--until", ""), clock.now())
        if backfill is not None:
            with opened.ledger.read() as connection:
                words = backfill.goes_on_from(connection)
            board.say(source, words)


def goes_on(opened: "Opened", source: "Source", board: Board) -> bool:
    """Return whether a back-fill that met no wall has not come to its end: a round's time was up, and it goes on."""
    from crawler.backfill import is_unfinished

    end = board.ends.get(source.id, {})
    if not board.span or not end.get("good"):
        return False
    with opened.ledger.read() as connection:
        return is_unfinished(connection, source.id)


def hear_child(words: list[str], board: Board, limit_seconds: float) -> bool:
    """Run one child and pass its lines on; what it logs goes to our stderr.

    Args:
        words: The child's arguments.
        board: Where its lines are told.
        limit_seconds: A child that says nothing for longer hangs and is killed: inside it nothing listens any more.

    Returns:
        Whether it hung.
    """
    from foundation.errors import Retry, reason_of
    from huiyin.warm_rounds import start_round

    reading, writing = os.pipe()
    try:
        child = start_round(words, writing, STDERR)
    except OSError as problem:
        os.close(reading)
        raise Retry("抓取进程启动不了", reason_of(problem), "检查内存与进程数，再运行一次") from problem
    finally:
        os.close(writing)
    hung = threading.Event()

    def kill() -> None:
        hung.set()
        child.kill()

    alarm = start_alarm(limit_seconds, kill)
    with os.fdopen(reading, encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("{"):
                alarm.cancel()
                board.hear(json.loads(line))
                alarm = start_alarm(limit_seconds, kill)
    child.join()
    alarm.cancel()
    return hung.is_set()


def start_alarm(seconds: float, deed: Callable[[], None]) -> threading.Timer:
    """Do the deed after so many seconds, unless it is cancelled or this process ends before."""
    alarm = threading.Timer(seconds, deed)
    alarm.daemon = True
    alarm.start()
    return alarm


def padded(text: str, width: int) -> str:
    """Return `text` filled or cut to `width` columns of a terminal, where a Chinese character takes two."""
    result, used = "", 0
    for letter in text:
        size = 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        if used + size > width:
            break
        result, used = result + letter, used + size
    return result + " " * (width - used)
