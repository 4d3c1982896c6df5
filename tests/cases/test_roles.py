"""Tests of roles: all of them in one place, who holds which, who may read what."""

from dataclasses import replace
from typing import Any

import pytest

from cases.case import Case, load_case
from cases.policy import load_policy
from cases.presence import Presence
from cases.roles import ROLES, acts_of, may_know, may_list, may_read, roles_in_case, units_of
from cases.transitions import ADDRESSEE, TRANSITIONS
from foundation.errors import Refused


@pytest.fixture
def case(stage: Any) -> Case:
    case_no = stage.found("2026-11-23T09:00", 1)
    with stage.ledger.read() as connection:
        return replace(load_case(connection, case_no), assisting=["students"])


def test_every_role_of_the_policy_and_of_the_table_is_known(stage: Any) -> None:
    named = {role for line in TRANSITIONS for role in line.roles} - {ADDRESSEE}

    assert set(load_policy(stage.school).file.roles) <= set(ROLES)
    assert named <= set(ROLES)


def test_roles_that_read_no_case_act_on_none() -> None:
    assert acts_of("tech") == acts_of("auditor") == []
    assert "approve" in acts_of("approver")
    assert "dismiss" not in acts_of("dept")


def test_department_roles_are_held_towards_a_case_only(stage: Any, case: Case) -> None:
    assert roles_in_case(stage.school, case, "luo_chengan") == {"dept", "co_depts"}
    assert {"lead_dept", "dept_head"} <= roles_in_case(stage.school, case, "qin_weiguo")
    assert roles_in_case(stage.school, replace(case, tracker="yu_jianan"), "yu_jianan") == {"tracker"}
    assert [unit.id for unit in units_of(stage.school, case, "luo_chengan")] == ["students"]
    with pytest.raises(Refused, match="没有这个人"):
        roles_in_case(stage.school, case, "nobody")


@pytest.mark.parametrize(
    ("person", "open_case", "confidential", "restricted"),
    [
        (None, True, False, False),
        ("tang_ruolan", True, False, False),
        ("gu_wenjing", True, True, False),
        ("qin_weiguo", True, True, False),
        ("luo_chengan", True, True, False),
        ("fang_zhiqing", False, False, False),
        ("cheng_wangluo", False, False, False),
        ("zhao_jian", False, False, False),
        ("wen_ruxin", False, False, True),
    ],
)
def test_who_may_read(
    stage: Any, case: Case, person: str | None, open_case: bool, confidential: bool, restricted: bool
) -> None:
    kinds = (case, replace(case, confidential=True), replace(case, restricted=True))

    assert [may_read(stage.school, each, person) for each in kinds] == [open_case, confidential, restricted]


@pytest.mark.parametrize(
    ("person", "ordinary", "restricted"),
    [
        (None, True, False),
        ("tang_ruolan", True, False),
        ("luo_chengan", True, False),
        ("fang_zhiqing", False, False),
        ("zhao_jian", True, False),
        ("wen_ruxin", False, True),
    ],
)
def test_whose_list_a_case_stands_in(
    stage: Any, case: Case, person: str | None, ordinary: bool, restricted: bool
) -> None:
    kinds = (case, replace(case, restricted=True))

    assert [may_list(stage.school, each, person) for each in kinds] == [ordinary, restricted]


def test_lessons_and_tasks_are_kept_from_others_by_secrecy_only(stage: Any, case: Case) -> None:
    secret = replace(case, confidential=True)

    assert [may_know(stage.school, each, "fang_zhiqing") for each in (case, secret)] == [True, False]
    assert [may_know(stage.school, secret, person) for person in (None, "nobody", "gu_wenjing")] == [False, False, True]


def test_who_acts_for_another_reads_what_they_read_and_an_unknown_person_nothing(stage: Any, case: Case) -> None:
    away = Presence((), {"xu_songbai": "yu_jianan"})

    assert [may_read(stage.school, case, "yu_jianan", there) for there in (Presence(), away)] == [False, True]
    with pytest.raises(Refused, match="没有这个人"):
        may_read(stage.school, case, "nobody")


def test_towards_a_help_first_case_only_a_counsellor_stands_in(stage: Any, case: Case) -> None:
    presence = Presence((), {"wen_ruxin": "ding_xiaoyu", "gu_wenjing": "jiang_huiyin"})
    help_first = replace(case, restricted=True)

    assert "counsellor" in roles_in_case(stage.school, case, "ding_xiaoyu", presence)
    assert "counsellor" not in roles_in_case(stage.school, help_first, "ding_xiaoyu", presence)
    assert {"counsellor", "office"} <= roles_in_case(stage.school, help_first, "jiang_huiyin", presence)
