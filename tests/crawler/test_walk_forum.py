"""How a forum is walked: what is asked next (whole rounds over real connections: tests/crawler/spiders)."""

from collections import Counter
from contextlib import nullcontext
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from scrapy import Request
from scrapy.http import HtmlResponse

from crawler.items import Page, Post
from crawler.marks import Mark, Marks
from crawler.pages.parsed_page import ListRow, ParsedPage
from crawler.report import RoundReport
from crawler.walk_forum import ForumWalk
from foundation import clock

NOW = clock.now()
HOST = "http://s.example"
LISTED = ParsedPage()


def read_list(*_: Any, **__: Any) -> ParsedPage:
    rows = [ListRow(row.thread_key, row.url, row.marker, sticky=row.sticky) for row in LISTED.rows]
    return ParsedPage(rows=rows, next_url=LISTED.next_url)


def read_thread(html: str, **_: Any) -> ParsedPage:
    return ParsedPage([Post(key="9", thread_key="x", floor=1, content=html)], next_url=f"{HOST}/t1?page=2")


class NothingRead:
    """A ledger in which no thread was read before."""

    def execute(self, _statement: Any) -> Any:
        return SimpleNamespace(scalar=lambda: None)


class Walk(ForumWalk):
    name = "walk"
    read_list = read_list
    read_thread = read_thread


def walk(known: tuple[Mark, ...] = (), *, catching_up: bool = False, **options: Any) -> Walk:
    one = Walk()
    one.source = SimpleNamespace(
        terms=[], id="place", site_id="s", kind="forum", options=options, url=f"{HOST}/", addresses=[f"{HOST}/"]
    )  # type: ignore[assignment]
    one.report, one.catching_up, one._open = RoundReport(), catching_up, Counter()
    one.opened = SimpleNamespace(ledger=SimpleNamespace(read=lambda: nullcontext(NothingRead())))  # type: ignore[assignment]
    one.marks = Marks("place", {mark.thread_key: mark for mark in known}, NOW)
    return one


def mark(key: str, marker: str = "m", age: timedelta = timedelta(days=30)) -> Mark:
    return Mark(f"s:{key}", f"{HOST}/{key}", marker, NOW - age, NOW - age, NOW - age)


def asked(one: Walk, rows: list[ListRow], following: str = "", number: int = 1) -> list[str]:
    LISTED.rows, LISTED.next_url = rows, following
    request = Request(f"{HOST}/", meta={"kind": "list", "number": number, "thread_key": ""})
    found = one.parse_list(HtmlResponse(f"{HOST}/", request=request, body=b"x"))
    return [one_request.url.removeprefix(HOST) for one_request in found if isinstance(one_request, Request)]


def row(key: str, marker: str = "m", *, sticky: bool = False) -> ListRow:
    return ListRow(key, f"{HOST}/{key}", marker, sticky=sticky)


def test_changed_threads_and_the_next_list_page_are_asked() -> None:
    assert asked(walk((mark("t1"),)), [row("t1"), row("t2")], f"{HOST}/2") == ["/t2", "/2"]


def test_a_page_without_news_ends_the_list() -> None:
    assert asked(walk((mark("t1"),)), [row("t1")], f"{HOST}/2") == []


def test_a_changed_sticky_thread_is_read_and_opens_no_further_page() -> None:
    assert asked(walk(), [row("t1", sticky=True)], f"{HOST}/2") == ["/t1"]


def test_while_catching_up_the_list_goes_on_without_news() -> None:
    assert asked(walk((mark("t1"),), catching_up=True), [row("t1")], f"{HOST}/2") == ["/2"]


def test_the_list_ends_at_the_limit_of_its_pages() -> None:
    assert asked(walk(list_pages=3), [row("t1")], f"{HOST}/4", number=3) == ["/t1"]


def test_a_thread_listed_twice_is_asked_once() -> None:
    assert asked(walk(), [row("t1"), row("t1")]) == ["/t1"]


def test_young_threads_that_no_list_led_to_are_read_again_at_the_end() -> None:
    known = (mark("t1", age=timedelta(hours=2)), mark("t2"))

    assert asked(walk(known), [row("t3")]) == ["/t3", "/t1"]


def thread(one: Walk, number: int) -> list[Any]:
    meta = {"kind": "thread", "thread_key": "s:t1", "marker": "m", "home": f"{HOST}/t1", "number": number}
    return list(one.parse_thread(HtmlResponse(f"{HOST}/t1", request=Request(f"{HOST}/t1", meta=meta), body=b"x")))


def test_posts_of_a_thread_bear_its_key_and_only_its_first_page_opens_it() -> None:
    first, second = thread(walk(), 1)[0], thread(walk(), 2)[0]

    assert isinstance(first, Page)
    assert [(page.posts[0].thread_key, page.posts[0].floor) for page in (first, second)] == [("s:t1", 1), ("s:t1", 0)]


def test_a_thread_ends_at_the_limit_of_its_pages() -> None:
    assert len(thread(walk(thread_pages=2), 1)) == 2
    assert len(thread(walk(thread_pages=2), 2)) == 1
