"""Tests of bringing an older ledger up: a copy first, all or nothing, and nobody works on one of another revision."""

import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import inspect

from foundation.audit import count_rows
from foundation.errors import LedgerUnusable
from foundation.ledger import LEDGER_FILE, open_ledger
from foundation.revision import BEFORE_ALL, head_revision, read_revision
from huiyin import upgrade_ledger as subject
from huiyin.upgrade_ledger import bring_up, drop_copies, upgrade_to
from tests.huiyin.old_ledger import make_old_ledger


def test_a_new_ledger_has_the_programs_revision_and_nothing_to_upgrade(ledger):
    with ledger.read() as connection:
        assert read_revision(connection) == head_revision()

    assert bring_up("lin") is None


def test_without_a_ledger_there_is_nothing_to_upgrade(state):
    assert bring_up("lin") is None


def test_an_older_ledger_is_refused_until_it_is_upgraded(state):
    make_old_ledger(state)

    with pytest.raises(LedgerUnusable, match=r"账本是旧版程序建的.*huiyin ledger upgrade"):
        open_ledger()
    with pytest.raises(LedgerUnusable, match="账本是旧版程序建的"):
        open_ledger(create=True)

    done = bring_up("lin")
    open_ledger().close()
    assert (done.before, done.after) == (BEFORE_ALL, head_revision())


def test_the_copy_holds_the_old_ledger_and_only_we_read_it(state):
    make_old_ledger(state)
    done = bring_up("lin")

    assert done.copy.stat().st_mode & 0o777 == 0o600
    with closing(sqlite3.connect(done.copy)) as copy:
        tables = {row[0] for row in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        assert copy.execute("SELECT count(*) FROM audit").fetchone() == (3,)
    assert "source_round" in tables
    assert "alembic_version" not in tables


def test_an_upgrade_that_fails_leaves_the_ledger_as_it_was(state, monkeypatch):
    place = make_old_ledger(state)

    def failing(connection, revision):
        upgrade_to(connection, revision)
        if revision == "head":
            raise RuntimeError("power cut")

    monkeypatch.setattr(subject, "upgrade_to", failing)
    with pytest.raises(RuntimeError):
        bring_up("lin")

    with closing(sqlite3.connect(place)) as after:
        assert after.execute("SELECT count(*) FROM audit").fetchone() == (3,)
        assert after.execute("SELECT author FROM silence").fetchone() == ("lin",)
        assert not after.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchall()


def test_a_ledger_of_a_newer_program_is_refused(ledger, state):
    with ledger.change() as work:
        work.connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
        rows = count_rows(work.connection)

    for opening in (open_ledger, lambda: bring_up("lin")):
        with pytest.raises(LedgerUnusable, match=r"更新的程序.*9999"):
            opening()
    with ledger.read() as connection:
        assert count_rows(connection) == rows


def test_copies_are_deleted_after_a_week_and_all_at_once_when_a_text_must_go(state):
    old = state / f"{LEDGER_FILE}.before-0001-20200101T000000"
    old.touch()
    make_old_ledger(state)
    copy = bring_up("lin").copy

    assert drop_copies(state) == 1
    assert (old.exists(), copy.exists()) == (False, True)
    assert drop_copies(state, days=0) == 1
    assert list(state.glob("*.before-*")) == []


def test_every_table_is_there_after_an_upgrade(state):
    make_old_ledger(state)
    bring_up("lin")
    ledger = open_ledger()
    with ledger.read() as connection:
        assert {"alert", "patrol", "opt_out", "index_waiting"} <= set(inspect(connection).get_table_names())
    ledger.close()
