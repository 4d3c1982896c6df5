"""Plans are found by their id and only when the leading group approved them; the rest is tested by `huiyin plan`."""

import pytest

from cases.activate_plan import find_plan
from foundation.errors import Refused


def test_the_example_plan_is_found(example_school):
    assert find_plan(example_school, "food").version == 1


def test_an_unknown_plan_names_the_known_ones(example_school):
    with pytest.raises(Refused, match="没有这个预案") as refused:
        find_plan(example_school, "fire")
    assert "food" in str(refused.value)
