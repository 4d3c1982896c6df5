"""Streams: ingest order, nothing restricted, vanished posts and rounds by their own marks."""

from datetime import timedelta

from sqlalchemy import update

from alerts.hear_streams import first_seq_since, hear_gone, hear_posts, hear_rounds, last_fact_before
from crawler.items import Post
from search.post_table import insert_posts, post_table


def _store(ledger, count, **values):
    with ledger.change() as work:
        for number in range(1, count + 1):
            post = Post(key=f"f/{number}", post_id=number, outcome="stored", first_seen_at=work.at)
            post.first_seen_at += timedelta(hours=number)
            for name, value in values.items():
                setattr(post, name, value)
            insert_posts(work.connection, [post], work.at)
            place = post_table.c.post_id == number
            work.connection.execute(update(post_table).where(place).values(ingest_seq=count + 1 - number))
        return work.at


def test_posts_come_in_ingest_order_within_the_marks(ledger):
    at = _store(ledger, 5)

    with ledger.read() as connection:
        assert [heard.post_id for heard in hear_posts(connection, 1, 4)] == [4, 3, 2]
        assert list(hear_posts(connection, 5, 5)) == []
        assert first_seq_since(connection, at + timedelta(hours=4)) == 0
        assert first_seq_since(connection, at + timedelta(days=9)) == 5


def test_restricted_and_foreign_posts_are_never_heard(ledger):
    _store(ledger, 2, restricted=True)

    with ledger.read() as connection:
        assert list(hear_posts(connection, 0, 9)) == []


def test_vanished_posts_and_rounds_are_heard_after_their_marks(ledger):
    at = _store(ledger, 2)
    with ledger.change() as work:
        gone = {"vanished_at": at + timedelta(hours=1)}
        work.connection.execute(update(post_table).where(post_table.c.post_id == 1).values(**gone))
        for new in (3, 0):
            work.tell("round.finished", "forum", outcome="ok", new=new)

    with ledger.read() as connection:
        assert [heard.post_id for heard in hear_gone(connection, at)] == [1]
        assert list(hear_gone(connection, at + timedelta(hours=1))) == []
        assert [ended.new for _number, ended in hear_rounds(connection, 1)] == [0]
        assert last_fact_before(connection, at) == 0
