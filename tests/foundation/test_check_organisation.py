"""Tests of departments.yaml against itself: the tree of units (persons and roles: tests/foundation/test_school.py)."""

import pytest

from foundation import config
from foundation.errors import ConfigError
from foundation.school import School, SchoolFiles

FILE = "departments.yaml"


def with_parents(school: School, **parents: str) -> School:
    text = school.files.texts[FILE]
    for unit, parent in parents.items():
        text = text.replace(f"  - id: {unit}\n", f"  - id: {unit}\n    parent: {parent}\n")
    return School.from_files(SchoolFiles({**school.files.texts, FILE: text}))


def test_the_tree_may_have_any_depth(example_school: School) -> None:
    school = with_parents(example_school, league="students", students="publicity", publicity="office")

    assert [unit.id for unit in school.ancestors("league")] == ["students", "publicity", "office"]
    assert school.ancestors("office") == school.ancestors("nobody") == []


def test_an_unknown_unit_above_is_named_with_its_line_and_the_nearest_right_one(example_school: School) -> None:
    with pytest.raises(ConfigError, match="不是本校的部门") as caught:
        with_parents(example_school, league="student")

    (problem,) = caught.value.problems
    assert problem.line > 1
    assert "students" in problem.hint


def test_a_circle_is_refused(example_school: School) -> None:
    with pytest.raises(ConfigError, match="绕回了自己"):
        with_parents(example_school, league="students", students="league")


def test_a_school_without_mistakes_is_read_once_however_many_units_it_has(example_school: School) -> None:
    """Each process reads the school at its start: a line asked for each unit made a command of a second take three."""
    document = config._document
    document.cache_clear()

    with_parents(example_school, league="office", network="office")

    assert document.cache_info().misses == 1
