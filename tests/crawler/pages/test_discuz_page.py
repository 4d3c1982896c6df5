"""Details of Discuz pages that the saved pages do not show; the pages themselves are in tests/fixtures/discuz."""

from collections.abc import Callable

import pytest

from crawler.pages.discuz_page import is_discuz, read_discuz_list, read_discuz_thread, thread_address, thread_id
from crawler.pages.parsed_page import ParsedPage

Read = Callable[..., ParsedPage]


@pytest.mark.parametrize(
    "url",
    [
        "http://a.example/forum.php?mod=viewthread&tid=35",
        "http://a.example/forum.php?mod=viewthread&tid=35&extra=page%3D1&page=2",
        "http://a.example/thread-35-2-1.html",
        "http://a.example/forum.php?mod=redirect&goto=findpost&ptid=9&tid=35&authorid=7",
    ],
)
def test_every_form_of_a_thread_address_has_one_thread_id(url: str) -> None:
    assert thread_id(url) == "35"


def test_a_thread_address_loses_page_and_decoration() -> None:
    assert thread_address("http://a.example/thread-35-4-2.html#pid9") == "http://a.example/thread-35-1-1.html"
    assert thread_address("http://a.example/forum.php?mod=viewthread&tid=35&extra=page%3D1&page=2&authorid=1") == (
        "http://a.example/forum.php?mod=viewthread&tid=35"
    )


def floor(text: str) -> str:
    return (
        '<div id="postlist"><div id="post_9"><div class="authi"><a class="xw1">甲</a></div>'
        f'<em id="authorposton9">发表于 2026-10-7 17:16:33</em><td><div id="postmessage_9">{text}</div></div></div>'
    )


def one_floor(number: int, inside: str) -> str:
    return f'<div id="post_{number}">{inside}<div id="postmessage_{number}">冷</div></div>'


def test_each_floor_has_its_own_author_and_no_other(read: Read) -> None:
    named = '<div class="authi"><a class="xw1">{}</a><a class="xw1">推广</a></div>'
    floors = [
        one_floor(1, '<div class="authi">匿名</div>'),
        one_floor(2, named.format("乙")),
        one_floor(3, named.format("丁")),
        one_floor(4, ""),
    ]
    page = f'<div class="authi"><a class="xw1">自己</a></div><div id="postlist">{"".join(floors)}</div>'
    after = '<form id="fastpost"><div class="authi"><a class="xw1">自己</a></div></form>'

    posts = read(read_discuz_thread, page + after).posts

    assert [post.author for post in posts] == ["P(匿名)", "P(乙)", "P(丁)", ""]


def test_noise_against_copying_is_dropped_and_emoji_are_named(read: Read) -> None:
    text = '夹生<font class="jammer">x7Q</font><span style="display: none">9k</span><img alt="[泪]" smilieid="1">了'

    assert read(read_discuz_thread, floor(text)).posts[0].content == "夹生[泪]了"


@pytest.mark.parametrize(
    ("html", "count"),
    [
        ('<img file="a.jpg" aid="7">', 1),
        ('<img file="a.jpg" aid="7" zoomfile="b.jpg" class="zoom">', 1),
        ('<img file="a.jpg" aid="7"><img file="a.jpg" aid="8">', 2),
        ('<img zoomfile="a.jpg" class="zoom"><img aid="9">', 2),
        ('<img class="zoom" src="a.jpg">', 1),
        ('<img file="a.jpg">', 1),
        ('<img zoomfile="a.jpg">', 1),
        ('<ignore_js_op><img aid="1" file="a.jpg" zoomfile="a.jpg"></ignore_js_op>', 1),
        ('<img smilieid="1" alt="[泪]" src="s.gif">', 0),
        ("没有图", 0),
    ],
)
def test_a_picture_is_counted_once_however_many_marks_it_carries(read: Read, html: str, count: int) -> None:
    assert read(read_discuz_thread, floor(f"看{html}")).posts[0].pictures == count


def test_a_quote_in_a_quote_stays_apart_and_names_nobody(read: Read) -> None:
    inner = '<div class="quote"><blockquote>乙 发表于 2026-10-7 10:00<br>里层</blockquote></div>'
    text = f'<div class="quote"><blockquote>甲 发表于 2026-10-7 11:00<br>外层{inner}</blockquote></div>我的话'
    post = read(read_discuz_thread, floor(text)).posts[0]

    assert post.content == "我的话"
    assert "外层" in post.quote
    assert "甲" not in post.quote


def test_locked_words_are_stored_nowhere(read: Read) -> None:
    post = read(read_discuz_thread, floor('看这里<div class="locked">付费内容：答案是四十二</div>')).posts[0]

    assert post.content == "看这里\u3014部分内容不公开\u3015"
    assert "四十二" not in repr(post)


def test_a_name_made_of_markup_stays_a_name(read: Read) -> None:
    html = floor("好").replace("甲", "&lt;script&gt;alert(1)&lt;/script&gt;")

    assert read(read_discuz_thread, html).posts[0].author == "P(<script>alert(1)</script>)"


def test_relative_list_times_without_title_do_not_enter_the_marker(read: Read) -> None:
    link = '<a class="s xst" href="thread-5-1-1.html">题</a>'
    html = (
        f'<table id="threadlisttableid"><tbody id="normalthread_5"><tr><th>{link}</th>'
        '<td class="num"><a>7</a></td><td class="by"><em><a>3&nbsp;分钟前</a></em></td></tr></tbody></table>'
    )

    assert read(read_discuz_list, html).rows[0].marker == "|7"


def test_discuz_is_known_by_its_ids() -> None:
    assert is_discuz('<div id="postlist">')
    assert not is_discuz("<div class='comments_list'>")


@pytest.mark.parametrize("html", ["", "<div id='postlist'>", "<div id='postlist'><div id='post_x'>", "<<<"])
def test_broken_pages_give_no_post(read: Read, html: str) -> None:
    page = read(read_discuz_thread, html)

    assert page.posts == []
