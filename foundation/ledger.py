"""Ground floor: the ledger, the one truth. Opens it, and gives out units of work.

A change, its audit rows, its facts and the notices derived from those facts are one transaction: `with
ledger.change("act", actor) as work:` commits all or nothing. Nothing is sent and no page is fetched inside it.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, insert, inspect, make_url, select
from sqlalchemy.exc import ArgumentError, DBAPIError

from foundation import clock, on_postgres, on_sqlite
from foundation.audit import append_audit, append_entries, guard_audit, make_entry
from foundation.errors import LedgerMissing, LedgerUnusable, Stop
from foundation.on_postgres import check_database, postgres_engine
from foundation.on_sqlite import make_place, sqlite_engine
from foundation.revision import check_revision, read_revision, stamp_head
from foundation.tables import fact, meta, metadata

BUSY_SECONDS = 30  # SQLite waits this long for another writer before it gives up
LEDGER_FILE = "huiyin.sqlite3"
MACHINE = "system"  # actor of acts that no person made
LEDGER_VARIABLE = "HUIYIN_LEDGER"
STATE_VARIABLE = "HUIYIN_STATE"
EXPLAINED = {"sqlite": on_sqlite.EXPLAINED, "postgresql": on_postgres.EXPLAINED}


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that happened and that later stages may tell people: kind, subject (case number, source …), data."""

    kind: str
    subject: str
    data: dict[str, Any]


@dataclass(slots=True)
class Work:
    """One unit of work: a connection inside a transaction, who acts, when, and the facts written so far."""

    connection: Connection
    actor: str
    at: datetime
    facts: list[Fact] = field(default_factory=list)
    origin: dict[str, Any] = field(default_factory=dict)  # what each audit row of this work also says, e.g. os_user

    def audit(self, act: str, subject: str, **details: Any) -> None:
        """Add one row to the audit chain; details hold ids, roles and digests, never text or names."""
        append_audit(self.connection, self.at, self.actor, act, subject, **details, **self.origin)

    def audit_all(self, rows: Iterable[tuple[str, str, dict[str, Any]]]) -> None:
        """Add several rows (act, subject, details) with one statement."""
        made = (make_entry(self.at, self.actor, act, name, {**told, **self.origin}) for act, name, told in rows)
        append_entries(self.connection, made)

    def tell(self, kind: str, subject: str, **data: Any) -> None:
        """Write a fact; registered listeners turn it into notices in the same transaction."""
        self.tell_all([Fact(kind, subject, data)])

    def tell_all(self, facts: Sequence[Fact]) -> None:
        """Write several facts with one statement."""
        if facts:
            self.facts += facts
            rows = [{"at": self.at, "kind": each.kind, "subject": each.subject, "data": each.data} for each in facts]
            self.connection.execute(insert(fact), rows)


Listener = Callable[[Work, list[Fact]], None]


