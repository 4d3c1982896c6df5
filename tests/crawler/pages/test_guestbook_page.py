"""Who answers for the school, and what belongs to whom; whole pages are in tests/fixtures/message_board."""

from collections.abc import Callable
from typing import Any

import pytest

from crawler.pages.message_board_page import read_board
from crawler.pages.parsed_page import ParsedPage


def comments(name: str, classes: str = "") -> str:
    return (
        '<ol><li id="comment-1" class="comment"><b class="fn">柚子</b>'
        '<time datetime="2026-10-06T08:00:00+08:00">x</time>'
        '<div class="comment-content">热水几点停？</div><ol class="children">'
        f'<li id="comment-2" class="comment {classes}"><b class="fn">{name}</b>'
        '<time datetime="2026-10-07T08:00:00+08:00">x</time>'
        '<div class="comment-content">二十三点。</div></li></ol></li></ol>'
    )


@pytest.mark.parametrize(("name", "classes"), [("后勤管理处", ""), ("小陈", "byuser bypostauthor"), ("管理员", "")])
def test_an_answer_by_a_unit_or_by_staff_belongs_to_the_message(
    read: Callable[..., ParsedPage], name: str, classes: str
) -> None:
    posts = read(read_board, comments(name, classes)).posts

    assert [(post.key, post.official_reply) for post in posts] == [("1", "二十三点。")]
    assert posts[0].official_reply_at is not None


def test_an_answer_by_another_guest_is_a_post_of_the_same_thread(read: Callable[..., ParsedPage]) -> None:
    posts = read(read_board, comments("山竹")).posts

    assert [(post.key, post.thread_key, post.floor) for post in posts] == [("1", "1", 1), ("2", "1", 0)]


def test_the_words_before_an_answer_and_its_date_are_no_part_of_it(read: Callable[..., Any]) -> None:
    html = "".join(
        f'<div class="m"><span>网友 匿名 于 2026-10-0{n} 10:00:00 发表</span><p>第{n}问，请问什么时候修？</p>'
        f'<div class="reply">【管理员回复】第{n}答。 2026-10-07</div></div>'
        for n in (1, 2)
    )

    assert [post.official_reply for post in read(read_board, html).posts] == ["第1答。", "第2答。"]
