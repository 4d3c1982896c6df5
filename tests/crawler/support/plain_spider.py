"""A spider for a site of plain text: the list names threads, threads hold posts. Also proves how short a spider is."""

import ctypes
import json
import os
from pathlib import Path

from scrapy_playwright.page import PageMethod

from crawler.items import Post
from crawler.spider import SourceSpider
from crawler.walls import Wall
from foundation.errors import LedgerUnusable
from foundation.outcome import SourceOutcome


def read_list(text):
    if "SPIN" in text:
        ctypes.PyDLL(None).sleep(600)  # lets no other thread run, as a regular expression without end
    if "FLOOD" in text:
        raise Wall(SourceOutcome.RATE_LIMITED, "频繁刷新限制")
    if "CLOSED" in text:
        raise Wall(SourceOutcome.SITE_CLOSED, "站点关闭")
    return [line.split() for line in text.splitlines() if line.startswith("/")]


def read_thread(text):
    if "LOGIN" in text:
        raise Wall(SourceOutcome.LOGIN_REQUIRED, "需要登录")
    lines = text.splitlines()
    more = [line[5:] for line in lines if line.startswith("more ")]
    return [
        dict(zip(("key", "content"), line[5:].split("|"), strict=True)) for line in lines if line[:5] == "post "
    ], more


class PlainSpider(SourceSpider):
    name = "plain"

    def first_requests(self):
        browser = bool(self.source.options.get("browser"))
        waits = [PageMethod("wait_for_function", "document.getElementById('text').textContent != 'empty'")]
        meta = {"playwright_page_methods": waits} if browser else {}
        yield self.follow(self.source.url, self.parse_list, kind="list", browser=browser, **meta)

    def parse_list(self, response):
        for path, marker in self.parsed(response, read_list) or ():
            if not self.marks.is_unchanged(path, marker):
                self.marks.see(path, response.urljoin(path), marker, None)
                yield self.follow(response.urljoin(path), self.parse_thread, thread_key=path)
        if self.source.options.get("browser"):
            self.report.count("rendered" if "RENDERED" in response.text else "bare")

    def parse_thread(self, response):
        found = self.parsed(response, read_thread)
        if found is None:
            return
        posts, more = found
        yield self.page(response, [Post(thread_key=response.meta["thread_key"], **values) for values in posts])
        for path in more:
            yield self.follow(response.urljoin(path), self.parse_thread, thread_key=response.meta["thread_key"])


class WriteDown:
    """Writes each page as a JSON line, and keeps what it kept before, so that known posts are told apart."""

    def __init__(self, crawler):
        self.crawler = crawler
        self.place = Path(os.environ["PLAIN_ITEMS"])

    @classmethod
    def from_crawler(cls, crawler):
        return cls(crawler)

    def process_item(self, item):
        if any("LEDGER" in post.content for post in item.posts):
            raise LedgerUnusable("磁盘已满，账本写不进去", "账本", "腾出空间后会自动继续")
        before = self.place.read_text(encoding="utf-8") if self.place.exists() else ""
        for post in item.posts:
            self.crawler.spider.report.kept("known" if f'"{post.key}"' in before else "new")
        line = {"url": item.url, "keys": [post.key for post in item.posts], "gone": item.vanished_threads}
        with self.place.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
        return item
