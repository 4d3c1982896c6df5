"""Stage 1: a back-fill 补抓: a source heard again for a span of days in the past. Days in, what counts and how far out.

It walks list pages until one shows nothing as young as the span, keeps only posts of the span, and moves neither the
watermark nor the source's rhythm: it is no round. How far it came stands in the ledger, one list page back, so that a
killed one goes on there. Posts older than 72 hours are history (decision 0006); younger ones are news like any other.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.postgresql import insert

from crawler.history import NEWS_HOURS, history_of
from crawler.items import Page, Post
from crawler.tables import source_state
from foundation.clock import SCHOOL_ZONE
from foundation.errors import Refused
from foundation.ledger import Ledger, Work
from foundation.tables import meta

if TYPE_CHECKING:
    from scrapy.http import Response

    from crawler.report import RoundReport
    from crawler.spider import SourceSpider


@dataclass(frozen=True, slots=True)
class Place:
    """A list page that a back-fill has begun: its address and number."""

    url: str
    number: int


class Backfill:
    """One back-fill of one source during one crawl.

    Attributes:
        since: First day, school time.
        until: Last day, school time.
        outside: Posts that were read and are not of the span.
    """

    def __init__(self, source_id: str, since: date, until: date, now: datetime) -> None:
        self.source_id, self.since, self.until = source_id, since, until
        self.outside = 0
        self._begins = datetime.combine(since, time.min, SCHOOL_ZONE)
        self._ends = datetime.combine(until + timedelta(days=1), time.min, SCHOOL_ZONE)
        self._news = now - timedelta(hours=NEWS_HOURS)
        self._at: Place | None = None
        self._newest: datetime | None = None
        self._seen: set[str] = set()

    @property
    def span(self) -> list[str]:
        """First and last day as they stand in the ledger."""
        return [self.since.isoformat(), self.until.isoformat()]

    def begins_at(self, connection: Connection) -> Place | None:
        """Return where an interrupted back-fill of the same span goes on, None for one that begins."""
        written = connection.execute(select(meta.c.value).where(meta.c.name == _name(self.source_id))).scalar()
        told = json.loads(written) if written else {}
        return Place(told["url"], told["number"]) if told.get("span") == self.span else None

    def turn(self, ledger: Ledger, place: Place, keys: Iterable[str]) -> bool:
        """Begin a list page; return whether it is read: it shows something new, and the one before reached the span.

        A page that led to nothing that had to be read proves nothing: the next one is asked.
        """
        fresh = set(keys) - self._seen
        self._seen |= fresh
        reached = self._newest is None or self._newest >= self._begins
        with ledger.change() as work:
            self._write(work, self._at or place)
        self._at, self._newest = place, None
        return bool(fresh) and reached

    def sift(self, page: Page) -> Page:
        """Leave posts outside the span out of a page, say which of the others are history; return the page itself."""
        for post in page.posts:
            if post.published_at is not None:
                self._newest = max(self._newest or post.published_at, post.published_at)
        kept = [post for post in page.posts if self._holds(post)]
        self.outside += len(page.posts) - len(kept)
        page.posts = kept
        page.history = history_of(kept, self._news)
        return page

    def _holds(self, post: Post) -> bool:
        return post.published_at is not None and self._begins <= post.published_at < self._ends

    def _write(self, work: Work, place: Place) -> None:
        told = json.dumps({"span": self.span, "url": place.url, "number": place.number})
        statement = insert(meta).values(name=_name(self.source_id), value=told)
        work.connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"value": told}))


def backfill_of(source_id: str, since: str, until: str, now: datetime) -> Backfill | None:
    """Return the back-fill that two days name, None when they are empty.

    Raises:
        Refused: They are no days, stand in the wrong order, or lie in the future.
    """
    if not since and not until:
        return None
    today = now.astimezone(SCHOOL_ZONE).date()
    try:
        first, last = date.fromisoformat(since), date.fromisoformat(until) if until else today
    except ValueError as problem:
        raise Refused(
            "补抓的日期读不懂", f"{since} {until}".strip(), "写成 --since 2026-09-01 --until 2026-09-30"
        ) from problem
    if not first <= last <= today:
        raise Refused("补抓的日期不对", f"{first} 至 {last}", "开始不能晚于结束，结束不能晚于今天")
    return Backfill(source_id, first, last, now)


def is_unfinished(connection: Connection, source_id: str) -> bool:
    """Return whether a back-fill of the source was begun and has not come to its end."""
    return connection.execute(select(meta.c.name).where(meta.c.name == _name(source_id))).first() is not None


def end_backfill(work: Work, backfill: Backfill, report: "RoundReport", *, complete: bool) -> None:
    """Write the patrol row of a back-fill, apart from rounds; at its end nothing is left to go on from."""
    from crawler.patrol import write_patrol

    row = work.connection.execute(select(source_state).where(source_state.c.source_id == backfill.source_id)).first()
    report.backfill, report.catching_up = backfill.span, True
    if not report.note:
        report.note = f"补抓 {backfill.since} 至 {backfill.until}，范围外 {backfill.outside} 帖未存"
    if row is not None:
        write_patrol(work, row, report, "", work.at)
    if complete:
        work.connection.execute(delete(meta).where(meta.c.name == _name(backfill.source_id)))


def walks_back(spider: "SourceSpider") -> bool:
    """Return whether lists are walked as far as the days ask; a search of several terms keeps its usual limit."""
    return spider.backfill is not None and len(spider.source.addresses) == 1


def reads_list(spider: "SourceSpider", response: "Response", keys: Iterable[str]) -> bool:
    """Return whether a list page is read: always in a round; a back-fill ends where nothing is as young as its days."""
    if spider.backfill is None or not walks_back(spider):
        return True
    return spider.backfill.turn(spider.opened.ledger, Place(response.url, response.meta.get("number", 1)), keys)


def first_list(spider: "SourceSpider") -> Place | None:
    """Return the list page at which an interrupted back-fill goes on."""
    if spider.backfill is None or not walks_back(spider):
        return None
    with spider.opened.ledger.read() as connection:
        return spider.backfill.begins_at(connection)


def _name(source_id: str) -> str:
    return f"backfill:{source_id}"
