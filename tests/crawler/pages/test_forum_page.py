"""Ways on and native ids of unknown forums; whole pages are in tests/fixtures/forum."""

from collections.abc import Callable

import pytest
from selectolax.lexbor import LexborHTMLParser

from crawler.pages.forum_page import find_next_page, native_path, page_address, read_forum_list, read_forum_thread
from crawler.pages.parsed_page import ParsedPage
from crawler.walls import Wall

HERE = "http://a.example/board?bid=7&page=2"


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ('<a href="?bid=7&page=3">3</a>', "http://a.example/board?bid=7&page=3"),
        ('<a href="/next" rel="next">x</a>', "http://a.example/next"),
        ('<a href="/older">下一页</a>', "http://a.example/older"),
        ('<a href="?bid=7&page=9">尾页</a>', ""),
        ('<a href="?bid=7&page=1">上一页</a>', ""),
        ('<a href="http://ads.example/?page=3">下一页</a>', ""),
    ],
)
def test_the_next_page_is_found_and_never_on_another_site(link: str, expected: str) -> None:
    assert find_next_page(LexborHTMLParser(link), HERE) == expected


def test_a_thread_address_loses_page_session_and_fragment() -> None:
    assert page_address("http://a.example/t?id=5&page=3&sid=abc#c9") == "http://a.example/t?id=5"
    assert native_path("http://a.example/t?id=5&page=3") == "/t?id=5"


def test_an_empty_board_is_known_and_a_strange_page_is_not(read: Callable[..., ParsedPage]) -> None:
    assert read(read_forum_list, "<p>There are no topics here, yet</p>" + "<p>x</p>" * 200).is_known_layout
    assert not read(read_forum_list, "<p>学院坐落在山下，占地八百亩。</p>" * 40).is_known_layout


def test_a_login_page_is_a_wall(read: Callable[..., ParsedPage]) -> None:
    with pytest.raises(Wall):
        read(read_forum_thread, "<form><input type=password></form>")


def test_only_the_first_page_of_a_thread_has_the_opening_post(read: Callable[..., ParsedPage]) -> None:
    posts = "".join(
        f'<div class="p" data-pk="{n}"><b class="author">甲</b><i title="2026-10-07 10:0{n}">x</i>'
        f'<p class="text">话{n}</p></div>'
        for n in (1, 2)
    )

    first = read(read_forum_thread, posts, "http://a.example/t?id=5").posts
    second = read(read_forum_thread, posts, "http://a.example/t?id=5&page=2").posts

    assert [post.floor for post in (*first, *second)] == [1, 0, 0, 0]


@pytest.mark.parametrize("number", ["²", "9" * 5000, "-1", "x"])
def test_a_page_number_that_is_none_is_the_first_page(number: str) -> None:
    tree = LexborHTMLParser('<a href="/t/1?page=2">2</a>')

    assert find_next_page(tree, f"http://a.example/t/1?page={number}") == "http://a.example/t/1?page=2"


def test_a_link_of_endless_signs_is_no_way_on_and_holds_nobody_up() -> None:
    tree = LexborHTMLParser('<a href="/a">&gt;' + "&gt;" * 100_000 + 'x</a><a href="/b">下一页 »</a>')

    assert find_next_page(tree, "http://a.example/t/1") == "http://a.example/b"
