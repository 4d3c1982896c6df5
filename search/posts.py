"""Stage 3: posts of one page in, ledger rows and index rows out; every post once, every edit a new version.

Also gives committed posts their place in ingest order. Later changes (decided on, vanished, forgotten) stand in
`change_posts.py` and are offered here too.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Literal

from sqlalchemy import Connection, select

from crawler.items import POST_FIELD_NAMES, Post
from foundation.ledger import Work
from foundation.outcome import SHOWS_HELP_FIRST, Outcome
from foundation.tables import instant_text, meta
from search.change_posts import change_posts, forget_posts, mark_vanished, to_restrict_with
from search.find_echoes import hide_fresh_echoes
from search.post_table import (
    batches,
    insert_posts,
    is_indexable,
    load_posts,
    marks,
    post_of,
    post_table,
    rewrite_posts,
    select_posts,
    stored_value,
)
from search.store import Store

__all__ = [
    "Change", "Kept", "change_posts", "forget_posts", "is_indexable", "keep_posts", "load_posts", "mark_vanished",
    "number_posts", "post", "posts_after", "select_posts", "set_aside",
]  # fmt: skip

post = post_table  # for other stages' own statements

Change = Literal["new", "edited", "recounted", "known"]
LAST_SEQ = "last_ingest_seq"  # row of `meta`: a number is never given twice, also when an edited post left it
SEQUENCE_BITS = 20  # posts of one second: up to a million
COUNTED = ("replies", "likes", "reposts", "views", "pictures", "official_reply", "official_reply_at")
UNKEPT = (Outcome.QUARANTINED, Outcome.REFUSED_PRIVATE)  # their text never enters the ledger
DECIDED_STATES = ("已确认", "误报")  # decisions of people: an edit by the author does not undo them
REMEMBERED = ("confidential", "post_id", "first_seen_at", "copies", "event_id", "event_title", "case_no")


@dataclass(frozen=True, slots=True)
class Kept:
    """A post that stands in the ledger, and what this page changed about it."""

    post: Post
    change: Change


def keep_posts(work: Work, store: Store, posts: Iterable[Post]) -> list[Kept]:
    """Keep the posts of one page: rows, versions, duplicates, index.

    Quarantined and private posts are not kept; a post that became private since is forgotten. Posts that are not ours
    are kept, so that they are known next time, and never indexed. Fills the posts' remembered fields in place.
    """
    page = _by_key(posts)
    known = _known(work.connection, list(page))
    kept: list[Kept] = []
    for key, post in page.items():
        if post.outcome in UNKEPT:
            continue
        post.content_hash = hash_content(post)
        kept.append(_compare(work, post, known[key]) if key in known else _new(work, post))
    _number_ids(work, [item.post for item in kept if item.change == "new"])
    fresh = [item.post for item in kept if item.change in ("new", "edited")]
    _link_duplicates(work, fresh, {item.post.key: item.post for item in kept}, known)
    hide_fresh_echoes(work, fresh)
    _write(work, kept, known)
    store.drop(work, [post.post_id or 0 for post in fresh if post.version > 1 and not is_indexable(post)])
    store.put(work, [post for post in fresh if is_indexable(post)])
    worse = [post.post_id or 0 for post in fresh if post.restricted]
    change_posts(work, store, to_restrict_with(work, worse), restricted=True)
    private = [known[key].post_id or 0 for key, post in page.items() if post.outcome in UNKEPT[1:] and key in known]
    forget_posts(work, store, private)
    return kept


def hash_content(post: Post) -> str:
    """Return the digest that tells an edit: of what the author wrote, not of counts or replies."""
    body = "\0".join((post.title, post.content, post.quote))
    return blake2b(body.encode(errors="surrogatepass"), digest_size=16).hexdigest()


def _by_key(posts: Iterable[Post]) -> dict[str, Post]:
    page: dict[str, Post] = {}
    for post in posts:
        if not post.key:
            raise ValueError(f"post without key from source {post.source_id}")
        page.setdefault(post.key, post)
    return page


def _known(connection: Connection, keys: Sequence[str]) -> dict[str, Post]:
    found: dict[str, Post] = {}
    for group in batches(keys):
        for post in select_posts(connection, f"WHERE key IN ({marks(group)})", tuple(group)):
            found[post.key] = post
    return found


def _new(work: Work, post: Post) -> Kept:
    post.first_seen_at = min(post.first_seen_at or work.at, work.at)  # a clue was received before it was entered
    post.version = post.revision = 1
    post.copies = 0
    return Kept(post, "new")


def _compare(work: Work, post: Post, old: Post) -> Kept:
    """Say what changed since `old`, and give `post` everything that the ledger remembers of it."""
    edited = post.content_hash != old.content_hash
    forgotten = not edited and bool(post.title or post.content) and not (old.title or old.content)
    recounted = not forgotten and (
        old.vanished_at is not None
        or any(getattr(post, name) not in (None, "", getattr(old, name)) for name in COUNTED)
    )
    for name in REMEMBERED:
        setattr(post, name, getattr(old, name))
    post.published_at = old.published_at or post.published_at
    if old.restricted and (not post.restricted or post.outcome_reason == SHOWS_HELP_FIRST):
        # once help-first, always: an edit does not end the worry
        post.restricted, post.outcome_reason = True, old.outcome_reason
    if old.review_state in DECIDED_STATES:
        post.review_state, post.false_alarm = old.review_state, old.false_alarm
    post.version, post.revision, post.edited_at = old.version, old.revision, old.edited_at
    if edited:
        post.version, post.revision, post.edited_at = old.version + 1, old.revision + 1, work.at
        return Kept(post, "edited")
    post.outcome, post.duplicate_of = old.outcome, old.duplicate_of
    if recounted:
        post.revision += 1
        return Kept(post, "recounted")
    return Kept(post, "known")


def _number_ids(work: Work, posts: list[Post]) -> None:
    """Give each new post its id: seconds of its publication (never later than now) and a sequence within them."""
    now = int(work.at.timestamp())
    firsts = [
        min(max(int((post.published_at or post.fetched_at or work.at).timestamp()), 0), now) << SEQUENCE_BITS
        for post in posts
    ]
    last: dict[int, int] = {}
    for group in batches(sorted(set(firsts))):
        rows = work.connection.exec_driver_sql(
            f"WITH second (first) AS (VALUES {', '.join(['(?)'] * len(group))}) SELECT first, "  # noqa: S608
            f"(SELECT max(post_id) FROM post WHERE post_id >= first AND post_id < first + {1 << SEQUENCE_BITS}) "
            "FROM second",
            tuple(group),
        )
        last.update((int(first), int(highest or first)) for first, highest in rows)
    for post, first in zip(posts, firsts, strict=True):
        last[first] += 1
        post.post_id = last[first]


def _link_duplicates(work: Work, fresh: list[Post], page: dict[str, Post], known: dict[str, Post]) -> None:
    """Turn `duplicate_key` into `duplicate_of`, always the root original, and count the root's copies."""
    missing = {post.duplicate_key for post in fresh if post.duplicate_key and post.duplicate_key not in page}
    elsewhere = _known(work.connection, list(missing)) if missing else {}
    by_id = {post.post_id: post for post in page.values()}
    gained: Counter[int] = Counter()
    for post in fresh:
        before = known[post.key].duplicate_of if post.key in known else None
        root = _root(post, page) or elsewhere.get(post.duplicate_key)
        root_id = (root.duplicate_of or root.post_id) if root else None
        post.duplicate_of = None if root_id == post.post_id else root_id
        if post.outcome == Outcome.DUPLICATE and post.duplicate_of is None:
            post.outcome = Outcome.STORED
        if root is not None and root.restricted and not post.restricted:
            post.restricted, post.outcome_reason = True, root.outcome_reason  # a copy must not show its text
        if post.duplicate_of != before:
            gained.update({root_id: 1} if post.duplicate_of and root_id else {})
            gained.subtract({before: 1} if before else {})
    for post_id, count in gained.items():
        if post_id in by_id:
            by_id[post_id].copies += count
    _raise_copies(work, {post_id: count for post_id, count in gained.items() if count})


