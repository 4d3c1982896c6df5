"""Tests of the ledger on PostgreSQL: one writer, one state to read, 0 and 1, and clear words when it cannot be used."""

import pytest
from sqlalchemy import insert, select, text

from foundation.audit import find_break
from foundation.errors import LedgerUnusable, Stop
from foundation.ledger import LEDGER_VARIABLE, open_ledger, read_address
from foundation.tables import fact, meta


@pytest.fixture
def database() -> str:
    return "postgresql"


def test_the_address_is_told_without_its_password(monkeypatch, ledger):
    assert ledger.place.startswith("postgresql://tester@127.0.0.1:")
    assert "***" in repr(read_address("postgresql://lin:secret@db.yunlu.example/huiyin"))


@pytest.mark.parametrize("address", ["mysql://x/y", "postgresql://host", "sqlite:///x", "huiyin", "postgresql://h:x/y"])
def test_an_address_that_is_none_is_refused(address):
    with pytest.raises(Stop, match="账本地址"):
        read_address(address)


def test_a_server_that_does_not_answer_is_named(state, monkeypatch):
    monkeypatch.setenv(LEDGER_VARIABLE, "postgresql://tester@127.0.0.1:9/huiyin")

    with pytest.raises(LedgerUnusable, match="连不上账本数据库"):
        open_ledger()


def test_a_database_that_is_not_there_is_named_with_the_words_to_make_it(ledger, monkeypatch):
    address = ledger.engine.url.set(drivername="postgresql", database="huiyin_test_none")
    monkeypatch.setenv(LEDGER_VARIABLE, address.render_as_string(hide_password=False))

    with pytest.raises(LedgerUnusable, match=r"没有这个账本数据库.*CREATE DATABASE"):
        open_ledger()


def test_an_empty_database_says_what_to_run(state, postgres_databases, monkeypatch):
    monkeypatch.setenv(LEDGER_VARIABLE, postgres_databases(with_tables=False))

    with pytest.raises(LedgerUnusable, match="先运行 huiyin apply"):
        open_ledger()


def test_a_writer_waits_for_the_other_and_says_so_when_it_takes_too_long(ledger, monkeypatch):
    monkeypatch.setattr("foundation.ledger.BUSY_SECONDS", 0.001)
    other = open_ledger()
    with ledger.change() as work:
        work.audit("first", "writer")

        with pytest.raises(LedgerUnusable, match="账本被另一个程序占用"), other.change() as second:
            second.audit("second", "writer")

    with other.change() as second:
        second.audit("second", "writer")
    with ledger.read() as connection:
        assert find_break(connection) is None
    other.close()


def test_a_reader_sees_one_state_and_cannot_write(ledger):
    with ledger.read() as connection:
        assert connection.execute(select(fact)).all() == []
        with ledger.change() as work:
            work.tell("case.opened", "HY-1")
        assert connection.execute(select(fact)).all() == []

        with pytest.raises(Exception, match="read-only"):
            connection.execute(insert(meta).values(name="a", value="b"))


def test_hand_written_sql_is_the_same_as_on_sqlite(ledger):
    with ledger.change() as work:
        asked = "SELECT value FROM meta WHERE name = ? AND value LIKE 're%'"
        assert work.connection.exec_driver_sql(asked, ("clock",)).scalar() == "real"
        given = work.connection.exec_driver_sql("SELECT CAST(? AS smallint)", (True,))
        assert given.scalar() == 1


def test_an_error_never_quotes_the_row(ledger):
    with pytest.raises(Exception, match="null value") as told, ledger.change() as work:
        work.connection.execute(text("INSERT INTO meta (name, value) VALUES (:name, NULL)"), {"name": "宿舍三楼的小雨"})

    assert "小雨" not in str(told.value)
    assert "小雨" not in str(told.value.orig)


def test_a_database_that_sorts_by_a_language_is_refused(state, ledger, monkeypatch):
    from foundation import on_postgres

    monkeypatch.setattr(on_postgres, "SORTS_BY_CODE_POINT", ("C.UTF-8",))

    with pytest.raises(LedgerUnusable, match=r"排序规则不对.*LOCALE 'C'"):
        open_ledger(create=True)
