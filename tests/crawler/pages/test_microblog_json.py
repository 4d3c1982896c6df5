"""Traps of a microblog's JSON; whole answers are in tests/fixtures/microblog."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from crawler.pages.microblog_json import read_comments_json, read_long_text, read_microblog_json
from crawler.pages.parsed_page import ParsedPage
from crawler.walls import Wall

Read = Callable[..., ParsedPage]
AT = "Thu Oct 08 11:20:41 +0800 2026"


def answer(*blogs: Any, **info: Any) -> str:
    cards = [{"card_type": 9, "mblog": blog} for blog in blogs]
    return json.dumps({"ok": 1, "data": {"cards": cards, "cardlistInfo": info}})


def blog(mid: str = "7", text: str = "话", **more: Any) -> dict[str, Any]:
    return {"mid": mid, "text": text, "created_at": AT, "user": {"screen_name": "甲"}, **more}


@pytest.mark.parametrize(
    ("written", "count"),
    [("100万+", 1_000_000), ("1.2万", 12_000), ("3亿", 300_000_000), (37, 37), (None, None), (-1, None)],
)
def test_a_count_is_a_number_however_it_is_written(read: Read, written: Any, count: int | None) -> None:
    assert read(read_microblog_json, answer(blog(attitudes_count=written))).posts[0].likes == count


@pytest.mark.parametrize("mark", [{"mblogtype": 2}, {"isTop": 1}, {"title": {"text": "置顶"}}])
def test_a_pinned_post_says_nothing_about_where_new_things_end(read: Read, mark: dict[str, Any]) -> None:
    assert read(read_microblog_json, answer(blog(**mark))).rows[0].sticky


def test_what_others_passed_on_is_quoted_without_their_names(read: Read) -> None:
    post = read(read_microblog_json, answer(blog(text="唉 //@乙:真的//@丙：假的"))).posts[0]

    assert (post.content, post.quote) == ("唉", "真的\n假的")


def test_a_deleted_original_leaves_its_thread_and_no_words(read: Read) -> None:
    stub = {"mid": "3", "text": "此微博已被作者删除", "user": None}
    post = read(read_microblog_json, answer(blog(retweeted_status=stub))).posts[0]

    assert (post.thread_key, post.quote) == ("3", "")


@pytest.mark.parametrize(
    "broken", [None, 7, [], {}, {"mid": "x"}, {"mid": "5", "text": 5, "user": [], "created_at": {}}]
)
def test_a_broken_card_costs_itself_only(read: Read, broken: Any) -> None:
    assert "7" in [post.key for post in read(read_microblog_json, answer(broken, blog())).posts]


@pytest.mark.parametrize("parser", [read_microblog_json, read_long_text, read_comments_json])
@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ('{"ok":-100,"url":"https://passport.example/"}', "login_required"),
        ("<html><title>Sina Visitor System</title></html>", "login_required"),
        ("<html>" + "换了样子。" * 200, "layout_changed"),
        ("", "layout_changed"),
    ],
)
def test_a_wall_is_no_answer(read: Read, parser: Any, text: str, outcome: str) -> None:
    with pytest.raises(Wall, match=outcome):
        read(parser, text)


def test_comments_without_an_end_mark_end(read: Read) -> None:
    assert read(read_comments_json, '{"ok":1,"data":{"data":[],"max_id":0}}').next_url == ""
    assert read(read_comments_json, '{"ok":0,"msg":"还没有人评论"}').is_known_layout