def _root(post: Post, page: dict[str, Post]) -> Post | None:
    """Follow `duplicate_key` inside the page to its end; None when it leaves the page at once or runs in a circle."""
    root, passed = page.get(post.duplicate_key), {post.key}
    while root is not None and root.duplicate_of is None and root.duplicate_key in page and root.key not in passed:
        passed.add(root.key)
        root = page[root.duplicate_key]
    return root


def _raise_copies(work: Work, gained: dict[int, int]) -> None:
    if gained:
        work.connection.exec_driver_sql(
            "UPDATE post SET copies = copies + ?, revision = revision + 1 WHERE post_id = ?",
            [(count, post_id) for post_id, count in gained.items()],
        )


def _write(work: Work, kept: list[Kept], known: dict[str, Post]) -> None:
    insert_posts(work.connection, (item.post for item in kept if item.change == "new"), work.at)
    edited = [item.post for item in kept if item.change == "edited"]
    if edited:
        old = [known[post.key] for post in edited]
        work.connection.exec_driver_sql(
            "INSERT INTO post_version (post_id, version, title, content, content_hash, seen_at) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            [(post.post_id, post.version, post.title, post.content, post.content_hash, _seen_at(post)) for post in old],
        )
        rewrite_posts(work.connection, edited, work.at)
    for item in kept:
        if item.change == "recounted":
            _recount(work, item.post)
    seen = [(instant_text(work.at), item.post.post_id) for item in kept if item.change in ("known", "recounted")]
    if seen:
        work.connection.exec_driver_sql("UPDATE post SET last_seen_at = ? WHERE post_id = ?", seen)


