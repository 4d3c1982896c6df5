"""Counts as pages write them."""

import pytest

from crawler.items import Post
from crawler.pages.read_counts import floor_number, is_least, read_count, stamp_count


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


@pytest.mark.parametrize("text", ["100万+", "[1000000]", "999 +", "10w+", "赞 100万+"])
def test_a_count_that_the_site_caps_is_a_lower_bound(text: str) -> None:
    assert is_least(text)


@pytest.mark.parametrize("text", ["100万", "37", "+", "转发+", "[doge]", "", None])
def test_other_counts_are_exact(text: str | None) -> None:
    assert not is_least(text)


def test_a_post_remembers_which_of_its_counts_are_capped() -> None:
    post = Post()
    for name, text in (("likes", "100万+"), ("replies", "37"), ("reposts", "转发+"), ("views", "1.2万")):
        stamp_count(post, name, text)

    assert (post.likes, post.replies, post.reposts, post.views) == (1_000_000, 37, None, 12_000)
    assert post.capped_counts == ("likes",)


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
