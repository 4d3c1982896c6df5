"""Boards read by a rule file: what the rules say is taken, what they leave out has a sensible default."""

from collections.abc import Callable

import pytest

from crawler.pages.parsed_page import ParsedPage
from crawler.pages.rule_page import Board
from crawler.walls import Wall

Read = Callable[..., ParsedPage]
RULES = {"row": ".r", "title": ".t", "replies": ".n", "post": ".p", "author": ".a", "time": ".d", "text": ".w"}
read_list, read_thread = Board(RULES).read_list, Board(RULES).read_thread
POST = '<div class="p"{mark}><i class="a">甲</i><b class="d">{time}</b><div class="w">{words}</div></div>'


def post(words: str, time: str = "2026-10-7 10:00", mark: str = "") -> str:
    return POST.format(words=words, time=time, mark=mark)


@pytest.mark.parametrize(
    "row",
    [
        '<a class="t" href="/x?id=5&page=3">题</a>',
        '<a href="/x?id=5&page=3"><b class="t">题</b></a>',
        '<b class="t"><a href="/x?id=5&page=3">题</a></b>',
    ],
)
def test_the_title_may_be_the_link_stand_in_it_or_hold_it(read: Read, row: str) -> None:
    rows = read(read_list, f'<div class="r">{row}<i class="n">12</i><i class="d">2026-10-7 10:00</i></div>').rows

    assert [(one.thread_key, one.title, one.replies) for one in rows] == [("/x?id=5", "题", 12)]
    assert rows[0].marker == "2026-10-07T02:00:00+00:00|12"


def test_a_row_that_leads_nowhere_costs_itself_only(read: Read) -> None:
    rows = '<div class="r"><a class="t">无</a></div><div class="r"><a class="t" href="/x?id=6">有</a></div>'

    assert [row.title for row in read(read_list, rows).rows] == ["有"]


def test_posts_have_the_number_of_their_mark_or_a_key_of_author_and_time(read: Read) -> None:
    posts = read(read_thread, post("一", mark=' id="reply-71"') + post("二") + post("三")).posts

    assert posts[0].key == "/x#71"
    assert len({one.key for one in posts}) == 3
    assert [one.floor for one in posts] == [1, 0, 0]


def test_quotes_stand_apart_without_the_name_of_their_author(read: Read) -> None:
    words = "<blockquote>乙 2026-10-6 10:00 写道：旧话</blockquote>新话"
    found = read(read_thread, post(words)).posts[0]

    assert (found.content, found.quote) == ("新话", "旧话")


def test_times_of_five_formats_on_one_page_are_each_read(read: Read) -> None:
    times = ["2026-10-7 10:00", "2026/10/7 11:00:09", "10月6日 09:00", "昨天 08:30", "3 小时前"]
    posts = read(read_thread, "".join(post(f"第{n}", time) for n, time in enumerate(times))).posts

    assert [one.published_at.isoformat()[:19] for one in posts if one.published_at] == [
        "2026-10-07T02:00:00",
        "2026-10-07T03:00:09",
        "2026-10-06T01:00:00",
        "2026-10-07T00:30:00",
        "2026-10-08T01:00:00",
    ]
    assert [one.time_precision for one in posts] == ["minute", "second", "minute", "minute", "hour"]


def test_a_login_page_is_a_wall(read: Read) -> None:
    with pytest.raises(Wall, match="login_required"):
        read(read_thread, "<title>请先登录</title><form><input type=password></form>")


@pytest.mark.parametrize(
    "html", ['<div class="r"><a href="/x">无题</a></div>', '<div class="p"><i class="a">甲</i></div>']
)
def test_a_rule_that_finds_nothing_inside_is_a_changed_layout_and_no_silence(read: Read, html: str) -> None:
    parser = read_list if '"r"' in html else read_thread

    assert not read(parser, html).is_known_layout
