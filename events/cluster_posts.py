"""Stage 4: numbered posts in, events out. Posts find their event in ingest order, each at most one, once.

A post joins the event of its original (copies), of its thread (replies), or of posts that tell of the same thing at the
same place; else, when it is worth an answer (一般 or higher, or help-first), it founds one. Help-first posts only ever
meet their own kind. Calling it again with the same posts changes nothing; how posts are cut into calls does not matter.
"""

import logging
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, select

from crawler.items import Post
from events.compare_posts import Comparer, comparer_of
from events.event import (
    Bond,
    EventChange,
    add_members,
    change_event,
    event,
    event_member,
    event_row,
    events_of,
    found_event,
    store_heat,
)
from events.find_event import OpenEvents
from events.retitle_events import retitle_events
from foundation.ledger import Work
from foundation.outcome import Outcome
from foundation.school import School
from search.post_table import INDEXED_OUTCOMES
from search.posts import change_posts, load_posts, select_posts
from search.posts import post as post_table
from search.store import Store

log = logging.getLogger(__name__)
LEAST_LEVEL = 1  # 一般


def cluster_new_posts(
    work: Work, store: Store, school: School, numbered: Sequence[tuple[int, Post]]
) -> list[EventChange]:
    """Give posts their events.

    Args:
        work: The caller's transaction; events, members and the posts' event fields commit with it.
        store: The index, which learns the event of its posts.
        school: The active school version: its words, names and places.
        numbered: (ingest number, post) in ingest order, as `posts_after` returns them.

    Returns:
        One change for each event that is new, has grown or was raised, in the order of their first change.
    """
    heard = [post.first_seen_at for _, post in numbered if post.first_seen_at]
    clustering = _Clustering(work, store, comparer_of(school), min(heard, default=work.at))
    clustering.separate_restricted()
    for seq, post in numbered:
        if post.outcome in INDEXED_OUTCOMES:
            clustering.place(seq, post)
    return clustering.finish()


class _Clustering:
    """One call: what it has read, and what it has changed so far."""

    def __init__(self, work: Work, store: Store, comparer: Comparer, since: datetime) -> None:
        self.work = work
        self.store = store
        self.comparer = comparer
        self.since = since
        self.changes: dict[int, EventChange] = {}
        self.touched: set[int] = set()
        self._open: OpenEvents | None = None

    @property
    def open_events(self) -> OpenEvents:
        if self._open is None:
            self._open = OpenEvents.load(self.work.connection, self.comparer, self.since)
        return self._open

    def separate_restricted(self) -> None:
        """Take posts that became help-first out of events that are not, with their words; each finds its own kind."""
        connection = self.work.connection
        rows = connection.exec_driver_sql(
            "SELECT post.post_id, event_member.event_id FROM post "
            "JOIN event_member ON event_member.post_id = post.post_id "
            "JOIN event ON event.event_id = event_member.event_id "
            "WHERE post.restricted = 1 AND event.restricted = 0 ORDER BY post.post_id"
        ).all()
        for post_id, event_id in rows:
            connection.execute(delete(event_member).where(event_member.c.post_id == post_id))
            change_posts(self.work, self.store, [post_id], event_id=None, event_title="", case_no="")
            self.touched.add(event_id)
        retitle_events(self.work, self.store, [row[1] for row in rows])
        for post in load_posts(connection, [row[0] for row in rows]):
            self.place(0, post)

    def place(self, seq: int, post: Post) -> None:
        """Find or found the event of one post, or raise the one that it is in."""
        connection, post_id = self.work.connection, post.post_id or 0
        member_of = events_of(connection, [post_id]).get(post_id)
        if member_of is not None:
            self._raise(member_of, post)
            return
        event_id, bond = self._find(post)
        if event_id is not None:
            self._join(event_id, post, {post_id: bond})
        elif _is_worth_an_event(post):
            event_id = found_event(self.work, post)
            self.changes[event_id] = EventChange(event_id, "new", post.level_code, post.restricted, [])
            self._join(event_id, post, {post_id: "first"})
            for earlier, bond in _followers(connection, post, seq):
                self._join(event_id, earlier, {earlier.post_id or 0: bond})

    def _find(self, post: Post) -> tuple[int | None, Bond]:
        connection = self.work.connection
        if post.duplicate_of is not None:
            event_id = events_of(connection, [post.duplicate_of]).get(post.duplicate_of)
            if event_id is not None and self._same_kind(event_id, post):
                return event_id, "copy"
        event_id = _event_of_copies(connection, post)  # two workers may have kept the copy before its original
        if event_id is not None:
            return event_id, "copy"
        event_id = _event_of_thread(connection, post) if post.thread_key else None
        if event_id is not None:
            return event_id, "thread"
        return (None if post.restricted else self.open_events.nearest(post)), "text"

    def _same_kind(self, event_id: int, post: Post) -> bool:
        return bool(event_row(self.work.connection, event_id).restricted) == post.restricted

    def _join(self, event_id: int, post: Post, bonds: dict[int, Bond]) -> None:
        add_members(self.work, event_id, bonds)
        row = event_row(self.work.connection, event_id)
        post.event_id, post.event_title = event_id, row.title
        change_posts(self.work, self.store, list(bonds), event_id=event_id, event_title=row.title)
        change = self.changes.setdefault(
            event_id, EventChange(event_id, "grown", row.level_code, bool(row.restricted), [])
        )
        change.post_ids += bonds
        self.touched.add(event_id)
        if not post.restricted:
            self.open_events.add(event_id, post)
        heard = max(row.heard_at, post.first_seen_at or row.heard_at)
        if heard > row.heard_at:
            change_event(self.work, event_id, heard_at=heard)
        self._raise(event_id, post)

    def _raise(self, event_id: int, post: Post) -> None:
        """Raise the event's level to the post's; machines never lower it."""
        row = event_row(self.work.connection, event_id)
        if post.level_code <= row.level_code:
            return
        change_event(self.work, event_id, level_code=post.level_code)
        change = self.changes.setdefault(
            event_id, EventChange(event_id, "raised", post.level_code, bool(row.restricted), [])
        )
        change.level_code = post.level_code
        if change.kind == "grown":
            change.kind = "raised"
        if post.post_id not in change.post_ids:
            change.post_ids.append(post.post_id or 0)

    def finish(self) -> list[EventChange]:
        """Measure the touched events and return the changes."""
        for event_id in sorted(self.touched):
            store_heat(self.work, event_id)
        if self.changes:
            log.info("events changed: %d", len(self.changes))
        return list(self.changes.values())


