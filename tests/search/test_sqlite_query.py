import pytest

from search.parse_query import parse_query
from search.segment import Segmenter
from search.sqlite_query import compile_query, match_expression, needles


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("食堂", '{title_words content_words} : "食堂"'),
        ("云麓学院", '{title_grams content_grams} : "云麓 麓学 学院"'),
        ("title:食堂", 'title_words : "食堂"'),
        ("饭", '{title_grams content_grams} : "饭" *'),
        ("C++", '{title_grams content_grams} : "c + +"'),
        ("宿舍的水", '{title_words content_words} : "宿舍" AND {title_grams content_grams} : "水" *'),
    ],
)
def test_common_words_are_looked_up_as_words_and_all_else_as_phrases(text, expected, segmenter: Segmenter) -> None:
    root = parse_query(text).root

    assert root is not None
    assert match_expression(root, segmenter) == expected


@pytest.mark.parametrize("text", ["level:重大", "食堂 OR level:重大", "NOT 食堂"])
def test_what_is_more_than_text_is_no_full_text_expression(text: str, segmenter: Segmenter) -> None:
    root = parse_query(text).root

    assert root is not None
    assert match_expression(root, segmenter) is None


def test_dates_become_ranges_of_post_numbers(segmenter: Segmenter) -> None:
    statement = compile_query(parse_query("食堂 发布:2026-11-03"), segmenter)

    assert statement.values[1:] == (1_793_635_200 << 20, 1_793_721_600 << 20)
    assert statement.order == "post_fts.rowid"


def test_no_value_that_was_typed_stands_in_the_statement(segmenter: Segmenter) -> None:
    statement = compile_query(parse_query("食堂 site:a';DROP-- OR \"x' OR 1\""), segmenter)

    assert "DROP" not in statement.body
    assert "restricted = 0" in statement.body


def test_what_is_highlighted_is_what_was_looked_for(segmenter: Segmenter) -> None:
    assert needles(parse_query('宿舍的水 "停电到" -虫子'), segmenter) == ["宿舍", "水", "停电到"]
