"""Where the 制度 contradict each other: one test for each reading that we chose, C1 to C23 (docs/readings.md).

C16 (originals expire, the archive holds the redacted form) is shown by tests/huiyin/test_forget_old.py.
"""

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import ValidationError

from cases.calendar_file import CalendarFile
from cases.case import Act
from cases.check_policy import policy_warnings
from cases.clock_words import STOPPED_BY, anchors_of, is_stopped
from cases.extend_timer import extended
from cases.policy import Policy, load_policy
from cases.policy_file import Retention
from cases.recurring import period_of
from cases.set_timers import CANCELLED, OPEN, SATISFIED
from cases.situation import Situation
from cases.transitions import TITLES
from cases.working_days import WorkingDays, load_working_days
from foundation.clock import SCHOOL_ZONE
from foundation.errors import Refused
from foundation.school import School, SchoolFiles
from tests.cases.test_clock_words import CASE

ROOT = Path(__file__).parents[2]
BOARD = "message_board"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SCHOOL_ZONE)


@pytest.fixture
def school(example_school: School) -> School:
    return example_school


def policy_of(school: School, *profiles: str, **changes: str) -> Policy:
    """The example school with these profiles in force and these words changed."""
    text = school.files.texts["policy.yaml"].replace("enabled: [z1-school]", f"enabled: [{', '.join(profiles)}]")
    for right, wrong in changes.items():
        assert right in text
        text = text.replace(right, wrong)
    return load_policy(School.from_files(SchoolFiles({**school.files.texts, "policy.yaml": text})))


def dues(policy: Policy, situation: Situation) -> dict[str, datetime]:
    return {plan.rule: plan.deadline.due_at for plan in policy.timers_for(situation)}


def test_c1_each_unit_has_its_own_counting_and_an_absolute_end(school: School) -> None:
    policy, friday = policy_of(school, "z1-school"), at("2026-11-20T18:30")

    assert [policy.deadline(friday, within).due_at for within in ("3h", "1d", "1wd", "same_day")] == [
        at("2026-11-20T21:30"), at("2026-11-21T18:30"), at("2026-11-23T17:30"), at("2026-11-21T00:00"),
    ]  # fmt: skip


def test_c2_every_clock_names_its_anchor_and_an_unknown_post_time_is_the_discovery(stage: Any) -> None:
    assert anchors_of(CASE)["posted_at"] == CASE.discovered_at
    late = stage.found("2026-11-23T09:00", 1, published_at=at("2026-11-02T09:00"))
    with stage.ledger.read() as connection:
        assert connection.exec_driver_sql("SELECT late FROM case_file WHERE case_no = ?", (late,)).scalar_one() == 1


def test_c3_a_report_and_a_special_report_are_two_acts_and_the_same_act_is_due_once(school: School) -> None:
    grave = Situation.found(2, at("2026-11-23T09:00"))
    both = policy_of(school, "z1-school", "z7-township", "z8-outline")

    assert set(dues(both, grave)) == {"Z1.6.2-2a", "Z7.7-2a", "Z7.7-2", "Z8.7"}  # Z8.7 is due before Z1.6.2-2b


def test_c4_a_working_day_and_a_day_are_not_the_same(school: School) -> None:
    policy = policy_of(school, "z1-school")
    friday, saturday = at("2026-02-13T10:00"), at("2026-02-14T10:00")

    assert policy.deadline(friday, "1wd").due_at == at("2026-02-14T17:30")
    assert policy.deadline(friday, "1d").due_at == at("2026-02-14T10:00")
    assert policy.deadline(saturday, "1wd").due_at == at("2026-02-24T17:30")
    assert policy.deadline(saturday, "1d").due_at == at("2026-02-15T10:00")


def test_c5_an_inversion_is_warned_of_and_a_cap_ends_it(school: School) -> None:
    plain = policy_of(school, "z1-school", "z9a-message-board")
    capped = policy_of(school, "z1-school", "z9a-message-board", **{"within: 2wd": "within: 2wd, cap: 72h"})
    warning = "重大 的回应（Z1.6.2-2b）可能晚于 一般（Z9a.3.5）"
    eve = Situation.found(2, at("2026-02-14T10:00"))

    assert any(words.startswith(warning) for words in policy_warnings(plain))
    assert not any(words.startswith(warning) for words in policy_warnings(capped))
    assert dues(plain, eve)["Z1.6.2-2b"] == at("2026-02-25T17:30")
    assert dues(capped, eve)["Z1.6.2-2b"] == at("2026-02-17T10:00")
    assert any("长假" in line for plan in plain.timers_for(eve) for line in plan.deadline.days)


