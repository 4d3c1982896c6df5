"""Tests of a policy in words."""

from datetime import UTC, datetime

import pytest

from cases.describe_policy import compare_policies, describe_length, describe_profiles, describe_rule, describe_when
from cases.policy import Policy, load_policy
from cases.profile_file import When
from foundation.school import School, SchoolFiles

NOW = datetime(2026, 11, 25, 4, tzinfo=UTC)


def everything(school: School, right: str = "", wrong: str = "") -> Policy:
    text = school.files.texts["policy.yaml"]
    names = ", ".join(load_policy(school).file.profiles)
    text = text.replace("enabled: [z1-school]", f"enabled: [{names}]").replace(right, wrong)
    return load_policy(School.from_files(SchoolFiles({**school.files.texts, "policy.yaml": text})))


@pytest.mark.parametrize(("rule", "line"), [
    ("Z1.6.2-1b", "Z1.6.2-1b  一般  发现起 3 个工作日内  处置并回应  承办部门"),
    ("Z5.13", "Z5.13  本校系统事件  事件发生起 24 小时内  报告  主要领导"),
    ("Z7.7-2a", "Z7.7-2a  突发事件或重大及以上  发现起 第一时间（产品默认 30 分钟）  通知  领导小组办公室"),
    ("Z9b.5.2-1b", "Z9b.5.2-1b  重大及以上  发现起 （本校尚未规定）  逐级报告  领导小组办公室、分管领导"),
])  # fmt: skip
def test_a_timer_reads_as_a_line(example_school: School, rule: str, line: str) -> None:
    policy = everything(example_school)

    assert describe_rule(policy, policy.timers[rule]) == line


def test_what_may_bend_a_clock_is_said(example_school: School) -> None:
    policy = everything(example_school)

    assert describe_rule(policy, policy.timers["Z9a.3.5"]).endswith("（可延期一次，总共不超过 5 天）")
    assert describe_rule(policy, policy.timers["Z9a.3.3"]).endswith("（不晚于 Z9a.3.5 到期前 4 小时）")
    assert describe_length(policy, policy.timers["Z8.7"]) == "及时（产品默认 4 小时）"
    assert describe_when(When()) == "全部案件"


def test_the_profiles_in_force_are_told_whole(example_school: School) -> None:
    lines = list(describe_profiles(everything(example_school), NOW))

    assert "z9a-message-board（只管 message_board）" in lines
    assert "  到期时 催办  部门联络员" in lines
    assert "  到期时 催办  部门联络员（产品默认）" in lines
    assert "  逾期 2 天 通报  领导小组办公室（由人决定，已作说明的除外）" in lines
    assert "  Z1.6.1-4b  舆情通报  每期至少 1 次，本期到 2026-11-30 00:00" in lines
    assert "  重大 由 新闻发言人 发布" in lines
    assert "  双重报告  领导小组办公室、分管领导" in lines


def test_two_policies_are_compared_by_provision(example_school: School) -> None:
    before, after = everything(example_school), everything(example_school, "within: 3wd", "within: 2wd")

    assert compare_policies(before.file, before.file) == []
    assert compare_policies(before.file, after.file) == ["~ profiles.z1-school.timers.Z1.6.2-1b.within: 3wd → 2wd"]


def test_what_came_and_what_went_are_told_apart(example_school: School) -> None:
    before = everything(example_school)
    after = everything(example_school, "    sign_off: dept_head\n", "    publish_gate: principal\n")

    assert compare_policies(before.file, after.file) == [
        "+ profiles.z9c-hospital.publish_gate: principal",
        "- profiles.z9c-hospital.sign_off: dept_head",
    ]
