"""Stage 2, step 4: what the ledger remembers of texts so that copies are found months later.

Comes in: kept posts. Goes out: rows (band key, post number) in one table a month, `signature_<format>_YYYYMM`, by way
of a small table of fresh ones. A look back covers this month and the three before; older tables are dropped. Candidates
are verified on the stored text, so that a forgotten text is no original any more. Tables a month keep inserts at one
speed however old the school is.
"""

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import orjson
from sqlalchemy import BigInteger, Column, Connection, MetaData, Table

from crawler.items import Post
from foundation.ledger import Work
from pipelines.compare_texts import comparable
from pipelines.minhash import FORMAT, band_keys
from search.post_table import batches, load_posts

log = logging.getLogger(__name__)
PREFIX = f"signature_{FORMAT}_"
MONTHS_BACK = 3
EXACT_COPY = 0.97  # a copy that says nothing new finds no further copies that its original would not find
MOST_CANDIDATES = 24  # stored posts compared with one new post: those that share most bands, the oldest first


FRESH = f"fresh_signature_{FORMAT}"  # a small table, so that a page's keys do not touch hundreds of a month's pages
MOST_FRESH = 6_500  # keys, 250 posts: then they go to their month together
MANY = 6_500  # keys and numbers of one batch (125 posts): often enough on each page of a month to go there at once
_TABLES = {  # what each database calls its tables; the fresh one first, then the newest
    "sqlite": f"SELECT name FROM sqlite_master WHERE name = '{FRESH}' OR name GLOB '{PREFIX}[0-9]*' "  # noqa: S608
    f"ORDER BY name = '{FRESH}' DESC, name DESC",
    "postgresql": "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() "  # noqa: S608 our own names
    f"AND (tablename = '{FRESH}' OR tablename ~ '^{PREFIX}[0-9]') ORDER BY tablename = '{FRESH}' DESC, tablename DESC",
}
_ASKED = {  # the numbers of a JSON list as rows
    "sqlite": "SELECT value AS asked FROM json_each(?)",
    "postgresql": "SELECT value::bigint AS asked FROM json_array_elements_text(?::json)",
}
VALUES_AT_ONCE = 800  # of 400 rows: below SQLite's limit of parameters on every build
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
        found = _posts_by_band(connection, keys)
        met = [[post_id for key in row if key in found for post_id in found[key]] for row in keys]
        shared = [Counter(post_ids) if post_ids else {} for post_ids in met]
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
        values = _in_order(
            [(post.post_id or 0, keys) for post, text, keys in zip(new, texts, band_keys(texts), strict=True) if text]
        )
        if values:
            month, tables = f"{PREFIX}{work.at:%Y%m}", _tables(work.connection)
            if FRESH not in tables:
                _create(work.connection, FRESH)
            if month not in tables:
                _begin_month(work.connection, month, [name for name in tables if name != FRESH])
            if len(values) > MANY:
                _insert(work.connection, month, values)
                return
            _insert(work.connection, FRESH, values)
            held = work.connection.exec_driver_sql(f"SELECT count(*) FROM {FRESH}").scalar() or 0  # noqa: S608
            if held > MOST_FRESH:
                _pour(work.connection, month)

    def forget(self, work: Work, post_ids: Sequence[int]) -> None:
        """Erase what is remembered of posts (a request to forget; expired months go by themselves)."""
        for table in _tables(work.connection):
            sql = f"DELETE FROM {table} WHERE post_id = ?"  # noqa: S608
            work.connection.exec_driver_sql(sql, [(post_id,) for post_id in post_ids])


def _posts_by_band(connection: Connection, keys: list[list[int]]) -> dict[int, list[int]]:
    """Return for each band key that is remembered the numbers of the posts that have it."""
    if not keys:
        return {}
    ordered = np.sort(np.array(keys, dtype=np.int64), axis=None)
    asked = orjson.dumps(ordered[np.append(True, ordered[1:] != ordered[:-1])].tolist()).decode()
    found: dict[int, list[int]] = {}
    for table in _tables(connection):
        if table == FRESH and connection.exec_driver_sql(f"SELECT 1 FROM {FRESH} LIMIT 1").scalar() is None:  # noqa: S608
            continue
        asking = _ASKED[connection.dialect.name]  # CROSS JOIN: SQLite does not sort the keys once more
        sql = f"SELECT band, post_id FROM ({asking}) AS key CROSS JOIN {table} WHERE band = asked"  # noqa: S608
        for band, post_id in connection.exec_driver_sql(sql, (asked,)).all():
            found.setdefault(band, []).append(post_id)
    return found


def _in_order(keyed: list[tuple[int, list[int]]]) -> list[int]:
    """Return band key and post number of all rows by turns, in the order in which a table stores them."""
    if not keyed:
        return []
    bands = np.array([keys for _, keys in keyed], dtype=np.int64)
    post_ids = np.repeat(np.array([post_id for post_id, _ in keyed], dtype=np.int64), bands.shape[1])
    rows = np.column_stack((bands.ravel(), post_ids))
    values: list[int] = rows[np.argsort(rows[:, 0])].ravel().tolist()
    return values


def _insert(connection: Connection, table: str, values: list[int]) -> None:
    """Write rows many to a statement: SQLite takes twice as long when each is a statement of its own."""
    for group in batches(values, VALUES_AT_ONCE):
        sql = f"INSERT INTO {table} VALUES {', '.join(['(?, ?)'] * (len(group) // 2))} ON CONFLICT DO NOTHING"  # noqa: S608
        connection.exec_driver_sql(sql, tuple(group))


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


def _tables(connection: Connection) -> list[str]:
    """Return the tables of this format: the fresh one, then the months, the newest first."""
    rows = connection.exec_driver_sql(_TABLES[connection.dialect.name])
    return [str(row[0]) for row in rows]


def _create(connection: Connection, name: str) -> None:
    band = Column("band", BigInteger, primary_key=True, autoincrement=False)
    post_id = Column("post_id", BigInteger, primary_key=True, autoincrement=False)
    Table(name, MetaData(), band, post_id, sqlite_with_rowid=False).create(connection)


def _pour(connection: Connection, month: str) -> None:
    """Move the fresh keys to their month, in the order in which it stores them."""
    connection.exec_driver_sql(
        f"INSERT INTO {month} SELECT band, post_id FROM {FRESH} WHERE true ORDER BY 1, 2 ON CONFLICT DO NOTHING"  # noqa: S608
    )
    connection.exec_driver_sql(f"DELETE FROM {FRESH}")  # noqa: S608


def _begin_month(connection: Connection, name: str, earlier: list[str]) -> None:
    """Create a month's table and drop those that no look back reaches; what is fresh belongs to the month before."""
    if earlier:
        _pour(connection, earlier[0])
    _create(connection, name)
    old = earlier[MONTHS_BACK:]
    for table in old:
        connection.exec_driver_sql(f"DROP TABLE {table}")
    log.info("signatures: month %s begun, %d old months dropped", name, len(old))
