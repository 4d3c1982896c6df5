"""A case's change, its audit row, clocks, facts and notices are one: whichever statement is the last, all or nothing.

And two real processes that act on one case at the same moment never both win. Both on SQLite and PostgreSQL.
"""

import os
import signal
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event, select

import huiyin.wiring  # noqa: F401  (declares the tables of all stages)
from alerts.notices import write_notices
from cases.act import perform
from cases.case import case_act, load_case
from foundation.audit import find_break
from foundation.errors import Refused
from foundation.ledger import open_ledger
from foundation.tables import audit, fact, metadata, outbox, timer
from tests.cases.test_act import WALK

CASE = "HY-2026-0001"
WON, REFUSED, BROKEN = 0, 3, 9
MOVED = {"confirm": {"case_file", "case_act", "audit", "fact", "outbox", "timer", "post"},
         "assign": {"case_file", "case_act", "audit", "fact", "outbox"}}  # fmt: skip


class PowerCut(Exception):
    """The process was ended here."""


def end(_reason: str) -> None:
    raise PowerCut


def kill(_reason: str) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class CutAt:
    """Ends the process before its n-th statement; `statements` says how many there were. The commit is the last."""

    def __init__(self, ledger: Any, number: int, deed: Callable[[str], None] = end) -> None:
        self.ledger, self.number, self.deed, self.statements = ledger, number, deed, 0
        self.hooks = (("before_cursor_execute", self._statement), ("commit", self._commit))

    def _statement(self, *_values: Any) -> None:
        self._count("statement")

    def _commit(self, _connection: Any) -> None:
        self._count("commit")

    def _count(self, what: str) -> None:
        self.statements += 1
        if self.statements == self.number:
            self.deed(what)

    def __enter__(self) -> "CutAt":
        for name, hook in self.hooks:
            event.listen(self.ledger.engine, name, hook)
        return self

    def __exit__(self, *_problem: object) -> None:
        for name, hook in self.hooks:
            event.remove(self.ledger.engine, name, hook)


def rows_of(ledger: Any) -> dict[str, list[tuple[Any, ...]]]:
    with ledger.read() as connection:
        return {
            name: [tuple(map(repr, row)) for row in connection.execute(select(table).order_by(*table.primary_key))]
            for name, table in metadata.tables.items()
            if name in MOVED["confirm"]
        }


def act_on(stage: Any, ledger: Any, number: int, version: int | None = None) -> None:
    act, by, inputs, _ = WALK[number]
    with ledger.change(by) as work:
        perform(work, stage.store, stage.school, CASE, act, by=by, version=version, **inputs)


@pytest.fixture
def world(stage: Any) -> Any:
    """An open case whose facts become notices."""
    stage.ledger.listen(write_notices(stage.school))
    stage.found("2026-11-23T09:00", 1)
    return stage


@pytest.mark.parametrize("number", [0, 1], ids=[act for act, *_ in WALK[:2]])
def test_an_act_that_breaks_off_anywhere_leaves_nothing(world: Any, number: int) -> None:
    for before in range(number):
        act_on(world, world.ledger, before)
    untouched, cut, at = rows_of(world.ledger), True, 0
    while cut:
        at += 1
        with CutAt(world.ledger, at) as counted:
            try:
                act_on(world, world.ledger, number)
                cut = False
            except PowerCut:
                assert rows_of(world.ledger) == untouched, f"statement {at}"

    done = rows_of(world.ledger)
    assert at == counted.statements + 1
    assert counted.statements > 10
    assert {name for name in done if done[name] != untouched[name]} >= MOVED[WALK[number][0]]
    assert [len(done[table.name]) - len(untouched[table.name]) for table in (audit, fact)] == [1, 1]
    assert len(done[outbox.name]) > len(untouched[outbox.name])


def test_opening_a_case_breaks_off_anywhere_and_leaves_nothing(stage: Any, hear_change: Any) -> None:
    stage.ledger.listen(write_notices(stage.school))
    stage.at("2026-11-23T09:00")
    stage.hear(1, 2)
    untouched, cut, at = rows_of(stage.ledger), True, 0
    while cut:
        at += 1
        with CutAt(stage.ledger, at):
            try:
                stage.open(hear_change(1, 2))
                cut = False
            except PowerCut:
                assert rows_of(stage.ledger) == untouched, f"statement {at}"

    done = rows_of(stage.ledger)
    changed = {name for name in done if done[name] != untouched[name]}
    assert {"case_file", "case_act", timer.name, audit.name, fact.name, outbox.name} <= changed


def in_child(deed: Callable[[], None]) -> int:
    """Run a deed in a real process of its own; return its id."""
    pid = os.fork()
    if pid == 0:
        code = BROKEN
        try:
            deed()
            code = WON
        except Refused:
            code = REFUSED
        finally:
            os._exit(code)
    return pid


def test_a_process_killed_before_any_statement_leaves_nothing(world: Any) -> None:
    """The same with kill -9, where no handler of ours can tidy up."""
    untouched, at, survived = rows_of(world.ledger), 0, False

    def act_until_killed() -> None:
        own = open_ledger()
        own.listen(write_notices(world.school))
        with CutAt(own, at, kill):
            act_on(world, own, 0)

    while not survived:
        at += 1
        _, status = os.waitpid(in_child(act_until_killed), 0)
        survived = os.WIFEXITED(status)
        if not survived:
            assert os.WTERMSIG(status) == signal.SIGKILL
            assert rows_of(world.ledger) == untouched, f"statement {at}"

    assert os.WEXITSTATUS(status) == WON
    assert at > 10
    assert len(rows_of(world.ledger)[audit.name]) == len(untouched[audit.name]) + 1


@pytest.mark.parametrize("seen", ["both saw the version", "neither said what it saw"])
def test_two_processes_on_one_case_never_both_win(world: Any, seen: str) -> None:
    with world.ledger.read() as connection:
        version = load_case(connection, CASE).version
    reading, writing = os.pipe()

    def act_at_once() -> None:
        own = open_ledger()
        os.close(writing)
        os.read(reading, 1)  # returns for both when the parent closes its end
        act_on(world, own, 0, version if seen == "both saw the version" else None)

    pids = [in_child(act_at_once) for _ in range(2)]
    os.close(reading)
    os.close(writing)
    codes = sorted(os.WEXITSTATUS(os.waitpid(pid, 0)[1]) for pid in pids)

    assert codes == [WON, REFUSED]
    with world.ledger.read() as connection:
        assert load_case(connection, CASE).version == version + 1
        acts = connection.execute(select(case_act.c.act).where(case_act.c.act == WALK[0][0])).all()
        assert len(acts) == 1
        assert find_break(connection) is None
