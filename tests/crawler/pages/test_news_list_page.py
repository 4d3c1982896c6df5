"""Lists of news without a feed, in forms that the fixtures do not show."""

from datetime import UTC, datetime

import pytest

from crawler.pages.news_list_page import read_news, read_news_list
from crawler.walls import Wall

NOW = datetime(2026, 4, 2, 2, tzinfo=UTC)
URL = "https://www.yunlu.example/news/list.htm"


def read(html: str, reader=read_news_list):
    return reader(html, URL, NOW, lambda name, at: name, {})


@pytest.mark.parametrize(
    "row",
    [
        '<tr><td><a href="/i/7.htm">松园食堂停业检修公告</a></td><td>[03-26]</td></tr>',
        '<tr><td>2026/3/26</td><td><a href="/i/7.htm" title="松园食堂停业检修公告">松园食堂停业…</a></td></tr>',
        '<tr><td><i>·</i> <a href="/i/7.htm">松园食堂停业检修公告</a> <span>(2026年03月26日)</span></td></tr>',
    ],
)
def test_a_row_is_a_title_and_a_day(row: str) -> None:
    page = read(f"<table>{row}{row.replace('7.htm', '8.htm')}</table>")

    assert [(post.title, post.published_at) for post in page.posts] == [
        ("松园食堂停业检修公告", datetime(2026, 3, 25, 16, tzinfo=UTC))
    ] * 2


def test_a_feed_is_read_as_a_feed_and_a_page_as_a_page() -> None:
    item = "<item><guid>7</guid><title>停业</title><link>/i/7.htm</link></item>"
    rows = '<li><a href="/i/7.htm">松园食堂停业检修公告</a><span>2026-03-26</span></li>' * 2

    assert [post.title for post in read(f"<rss><channel>{item}</channel></rss>", read_news).posts] == ["停业"]
    assert [
        post.key for post in read(f"<!DOCTYPE html><html><body><ul>{rows}</ul></body></html>", read_news).posts
    ] == ["https://www.yunlu.example/i/7.htm"]


def test_a_page_without_dated_links_is_another_layout_and_a_login_is_a_wall() -> None:
    assert not read("<html><body><p>学院坐落在山下。</p></body></html>").is_known_layout
    with pytest.raises(Wall):
        read("<html><body><form><input type=password></form></body></html>")
