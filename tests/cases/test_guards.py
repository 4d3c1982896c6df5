"""Tests of guards as functions; that acts ask them is shown in tests/huiyin/commands/test_case_guards.py."""

from cases.guards import GUARDS
from cases.transitions import TITLES


def test_guards_are_asked_by_acts_that_exist() -> None:
    assert set(GUARDS) <= set(TITLES)
