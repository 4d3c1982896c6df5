"""Between spiders and parsers: keys get their site, walls and changed layouts are counted."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse

from crawler.items import Post
from crawler.pages.parsed_page import ParsedPage
from crawler.read_known_page import GONE_LIST, read_known_page
from crawler.report import RoundReport
from crawler.spider import SourceSpider
from crawler.walls import Wall
from foundation.outcome import SourceOutcome


class OneSpider(SourceSpider):
    name = "one"


def spider() -> Any:
    one = OneSpider()
    one.source = SimpleNamespace(id="place", site_id="s.example", options={"zone": "UTC"}, terms=())  # type: ignore[assignment]
    one.report = RoundReport()
    return one


def response() -> HtmlResponse:
    url = "http://s.example/a"
    return HtmlResponse(url, body="夹生".encode("gbk"), encoding="utf-8", request=Request(url))


def test_the_parser_gets_decoded_text_and_its_keys_get_the_site() -> None:
    def parser(html: str, url: str, fetched_at: Any, pseudonym: Any, options: Any) -> ParsedPage:
        return ParsedPage([Post(key="9", thread_key="t3", content=html + url + options["zone"])])

    page = read_known_page(spider(), response(), parser)

    assert page is not None
    assert (page.posts[0].key, page.posts[0].content) == ("s.example:9", "夹生http://s.example/aUTC")


def test_a_changed_layout_is_counted_and_gives_nothing() -> None:
    one = spider()
    one.replay = "1"  # else the page is sealed: tests/crawler/test_keep_page.py

    assert read_known_page(one, response(), lambda *_, **__: ParsedPage(is_known_layout=False)) is None
    assert one.report.outcome is SourceOutcome.LAYOUT_CHANGED


@pytest.mark.parametrize(("known", "outcome"), [(True, "layout_changed"), (False, "nothing_new")])
def test_a_list_that_was_full_and_shows_nothing_is_a_changed_layout(known: bool, outcome: str) -> None:
    one, page = spider(), response()
    one.replay, one.marks = "1", SimpleNamespace(holds_any=lambda: known)
    page.meta["kind"] = "list"
    read_known_page(one, page, lambda *_, **__: ParsedPage())

    assert one.report.outcome == outcome


def test_a_wall_is_counted_and_gives_nothing() -> None:
    def parser(*_: Any, **__: Any) -> ParsedPage:
        raise Wall(SourceOutcome.LOGIN_REQUIRED, "login")

    one = spider()

    assert read_known_page(one, response(), parser) is None
    assert one.report.outcome is SourceOutcome.LOGIN_REQUIRED


@pytest.mark.parametrize("name", ["discuz", "forum", "tieba", "message_board"])
def test_a_list_that_says_with_status_200_that_it_does_not_exist_is_no_calm_day(
    listen: Callable[..., Any], name: str
) -> None:
    notice = "<html><title>提示</title><body><div id='messagetext'>抱歉，您访问的页面不存在</div></body></html>"

    result = listen(name, "/list", {"/list": notice}).round()

    assert (result["row"].outcome, result["row"].complete) == ("unreachable", 0)
    assert (result["row"].note, result["posts"]) == (GONE_LIST, [])
