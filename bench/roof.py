"""P4, the roof: what a post costs in the bare library calls that no program with these outputs can do without.

Parts are measured over the texts that the stacks crawl, in batches as the pipeline takes them. Nothing is decided,
redacted, judged or explained: those are our own lines, for which no library has a call. So the roof says how much of a
post is library and how much is Python of ours. `python -m bench.roof URL` only fetches, with Scrapy as it comes.
"""

import hmac
import json
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any

import scrapy
from ahocorasick_rs import AhoCorasick
from scrapy.crawler import CrawlerProcess
from selectolax.lexbor import LexborHTMLParser

from bench.measure_between import measure_between
from bench.usual_patterns import PERSONAL
from crawler.pages.read_times import read_time
from pipelines.load_words import load_words
from pipelines.minhash import band_keys
from pipelines.normalise_text import letters_of
from search.pair_characters import join_grams
from search.segment import Segmenter, fold

BATCH, COLUMNS = 400, 50  # posts of a batch; columns of a post's row
SCHEMA = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=NORMAL",
    f"CREATE TABLE post (post_id INTEGER PRIMARY KEY, {', '.join(f'c{n}' for n in range(COLUMNS))})",
    "CREATE TABLE tokens (post_id INTEGER PRIMARY KEY, words, grams)",
    "CREATE VIRTUAL TABLE fts USING fts5(words, grams, content='tokens', content_rowid='post_id', tokenize='ascii')",
    "CREATE TABLE band (band INTEGER, post_id INTEGER, PRIMARY KEY (band, post_id)) WITHOUT ROWID",
)


def measure_parts(pages: Sequence[str], texts: Sequence[str], folder: Path) -> dict[str, float]:
    """Return CPU microseconds a post by part, the best of three, fetching left out."""
    words = load_words().words
    machine = AhoCorasick(sorted({word for own in words.values() for word in own}))
    segmenter, now = Segmenter(fast=True), datetime.now(UTC)  # any instant
    segmenter.cut_for_search("学校"), join_grams(["学校"])
    folded = [fold(text) for text in texts]
    parts: dict[str, Callable[[], object]] = {
        "page": lambda: [_read(page) for page in pages],
        "date": lambda: [read_time("2026-11-5 13:20:01", now) for _ in texts],
        "digests": lambda: [(blake2b(text.encode()), hmac.digest(b"k" * 32, b"name", "sha256")) for text in texts],
        "fold": lambda: [fold.__wrapped__(text) for text in texts],
        "personal data": lambda: [pattern.findall(text) for text in texts for pattern in PERSONAL],
        "words": lambda: [machine.find_matches_as_indexes(text, overlapping=True) for text in folded],
        "copies": lambda: [band_keys([letters_of(text) for text in batch]) for batch in _batches(folded)],
        "cut": lambda: [segmenter.join_for_search(text) for text in texts],
        "pairs": lambda: [join_grams(batch) for batch in _batches(texts)],
    }
    costs = {name: min(_seconds(part) for _ in range(3)) for name, part in parts.items()}
    rows = [
        (number, segmenter.join_for_search(text), grams)
        for number, (text, grams) in enumerate(zip(texts, join_grams(texts), strict=True))
    ]
    keys = band_keys([letters_of(text) for text in folded])
    costs["keep"] = min(_keep(folder / f"roof{turn}.sqlite3", rows, texts, keys) for turn in range(3))
    return {name: seconds / len(texts) * 1e6 for name, seconds in costs.items()}


def _batches(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    return (texts[start : start + BATCH] for start in range(0, len(texts), BATCH))


def _seconds(part: Callable[[], object]) -> float:
    started = time.process_time()
    part()
    return time.process_time() - started


def _read(page: str) -> list[str]:
    tree = LexborHTMLParser(page)
    return [node.text() for node in tree.css("#postlist > div td.t_f, em[id^=authorposton], a.xw1, strong a")]


def _keep(place: Path, rows: list[tuple[int, str, str]], texts: Sequence[str], keys: list[list[int]]) -> float:
    """Write rows, keys and index of all posts, batch by batch; return CPU seconds."""
    database = sqlite3.connect(place, isolation_level=None)
    for statement in SCHEMA:
        database.execute(statement)
    started = time.process_time()
    for start in range(0, len(rows), BATCH):
        batch = range(start, min(start + BATCH, len(rows)))
        asked = json.dumps(sorted({key for number in batch for key in keys[number]}))
        database.execute("SELECT * FROM band WHERE band IN (SELECT value FROM json_each(?))", (asked,)).fetchall()
        database.execute("BEGIN")
        filling = ("x",) * (COLUMNS - 1)
        post = f"INSERT INTO post VALUES ({', '.join('?' * (COLUMNS + 1))})"
        database.executemany(post, [(number, texts[number], *filling) for number in batch])
        bands = sorted((key, number) for number in batch for key in keys[number])
        database.executemany("INSERT OR IGNORE INTO band VALUES (?, ?)", bands)
        database.executemany("INSERT INTO tokens VALUES (?, ?, ?)", rows[start : start + BATCH])
        database.executemany("INSERT INTO fts (rowid, words, grams) VALUES (?, ?, ?)", rows[start : start + BATCH])
        database.execute("COMMIT")
    spent = time.process_time() - started
    database.close()
    return spent


class FetchSpider(scrapy.Spider):
    """Asks for every thread and reads nothing."""

    name = "fetch"

    def parse(self, response: Any) -> Any:
        """Follow the links of the list."""
        tree = LexborHTMLParser(response.text)
        for link in tree.css("a.xst"):
            yield response.follow(link.attributes["href"], self.ignore)

    def ignore(self, response: Any) -> None:
        """Nothing."""


def main() -> None:
    """Fetch all threads of a list; print the CPU seconds as JSON."""
    process = CrawlerProcess({"LOG_LEVEL": "ERROR", "TELNETCONSOLE_ENABLED": False, "REMOTE_CONTROL_ENABLED": False})
    crawler = process.create_crawler(FetchSpider)
    seconds = measure_between(crawler)
    process.crawl(crawler, start_urls=sys.argv[1:2])
    process.start()
    print(json.dumps({"cpu_seconds": seconds()}))


if __name__ == "__main__":
    main()
