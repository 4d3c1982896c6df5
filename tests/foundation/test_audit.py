"""Tests of the audit chain: changes are refused; whoever gets around that is found at the first bad row."""

import json

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from foundation.audit import (
    Break,
    Entry,
    Head,
    append_entries,
    count_rows,
    find_break,
    hash_entry,
    make_entry,
    read_head,
)
from foundation.tables import audit


@pytest.fixture
def chain(ledger):
    for number in range(1, 6):
        with ledger.change("lin") as work:
            work.audit("case.act", f"HY-{number}", level=number)
    return ledger


def head_of(ledger) -> Head:
    with ledger.read() as connection:
        return read_head(connection)


def tamper(ledger, *statements: str) -> None:
    """Do what someone with the file and a SQL tool could do."""
    with ledger.change() as work:
        if work.connection.dialect.name == "postgresql":
            work.connection.execute(text("ALTER TABLE audit DISABLE TRIGGER ALL"))
        else:
            for trigger in ("audit_no_update", "audit_no_delete"):
                work.connection.execute(text(f"DROP TRIGGER IF EXISTS {trigger}"))
        for statement in statements:
            work.connection.execute(text(statement))
        if work.connection.dialect.name == "postgresql":  # the next test has the same tables
            work.connection.execute(text("ALTER TABLE audit ENABLE TRIGGER ALL"))


def broken(ledger, *anchors: Head) -> Break | None:
    with ledger.read() as connection:
        return find_break(connection, anchors)


def test_an_untouched_chain_is_whole_and_fits_its_anchors(chain):
    assert broken(chain, head_of(chain)) is None
    with chain.read() as connection:
        assert count_rows(connection) == 5


@pytest.mark.parametrize(
    "statement", ["UPDATE audit SET actor = 'wang'", "DELETE FROM audit WHERE seq = 5", "DELETE FROM audit"]
)
def test_the_database_refuses_to_change_audit_rows(chain, statement):
    with pytest.raises(DBAPIError, match="append-only"), chain.change() as work:
        work.connection.execute(text(statement))

    assert broken(chain, head_of(chain)) is None


@pytest.mark.parametrize("column", ["at", "actor", "act", "subject", "details", "previous_hash", "hash"])
def test_one_changed_byte_of_any_column_is_found(chain, column):
    with chain.read() as connection:
        last = str(connection.execute(text(f"SELECT {column} FROM audit WHERE seq = 3")).scalar())[-1]
    other = "1" if last != "1" else "2"
    if column == "details":  # keep it JSON: {"level":3}
        tamper(chain, "UPDATE audit SET details = replace(details, '3', '4') WHERE seq = 3")
    elif column == "at":
        tamper(chain, "UPDATE audit SET at = replace(at, '+00:00', '+00:01') WHERE seq = 3")
    else:
        tamper(
            chain, f"UPDATE audit SET {column} = substr({column}, 1, length({column}) - 1) || '{other}' WHERE seq = 3"
        )

    assert broken(chain) == Break(3, "edited")


@pytest.mark.parametrize("seq", [1, 2, 4])
def test_a_removed_row_is_named(chain, seq):
    tamper(chain, f"DELETE FROM audit WHERE seq = {seq}")

    assert broken(chain) == Break(seq, "missing")


def test_a_cut_tail_is_whole_in_itself_and_found_by_the_anchor(chain):
    anchor = head_of(chain)
    tamper(chain, "DELETE FROM audit WHERE seq > 3")

    assert broken(chain) is None
    assert broken(chain, anchor) == Break(4, "cut")


def test_a_tail_that_was_written_anew_is_found_after_the_last_fitting_anchor(chain):
    with chain.read() as connection:
        second = Head(2, connection.execute(select(audit.c.hash).where(audit.c.seq == 2)).scalar_one())
    anchors = (second, head_of(chain))
    tamper(chain, "DELETE FROM audit WHERE seq > 2")
    for number in range(3, 7):
        with chain.change("wang") as work:
            work.audit("case.act", f"HY-{number}", level=9)

    assert broken(chain) is None
    assert broken(chain, *anchors) == Break(3, "replaced")


def test_a_row_changed_together_with_its_own_hash_breaks_at_the_next(chain):
    with chain.read() as connection:
        row = connection.execute(select(audit).where(audit.c.seq == 2)).one()
    details = json.dumps({"level": 9})
    forged = hash_entry(row.previous_hash, Entry(row.at, row.actor, row.act, row.subject, details))
    tamper(chain, f"UPDATE audit SET details = '{details}', hash = '{forged}' WHERE seq = 2")

    assert broken(chain) == Break(3, "edited")


def test_rows_added_together_chain_like_rows_added_one_by_one(ledger):
    with ledger.change("tang_ruolan") as work:
        work.audit("case.open", "HY-2026-0001")
        work.audit_all(("case.due_moved", f"HY-2026-000{number}", {"timer_id": number}) for number in (1, 2, 3))

    with ledger.read() as connection:
        entry = make_entry(work.at, "tang_ruolan", "case.due_moved", "HY-2026-0003", {"timer_id": 3})
        last = connection.execute(select(audit).order_by(audit.c.seq.desc()).limit(1)).one()

        assert find_break(connection) is None
        assert last.hash == hash_entry(last.previous_hash, entry)
        assert last.seq == 4


def test_nothing_added_changes_nothing(ledger):
    with ledger.change() as work:
        append_entries(work.connection, [])

    with ledger.read() as connection:
        assert read_head(connection).seq == 0
