"""Tests of a back-fill: which days count, where lists end, where an interrupted one goes on, how it is counted."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from crawler.backfill import EMPTY_PAGES, Backfill, Place, backfill_of, end_backfill, is_unfinished
from crawler.items import Page, Post
from crawler.patrol import patrol_of_day
from crawler.report import RoundReport
from crawler.tables import patrol
from foundation import clock
from foundation.errors import Refused
from foundation.tables import meta

NOW = datetime(2026, 10, 12, 2, 0, tzinfo=UTC)
ONE, TWO, THREE = (Place(f"http://s/{number}", number) for number in (1, 2, 3))


@pytest.fixture
def backfill():
    return Backfill("forum", date(2026, 9, 1), date(2026, 10, 12), NOW)


def at(*instants):
    posts = [Post(key=f"k{number}", published_at=instant) for number, instant in enumerate(instants)]
    return Page("forum", "http://s/", NOW, posts)


def test_posts_of_its_days_count_by_school_time_and_only_older_ones_are_history(backfill):
    page = at(
        datetime(2026, 8, 31, 15, 59, tzinfo=UTC), datetime(2026, 8, 31, 16, 0, tzinfo=UTC),
        NOW - timedelta(hours=71), NOW + timedelta(days=1), None,
    )  # fmt: skip
    backfill.sift(page)

    assert [post.key for post in page.posts] == ["k1", "k2"]
    assert page.history == ["k1"]
    assert backfill.outside == 3


def test_lists_are_read_until_one_shows_nothing_as_young_as_the_days(ledger, backfill):
    assert backfill.turn(ledger, ONE, ["a"])
    assert backfill.turn(ledger, TWO, ["b"])  # all of page 1 was known: that proves nothing
    backfill.sift(at(NOW))
    assert backfill.turn(ledger, THREE, ["c"])
    backfill.sift(at(datetime(2026, 8, 1, tzinfo=UTC)))

    assert not backfill.turn(ledger, Place("http://s/4", 4), ["d"])


def test_a_list_that_only_repeats_itself_ends(ledger, backfill):
    backfill.turn(ledger, ONE, ["a"])

    assert not backfill.turn(ledger, TWO, ["a"])


def test_an_interrupted_one_of_the_same_days_goes_on_one_list_page_back(ledger, backfill):
    with ledger.read() as connection:
        assert backfill.begins_at(connection) is None
    for place in (ONE, TWO, THREE):
        backfill.turn(ledger, place, [place.url])
    other = Backfill("forum", date(2026, 9, 2), date(2026, 10, 12), NOW)
    with ledger.read() as connection:
        assert is_unfinished(connection, "forum")
        assert backfill.begins_at(connection) == TWO
        assert other.begins_at(connection) is None


def test_where_a_killed_one_goes_on_waits_for_pages_that_are_read_but_not_kept(ledger, backfill):
    def resumes():
        with ledger.read() as connection:
            return backfill.begins_at(connection)

    first, second, third = at(NOW), at(NOW), at(NOW)
    backfill.turn(ledger, ONE, ["a"])
    backfill.sift(first)
    backfill.turn(ledger, TWO, ["b"])
    backfill.sift(second)
    backfill.turn(ledger, THREE, ["c"])
    backfill.sift(third)
    assert resumes() == ONE  # first is on its way through the steps: a kill would lose it
    backfill.kept(ledger, third)
    backfill.kept(ledger, second)
    assert resumes() == ONE
    backfill.kept(ledger, first)
    assert resumes() == TWO
    backfill.kept(ledger, first)  # a page that is none of its own changes nothing
    assert resumes() == TWO


def test_it_is_counted_apart_from_the_days_rounds(one_source, backfill):
    _, campus = one_source({"/": ""})
    report = RoundReport()
    report.kept("new")
    with campus.ledger.change() as work:
        end_backfill(work, backfill, report, complete=True)
    with campus.ledger.read() as connection:
        (line,) = patrol_of_day(connection, clock.at_school(clock.now()).date())
        row = connection.execute(select(patrol)).one()

    assert (line.rounds, line.new, line.backfilled, line.outcome) == (0, 0, 1, "never_run")
    assert (row.counts["backfill"], row.catching_up) == (["2026-09-01", "2026-10-12"], 1)
    assert row.note == "补抓 2026-09-01 至 2026-10-12，范围外 0 帖未存"


def test_without_days_there_is_no_back_fill_and_the_last_day_is_today():
    assert backfill_of("forum", "", "", NOW) is None
    assert backfill_of("forum", "2026-10-01", "", NOW).span == ["2026-10-01", "2026-10-12"]


@pytest.mark.parametrize("days", [("", "2026-09-01"), ("上月", ""), ("2026-10-02", "2026-10-01"), ("2026-10-13", "")])
def test_days_that_cannot_be_are_refused(days):
    with pytest.raises(Refused, match="补抓的日期"):
        backfill_of("forum", *days, NOW)


def listed(key, day):
    return Post(key=key, published_at=datetime(2026, 9, day, tzinfo=UTC))


def test_posts_outside_its_days_and_those_whose_pages_were_kept_are_passed_over(ledger, backfill):
    backfill.turn(ledger, ONE, ["a", "b"])
    backfill.keep(ledger, "a")
    old = Post(key="c", published_at=datetime(2026, 8, 1, tzinfo=UTC))

    assert [backfill.passes_over(post) for post in (listed("a", 9), listed("b", 9), Post(key="d"), old)] == [
        True, False, False, True,
    ]  # fmt: skip
    assert backfill.outside == 1


def test_an_interrupted_one_says_where_it_goes_on_and_forgets_what_lies_two_lists_back(ledger, backfill):
    again = Backfill("forum", backfill.since, backfill.until, NOW)
    with ledger.read() as connection:
        assert again.goes_on_from(connection) == ""
    for place, key in ((ONE, "https://s.example/a"), (TWO, "b"), (THREE, "c")):
        backfill.turn(ledger, place, [key])
        backfill.keep(ledger, key)
    with ledger.read() as connection:
        assert again.goes_on_from(connection) == "接着上次的补抓，从列表第 2 页起，读过的 2 篇不再读"
        assert "s.example" not in connection.execute(select(meta.c.value)).scalars().all()[-1]
    assert [again.passes_over(listed(key, 9)) for key in ("https://s.example/a", "b", "c")] == [False, True, True]


def test_a_list_that_tells_times_decides_alone_how_far_the_walk_goes(ledger, backfill):
    backfill.turn(ledger, ONE, ["a"])
    backfill.look([listed("a", 3), Post(key="x")])
    backfill.turn(ledger, TWO, ["b"])
    backfill.look([Post(key="b", published_at=datetime(2026, 8, 1, tzinfo=UTC))])
    backfill.sift(at(NOW))  # a young comment under an old post

    assert not backfill.turn(ledger, THREE, ["c"])
    assert backfill.oldest == datetime(2026, 8, 1, tzinfo=UTC)


def test_some_empty_answers_do_not_end_a_walk_and_endless_ones_do(ledger, backfill):
    read = [backfill.turn(ledger, Place(f"http://s/{number}", number), []) for number in range(EMPTY_PAGES + 1)]

    assert read == [True] * EMPTY_PAGES + [False]
