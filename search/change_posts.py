"""Stage 3: changes of stored posts after they were kept: decided on, vanished, forgotten.

Each change raises `revision`, and what may no longer be searched leaves the index in the same transaction.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from crawler.items import POST_FIELD_NAMES
from foundation.ledger import Work
from foundation.tables import instant_text
from search.find_echoes import hide_stored_echoes, mark_as_showing
from search.post_table import batches, is_indexable, load_posts, marks, stored_value
from search.store import Store

TEXTS = ("title", "content", "quote", "official_reply", "published_text", "event_title")
FIXED = {"post_id", "key", "revision"}


def change_posts(work: Work, store: Store, post_ids: Sequence[int], **values: Any) -> None:
    """Set fields of stored posts; one that becomes restricted takes those that show its words out of the index too.

    Raises:
        ValueError: A name is no field of a post, or one that never changes.
    """
    wrong = set(values) - set(POST_FIELD_NAMES) | set(values) & FIXED
    if wrong:
        raise ValueError(f"fields that cannot be changed: {sorted(wrong)}")
    if values.get("restricted"):
        post_ids = list(dict.fromkeys([*post_ids, *to_restrict_with(work, post_ids)]))
    names = ", ".join(f"{name} = ?" for name in values)
    stored = tuple(stored_value(name, value) for name, value in values.items())
    for group in batches(post_ids):
        work.connection.exec_driver_sql(
            f"UPDATE post SET {names}, revision = revision + 1 WHERE post_id IN ({marks(group)})",  # noqa: S608
            (*stored, *group),
        )
    if values.keys() & {"restricted", "confidential", "outcome", "title", "content"}:
        changed = load_posts(work.connection, post_ids)
        store.drop(work, [post.post_id or 0 for post in changed if not is_indexable(post)])
        store.put(work, [post for post in changed if is_indexable(post)])


def to_restrict_with(work: Work, post_ids: Sequence[int]) -> list[int]:
    """Return the open posts that show words of these help-first posts; empty the quotes of those that stay open."""
    if not post_ids:
        return []
    echoes = [*_replies_with_title_of(work.connection, post_ids), *hide_stored_echoes(work, post_ids)]
    mark_as_showing(work, echoes)
    shown: list[int] = []
    for group in batches(list(dict.fromkeys([*copies_of(work.connection, post_ids), *echoes]))):
        sql = f"SELECT post_id FROM post WHERE restricted = 0 AND post_id IN ({marks(group)})"  # noqa: S608
        shown += [row[0] for row in work.connection.exec_driver_sql(sql, tuple(group))]
    return shown


def copies_of(connection: Connection, post_ids: Sequence[int]) -> list[int]:
    """Return the ids of the copies of these originals."""
    copies: list[int] = []
    for group in batches(post_ids):
        sql = f"SELECT post_id FROM post WHERE duplicate_of IN ({marks(group)})"  # noqa: S608
        copies += [row[0] for row in connection.exec_driver_sql(sql, tuple(group))]
    return copies


def shown_by(connection: Connection, post_ids: Sequence[int]) -> list[int]:
    """Return the ids of posts that show words of these: their copies, and replies that carry their title."""
    return [*copies_of(connection, post_ids), *_replies_with_title_of(connection, post_ids)]


def _replies_with_title_of(connection: Connection, post_ids: Sequence[int]) -> list[int]:
    replies: list[int] = []
    for group in batches(post_ids):
        sql = (
            "SELECT reply.post_id FROM post AS opening JOIN post AS reply ON reply.thread_key = opening.thread_key "  # noqa: S608
            "AND reply.thread_key <> '' AND reply.title = opening.title AND reply.title <> '' "
            f"WHERE opening.floor = 1 AND reply.floor <> 1 AND opening.post_id IN ({marks(group)})"
        )
        replies += [row[0] for row in connection.exec_driver_sql(sql, tuple(group))]
    return replies


def mark_vanished(work: Work, store: Store, keys: Sequence[str], threads: Sequence[str] = ()) -> int:
    """Note that posts, or threads with all their posts, are gone from their site; their text stays as evidence.

    Returns:
        How many posts were not known to be gone.
    """
    del store  # a vanished post stays searchable: nothing leaves the index
    count = 0
    for column, gone in (("key", keys), ("thread_key", threads)):
        for group in batches(gone):
            count += work.connection.exec_driver_sql(
                "UPDATE post SET vanished_at = ?, revision = revision + 1 "  # noqa: S608
                f"WHERE vanished_at IS NULL AND {column} IN ({marks(group)})",
                (instant_text(work.at), *group),
            ).rowcount
    return count


def forget_posts(work: Work, store: Store, post_ids: Sequence[int]) -> None:
    """Erase the texts of posts and of their versions; key and hash stay, so that they are not kept again.

    The bytes leave the file when `Store.scrub` has run after the commit.
    """
    store.drop(work, post_ids)
    blanks = ", ".join(f"{name} = ''" for name in TEXTS)
    for group in batches(post_ids):
        work.connection.exec_driver_sql(
            f"UPDATE post SET {blanks}, reasons = '[]', counterfactual = '', revision = revision + 1 "  # noqa: S608
            f"WHERE post_id IN ({marks(group)})",
            tuple(group),
        )
        work.connection.exec_driver_sql(f"DELETE FROM post_version WHERE post_id IN ({marks(group)})", tuple(group))  # noqa: S608
