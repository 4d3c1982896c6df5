"""Tests of docs/acts.md: it is the table, and nothing else."""

from pathlib import Path

from cases.draw_acts import draw_acts
from cases.transitions import STATES, TITLES

PAGE = Path(__file__).parents[2] / "docs" / "acts.md"


def test_the_page_is_drawn_from_the_table() -> None:
    assert PAGE.read_text(encoding="utf-8") == draw_acts(), "run python -m cases.draw_acts > docs/acts.md"


def test_every_state_and_act_stands_on_the_page() -> None:
    page = draw_acts()

    assert [state for state in STATES if f" {state}" not in page.split("```")[1]] == []
    assert [act for act in TITLES if f"| `{act}` |" not in page] == []
