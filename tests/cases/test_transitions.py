"""Tests of the table of acts."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from cases.act_words import INPUTS
from cases.case import Case
from cases.check_inputs import HELD
from cases.transitions import (
    CLOSED,
    OPEN,
    STATES,
    TITLES,
    TRANSITIONS,
    find_transition,
    legal_acts,
    legal_words,
    roles_for,
)

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
EVERYWHERE = {  # legal in every open state, whatever else is
    "acknowledge", "mark", "report", "special_report", "advise", "merge", "set_confidential", "fill",
    "limit",
}  # fmt: skip
ONCE_CONFIRMED = {"extend", "justify", "clarify", "inform", "sign_circular"}
GRADED = {*ONCE_CONFIRMED, "grade"}
HANDLED = {*GRADED, "follow_up"}


def case(state: str, *, provisional: bool = False, restricted: bool = False) -> Case:
    return Case(
        "HY-2026-0001", 1, "", state, 1, 1, "", provisional, restricted, False, False, "office", [], NOW, None, NOW,
        None, None, None, None, None, None, None, "", "", "", "", 0, 1,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("state", "provisional", "acts"),
    [
        ("研判", True, {"confirm", "dismiss"}),
        ("交办", False, {"assign", "handling_opinion", "split"} | GRADED),
        ("承办", False, {"handling_opinion", "hand_back", "transfer", "finish_task", "resolve", "reply", "urge",
                       "supervise", "split"} | HANDLED),
        ("承办", True, {"confirm", "handling_opinion", "hand_back", "transfer", "finish_task", "resolve", "reply",
                      "urge", "supervise", "split", "follow_up"} | ONCE_CONFIRMED),
        ("回复", False, {"resolve", "reply", "sign_off", "return", "urge", "supervise"} | HANDLED),
        ("审定", False, {"resolve", "edit", "approve", "return", "publish", "urge", "supervise"} | HANDLED),
        ("反馈", False, {"track", "close", "propose_referral", "refer"} | HANDLED),
        ("跟踪", False, {"track", "close", "propose_referral", "refer"} | HANDLED),
    ],
)  # fmt: skip
def test_each_open_state_has_its_legal_acts(state: str, provisional: bool, acts: set[str]) -> None:
    assert set(legal_acts(case(state, provisional=provisional))) == acts | EVERYWHERE


@pytest.mark.parametrize(
    ("state", "acts"),
    [
        ("归档", {"review", "circulate", "reopen"}),
        ("总结评估", {"circulate", "reopen"}),
        ("通报", {"receipt", "reopen"}),
    ],
)
def test_a_closed_case_can_only_be_looked_back_on_or_reopened(state: str, acts: set[str]) -> None:
    assert set(legal_acts(case(state))) == acts | {"set_confidential"}
    assert not case(state).is_open


def test_a_confirmed_case_is_not_confirmed_again() -> None:
    assert find_transition(case("交办"), "confirm") is None


def test_only_an_appeal_of_the_lowest_level_is_answered_at_once() -> None:
    appeal = replace(case("交办"), nature="诉求")

    assert "answer" in legal_acts(appeal)
    assert "answer" not in legal_acts(replace(appeal, level_code=2))
    assert "answer" not in legal_acts(case("交办"))


def test_the_table_knows_only_its_own_words() -> None:
    assert set(OPEN) | set(CLOSED) == set(STATES)
    for line in TRANSITIONS:
        assert set(line.sources) <= set(STATES)
        assert line.to in (*STATES, "")
        assert set(line.inputs) <= set(INPUTS)
        assert set(line.has) <= {*INPUTS, *HELD}
        assert line.stamps in ("", *Case.__dataclass_fields__)


def test_every_state_is_reached_and_every_open_one_can_be_left() -> None:
    reached = {line.to for line in TRANSITIONS} | {"研判"}
    left = {state for line in TRANSITIONS if line.to for state in line.sources}

    assert reached >= set(STATES)
    assert left >= set(OPEN)


def test_no_act_deletes_a_case_or_stops_a_clock_silently() -> None:
    assert not {"delete", "pause", "suspend", "stop"} & set(TITLES)


def test_only_a_restricted_case_can_be_told_to_a_department() -> None:
    assert "tell" in legal_acts(case("承办", restricted=True))
    assert "tell" not in legal_acts(case("承办"))
    assert "tell" not in legal_acts(case("归档", restricted=True))


def test_on_a_restricted_case_every_act_is_the_counsellors() -> None:
    assert {roles_for(line, case("研判", restricted=True)) for line in TRANSITIONS} == {("counsellor",)}


def test_the_legal_acts_are_spoken() -> None:
    assert legal_words(case("研判", provisional=True)).startswith(
        "确认（confirm）、不立案（dismiss）、签收（acknowledge）"
    )
