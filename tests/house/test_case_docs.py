"""docs/cases.md says exactly what the table of acts and the words of clocks say: states, acts, roles, clocks."""

import re
from pathlib import Path

from cases.clock_words import ANCHORS, STOPPED_BY
from cases.transitions import OPEN, STATES, TITLES, TRANSITIONS

TEXT = (Path(__file__).parents[2] / "docs" / "cases.md").read_text(encoding="utf-8")
ACT = re.compile(r"(\w+) `(\w+)`")


def rows(section: str) -> dict[str, list[str]]:
    """Return the rows of the table after a heading: first cell to the others."""
    lines = TEXT.split(f"## {section}\n")[1].split("\n## ")[0].splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")]
    return {first: others for first, *others in cells[1:]}


def named(words: str) -> set[str]:
    """Return the acts in a text like `确认 `confirm`、…`, whose titles must be right."""
    found = ACT.findall(words)
    assert [(title, act) for title, act in found if TITLES.get(act) != title] == []
    return {act for _, act in found}


def test_each_state_has_its_acts():
    table = rows("从发现到通报")
    anytime = named(TEXT.split("多数状态下都可以做的")[1].split("。")[0])
    legal = {state: {line.act for line in TRANSITIONS if state in line.sources} for state in STATES}

    assert list(table) == list(STATES)
    assert {state: named(cells[-1]) | (anytime & legal[state]) for state, cells in table.items()} == legal
    assert [act for act in anytime if sum(act in legal[state] for state in OPEN) < 5] == []


def test_each_role_has_its_acts():
    told = {cells[0].strip("`"): set(cells[1].split("、")) for cells in rows("谁能做什么").values()}
    roles = {role for line in TRANSITIONS for role in line.roles}

    assert told == {role: {line.title for line in TRANSITIONS if role in line.roles} for role in roles}


def test_each_clock_and_each_anchor_is_explained():
    clocks = dict(ACT.findall(cell)[0][::-1] for cell in rows("时钟"))
    anchors = re.findall(r"([^、：]+) `(\w+)`", TEXT.split("起算点：")[1].split("。")[0])

    assert clocks == STOPPED_BY
    assert {word: title for title, word in anchors} == ANCHORS
