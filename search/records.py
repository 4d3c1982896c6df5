"""Stage 3: what is searchable besides posts: kinds of records (cases, patrol rounds), each declared by its own stage.

Triggers of the ledger note every change of a record, also of the tables it is made of, in the same transaction, and
raise its revision; the sender ships it with that revision as version, as it does posts. A stage declares a kind where
it defines the fields, as it declares its tables; nothing here knows what a case is.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Connection, Integer, String, Table, select

from crawler.items import About
from foundation.ledger import Work
from foundation.tables import metadata
from search.post_table import batches, marks
from search.triggers import note_after, stop_noting

BATCH_RECORDS = 500
EVENTS = {"INSERT": "NEW", "UPDATE": "NEW", "DELETE": "OLD"}  # what happens to a row → the row that holds its key
Document = dict[str, Any]

index_record = Table(
    "index_record",
    metadata,
    Column("kind", String, primary_key=True),
    Column("record_id", String, primary_key=True),
    Column("revision", Integer, nullable=False),  # raised by every change; never falls while the row lives
    Column("waiting", Integer, nullable=False),  # 1: the index has not heard of this revision
    Column("refused", String, nullable=False, default=""),  # kind of error and field, never text
)


@dataclass(frozen=True, slots=True)
class RecordKind:
    """One kind of record.

    Attributes:
        name: Of its index and alias: cases, patrol.
        title: For people.
        key: The field that numbers a record.
        fields: Every field of its document, with label, kind and why.
        shown: SELECT of the keys of all records that may stand in the index.
        watched: Table → its column that holds the record's key.
        load: Keys → documents of those that may stand in the index; the others are deleted there.
    """

    name: str
    title: str
    key: str
    fields: Mapping[str, About]
    shown: str
    watched: Mapping[str, str]
    load: Callable[[Connection, Sequence[str]], dict[str, Document]]


KINDS: dict[str, RecordKind] = {}


def declare(kind: RecordKind) -> RecordKind:
    """Make a kind known to mapping, sender and comparison, as a `Table` makes itself known to its metadata."""
    KINDS[kind.name] = kind
    return kind


def watch_records(work: Work) -> None:
    """Note every change from now on, and what stands in the ledger already; nothing happens when that is done."""
    index_record.create(work.connection, checkfirst=True)
    for kind in KINDS.values():
        for table, column in kind.watched.items():
            for event, row in EVENTS.items():
                note_after(work, f"{table}_waits_{event.lower()}", event, table, _note(kind.name, f"{row}.{column}"))
        work.connection.exec_driver_sql(
            "INSERT INTO index_record (kind, record_id, revision, waiting, refused) SELECT ?, record_id, 1, 1, '' "  # noqa: S608
            f"FROM ({_keys(kind)}) AS shown WHERE record_id IS NOT NULL ON CONFLICT DO NOTHING",
            (kind.name,),
        )


def ignore_records(work: Work) -> None:
    """Stop noting changes; revisions stay, so that they never fall."""
    for kind in KINDS.values():
        for table in kind.watched:
            for event in EVENTS:
                stop_noting(work, f"{table}_waits_{event.lower()}", table)
    work.connection.exec_driver_sql("UPDATE index_record SET waiting = 0, refused = '', revision = revision + 1")


def _note(kind: str, key: str) -> str:
    """Return the statement that notes one more revision of a record; names are our own."""
    return (
        "INSERT INTO index_record (kind, record_id, revision, waiting, refused) "  # noqa: S608
        f"VALUES ('{kind}', CAST({key} AS TEXT), 1, 1, '') "
        "ON CONFLICT (kind, record_id) DO UPDATE SET revision = index_record.revision + 1, waiting = 1, refused = ''"
    )


def _keys(kind: RecordKind) -> str:
    """Return the SELECT of `record_id` of all that may stand in the index, as text; it begins with a NULL."""
    all_keys = f"SELECT NULL AS key UNION ALL {kind.shown}"
    return f"SELECT CAST(key AS TEXT) AS record_id FROM ({all_keys}) AS numbered"  # noqa: S608


def waiting_records(connection: Connection, kind: RecordKind) -> dict[str, int]:
    """Return the next records to send, key → revision."""
    rows = connection.execute(
        select(index_record.c.record_id, index_record.c.revision)
        .where(index_record.c.kind == kind.name, index_record.c.waiting == 1)
        .order_by(index_record.c.record_id)
        .limit(BATCH_RECORDS)
    )
    return {str(row.record_id): int(row.revision) for row in rows}


def known_revisions(connection: Connection, kind: RecordKind) -> dict[str, int]:
    """Return key → revision of every record of a kind that may stand in the index."""
    rows = connection.exec_driver_sql(
        "SELECT record_id, revision FROM index_record WHERE kind = ? "  # noqa: S608
        f"AND record_id IN ({_keys(kind)})",
        (kind.name,),
    )
    return {str(row[0]): int(row[1]) for row in rows}


def queue_records(work: Work, kind: RecordKind, keys: Sequence[str] | None = None) -> int:
    """Let records of a kind wait for sending again (None: those refused); return how many."""
    ask = "UPDATE index_record SET waiting = 1, refused = '' WHERE kind = ? AND "
    if keys is None:
        return work.connection.exec_driver_sql(f"{ask} refused <> ''", (kind.name,)).rowcount
    count = 0
    for group in batches(keys):
        values = (kind.name, *group)
        count += work.connection.exec_driver_sql(f"{ask} record_id IN ({marks(group)})", values).rowcount
    return count


def queue_every_record(work: Work) -> int:
    """Let all records wait as if each had changed, those no more to be shown too; return how many."""
    ask = "UPDATE index_record SET waiting = 1, refused = '', revision = revision + 1"
    return work.connection.exec_driver_sql(ask).rowcount


def settle_records(work: Work, kind: RecordKind, sent: Mapping[str, int], refused: Mapping[str, str]) -> None:
    """Take what was sent or refused off the list, unless it changed again since."""
    values = [(refused.get(key, ""), kind.name, key, revision) for key, revision in sent.items()]
    if values:
        work.connection.exec_driver_sql(
            "UPDATE index_record SET waiting = 0, refused = ? WHERE kind = ? AND record_id = ? AND revision = ?", values
        )


def count_records(connection: Connection) -> int:
    """Return how many records wait; 0 for a ledger that never fed a cluster."""
    return int(connection.exec_driver_sql("SELECT count(*) FROM index_record WHERE waiting = 1").scalar_one())


def list_refused(connection: Connection) -> list[tuple[str, str, str]]:
    """Return kind, key and reason of every refused record."""
    rows = connection.execute(select(index_record).where(index_record.c.refused != "").order_by("kind", "record_id"))
    return [(row.kind, row.record_id, row.refused) for row in rows]
