"""Stage 1: what all spiders share. A source by name comes in, `Page`s of `Post`s go out; walls and failures count.

A spider of `crawler/spiders/` names itself, overrides `first_requests` and writes callbacks:

    class FeedSpider(SourceSpider):
        name = "feed"

        def first_requests(self) -> Iterable[Request]:
            yield self.follow(self.source.url, self.parse_list, kind="list")

        def parse_list(self, response: Response) -> Iterator[Page | Request]:
            threads = self.parsed(response, read_list, zone="+8")     # None: a wall, or kept in the spool
            for thread in threads or ():
                if not self.marks.is_unchanged(thread.key, thread.marker):
                    self.marks.see(thread.key, thread.url, thread.marker, thread.published_at)
                    yield self.follow(thread.url, self.parse_thread, thread_key=thread.key)

`thread_key` given to `follow` ties requests to a thread: while one of them is open or failed, the thread's mark does
not move. `catching_up` is true until one round has read all its list pages: then no list may be cut short because its
threads are unchanged.
"""

import gc
import logging
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from datetime import datetime
from typing import Any, Self, TypeVar

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler import pseudonym as door
from crawler.backfill import Backfill, backfill_of
from crawler.browser import BrowserGuard
from crawler.decode import decode_body
from crawler.end_round import end_round
from crawler.failures import explain_failure, raised_by, retry_after_seconds
from crawler.find_source import find_source
from crawler.health import FillWatch
from crawler.history import history_of, news_since
from crawler.items import Page, Post
from crawler.keep_page import keep_page
from crawler.marks import Marks
from crawler.quiet_log import tell_errors_in_one_sentence
from crawler.replay_page import replay_pages
from crawler.report import RoundReport
from crawler.robots import Robots
from crawler.round_settings import BROWSER_CONTEXT, apply_school
from crawler.rounds import Lease, is_catching_up, start_round
from crawler.source import Source
from crawler.walls import ENDS_ROUND, Wall
from foundation import clock
from foundation.errors import HuiyinError
from foundation.opening import Opened, open_school
from foundation.outcome import Outcome, SourceOutcome
from foundation.stack import code_place

log = logging.getLogger(__name__)
Result = TypeVar("Result")
GONE = (404, 410)
GARBAGE_CHECK = 200_000  # objects made between two looks for garbage in circles: those of a batch of posts


