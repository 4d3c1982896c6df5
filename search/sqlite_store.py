"""Stage 3: the embedded index. FTS5 over a stored table of tokens, written in the ledger's own transaction.

External content, because a contentless FTS5 cannot forget here: a deletion needs the very tokens that were indexed, and
`post_tokens` keeps them whatever the dictionary has become since. SQLite 3.40 has no 'secure-delete' for FTS5, so a
deleted post cannot be found any more at once, and leaves the file's bytes at the next `scrub`.
"""

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import DDL, Column, Connection, Table, Text, event

from crawler.items import Post
from foundation.clock import at_school
from foundation.ledger import Ledger, Work
from foundation.tables import RowId, metadata
from search.highlight import cut_snippet, find_spans
from search.post_table import batches, is_indexable, load_posts, marks, select_posts
from search.query import Query
from search.segment import Segmenter
from search.sqlite_query import SEQUENCE_BITS, VISIBLE, Statement, compile_query, needles
from search.store import COUNTED_HITS, FACET_TITLES, Hit, Hits

log = logging.getLogger(__name__)

SECONDS_AN_HOUR = 3600
TOKEN_COLUMNS = ("title_words", "content_words", "title_grams", "content_grams")
CHECKPOINT_WAIT_MS = 2000  # a reader that holds the log longer: the next scrub empties it
_NAMES = ", ".join(TOKEN_COLUMNS)
post_tokens = Table(
    "post_tokens",
    metadata,
    Column("post_id", RowId, primary_key=True, autoincrement=False),
    *(Column(name, Text, nullable=False) for name in TOKEN_COLUMNS),
)
# tokens are split at spaces only: every non-ASCII character and these signs belong to a token
_CREATE = DDL(  # type: ignore[no-untyped-call]
    f"CREATE VIRTUAL TABLE IF NOT EXISTS post_fts USING fts5({_NAMES}, content='post_tokens', "
    "content_rowid='post_id', tokenize=\"ascii tokenchars '+#.%%&@_-/'\")"
)
# fewer, larger merges: a third less to write for each page that is kept; queries stay below a millisecond
_MERGE_LATE = DDL("INSERT INTO post_fts (post_fts, rank) VALUES ('automerge', 16)")  # type: ignore[no-untyped-call]
for _step in (_CREATE, _MERGE_LATE):
    event.listen(post_tokens, "after_create", _step.execute_if(dialect="sqlite"))

_PUT_TOKENS = f"INSERT INTO post_tokens (post_id, {_NAMES}) VALUES (?, ?, ?, ?, ?)"  # noqa: S608
_PUT_INDEX = f"INSERT INTO post_fts (rowid, {_NAMES}) VALUES (?, ?, ?, ?, ?)"  # noqa: S608
_DROP_INDEX = f"INSERT INTO post_fts (post_fts, rowid, {_NAMES}) VALUES ('delete', ?, ?, ?, ?, ?)"  # noqa: S608
_LISTED = ("topics", "departments")


