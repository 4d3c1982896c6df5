"""Chasing tells the gravest step after a pause; who may answer for an owner."""

from datetime import timedelta

import pytest

import cases.task  # noqa: F401
from cases.keep_tasks import ask_task, cancel_task, chase_tasks, may_act
from foundation.ledger import MACHINE


@pytest.mark.parametrize(
    ("owner", "person", "may"),
    [
        ("safety", "qin_weiguo", True),
        ("safety", "bai_shouping", True),
        ("safety", "luo_chengan", False),
        ("tech", "cheng_wangluo", True),
        ("ding_xiaoyu", "ding_xiaoyu", True),
        ("ding_xiaoyu", "xu_songbai", False),
    ],
)
def test_owner_is_a_department_a_role_or_a_person(example_school, owner, person, may):
    assert may_act(example_school, owner, person) is may


def test_after_a_pause_only_the_gravest_step_is_told(ledger, example_school):
    with ledger.change() as work:
        today = work.at.date()
        ask_task(work, example_school, "directive", "safety", "查清", by="gu_wenjing", due_on=today + timedelta(days=2))
        work.at += timedelta(days=9)
        told = chase_tasks(work, example_school)

        assert (told, [fact.data.get("reason") for fact in work.facts if fact.kind == "task.due"]) == (1, ["已逾期"])
        assert chase_tasks(work, example_school) == 0


def test_the_program_withdraws_its_own(ledger, example_school):
    with ledger.change() as work:
        one = ask_task(work, example_school, "review", "safety", "请总结", by=MACHINE)

        assert cancel_task(work, one.number, "又起来了", by=MACHINE).state == "cancelled"
