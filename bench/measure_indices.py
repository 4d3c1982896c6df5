"""Both indices side by side over one ledger, and how fast they are built. `python -m bench.measure_indices --posts N`.

A ledger of generated posts is put into a real Elasticsearch by the product's own build (compared post by post at its
end) and into the embedded index; then the same questions go to both in turn, through the contract of `search/store.py`:
newest 20 by level, a phrase, and counts by day and level. Wall time, because that is what people wait for; both
answers must be equal. Floor of the build: 2,000 posts a second.
"""

import argparse
import json
import os
import random
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from bench.make_pages import make_texts
from crawler.items import Post
from demo.elastic_server import BARE, Node, Wish, running
from foundation import clock
from foundation.ledger import Ledger, open_ledger
from foundation.outcome import CATEGORIES, LEVELS
from foundation.settings import Elasticsearch
from search.build_index import BuildIndex, Progress
from search.elastic_client import ElasticClient
from search.elastic_store import ElasticStore
from search.parse_query import parse_query
from search.post_table import insert_posts
from search.query import Query
from search.segment import Segmenter
from search.sqlite_store import SqliteStore
from search.store import Store

POSTS, ASKS, TEXTS, BATCH = 10_000, 100, 5_000, 2_000
GAP_SECONDS = 30  # between two posts: a million of them are a year
FLOOR = 2_000  # posts a second
HEAP = "2g"  # the least that docs/elasticsearch.md asks for; the tests' servers do with a quarter
TENTHS = 10  # parts of a build whose pace is told
Report = dict[str, float | dict[str, float]]


def fill_ledger(ledger: Ledger, store: SqliteStore, count: int) -> list[str]:
    """Write posts, oldest first, without an index; return the texts that they are made of."""
    chance, texts, begin = random.Random(5), make_texts(TEXTS), clock.now() - timedelta(seconds=GAP_SECONDS * count)
    with ledger.change() as work:
        store.prepare(work)
    for first in range(0, count, BATCH):
        with ledger.change() as work:
            numbers = range(first, min(first + BATCH, count))
            insert_posts(work.connection, [make_post(number, begin, texts, chance) for number in numbers], work.at)
    return texts


def make_post(number: int, begin, texts: list[str], chance: random.Random) -> Post:
    at = begin + timedelta(seconds=GAP_SECONDS * number)
    code, text = chance.choices(range(4), (90, 7, 2, 1))[0], texts[number % TEXTS]
    return Post(
        post_id=int(at.timestamp()) << 20, key=f"k{number}", source_id="forum", site=f"bbs{number % 7}.example",
        site_kind="forum", url=f"http://bbs.example/{number}", title=text[:20], content=text, published_at=at,
        first_seen_at=at, fetched_at=at, outcome="stored", category=chance.choice(CATEGORIES), topics=("校园安全",),
        level_code=code, level=LEVELS[code],
    )  # fmt: skip


def questions(texts: list[str], count: int) -> dict[str, list[tuple[Query, bool]]]:
    """Return each kind's questions, and whether counts are asked for."""
    chance = random.Random(7)
    levels = [parse_query(f"等级:{name}") for name in LEVELS[1:]]
    pieces = sorted({piece[:6] for text in texts for piece in re.findall("[一-鿿]{4,}", text)})
    phrases = [parse_query(f'"{piece}"') for piece in chance.choices(pieces, k=count)]
    return {
        "newest 20 by level": [(levels[number % len(levels)], False) for number in range(count)],
        "phrase": [(phrase, False) for phrase in phrases],
        "counts by day and level": [([*levels, Query(None)][number % 4], True) for number in range(count)],
    }


def ask_both(ledger: Ledger, stores: dict[str, Store], asked: list[tuple[Query, bool]]) -> dict[str, dict[str, float]]:
    """Return p50, p95 and p99 in milliseconds of each store; the stores are asked in turn."""
    times: dict[str, list[float]] = {name: [] for name in stores}
    with ledger.read() as connection:
        for query, facets in asked:
            answers = []
            for name, store in stores.items():
                began = time.perf_counter()
                answers.append(store.search(connection, query, 20, facets=facets))
                times[name].append((time.perf_counter() - began) * 1000)
            if answers[0] != answers[1]:
                raise SystemExit(f"the indices answer differently: {query}")
    return {name: percentiles(found) for name, found in times.items()}


