"""Tests of what may bend a due time; each bend leaves a line for people."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from cases.plan_timers import PlannedTimer, anchor_of, leave_room, plan_deadline
from cases.policy import Policy, load_policy
from cases.policy_file import Readings
from cases.profile_file import Timer
from cases.situation import Situation
from foundation.clock import SCHOOL_ZONE
from foundation.school import School

TIMER: dict[str, Any] = {"id": "x", "from": "discovered_at", "within": "3wd", "done_by": "responded", "by": "dept"}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SCHOOL_ZONE)


FRIDAY = at("2026-11-20T18:30")


@pytest.fixture
def policy(example_school: School) -> Policy:
    return load_policy(example_school)


def planned(policy: Policy, anchor: datetime = FRIDAY, level_code: int = 1, **more: Any) -> tuple[datetime, str]:
    situation = Situation(
        level_code, {"discovered_at": anchor}, external_due_at=more.pop("external", None),
        extensions=more.pop("extensions", {}),
    )  # fmt: skip
    readings = more.pop("readings", Readings())
    timer = Timer.model_validate({**TIMER, **more})
    file = policy.file.model_copy(update={"readings": readings})
    deadline = plan_deadline(file, timer, situation, anchor, policy.deadline)
    return deadline.due_at, deadline.days[-1]


def test_a_plain_timer_is_only_counted(policy: Policy) -> None:
    assert planned(policy) == (at("2026-11-25T17:30"), "11-25 工作日 计第3日")


def test_a_word_without_number_is_ours_and_says_so(policy: Policy) -> None:
    due_at, line = planned(policy, within="及时")

    assert due_at == at("2026-11-20T22:30")
    assert line == "“及时”没有数字，按 4 小时 计（产品默认）"


def test_a_cap_is_never_passed(policy: Policy) -> None:
    assert planned(policy, cap="72h") == (at("2026-11-23T18:30"), "2026-11-23 18:30 最长 72 小时，以此为准（C5）")
    assert planned(policy, cap="30d")[0] == at("2026-11-25T17:30")


def test_a_long_holiday_is_told_at_grave_levels_only(policy: Policy) -> None:
    eve = at("2026-02-14T10:00")

    assert planned(policy, eve, 2, within="2wd") == (
        at("2026-02-25T17:30"),
        "长假：从起算到到期有 11 天，请值班领导决定是否提前（C5）",
    )
    assert "长假" not in planned(policy, eve, 1, within="2wd")[1]


def test_an_extension_counts_from_the_anchor_and_only_where_it_is_allowed(policy: Policy) -> None:
    extend = {"max_total": "5d"}
    granted = {"x": "5d"}

    assert planned(policy, within="3d", extend=extend, extensions=granted) == (
        at("2026-11-25T18:30"),
        "已延期：自起算共 5 天（原 3d）",
    )
    assert planned(policy, within="3d", extensions=granted)[0] == at("2026-11-23T18:30")


def test_a_limit_from_above_wins_when_earlier_and_only_there(policy: Policy) -> None:
    early, late = at("2026-11-23T12:00"), at("2026-12-01T12:00")

    assert planned(policy, external=early) == (early, "2026-11-23 12:00 上级限期早于制度时限，以上级限期为准")
    assert planned(policy, external=late)[0] == at("2026-11-25T17:30")
    assert planned(policy, external=early, done_by="reported", to=["office"])[0] == at("2026-11-25T17:30")


def test_what_is_found_late_is_due_the_next_morning_where_a_school_reads_it_so(policy: Policy) -> None:
    late, readings = at("2026-11-20T23:50"), Readings(late_cutoff="17:30")

    assert planned(policy, late, within="same_day") == (at("2026-11-21T00:00"), "11-20 当日 24:00 止")
    due_at, line = planned(policy, late, within="same_day", readings=readings)
    assert due_at == at("2026-11-21T10:00")
    assert "产品解释" in line
    assert planned(policy, at("2026-11-20T17:29"), within="same_day", readings=readings)[0] == at("2026-11-21T00:00")


def test_a_report_after_an_upgrade_runs_from_it_and_a_response_does_not() -> None:
    situation = Situation(3, {"discovered_at": FRIDAY, "raised_at": at("2026-11-23T10:00")})
    report = Timer.model_validate({**TIMER, "done_by": "reported", "to": ["principal"]})

    assert anchor_of(report, situation, literal=False) == at("2026-11-23T10:00")
    assert anchor_of(report, situation, literal=True) == FRIDAY
    assert anchor_of(Timer.model_validate(TIMER), situation, literal=False) == FRIDAY
    assert anchor_of(Timer.model_validate({**TIMER, "from": "resolved_at"}), situation, literal=False) is None


def test_a_department_leaves_room_before_the_public_answer(policy: Policy) -> None:
    timer = Timer.model_validate({**TIMER, "not_after": {"timer": "y", "minus": "4h"}})
    plan = PlannedTimer("x", "responded", ("dept",), FRIDAY, policy.deadline(FRIDAY, "3d"))
    other = replace(plan, rule="y", deadline=policy.deadline(FRIDAY, "2d"))
    roomy = leave_room(plan, timer, {"x": plan, "y": other}).deadline

    assert roomy.due_at == at("2026-11-22T14:30")
    assert roomy.days[-1] == "2026-11-22 14:30 不晚于 y 到期前 4 小时（C6）"
    assert leave_room(plan, timer, {"x": plan}) is plan
    assert leave_room(plan, Timer.model_validate(TIMER), {"y": other}) is plan