def test_c6_the_department_leaves_four_hours_before_the_public_answer(school: School) -> None:
    anchors = {"posted_at": at("2026-09-30T22:00"), "received_at": at("2026-10-02T09:00")}
    policy = policy_of(school, "z9a-message-board")

    assert dues(policy, Situation(1, dict(anchors), source_kind=BOARD))["Z9a.3.3"] == at("2026-10-03T18:00")


def test_c7_five_days_are_the_total_and_there_is_one_extension(school: School) -> None:
    policy = policy_of(school, "z9a-message-board")
    row = SimpleNamespace(rule="Z9a.3.5", due_at=at("2026-10-03T22:00"))
    ask = {"at": at("2026-10-01T09:00"), "reason": "核查", "consent": {"vice"}}

    assert extended(policy, CASE, row, "5d", **ask) == {"Z9a.3.5": "5d"}
    for case, total in ((CASE, "6d"), (replace(CASE, extensions={"Z9a.3.5": "4d"}), "5d")):
        with pytest.raises(Refused):
            extended(policy, case, row, total, **ask)


def test_c8_the_same_day_ends_at_midnight_unless_a_school_reads_it_otherwise(school: School) -> None:
    night = Situation.found(1, at("2026-11-20T23:50"), nature="诉求")
    kinder = policy_of(school, "z9b-university", **{"levels: [": 'readings: {late_cutoff: "17:30"}\nlevels: ['})

    assert dues(policy_of(school, "z9b-university"), night)["Z9b.5.3-2a"] == at("2026-11-21T00:00")
    assert dues(kinder, night)["Z9b.5.3-2a"] == at("2026-11-21T10:00")
    assert any("产品解释" in line for line in kinder.timers_for(night)[0].deadline.days)


def test_c9_a_list_of_four_levels_is_a_change_of_the_school_only(school: School) -> None:
    changes = {"levels: [一般, 重大": "levels: [一般, 较大, 重大", "triage: {一般: 4h,": "triage: {一般: 4h, 较大: 1h,"}
    changes["receipt: {一般: 6h,"] = "receipt: {一般: 6h, 较大: 3h,"
    policy = policy_of(school, "z1-school", **changes)

    assert [policy.level_name(code) for code in range(1, 5)] == ["一般", "较大", "重大", "特别重大"]
    assert set(dues(policy, Situation.found(4, at("2026-11-23T09:00")))) == {"Z1.6.2-3a", "Z1.6.2-3b"}


def test_c10_a_dual_report_is_open_until_everybody_has_it(school: School) -> None:
    policy = policy_of(
        school, "z9b-university", **{"within: unset, done_by: reported_upward": "within: 2h, done_by: reported"}
    )
    plan = policy.timers_for(Situation.found(2, CASE.discovered_at))[0]
    one, two = (Act("acknowledge", "x", CASE.discovered_at, {"roles": [role]}) for role in ("office", "vice"))

    assert plan.addressees == ("office", "vice")
    assert not is_stopped(plan.done_by, CASE, [one], plan.addressees, plan.anchor_at)
    assert is_stopped(plan.done_by, CASE, [one, two], plan.addressees, plan.anchor_at)


def test_c11_approvals_follow_each_other_and_a_signature_is_another_guard(school: School) -> None:
    policy = policy_of(school, "z9a-message-board", "z9b-university", "z9c-hospital")
    letter = Situation.found(1, at("2026-11-23T09:00"), source_kind=BOARD)

    assert (policy.approvers(letter), policy.signers(letter)) == (["vice", "office"], ["dept_head"])


def test_c12_who_speaks_depends_on_the_level(school: School) -> None:
    policy = policy_of(school, "z9b-university")

    assert [policy.speaker(Situation.found(code, at("2026-11-23T09:00"))) for code in (1, 2, 3)] == [
        "", "spokesperson", "spokesperson",
    ]  # fmt: skip


def test_c13_every_day_is_a_calendar_day_and_a_bulletin_belongs_to_an_iso_week(school: School) -> None:
    policy = policy_of(school, "z1-school")
    patrol, bulletin = policy.duties
    holiday = at("2026-10-03T12:00")

    assert period_of(policy, patrol, holiday).ends_at == at("2026-10-04T00:00")
    assert period_of(policy, bulletin, holiday).ends_at == at("2026-10-05T00:00")