class Ledger:
    """The open ledger. `change()` for writing, `read()` for reading; `listen()` registers what follows from facts."""

    def __init__(self, engine: Engine, place: str, folder: Path) -> None:
        self.engine = engine
        self.place = place  # for people: a path, or an address without its password
        self.folder = folder  # where keys, anchors and, on SQLite, the ledger itself stand
        self._listeners: list[Listener] = []

    def listen(self, listener: Listener) -> None:
        """Call `listener(work, facts)` once before each commit that wrote facts (wiring registers alerts' notices)."""
        self._listeners.append(listener)

    @contextmanager
    def change(self, actor: str = MACHINE) -> Iterator[Work]:
        """Give a unit of work that commits at the end or leaves nothing behind.

        Raises:
            LedgerUnusable: Locked for longer than `BUSY_SECONDS`, disk full, or damaged.
        """
        with self._translated(), self.engine.connect() as connection:
            writing = connection.execution_options(huiyin_write=True)
            with writing.begin():
                work = Work(writing, actor, clock.now())
                yield work
                if work.facts:
                    for listener in self._listeners:
                        listener(work, work.facts)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a connection for reading one consistent state."""
        with self._translated(), self.engine.connect() as connection:
            reading = connection.execution_options(huiyin_read=True)
            with reading.begin():
                yield reading

    def close(self) -> None:
        """Release all connections."""
        self.engine.dispose()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as problem:
            raise _explain(problem, self.engine.dialect.name, self.place) from problem


def _explain(problem: DBAPIError, database: str, place: str) -> Exception:
    words = str(problem.orig)
    for signs, what, next_step in EXPLAINED[database]:
        if any(sign in words for sign in signs):
            return LedgerUnusable(what, place, next_step)
    return problem


def state_folder() -> Path:
    """Return where state lives: `$HUIYIN_STATE`, else `./var`."""
    return _as_path(os.environ.get(STATE_VARIABLE, "var"))


@lru_cache(maxsize=8)  # asked for each post
def _as_path(name: str) -> Path:
    return Path(name)


def ledger_address() -> URL | None:
    """Return the address of a ledger on PostgreSQL (`$HUIYIN_LEDGER`); None: a SQLite file in the state folder.

    Raises:
        Stop: It is no such address.
    """
    given = os.environ.get(LEDGER_VARIABLE, "")
    return read_address(given) if given else None


def read_address(given: str) -> URL:
    """Read `postgresql://account@host:port/database`; the password is better left to PGPASSFILE.

    Raises:
        Stop: It is no such address.
    """
    try:
        address = make_url(given)
    except (ArgumentError, ValueError) as problem:
        raise Stop("账本地址看不懂", LEDGER_VARIABLE, "写成 postgresql://账号@主机:端口/数据库") from problem
    if address.get_backend_name() != "postgresql" or not address.database:
        raise Stop("账本地址不对", f"{address!r}", "写成 postgresql://账号@主机:端口/数据库；SQLite 的账本不用写地址")
    return address


def open_ledger(folder: Path | None = None, *, create: bool = False, any_revision: bool = False) -> Ledger:
    """Open the ledger: at `$HUIYIN_LEDGER`, else the file of a state folder.

    Args:
        folder: The state folder, default `state_folder()`.
        create: Build missing tables (all stages must be imported by then).
        any_revision: Open a ledger of another revision too: only for those who bring it up or say which it has.

    Raises:
        LedgerUnusable: It does not exist, cannot be opened, has another revision, or lives by the other clock.
        Stop: The address cannot be understood.
    """
    folder = folder or state_folder()
    address = ledger_address()
    if address is None:
        return open_file(folder, create=create, any_revision=any_revision)
    return open_at(address, folder, create=create, any_revision=any_revision)


def open_file(folder: Path, *, create: bool = False, any_revision: bool = False) -> Ledger:
    """Open the SQLite ledger of a state folder, whatever `$HUIYIN_LEDGER` says; see `open_ledger`."""
    path = folder / LEDGER_FILE
    if create:
        make_place(path)
    elif not path.exists():
        raise LedgerMissing("还没有账本", str(path), "先运行 huiyin apply 学校文件夹")
    ledger = Ledger(sqlite_engine(path, BUSY_SECONDS), str(path), folder)
    return _opened(ledger, create=create, any_revision=any_revision)


def open_at(address: URL, folder: Path, *, create: bool = False, any_revision: bool = False) -> Ledger:
    """Open the PostgreSQL ledger at an address; see `open_ledger`."""
    ledger = Ledger(postgres_engine(address, BUSY_SECONDS), repr(address), folder)
    if create:
        with ledger.read() as connection:
            check_database(connection, ledger.place)
    return _opened(ledger, create=create, any_revision=any_revision)


def _opened(ledger: Ledger, *, create: bool, any_revision: bool) -> Ledger:
    if create:
        with ledger.change() as work:
            _build(work.connection, ledger.place)
    _check(ledger, any_revision)
    return ledger


def _build(connection: Connection, place: str) -> None:
    """Make what is missing in an empty database, or in a ledger of this very revision."""
    if read_revision(connection) is None:
        stamp_head(connection)
    else:
        check_revision(connection, place)
    known = set(inspect(connection).get_table_names())  # one question: `create_all` asks for each table, 30 ms in all
    missing = [table for table in metadata.sorted_tables if table.name not in known]
    metadata.create_all(connection, missing, checkfirst=False)
    guard_audit(connection)
    _stamp_clock(connection)


def _stamp_clock(connection: Connection) -> None:
    known = connection.execute(select(meta.c.value).where(meta.c.name == "clock")).scalar()
    if known is None:
        connection.execute(insert(meta).values(name="clock", value=_clock_word()))


def _check(ledger: Ledger, any_revision: bool) -> None:
    """A school's own ledger never runs by a virtual clock, nor a demo's by the real one, nor by another program."""
    with ledger.read() as connection:
        if not any_revision:
            check_revision(connection, ledger.place)
        known = connection.execute(select(meta.c.value).where(meta.c.name == "clock")).scalar()
    if known != _clock_word():
        raise LedgerUnusable(
            "账本与时钟不符（一个是演示用虚拟时钟，一个是真实时钟）",
            ledger.place,
            f"演示才设置 {clock.CLOCK_VARIABLE}；换用另一个状态文件夹",
        )


def _clock_word() -> str:
    return "virtual" if clock.is_virtual() else "real"
