"""Tests of history: years of posts that a new source shows are no news, in its first round and in later ones."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import insert

from crawler.history import history_of, news_since
from crawler.items import Post
from crawler.tables import patrol

NOW = datetime(2026, 10, 12, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)


def a_round(ledger, source_id, started_at):
    row = {"source_id": source_id, "title": "t", "owner": "o", "terms": [], "outcome": "ok", "alarm": "", "new": 0}
    row |= {"catching_up": 1, "counts": {}, "note": "", "started_at": started_at, "finished_at": started_at}
    with ledger.change() as work:
        work.connection.execute(insert(patrol).values(**row))


def test_a_first_round_hears_news_of_three_days(ledger):
    a_round(ledger, "other", NOW - 900 * HOUR)
    with ledger.read() as connection:
        assert news_since(connection, "forum", NOW) == NOW - 72 * HOUR


def test_what_was_written_since_the_first_round_is_news_after_a_failure_of_weeks(ledger):
    a_round(ledger, "forum", NOW - 500 * HOUR)
    a_round(ledger, "forum", NOW - 20 * HOUR)
    with ledger.read() as connection:
        assert news_since(connection, "forum", NOW) == NOW - 572 * HOUR


def test_posts_before_that_are_history_and_posts_without_a_time_are_not():
    posts = [Post(key="old", published_at=NOW - HOUR), Post(key="edge", published_at=NOW), Post(key="unknown")]

    assert history_of(posts, NOW) == ["old"]
    assert history_of(posts, None) == []
