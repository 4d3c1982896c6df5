"""Tests of planned timers and ladders."""

from datetime import datetime, timedelta

import pytest

from cases.policy import Policy, load_policy
from cases.situation import Situation
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
        code: [plan.rule for plan in policy.timers_for(Situation.found(code, at("2026-11-23T09:00")))]
        for code in (1, 2, 3)
    }

    assert planned == {
        1: ["Z1.6.2-1a", "Z1.6.2-1b"],
        2: ["Z1.6.2-2a", "Z1.6.2-2b"],
        3: ["Z1.6.2-3a", "Z1.6.2-3b"],
    }


def test_the_ladder_reminds_then_urges_then_supervises_then_drafts(policy: Policy) -> None:
    response = policy.timers_for(Situation.found(1, at("2026-11-23T09:00")))[1]

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
    report = policy.timers_for(Situation.found(2, at("2026-11-23T09:00")))[0]

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
    planned = policy.timers_for(Situation.found(2, at("2026-11-23T09:00"), restricted=True))
    planned.append(policy.triage(2, at("2026-11-23T09:00"), restricted=True))

    steps = [step for plan in planned for step in plan.ladder]
    assert {role for step in steps for role in step["to"]} == {"counsellor", "principal"}
    assert {step["step"] for step in steps if "principal" in step["to"]} == {"triage_4", "督办"}
    assert {role for plan in planned for role in plan.addressees} == {"counsellor"}
    assert "通报" not in {step["step"] for plan in planned for step in plan.ladder}


def test_after_an_upgrade_the_report_runs_from_it_and_the_response_from_discovery(policy: Policy) -> None:
    anchors = {"discovered_at": at("2026-11-23T09:00"), "raised_at": at("2026-11-24T10:00")}

    report, response = policy.timers_for(Situation(3, dict(anchors)))

    assert (report.anchor_at, report.deadline.due_at) == (at("2026-11-24T10:00"), at("2026-11-24T13:00"))
    assert response.anchor_at == at("2026-11-23T09:00")


def test_of_two_timers_for_the_same_act_the_earlier_counts(example_school: School) -> None:
    line = (
        "      - {id: Z1.6.2-1b, when: {level: 一般}, from: discovered_at, within: 3wd, done_by: responded, by: dept}\n"
    )
    own = line.replace("Z1.6.2-1b", "own").replace("3wd", "2wd")
    policy = load_policy(changed(example_school, line, line + own))

    assert [plan.rule for plan in policy.timers_for(Situation.found(1, at("2026-11-23T09:00")))] == [
        "Z1.6.2-1a",
        "own",
    ]


def test_a_school_may_count_days_by_the_civil_code(example_school: School) -> None:
    policy = load_policy(changed(example_school, "d: exact_24h", "d: civil"))

    assert policy.timers_for(Situation.found(2, at("2026-02-14T10:00")))[0].deadline.due_at == at("2026-02-16T00:00")


def test_levels_have_codes_and_names(policy: Policy) -> None:
    assert [policy.level_name(code) for code in range(4)] == ["无", "一般", "重大", "特别重大"]
    assert policy.level_code("特别重大") == 3
    assert policy.role_name("office") == "领导小组办公室"


def test_a_mistake_in_the_policy_is_reported_with_its_file(example_school: School) -> None:
    with pytest.raises(ConfigError, match="policy"):
        load_policy(changed(example_school, "version: 1", "version: 一"))


def in_force(school: School, *profiles: str, **words: str) -> Policy:
    """The example school with other profiles in force."""
    text = school.files.texts["policy.yaml"].replace("enabled: [z1-school]", f"enabled: [{', '.join(profiles)}]")
    for right, wrong in words.items():
        text = text.replace(right, wrong)
    return load_policy(School.from_files(SchoolFiles({**school.files.texts, "policy.yaml": text})))


def due(policy: Policy, situation: Situation) -> dict[str, datetime]:
    return {plan.rule: plan.deadline.due_at for plan in policy.timers_for(situation)}


def test_an_incident_of_our_own_system_is_reported_within_a_day(example_school: School) -> None:
    """G8, Z5.13: the clock runs from the incident, through a night on which other zones change their clocks."""
    policy = in_force(example_school, "z5-kindergarten")
    happened = {"discovered_at": at("2026-03-08T09:00"), "incident_at": at("2026-03-08T01:30")}

    assert due(policy, Situation(1, dict(happened), kind="own_system_incident")) == {"Z5.13": at("2026-03-09T01:30")}
    assert due(policy, Situation(1, dict(happened))) == {}


def test_a_special_report_and_a_first_notice_are_owed_for_grave_and_for_sudden_events(example_school: School) -> None:
    """G6, Z7.7-2: two clocks, each with its own act."""
    policy = in_force(example_school, "z7-township")
    new_year = at("2026-12-31T22:00")
    both = {"Z7.7-2a": at("2026-12-31T22:30"), "Z7.7-2": at("2027-01-01T02:00")}

    assert due(policy, Situation.found(2, new_year)) == both
    assert due(policy, Situation.found(1, new_year, marks=frozenset({"sudden"}))) == both
    assert due(policy, Situation.found(1, new_year)) == {}
    assert [plan.deadline.provisional for plan in policy.timers_for(Situation.found(2, new_year))] == [False, False]


def test_a_word_without_number_is_a_default_and_every_step_says_so(example_school: School) -> None:
    policy = in_force(example_school, "z8-outline")
    plan = policy.timers_for(Situation.found(1, at("2026-11-23T09:00")))[0]

    assert policy.is_default(plan.rule)
    assert not policy.is_default("Z1.6.2-1a")
    assert {step["basis"] for step in plan.ladder} == {"limit_default"}


