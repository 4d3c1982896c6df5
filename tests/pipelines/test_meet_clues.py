"""Tests of clues and crawled posts that meet by their address."""

import pytest

from crawler.items import Post
from pipelines.meet_clues import meet_clues, place_of

FORUM = "https://bbs.yunlu.example"


@pytest.mark.parametrize(
    "url",
    [
        f"{FORUM}/thread-35-1-1.html",
        f"{FORUM}/thread-35-2-1.html#pid7",
        f"{FORUM}/forum.php?mod=viewthread&tid=35&extra=page%3D1&page=2",
        f"{FORUM}/forum.php?tid=35&mod=viewthread",
        "http://www.bbs.yunlu.example/thread-35-1-3.html",
    ],
)
def test_a_thread_has_one_place_however_its_address_was_copied(url):
    assert place_of(url) == "at:bbs.yunlu.example/tid=35"


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("https://news.example/a/7/?utm_source=x&from=timeline", "at:news.example/a/7"),
        ("http://news.example/show?id=7&from=1", "at:news.example/show?id=7"),
        ("食堂", ""),
        ("http://[", ""),
        ("", ""),
    ],
)
def test_marks_of_sharing_are_no_part_of_a_place(url, place):
    assert place_of(url) == place


def met(**values):
    post = Post(key="k", thread_key="k", floor=1, url=f"{FORUM}/thread-35-1-1.html")
    for name, value in values.items():
        setattr(post, name, value)
    meet_clues([post], {"at:bbs.yunlu.example/tid=35": "clue:1"})
    return post.duplicate_key


def test_an_opening_post_meets_the_clue_that_named_its_address():
    assert met() == "clue:1"


@pytest.mark.parametrize(
    "values",
    [{"floor": 2}, {"source_id": "clue"}, {"outcome": "not_ours"}, {"url": f"{FORUM}/thread-36-1-1.html"}],
)
def test_replies_clues_other_places_and_what_is_not_ours_meet_none(values):
    assert met(**values) == ""
