"""Stage 1: how a forum is walked. In: a list page and two parsers. Out: a `Page` for each page of each thread read.

List pages are read until one holds nothing new (sticky threads, repeated on every page, do not count); changed threads
are read page by page; then some threads that no list led to are read again (`crawler/plan_rechecks.py`), because edits
and deletions move no list. A post that its thread, read to the last page, no longer shows has vanished.
Options of a source: `list_pages` (50), `thread_pages` (100), `recheck_hours` (72), `zone`.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, ClassVar

from scrapy import Request
from scrapy.http import Response

from crawler.backfill import first_list, reads_list, walks_back
from crawler.items import Page
from crawler.marks import RECHECK_HOURS
from crawler.pages.parsed_page import ParsedPage
from crawler.read_known_page import read_known_page
from crawler.spider import SourceSpider

LIST_PAGES = 50
THREAD_PAGES = 100


class ForumWalk(SourceSpider):
    """Base of forum spiders: a subclass names itself and its two parsers."""

    read_list: ClassVar[Callable[..., ParsedPage]]
    read_thread: ClassVar[Callable[..., ParsedPage]]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Begin with no thread asked for in this round."""
        super().__init__(*args, **kwargs)
        self._asked: set[str] = set()
        self._shown: dict[str, set[str]] = {}  # keys of the posts of threads that are being read

    def first_requests(self) -> Iterable[Request]:
        """Begin with the newest list page, or with the answers to each of the school's terms."""
        if (place := first_list(self)) is not None:
            yield self.follow(place.url, self.parse_list, kind="list", number=place.number)
        else:
            yield from self.first_lists(self.parse_list, number=1)

    def parse_list(self, response: Response) -> Iterator[Page | Request]:
        """Follow changed threads and, while there is something new, the next list page; then check young threads."""
        listed = read_known_page(self, response, type(self).read_list)
        if listed is None or not reads_list(self, response, (row.thread_key for row in listed.rows)):
            return
        changed = [row for row in listed.rows if not self.marks.is_unchanged(row.thread_key, row.marker)]
        for row in changed:
            yield from self._ask_thread(row.thread_key, row.url, row.marker)
        number = response.meta["number"]
        goes_on = self.catching_up or any(not row.sticky for row in changed)
        within = walks_back(self) or number < self.source.options.get("list_pages", LIST_PAGES)
        if listed.next_url and goes_on and within:
            yield self.follow(listed.next_url, self.parse_list, kind="list", number=number + 1)
            return
        if self.backfill is not None:
            return
        planned = self.marks.due_for_recheck(self.fetched_at, self.source.options.get("recheck_hours", RECHECK_HOURS))
        self.report.behind = planned.behind
        for mark in planned.marks:
            yield from self._ask_thread(mark.thread_key, mark.url, mark.marker)

    def parse_thread(self, response: Response) -> Iterator[Page | Request]:
        """Hand over the posts of one page of a thread and follow the next."""
        thread_key = response.meta["thread_key"]
        parsed = read_known_page(self, response, type(self).read_thread)
        if parsed is None:
            return
        if parsed.is_gone:
            yield self.vanish(response.url, thread_key)
            return
        number = response.meta["number"]
        if number == 1 and parsed.posts:
            self.marks.see(thread_key, response.meta["home"], response.meta["marker"], parsed.posts[0].published_at)
        for post in parsed.posts:
            if post.key.startswith(f"{post.thread_key}#"):  # page 2 has another path: /t/7/2/
                post.key = thread_key + post.key.removeprefix(post.thread_key)
            post.thread_key = thread_key
            post.floor = post.floor if number == 1 or post.floor != 1 else 0
        self._shown.setdefault(thread_key, set()).update(post.key for post in parsed.posts)
        yield self.page(
            response, parsed.posts, [] if parsed.next_url or self.backfill else self._missing(thread_key, number)
        )
        if parsed.next_url and number < self.source.options.get("thread_pages", THREAD_PAGES):
            meta = {**response.meta, "number": number + 1}
            yield self._thread_page(parsed.next_url, thread_key, meta["marker"], meta["home"], meta["number"])

    def _ask_thread(self, thread_key: str, url: str, marker: str) -> Iterator[Request]:
        if thread_key in self._asked:
            return
        self._asked.add(thread_key)
        self.marks.see(thread_key, url, marker, None)
        yield self._thread_page(url, thread_key, marker, url, 1)

    def _missing(self, thread_key: str, pages: int) -> list[str]:
        """Return the posts that a thread, read to its last page, no longer shows."""
        return self.marks.see_whole(self.opened.ledger, thread_key, pages, self._shown.pop(thread_key, ()))

    def _thread_page(self, url: str, thread_key: str, marker: str, home: str, number: int) -> Request:
        return self.follow(url, self.parse_thread, thread_key=thread_key, marker=marker, home=home, number=number)
