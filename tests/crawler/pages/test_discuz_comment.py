"""点评 and locked text of Discuz; whole pages are in tests/fixtures/discuz."""

from collections.abc import Callable

import pytest
from selectolax.lexbor import LexborHTMLParser

from crawler.pages.discuz_comment import LOCKED_OTHER, LOCKED_REPLY, mark_locked
from crawler.pages.discuz_page import read_discuz_thread
from crawler.pages.parsed_page import ParsedPage
from crawler.pages.read_text import text_of

Read = Callable[..., ParsedPage]


def floor_with(comments: str) -> str:
    return (
        '<div id="postlist"><div id="post_9"><div class="authi"><a class="xw1">甲</a></div>'
        '<em id="authorposton9">发表于 2026-10-7 17:16:33</em><div id="postmessage_9">主楼</div>'
        f'<div id="comment_9" class="cm">{comments}</div></div></div>'
    )


def comment(name: str, words: str, when: str = '<span title="2026-10-7 20:15">昨天</span>') -> str:
    return (
        f'<div class="pstl"><div class="psta"><a class="xw1">{name}</a></div>'
        f'<div class="psti">{words}&nbsp;<span class="xg1">发表于 {when}</span></div></div>'
    )


def test_a_new_comment_on_top_moves_no_key(read: Read) -> None:
    before = read(read_discuz_thread, floor_with(comment("乙", "旧的"))).posts
    after = read(read_discuz_thread, floor_with(comment("丙", "新的") + comment("乙", "旧的"))).posts

    assert {post.content: post.key for post in after}["旧的"] == before[1].key
    assert [post.content for post in after] == ["主楼", "新的", "旧的"]


def test_a_relative_time_does_not_enter_the_key(read: Read) -> None:
    keys = {read(read_discuz_thread, floor_with(comment("乙", "说", f"{n} 小时前"))).posts[1].key for n in (3, 4)}

    assert len(keys) == 1


def test_a_comment_belongs_to_the_thread_and_to_no_floor(read: Read) -> None:
    post = read(read_discuz_thread, floor_with(comment("乙", "说")), url="http://a.example/thread-5-1-1.html").posts[1]

    assert (post.thread_key, post.floor, post.author) == ("t5", 0, "P(乙)")
    assert post.url == "http://a.example/thread-5-1-1.html#pid9"


@pytest.mark.parametrize("broken", ["", '<div class="pstl"></div>', '<div class="pstl"><div class="psti"></div></div>'])
def test_a_comment_without_words_is_none(read: Read, broken: str) -> None:
    assert len(read(read_discuz_thread, floor_with(broken)).posts) == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [("查看本帖隐藏内容请回复", LOCKED_REPLY), ("本帖隐藏的内容需要积分高于 50", LOCKED_OTHER)],
)
def test_that_something_is_hidden_is_told_and_what_is_not(words: str, told: str) -> None:
    tree = LexborHTMLParser(f"<body>前<div class='locked'>{words}<div class='locked'>里层</div></div>后</body>")
    assert tree.body is not None
    mark_locked(tree.body)

    assert text_of(tree.body) == f"前{told}后"
