"""Tests of hiding authors' names inside their own words and before quotes, and of leaving all other words alone."""

from datetime import UTC, datetime

import pytest

from crawler.items import Post
from crawler.pages.hide_names import MARK, NamesOfPage, without_head, without_person
from crawler.pages.parsed_page import ParsedPage

AT = datetime(2026, 11, 20, tzinfo=UTC)


def hidden(name: str, **texts: str) -> Post:
    """Return the post of an author as it leaves the parsers."""
    names = NamesOfPage(lambda author, _: author.encode().hex())
    post = Post(author=names.pseudonym(name, AT), **texts)
    names.pseudonym("夜雨潇湘客", AT)
    names.hide(ParsedPage(posts=[post]))
    return post


def test_a_body_that_begins_with_its_author_begins_with_a_mark() -> None:
    assert hidden("凌霄子墨", content="凌霄子墨：二食堂有虫").content == f"{MARK}：二食堂有虫"


def test_a_name_goes_wherever_its_owner_writes_it() -> None:
    post = hidden("凌霄子墨", title="凌霄子墨的求助", content="热水坏了\n——凌霄子墨")

    assert (post.title, post.content) == (f"{MARK}的求助", f"热水坏了\n——{MARK}")


def test_a_name_of_two_characters_goes_only_before_what_is_said() -> None:
    assert hidden("食客", content="食客：食客都说难吃").content == f"{MARK}：食客都说难吃"


@pytest.mark.parametrize("name", ["匿名", "学生", "学生家长", "网友", "后勤管理处", "云麓学院", "匿名用户12"])
def test_names_that_many_share_and_names_of_offices_stay(name: str) -> None:
    assert hidden(name, content=f"{name}：水坏了").content == f"{name}：水坏了"


def test_authors_of_the_page_go_before_what_is_quoted() -> None:
    quote = "夜雨潇湘客：饭凉了\n@夜雨潇湘客 说：对"

    assert hidden("凌霄子墨", quote=quote).quote == f"{MARK}：饭凉了\n{MARK} 说：对"


@pytest.mark.parametrize(
    ("quote", "left"),
    [
        ("某某 发表于 2026-11-20 10:00\n饭凉了", "饭凉了"),
        ("回帖专业户 2026-11-20 说：食堂真差", "食堂真差"),
        ("回帖专业户 2026年11月20日 10:00 写道：食堂真差", "食堂真差"),
        ("老师说：明天停水", "老师说：明天停水"),
    ],
)
def test_the_head_of_a_quote_goes_and_its_words_stay(quote: str, left: str) -> None:
    assert without_head(quote) == left


@pytest.mark.parametrize(
    ("identity", "left"),
    [
        ("http://n.test/author/签名大魔王/1", "http://n.test/author/P/1"),
        ("http://n.test/author/%E7%AD%BE%E5%90%8D/1", "http://n.test/author/P/1"),
        ("https://n.test/@moon/9", "https://n.test/@P/9"),
        ("http://n.test/news/2026/1.html", "http://n.test/news/2026/1.html"),
        ("tag:n.test,2026:7", "tag:n.test,2026:7"),
    ],
)
def test_the_id_of_an_entry_names_no_person(identity: str, left: str) -> None:
    assert without_person(identity, AT, lambda *_: "P") == left
