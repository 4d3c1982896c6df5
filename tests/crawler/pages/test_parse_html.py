"""How deep a page goes is counted before it is parsed: every reader has this one door."""

import importlib
import inspect
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.items import Post
from crawler.pages.feed_page import read_feed
from crawler.pages.parse_html import DEEPEST, PART, _open_at_most, _open_roughly, is_too_deep, parse_html
from crawler.pages.rule_page import Board
from crawler.walls import Wall

NOW = datetime(2026, 1, 4, tzinfo=UTC)
PAGES = Path(__file__).parents[3] / "crawler" / "pages"
BOTTOMLESS = 100_000


def readers() -> Iterator[Callable[..., Any]]:
    """Every function of crawler/pages that gets the text of a page and its address."""
    for path in sorted(PAGES.glob("*.py")):
        module = importlib.import_module(f"crawler.pages.{path.stem}")
        for name, one in vars(module).items():
            is_own = inspect.isfunction(one) and one.__module__ == module.__name__ and name.startswith("read_")
            first = [*inspect.signature(one).parameters][:3] if is_own else []
            if first in (["html", "url", "fetched_at"], ["text", "url", "fetched_at"]):
                yield one
    board = Board({"row": "li", "title": "a", "post": "li", "text": "p"})
    yield from (board.read_list, board.read_thread)


@pytest.mark.parametrize(
    ("html", "too_deep"),
    [
        ("<div>" * DEEPEST + "</div>" * DEEPEST, False),
        ("<div>" * (DEEPEST + 1), True),
        ("<DIV>" * (DEEPEST + 1), True),
        ("<b>字" * BOTTOMLESS, True),
        ("<div>" * BOTTOMLESS + "</div>" * BOTTOMLESS, True),
        ('<div title="</div>">' * BOTTOMLESS, True),
        ("</div>" * BOTTOMLESS + "<div>" * BOTTOMLESS, True),
        ("<p>" + "字<br>" * BOTTOMLESS, False),
        ("<p>字" * BOTTOMLESS, False),
        ("<ul>" + "<li>字" * 2_000 + "</ul>", False),
        ("<table>" + "<tr><td><font color=red>旧</td><td><center>站" * 2_000, False),
        ("<table><tr><td>" * (DEEPEST // 3 + 1), True),
        ("<script>" + "document.write('<div>');" * 2_000 + "</script>", False),
        ("<!--" + "<div>" * 2_000 + "-->", False),
        ('<div title="></div>">' * BOTTOMLESS, True),
        ("<div title = '></div>'>" * BOTTOMLESS, True),
        ("<div><script></div></script>" * BOTTOMLESS, True),
        ("<div><textarea></div></textarea>" * BOTTOMLESS, True),
        ('<p title="<script>">' + "<div>" * BOTTOMLESS, True),
        ('<p>字="' + "<div>" * BOTTOMLESS + '">', True),
        ('<p ="><p a=b="><p c">' + "<div>" * BOTTOMLESS + '">', True),
        ("<ul>" + "<li><a title='>' href=/t/1>题</a></li>" * BOTTOMLESS + "</ul>", False),
        ("<script data-x='</script>'>" + "document.write('</div>');" * BOTTOMLESS + "</script>", False),
    ],
    ids=range(23),
)
def test_a_page_is_as_deep_as_its_elements_stand_inside_one_another(html: str, too_deep: bool) -> None:
    assert is_too_deep(html) is too_deep


def test_what_is_deeper_than_any_page_is_never_parsed() -> None:
    with pytest.raises(Wall, match="too_deep"):
        parse_html("<div>" * BOTTOMLESS)


@pytest.mark.parametrize("read", [*readers()], ids=lambda read: read.__name__)
def test_no_reader_goes_down_a_bottomless_page(read: Callable[..., Any]) -> None:
    html = "<html><body>" + "<div>" * BOTTOMLESS + "2026-01-02 热水"
    known = {"entry": Post(), "pseudonym": lambda name, at: name, "options": {}}
    given = {name: value for name, value in known.items() if name in inspect.signature(read).parameters}

    with pytest.raises(Wall, match="too_deep"):
        read(html, url="https://s.example/t/1", fetched_at=NOW, **given)


def test_an_entry_without_bottom_costs_only_its_markup() -> None:
    deep = "<div>" * BOTTOMLESS
    rss = f"<rss><channel><item><guid>7</guid><title>停水</title><description><![CDATA[{deep}八点停水]]></description>"
    feed = read_feed(f"{rss}</item></channel></rss>", "https://s.example/f", NOW, lambda name, at: name, {})

    assert [(post.title, post.content) for post in feed.posts] == [("停水", "八点停水")]


def test_nobody_else_parses_a_page() -> None:
    others = [path.name for path in PAGES.glob("*.py") if "LexborHTMLParser(" in path.read_text(encoding="utf-8")]

    assert others == ["parse_html.py"]


@given(
    st.lists(st.sampled_from(["<", "</", "<p>", "</p>", "x", "<b>" * 40, "</b>" * 40, "y" * (PART - 1)])).map("".join)
)
def test_the_rough_count_is_never_below_the_fine_one(html: str) -> None:
    assert _open_roughly(html) >= _open_at_most(html)


def test_the_rough_count_of_a_flat_page_needs_no_fine_one() -> None:
    assert _open_roughly("<ul><li><a href='#'>版块</a></li></ul>" * 1000) <= DEEPEST