def test_c14_no_act_removes_or_buries_anything() -> None:
    assert not [title for title in TITLES.values() if re.search("删除|封堵|屏蔽|压", title)]


def test_c15_logs_have_a_floor_and_texts_a_ceiling() -> None:
    assert Retention.model_validate({"post_text_days": 1}).post_text_days == 1
    with pytest.raises(ValidationError, match="六个月"):
        Retention.model_validate({"access_log": {"min": "5mo"}})


def test_c17_a_report_after_an_upgrade_runs_from_it_unless_read_literally(school: School) -> None:
    raised = Situation(3, {"discovered_at": at("2026-11-23T09:00"), "raised_at": at("2026-11-24T10:00")})
    literal = policy_of(school, "z1-school", **{"levels: [": "readings: {literal: true}\nlevels: ["})

    assert dues(policy_of(school, "z1-school"), raised)["Z1.6.2-3a"] == at("2026-11-24T13:00")
    assert dues(literal, raised)["Z1.6.2-3a"] == at("2026-11-23T12:00")


def test_c18_a_response_is_an_inner_act_and_a_public_word() -> None:
    inside = replace(CASE, disposition="已处置", kind="own_system_incident")

    assert not is_stopped("responded", inside, [], (), CASE.discovered_at)
    assert not is_stopped("responded", replace(inside, response="已说明"), [], (), CASE.discovered_at)
    assert is_stopped("responded", replace(inside, published_at=CASE.discovered_at), [], (), CASE.discovered_at)
    assert is_stopped("responded", inside, [], (), CASE.discovered_at, internal=True)


def test_c19_no_clock_can_be_paused() -> None:
    assert {OPEN, SATISFIED, CANCELLED} == {"open", "satisfied", "cancelled"}
    assert not [word for word in (*STOPPED_BY.values(), *TITLES.values()) if re.search("暂停|中止|挂起", word)]


def test_c20_a_word_without_number_is_never_a_breach_of_the_text(school: School) -> None:
    plan = policy_of(school, "z8-outline").timers_for(Situation.found(1, at("2026-11-23T09:00")))[0]

    assert plan.deadline.due_at - plan.anchor_at == timedelta(hours=4)
    assert "产品默认" in plan.deadline.days[-1]


def test_c21_days_are_exact_unless_a_school_counts_by_the_civil_code(school: School) -> None:
    letter = Situation.found(1, at("2026-09-30T22:00"), source_kind=BOARD)
    found = [
        dues(policy_of(school, "z9a-message-board", **{"d: exact_24h": f"d: {rule}"}), letter)["Z9a.3.5"]
        for rule in ("exact_24h", "civil", "civil_rolled")
    ]

    assert found == [at("2026-10-03T22:00"), at("2026-10-04T00:00"), at("2026-10-09T00:00")]


def test_c22_working_days_count_in_a_vacation() -> None:
    text = "version: v\nvacation: [{name: 暑假, from: 2026-07-11, to: 2026-08-30}]\n"
    days, plain = load_working_days(text), WorkingDays.from_file(CalendarFile(version="v"))

    assert days.ordinals == plain.ordinals
    assert (days.vacation_on(date(2026, 7, 15)), days.vacation_on(date(2026, 9, 1))) == ("暑假", "")


def test_c23_one_feature_makes_the_gravest_level_unless_a_school_asks_for_all(school: School) -> None:
    one = frozenset({"widely_republished"})
    strict = policy_of(school, "z1-school", **{"{any: [superior_instruction": "{all: [superior_instruction"})

    assert policy_of(school, "z1-school").level_floor(one) == 3
    assert strict.level_floor(one) == 0
    assert strict.level_floor(one | {"superior_instruction", "grave_emergency"}) == 3


def test_every_reading_is_documented_with_its_test() -> None:
    text = (ROOT / "docs" / "readings.md").read_text(encoding="utf-8")
    own = Path(__file__).read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| C(\d+) \|.*`(test_\w+)` \|$", text, re.M))
    elsewhere = (ROOT / "tests/huiyin/test_forget_old.py").read_text(encoding="utf-8")

    assert [int(number) for number in rows] == list(range(1, 24))
    assert [name for name in rows.values() if f"def {name}(" not in own + elsewhere] == []
