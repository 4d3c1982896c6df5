"""Tests of rows as posts: keys that a second import finds again, times, counts, and no names."""

from dataclasses import replace

import pytest

from crawler.imports.build_posts import build_post
from crawler.imports.map_columns import guess_columns
from crawler.imports.read_table import Row

CELLS = {
    "编号": "88", "标题": "汤凉了", "内容": "我是陈小禾，二食堂的汤凉了", "昵称": "陈小禾",
    "发布时间": "2026-10-12 09:30", "转发数": "1.2万", "网址": "https://weibo.com/1/Nab",
}  # fmt: skip


def built(origin, **changes):
    cells = {**CELLS, **changes}
    return build_post(Row(1, cells), guess_columns(cells), origin)


def test_a_row_is_a_post_with_pseudonym_time_and_counts(origin):
    post, notes = built(origin)

    assert (post.key, post.thread_key, post.floor) == ("weibo.com:88", "weibo.com:88", 1)
    assert (post.title, post.content) == ("汤凉了", "我是〔昵称〕，二食堂的汤凉了")
    assert (len(post.author), post.reposts, post.replies) == (16, 12000, None)
    assert (post.published_at.isoformat(), post.time_precision) == ("2026-10-12T01:30:00+00:00", "minute")
    assert notes == []


@pytest.mark.parametrize("written", ["1791768600", "1791768600000", "2026-10-12T09:30:00+08:00", "2026/10/12 9:30"])
def test_an_instant_is_read_in_every_usual_form(origin, written):
    post, _ = built(origin, 发布时间=written)

    assert post.published_at.isoformat() == "2026-10-12T01:30:00+00:00"


def test_a_time_that_is_none_is_unknown_and_said(origin):
    post, notes = built(origin, 发布时间="很久以前")

    assert (post.published_at, post.time_precision) == (None, "unknown")
    assert notes == ["时间读不懂，按未知存下：很久以前"]


@pytest.mark.parametrize("gone", [(), ("编号",), ("编号", "网址")])
def test_a_row_has_one_key_whatever_stands_in_it(origin, gone):
    without = dict.fromkeys(gone, "")
    other = {**without, "编号": "", "网址": "", "内容": "别的"}

    assert built(origin, **without)[0].key == built(origin, **without)[0].key
    assert built(origin, **without)[0].key != built(origin, **other)[0].key


def test_comments_belong_to_the_thread_that_was_named(origin):
    post, _ = built(replace(origin, thread="https://weibo.com/1/Nab"))

    assert post.thread_key.startswith("weibo.com:u")
    assert post.is_reply


def test_markup_is_read_as_text_and_pictures_are_counted(origin):
    post, _ = built(origin, 内容="<p>汤<span>凉</span>了</p><img src='a.jpg'>")

    assert (post.content, post.pictures) == ("汤凉了", 1)


def test_an_answer_comes_with_its_time(origin):
    post, _ = built(origin, 回复内容="已换保温桶", 回复时间="2026-10-12 08:30")

    assert (post.official_reply, post.official_reply_at.isoformat()) == ("已换保温桶", "2026-10-12T00:30:00+00:00")


def test_a_personal_page_is_not_kept_and_rows_without_words_are_no_posts(origin):
    post, notes = built(origin, 网址="https://weibo.com/u/1234567890")

    assert (post.url, notes) == ("", ["网址是个人主页，没有存下"])
    assert built(origin, 标题="", 内容=" ") == (None, ["没有标题也没有正文"])
    assert build_post(Row(3, {}, "这一行不是 JSON"), {}, origin) == (None, ["这一行不是 JSON"])
