"""Cards under other selectors; whole pages are in tests/fixtures/microblog."""

from collections.abc import Callable

import pytest

from crawler.pages.microblog_page import SELECTORS, read_microblog, read_own_page, selectors_of
from crawler.pages.parsed_page import ParsedPage
from crawler.walls import Wall


def test_a_source_overrides_single_selectors(read: Callable[..., ParsedPage]) -> None:
    html = '<div class="wrap" data-mid="7"><p class="txt">夹生</p><span class="time">3小时前</span></div>'
    options = {"selectors": {"card": ".wrap", "text": ".txt"}}

    post = read(read_microblog, html, options=options).posts[0]

    assert (post.key, post.content, post.time_precision) == ("7", "夹生", "hour")
    assert selectors_of(options)["time"] == SELECTORS["time"]


def test_the_words_of_the_original_are_no_words_of_the_repost(read: Callable[..., ParsedPage]) -> None:
    html = (
        '<article class="card" data-mid="8"><div class="repost" data-mid="7"><div class="text">原话</div>'
        '<img class="picture"></div><div class="text">转</div></article>'
    )

    post = read(read_microblog, html).posts[0]

    assert (post.content, post.quote, post.thread_key, post.floor, post.pictures) == ("转", "原话", "7", 0, 0)


def test_a_card_without_link_is_found_by_its_number(read: Callable[..., ParsedPage]) -> None:
    html = '<article class="card" data-mid="8"><div class="text">话</div></article>'

    assert read(read_microblog, html, "http://a.example/topic#x").posts[0].url == "http://a.example/topic#8"


def test_a_visitor_wall_before_an_own_page_is_no_deletion(read: Callable[..., ParsedPage]) -> None:
    with pytest.raises(Wall):
        read(read_own_page, "<title>Sina Visitor System</title><p>正在验证访客身份</p>")
    assert read(read_own_page, "<p>此微博已被作者删除</p>").is_gone
