"""Tests of policy.yaml as records: every mistake is named."""

from pathlib import Path

import pytest

from cases.policy_file import PolicyFile
from foundation.config import parse
from foundation.errors import ConfigError

TEXT = (Path(__file__).parents[2] / "school" / "policy.yaml").read_text(encoding="utf-8")


def test_the_example_policy_has_the_six_timers_of_the_school() -> None:
    file = parse(PolicyFile, TEXT, "policy.yaml")

    assert [timer.id for timer in file.profiles["z1-school"].timers] == [
        "Z1.6.2-1a",
        "Z1.6.2-1b",
        "Z1.6.2-2a",
        "Z1.6.2-2b",
        "Z1.6.2-3a",
        "Z1.6.2-3b",
    ]


@pytest.mark.parametrize(("right", "wrong", "says"), [
    ("within: 3wd", "withn: 3wd", "withi"),
    ("within: 3wd", "within: 三天", "不是时限"),
    ("done_by: responded", "done_by: answered", "done_by"),
    ("{level: 一般}", "{level: 小事}", "不认识的等级 小事"),
    ("to: [owner]", "to: [boss]", "不认识的角色 boss"),
    ("to: [owner]}", "to: []}", "向谁汇报"),
    (", by: dept}", "}", "谁来回应"),
    ("enabled: [z1-school]", "enabled: [z2-school]", "z2-school"),
    ("特别重大: 15m, climbs", "climbs", "特别重大 的初判时限"),
    ("一般: 4h", "一般: 1wd", "分钟或小时"),
    ("before: [50%, 20%]", "before: [一半]", "百分比"),
    ('open: "08:30", close: "17:30"', 'open: "18:30", close: "17:30"', "open"),
    ("conflict: earliest_due", "conflict: latest", "conflict"),
    ("version: 1\n", "version: 1\nversion: 2\n", "两次"),
])  # fmt: skip
def test_a_mistake_is_named(right: str, wrong: str, says: str) -> None:
    assert right in TEXT

    with pytest.raises(ConfigError, match=says):
        parse(PolicyFile, TEXT.replace(right, wrong), "policy.yaml")


def test_an_unknown_key_is_named_with_its_line_and_the_nearest_right_one() -> None:
    with pytest.raises(ConfigError) as caught:
        parse(PolicyFile, TEXT.replace("overdue_default:", "overdue_defualt:"), "policy.yaml")

    problem = caught.value.problems[0]
    assert problem.line > 1
    assert "overdue_default" in problem.hint
