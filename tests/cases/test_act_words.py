"""Tests of the closed lists: each choice is said in the text that people read."""

import pytest

from cases.act_words import ADOPTIONS, CAUSES, CHECKLIST, DISMISSALS, INPUTS, RESPONSE_MODES


@pytest.mark.parametrize(
    ("name", "choices"),
    [
        ("verdict", DISMISSALS),
        ("cause", CAUSES),
        ("adoption", ADOPTIONS),
        ("checklist", CHECKLIST),
        ("response_mode", RESPONSE_MODES),
    ],
)
def test_the_words_to_choose_from_stand_in_the_help(name: str, choices: tuple[str, ...]) -> None:
    assert [word for word in choices if word not in INPUTS[name]] == []


def test_courtesy_and_privacy_are_on_the_checklist() -> None:
    """Z9c.10-2: 态度诚恳，讲理不失礼."""
    assert "诚恳" in CHECKLIST["态度"]
    assert "隐私" in CHECKLIST
