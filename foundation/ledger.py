"""Ground floor: the ledger, the one truth. Opens it, and gives out units of work.

A change, its audit rows, its facts and the notices derived from those facts are one transaction: `with
ledger.change("act", actor) as work:` commits all or nothing. Nothing is sent and no page is fetched inside it.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, insert, select
from sqlalchemy.exc import DBAPIError

from foundation import clock
from foundation.audit import append_audit, guard_audit
from foundation.errors import LedgerUnusable
from foundation.revision import check_revision, read_revision, stamp_head
from foundation.tables import fact, meta, metadata

BUSY_SECONDS = 30  # SQLite waits this long for another writer before it gives up
LEDGER_FILE = "huiyin.sqlite3"
OURS_ONLY, OUR_FOLDER = 0o600, 0o700  # texts of people in need stand in the ledger: nobody else on the machine reads it
MACHINE = "system"  # actor of acts that no person made
EXPLAINED = (  # SQLite's words → what happened, what to do next
    (("locked",), "账本被另一个程序占用", f"等 {BUSY_SECONDS} 秒仍未放开；确认没有别的程序打开它再重试"),
    (("full",), "磁盘已满，账本写不进去", "腾出空间后会自动继续；已存的内容没有丢失"),
    (("disk I/O error",), "读写账本时磁盘出错", "检查磁盘与配额；已提交的内容没有丢失，修好后再运行"),
    (("malformed", "not a database"), "账本文件已损坏", "不要再写入；从最近的备份恢复"),
    (("readonly", "unable to open"), "账本文件不可写", "检查文件夹权限与磁盘空间"),
    (("no such table",), "账本还没有建好", "先运行 huiyin apply 学校文件夹"),
)


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

    def tell(self, kind: str, subject: str, **data: Any) -> None:
        """Write a fact; registered listeners turn it into notices in the same transaction."""
        self.facts.append(Fact(kind, subject, data))
        self.connection.execute(insert(fact).values(at=self.at, kind=kind, subject=subject, data=data))


Listener = Callable[[Work, list[Fact]], None]


class Ledger:
    """The open ledger. `change()` for writing, `read()` for reading; `listen()` registers what follows from facts."""

    def __init__(self, engine: Engine, place: str) -> None:
        self.engine = engine
        self.place = place
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
        with self._translated(), self.engine.connect() as connection, connection.begin():
            yield connection

    def close(self) -> None:
        """Release all connections."""
        self.engine.dispose()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as problem:
            raise _explain(problem, self.place) from problem


def _explain(problem: DBAPIError, place: str) -> Exception:
    words = str(problem.orig)
    for signs, what, next_step in EXPLAINED:
        if any(sign in words for sign in signs):
            return LedgerUnusable(what, place, next_step)
    return problem


def state_folder() -> Path:
    """Return where state lives: `$HUIYIN_STATE`, else `./var`."""
    return _as_path(os.environ.get("HUIYIN_STATE", "var"))


@lru_cache(maxsize=8)  # asked for each post
def _as_path(name: str) -> Path:
    return Path(name)


def open_ledger(folder: Path | None = None, *, create: bool = False, any_revision: bool = False) -> Ledger:
    """Open the ledger of a state folder; with `create` build missing tables (all stages must be imported by then).

    Args:
        folder: The state folder, default `state_folder()`.
        create: Make the ledger when there is none.
        any_revision: Open a ledger of another revision too: only for those who bring it up or say which it has.

    Raises:
        LedgerUnusable: It does not exist, cannot be opened, has another revision, or lives by the other clock.
    """
    folder = folder or state_folder()
    path = folder / LEDGER_FILE
    if create:
        _make_place(path)
    elif not path.exists():
        raise LedgerUnusable("还没有账本", str(path), "先运行 huiyin apply 学校文件夹")
    engine = create_engine(
        f"sqlite:///{path}",
        connect_args={"timeout": BUSY_SECONDS},
        hide_parameters=True,  # an error's words reach logs: no post text in them
    )
    event.listen(engine, "connect", _prepare_connection)
    event.listen(engine, "begin", _begin)
    ledger = Ledger(engine, str(path))
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
    metadata.create_all(connection)
    guard_audit(connection)
    _stamp_clock(connection)


def _make_place(path: Path) -> None:
    """Make folder and empty file, readable by us only; SQLite gives its -wal and -shm files the same rights."""
    try:
        path.parent.mkdir(mode=OUR_FOLDER, parents=True, exist_ok=True)
        if not path.exists():
            path.touch(mode=OURS_ONLY)
    except OSError as problem:
        words = f"检查 HUIYIN_STATE 与文件夹权限（{problem.strerror}）"
        raise LedgerUnusable("状态文件夹建不了", str(path.parent), words) from problem


def _prepare_connection(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we begin transactions ourselves, see `_begin`
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={BUSY_SECONDS * 1000}",
        "journal_mode=WAL",
        "synchronous=NORMAL",  # kill -9 loses nothing committed; power loss may lose the last commits, never order
        "foreign_keys=ON",
        "secure_delete=ON",  # a forgotten text is gone from the file's bytes
        "temp_store=MEMORY",
        "cache_size=-65536",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    writing = connection.get_execution_options().get("huiyin_write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


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
