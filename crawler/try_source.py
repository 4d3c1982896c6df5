"""Stage 1: a trial of one source. A source id (and perhaps a saved page) in; what would be heard out; nothing is kept.

`python -m crawler.try_source --group G --fence N --holder H SOURCE [--page FILE] [--folder DIR]` asks the live place
for one list and a few pages, or reads the saved page in its stead without any request; the source is one of the active
school, or of a folder not yet applied. Each post is a JSON line, the outcome the last. The steps judge as in a crawl;
the last one, which keeps, is left out, and the round leaves neither mark nor row.
"""

import argparse
import json
import logging
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import HtmlResponse, Request, Response
from scrapy.settings import Settings

from crawler.health import FIELDS
from crawler.items import Page, Post
from crawler.refusal import Refusal
from crawler.report import RoundReport
from crawler.run_round import scrapy_settings
from crawler.source import load_sources
from foundation.errors import HuiyinError
from foundation.log import start_logging
from foundation.opening import open_school
from foundation.outcome import SOURCE_OUTCOME_TITLES, SourceOutcome
from foundation.school import School, SchoolFiles
from foundation.stack import code_place

PAGES = 6  # robots.txt, one list and a few pages behind it
KEEPING = "pipelines.write_index.WriteIndex"
SHOWN_LETTERS = 40
PAGE_SETTING, SHOW_SETTING = "TRIAL_PAGE", "TRIAL_SHOWN"


class ShowPosts:
    """Stands in place of the step that keeps: prints what it would have kept, without texts beyond their beginning."""

    def __init__(self) -> None:
        self.posts = 0
        self.lacking: Counter[str] = Counter()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "ShowPosts":
        """Return the one that the trial counts by."""
        shown: ShowPosts = crawler.settings[SHOW_SETTING]
        return shown

    def process_item(self, item: Page) -> Page:
        """Print the posts of a page."""
        for post in item.posts:
            self.posts += 1
            self.lacking.update(name for name in FIELDS if not getattr(post, name))
            _say(post=_shown(post))
        return item


class SavedPage:
    """A downloader middleware that answers the first request with a saved page and refuses all others."""

    def __init__(self, body: bytes) -> None:
        self._body = body
        self._given = False

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Read the page that the settings name."""
        return cls(Path(str(crawler.settings[PAGE_SETTING])).read_bytes())

    def process_request(self, request: Request) -> Response:
        """Answer without a network.

        Raises:
            IgnoreRequest: The page was given already.
        """
        if self._given:
            raise IgnoreRequest("only the saved page is read")
        self._given = True
        return HtmlResponse(request.url, body=self._body, request=request)


def main(words: list[str] | None = None) -> int:
    """Try one source; return 0 when it met no wall and showed something, else 1."""
    parser = argparse.ArgumentParser(prog="python -m crawler.try_source")
    for name in ("--group", "--fence", "--holder", "source"):
        parser.add_argument(name)
    for name in ("--page", "--folder"):
        parser.add_argument(name, default="")
    asked = parser.parse_args(words)
    opened = open_school()
    if asked.folder:
        opened = replace(opened, school=School.from_files(SchoolFiles.from_folder(Path(asked.folder))))
    source = load_sources(opened.school)[asked.source]
    start_logging()
    process = AsyncCrawlerProcess(_settings(asked.page))
    logging.getLogger("scrapy").setLevel(logging.getLogger().level)  # Scrapy has just opened it for DEBUG
    crawler = process.create_crawler(source.spider)
    under = {"holder": asked.holder, "fence": asked.fence}
    task = process.crawl(crawler, source=source.id, trial=opened, **under)
    process.start()
    return _tell_end(crawler, task.exception() if task.done() and not task.cancelled() else None)


def _settings(page: str) -> Settings:
    settings = scrapy_settings()
    steps = {name: at for name, at in settings.getdict("ITEM_PIPELINES").items() if name != KEEPING}
    settings.set("ITEM_PIPELINES", {**steps, "crawler.try_source.ShowPosts": 900}, priority="cmdline")
    settings.set("CLOSESPIDER_PAGECOUNT", PAGES, priority="cmdline")
    settings.set(SHOW_SETTING, ShowPosts(), priority="cmdline")
    if page:
        settings.set(PAGE_SETTING, page, priority="cmdline")
        usual = dict.fromkeys(settings.getdict("DOWNLOADER_MIDDLEWARES"))  # nothing of a network is asked
        settings.set("DOWNLOADER_MIDDLEWARES", {**usual, "crawler.try_source.SavedPage": 10}, priority="cmdline")
    return settings


def _shown(post: Post) -> dict[str, Any]:
    words = " ".join((post.title or post.content).split())
    return {
        "title": "（先救助，不显示）" if post.restricted else words[:SHOWN_LETTERS],
        "letters": len(post.content),
        "published_at": post.published_at.isoformat() if post.published_at else None,
        "time_precision": post.time_precision,
        "has_author": bool(post.author),
        "replies": post.replies,
        "answered": bool(post.official_reply),
        "outcome": post.outcome or "stored",
        "level": "" if post.restricted else post.level,
    }


def _tell_end(crawler: Crawler, problem: BaseException | None) -> int:
    report: RoundReport = getattr(crawler.spider, "report", None) or RoundReport()
    if isinstance(problem, Refusal):
        report.hit(problem.outcome, problem.evidence)
    elif problem is not None:
        report.broke(str(problem) if isinstance(problem, HuiyinError) else code_place(problem))
    if crawler.settings.get(PAGE_SETTING):  # what lies behind the saved page was not asked
        report.walls.pop(SourceOutcome.PARTLY_BLOCKED, None)
    shown: ShowPosts = crawler.settings[SHOW_SETTING]
    showed = bool(shown.posts or report.listed)
    outcome = SourceOutcome.OK if showed and not report.walls else report.outcome
    note = report.note if report.walls or report.broken else ""
    ends = {"outcome": str(outcome), "words": SOURCE_OUTCOME_TITLES[outcome], "note": note, "broken": report.broken}
    counts = {"posts": shown.posts, "lacking": dict(shown.lacking), "pages": report.pages, "listed": report.listed}
    _say(**ends, **counts)
    return 0 if showed and not report.walls and not report.broken else 1


def _say(**values: Any) -> None:
    sys.stdout.write(json.dumps(values, ensure_ascii=False) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
