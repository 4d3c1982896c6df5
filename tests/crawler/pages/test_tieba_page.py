"""Traps of Tieba's old layout; whole pages are in tests/fixtures/tieba."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from crawler.pages.parsed_page import ParsedPage
from crawler.pages.tieba_page import read_tieba_list, read_tieba_thread
from crawler.walls import Wall

Read = Callable[..., ParsedPage]
TIEBA = Path(__file__).parents[2] / "fixtures" / "tieba"
THREAD = "https://tieba.yunlu.example/p/700012"


def page(case: str) -> str:
    return (TIEBA / case / "page.html").read_text(encoding="utf-8")


def test_advertisements_are_neither_threads_nor_posts(read: Read) -> None:
    listed = read(read_tieba_list, page("section"), url="https://tieba.yunlu.example/f?kw=x")
    thread = read(read_tieba_thread, page("thread"), url=THREAD)

    assert page("section").count("thread_item_box") - 1 == len(listed.rows) == 3
    assert not any("广告" in post.content for post in thread.posts)


def test_deleted_floors_leave_holes(read: Read) -> None:
    assert [post.floor for post in read(read_tieba_thread, page("thread"), url=THREAD).posts] == [1, 2, 0, 0, 5]


def test_the_mark_of_a_thread_is_the_same_tomorrow(read: Read) -> None:
    today = read(read_tieba_list, page("section")).rows[1].marker
    tomorrow = read(read_tieba_list, page("section").replace(" 11:24 ", " 10-8 ")).rows[1].marker

    assert today == tomorrow == "2026-10-08|18"


def test_neither_place_nor_client_nor_names_of_the_answered_are_heard(read: Read) -> None:
    heard = repr(read(read_tieba_thread, page("thread"), url=THREAD).posts)

    assert not [word for word in ("江苏", "Android", "回复 :", "user_card") if word in heard]


def test_a_list_that_stands_outside_a_comment_is_read_too(read: Read) -> None:
    bare = page("section").replace("<!--", "").replace("-->", "")

    assert len(read(read_tieba_list, bare).rows) == 3


@pytest.mark.parametrize("field", ["{", "[]", "null", '"x"', json.dumps({"content": None}), "[" * 5000])
def test_a_broken_data_field_costs_its_own_block(read: Read, field: str) -> None:
    good = json.dumps({"content": {"post_id": 7, "post_no": 2}})
    block = "<div class='l_post' data-field='{}'><div class='d_post_content'>话</div></div>"

    assert [post.key for post in read(read_tieba_thread, block.format(field) + block.format(good)).posts] == ["7"]


def test_a_captcha_page_is_a_wall_for_list_and_thread(read: Read) -> None:
    for parser in (read_tieba_list, read_tieba_thread):
        with pytest.raises(Wall, match="rate_limited"):
            read(parser, page("captcha"))
