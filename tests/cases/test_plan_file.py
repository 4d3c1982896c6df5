"""A plan without tasks or version is no plan."""

import pytest
from pydantic import ValidationError

from cases.plan_file import Plan

FOOD = {
    "id": "food",
    "title": "食品安全",
    "version": 1,
    "approved_by": "lin",
    "tasks": [{"owner": "safety", "words": "封存"}],
}


def test_a_plan_is_read():
    assert Plan.model_validate(FOOD).tasks[0].owner == "safety"


@pytest.mark.parametrize("wrong", [{"tasks": []}, {"version": 0}, {"id": "食品"}, {"approved_by": ""}, {"steps": []}])
def test_what_is_no_plan_is_refused(wrong):
    with pytest.raises(ValidationError):
        Plan.model_validate({**FOOD, **wrong})
