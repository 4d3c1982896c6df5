"""Ground floor: a ledger in one SQLite file. Path in, engine out: one writer at a time, readers never wait for it."""

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event

from foundation.errors import LedgerUnusable, reason_of
from foundation.json_columns import read_json, write_json

OURS_ONLY, OUR_FOLDER = 0o600, 0o700  # texts of people in need stand in the ledger: nobody else on the machine reads it
EXPLAINED = (  # SQLite's words → what happened, what to do next
    (("locked",), "账本被另一个程序占用", "等 30 秒仍未放开；确认没有别的程序打开它再重试"),
    (("full",), "磁盘已满，账本写不进去", "腾出空间后会自动继续；已存的内容没有丢失"),
    (("disk I/O error",), "读写账本时磁盘出错", "检查磁盘与配额；已提交的内容没有丢失，修好后再运行"),
    (("malformed", "not a database"), "账本文件已损坏", "不要再写入；从最近的备份恢复"),
    (("readonly", "unable to open"), "账本文件不可写", "检查文件夹权限与磁盘空间"),
    (("no such table",), "账本还没有建好", "先运行 huiyin apply 学校文件夹"),
)


def sqlite_engine(path: Path, busy_seconds: int) -> Engine:
    """Return the engine for a file; nothing is opened yet."""
    engine = create_engine(
        f"sqlite:///{path}",
        connect_args={"timeout": busy_seconds},
        hide_parameters=True,  # an error's words reach logs: no post text in them
        json_serializer=write_json,
        json_deserializer=read_json,
    )

    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we begin transactions ourselves, see `_begin`
        cursor = connection.cursor()
        for pragma in (
            f"busy_timeout={busy_seconds * 1000}",
            "journal_mode=WAL",
            "synchronous=NORMAL",  # kill -9 loses nothing committed; power loss may lose the last commits, never order
            "foreign_keys=ON",
            "secure_delete=ON",  # a forgotten text is gone from the file's bytes
            "temp_store=MEMORY",
            "cache_size=-65536",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", _begin)
    return engine


def make_place(path: Path) -> None:
    """Make folder and empty file, readable by us only; SQLite gives its -wal and -shm files the same rights.

    Raises:
        LedgerUnusable: It cannot be made.
    """
    try:
        path.parent.mkdir(mode=OUR_FOLDER, parents=True, exist_ok=True)
        if not path.exists():
            path.touch(mode=OURS_ONLY)
    except OSError as problem:
        words = f"检查 HUIYIN_STATE 与文件夹权限（{reason_of(problem)}）"
        raise LedgerUnusable("状态文件夹建不了", str(path.parent), words) from problem


def _begin(connection: Connection) -> None:
    writing = connection.get_execution_options().get("huiyin_write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