def percentiles(times: list[float]) -> dict[str, float]:
    cuts = statistics.quantiles(times, n=100, method="inclusive")
    return {name: round(cuts[at - 1], 2) for name, at in (("p50", 50), ("p95", 95), ("p99", 99))}


def rate(count: int, act: Callable[[], object], server: int) -> dict[str, float]:
    """Return posts per second of wall time, and microseconds of a core that a post costs: ours, the server's."""
    wall, ours, theirs = time.perf_counter(), time.process_time(), cpu_of(server)
    act()
    spent = {"our_us": time.process_time() - ours, "server_us": cpu_of(server) - theirs}
    each = {name: round(seconds / count * 1e6, 1) for name, seconds in spent.items()}
    return {"wall": round(count / (time.perf_counter() - wall), 1), **each}


def cpu_of(session: int) -> float:
    """Return the CPU seconds of a server: it is a launcher and what that started, in a session of their own."""
    ticks = 0
    for process in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            parts = process.read_text().rpartition(")")[2].split()
            ticks += int(parts[11]) + int(parts[12]) if parts[3] == str(session) else 0
    return ticks / os.sysconf("SC_CLK_TCK")


def pace() -> Callable[[Progress], None]:
    """Return what prints how fast each tenth of a build went: a server that has just started is slow."""
    done, began = 0, time.perf_counter()

    def told(so_far: Progress) -> None:
        nonlocal done, began
        if (so_far.done - done) * TENTHS >= so_far.whole:
            now = time.perf_counter()
            print(f"  up to {so_far.done:,}: {(so_far.done - done) / (now - began):,.0f} posts a second", flush=True)
            done, began = so_far.done, now

    return told


def build_embedded(ledger: Ledger, embedded: SqliteStore) -> None:
    with ledger.change() as work:
        embedded.rebuild(work)


def measure(ledger: Ledger, node: Node, options: argparse.Namespace) -> Iterator[tuple[str, Report]]:
    """Build both indices, ask both; yield each figure under its name."""
    segmenter = Segmenter(fast=True)
    embedded = SqliteStore(segmenter)
    cluster = ElasticStore.at(segmenter, ElasticClient(Elasticsearch(servers=[node.url])))
    texts = fill_ledger(ledger, embedded, options.posts)
    build = BuildIndex(ledger, embedded, cluster, pace())
    yield "build Elasticsearch", rate(options.posts, lambda: build.run("elasticsearch"), node.process.pid)
    yield "build embedded", rate(options.posts, lambda: build_embedded(ledger, embedded), node.process.pid)
    cluster.index.refresh(1)
    for name, asked in questions(texts, options.asks).items():
        yield name, ask_both(ledger, {"SQLite": embedded, "Elasticsearch": cluster}, asked)
    cluster.index.client.close()


def main() -> int:
    """Print every figure as it comes, then all of them as JSON; exit 1 when the floor is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench.measure_indices", description=__doc__)
    parser.add_argument("--posts", type=int, default=POSTS)
    parser.add_argument("--asks", type=int, default=ASKS, help="questions of each kind")
    options = parser.parse_args()
    report: dict[str, Report] = {}
    with (
        tempfile.TemporaryDirectory(prefix="huiyin-bench-") as folder,
        running(BARE, Path(folder) / "node", Wish(heap=HEAP)) as node,
    ):
        ledger = open_ledger(Path(folder) / "state", create=True)
        for name, figures in measure(ledger, node, options):
            report[name] = figures
            print(f"{options.posts:,} posts: {name}  {say(figures)}", flush=True)
        ledger.close()
    print(json.dumps(report, ensure_ascii=False))
    return 0 if report["build Elasticsearch"]["wall"] >= FLOOR else 1


def say(figures: Report) -> str:
    if "wall" in figures:
        cost = f"a post costs us {figures['our_us']:.0f} µs of a core, the server {figures['server_us']:.0f}"
        return f"{figures['wall']:,.0f} a second ({figures['wall'] / FLOOR:.2f} of {FLOOR:,}); {cost}"
    ratio = figures["SQLite"]["p50"] / figures["Elasticsearch"]["p50"]
    parts = (f"{name} {'/'.join(f'{value:.1f}' for value in times.values())} ms" for name, times in figures.items())
    return f"p50/p95/p99 {', '.join(parts)}; SQLite ÷ Elasticsearch at p50 {ratio:.2f}"


if __name__ == "__main__":
    sys.exit(main())
