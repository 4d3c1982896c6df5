"""Stage 3: the ledger's tables of posts, derived from `crawler/items.py`, and the way from a row to a post and back.

Posts are written and read as plain tuples in the order of `COLUMNS`: the hot path of every crawl goes through here.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import MISSING, fields
from datetime import datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any

import orjson
from sqlalchemy import Boolean, Column, Connection, Float, Index, Integer, String, Table, Text, text
from sqlalchemy.types import JSON, TypeEngine

from crawler.items import POST_FIELD_NAMES, Kind, Post, Reason, post_fields
from foundation.outcome import Outcome
from foundation.tables import Instant, RowId, instant_text, metadata

COLUMN_TYPES: dict[Kind, TypeEngine[Any]] = {
    "id": RowId,
    "keyword": String(),
    "text": Text(),
    "date": Instant(),
    "integer": Integer(),
    "float": Float(),
    "boolean": Boolean(),
    "object": JSON(),
}
LISTS = {item.name for item in fields(Post) if item.default is not MISSING and isinstance(item.default, tuple)}
_of_fields: dict[str, Any] = {item.name: item.default for item in fields(Post)}
DEFAULTS = {name: [] if name in LISTS else value for name, value in _of_fields.items()}  # what old rows hold
DATES = {name for name, about in post_fields().items() if about.kind == "date"}
INDEXED_OUTCOMES = (Outcome.STORED, Outcome.DUPLICATE, Outcome.NEEDS_EYES)
BATCH = 500  # ids in one IN (…): below SQLite's limit of parameters on every build


def _column(name: str, kind: Kind) -> Column[Any]:
    if name == "post_id":
        return Column(name, RowId, primary_key=True, autoincrement=False)
    kind_of_column = JSON() if name in LISTS else COLUMN_TYPES[kind]
    return Column(name, kind_of_column, unique=name == "key", default=DEFAULTS[name])


post_table = Table(
    "post",
    metadata,
    *(_column(name, about.kind) for name, about in post_fields().items()),
    Column("stored_at", Instant, nullable=False),  # when this state of the post was stored
    Column("last_seen_at", Instant, nullable=False),
    Column("ingest_seq", RowId),  # NULL until the leader's tick has numbered this state of the post
)
for _name, _condition in {
    "ingest_seq": "ingest_seq IS NOT NULL",
    "stored_at": "ingest_seq IS NULL",
    "thread_key": "thread_key <> ''",
    "duplicate_of": "duplicate_of IS NOT NULL",
    "event_id": "event_id IS NOT NULL",
    "level_code": "level_code > 0",
    "restricted": "restricted = 1",
    "vanished_at": "vanished_at IS NOT NULL",
}.items():
    _where = text(_condition)
    Index(f"post_{_name}", post_table.c[_name], sqlite_where=_where, postgresql_where=_where)

post_version = Table(
    "post_version",
    metadata,
    Column("post_id", RowId, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("title", Text, nullable=False),
    Column("content", Text, nullable=False),
    Column("content_hash", String, nullable=False),
    Column("seen_at", Instant, nullable=False),  # when this version was first seen
)

COLUMNS = (*POST_FIELD_NAMES, "stored_at", "last_seen_at")  # the order of every row written here
_INSERT = f"INSERT INTO post ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"  # noqa: S608
_UPDATE = (
    f"UPDATE post SET ({', '.join(COLUMNS)}, ingest_seq) = ({', '.join('?' * len(COLUMNS))}, NULL) WHERE post_id = ?"  # noqa: S608
)
_SELECT = f"SELECT {', '.join(POST_FIELD_NAMES)} FROM post"  # noqa: S608
_values = attrgetter(*POST_FIELD_NAMES)
_DATE_AT = tuple(index for index, name in enumerate(POST_FIELD_NAMES) if name in DATES)
_LIST_AT = tuple(index for index, name in enumerate(POST_FIELD_NAMES) if name in LISTS)
_REASONS_AT = POST_FIELD_NAMES.index("reasons")
_FLAG_AT = tuple(index for index, about in enumerate(post_fields().values()) if about.kind == "boolean")


def insert_posts(connection: Connection, posts: Iterable[Post], at: datetime) -> None:
    """Write new rows in one statement."""
    now = instant_text(at)
    rows = [(*_row(post), now, now) for post in posts]
    if rows:
        connection.exec_driver_sql(_INSERT, rows)


def rewrite_posts(connection: Connection, posts: Iterable[Post], at: datetime) -> None:
    """Write the new state of edited posts; they wait for a new ingest number, so that later stages look again."""
    now = instant_text(at)
    rows = [(*_row(post), now, now, post.post_id) for post in posts]
    if rows:
        connection.exec_driver_sql(_UPDATE, rows)


def stored_value(name: str, value: Any) -> Any:
    """Return a field's value as it stands in its column."""
    if value is None:
        return None
    if name in DATES:
        return instant_text(value)
    return orjson.dumps(value).decode() if name in LISTS else value


