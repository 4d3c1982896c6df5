"""Entries, edits and main texts; whole feeds are in tests/fixtures/feed."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from crawler.items import Post
from crawler.pages.feed_page import canonical_address, main_text, needs_article, read_article, read_feed
from crawler.pages.parsed_page import ParsedPage
from crawler.walls import Wall

Read = Callable[..., ParsedPage]


def feed(words: str, guid: str = "<guid>7</guid>") -> str:
    entry = f"<title>题</title><link>/info/7</link>{guid}<description>{words}</description>"
    return f"<rss><channel><item>{entry}</item></channel></rss>"


def test_changed_words_change_the_marker_and_not_the_key(read: Read) -> None:
    before, after = read(read_feed, feed("一")), read(read_feed, feed("二"))

    assert before.posts[0].key == after.posts[0].key == "7"
    assert before.rows[0].marker != after.rows[0].marker


def test_without_guid_the_address_is_the_id(read: Read) -> None:
    assert read(read_feed, feed("一", "")).posts[0].key == "http://a.example/info/7"


def test_the_same_guid_twice_is_one_entry(read: Read) -> None:
    item = "<item><title>题</title><guid>7</guid></item>"

    assert len(read(read_feed, f"<rss><channel>{item}{item}</channel></rss>").posts) == 1


def test_tracking_is_no_part_of_an_address() -> None:
    assert canonical_address("https://N.example/a?id=7&utm_source=x#top") == "https://n.example/a?id=7"


def test_signs_that_xml_forbids_do_not_break_a_feed(read: Read) -> None:
    assert read(read_feed, feed("一\x0b\x00二")).posts[0].content == "一二"


@pytest.mark.parametrize("text", ["", "   ", "<html><body>没有", "{}", "<opml/>", "<rss><channel><item></rss>"])
def test_what_is_no_feed_is_a_wall(read: Read, text: str) -> None:
    with pytest.raises(Wall):
        read(read_feed, text)


@pytest.mark.parametrize(
    ("content", "cut"),
    [("短", True), ("长" * 200, False), ("长" * 200 + "[…]", True), ("长" * 200 + " 阅读全文", True)],
)
def test_a_summary_sends_us_to_the_article(content: str, cut: bool) -> None:
    assert needs_article(Post(content=content)) is cut


def test_the_article_without_text_leaves_the_summary() -> None:
    entry = Post(key="7", content="各学院：十月十日调课到周日，教室不变。")

    page = read_article("<body></body>", "http://a.example/7", datetime(2026, 10, 8, tzinfo=UTC), {}, entry)

    assert page.posts[0].content == "各学院：十月十日调课到周日，教室不变。"


def test_a_source_may_name_the_place_of_the_text() -> None:
    html = "<div class=a>导航文字</div><div class=b>正文在此</div>"
    page = read_article(html, "http://a.example/7", datetime(2026, 10, 8, tzinfo=UTC), {"article": ".b"}, Post(key="7"))

    assert page.posts[0].content == "正文在此"


def test_the_main_text_leaves_navigation_and_footer_out() -> None:
    words = (
        "各学院：本周日全天补课，教室不变，请任课教师通知到每一位同学，实验课由实验中心另行安排，有困难的请联系教务处。"
    )
    html = f"<nav><a href='/'>首页</a></nav><main><p>{words}</p></main><footer><p>版权所有</p></footer>"

    assert main_text(html) == words
