"""The ladder of every timer of every profile: what is told, in which order, once each, and that somebody hears it.

The rows are the example school's own policy: eight profiles, seventeen timers. A new timer is a new row.
"""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from alerts.case_view import CaseView
from alerts.find_due import next_step_at, steps_due
from alerts.notices import notices_for
from cases.plan_timers import PlannedTimer
from cases.policy import POLICY_FILE, Policy, load_policy
from cases.profile_file import Timer
from cases.situation import Situation
from foundation.ledger import Fact
from foundation.read_yaml import read_yaml
from foundation.school import School, SchoolFiles
from foundation.tables import instant_text

SCHOOL = Path(__file__).parents[2] / "school"
PROFILES = read_yaml((SCHOOL / POLICY_FILE).read_text(encoding="utf-8"), POLICY_FILE)["profiles"]
TIMERS = [(name, timer["id"]) for name, profile in PROFILES.items() for timer in profile.get("timers", [])]
AT = datetime.fromisoformat("2026-11-23T01:00:00+00:00")  # a Monday, nine o'clock at school
ANCHORS = ("discovered_at", "posted_at", "assigned_at", "received_at", "incident_at", "resolved_at")
BEFORE, AFTER = ["remind_50", "remind_20", "due"], ["催办", "督办", "通报"]


def under(school: School, profile: str) -> Policy:
    """The school's policy with this profile alone in force; a length that the school must set is two hours."""
    text = school.files.text(POLICY_FILE).replace("enabled: [z1-school]", f"enabled: [{profile}]")
    texts = {**school.files.texts, POLICY_FILE: text.replace("within: unset", "within: 2h")}
    return load_policy(School.from_files(SchoolFiles(texts)))


def planned(policy: Policy, profile: str, rule: str, *, restricted: bool = False) -> PlannedTimer:
    """The timer of a case that this provision is for."""
    timer: Timer = policy.timers[rule]
    asked = next((when for when in timer.when.any if when.level_at_least), timer.when)
    situation = Situation(
        policy.level_code(asked.level or asked.level_at_least or "一般"),
        dict.fromkeys(ANCHORS, AT),
        restricted,
        nature=asked.nature,
        kind=asked.kind or "",
        source_kind=policy.profiles[profile].applies_to.source_kind,
    )
    return next(plan for plan in policy.timers_for(situation) if plan.rule == rule)


def climb(plan: PlannedTimer, begin: datetime = AT) -> list[list[str]]:
    """Walk from step to step as ticks do; return what each stop tells."""
    row = {"state": "open", "ladder": list(plan.ladder), "steps_taken": {}}
    told, now = [], next_step_at(row)
    now = begin if now and now < begin else now
    while now is not None:
        due = steps_due(row, now)
        row["steps_taken"] |= {step.step: "skipped" if step.skipped else instant_text(now) for step in due}
        told.append([step.step for step in due if not step.skipped])
        now = next_step_at(row)
    return told


def test_the_table_is_eight_profiles_with_seventeen_timers():
    assert (len(PROFILES), len(TIMERS)) == (8, 17)


@pytest.mark.parametrize(("profile", "rule"), TIMERS)
def test_every_timer_climbs_from_reminder_to_circular_once_each(example_school, profile, rule):
    policy = under(example_school, profile)
    plan = planned(policy, profile, rule)
    own = [step.do for step in policy.profiles[profile].overdue]

    assert [step for stop in climb(plan) for step in stop] == BEFORE + (own or AFTER)
    assert [step["step"] for step in plan.ladder] == BEFORE + [
        step.do for step in policy.profiles[profile].overdue or policy.file.overdue_default
    ]


@pytest.mark.parametrize(("profile", "rule"), TIMERS)
def test_after_an_outage_only_the_highest_missed_step_is_told(example_school, profile, rule):
    plan = planned(under(example_school, profile), profile, rule)

    assert climb(plan, begin=AT + timedelta(days=60)) == [["通报"]]


@pytest.mark.parametrize(("profile", "rule"), TIMERS)
def test_every_step_of_every_timer_reaches_somebody_with_a_title_of_its_own(example_school, profile, rule):
    plan = planned(under(example_school, profile), profile, rule)
    view = CaseView(AT, "HY-2026-0001", 2, lead="safety", title="二食堂晚餐有同学肚子疼")
    notices = {step["step"]: _notices(example_school, plan, step, view) for step in plan.ladder}

    assert all(notices.values())
    assert len({found[0].payload["title"] for found in notices.values()}) == len(plan.ladder) - 1  # two reminders alike


@pytest.mark.parametrize(("profile", "rule"), TIMERS)
def test_restricted_cases_use_the_restricted_roster_only(example_school, profile, rule):
    plan = planned(under(example_school, profile), profile, rule, restricted=True)
    view = CaseView(AT, "HY-2026-0001", 2, restricted=True, lead="safety")
    found = [notice for step in plan.ladder for notice in _notices(example_school, plan, step, view)]
    roster = {"wen_ruxin", "jiang_huiyin"}

    assert {notice.recipient for notice in found} == roster | {"lin_zhiyuan"}
    assert {notice.recipient for notice in found if "督办" not in notice.dedupe_key} == roster
    assert {notice.channel for notice in found} == {"email"}
    assert not any("肚子疼" in str(notice.payload) for notice in found)


def _notices(school, plan, step, view):
    data = {"timer_id": 1, "rule": plan.rule, "done_by": plan.done_by, "step": step["step"], "to": step["to"]}
    data |= {"basis": step.get("basis", ""), "due_at": instant_text(plan.deadline.due_at)}
    return notices_for(Fact("timer.step", view.case_no, data), school, view)
