"""Stage 3: which posts the Elasticsearch index has not heard of yet, and which it refused.

Triggers of the ledger note every new revision of a post, whoever raised it, in the same transaction; so nothing that
changes a post needs to know the index. They exist only while Elasticsearch is fed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Column, Connection, Integer, String, Table, func, select

from foundation.ledger import Work
from foundation.tables import Instant, RowId, instant_text, metadata
from search.post_table import batches, marks
from search.triggers import note_after, stop_noting

BATCH_POSTS = 500
BATCH_CHARACTERS = 1_000_000  # text of one request: bounds the sender's memory whatever waits

index_waiting = Table(
    "index_waiting",
    metadata,
    Column("post_id", RowId, primary_key=True, autoincrement=False),
    Column("revision", Integer, nullable=False),
)
index_dead = Table(
    "index_dead",
    metadata,
    Column("post_id", RowId, primary_key=True, autoincrement=False),
    Column("revision", Integer, nullable=False),
    Column("reason", String, nullable=False),  # kind of error and field, never text
    Column("at", Instant, nullable=False),
)
_LATEST = "ON CONFLICT (post_id) DO UPDATE SET revision = excluded.revision"
_NOTE = f"INSERT INTO index_waiting (post_id, revision) VALUES (NEW.post_id, NEW.revision) {_LATEST}"  # noqa: S608
TRIGGERS = {"post_waits_new": "INSERT", "post_waits_changed": "UPDATE OF revision"}  # of the table post


@dataclass(frozen=True, slots=True)
class Dead:
    """A revision that the index will never take as it is: which post, why."""

    post_id: int
    revision: int
    reason: str


def watch_posts(work: Work) -> None:
    """Note every change of a post from now on; nothing happens when that is done already."""
    for table in (index_waiting, index_dead):
        table.create(work.connection, checkfirst=True)
    for name, moment in TRIGGERS.items():
        note_after(work, name, moment, "post", _NOTE)


def ignore_posts(work: Work) -> None:
    """Stop noting changes and forget what waits: Elasticsearch is not fed any more."""
    for name in TRIGGERS:
        stop_noting(work, name, "post")
    for table in (index_waiting, index_dead):
        work.connection.execute(table.delete())


def count_waiting(connection: Connection) -> int:
    """Return how many posts wait."""
    return int(connection.execute(select(func.count()).select_from(index_waiting)).scalar_one())


def next_waiting(connection: Connection) -> dict[int, int]:
    """Return the next posts to send, post id → revision: at most `BATCH_POSTS` or `BATCH_CHARACTERS`, at least one."""
    rows = connection.exec_driver_sql(
        "SELECT w.post_id, w.revision, length(p.title) + length(p.content) FROM index_waiting AS w "
        "JOIN post AS p ON p.post_id = w.post_id ORDER BY w.post_id LIMIT ?",
        (BATCH_POSTS,),
    ).all()
    chosen: dict[int, int] = {}
    characters = 0
    for post_id, revision, length in rows:
        characters += length
        if chosen and characters > BATCH_CHARACTERS:
            break
        chosen[int(post_id)] = int(revision)
    return chosen


def queue_posts(work: Work, post_ids: Iterable[int] | None = None) -> int:
    """Let posts wait for sending again (None: all of them); return how many."""
    if post_ids is None:
        rows = work.connection.exec_driver_sql(
            f"INSERT INTO index_waiting (post_id, revision) SELECT post_id, revision FROM post WHERE true {_LATEST}"  # noqa: S608
        )
        return rows.rowcount
    count = 0
    for group in batches(list(post_ids)):
        count += work.connection.exec_driver_sql(
            "INSERT INTO index_waiting (post_id, revision) "  # noqa: S608
            f"SELECT post_id, revision FROM post WHERE post_id IN ({marks(group)}) {_LATEST}",
            tuple(group),
        ).rowcount
    return count


def settle(work: Work, sent: Sequence[tuple[int, int]], dead: Sequence[Dead]) -> None:
    """Take what was sent, and what was refused for good, off the list, unless it changed again since."""
    done = [*sent, *((each.post_id, each.revision) for each in dead)]
    if not done:
        return
    work.connection.exec_driver_sql("DELETE FROM index_waiting WHERE post_id = ? AND revision = ?", done)
    work.connection.exec_driver_sql("DELETE FROM index_dead WHERE post_id = ?", [(post_id,) for post_id, _ in done])
    if dead:
        work.connection.exec_driver_sql(
            "INSERT INTO index_dead (post_id, revision, reason, at) VALUES (?, ?, ?, ?)",
            [(each.post_id, each.revision, each.reason, instant_text(work.at)) for each in dead],
        )


def list_dead(connection: Connection) -> list[Dead]:
    """Return all refused posts."""
    rows = connection.execute(select(index_dead).order_by(index_dead.c.post_id))
    return [Dead(row.post_id, row.revision, row.reason) for row in rows]


def retry_dead(work: Work) -> int:
    """Let every refused post wait again; return how many."""
    return queue_posts(work, work.connection.execute(select(index_dead.c.post_id)).scalars().all())


def hidden_waiting(connection: Connection, visible: str, limit: int) -> list[int]:
    """Return waiting posts that may not be shown any more though the index may still hold them."""
    hidden = f"SELECT 1 FROM post WHERE post.post_id = w.post_id AND NOT ({visible})"  # noqa: S608
    # no join: SQLite would begin with the posts, all of them, because few wait
    rows = connection.exec_driver_sql(
        f"SELECT w.post_id FROM index_waiting AS w WHERE EXISTS ({hidden}) LIMIT ?",  # noqa: S608
        (limit,),
    )
    return [int(row[0]) for row in rows]
