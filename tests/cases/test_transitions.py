"""Tests of the table of acts."""

from datetime import UTC, datetime

import pytest

from cases.case import Case
from cases.transitions import INPUTS, STATES, TITLES, TRANSITIONS, find_transition, legal_acts, roles_for

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def case(state: str, *, provisional: bool = False, restricted: bool = False) -> Case:
    return Case(
        "HY-2026-0001", 1, "", state, 1, 1, "", provisional, restricted, False, False, "office", [], NOW, None, NOW,
        None, None, None, None, None, None, None, "", "", "", "", 0, 1,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("state", "provisional", "acts"),
    [
        ("研判", True, ["confirm", "dismiss", "acknowledge"]),
        ("交办", False, ["assign", "acknowledge"]),
        ("承办", False, ["acknowledge", "reply"]),
        ("承办", True, ["confirm", "acknowledge", "reply"]),
        ("回复", False, ["acknowledge", "reply", "publish", "close"]),
        ("反馈", False, ["acknowledge", "close"]),
        ("归档", False, []),
    ],
)
def test_each_state_has_its_legal_acts(state: str, provisional: bool, acts: list[str]) -> None:
    assert legal_acts(case(state, provisional=provisional)) == acts


def test_a_confirmed_case_is_not_confirmed_again() -> None:
    assert find_transition(case("交办"), "confirm") is None


def test_the_table_knows_only_its_own_words() -> None:
    for line in TRANSITIONS:
        assert set(line.sources) <= set(STATES)
        assert line.to in (*STATES, "")
        assert set(line.inputs) | set(line.has) <= set(INPUTS)
    assert list(TITLES) == ["confirm", "dismiss", "assign", "acknowledge", "reply", "publish", "close", "tell"]


def test_only_a_restricted_case_can_be_told_to_a_department() -> None:
    assert "tell" in legal_acts(case("承办", restricted=True))
    assert "tell" not in legal_acts(case("承办"))
    assert "tell" not in legal_acts(case("归档", restricted=True))


def test_on_a_restricted_case_every_act_is_the_counsellors() -> None:
    assert {roles_for(line, case("研判", restricted=True)) for line in TRANSITIONS} == {("counsellor",)}
