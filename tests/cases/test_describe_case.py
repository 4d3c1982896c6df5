"""Tests of a case as plain data."""

from datetime import datetime
from typing import Any

import pytest

from cases.case import load_case, timeline, timers_of
from cases.describe_case import describe_case, describe_timer, spoken_span, summarize_case
from cases.policy import load_policy
from foundation.clock import SCHOOL_ZONE


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SCHOOL_ZONE)


def described(stage: Any, case_no: str, now: str) -> dict[str, Any]:
    with stage.ledger.read() as connection:
        case = load_case(connection, case_no)
        rows, acts = timers_of(connection, [case_no]), timeline(connection, case_no)
    return describe_case(case, rows, acts, load_policy(stage.school), at(now))


def test_a_case_shows_its_earliest_running_clock(stage: Any) -> None:
    case = described(stage, stage.found("2026-09-30T16:00", 1), "2026-09-30T16:10")

    assert (case["due_at"], case["due_rule"], case["overdue"]) == ("2026-10-08T11:00:00+08:00", "triage", False)
    assert case["due_what"] == "研判"
    assert (case["level"], case["state"], case["legal_acts"][:2]) == ("一般", "研判", ["confirm", "dismiss"])


def test_a_case_is_overdue_when_a_running_clock_has_passed(stage: Any) -> None:
    case_no = stage.found("2026-09-30T16:00", 1)
    with stage.ledger.read() as connection:
        case, rows = load_case(connection, case_no), timers_of(connection, [case_no])

    assert summarize_case(case, rows, load_policy(stage.school), at("2026-10-08T18:00"))["overdue"]


def test_a_timer_says_what_is_left_and_how_it_was_counted(stage: Any) -> None:
    case_no = stage.found("2026-09-30T16:00", 1)
    with stage.ledger.read() as connection:
        row = next(row for row in timers_of(connection, [case_no]) if row.rule == "Z1.6.2-1b")
    timer = describe_timer(row, load_policy(stage.school), at("2026-10-10T16:30"))

    assert (timer["what"], timer["to"], timer["left_seconds"]) == ("处置并回应", ["承办部门"], 3600)
    assert timer["due_at"] == "2026-10-10T17:30:00+08:00"
    assert timer["days"][-1] == "10-10 调休上班 计第3日"


def test_triage_is_labelled_a_product_default(stage: Any) -> None:
    case = described(stage, stage.found("2026-11-23T09:00", 1), "2026-11-23T09:00")

    assert {timer["rule"]: timer["source"] for timer in case["timers"]}["triage"] == "产品默认"


def test_a_restricted_case_is_described_without_any_text(stage: Any) -> None:
    case = described(stage, stage.found("2026-11-23T09:00", 1, restricted=True), "2026-11-23T09:00")

    assert case["title"] == ""
    assert {"fact_note", "disposition", "response"}.isdisjoint(case)
    assert [act["data"] for act in case["timeline"]] == [{}]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (59, "还剩 0 分钟"),
        (3700, "还剩 1 小时 1 分钟"),
        (90000, "还剩 1 天 1 小时"),
        (-1800, "已逾期 30 分钟"),
    ],
)
def test_spans_are_spoken(seconds: int, words: str) -> None:
    assert spoken_span(seconds) == words
