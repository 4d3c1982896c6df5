"""Tests of the columns that acts set."""

from dataclasses import replace
from typing import Any

import pytest

from cases.act_values import SETTERS, values_of_act
from cases.case import CASE_FIELDS, Case, load_case
from cases.deed import Deed
from cases.policy import load_policy
from cases.transitions import TITLES, TRANSITIONS


@pytest.fixture
def case(stage: Any) -> Case:
    case_no = stage.found("2026-11-23T09:00", 1)
    with stage.ledger.read() as connection:
        return load_case(connection, case_no)


def values(stage: Any, case: Case, act: str, **written: Any) -> dict[str, Any]:
    line = next(line for line in TRANSITIONS if line.act == act)
    now = stage.at("2026-11-24T09:00")
    deed = Deed(
        stage.school, load_policy(stage.school), case, line, "qin_weiguo", frozenset({"dept"}), written, [], now
    )
    return values_of_act(deed, now)


def test_setters_are_of_acts_that_exist() -> None:
    assert set(SETTERS) <= set(TITLES)


def test_every_value_is_a_column(stage: Any, case: Case) -> None:
    found = values(stage, case, "reopen", reason="再次反映")

    assert set(found) <= set(CASE_FIELDS)
    assert (found["discovered_at"], found["posted_at"], found["assigned_at"]) == (
        stage.at("2026-11-24T09:00"),
        None,
        None,
    )


def test_a_new_round_keeps_what_was_found_out_and_not_what_was_granted(stage: Any, case: Case) -> None:
    limited = replace(case, external_due_at=stage.at("2026-11-24T12:00"), marks=["sudden", "explained"])
    found = values(stage, limited, "reopen", reason="再次反映")

    assert (found["external_due_at"], found["marks"]) == (None, ["sudden"])


def test_who_writes_the_response_is_noted_and_the_signature_falls(stage: Any, case: Case) -> None:
    found = values(stage, case, "reply", fact_note="核实", disposition="处置", response="回应")

    assert found["response_by"] == "qin_weiguo"
    assert (found["signed_at"], found["approved_hash"]) == (None, "")


def test_the_first_assignment_is_kept_when_a_case_comes_back(stage: Any, case: Case) -> None:
    first = stage.at("2026-11-23T10:00")

    assert values(stage, replace(case, assigned_at=first), "assign", lead="students")["assigned_at"] == first
    assert values(stage, case, "assign", lead="students")["assigned_at"] == stage.at("2026-11-24T09:00")


def test_marks_are_kept_once(stage: Any, case: Case) -> None:
    marked = replace(case, marks=["sudden"])

    assert values(stage, marked, "mark", mark="sudden")["marks"] == ["sudden"]
    assert values(stage, marked, "justify", reason="等检测结果")["marks"] == ["sudden", "explained"]


def test_own_fields_are_filled_one_by_one(stage: Any, case: Case) -> None:
    found = values(stage, replace(case, own_fields={"班级": "一班"}), "fill", field="校区 = 北校区")

    assert found["own_fields"] == {"班级": "一班", "校区": "北校区"}
