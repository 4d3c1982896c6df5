"""Tests of planned timers and ladders."""

from datetime import datetime, timedelta

import pytest

from cases.policy import Policy, load_policy
from foundation.clock import SCHOOL_ZONE
from foundation.errors import ConfigError
from foundation.school import School, SchoolFiles


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SCHOOL_ZONE)


@pytest.fixture
def policy(example_school: School) -> Policy:
    return load_policy(example_school)


def changed(school: School, right: str, wrong: str) -> School:
    texts = {**school.files.texts, "policy.yaml": school.files.texts["policy.yaml"].replace(right, wrong)}
    return School.from_files(SchoolFiles(texts))


def test_each_level_owes_a_report_and_a_response(policy: Policy) -> None:
    planned = {
        code: [plan.rule for plan in policy.timers_for(code, {"discovered_at": at("2026-11-23T09:00")})]
        for code in (1, 2, 3)
    }

    assert planned == {
        1: ["Z1.6.2-1a", "Z1.6.2-1b"],
        2: ["Z1.6.2-2a", "Z1.6.2-2b"],
        3: ["Z1.6.2-3a", "Z1.6.2-3b"],
    }


def test_the_ladder_reminds_then_urges_then_supervises_then_drafts(policy: Policy) -> None:
    response = policy.timers_for(1, {"discovered_at": at("2026-11-23T09:00")})[1]

    assert [step["step"] for step in response.ladder] == ["remind_50", "remind_20", "due", "催办", "督办", "通报"]
    assert [datetime.fromisoformat(step["at"]) for step in response.ladder[2:]] == [
        at("2026-11-26T17:30"),
        at("2026-11-26T17:30"),
        at("2026-11-27T17:30"),
        at("2026-11-30T17:30"),
    ]
    assert [step["to"] for step in response.ladder] == [
        ["dept"],
        ["dept"],
        ["dept"],
        ["liaison"],
        ["dept", "office"],
        ["office"],
    ]
    assert response.ladder[-1]["needs_human"] == "office"


def test_reminders_fall_when_half_and_a_fifth_of_the_time_is_left(policy: Policy) -> None:
    report = policy.timers_for(2, {"discovered_at": at("2026-11-23T09:00")})[0]

    reminders = [datetime.fromisoformat(step["at"]) for step in report.ladder[:2]]
    assert reminders == [at("2026-11-23T21:00"), at("2026-11-24T09:00") - timedelta(hours=24 / 5)]


def test_triage_climbs_four_desks_at_equal_spacings(policy: Policy) -> None:
    triage = policy.triage(2, at("2026-10-01T02:00"))

    assert [(step["step"], step["to"]) for step in triage.ladder] == [
        ("triage_1", ["watch"]),
        ("triage_2", ["officer"]),
        ("triage_3", ["duty"]),
        ("triage_4", ["office"]),
    ]
    assert triage.deadline.due_at == at("2026-10-01T02:30")
    assert datetime.fromisoformat(triage.ladder[0]["at"]) == at("2026-10-01T02:07:30")
    assert datetime.fromisoformat(triage.ladder[3]["at"]) == triage.deadline.due_at


def test_triage_of_the_lowest_level_waits_for_office_hours(policy: Policy) -> None:
    triage = policy.triage(1, at("2026-11-20T18:30"))

    assert [datetime.fromisoformat(step["at"]) for step in triage.ladder] == [
        at(f"2026-11-23T{hour}:30") for hour in ("09", "10", "11", "12")
    ]


def test_only_counsellors_are_told_of_a_restricted_case(policy: Policy) -> None:
    planned = policy.timers_for(2, {"discovered_at": at("2026-11-23T09:00")}, restricted=True)
    planned.append(policy.triage(2, at("2026-11-23T09:00"), restricted=True))

    assert {role for plan in planned for step in plan.ladder for role in step["to"]} == {"counsellor"}
    assert {role for plan in planned for role in plan.addressees} == {"counsellor"}
    assert "通报" not in {step["step"] for plan in planned for step in plan.ladder}


def test_after_an_upgrade_the_report_runs_from_it_and_the_response_from_discovery(policy: Policy) -> None:
    anchors = {"discovered_at": at("2026-11-23T09:00"), "raised_at": at("2026-11-24T10:00")}

    report, response = policy.timers_for(3, anchors)

    assert (report.anchor_at, report.deadline.due_at) == (at("2026-11-24T10:00"), at("2026-11-24T13:00"))
    assert response.anchor_at == at("2026-11-23T09:00")


def test_of_two_timers_for_the_same_act_the_earlier_counts(example_school: School) -> None:
    line = (
        "      - {id: Z1.6.2-1b, when: {level: 一般}, from: discovered_at, within: 3wd, done_by: responded, by: dept}\n"
    )
    own = line.replace("Z1.6.2-1b", "own").replace("3wd", "2wd")
    policy = load_policy(changed(example_school, line, line + own))

    assert [plan.rule for plan in policy.timers_for(1, {"discovered_at": at("2026-11-23T09:00")})] == [
        "Z1.6.2-1a",
        "own",
    ]


def test_a_school_may_count_days_by_the_civil_code(example_school: School) -> None:
    policy = load_policy(changed(example_school, "d: exact_24h", "d: civil"))

    assert policy.timers_for(2, {"discovered_at": at("2026-02-14T10:00")})[0].deadline.due_at == at("2026-02-16T00:00")


def test_levels_have_codes_and_names(policy: Policy) -> None:
    assert [policy.level_name(code) for code in range(4)] == ["无", "一般", "重大", "特别重大"]
    assert policy.level_code("特别重大") == 3
    assert policy.role_name("office") == "领导小组办公室"


def test_a_mistake_in_the_policy_is_reported_with_its_file(example_school: School) -> None:
    with pytest.raises(ConfigError, match="policy"):
        load_policy(changed(example_school, "version: 1", "version: 一"))
