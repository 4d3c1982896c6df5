"""Stage 1: a back-fill 补抓: a source heard again for a span of days in the past. Days in, what counts and how far out.

It walks list pages until one shows nothing as young as the span, keeps only posts of the span, and moves neither the
watermark nor the source's rhythm: it is no round. How far it came stands in the ledger, at least one list page back and
never beyond a page that is read but not kept yet, so that a killed one goes on there; where one list page leads to
pages of single posts (a feed, 全文), also which of these were read and kept. Posts older than 72 hours are history
(decision 0006); younger ones are news like any other.
"""

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from scrapy import signals
from scrapy.http import Response
from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.postgresql import insert

from crawler.history import NEWS_HOURS, history_of
from crawler.items import Page, Post
from crawler.tables import source_state
from foundation.clock import SCHOOL_ZONE, at_school
from foundation.errors import Refused
from foundation.ledger import Ledger, Work
from foundation.tables import meta

if TYPE_CHECKING:
    from crawler.report import RoundReport
    from crawler.spider import SourceSpider


FAILURES = 400  # HTTP: a short text that is kept because the whole one was refused is asked for again
EMPTY_PAGES = 3  # so many answers in a row may hold nothing: a microblog leaves out what it hides


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
        outside: Posts that were read, or listed with their time, and are not of the span.
        oldest: The oldest post that lists showed; None where lists tell no times of posts.
    """

    def __init__(self, source_id: str, since: date, until: date, now: datetime) -> None:
        self.source_id, self.since, self.until = source_id, since, until
        self.outside = 0
        self.oldest: datetime | None = None
        self._begins = datetime.combine(since, time.min, SCHOOL_ZONE)
        self._ends = datetime.combine(until + timedelta(days=1), time.min, SCHOOL_ZONE)
        self._news = now - timedelta(hours=NEWS_HOURS)
        self._begun: list[tuple[Place, set[int]]] = []  # list pages, and what was not kept yet when each was begun
        self._unkept: dict[int, Page] = {}  # pages on their way through the steps, by identity
        self._lists_tell = False
        self._empty = 0
        self._newest: datetime | None = None
        self._seen: set[str] = set()
        self._shown: set[str] | None = None  # on the list page that was begun last
        self._read: set[str] = set()  # whose own pages were read and kept: no keys, a key may be an address

    @property
    def span(self) -> list[str]:
        """First and last day as they stand in the ledger."""
        return [self.since.isoformat(), self.until.isoformat()]

    def begins_at(self, connection: Connection) -> Place | None:
        """Return where an interrupted back-fill of the same span goes on, None for one that begins."""
        told = self._told(connection)
        self._read = set(told.get("read", []))
        return Place(told["url"], told["number"]) if told else None

    def goes_on_from(self, connection: Connection) -> str:
        """Return for people where an interrupted back-fill of the same span goes on, empty for one that begins."""
        if (place := self.begins_at(connection)) is None:
            return ""
        read = f"，读过的 {len(self._read)} 篇不再读" if self._read else ""
        return f"接着上次的补抓，从列表第 {place.number} 页起{read}"

    def turn(self, ledger: Ledger, place: Place, keys: Iterable[str]) -> bool:
        """Begin a list page; return whether it is read: it shows something new, and the one before reached the span.

        A page that led to nothing that had to be read proves nothing: the next one is asked. So is an empty one.
        """
        shown = set(keys)
        fresh = shown - self._seen
        self._seen |= fresh
        if self._shown is not None:  # list pages farther back are never begun again
            self._read &= {_digest(key) for key in self._shown | shown}
        self._shown = shown
        self._empty = 0 if shown else self._empty + 1
        is_further = bool(fresh) or 0 < self._empty <= EMPTY_PAGES
        reached = self._newest is None or self._newest >= self._begins
        self._begun.append((place, set(self._unkept)))
        self._step()
        with ledger.change() as work:
            self._write(work)
        self._newest = None
        return is_further and reached

    def look(self, posts: Iterable[Post]) -> None:
        """Take from a list page that tells the times of its posts how far it reaches; their own pages prove no more."""
        self._lists_tell = True
        instants = [post.published_at for post in posts if post.published_at is not None]
        self._newest = max(instants, default=None)
        self.oldest = min(filter(None, (self.oldest, *instants)), default=None)

    def passes_over(self, post: Post, *, comments: bool = False) -> bool:
        """Return whether a listed post's own page is not asked for: read and kept already, or outside (counted).

        Args:
            post: As the list shows it.
            comments: They stand on its page: those under an older post may be of the span.
        """
        at = post.published_at
        is_outside = at is not None and not self._holds(post) and (at >= self._ends or not comments)
        self.outside += is_outside
        return is_outside or _digest(post.key) in self._read

    def kept(self, ledger: Ledger, page: Page) -> None:
        """Take note that a page is kept: where a killed back-fill goes on may move."""
        if self._unkept.pop(id(page), None) is None:
            return
        for _, unkept in self._begun:
            unkept.discard(id(page))
        if self._step():
            with ledger.change() as work:
                self._write(work)

    def keep(self, ledger: Ledger, key: str) -> None:
        """Note that a post's own page was read and kept: a back-fill that goes on does not ask for it."""
        if not self._begun or _digest(key) in self._read:
            return
        self._read.add(_digest(key))
        with ledger.change() as work:
            self._write(work)

    def sift(self, page: Page) -> Page:
        """Leave posts outside the span out of a page, say which of the others are history; return the page itself."""
        for post in page.posts:
            if post.published_at is not None and not self._lists_tell:
                self._newest = max(self._newest or post.published_at, post.published_at)
        kept = [post for post in page.posts if self._holds(post)]
        self.outside += len(page.posts) - len(kept)
        page.posts = kept
        page.history = history_of(kept, self._news)
        if self._begun:  # a search of several terms walks no lists: it begins anew, nothing is remembered
            self._unkept[id(page)] = page
        return page

    def _step(self) -> bool:
        """Forget list pages that need not be begun again; return whether there were any."""
        begun = len(self._begun)
        while len(self._begun) > 2 and not self._begun[1][1]:  # noqa: PLR2004 - the last one and the one before
            del self._begun[0]
        return len(self._begun) < begun

    def _holds(self, post: Post) -> bool:
        return post.published_at is not None and self._begins <= post.published_at < self._ends

    def _told(self, connection: Connection) -> dict[str, Any]:
        written = connection.execute(select(meta.c.value).where(meta.c.name == _name(self.source_id))).scalar()
        told: dict[str, Any] = json.loads(written) if written else {}
        return told if told.get("span") == self.span else {}

    def _write(self, work: Work) -> None:
        place, _ = self._begun[0]
        told = json.dumps({"span": self.span, "url": place.url, "number": place.number, "read": sorted(self._read)})
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
        if complete and backfill.oldest is not None and (oldest := at_school(backfill.oldest).date()) > backfill.since:
            report.note += f"；列表最早只到 {oldest}，再早的听不到"
    if row is not None:
        write_patrol(work, row, report, "", work.at)
    if complete:
        work.connection.execute(delete(meta).where(meta.c.name == _name(backfill.source_id)))


