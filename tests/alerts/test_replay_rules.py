"""Replay: the same rules over stored posts, nothing written."""

from datetime import timedelta

from sqlalchemy import select, update

from alerts.load_rules import read_rules
from alerts.replay_rules import replay_rules
from alerts.tables import alert, rule_state
from crawler.items import Post
from search.post_table import insert_posts, post_table


def test_it_says_when_a_rule_would_have_told_and_writes_nothing(ledger, school, move_clock):
    at = move_clock()
    with ledger.change() as work:
        for number, hours in enumerate((-200, -50, -49.9, -49.8, -2, -1.9, -1.8), 1):
            post = Post(key=f"f/{number}", post_id=number, outcome="stored", event_id=1, level_code=1)
            post.first_seen_at = at + timedelta(hours=hours)
            insert_posts(work.connection, [post], at)
            place = post_table.c.post_id == number
            work.connection.execute(update(post_table).where(place).values(ingest_seq=number))
    rules = read_rules(school, "rules:\n  - {name: a, kind: frequency, count: 3, minutes: 60}\n").running

    with ledger.read() as connection:
        (found,) = replay_rules(connection, school, rules, 7)
        kept = [connection.execute(select(table)).all() for table in (alert, rule_state)]
    assert [at - when for when, _says, _event in found.fired] == [timedelta(hours=49.8), timedelta(hours=1.8)]
    assert (found.posts, round(found.a_day, 2)) == (6, 0.29)
    assert kept == [[], []]
