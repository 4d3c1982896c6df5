"""Tests of a deed: how a guard says no."""

from dataclasses import replace
from typing import Any

import pytest

from cases.case import load_case
from cases.deed import Deed, refuse
from cases.policy import load_policy
from cases.transitions import find_transition
from foundation.errors import Refused


def test_a_refusal_names_case_act_and_what_is_legal_but_nothing_of_a_help_first_case(stage: Any) -> None:
    case_no = stage.found("2026-11-23T09:00", 1)
    with stage.ledger.read() as connection:
        case = load_case(connection, case_no)
    line = find_transition(case, "confirm")
    assert line is not None
    deed = Deed(stage.school, load_policy(stage.school), case, line, "tang_ruolan", frozenset(), {}, (), case.opened_at)

    with pytest.raises(Refused, match=f"{case_no} confirm.*再写一处.*确认（confirm）"):
        refuse(deed, "只有一处依据", "再写一处")
    with pytest.raises(Refused) as quiet:
        refuse(replace(deed, case=replace(case, restricted=True)), "只有一处依据", "再写一处")
    assert "现在可以做的" not in str(quiet.value)
