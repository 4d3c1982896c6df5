"""What listening costs, as ratios and JSON: `python -m bench.measure_listening` (two minutes; `--no-browser`).

- parsing: a page of 20 posts against parsel taking the same fields, quotes and noise kept apart (CPU; floor 2); beside
  it parsel taking five plain fields only
- politeness: pages a CPU second of our crawl with robots, networks, watermark and health on and the steps off, against
  bare Scrapy that fetches the same pages and calls the same parser (floor 0.8)
- on time: 200 sources on 200 hosts, each round 10 requests at one a second, one worker of four places that looks every
  30 s, through the real leases and rounds of a ledger by a virtual clock, four hours (floor: after the first hour no
  round begins later than a tenth of its hour)
- browser: the largest memory (PSS) of a round with its browser (at most 500 MiB)
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.__main__ import NOW, ROOT, answer, call, for_bench, site
from bench.keep_on_time import measure_on_time
from bench.make_pages import POSTS_A_PAGE, make_texts, make_thread
from bench.measure_between import measure_between
from bench.page_server import serve
from bench.usual_parser import five_with_parsel, same_with_parsel
from crawler.pages.discuz_page import read_discuz_thread

FLOORS = {"parsing": (2.0, "≥"), "politeness": (0.8, "≥"), "late_share": (0.1, "≤"), "browser_mib": (500, "≤")}
SLOTS = 4  # schedule.workers
CARDS = """<main id="cards"></main><script>for (let n = 1; n <= 200; n += 1)
document.getElementById("cards").innerHTML += `<article class="card" data-mid="${n}"><a class="author">甲</a>
<a class="time" datetime="2026-10-08T12:01:00+08:00">昨天</a><div class="text">食堂的汤凉了 ${n}</div></article>`;
</script>"""


def best_cpu(work: Callable[[], object], times: int = 7) -> float:
    """Return the least CPU seconds of a few runs."""
    found = []
    for _ in range(times):
        begun = time.process_time()
        work()
        found.append(time.process_time() - begun)
    return min(found)


def measure_parsing(pages: int = 20) -> dict[str, float]:
    """Return how many times faster our parser reads the page than parsel takes as much, or five fields, of it."""
    texts = make_texts(pages * POSTS_A_PAGE)
    whole = [make_thread(n, texts[n * POSTS_A_PAGE : (n + 1) * POSTS_A_PAGE], NOW) for n in range(pages)]
    known: dict[str, Any] = {"fetched_at": datetime.now(UTC), "pseudonym": lambda name, _at: name, "options": {}}

    def ours() -> None:
        for number, page in enumerate(whole):
            read = read_discuz_thread(page, f"http://s/thread-{number}-1-1.html", **known)
            assert len(read.posts) == POSTS_A_PAGE

    seconds = best_cpu(ours)
    return {
        "parsing": best_cpu(lambda: [same_with_parsel(page) for page in whole]) / seconds,
        "parsing_five": best_cpu(lambda: [five_with_parsel(page) for page in whole]) / seconds,
    }


def prepare(folder: Path, url: str, spider: str) -> dict[str, str]:
    """Apply the example school with one source in a fresh state folder; return the environment of its commands."""
    import shutil

    school, state = folder / "school", folder / "state"
    for place in (school, state):
        shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(ROOT / "school", school)
    for file in (school / "sources").glob("*.yaml"):
        file.unlink()
    owner = next(line for line in (school / "departments.yaml").read_text().splitlines() if "owner:" in line)
    (school / "sources" / "bench.yaml").write_text(
        f"id: bench\ntitle: 测速\nspider: {spider}\nurl: {url}\n{owner.strip()}\ninterval_minutes: 60\n"
        "expected_posts_per_day: [0, 100000]\nown: true\npace_seconds: 0.0\n"
    )
    (school / "huiyin.yaml").write_text(for_bench((school / "huiyin.yaml").read_text()))
    environment = {**os.environ, "HUIYIN_STATE": str(state), "PYTHONPATH": str(ROOT)}
    call([sys.executable, "-m", "huiyin", "apply", str(school)], environment)
    return environment


def measure_politeness(threads: int, rounds: int) -> float:
    """Return our share of the bare fetch-and-parse rate."""
    shares = []
    with site(threads) as url, tempfile.TemporaryDirectory() as name:
        for _ in range(rounds):
            environment = prepare(Path(name), url, "discuz")
            mine = [sys.executable, "-W", "ignore", "-m", "bench.measure_listening"]
            seconds = [answer(call([*mine, "--crawl", kind, url], environment)) for kind in ("bare", "polite")]
            assert all(each["pages"] == threads for each in seconds), seconds
            shares.append(seconds[0]["cpu_seconds"] / seconds[1]["cpu_seconds"])
    return statistics.median(shares)


def crawl(kind: str, url: str) -> None:
    """Crawl in this process, bare or with all politeness; print pages and CPU seconds."""
    import scrapy
    from scrapy.crawler import CrawlerProcess
    from scrapy.utils.project import get_project_settings

    pages: list[str] = []

    class BareSpider(scrapy.Spider):
        name = "bare"
        start_urls = [url]

        def parse(self, response: Any) -> Any:
            for link in response.css("a.xst::attr(href)").getall():
                yield response.follow(link, self.parse_thread)

        def parse_thread(self, response: Any) -> Any:
            known = {"fetched_at": datetime.now(UTC), "pseudonym": lambda name, _at: name, "options": {}}
            yield {"posts": read_discuz_thread(response.text, response.url, **known).posts}

    settings = get_project_settings()
    settings.set("LOG_LEVEL", "ERROR", priority="cmdline")
    settings.set("ITEM_PIPELINES", {}, priority="cmdline")
    process = CrawlerProcess(settings if kind == "polite" else {"LOG_LEVEL": "ERROR", "TELNETCONSOLE_ENABLED": False})
    crawler = process.create_crawler("discuz" if kind == "polite" else BareSpider)
    crawler.signals.connect(lambda item, **_: pages.append(kind), scrapy.signals.item_scraped, weak=False)
    seconds = measure_between(crawler)
    process.crawl(crawler, **({"source": "bench"} if kind == "polite" else {}))
    process.start()
    print(json.dumps({"pages": len(pages), "cpu_seconds": seconds()}))


def measure_browser() -> float:
    """Return the largest memory in MiB of a round's process with its browser (PSS), the command above it left out."""
    with serve() as (base, pages), tempfile.TemporaryDirectory() as name:
        pages["/topic"] = f"<!DOCTYPE html><html><meta charset='utf-8'><body>{CARDS}</body></html>".encode()
        environment = prepare(Path(name), f"{base}/topic", "microblog")
        child = subprocess.Popen([sys.executable, "-m", "huiyin", "crawl", "bench"], env=environment, cwd=ROOT)
        most = 0.0
        while child.poll() is None:
            most = max(most, sum(map(pss_mib, tree(child.pid)[1:])))
            time.sleep(0.1)
        assert child.returncode == 0, "the round ended badly"
    return most


