"""Stage 6: what rules hear, in its order. Marks in; numbered posts, vanished posts and ended rounds out.

Posts come in ingest order, never by their publish time, so that a late post counts too. What is restricted is left out.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select

from alerts.rule import Heard, Round
from crawler.items import Post
from foundation.tables import fact, instant_text
from search.post_table import post_table
from search.posts import is_indexable, posts_after, select_posts

BATCH = 500
ROUND = "round.finished"


def hear_posts(connection: Connection, after: int, last: int) -> Iterator[Heard]:
    """Yield the posts whose place in ingest order lies in (after, last]."""
    while True:
        batch = posts_after(connection, after, BATCH)
        for seq, post in batch:
            if seq <= last and is_indexable(post):
                yield heard_from(post)
        after = batch[-1][0] if batch else last
        if after >= last:
            return


def hear_gone(connection: Connection, after: datetime) -> Iterator[Heard]:
    """Yield the posts that were found gone after an instant, later ones than now too (the host's clock stepped)."""
    where = "WHERE vanished_at > ? ORDER BY vanished_at, post_id"
    for post in select_posts(connection, where, (instant_text(after),)):
        if is_indexable(post):
            yield heard_from(post)


def hear_rounds(connection: Connection, after: int) -> Iterator[tuple[int, Round]]:
    """Yield the rounds that ended, by their fact's number."""
    asked = select(fact).where(fact.c.kind == ROUND, fact.c.fact_id > after).order_by(fact.c.fact_id)
    for row in connection.execute(asked):
        yield int(row.fact_id), Round(row.subject, row.at, str(row.data["outcome"]), int(row.data.get("new", 0)))


def first_seq_since(connection: Connection, since: datetime) -> int:
    """Return the place in ingest order just before the first post heard at `since` or later."""
    place = post_table.c.ingest_seq
    first = connection.execute(select(func.min(place)).where(post_table.c.first_seen_at >= since)).scalar()
    return int(first) - 1 if first is not None else int(connection.execute(select(func.max(place))).scalar() or 0)


def last_fact_before(connection: Connection, since: datetime) -> int:
    """Return the number of the last round's fact before an instant."""
    asked = select(func.max(fact.c.fact_id)).where(fact.c.kind == ROUND, fact.c.at < since)
    return int(connection.execute(asked).scalar() or 0)


def heard_from(post: Post) -> Heard:
    """Return a post as rules see it."""
    names = ("version", "event_id", "event_title", "source_id", "site", "title", "content", "topics", "category")
    values: dict[str, Any] = {
        name: getattr(post, name) for name in (*names, "departments", "level_code", "vanished_at")
    }
    if post.post_id is None or post.first_seen_at is None:
        raise ValueError("a numbered post has an id and was heard")
    return Heard(post.post_id, post.first_seen_at, **values)


def back(now: datetime, days: float) -> datetime:
    """Return the instant so many days ago."""
    return now - timedelta(days=days)
