"""Rules over stored posts: ingest order, once, never for restricted or harmless events."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, select, update

from alerts.run_rules import GROUPED, run_rules
from crawler.items import Post
from foundation.tables import fact, meta
from search.post_table import insert_posts, post_table


@pytest.fixture
def hear(ledger, move_clock):
    """Store posts of one event as heard now, numbered in order."""
    heard = []

    def store(count=1, *, level=1, restricted=False, published=None, event_id=1, minutes_apart=1):
        for _post in range(count):
            now = move_clock(minutes=minutes_apart)
            number = len(heard) + 1
            post = Post(key=f"forum/{number}", post_id=number, event_id=event_id, event_title="食堂", outcome="stored")
            post.level_code, post.restricted = level, restricted
            post.first_seen_at, post.published_at = now, published or now
            with ledger.change() as work:
                insert_posts(work.connection, [post], now)
                where = post_table.c.post_id == number
                work.connection.execute(update(post_table).where(where).values(ingest_seq=number))
            heard.append(number)

    return store


def _run(ledger, school):
    with ledger.change() as work:
        return run_rules(work, school)


def _fired(ledger):
    with ledger.read() as connection:
        return [row.data for row in connection.execute(select(fact).where(fact.c.kind == "rule.fired"))]


def test_the_third_post_of_an_hour_fires_once_and_tells_the_officer(ledger, school, hear, rows):
    hear(2)
    before = _run(ledger, school)
    hear(1)
    after, again = _run(ledger, school), _run(ledger, school)

    assert (before, after, again) == (0, 1, 0)
    assert [(row.kind, row.recipient) for row in rows()] == [("rule_fired", "xu")]


def test_a_window_is_told_once_while_the_event_goes_on(ledger, school, hear):
    hear(3)
    _run(ledger, school)
    hear(10)
    _run(ledger, school)

    assert len(_fired(ledger)) == 1


def test_the_next_window_fires_again(ledger, school, hear, move_clock):
    hear(3)
    _run(ledger, school)
    move_clock(hours=2)
    hear(3)
    _run(ledger, school)

    assert len(_fired(ledger)) == 2


def test_late_posts_count_when_they_are_heard(ledger, school, hear, move_clock):
    long_ago = move_clock() - timedelta(days=3)
    hear(3, published=long_ago)

    assert _run(ledger, school) == 1


@pytest.mark.parametrize("harmless", [{"level": 0}, {"restricted": True}])
def test_praise_and_restricted_events_never_fire(ledger, school, hear, harmless):
    hear(9, **harmless)

    assert _run(ledger, school) == 0


def test_one_restricted_post_silences_the_whole_event(ledger, school, hear):
    hear(5)
    hear(1, restricted=True)

    assert _run(ledger, school) == 0


def test_posts_of_different_events_do_not_add_up(ledger, school, hear):
    hear(2, event_id=1)
    hear(2, event_id=2)

    assert _run(ledger, school) == 0


def test_posts_that_have_not_found_their_event_wait(ledger, school, hear):
    hear(3)
    with ledger.change() as work:
        work.connection.execute(insert(meta).values(name=GROUPED, value="2"))
    early = _run(ledger, school)
    with ledger.change() as work:
        work.connection.execute(update(meta).where(meta.c.name == GROUPED).values(value="3"))

    assert (early, _run(ledger, school)) == (0, 1)


def test_an_edited_post_is_not_heard_twice(ledger, school, hear):
    hear(2)
    _run(ledger, school)
    with ledger.change() as work:
        work.connection.execute(update(post_table).where(post_table.c.post_id == 1).values(ingest_seq=9))

    assert _run(ledger, school) == 0
