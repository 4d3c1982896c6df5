"""Tests of the unit of work: all or nothing, facts with their notices, clear words for a locked or full ledger."""

import sqlite3

import pytest
from sqlalchemy import func, insert, select

from foundation.errors import LedgerUnusable
from foundation.ledger import LEDGER_FILE, open_ledger
from foundation.tables import audit, fact, meta


def count(ledger, table) -> int:
    with ledger.read() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def test_a_change_its_audit_row_and_its_facts_commit_together(ledger):
    with ledger.change("lin") as work:
        work.audit("case.confirm", "HY-1", level=2)
        work.tell("case.confirmed", "HY-1", level_code=2)

    assert (count(ledger, audit), count(ledger, fact)) == (1, 1)


def test_a_failing_change_leaves_nothing_behind(ledger):
    def failing():
        with ledger.change("lin") as work:
            work.audit("case.confirm", "HY-1")
            work.tell("case.confirmed", "HY-1")
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        failing()

    assert (count(ledger, audit), count(ledger, fact)) == (0, 0)


def test_what_follows_from_facts_is_part_of_the_same_transaction(ledger):
    def listener(work, facts):
        work.connection.execute(insert(meta).values(name="seen", value=str(len(facts))))
        raise RuntimeError("notice broke")

    ledger.listen(listener)

    def telling():
        with ledger.change() as work:
            work.tell("case.opened", "HY-1")

    with pytest.raises(RuntimeError):
        telling()

    assert count(ledger, fact) == 0


def test_no_facts_no_listener(ledger):
    heard = []
    ledger.listen(lambda _work, facts: heard.append(facts))

    with ledger.change() as work:
        work.audit("nothing", "told")

    assert heard == []


def test_a_virtual_clock_cannot_drive_a_real_ledger(ledger, state, tmp_path, monkeypatch):
    file = tmp_path / "clock"
    file.write_text("2026-10-01T00:00:00+00:00")
    monkeypatch.setenv("HUIYIN_CLOCK", str(file))

    with pytest.raises(LedgerUnusable, match="账本与时钟不符"):
        open_ledger(state)


def test_a_locked_ledger_says_so(ledger, state, monkeypatch):
    monkeypatch.setattr("foundation.ledger.BUSY_SECONDS", 0)
    other = open_ledger(state)
    with sqlite3.connect(state / LEDGER_FILE, isolation_level=None) as blocker:
        blocker.execute("BEGIN IMMEDIATE")

        with pytest.raises(LedgerUnusable, match="账本被另一个程序占用"), other.change() as work:
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