def tree(pid: int) -> list[int]:
    """Return a process and all below it."""
    try:
        own = [
            int(word) for place in Path(f"/proc/{pid}/task").glob("*/children") for word in place.read_text().split()
        ]
    except OSError:
        return []
    return [pid, *(each for child in own for each in tree(child))]


def pss_mib(pid: int) -> float:
    """Return the proportional set size of one process; 0 when it has just ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def main() -> int:
    """Measure, print the table, write the JSON; exit 1 when a floor is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench.measure_listening", description=__doc__)
    parser.add_argument("--threads", type=int, default=60, help="pages of 20 posts")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--no-browser", action="store_true")
    parser.add_argument("--crawl", nargs=2, metavar=("KIND", "URL"), help="crawl in this process (used by itself)")
    arguments = parser.parse_args()
    if arguments.crawl:
        crawl(*arguments.crawl)
        return 0
    found = measure_parsing()
    found["politeness"] = measure_politeness(arguments.threads, arguments.rounds)
    found |= measure_on_time(SLOTS)
    found |= {} if arguments.no_browser else {"browser_mib": measure_browser()}
    missed = [name for name, value in found.items() if name in FLOORS and not holds(value, *FLOORS[name])]
    for name, value in found.items():
        floor, sign = FLOORS.get(name, ("", ""))
        print(f"{name:<18} {value:9.2f}  {sign} {floor}  {'missed' if name in missed else ''}".rstrip())
    (ROOT / "var").mkdir(exist_ok=True)
    (ROOT / "var" / "bench-listening.json").write_text(json.dumps(found, indent=1) + "\n")
    return int(bool(missed))


def holds(value: float, floor: float, sign: str) -> bool:
    """Tell whether a figure keeps its floor or roof."""
    return value >= floor if sign == "≥" else value <= floor


if __name__ == "__main__":
    raise SystemExit(main())
