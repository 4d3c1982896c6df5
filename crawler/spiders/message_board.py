"""Stage 1: spider for message boards and letter boxes. In: the newest page. Out: letters with the departments' answers.

Two boxes of one host that number their letters apart need different `site:` values. A letter without an answer is read
again in every round in which a list shows it, unless its state says that nothing will come; the others as
`crawler/plan_rechecks.py` says: letter by letter, or the pages on which messages stand. Options: `list_pages` (50),
`recheck_hours` (72), `zone`, and the rules of `crawler/pages/board_rules.py`.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from scrapy import Request
from scrapy.http import Response

from crawler.backfill import first_list, reads_list, walks_back
from crawler.items import Page, Post
from crawler.marks import RECHECK_HOURS, Mark
from crawler.pages.board_rules import numbered_list
from crawler.pages.message_board_page import read_board, read_letter, state_of
from crawler.read_known_page import read_known_page
from crawler.spider import SourceSpider

LIST_PAGES = 50
OPEN = "|open"  # behind a marker: no list ever shows this, so the letter counts as changed until it is answered


class MessageBoardSpider(SourceSpider):
    """Messages that stand on the board's own pages are taken there; listed letters are followed."""

    name = "message_board"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Begin with no letter asked for in this round."""
        super().__init__(*args, **kwargs)
        self._asked: set[str] = set()
        self._pages: set[str] = set()
        self._shown: set[str] = set()
        self._following: dict[str, str] = {}  # page that was read → the one behind it

    def first_requests(self) -> Iterable[Request]:
        """Begin with the newest page, or with the answers to each of the school's terms."""
        if (place := first_list(self)) is not None:
            yield self._list_page(place.url, place.number)
            return
        self._pages.update(self.source.addresses)
        yield from self.first_lists(self.parse_board, number=1)

    def parse_board(self, response: Response) -> Iterator[Page | Request]:
        """Hand over messages, follow changed letters and, while there is something new, the next page."""
        board = read_known_page(self, response, read_board)
        if board is None:
            return
        keys = [*(row.thread_key for row in board.rows), *(post.key for post in board.posts)]
        if not reads_list(self, response, keys):
            return
        if board.posts:
            yield self.page(response, board.posts)
        is_new = self._see_messages(board.posts, response.url)
        shown = {row.thread_key for row in board.rows} | {post.key for post in board.posts}
        is_further = bool(shown - self._shown)  # a site may show its last page for every higher number
        self._shown |= shown
        for row in board.rows:
            if not self.marks.is_unchanged(row.thread_key, row.marker):
                is_new |= not self.marks.knows(row.thread_key)
                yield from self._ask_letter(row.thread_key, row.url, row.marker, settled=row.settled)
        number = response.meta["number"]
        following = board.next_url or numbered_list(response.url, number + 1, self.source.options)
        self._following[response.url] = following or ""
        limit = self.source.options.get("list_pages", LIST_PAGES)
        within = (walks_back(self) or number < limit) and following not in self._pages
        if following and within and is_further and (is_new or self.catching_up):
            yield self._list_page(following, number + 1)
            return
        if self.backfill is None:
            yield from self._ask_again(are_letters=bool(board.rows))

    def parse_letter(self, response: Response) -> Iterator[Page]:
        """Hand over one letter, or say that it is gone."""
        thread_key, asked = response.meta["thread_key"], response.meta["letter"]
        letter = read_known_page(self, response, read_letter)
        if letter is None:
            return
        if letter.is_gone:
            yield self.vanish(response.url, thread_key)
            return
        for post in letter.posts:
            post.key = post.thread_key = thread_key
            post.url = asked["home"]
            is_open = "" if post.official_reply or asked["settled"] else OPEN
            self.marks.see(thread_key, post.url, asked["marker"] + is_open, post.published_at)
        yield self.page(response, letter.posts)

    def parse_page_again(self, response: Response) -> Iterator[Page | Request]:
        """Hand over a page of messages that no new message led to; who has slipped off it is looked for on the next."""
        board = read_known_page(self, response, read_board)
        if board is None:
            return
        shown = {post.key for post in board.posts}
        slipped = [mark for mark in response.meta["marks"] if mark.thread_key not in shown]
        for mark in slipped:  # not found on the next page either: the search goes on from there in seven days
            self.marks.see(mark.thread_key, board.next_url or mark.url, mark.marker, mark.published_at)
        self._see_messages(board.posts, response.url)
        yield self.page(response, board.posts)
        if slipped and board.next_url and not response.meta["is_next"]:
            yield from self._ask_page_again(board.next_url, slipped, is_next=True)

    def _ask_again(self, *, are_letters: bool) -> Iterator[Request]:
        """Ask for what no list led to: edits and deletions move none (`crawler/plan_rechecks.py`)."""
        hours = self.source.options.get("recheck_hours", RECHECK_HOURS)
        if not are_letters:
            pages, self.report.behind = self.marks.due_pages(self.fetched_at, hours)
            for url, marks in pages.items():
                yield from self._ask_page_again(url, marks)
            return
        planned = self.marks.due_for_recheck(self.fetched_at, hours)
        self.report.behind = planned.behind
        for mark in planned.marks:
            marker = mark.marker.removesuffix(OPEN)
            yield from self._ask_letter(mark.thread_key, mark.url, marker, settled=marker == mark.marker)

    def _ask_page_again(self, url: str, marks: list[Mark], *, is_next: bool = False) -> Iterator[Request]:
        while url in self._following:  # read in this round, and the messages were not there: they slipped on
            url = self._following[url]
        if url and url not in self._pages:
            self._pages.add(url)
            yield self.follow(url, self.parse_page_again, kind="page", marks=marks, is_next=is_next)

    def _see_messages(self, posts: list[Post], page: str) -> bool:
        """Mark messages that stand on the page itself, by its address; return whether one is new or changed."""
        changed = False
        for post in posts:
            changed |= not self.marks.is_unchanged(post.key, state_of(post))
            if not self.marks.opt_outs.holds(post.url):
                self.marks.see(post.key, page, state_of(post), post.published_at)
        return changed

    def _list_page(self, url: str, number: int) -> Request:
        self._pages.add(url)
        return self.follow(url, self.parse_board, kind="list", number=number)

    def _ask_letter(self, thread_key: str, url: str, marker: str, *, settled: bool = False) -> Iterator[Request]:
        if thread_key not in self._asked:
            self._asked.add(thread_key)
            self.marks.see(thread_key, url, marker, None)
            letter = {"marker": marker, "home": url, "settled": settled}
            yield self.follow(url, self.parse_letter, thread_key=thread_key, letter=letter)
