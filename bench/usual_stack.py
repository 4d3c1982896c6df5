"""The usual stack, every step in its usual form: parsel, dateparser, jieba, datasketch, `in` loops, a commit an item.

One Scrapy item a post, ten item pipelines, SQLite with FTS5.
`python -m bench.usual_stack URL DATABASE WORDS [--regex-dates] [--seven]` prints one JSON line: items, CPU seconds.
"""

import json
import re
import sqlite3
import sys
import time
from pathlib import Path
from typing import Any

import dateparser
import jieba
import scrapy
from datasketch import MinHash, MinHashLSH
from scrapy.crawler import CrawlerProcess

from bench.measure_between import measure_between
from bench.usual_patterns import PERSONAL

ARGUMENTS = [word for word in sys.argv[1:] if not word.startswith("--")]
REGEX_DATES = "--regex-dates" in sys.argv
WORDS = json.loads(Path(ARGUMENTS[2]).read_text()) if len(ARGUMENTS) > 2 else {}


class UsualSpider(scrapy.Spider):
    name = "usual"
    start_urls = ARGUMENTS[:1]

    def parse(self, response: Any) -> Any:
        for link in response.css("a.xst::attr(href)").getall():
            yield response.follow(link, self.parse_thread)

    def parse_thread(self, response: Any) -> Any:
        title = response.css("#thread_subject::text").get()
        for post in response.css("#postlist > div"):
            yield {
                "url": response.url,
                "id": post.css("::attr(id)").get(),
                "title": title,
                "author": post.css(".authi a.xw1::text").get(),
                "time": post.css("em[id^=authorposton]::text").get(),
                "text": "".join(post.css("td.t_f ::text").getall()),
            }


class Dates:
    def process_item(self, item: dict[str, Any]) -> dict[str, Any]:
        words = item["time"].replace("发表于", "").strip()
        if REGEX_DATES:
            item["published_at"] = read_with_ours(words)
        else:
            item["published_at"] = dateparser.parse(words, languages=["zh"], settings={"PREFER_DATES_FROM": "past"})
        return item


def read_with_ours(words: str) -> Any:
    from datetime import UTC, datetime

    from crawler.pages.read_times import read_time

    found = read_time(words, datetime.fromtimestamp(NOW, UTC))
    return found.instant if found else None


NOW = time.time()


class Clean:
    def process_item(self, item: dict[str, Any]) -> dict[str, Any]:
        item["text"] = re.sub(r"\s+", " ", item["text"].replace("\u200b", "").replace("\xa0", " ")).strip()
        return item


class Redact:
    def process_item(self, item: dict[str, Any]) -> dict[str, Any]:
        for pattern in PERSONAL:
            item["text"] = pattern.sub("***", item["text"])
        return item


class Relevance:
    def process_item(self, item: dict[str, Any]) -> dict[str, Any]:
        item["relevant"] = any(word in item["text"] or word in item["title"] for word in WORDS["relevance"])
        return item


class Duplicates:
    def open_spider(self) -> None:
        self.exact: set[int] = set()
        self.index = MinHashLSH(num_perm=128, params=(25, 5))

    def process_item(self, item: dict[str, Any]) -> dict[str, Any]:
        text = item["text"]
        item["duplicate"] = hash(text) in self.exact
        self.exact.add(hash(text))
        sketch = MinHash(num_perm=128)
        sketch.update_batch([text[n : n + 3].encode() for n in range(max(1, len(text) - 2))])
        item["duplicate"] = bool(self.index.query(sketch)) or item["duplicate"]
        self.index.insert(item["id"] + item["url"], sketch)
        return item


class Segment:
    def process_item(self, item: dict[str, Any]) -> dict[str, Any]:
        item["tokens"] = list(jieba.cut_for_search(item["title"] + " " + item["text"]))
        return item


class Topic:
    def process_item(self, item: dict[str, Any]) -> dict[str, Any]:
        item["topics"] = [
            name for name, words in WORDS["topics"].items() if any(word in item["text"] for word in words)
        ]
        return item


class Severity:
    def process_item(self, item: dict[str, Any]) -> dict[str, Any]:
        hits = [word for word in WORDS["severity"] if word in item["text"]]
        item["score"] = len(hits)
        item["reasons"] = json.dumps(hits, ensure_ascii=False)
        return item


class Department:
    def process_item(self, item: dict[str, Any]) -> dict[str, Any]:
        counts = {name: sum(word in item["text"] for word in words) for name, words in WORDS["departments"].items()}
        item["department"] = max(counts, key=lambda name: counts[name]) if counts else ""
        return item


class Store:
    def open_spider(self) -> None:
        self.database = sqlite3.connect(ARGUMENTS[1])
        self.database.execute("PRAGMA journal_mode=WAL")
        self.database.execute("PRAGMA synchronous=NORMAL")
        self.database.execute(
            "CREATE TABLE post (id INTEGER PRIMARY KEY, key TEXT UNIQUE, body TEXT, published_at TEXT)"
        )
        self.database.execute("CREATE VIRTUAL TABLE search USING fts5(tokens, content='')")

    def process_item(self, item: dict[str, Any]) -> dict[str, Any]:
        body = json.dumps({**item, "published_at": str(item["published_at"])}, ensure_ascii=False)
        row = self.database.execute(
            "INSERT INTO post (key, body, published_at) VALUES (?, ?, ?)",
            (item["url"] + item["id"], body, str(item["published_at"])),
        )
        self.database.execute(
            "INSERT INTO search (rowid, tokens) VALUES (?, ?)", (row.lastrowid, " ".join(item["tokens"]))
        )
        self.database.commit()
        return item


SEVEN = (Dates, Clean, Duplicates, Segment, Severity, Store)  # with parsing: the stages of the first prototype
STEPS = (
    SEVEN
    if "--seven" in sys.argv
    else (Dates, Clean, Redact, Relevance, Duplicates, Segment, Topic, Severity, Department, Store)
)


def main() -> None:
    jieba.initialize()
    process = CrawlerProcess(
        {
            "LOG_LEVEL": "ERROR",
            "TELNETCONSOLE_ENABLED": False,
            "REMOTE_CONTROL_ENABLED": False,
            "ITEM_PIPELINES": {f"bench.usual_stack.{step.__name__}": 100 * n for n, step in enumerate(STEPS, 1)},
        }
    )
    crawler = process.create_crawler(UsualSpider)
    seconds = measure_between(crawler)
    process.crawl(crawler)
    process.start()
    print(json.dumps({"items": crawler.stats.get_value("item_scraped_count", 0), "cpu_seconds": seconds()}))


if __name__ == "__main__":
    main()