class SourceSpider(Spider):
    """Base of all spiders: one round of one source.

    Attributes:
        opened: Ledger and school.
        source: The source of this round.
        marks: The watermark: which threads were read in which state.
        report: Counts of this round.
        catching_up: No earlier round has read all list pages yet (first round, or the last was cut off).
        backfill: The span of days that is heard again; None in a round.
    """

    replay = ""  # numbers of sealed pages, `-a replay=7,8`: read again instead of asking the site
    trial: Opened | None = None  # by try_source.py: ledger and school of a round that keeps nothing
    needs_browser = False  # spiders whose pages need JavaScript say True (or their source: options.browser)

    opened: Opened
    source: Source
    marks: Marks
    report: RoundReport
    catching_up: bool
    backfill: Backfill | None = None
    news_since: datetime | None = None  # older posts are history
    lease: Lease
    robots: Robots
    browser_guard: BrowserGuard
    replayed: list[int]
    fill = FillWatch({})
    incomplete = False  # a list page was not read
    _open: Counter[str]  # requests on their way, by thread

    @classmethod
    def from_crawler(
        cls, crawler: Crawler, *args: Any, source: str = "", holder: str = "", fence: str = "", **kwargs: Any
    ) -> Self:
        """Open ledger, school and source, take or check the lease of the group, and set Scrapy up by the school.

        Args:
            crawler: The crawl that is being built.
            args: Passed on to Scrapy.
            source: Source id, `-a source=ID`.
            holder: Who leased the group (given by `crawler.run_round`; alone we lease it ourselves).
            fence: Fence number of that lease.
            kwargs: Passed on to Scrapy.

        Raises:
            Stop: No source given, an unknown one, or one of another spider.
            Retry: Another process is crawling the group.
        """
        tell_errors_in_one_sentence()
        opened: Opened = kwargs.get("trial") or open_school()
        chosen = find_source(opened.school, source, cls.name)
        since, until = kwargs.pop("since", ""), kwargs.pop("until", "")  # of a back-fill: -a since=… -a until=…
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.opened, spider.source, spider.report = opened, chosen, RoundReport()
        spider.robots, spider.browser_guard = Robots(crawler), BrowserGuard(spider)
        spider.report.robots = spider.robots.decided
        browser = not spider.replay and bool(chosen.options.get("browser", cls.needs_browser))
        apply_school(crawler.settings, opened.school, chosen, browser=browser)
        if browser:
            crawler.settings.set("PLAYWRIGHT_ABORT_REQUEST", spider.browser_guard.aborts, priority="spider")
        limits = opened.school.settings.crawl
        with opened.ledger.change() as work:
            if not spider.replay:
                seconds = limits.round_seconds + limits.request_seconds
                spider.lease = start_round(work, chosen, holder, fence, seconds)
            spider.marks = Marks.load(work.connection, "" if spider.trial else chosen.id, work.at)
            spider.backfill = backfill_of(chosen.id, since, until, work.at)
            spider.news_since = news_since(work.connection, chosen.id, work.at)
            is_first = is_catching_up(work.connection, chosen.id)
            spider.catching_up = spider.report.catching_up = spider.backfill is not None or is_first
        spider.replayed, spider._open = [], Counter()
        spider.fill = FillWatch.of(cls.name, chosen.minimum_fill)
        crawler.signals.connect(spider._answered, signals.response_received)
        crawler.signals.connect(spider._dropped, signals.request_dropped)
        for broken in (signals.item_error, signals.spider_error):
            crawler.signals.connect(spider._broke, broken)
        return spider

    def first_requests(self) -> Iterable[Request]:
        """Return the requests that a round begins with."""
        raise NotImplementedError(f"{type(self).__name__}.first_requests")

    async def start(self) -> AsyncIterator[Any]:
        """Begin the round (Scrapy calls this)."""
        gc.freeze()  # code, dictionaries and words live as long as the process: looking them over again costs a fifth
        gc.set_threshold(GARBAGE_CHECK)
        for item in replay_pages(self) if self.replay else self.first_requests():
            yield item

    def follow(
        self,
        url: str,
        callback: Callable[..., Any],
        *,
        kind: str = "thread",
        browser: bool = False,
        thread_key: str = "",
        **meta: Any,
    ) -> Request:
        """Return a request whose failures are counted.

        Args:
            url: Absolute address.
            callback: Method that gets the response.
            kind: `list`, `thread` or another word for what is asked; a list that fails leaves the round incomplete.
            browser: Whether the page needs JavaScript.
            thread_key: The thread that the page belongs to.
            meta: Further values, found again in `response.meta`.
        """
        values = {"kind": kind, "thread_key": thread_key, **meta}
        if browser:
            agent = {"user_agent": self.settings["USER_AGENT"]}
            values |= {"playwright": True, "playwright_context_kwargs": {**BROWSER_CONTEXT, **agent}}
            values["playwright_page_init_callback"] = self.browser_guard.watch_page
        if thread_key:
            self._open[thread_key] += 1
        return Request(url, callback=callback, errback=self.failed, meta=values)

    def first_lists(self, callback: Callable[..., Any], **meta: Any) -> Iterator[Request]:
        """Ask for the list that a round begins with, or for the answer to each of the school's terms."""
        for term, address in self.source.searches:
            yield self.follow(address, callback, kind="list", term=term, **meta)

    @property
    def fetched_at(self) -> datetime:
        """The present instant: ask for it once a response."""
        return clock.now()

    def pseudonym(self, author_name: str, published_at: datetime | None = None) -> str:
        """Return the author's pseudonym on this site; the year is that of the post when known, else the present one."""
        return door.pseudonym(author_name, self.source.site_id, published_at or clock.now())

    def page(self, response: Response, posts: list[Post], vanished: Iterable[str] = ()) -> Page:
        """Return the item of one page: fills source, site, address and fetch time of posts that lack them.

        Posts that somebody asked not to be kept (`crawler/opt_out.py`) stay outside and are counted.
        """
        at, gone, site = clock.now(), list(vanished), self.source.site_id
        self.report.vanished += len(gone)
        self.fill.watch(posts, response)
        for post in posts:
            post.source_id, post.site, post.site_kind = self.source.id, site, self.source.kind
            post.url = post.url or response.url
            post.fetched_at = post.fetched_at or at
        kept = [post for post in posts if not self.marks.opt_outs.is_refused(post)]
        for _ in range(len(posts) - len(kept)):
            self.report.count(Outcome.REFUSED_PRIVATE)
        found = Page(self.source.id, response.url, at, kept, gone, history=history_of(kept, self.news_since))
        return self.backfill.sift(found) if self.backfill else found

    def text_of(self, response: Response) -> str:
        """Return the page's text, also when its headers lie about the encoding."""
        declared, told = getattr(response, "encoding", ""), self.source.options.get("encoding", "")
        return decode_body(response.body, str(declared or ""), told=str(told or ""))

    def parsed(self, response: Response, parser: Callable[..., Result], **values: Any) -> Result | None:
        """Return `parser(text, **values)`, or None when the page is a wall or breaks the parser.

        A page that breaks its parser is sealed into the spool and counted as layout_changed; the round goes on.

        Raises:
            CloseSpider: A wall before the whole site: the round ends here.
        """
        self.report.pages += 1
        try:
            return parser(self.text_of(response), **values)
        except Wall as wall:
            if wall.outcome is SourceOutcome.LAYOUT_CHANGED:  # nothing that we know: to be read again after a fix
                keep_page(self, response, getattr(parser, "__name__", "parser"), wall.evidence)
            else:
                self.wall(wall.outcome, wall.evidence, response.meta.get("thread_key", ""))
        except HuiyinError:
            raise
        except Exception as problem:  # noqa: BLE001  # any page may break a parser: kept and counted, the round goes on
            keep_page(self, response, getattr(parser, "__name__", "parser"), code_place(problem))
        return None

    def wall(self, outcome: SourceOutcome, evidence: str, thread_key: str = "") -> None:
        """Count a wall.

        Raises:
            CloseSpider: It stands before the whole site.
        """
        log.info("%s: %s (%s)", self.source.id, outcome, evidence)
        self.report.hit(outcome, evidence)
        if thread_key and outcome is not SourceOutcome.LOGIN_REQUIRED:
            self.marks.unread(thread_key)
        if outcome in ENDS_ROUND:
            self.incomplete = True
            raise CloseSpider(str(outcome))

    def unanswered(self) -> list[str]:
        """Return the threads of which a request is still on its way."""
        return [thread_key for thread_key, number in self._open.items() if number > 0]

    def failed(self, failure: Failure) -> Iterator[Page]:
        """Count a request that got no usable answer; a thread that is gone becomes a page that says so."""
        request: Request = failure.request  # type: ignore[attr-defined]
        thread_key = request.meta.get("thread_key", "")
        response = getattr(failure.value, "response", None)
        if thread_key and response is not None and response.status in GONE:
            yield self.vanish(request.url, thread_key)
            return
        if thread_key:
            self.marks.unread(thread_key)
        self.report.retry_after_seconds = max(self.report.retry_after_seconds, retry_after_seconds(response))
        self.incomplete |= request.meta.get("kind") == "list"
        self.wall(*explain_failure(raised_by(failure), request.meta.get("kind", ""), request.url))

    def vanish(self, url: str, thread_key: str) -> Page:
        """Return the page that says: the site no longer shows this thread."""
        self.marks.gone(thread_key)
        self.report.vanished += 1
        return Page(self.source.id, url, clock.now(), vanished_threads=[thread_key])

    def closed(self, reason: str) -> None:
        """End the round (Scrapy calls this when all items are kept)."""
        end_round(self, reason)

    def _answered(self, request: Request) -> None:
        self._open[request.meta.get("thread_key", "")] -= 1

    def _dropped(self, request: Request) -> None:
        self._answered(request)
        if "redirect_times" in request.meta:  # sent where we were already: this page was never read
            self.marks.unread(request.meta.get("thread_key", ""))
            self.report.hit(SourceOutcome.PARTLY_BLOCKED, "重定向绕回了已经去过的地址")

    def _broke(self, failure: Failure) -> None:
        self.incomplete = True
        self.report.broke_by(raised_by(failure))
