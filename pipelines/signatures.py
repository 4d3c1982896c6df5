"""Stage 2, step 4: what the ledger remembers of texts so that copies are found months later.

Comes in: kept posts. Goes out: rows (band key, post number) in one table a month, `signature_<format>_YYYYMM`. A look
back covers this month and the three before; older tables are dropped. Candidates are verified on the stored text, so
that a forgotten text is no original any more. Tables a month keep inserts at one speed however old the school is.
"""

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import BigInteger, Column, Connection, MetaData, Table

from crawler.items import Post
from foundation.ledger import Work
from pipelines.compare_texts import comparable
from pipelines.minhash import FORMAT, band_keys
from search.posts import load_posts

log = logging.getLogger(__name__)
PREFIX = f"signature_{FORMAT}_"
MONTHS_BACK = 3
EXACT_COPY = 0.97  # a copy that says nothing new finds no further copies that its original would not find
MOST_ROWS = 400  # keys in one question to the ledger
MOST_CANDIDATES = 24  # stored posts compared with one new post: those that share most bands, the oldest first


_MONTHS = "SELECT name FROM sqlite_master WHERE type = 'table' AND name GLOB ? ORDER BY name DESC"
_NEW = 1 << 62  # larger than any post's number


@dataclass(frozen=True, slots=True)
class Candidate:
    """A stored post that a new one may copy, and its own original (itself, when it copies nothing)."""

    post: Post
    root_id: int
    root_key: str


def signed_text(post: Post) -> str:
    """Return the text by which a post is compared: a reply's title is its thread's."""
    return post.content if post.is_reply else f"{post.title}\n{post.content}"


class Signatures:
    """The ledger's memory of texts."""

    def lookup(
        self, connection: Connection, posts: Sequence[Post], keys: list[list[int]] | None = None
    ) -> list[list[Candidate]]:
        """Return for each post the stored posts that share a band with it, most promising first; never itself.

        Args:
            connection: The ledger.
            posts: Posts asked for.
            keys: Their band keys, when the caller has them already.
        """
        keys = keys or band_keys([comparable(signed_text(post)).letters for post in posts])
        wanted = sorted({key for row in keys for key in row})
        found: dict[int, list[int]] = {}
        for table in _months(connection)[: MONTHS_BACK + 1]:
            for start in range(0, len(wanted), MOST_ROWS):
                some = wanted[start : start + MOST_ROWS]
                sql = f"SELECT band, post_id FROM {table} WHERE band IN ({', '.join('?' * len(some))})"  # noqa: S608
                for band, post_id in connection.exec_driver_sql(sql, tuple(some)):
                    found.setdefault(band, []).append(post_id)
        shared = [Counter(post_id for key in row for post_id in found.get(key, ())) for row in keys]
        best = [sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:MOST_CANDIDATES] for counts in shared]
        stored = _load(connection, {post_id for row in best for post_id, _ in row})
        own = _own_numbers(connection, posts)
        return [
            [_candidate(stored, one) for one, _ in row if one in stored and one < own.get(post.key, _NEW)]
            for post, row in zip(posts, best, strict=True)
        ]

    def add(self, work: Work, posts: Sequence[Post]) -> None:
        """Remember kept posts; called in the transaction that keeps them, after they have their numbers."""
        new = [post for post in posts if post.post_id is not None and post.similarity < EXACT_COPY]
        texts = [comparable(signed_text(post)).letters for post in new]
        rows = [
            (key, post.post_id)
            for post, text, keys in zip(new, texts, band_keys(texts), strict=True)
            if text
            for key in keys
        ]
        if rows:
            table = f"{PREFIX}{work.at:%Y%m}"
            if table not in _months(work.connection):
                _begin_month(work.connection, table)
            work.connection.exec_driver_sql(f"INSERT OR IGNORE INTO {table} VALUES (?, ?)", sorted(rows))  # noqa: S608

    def forget(self, work: Work, post_ids: Sequence[int]) -> None:
        """Erase what is remembered of posts (a request to forget; expired months go by themselves)."""
        for table in _months(work.connection):
            sql = f"DELETE FROM {table} WHERE post_id = ?"  # noqa: S608
            work.connection.exec_driver_sql(sql, [(post_id,) for post_id in post_ids])


def _load(connection: Connection, post_ids: set[int]) -> dict[int, Post]:
    """Return stored posts and their originals by number."""
    posts = load_posts(connection, sorted(post_ids))
    posts = [post for post in posts if post.content or post.title]  # a forgotten text is no original
    originals = {post.duplicate_of for post in posts if post.duplicate_of is not None} - post_ids
    return {post.post_id or 0: post for post in [*posts, *load_posts(connection, sorted(originals))]}


def _candidate(stored: dict[int, Post], post_id: int) -> Candidate:
    post = stored[post_id]
    root = stored.get(post.duplicate_of or post_id, post)
    return Candidate(post, root.post_id or 0, root.key)


def _own_numbers(connection: Connection, posts: Sequence[Post]) -> dict[str, int]:
    """Return the numbers of those posts that are stored already: a post is no copy of what came after it."""
    keys = [post.key for post in posts]
    sql = f"SELECT key, post_id FROM post WHERE key IN ({', '.join('?' * len(keys))})"  # noqa: S608
    return {str(row[0]): int(row[1]) for row in connection.exec_driver_sql(sql, tuple(keys))} if keys else {}


def _months(connection: Connection) -> list[str]:
    """Return the tables of this format, the newest first."""
    rows = connection.exec_driver_sql(_MONTHS, (f"{PREFIX}[0-9]*",))
    return [str(row[0]) for row in rows]


def _begin_month(connection: Connection, name: str) -> None:
    """Create a month's table and drop those that no look back reaches."""
    band = Column("band", BigInteger, primary_key=True, autoincrement=False)
    post_id = Column("post_id", BigInteger, primary_key=True, autoincrement=False)
    Table(name, MetaData(), band, post_id, sqlite_with_rowid=False).create(connection)
    old = _months(connection)[MONTHS_BACK + 1 :]
    for table in old:
        connection.exec_driver_sql(f"DROP TABLE {table}")
    log.info("signatures: month %s begun, %d old months dropped", name, len(old))
