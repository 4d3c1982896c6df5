"""Roles become recipients."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from alerts.case_view import CaseView
from alerts.choose_recipients import (
    ASSISTING,
    ROUTES,
    Recipient,
    Route,
    danger_recipients,
    department_of,
    recipients_of,
    restricted_recipients,
    routes_of,
    told_recipients,
)

VIEW = CaseView(datetime(2026, 10, 8, tzinfo=UTC), "HY-1", lead="safety", assisting=("network", "gone"))
TABLE = [  # role, destinations
    ("dept", [("email", "safety"), ("dingtalk", "safety")]),
    ("lead_dept", [("email", "safety"), ("dingtalk", "safety")]),
    (ASSISTING, [("email", "network"), ("dingtalk", "network")]),
    ("liaison", [("email", "bai"), ("dingtalk", "safety")]),
    ("dept_head", [("email", "qin")]),
    ("owner", [("email", "qin")]),
    ("officer", [("email", "xu")]),
    ("tech", [("email", "cheng"), ("dingtalk", "network")]),
    ("spokesperson", [("email", "gu")]),
]


@pytest.mark.parametrize(("role", "expected"), TABLE)
def test_a_role_becomes_its_destinations(paper_school, role, expected):
    found = recipients_of(Route("x", (role,)), paper_school, VIEW, [])

    assert [(recipient.channel, recipient.name) for recipient in found] == expected


def test_a_person_with_two_roles_is_told_once(paper_school):
    found = recipients_of(Route("x", ("office", "spokesperson")), paper_school, VIEW, [])

    assert [recipient.name for recipient in found] == ["gu"]


def test_the_robot_calls_the_person_that_the_route_names(paper_school):
    found = recipients_of(Route("x", ("dept",), "owner"), paper_school, VIEW, [])

    assert found[1] == Recipient("dingtalk", "safety", ("qin",))


def test_a_case_without_department_goes_to_the_office(paper_school):
    view = CaseView(VIEW.as_of, "HY-1")

    assert [found.name for found in recipients_of(Route("x", ("dept",)), paper_school, view, [])] == ["gu"]


def test_restricted_cases_reach_the_principal_only_when_named(paper_school):
    assert [found.name for found in restricted_recipients(paper_school, VIEW, [])] == ["wen"]
    assert [found.name for found in restricted_recipients(paper_school, VIEW, ["principal"])] == ["wen", "lin"]


@pytest.mark.parametrize("step", ["triage_1", "triage_4"])
def test_all_triage_steps_share_one_route(step):
    assert routes_of("timer.step", step) == ROUTES["timer.step:triage"]


def test_unknown_facts_and_steps_tell_nobody():
    assert routes_of("case.replied") == ()
    assert routes_of("timer.step", "never_heard_of") == ()


def test_an_unknown_department_is_none(paper_school):
    assert department_of(paper_school, "gone") is None


def test_danger_reaches_the_duty_persons_and_the_head_of_security_each_once(example_school):
    found = danger_recipients(example_school, VIEW)

    assert [(recipient.channel, recipient.name) for recipient in found] == [
        ("email", "qin_weiguo"),
        ("email", "bai_shouping"),
    ]


def test_what_is_told_reaches_the_head_of_the_named_department_only(paper_school):
    assert told_recipients(paper_school, "network") == [Recipient("email", "cheng")]
    assert told_recipients(paper_school, "gone") == []


@pytest.mark.parametrize(
    ("acting", "told"),
    [
        ({}, ["wen_ruxin", "jiang_huiyin"]),
        ({"wen_ruxin": "jiang_huiyin"}, ["jiang_huiyin"]),
        ({"wen_ruxin": "gu_wenjing"}, ["wen_ruxin", "jiang_huiyin"]),
        ({"wen_ruxin": "gu_wenjing", "jiang_huiyin": "gu_wenjing"}, ["wen_ruxin", "jiang_huiyin"]),
    ],
)
def test_an_absent_counsellor_is_told_through_a_counsellor_or_in_person_and_never_through_another(
    example_school, acting, told
):
    found = restricted_recipients(example_school, replace(VIEW, acting=acting), [])

    assert [recipient.name for recipient in found] == told


def test_danger_also_reaches_whose_shift_it_is(example_school):
    found = danger_recipients(example_school, replace(VIEW, on_duty=("tang_ruolan", "bai_shouping", "gone")))

    assert [recipient.name for recipient in found] == ["qin_weiguo", "bai_shouping", "tang_ruolan"]


@pytest.mark.parametrize(
    ("acting", "told"),
    [
        ({"qin_weiguo": "luo_chengan"}, ["luo_chengan", "bai_shouping"]),
        ({"qin_weiguo": "bai_shouping"}, ["bai_shouping"]),
        ({"qin_weiguo": "gone"}, ["qin_weiguo", "bai_shouping"]),
        ({"tang_ruolan": "gu_wenjing"}, ["qin_weiguo", "bai_shouping"]),
    ],
)
def test_danger_reaches_the_deputy_of_who_is_away(example_school, acting, told):
    found = danger_recipients(example_school, replace(VIEW, acting=acting))

    assert [recipient.name for recipient in found] == told
