"""Counts as pages write them."""

import pytest

from crawler.pages.read_counts import floor_number, read_count


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("37", 37),
        ("2,031", 2031),
        ("1.2万", 12_000),
        ("100万+", 1_000_000),
        ("3亿", 300_000_000),
        ("[1000000]", 1_000_000),
        ("回复 12", 12),
        ("57次", 57),
        ("1.5k", 1500),
        ("0", 0),
    ],
)
def test_a_count_is_read(text: str, count: int) -> None:
    assert read_count(text) == count


@pytest.mark.parametrize("text", ["转发", "", None])
def test_a_place_without_number_says_nothing(text: str | None) -> None:
    assert read_count(text) is None


@pytest.mark.parametrize("text", ["9" * 400, "1" + "0" * 30, "99999999999999亿", "²³"])
def test_a_number_that_no_page_can_mean_says_nothing(text: str) -> None:
    assert read_count(text) is None


@pytest.mark.parametrize(
    ("text", "number"), [("楼主", 1), ("沙发#", 2), ("地板", 4), ("5#", 5), ("13楼", 13), ("", 0), ("置顶", 0)]
)
def test_a_floor_is_read(text: str, number: int) -> None:
    assert floor_number(text) == number
