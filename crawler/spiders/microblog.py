"""Stage 1: spider for microblogs that need JavaScript. In: one page. Out: its cards, as far down as the limit allows.

The browser waits for the first card (a visitor system lets it pass by itself, or is a wall), scrolls until a card of an
earlier round shows up (pinned ones do not count) or the limit is reached, and unfolds 全文. Options: `scrolls` (5),
`selectors` (see crawler/pages/microblog_page.py), `wait_seconds` (10), `zone`. With `browser: false` the address gives
JSON: `scrolls` then counts further answers, `comments` (0) the answers with comments that are read for each post
that is new or got more of them.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any
from urllib.parse import urljoin

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.items import Page, Post
from crawler.pages.microblog_json import read_comments_json, read_long_text, read_microblog_json
from crawler.pages.microblog_page import read_microblog, selectors_of
from crawler.read_known_page import read_known_page
from crawler.scroll_cards import scroll_cards
from crawler.spider import SourceSpider

SCROLLS = 5
WAIT_SECONDS = 10
KNOWN_HOURS = 10 * 366 * 24  # a quiet topic may show cards of last year
KNOWN_CARDS = 500  # ids that are handed to the page: more than any scan shows


class MicroblogSpider(SourceSpider):
    """One page of cards is one round; long posts with an address of their own are followed."""

    name = "microblog"
    needs_browser = True

    def first_requests(self) -> Iterable[Request]:
        """Ask for the page of cards and scroll it; on a search page once for each of the school's terms."""
        scrolls = int(self.source.options.get("scrolls", SCROLLS))
        if not self.source.options.get("browser", True):
            yield from self.first_lists(self.parse_answer, left=scrolls)
            return
        for term, address in self.source.searches:
            yield self._browse(address, self.parse_cards, scrolls, kind="list", term=term)

    def parse_cards(self, response: Response) -> Iterator[Page | Request]:
        """Hand over all cards; those whose 全文 is a page of its own are handed over with it."""
        cards = read_known_page(self, response, read_microblog)
        if cards is None:
            return
        by_key = {post.key: post for post in cards.posts}
        long = {row.thread_key: row.url for row in cards.rows}
        for post in cards.posts:
            self.marks.see(post.key, post.url, "", post.published_at)
        yield self.page(response, [post for post in cards.posts if post.key not in long])
        for key, link in long.items():
            request = self._browse(link, self.parse_long, 0, kind="long", entry=by_key[key])
            yield request.replace(errback=self.keep_short)

    def parse_answer(self, response: Response) -> Iterator[Page | Request]:
        """Hand over the posts of one JSON answer, ask for whole texts, comments and, until one is known, the next."""
        cards = read_known_page(self, response, read_microblog_json)
        if cards is None:
            return
        is_old = any(self.marks.knows(row.thread_key) and not row.sticky for row in cards.rows)
        whole = {row.thread_key: row.url for row in cards.rows if row.url}
        yield self.page(response, [post for post in cards.posts if post.key not in whole])
        for post in cards.posts:
            marker = "" if post.replies is None else str(post.replies)
            if post.key in whole:
                request = self.follow(whole[post.key], self.parse_whole, kind="long", entry=post)
                yield request.replace(errback=self.keep_short)
            if post.replies and not self.marks.is_unchanged(post.key, marker):
                yield from self._ask_comments(response.url, post)
            self.marks.see(post.key, post.url, marker, post.published_at)
        left = response.meta["left"]
        if cards.next_url and left and (self.catching_up or not is_old):
            yield self.follow(cards.next_url, self.parse_answer, kind="list", left=left - 1)

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
        for post in found.posts:
            post.thread_key = response.meta["thread"]
        yield self.page(response, found.posts)
        left = response.meta["left"] - 1
        if found.next_url and left > 0:
            thread = response.meta["thread"]
            yield self.follow(found.next_url, self.parse_comments, kind="comments", thread=thread, left=left)

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

    def _ask_comments(self, url: str, post: Post) -> Iterator[Request]:
        pages = int(self.source.options.get("comments", 0))
        mid = post.key.removeprefix(f"{self.source.site_id}:")
        place = urljoin(url, f"/comments/hotflow?id={mid}&mid={mid}&max_id_type=0")
        if pages:
            yield self.follow(place, self.parse_comments, kind="comments", thread=post.thread_key, left=pages)

    def _browse(self, url: str, callback: Callable[..., Any], scrolls: int, *, kind: str, **meta: Any) -> Request:
        from scrapy_playwright.page import PageMethod  # Scrapy loads all spiders for every round

        known = []
        if not self.catching_up:
            marks = self.marks.to_recheck(self.fetched_at, KNOWN_HOURS)[:KNOWN_CARDS]
            known = [mark.thread_key.removeprefix(f"{self.source.site_id}:") for mark in marks]
        work = PageMethod(
            scroll_cards,
            selectors_of(self.source.options),
            known,
            scrolls=scrolls,
            wait_seconds=float(self.source.options.get("wait_seconds", WAIT_SECONDS)),
        )
        meta |= {"playwright_page_methods": [work], "playwright_page_goto_kwargs": {"wait_until": "domcontentloaded"}}
        return self.follow(url, callback, kind=kind, browser=True, **meta)