def test_a_letter_has_a_departments_clock_and_a_public_one(example_school: School) -> None:
    """G4, C6: posted 09-30 22:00; the department may not use up the public's three days."""
    policy = in_force(example_school, "z9a-message-board")
    anchors = {"posted_at": at("2026-09-30T22:00"), "received_at": at("2026-10-01T09:00")}
    letter = Situation(1, dict(anchors), source_kind="message_board")

    assert due(policy, letter) == {"Z9a.3.3": at("2026-10-03T18:00"), "Z9a.3.5": at("2026-10-03T22:00")}
    assert due(policy, Situation(1, dict(anchors), source_kind="forum")) == {}


def test_a_letter_follows_its_own_overdue_ladder(example_school: School) -> None:
    policy = in_force(example_school, "z9a-message-board")
    letter = Situation.found(1, at("2026-09-30T22:00"), source_kind="message_board")
    steps = policy.timers_for(letter)[0].ladder[2:]

    assert [(step["step"], datetime.fromisoformat(step["at"]), step.get("basis")) for step in steps] == [
        ("due", at("2026-10-03T22:00"), None),
        ("催办", at("2026-10-03T22:00"), None),
        ("督办", at("2026-10-04T22:00"), None),
        ("通报", at("2026-10-05T22:00"), None),
    ]


def test_a_written_explanation_stops_the_circular_and_nothing_else(example_school: School) -> None:
    """Z9a.3.7."""
    policy = in_force(example_school, "z9a-message-board")
    letter = Situation.found(1, at("2026-09-30T22:00"), source_kind="message_board", marks=frozenset({"explained"}))

    assert [step["step"] for step in policy.timers_for(letter)[0].ladder] == [
        "remind_50",
        "remind_20",
        "due",
        "催办",
        "督办",
    ]


def test_a_request_is_answered_the_same_day_it_is_found_and_the_day_it_is_done(example_school: School) -> None:
    """G5, Z9b.5.3-2: two clocks; the second starts when the matter is done."""
    policy = in_force(example_school, "z9b-university")
    found = Situation.found(1, at("2026-11-20T23:50"), nature="诉求")
    done = Situation(1, {**found.anchors, "resolved_at": at("2026-11-23T16:00")}, nature="诉求")

    assert due(policy, found) == {"Z9b.5.3-2a": at("2026-11-21T00:00")}
    assert due(policy, done)["Z9b.5.3-2b"] == at("2026-11-24T00:00")
    assert due(policy, Situation.found(1, at("2026-11-20T23:50"), nature="建议")) == {}


def test_a_length_that_the_school_has_not_set_is_no_clock_until_it_is(example_school: School) -> None:
    policy = in_force(example_school, "z9b-university")
    text_set = in_force(
        example_school,
        "z9b-university",
        **{"within: unset, done_by: reported_upward": "within: 2h, done_by: reported_upward"},
    )
    grave = Situation.found(2, at("2026-11-23T09:00"))

    assert due(policy, grave) == {}
    plan = text_set.timers_for(grave)[0]
    assert (plan.rule, plan.addressees, plan.deadline.due_at) == (
        "Z9b.5.2-1b", ("office", "vice"), at("2026-11-23T11:00"),
    )  # fmt: skip


def test_who_approves_signs_and_speaks_is_asked_of_the_profiles_in_force(example_school: School) -> None:
    """C11, C12, Z9c.7, Z5.9."""
    everyone = in_force(example_school, *example_school_profiles(example_school))
    letter = Situation.found(2, at("2026-11-23T09:00"), source_kind="message_board")
    post = Situation.found(1, at("2026-11-23T09:00"))

    assert everyone.approvers(letter) == ["principal", "vice", "office"]
    assert everyone.approvers(post) == ["principal", "office"]
    assert (everyone.speaker(letter), everyone.speaker(post)) == ("spokesperson", "")
    assert everyone.signers(post) == ["dept_head"]
    assert [each.by for each in everyone.follow_ups(letter)] == [["dept", "co_depts"]]
    assert everyone.follow_ups(post) == []
    assert everyone.extension("Z9a.3.5").max_total == "5d"  # type: ignore[union-attr]
    assert everyone.extension("Z1.6.2-1b") is None


def example_school_profiles(school: School) -> list[str]:
    return list(load_policy(school).file.profiles)


def test_a_mark_lifts_the_level_and_all_may_be_asked_for(example_school: School) -> None:
    """Z1.6.2-4, -5, C23."""
    policy = in_force(example_school, "z1-school")
    strict = in_force(example_school, "z1-school", **{"{any: [superior_instruction": "{all: [superior_instruction"})
    alone = frozenset({"superior_instruction"})
    three = alone | {"widely_republished", "grave_emergency"}

    assert [policy.level_floor(marks) for marks in (frozenset(), alone, frozenset({"false_information"}))] == [0, 3, 2]
    assert [strict.level_floor(marks) for marks in (alone, three)] == [0, 3]


def test_a_limit_from_above_is_a_clock_of_its_own_where_no_profile_asks_for_a_word(example_school: School) -> None:
    policy = in_force(example_school, "z7-township")
    limit = at("2026-11-24T12:00")
    plans = policy.timers_for(Situation.found(1, at("2026-11-23T09:00"), external_due_at=limit))

    assert [(plan.rule, plan.done_by, plan.deadline.due_at) for plan in plans] == [
        ("external_due_at", "responded", limit)
    ]
