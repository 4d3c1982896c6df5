"""Tests of timers in the ledger."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from cases.act import perform
from cases.case import load_case, timers_of
from cases.policy import load_policy
from cases.set_timers import derive_timers, move_timers, open_timers, stop_timers, wake_timers
from foundation.clock import SCHOOL_ZONE
from foundation.tables import instant_text


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
        case = replace(load_case(work.connection, case_no), disposition="已处置", published_at=work.at)
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
        assert stop_timers(work, replace(case, disposition="已处置", response="已回应")) == []
        assert stop_timers(work, replace(case, disposition="已处置", published_at=work.at)) == ["Z1.6.2-1b"]


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


def do(stage: Any, act: str, by: str, **inputs: Any) -> None:
    with stage.ledger.change(by) as work:
        perform(work, stage.store, stage.school, "HY-2026-0001", act, by=by, **inputs)


def assigned(stage: Any, level: str = "一般") -> None:
    stage.found("2026-11-23T09:00", 1)
    verdict = {"level": level, "opinion": "属实，应当答复", "evidence": "http://bbs.yunlu.example/thread-1.html"}
    do(stage, "confirm", "tang_ruolan", **verdict)
    do(stage, "assign", "gu_wenjing", lead="safety", opinion="请三日内答复")


def receipts(stage: Any) -> list[Any]:
    with stage.ledger.read() as connection:
        return [row for row in timers_of(connection, ["HY-2026-0001"]) if row.rule == "receipt"]


def test_an_assigned_case_waits_two_hours_for_each_of_department_deputy_and_office(stage: Any) -> None:
    assigned(stage)

    [row] = receipts(stage)
    assert [(step["at"], step["to"]) for step in row.ladder] == [
        (instant_text(at("2026-11-23T11:00")), ["dept"]),
        (instant_text(at("2026-11-23T13:00")), ["deputy"]),
        (instant_text(at("2026-11-23T15:00")), ["office"]),
    ]
    assert (row.state, row.due_at) == ("open", at("2026-11-23T15:00"))


def test_a_receipt_ends_the_wait(stage: Any) -> None:
    assigned(stage)
    stage.at("2026-11-23T09:30")
    do(stage, "acknowledge", "bai_shouping")

    assert [row.state for row in receipts(stage)] == ["satisfied"]


def test_the_next_department_is_waited_for_anew(stage: Any) -> None:
    assigned(stage)
    stage.at("2026-11-23T10:00")
    do(stage, "transfer", "gu_wenjing", lead="students", reason="属学生工作")

    assert [(row.state, row.anchor_at) for row in receipts(stage)] == [
        ("cancelled", at("2026-11-23T09:00")),
        ("open", at("2026-11-23T10:00")),
    ]


def test_a_case_that_leaves_the_department_waits_for_no_receipt(stage: Any) -> None:
    assigned(stage)
    do(stage, "hand_back", "bai_shouping", reason="不属本部门")

    assert "open" not in [row.state for row in receipts(stage)]