class SqliteStore:
    """The contract of `search/store.py` on the ledger's own file."""

    def __init__(self, segmenter: Segmenter) -> None:
        self.segmenter = segmenter

    def prepare(self, work: Work) -> None:
        """Create the tables of the index where they are missing."""
        post_tokens.create(work.connection, checkfirst=True)
        work.connection.execute(_CREATE)
        work.connection.execute(_MERGE_LATE)

    def put(self, work: Work, posts: Sequence[Post]) -> None:
        """Index new posts or new texts of known posts."""
        known = [post.post_id or 0 for post in posts if post.revision > 1]
        if known:
            self.drop(work, known)
        rows = self._tokens(posts)
        if rows:
            work.connection.exec_driver_sql(_PUT_TOKENS, rows)
            work.connection.exec_driver_sql(_PUT_INDEX, rows)

    def drop(self, work: Work, post_ids: Sequence[int]) -> None:
        """Take posts out of the index with the very tokens they were put in with."""
        for group in batches(post_ids):
            rows = work.connection.exec_driver_sql(
                f"SELECT post_id, {_NAMES} FROM post_tokens WHERE post_id IN ({marks(group)})",  # noqa: S608
                tuple(group),
            ).all()
            if rows:
                work.connection.exec_driver_sql(_DROP_INDEX, [tuple(row) for row in rows])
                work.connection.exec_driver_sql(
                    f"DELETE FROM post_tokens WHERE post_id IN ({marks(group)})",  # noqa: S608
                    tuple(group),
                )

    def search(
        self, connection: Connection, query: Query, limit: int = 20, after: int | None = None, *, facets: bool = False
    ) -> Hits:
        """Find posts, newest first."""
        found = compile_query(query, self.segmenter)
        ids = _newest(connection, found, limit + 1, after)
        words = needles(query, self.segmenter)
        rows = [hit_of(post, words) for post in load_posts(connection, ids[:limit])]
        total, counts = _facets(connection, found) if facets else (_total(connection, found), {})
        next_after = ids[limit - 1] if len(ids) > limit else None
        return Hits(min(total, COUNTED_HITS), total > COUNTED_HITS, rows, next_after, counts)

    def clear(self, work: Work) -> None:
        """Empty the index; the ledger keeps its posts."""
        work.connection.exec_driver_sql("INSERT INTO post_fts(post_fts) VALUES ('delete-all')")
        work.connection.exec_driver_sql("DELETE FROM post_tokens")

    def put_stored(self, work: Work, posts: Sequence[Post]) -> None:
        """Index posts as they stand in the ledger, whether they are in the index already or not."""
        self.drop(work, [post.post_id or 0 for post in posts])
        rows = self._tokens([post for post in posts if is_indexable(post)])
        if rows:
            work.connection.exec_driver_sql(_PUT_TOKENS, rows)
            work.connection.exec_driver_sql(_PUT_INDEX, rows)

    def rebuild(self, work: Work) -> int:
        """Build the index again from the ledger's posts."""
        self.clear(work)
        count, last = 0, -1
        while posts := select_posts(
            work.connection, f"WHERE {VISIBLE} AND post_id > ? ORDER BY post_id LIMIT 1000", (last,)
        ):
            rows = self._tokens(posts)
            work.connection.exec_driver_sql(_PUT_TOKENS, rows)
            work.connection.exec_driver_sql(_PUT_INDEX, rows)
            count, last = count + len(posts), posts[-1].post_id or 0
        return count

    def scrub(self, ledger: Ledger) -> bool:
        """Merge the index to one segment without its deleted rows, then empty the write-ahead log into the file."""
        with ledger.change() as work:
            work.connection.exec_driver_sql("INSERT INTO post_fts(post_fts) VALUES ('optimize')")
        connection = ledger.engine.raw_connection()
        try:
            cursor = connection.cursor()
            cursor.execute(f"PRAGMA busy_timeout={CHECKPOINT_WAIT_MS}")
            busy = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        finally:
            connection.invalidate()  # its short patience is not for others
        if busy:
            log.warning("wal_checkpoint busy: deleted bytes stay until the next scrub")
        return not busy

    def _tokens(self, posts: Sequence[Post]) -> list[tuple[Any, ...]]:
        """Return the rows of posts by number.

        FTS5 writes out all it holds whenever a row comes that is older than the one before.
        """
        from search.pair_characters import cut_texts  # with numpy: most commands store no post

        of = cut_texts(self.segmenter, (text for post in posts for text in (post.title, post.content)))
        rows = [(post.post_id or 0, of[post.title], of[post.content]) for post in posts]
        return [(post_id, title[0], content[0], title[1], content[1]) for post_id, title, content in sorted(rows)]


def _newest(connection: Connection, found: Statement, limit: int, after: int | None) -> list[int]:
    older = f" AND {found.order} < ?" if after is not None else ""
    values = (*found.values, *(() if after is None else (after,)), limit)
    sql = f"SELECT {found.order} {found.body}{older} ORDER BY {found.order} DESC LIMIT ?"
    return [int(row[0]) for row in connection.exec_driver_sql(sql, values)]


def _total(connection: Connection, found: Statement) -> int:
    """Count the newest hits, one more than `COUNTED_HITS` at most."""
    sql = f"SELECT count(*) FROM (SELECT 1 {found.body} ORDER BY {found.order} DESC LIMIT ?)"  # noqa: S608
    return int(connection.exec_driver_sql(sql, (*found.values, COUNTED_HITS + 1)).scalar() or 0)


def _facets(connection: Connection, found: Statement) -> tuple[int, dict[str, dict[str, int]]]:
    sql = (
        "SELECT post.level, post.category, post.topics, post.departments, post.site, post.post_id "
        f"{found.body} ORDER BY {found.order} DESC LIMIT ?"
    )
    counts: dict[str, Counter[str]] = {name: Counter() for name in FACET_TITLES}
    total = 0
    for row in connection.exec_driver_sql(sql, (*found.values, COUNTED_HITS + 1)):
        total += 1
        if total > COUNTED_HITS:
            break
        for name, value in zip(FACET_TITLES, row, strict=True):
            if name in _LISTED:
                counts[name].update(orjson.loads(value))
            else:
                counts[name][day_of(value) if name == "day" else value] += 1
    return total, {name: most_first(counter) for name, counter in counts.items()}


def most_first(counts: Mapping[str, int]) -> dict[str, int]:
    """Return counts in the order in which facets are shown: the largest first, equal ones by their value."""
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def day_of(post_id: int) -> str:
    """Return the school day in which a post was published (else heard), from its id."""
    return _day_of_hour((post_id >> SEQUENCE_BITS) // SECONDS_AN_HOUR)


@lru_cache(maxsize=4096)  # asked for each post; a school day begins with an hour
def _day_of_hour(hours: int) -> str:
    return at_school(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(hours=hours)).date().isoformat()


def hit_of(post: Post, words: Sequence[str]) -> Hit:
    """Return a found post as a list shows it, with the needles' places."""
    snippet, spans = cut_snippet(post.content, find_spans(post.content, words))
    taken = {name: getattr(post, name) for name in Hit.__slots__ if hasattr(post, name)}
    return Hit(**taken, title_spans=find_spans(post.title, words), snippet=snippet, snippet_spans=spans)