def load_posts(connection: Connection, post_ids: Sequence[int]) -> list[Post]:
    """Return the posts with these ids that exist, in the order asked for."""
    found: dict[int, Post] = {}
    for group in batches(post_ids):
        sql = f"{_SELECT} WHERE post_id IN ({marks(group)})"
        found.update((post.post_id or 0, post) for post in read_posts(connection, sql, tuple(group)))
    return [found[post_id] for post_id in post_ids if post_id in found]


def select_posts(connection: Connection, rest: str, values: tuple[Any, ...] = ()) -> list[Post]:
    """Return the posts that `rest` (WHERE … ORDER BY … of our own making, never a user's text) selects."""
    return read_posts(connection, f"{_SELECT} {rest}", values)


def read_posts(connection: Connection, sql: str, values: tuple[Any, ...]) -> list[Post]:
    """Return the posts of a statement whose columns begin with the post's fields in order."""
    return [post_of(row) for row in connection.exec_driver_sql(sql, values)]


def post_of(row: Sequence[Any]) -> Post:
    """Build the post of a row whose first columns are the post's fields in order."""
    values = list(row[: len(POST_FIELD_NAMES)])
    for index in _DATE_AT:
        if values[index] is not None:
            values[index] = datetime.fromisoformat(values[index])
    for index in _LIST_AT:
        value = values[index]
        values[index] = tuple(orjson.loads(value) if isinstance(value, str) else value)  # PostgreSQL's driver decodes
    for index in _FLAG_AT:
        values[index] = bool(values[index])
    values[_REASONS_AT] = tuple(
        Reason(reason["rule"], reason["title"], reason["points"], tuple(reason["words"]))
        for reason in values[_REASONS_AT]
    )
    return Post(*values)


@lru_cache(maxsize=64)  # the posts of a page share most of their instants
def _written(value: datetime) -> str:
    return instant_text(value)


def _row(post: Post) -> list[Any]:
    values = list(_values(post))
    for index in _DATE_AT:
        if values[index] is not None:
            values[index] = _written(values[index])
    for index in _LIST_AT:
        values[index] = orjson.dumps(values[index]).decode() if values[index] else "[]"
    return values


def batches(items: Sequence[Any], size: int = BATCH) -> Iterator[Sequence[Any]]:
    """Yield slices short enough for one IN (…)."""
    return (items[start : start + size] for start in range(0, len(items), size))


def marks(items: Sequence[Any]) -> str:
    """Return the placeholders for one IN (…)."""
    return ", ".join("?" * len(items))


def is_indexable(post: Post) -> bool:
    """Return whether a post may stand in the index: kept and ours, never help-first, and not of a confidential case."""
    return post.outcome in INDEXED_OUTCOMES and not post.restricted and not post.confidential
