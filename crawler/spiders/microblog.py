"""Stage 1: spider for microblogs that need JavaScript. In: one page. Out: its cards, as far down as the limit allows.

The browser waits for the first card (a visitor system lets it pass by itself, or is a wall), scrolls until an old card
of an earlier round shows up (pinned ones do not count) or the limit is reached, and unfolds 全文. What the list no
longer shows is read again at its own page by `crawler/plan_rechecks.py`: only that page can say that a post is gone.
Options: `scrolls` (5), `recheck_hours` (72), `own_pages` (true), `selectors` (see crawler/pages/microblog_page.py),
`wait_seconds` (10), `zone`. With `browser: false` the address gives JSON: `scrolls` then counts further answers,
`comments` (0) the answers with comments that are read for each post that is new or got more of them. A back-fill walks
JSON as far back as its days ask; a page of cards is scrolled anew, but 全文 that was read is not opened again.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urljoin

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.backfill import first_list, note_pages, passes_over, reads_list, walks_back
from crawler.items import Page, Post
from crawler.marks import RECHECK_HOURS
from crawler.pages.microblog_json import read_comments_json, read_detail, read_long_text, read_microblog_json
from crawler.pages.microblog_page import read_microblog, read_own_page, selectors_of
from crawler.pages.parsed_page import ListRow
from crawler.plan_rechecks import born_at
from crawler.read_known_page import read_known_page
from crawler.scroll_cards import scroll_cards
from crawler.spider import SourceSpider
from foundation.outcome import SourceOutcome

SCROLLS = 5
WAIT_SECONDS = 10
KNOWN_HOURS = 10 * 366 * 24  # a quiet topic may show cards of last year
KNOWN_CARDS = 500  # ids that are handed to the page: more than any scan shows
NOT_SHOWN = "帖文自己的页面上没有这一帖，听不到修改与删除；一直这样就写 options.own_pages: false"


class MicroblogSpider(SourceSpider):
    """One page of cards is one round; long posts with an address of their own are followed."""

    name = "microblog"
    needs_browser = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Begin with no post asked for again in this round."""
        super().__init__(*args, **kwargs)
        self._asked: set[str] = set()

    def first_requests(self) -> Iterable[Request]:
        """Ask for the page of cards and scroll it; on a search page once for each of the school's terms."""
        scrolls = int(self.source.options.get("scrolls", SCROLLS))
        note_pages(self, lambda response: entry.key if (entry := response.meta.get("entry")) else "")
        place = first_list(self)
        if place is not None and not self._in_browser:
            yield self.follow(place.url, self.parse_answer, kind="list", left=scrolls, number=place.number)
            return
        if not self._in_browser:
            yield from self.first_lists(self.parse_answer, left=scrolls, number=1)
            return
        for term, address in self.source.searches:
            yield self._browse(address, self.parse_cards, scrolls, kind="list", term=term)

    def parse_cards(self, response: Response) -> Iterator[Page | Request]:
        """Hand over all cards; those whose 全文 is a page of its own are handed over with it."""
        cards = read_known_page(self, response, read_microblog)
        if cards is None:
            return
        last = cards.posts[-1:]  # pinned cards stand before it
        if not reads_list(self, response, (post.key for post in cards.posts), last):
            return
        for post in cards.posts:
            self.marks.see(post.key, post.url, "", post.published_at)
        yield from self._hand_over(response, cards.posts, cards.rows)
        yield from self._ask_again()

    def parse_answer(self, response: Response) -> Iterator[Page | Request]:
        """Hand over posts of one JSON answer; ask for whole texts, comments and, until an old one shows, the next."""
        cards = read_known_page(self, response, read_microblog_json)
        if cards is None:
            return
        sticky = {row.thread_key for row in cards.rows if row.sticky}
        in_order = [post for post in cards.posts if post.key not in sticky]
        if not reads_list(self, response, (post.key for post in cards.posts), in_order):
            return
        since, shown = self._young_since, [post for post in in_order if self.marks.knows(post.key)]
        is_old = any(post.published_at is None or post.published_at < since for post in shown)
        yield from self._hand_over(response, cards.posts, cards.rows)
        for post in cards.posts:
            yield from self._see_with_comments(response.url, post, post.url)
        left, number = response.meta["left"], response.meta["number"]
        if cards.next_url and (left or walks_back(self)) and (self.catching_up or not is_old):
            yield self.follow(cards.next_url, self.parse_answer, kind="list", left=left - 1, number=number + 1)
            return
        yield from self._ask_again()

    def parse_again(self, response: Response) -> Iterator[Page | Request]:
        """Hand over a post from its own page, or say that it is gone."""
        key, home = response.meta["thread_key"], response.meta["home"]
        found = read_known_page(self, response, read_own_page if self._in_browser else read_detail)
        if found is None:
            return
        if found.is_gone:
            yield self.vanish(response.url, key)
            return
        post = next((post for post in found.posts if post.key == key), None)
        if post is None:
            self.marks.see(key, home, response.meta["marker"], None)
            self.report.hit(SourceOutcome.PARTLY_BLOCKED, NOT_SHOWN)
            return
        post.url = home
        yield from self._hand_over(response, [post], [row for row in found.rows if row.thread_key == key])
        yield from self._see_with_comments(response.url, post, home)

    def parse_whole(self, response: Response) -> Iterator[Page]:
        """Hand over a post with its whole text; the short text stays when the answer holds none."""
        entry = response.meta["entry"]
        whole = read_known_page(self, response, read_long_text)
        for post in whole.posts if whole else ():
            entry.content = max(entry.content, post.content, key=len)
        yield self.page(response, [entry])

    def parse_comments(self, response: Response) -> Iterator[Page | Request]:
        """Hand over comments as posts of their thread, and ask for the next ones."""
        found = read_known_page(self, response, read_comments_json)
        if found is None:
            return
        thread, left = response.meta["thread"], response.meta["left"] - 1
        under = response.meta.get("under", thread)
        for post in found.posts:
            post.thread_key = thread
        with self.opened.ledger.read() as connection:
            self.marks.see_part(connection, under, (post.key for post in found.posts))
        yield self.page(response, found.posts)
        if found.next_url and left > 0:
            meta = {"thread": thread, "under": under, "left": left}
            yield self.follow(found.next_url, self.parse_comments, kind="comments", **meta)

    def parse_long(self, response: Response) -> Iterator[Page]:
        """Hand over a long post; the short text stays when its page shows no such card."""
        entry = response.meta["entry"]
        single = read_known_page(self, response, read_microblog)
        for post in single.posts if single else ():
            if post.key == entry.key and len(post.content) > len(entry.content):
                entry.content = post.content
        yield self.page(response, [entry])

    def keep_short(self, failure: Failure) -> Iterator[Page]:
        """Hand over the short text when the long one cannot be had."""
        request: Request = failure.request  # type: ignore[attr-defined]
        at_hand = Response(request.url, request=request)
        yield self.page(at_hand, [request.meta["entry"]])
        yield from self.failed(failure)

    def vanish(self, url: str, thread_key: str) -> Page:
        """Return the page that says: this post is gone, and its comments with it; reposts stand for themselves."""
        with self.opened.ledger.read() as connection:
            comments = self.marks.posts_of(connection, thread_key)
        self.report.vanished += len(comments)
        return replace(super().vanish(url, thread_key), vanished=[thread_key, *comments], vanished_threads=[])

    def _hand_over(self, response: Response, posts: list[Post], rows: list[ListRow]) -> Iterator[Page | Request]:
        """Hand over posts at once, those that are cut with the whole text that their row leads to."""
        long = {row.thread_key: row.url for row in rows if row.url}
        yield self.page(response, [post for post in posts if post.key not in long])
        for post in posts:
            if post.key not in long or passes_over(self, post):
                continue
            if self._in_browser:
                request = self._browse(long[post.key], self.parse_long, 0, kind="long", entry=post)
            else:
                request = self.follow(long[post.key], self.parse_whole, kind="long", entry=post)
            yield request.replace(errback=self.keep_short)

    def _see_with_comments(self, url: str, post: Post, home: str) -> Iterator[Request]:
        """Mark a post as read, and ask for its comments when it got more of them."""
        marker = "" if self._in_browser or post.replies is None else str(post.replies)
        if post.replies and not self._in_browser and not self.marks.is_unchanged(post.key, marker):
            yield from self._ask_comments(url, post)
        self.marks.see(post.key, home, marker, post.published_at)

    def _ask_comments(self, url: str, post: Post) -> Iterator[Request]:
        pages = int(self.source.options.get("comments", 0))
        mid = post.key.removeprefix(f"{self.source.site_id}:")
        place = urljoin(url, f"/comments/hotflow?id={mid}&mid={mid}&max_id_type=0")
        if pages:
            meta: dict[str, Any] = {"thread": post.thread_key, "under": post.key, "left": pages}
            yield self.follow(place, self.parse_comments, kind="comments", **meta)

    def _ask_again(self) -> Iterator[Request]:
        """Ask for posts that the list did not show, each at its own page (`crawler/plan_rechecks.py`)."""
        if self.backfill is not None or not self.source.options.get("own_pages", True):
            return
        planned = self.marks.due_for_recheck(self.fetched_at, self._recheck_hours, apart=True)
        self.report.behind = planned.behind
        for mark in planned.marks:
            if mark.thread_key in self._asked:
                continue
            self._asked.add(mark.thread_key)
            about: dict[str, Any] = {
                "kind": "again",
                "thread_key": mark.thread_key,
                "marker": mark.marker,
                "home": mark.url,
            }
            if self._in_browser:
                yield self._browse(mark.url, self.parse_again, 0, **about)
            else:
                yield self.follow(mark.url, self.parse_again, **about)

    @property
    def _in_browser(self) -> bool:
        return bool(self.source.options.get("browser", True))

    @property
    def _recheck_hours(self) -> float:
        return float(self.source.options.get("recheck_hours", RECHECK_HOURS))

    @property
    def _young_since(self) -> datetime:
        """Younger posts are read again in each round: where the list shows them, it is the cheapest place."""
        return self.fetched_at - timedelta(hours=self._recheck_hours)

    def _browse(self, url: str, callback: Callable[..., Any], scrolls: int, *, kind: str, **meta: Any) -> Request:
        from scrapy_playwright.page import PageMethod  # Scrapy loads all spiders for every round

        known = []
        if scrolls and not self.catching_up:
            since = self._young_since
            marks = [mark for mark in self.marks.to_recheck(self.fetched_at, KNOWN_HOURS) if born_at(mark) < since]
            known = [mark.thread_key.removeprefix(f"{self.source.site_id}:") for mark in marks[:KNOWN_CARDS]]
        work = PageMethod(
            scroll_cards,
            selectors_of(self.source.options),
            known,
            scrolls=scrolls,
            wait_seconds=float(self.source.options.get("wait_seconds", WAIT_SECONDS)),
        )
        meta |= {"playwright_page_methods": [work], "playwright_page_goto_kwargs": {"wait_until": "domcontentloaded"}}
        return self.follow(url, callback, kind=kind, browser=True, **meta)
