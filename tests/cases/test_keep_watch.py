"""Tests of what the tick looks after: all of it in one call, and nothing twice."""

from sqlalchemy import func, select

from cases.keep_watch import keep_watch
from foundation.tables import fact
from tests.cases.conftest import Stage


def told_by_now(stage: Stage) -> dict[str, int]:
    with stage.ledger.change() as work:
        keep_watch(work, stage.school)
    with stage.ledger.read() as connection:
        rows = connection.execute(select(fact.c.kind, func.count()).group_by(fact.c.kind))
        return {str(kind): int(count) for kind, count in rows}


def test_everything_that_is_due_is_told_once(stage: Stage) -> None:
    stage.at("2026-11-23T20:00")
    first = told_by_now(stage)

    assert first["duty.due"] >= 1
    assert told_by_now(stage) == first