def _seen_at(post: Post) -> str:
    seen = post.edited_at or post.first_seen_at
    return instant_text(seen) if seen else ""


def _recount(work: Work, post: Post) -> None:
    """Update what the page counts; a count the page does not show keeps its last value."""
    values = {name: getattr(post, name) for name in COUNTED if getattr(post, name) not in (None, "")}
    names = ", ".join(f"{name} = ?" for name in values)
    work.connection.exec_driver_sql(
        f"UPDATE post SET {names}{', ' if names else ''}vanished_at = NULL, revision = revision + 1 WHERE post_id = ?",  # noqa: S608
        (*(stored_value(name, value) for name, value in values.items()), post.post_id),
    )


def number_posts(work: Work) -> int:
    """Give committed posts their place in ingest order; return how many. Run by the leader's tick only."""
    rows = work.connection.exec_driver_sql(
        "SELECT post_id FROM post WHERE ingest_seq IS NULL ORDER BY stored_at, post_id"
    ).all()
    if rows:
        last = int(work.connection.execute(select(meta.c.value).where(meta.c.name == LAST_SEQ)).scalar() or 0)
        work.connection.exec_driver_sql(
            "UPDATE post SET ingest_seq = ? WHERE post_id = ?",
            [(last + place, row[0]) for place, row in enumerate(rows, 1)],
        )
        work.connection.exec_driver_sql(
            "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (LAST_SEQ, str(last + len(rows))),
        )
    return len(rows)


def set_aside(work: Work, post_ids: Sequence[int]) -> None:
    """Give new posts place 0 in ingest order: search and copies know them, events, cases and rules never hear them.

    An edit that is heard later numbers them like any post; a clue about them brings them into its event.
    """
    for group in batches(post_ids):
        work.connection.exec_driver_sql(
            f"UPDATE post SET ingest_seq = 0 WHERE ingest_seq IS NULL AND post_id IN ({marks(group)})",  # noqa: S608
            tuple(group),
        )


def posts_after(connection: Connection, seq: int, limit: int) -> list[tuple[int, Post]]:
    """Return up to `limit` posts after place `seq` in ingest order, each with its place (restricted ones too)."""
    rows = connection.exec_driver_sql(
        f"SELECT {', '.join(POST_FIELD_NAMES)}, ingest_seq FROM post WHERE ingest_seq > ? ORDER BY ingest_seq LIMIT ?",  # noqa: S608
        (seq, limit),
    )
    return [(int(row[-1]), post_of(row)) for row in rows]
