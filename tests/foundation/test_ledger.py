"""Tests of the unit of work: all or nothing, facts with their notices; on both databases."""

import pytest
from sqlalchemy import func, insert, select

from foundation.errors import LedgerUnusable
from foundation.ledger import open_ledger
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
