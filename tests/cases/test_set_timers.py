"""Tests of timers in the ledger."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from cases.case import load_case, timers_of
from cases.policy import load_policy
from cases.set_timers import derive_timers, move_timers, open_timers, stop_timers, wake_timers
from foundation.clock import SCHOOL_ZONE


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SCHOOL_ZONE)


def test_a_timer_stores_its_anchor_versions_ladder_and_explanation(stage: Any) -> None:
    case_no = stage.found("2026-09-30T16:00", 1)

    with stage.ledger.read() as connection:
        row = next(row for row in timers_of(connection, [case_no]) if row.rule == "Z1.6.2-1b")
    assert row.anchor_at == at("2026-09-30T16:00")
    assert (row.done_by, row.addressees, row.state) == ("responded", ["dept"], "open")
    assert (row.policy_version, row.steps_taken, row.provisional) == ("1", {}, 0)
    assert row.calendar_version.startswith("cn-2026+2026-11-")
    assert row.next_step_at == datetime.fromisoformat(row.ladder[0]["at"])
    assert row.explanation[-1] == "10-10 调休上班 计第3日"


def test_deriving_twice_changes_nothing(stage: Any) -> None:
    case_no = stage.found("2026-11-23T09:00", 2)
    with stage.ledger.change() as work:
        case = load_case(work.connection, case_no)
        before = timers_of(work.connection, [case_no])

        assert derive_timers(work, case, load_policy(stage.school)) == []
        assert timers_of(work.connection, [case_no]) == before


def test_a_satisfied_timer_is_never_rewritten(stage: Any) -> None:
    case_no = stage.found("2026-11-23T09:00", 1)
    policy = load_policy(stage.school)
    with stage.ledger.change() as work:
        case = replace(load_case(work.connection, case_no), disposition="已处置", response="已回应")
        stop_timers(work, case)
        satisfied = [row for row in timers_of(work.connection, [case_no]) if row.state == "satisfied"]
        derive_timers(work, replace(case, level_code=2), policy)
        derive_timers(work, case, policy)

        after = timers_of(work.connection, [case_no])
        assert [row for row in after if row.state == "satisfied"] == satisfied
        assert [row.rule for row in after if row.state == "open" and row.done_by == "responded"] == []


def test_a_response_needs_both_parts(stage: Any) -> None:
    case_no = stage.found("2026-11-23T09:00", 1)
    with stage.ledger.change() as work:
        case = load_case(work.connection, case_no)

        assert stop_timers(work, replace(case, disposition="已处置")) == []
        assert stop_timers(work, replace(case, response="已回应")) == []
        assert stop_timers(work, replace(case, disposition="已处置", response="已回应")) == ["Z1.6.2-1b"]


def test_cancelled_timers_have_no_next_step(stage: Any) -> None:
    case_no = stage.found("2026-11-23T09:00", 1)
    with stage.ledger.change() as work:
        before = load_case(work.connection, case_no)
        moved = move_timers(work, before, replace(before, state="归档", outcome="误报"), load_policy(stage.school))

        assert sorted(moved["cancelled"]) == ["Z1.6.2-1a", "Z1.6.2-1b", "triage"]
        assert open_timers(work, case_no) == []
        assert [row.next_step_at for row in timers_of(work.connection, [case_no])] == [None] * 3


def test_waking_begins_the_ladders_of_a_case_found_too_late(stage: Any) -> None:
    case_no = stage.found("2026-11-23T09:00", 1, published_at=at("2026-11-02T09:00"))
    with stage.ledger.change() as work:
        wake_timers(work, case_no)

        assert all(row.next_step_at for row in open_timers(work, case_no))
