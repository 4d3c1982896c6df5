"""Tests of `huiyin case merge`: joining two cases loses neither level nor clock, and gives nobody more time."""

import json
from typing import Any

import pytest
from sqlalchemy import select

from foundation.ledger import open_ledger
from foundation.tables import audit
from tests.huiyin.commands.test_case_course import CASE, GRAVE, Do, go


def test_a_graver_case_is_not_lost_in_a_lesser_one(open_one: Any, do: Do, seen: Any) -> None:
    """Z9b.5.4: what was confirmed as 重大 keeps its clocks, sources and tracker; the other way round is open."""
    open_one(1, 1)
    open_one(2, 2)
    assert do(GRAVE, "HY-2026-0002")[0] == 0
    clocks = seen()["timers"]
    code, said = do(f"merge --as gu_wenjing --into {CASE} --reason 同一件事", "HY-2026-0002")

    assert code == 1
    assert "等级高的不能并入等级低的案件" in said
    assert f"huiyin case merge {CASE} --into HY-2026-0002" in said
    assert seen()["timers"] == clocks
    go(do, "merge --as gu_wenjing --into HY-2026-0002 --reason 同一件事")
    whole = json.loads(do("show --json", "HY-2026-0002")[1])
    assert (whole["level"], whole["provisional"], seen()["state"]) == ("重大", False, "归档")


def test_an_older_case_brings_its_due_time_into_the_newer_one(
    open_one: Any, do: Do, seen: Any, case_clock: Any
) -> None:
    """C19, C17: no joining gives more time; the response counts from the first discovery, whichever case had it."""
    open_one(1, 1)
    due = {clock["rule"]: clock["due_at"] for clock in seen()["timers"]}["Z1.6.2-1b"]
    case_clock.write_text("2026-10-09T09:00:00+08:00")
    open_one(2, 1)
    go(do, "limit --as gu_wenjing --due-at 2026-10-10T12:00 --reason 市里转办")
    go(do, "merge --as gu_wenjing --into HY-2026-0002 --reason 同一件事")
    newer = json.loads(do("show --json", "HY-2026-0002")[1])

    running = {clock["rule"]: clock["due_at"] for clock in newer["timers"] if clock["state"] == "open"}
    assert (due, running["Z1.6.2-1b"]) == ("2026-10-10T17:30:00+08:00", "2026-10-10T12:00:00+08:00")
    assert (newer["discovered_at"], newer["timeline"][-1]["act"]) == ("2026-09-30T16:00:00+08:00", "absorb")
    with open_ledger().read() as connection:
        row = connection.execute(select(audit.c.details).where(audit.c.act == "case.absorb")).scalar_one()
    assert "Z1.6.2-1b" in json.loads(row)["started"]


@pytest.mark.parametrize("enabled", ["z1-school, z9a-message-board"])
def test_a_letter_is_not_merged_into_a_case_that_owes_no_answer_to_letters(open_one: Any, do: Do, seen: Any) -> None:
    open_one(1, 1)
    open_one(2, 1, site_kind="message_board", published_at="2026-09-30T15:00:00+08:00")
    code, said = do(f"merge --as gu_wenjing --into {CASE} --reason 同一件事", "HY-2026-0002")

    assert code == 1
    assert "没有案件再计这些时限" in said
    assert "Z9a.3.5" in said
    go(do, "merge --as gu_wenjing --into HY-2026-0002 --reason 同一件事")
