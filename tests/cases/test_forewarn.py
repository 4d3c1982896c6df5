"""Tests of filed 预警事项: which post matches."""

import pytest

from cases.forewarn import matches
from crawler.items import Post

SIGNS = [["三号楼", "停水"], ["ＡＢ栋"]]


@pytest.mark.parametrize(
    ("title", "content", "expected"),
    [
        ("三号楼", "又停水了", True),
        ("三号楼", "又停电了", False),
        ("停水", "五号楼", False),
        ("", "ab栋没有水", True),
        ("", "", False),
    ],
)
def test_all_words_of_one_group_must_stand_in_the_post(title: str, content: str, expected: bool) -> None:
    assert matches(SIGNS, Post(title=title, content=content)) is expected


def test_nothing_matches_what_has_lost_its_words() -> None:
    assert not matches([], Post(content="停水"))
