"""Addresses as pages write them, and what one bad link costs: itself, never the page."""

from collections.abc import Callable
from typing import Any

import pytest

from crawler.pages.discuz_page import read_discuz_list
from crawler.pages.feed_page import read_feed
from crawler.pages.forum_page import read_forum_list, read_forum_thread
from crawler.pages.join_address import join_address
from crawler.pages.microblog_page import read_microblog

PAGE = "http://a.example/forum/x?page=2"
BAD = ["javascript:alert(1)", "mailto:a@a.example", "http://[bad/x", "http://a.example:99999/", "", "ftp://a.example/"]
TIME = '<time datetime="2026-10-08T10:00:00+08:00">x</time>'


@pytest.mark.parametrize(
    ("href", "address"),
    [
        ("/t/1", "http://a.example/t/1"),
        (" t/1 ", "http://a.example/forum/t/1"),
        ("?page=3", "http://a.example/forum/x?page=3"),
        ("//b.example/y", "http://b.example/y"),
        ("https://b.example:8443/y#z", "https://b.example:8443/y#z"),
    ],
)
def test_a_link_becomes_an_absolute_address(href: str, address: str) -> None:
    assert join_address(PAGE, href) == address


@pytest.mark.parametrize(
    "href", [*BAD, None, "tel:110", "data:text/html,x", "/" + "x" * 5000, "/\ud800", "http://:80/"]
)
def test_what_is_no_address_of_a_web_page_is_nothing(href: str | None) -> None:
    assert join_address(PAGE, href) == ""


@pytest.mark.parametrize("href", BAD)
def test_a_bad_link_in_a_feed_costs_no_entry(read: Callable[..., Any], href: str) -> None:
    items = "".join(f"<item><guid>{n}</guid><title>t</title><link>{x}</link></item>" for n, x in ((1, href), (2, "/y")))
    page = read(read_feed, f"<rss><channel>{items}</channel></rss>", "http://a.example/feed.xml")

    assert [(row.thread_key, row.url) for row in page.rows] == [("1", ""), ("2", "http://a.example/y")]


@pytest.mark.parametrize("href", BAD)
def test_a_bad_link_in_a_forum_costs_no_post(read: Callable[..., Any], href: str) -> None:
    posts = "".join(
        f'<div class="post" id="post{n}"><a class="author" href="/u/1">林间</a>{TIME}'
        f'<div class="content">汤是凉的 <a href="{href}">见</a></div></div>'
        for n in (1, 2)
    )

    assert len(read(read_forum_thread, f"<body>{posts}</body>").posts) == 2


@pytest.mark.parametrize("href", BAD)
def test_a_bad_link_in_a_list_costs_its_row_only(read: Callable[..., Any], href: str) -> None:
    hrefs = (href, "/t/2", "/t/3")
    rows = "".join(f'<div class="row"><a class="t" href="{x}">二食堂的汤</a>{TIME}</div>' for x in hrefs)
    forum = read(read_forum_list, f"<body>{rows}</body>")
    rows = "".join(
        f'<tbody id="normalthread_{n}"><tr><th><a class="xst" href="{x}">汤</a></th></tr></tbody>'
        for n, x in enumerate(hrefs, 1)
    )
    discuz = read(read_discuz_list, f'<table id="threadlisttableid">{rows}</table>')

    assert [row.url for row in forum.rows] == ["http://a.example/t/2", "http://a.example/t/3"]
    assert [row.thread_key for row in discuz.rows] == ["t2", "t3"]


@pytest.mark.parametrize("href", BAD)
def test_a_bad_link_on_a_card_costs_no_card(read: Callable[..., Any], href: str) -> None:
    card = f'<article class="card" data-mid="1"><div class="text">汤凉了 <a class="full" href="{href}">全文</a></div>'
    page = read(read_microblog, f'<body>{card}<a href="http://[1">y</a></article></body>')

    assert (len(page.posts), page.rows) == (1, [])
