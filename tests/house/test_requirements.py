"""Every `provision` marker names a row of docs/requirements.yaml exactly, and no N row."""

import ast
from pathlib import Path

from tools.requirements_matrix import load_requirements

ROOT = Path(__file__).parents[2]


def claimed() -> dict[str, list[str]]:
    """Return row → places of its markers, read from the tests' text."""
    found: dict[str, list[str]] = {}
    for path in (ROOT / "tests").rglob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "provision":
                for argument in node.args:
                    if isinstance(argument, ast.Name) and path.name == "test_refusals.py":
                        continue  # one marker for each key of its table, which is compared with the X rows there
                    row = argument.value if isinstance(argument, ast.Constant) else ast.unparse(argument)
                    found.setdefault(str(row), []).append(f"{path.relative_to(ROOT)}:{node.lineno}")
    return found


def test_every_row_of_a_finished_part_is_claimed_by_a_test():
    """`make matrix` says whether they pass; the X rows of the refusals are claimed by the table of test_refusals.py."""
    own, named = load_requirements(), claimed()
    owed = [row.id for row in own.rows if row.owed in own.finished and row.owed != "refusals"]

    assert [name for name in owed if name not in named] == []


def test_every_marker_names_an_existing_row_exactly():
    rows = {row.id: row.kind for row in load_requirements().rows}
    named = claimed()

    assert named
    assert {row: places for row, places in named.items() if rows.get(row, "N") == "N"} == {}
