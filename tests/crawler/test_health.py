"""Tests of the watches: too few, too many, and posts that lost their fields."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import insert

from crawler.health import FillWatch, volume_alarm
from crawler.items import Post
from crawler.tables import patrol
from foundation import clock

NOW = clock.now()
ROUND = {"title": "t", "owner": "o", "terms": [], "outcome": "ok", "alarm": "", "counts": {}, "note": ""}


def alarm(ledger, expected, rounds, new=0):
    """Return the alarm after rounds given as (hours ago, new posts) or (hours ago, new posts, first visit)."""
    with ledger.change() as work:
        for hours, heard, *first in rounds:
            at = NOW - timedelta(hours=hours)
            times = {"started_at": at, "finished_at": at, "catching_up": int(bool(first))}
            work.connection.execute(insert(patrol).values(source_id="forum", new=heard, **times, **ROUND))
        return volume_alarm(work.connection, SimpleNamespace(source_id="forum", expected=expected), new, NOW)


@pytest.mark.parametrize(
    ("expected", "rounds", "new", "word"),
    [
        ([5, 100], [(30, 9), (20, 2)], 2, "too_few"),
        ([5, 100], [(30, 9), (20, 2)], 3, ""),
        ([5, 100], [(23, 0)], 0, ""),  # not heard for a day yet: nothing is too few
        ([5, 100], [(30, 900, True), (20, 3)], 2, ""),  # a first visit hears years at once
        ([0, 4], [(30, 0), (2, 3)], 2, "too_many"),
        ([0, 4], [(30, 3), (2, 2)], 2, ""),
        ([0, 4], [(999, 0)], 0, ""),  # a source that may be silent
        ([0.2, 9], [(130, 1), (110, 0)], 0, "too_few"),  # one post in five days is due
        ([0.2, 9], [(130, 1), (110, 1)], 0, ""),
        ([0.2, 9], [(110, 0)], 0, ""),
    ],
)
def test_the_volume_of_the_last_days_is_measured_against_what_the_school_expects(ledger, expected, rounds, new, word):
    assert alarm(ledger, expected, rounds, new) == word


def posts(count, **values):
    whole = {"floor": 1, "title": "标题", "content": "正文", "author": "a", "published_at": NOW}
    return [Post(**whole | values) for _ in range(count)]


def test_a_field_that_most_posts_lack_is_a_breach_that_names_it_and_keeps_the_page():
    watch = FillWatch.of("discuz", {})
    watch.watch(posts(3), "full")
    watch.watch(posts(7, published_at=None), "thin")

    assert watch.breach() == "只有 30% 的帖文读到了发布时间（应不少于 80%），页面可能改版"
    assert watch.sample == "thin"


def test_few_posts_say_nothing():
    watch = FillWatch.of("discuz", {})
    watch.watch(posts(9, author=""), "page")

    assert watch.breach() == ""


def test_replies_need_no_title_and_pictures_are_content():
    watch = FillWatch.of("discuz", {})
    watch.watch(posts(20, title="", floor=2, content="", pictures=1), "page")

    assert watch.breach() == ""


def test_a_source_may_say_that_its_site_shows_no_names():
    watch = FillWatch.of("forum", {"author": 0.0})
    watch.watch(posts(20, author=""), "page")

    assert watch.breach() == ""
