"""Tests of the printed case. All of it by the command line: tests/huiyin/commands/test_case.py."""

import pytest

from huiyin.print_case import level_words, minutes


@pytest.mark.parametrize(
    ("instant", "said"), [("2026-10-08T17:30:59+08:00", "2026-10-08 17:30"), (None, "—"), ("", "—")]
)
def test_instants_are_read_to_the_minute(instant, said):
    assert minutes(instant) == said


def test_a_suggested_level_says_so():
    assert level_words({"level": "重大", "provisional": True}) == "重大（待确认）"
    assert level_words({"level": "重大", "provisional": False}) == "重大"