def walks_back(spider: "SourceSpider") -> bool:
    """Return whether lists are walked as far as the days ask; a search of several terms keeps its usual limit."""
    return spider.backfill is not None and len(spider.source.addresses) == 1


def reads_list(
    spider: "SourceSpider", response: Response, keys: Iterable[str], posts: Iterable[Post] | None = None
) -> bool:
    """Return whether a list page is read: always in a round; a back-fill ends where nothing is as young as its days.

    Args:
        spider: Whose list it is.
        response: The list page.
        keys: What it shows.
        posts: Its posts, where the list tells their times; those that stand out of order (pinned ones) left out.
    """
    if spider.backfill is None or not walks_back(spider):
        return True
    place = Place(response.url, response.meta.get("number", 1))
    is_read = spider.backfill.turn(spider.opened.ledger, place, keys)
    if posts is not None:
        spider.backfill.look(posts)
    return is_read


def passes_over(spider: "SourceSpider", post: Post, *, comments: bool = False) -> bool:
    """Return whether a back-fill does not ask for a listed post's own page; a round asks for all."""
    return spider.backfill is not None and spider.backfill.passes_over(post, comments=comments)


def first_list(spider: "SourceSpider") -> Place | None:
    """Return the list page at which an interrupted back-fill goes on; from now on what is kept moves that place."""
    backfill = spider.backfill
    if backfill is None or not walks_back(spider):
        return None
    ledger = spider.opened.ledger
    spider.crawler.signals.connect(lambda item: backfill.kept(ledger, item), signals.item_scraped, weak=False)
    with ledger.read() as connection:
        return backfill.begins_at(connection)


def note_pages(spider: "SourceSpider", key_of: Callable[[Response], str]) -> None:
    """Let a back-fill note which posts' own pages were read, each once all that it told is kept.

    Args:
        spider: Whose pages they are.
        key_of: Key of the post that a response completes, empty when it completes none.
    """
    backfill = spider.backfill
    if backfill is None:
        return

    def note(response: object) -> None:
        if not isinstance(response, Response) or response.status >= FAILURES or spider.report.broken:
            return
        if key := key_of(response):
            backfill.keep(spider.opened.ledger, key)

    spider.crawler.signals.connect(note, signals.item_scraped, weak=False)


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:16]


def _name(source_id: str) -> str:
    return f"backfill:{source_id}"
