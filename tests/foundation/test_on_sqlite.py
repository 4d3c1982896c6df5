"""Tests of the ledger as a file: clear words when it is locked, full, damaged or missing; nobody else reads it."""

import sqlite3

import pytest
from sqlalchemy import insert, select

from foundation.errors import LedgerUnusable
from foundation.ledger import LEDGER_FILE, open_ledger
from foundation.tables import meta


def test_a_locked_ledger_says_so(ledger, state, monkeypatch):
    monkeypatch.setattr("foundation.ledger.BUSY_SECONDS", 0)
    other = open_ledger(state)
    with sqlite3.connect(state / LEDGER_FILE, isolation_level=None) as blocker:
        blocker.execute("BEGIN IMMEDIATE")

        with (
            pytest.raises(
                LedgerUnusable, match=f"账本被另一个程序占用：{state}.*。等 30 秒仍未放开；确认没有别的程序打开它再重试"
            ),
            other.change() as work,
        ):
            work.audit("a", "b")


def test_a_full_disk_is_named_and_nothing_is_half_done(ledger):
    with ledger.change() as work:
        pages = work.connection.exec_driver_sql("PRAGMA page_count").scalar_one()

    def filling():
        with ledger.change() as work:
            work.connection.exec_driver_sql(f"PRAGMA max_page_count={pages + 2}")
            work.connection.execute(insert(meta).values(name="big", value="x" * 200_000))

    with pytest.raises(LedgerUnusable, match="磁盘已满"):
        filling()

    with ledger.change() as work:
        work.connection.exec_driver_sql("PRAGMA max_page_count=1073741823")
        assert work.connection.execute(select(meta.c.value).where(meta.c.name == "big")).scalar() is None


def test_a_damaged_file_is_named(state):
    (state / LEDGER_FILE).write_bytes(b"this is no database" * 100)

    with pytest.raises(LedgerUnusable, match="已损坏"):
        open_ledger(state)


def test_a_missing_ledger_says_what_to_run(tmp_path):
    with pytest.raises(LedgerUnusable, match="先运行 huiyin apply"):
        open_ledger(tmp_path)


def test_a_new_ledger_and_its_folder_can_be_read_by_us_only(tmp_path):
    folder = tmp_path / "var"
    ledger = open_ledger(folder, create=True)
    with ledger.change() as work:
        work.audit("school.apply", "version 1")
        files = sorted(folder.iterdir())
        modes = {oct(file.stat().st_mode & 0o777) for file in files}
    ledger.close()

    assert [file.name.removeprefix(LEDGER_FILE) for file in files] == ["", "-shm", "-wal"]
    assert modes == {"0o600"}
    assert folder.stat().st_mode & 0o777 == 0o700