def _is_worth_an_event(post: Post) -> bool:
    """Return whether a post founds an event by itself; pictures that nobody has looked at do not."""
    return post.outcome != Outcome.NEEDS_EYES and (post.restricted or post.level_code >= LEAST_LEVEL)


def _event_of_copies(connection: Connection, post: Post) -> int | None:
    """Return the event that copies of this post have found before it."""
    asked = (
        select(event.c.event_id)
        .join(event_member, event_member.c.event_id == event.c.event_id)
        .join(post_table, post_table.c.post_id == event_member.c.post_id)
        .where(post_table.c.duplicate_of == post.post_id, event.c.restricted == post.restricted)
    )
    found = connection.execute(asked.order_by(event.c.event_id).limit(1)).scalar()
    return None if found is None else int(found)


def _event_of_thread(connection: Connection, post: Post) -> int | None:
    """Return the event that a thread belongs to: its opening post's, or the one that the thread founded."""
    opening = post_table.c.floor == 1
    found = connection.execute(
        select(event.c.event_id)
        .join(event_member, event_member.c.event_id == event.c.event_id)
        .join(post_table, post_table.c.post_id == event_member.c.post_id)
        .where(post_table.c.thread_key == post.thread_key, event.c.restricted == post.restricted)
        .where(opening | (event.c.thread_key == post.thread_key))
        .order_by(opening.desc(), event.c.event_id)
        .limit(1)
    ).scalar()
    return None if found is None else int(found)


def _followers(connection: Connection, post: Post, seq: int) -> list[tuple[Post, Bond]]:
    """Return earlier posts without an event that belong to a founding post: its thread, its original, its copies."""
    original = post.duplicate_of or post.post_id
    rest = (
        "WHERE event_id IS NULL AND ingest_seq < ? AND restricted = ? "
        "AND ((thread_key = ? AND thread_key <> '') OR duplicate_of = ? OR post_id = ?) ORDER BY ingest_seq"
    )
    values = (seq, int(post.restricted), post.thread_key, original, original)
    return [
        (earlier, "thread" if post.thread_key and earlier.thread_key == post.thread_key else "copy")
        for earlier in select_posts(connection, rest, values)
        if earlier.outcome in INDEXED_OUTCOMES
    ]
