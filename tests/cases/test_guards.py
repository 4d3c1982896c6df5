"""Tests of guards as functions; that acts ask them is shown in tests/huiyin/commands/test_case_guards.py."""

from cases.guards import GUARDS, text_hash
from cases.transitions import TITLES


def test_guards_are_asked_by_acts_that_exist() -> None:
    assert set(GUARDS) <= set(TITLES)


def test_an_approval_pins_the_text() -> None:
    assert text_hash("已道歉") == text_hash("已道歉") != text_hash("已道歉。")
