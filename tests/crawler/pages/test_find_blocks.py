"""Repeated blocks are found in markup that nobody described."""

from datetime import UTC, datetime

from selectolax.lexbor import LexborHTMLParser

from crawler.pages.find_blocks import find_author, find_blocks, find_text_slot, native_id, signature
from foundation.clock import SCHOOL_ZONE

NOW = datetime(2026, 10, 8, 4, tzinfo=UTC)
SIDEBAR = "<ul>" + "".join(f"<li class=s>通知{n} <i>10-0{n}</i></li>" for n in range(1, 5)) + "</ul>"


def post(text: str, attributes: str = "") -> str:
    return (
        f'<section class="floor" {attributes}><a href="/user/7">甲</a> '
        '<time datetime="2026-10-07T10:00:00+08:00">昨天</time>'
        f'<div class="words">{text}</div></section>'
    )


def find(html: str, **values: bool) -> list[str]:
    tree = LexborHTMLParser(f"<body>{html}</body>")
    return [signature(block.node) for block in find_blocks(tree, NOW, SCHOOL_ZONE, **values)]


def test_posts_win_over_a_short_list_beside_them() -> None:
    assert (
        find(SIDEBAR + post("西边三盏灯灭了快一周。") + post("报修没人理，昨晚有人摔了一跤。")) == ["section.floor"] * 2
    )


def test_one_numbered_block_is_a_thread_of_one_post() -> None:
    assert find(post("如题。", 'data-pk="9"')) == ["section.floor"]


def test_one_block_without_number_is_nothing() -> None:
    assert find(post("如题。")) == []


def test_a_page_without_times_has_no_blocks() -> None:
    assert find("<p>学院坐落在山下。</p>" * 20) == []


def test_a_machine_time_wins_over_its_words() -> None:
    tree = LexborHTMLParser(f"<body>{post('一')}{post('二')}</body>")
    block = find_blocks(tree, NOW, SCHOOL_ZONE)[0]

    assert block.time.precision == "second"


def test_author_and_text_slot_are_told_apart() -> None:
    tree = LexborHTMLParser(f"<body>{post('西边三盏灯灭了')}{post('报修没人理')}</body>")
    blocks = find_blocks(tree, NOW, SCHOOL_ZONE)
    author = find_author(blocks[0])

    assert author is not None
    assert author.text() == "甲"
    assert find_text_slot(blocks) == "div.words"


def test_the_number_of_a_block_is_its_native_id() -> None:
    node = LexborHTMLParser('<div class=c data-pk="501" id="c1">').css_first(".c")

    assert node is not None
    assert native_id(node) == "501"
