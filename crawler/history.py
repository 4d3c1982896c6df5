"""Stage 1: what of a source is history. Source and posts in, keys of posts that are no news out.

A source that is heard for the first time shows years at once, and an old thread that one new reply brings up shows what
nobody heard when it was written. History is kept, searched and compared, and never alarms (decision 0006): what was
published more than 72 hours before the source's first round. What was written later is news whenever it is heard, also
after a long failure.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from crawler.items import Post
from crawler.tables import patrol

NEWS_HOURS = 72  # so young posts are read in each round: what is younger counts as heard in time


def news_since(connection: Connection, source_id: str, now: datetime) -> datetime:
    """Return the instant from which on posts of a source are news: 72 hours before its first round, which may be now.

    Patrol rows are kept for years; when the first ones are gone, what is older than the rest is history all the more.
    """
    first = connection.execute(select(func.min(patrol.c.started_at)).where(patrol.c.source_id == source_id)).scalar()
    return min(first or now, now) - timedelta(hours=NEWS_HOURS)


def history_of(posts: Iterable[Post], since: datetime | None) -> list[str]:
    """Return the keys of posts published before `since`; a post without a time is news."""
    if since is None:
        return []
    return [post.key for post in posts if post.published_at is not None and post.published_at < since]
