"""The application: moves a ledger to another database, row by row, and proves that nothing is missing.

Comes in: an open ledger that nobody writes, and an empty database, or one that an earlier move of this very ledger was
broken off in. Goes out: the same rows there, table by table compared by digest, the audit chain verified. The source is
only read.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, MetaData, Table, delete, func, insert, inspect, select, tuple_

from foundation.audit import FIRST_HASH, find_break, read_head
from foundation.errors import Refused, Stop
from foundation.lease import leases_held
from foundation.ledger import Ledger
from foundation.tables import audit, meta, metadata
from search.index_state import read_state
from search.sqlite_store import post_tokens
from search.watch_index import watch_index

ROWS = 500  # rows of one transaction: broken off, so many are copied again at most
SIGNATURES = ("signature_", "fresh_signature_")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one table is."""

    table: str
    done: int
    whole: int


@dataclass(frozen=True, slots=True)
class Moved:
    """What stands in the new place."""

    tables: int
    rows: int
    audit_rows: int


Told = Callable[[Progress], object]


def move_ledger(source: Ledger, target: Ledger, actor: str, told: Told) -> Moved:
    """Copy everything, compare, verify the chain, then note the move in the new place.

    Raises:
        Refused: Somebody works on the source, or the target holds another ledger.
        Stop: The two differ after the copy, or the chain is broken.
    """
    with source.read() as reading:
        _refuse(reading, target)
        tables = _tables(reading, target)
        rows = sum(_copy(reading, target, table, told) for table in tables)
        for table in tables:
            _compare(reading, target, table, told)
        head = read_head(reading)
    with target.change(actor) as work:
        if (found := find_break(work.connection, [head])) is not None:
            raise Stop(
                "搬过去的审计链断了", f"第 {found.seq} 行", "用 huiyin audit verify 看原账本；新库作废，换空库重搬"
            )
        _go_on_counting(work.connection, tables)
        if read_state(work.connection).feeds("elasticsearch"):
            watch_index(work)
        work.audit("ledger.move", target.place, rows=rows, head=head.hash)
    return Moved(len(tables), rows, head.seq)


def _refuse(reading: Connection, target: Ledger) -> None:
    if leases_held(reading, ""):
        raise Refused(
            "有 huiyin 正在这个账本上工作", "ledger move", "先停下 huiyin run（或 scheduler、worker），再搬一次"
        )
    first = select(audit.c.hash).order_by(audit.c.seq).limit(1)
    ours = reading.execute(first).scalar() or FIRST_HASH
    with target.read() as there:
        theirs = there.execute(first).scalar()
    if theirs not in (None, ours):
        raise Refused("目标库里已有另一个账本", target.place, "换一个空的数据库")


def _tables(reading: Connection, target: Ledger) -> list[Table]:
    """Return the tables to copy; makes those of the signatures there. Tokens belong to the index of a SQLite file."""
    known = [table for table in metadata.sorted_tables if table is not post_tokens]
    own = MetaData()
    names = [name for name in inspect(reading).get_table_names() if name.startswith(SIGNATURES)]
    signatures = [Table(name, own, autoload_with=reading) for name in names]
    with target.change() as work:
        own.create_all(work.connection)
    return [*known, *signatures]


def _copy(reading: Connection, target: Ledger, table: Table, told: Told) -> int:
    """Copy the rows that are not there yet; return how many the source holds."""
    whole = _count(reading, table)
    if table is meta:  # the new ledger has rows of its own making
        with target.change() as work:
            work.connection.execute(delete(table))
    with target.read() as there:
        done, last = _count(there, table), _last(there, table)
    for rows in _parts(reading, table, last):
        with target.change() as work:
            work.connection.execute(insert(table), rows)
        done += len(rows)
        told(Progress(table.name, done, whole))
    return whole


def _count(connection: Connection, table: Table) -> int:
    return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def _last(connection: Connection, table: Table) -> tuple[Any, ...] | None:
    keys = list(table.primary_key)
    row = connection.execute(select(*keys).order_by(*(key.desc() for key in keys)).limit(1)).first()
    return None if row is None else tuple(row)


def _parts(reading: Connection, table: Table, after: tuple[Any, ...] | None) -> Iterator[list[dict[str, Any]]]:
    """Yield the rows after a key in the order of keys, `ROWS` at a time."""
    keys = list(table.primary_key)
    while True:
        asked = select(table).order_by(*keys).limit(ROWS)
        rows = reading.execute(asked if after is None else asked.where(_beyond(keys, after))).mappings().all()
        if not rows:
            return
        yield [dict(row) for row in rows]
        after = tuple(rows[-1][key.name] for key in keys)


def _beyond(keys: list[Any], after: tuple[Any, ...]) -> Any:
    return keys[0] > after[0] if len(keys) == 1 else tuple_(*keys) > tuple_(*after)


def _compare(reading: Connection, target: Ledger, table: Table, told: Told) -> None:
    """Compare all rows; a table that changed since an earlier, broken off move is copied again."""
    for again in (True, False):
        with target.read() as there:
            if _digest(reading, table) == _digest(there, table):
                return
        if not again or table is audit:
            raise Stop("搬过去的表与原账本不一样", table.name, "原账本没有动；换一个空的数据库再搬一次")
        with target.change() as work:
            work.connection.execute(delete(table))
        _copy(reading, target, table, told)


def _digest(connection: Connection, table: Table) -> tuple[int, str]:
    digest, count = hashlib.sha256(), 0
    for rows in _parts(connection, table, None):
        for row in rows:
            digest.update(repr([row[column.name] for column in table.columns]).encode(errors="surrogatepass"))
        count += len(rows)
    return count, digest.hexdigest()


def _go_on_counting(connection: Connection, tables: list[Table]) -> None:
    """Let PostgreSQL number new rows after the copied ones."""
    if connection.dialect.name != "postgresql":
        return
    for table in tables:
        column = table.autoincrement_column
        if column is not None and (last := connection.execute(select(func.max(column))).scalar()) is not None:
            place = func.pg_get_serial_sequence(table.name, column.name)
            connection.execute(select(func.setval(place, last)))
