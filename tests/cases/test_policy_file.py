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
        parse(PolicyFile, TEXT.replace(right, wrong, 1), "policy.yaml")


def test_an_unknown_key_is_named_with_its_line_and_the_nearest_right_one() -> None:
    with pytest.raises(ConfigError) as caught:
        parse(PolicyFile, TEXT.replace("overdue_default:", "overdue_defualt:"), "policy.yaml")

    problem = caught.value.problems[0]
    assert problem.line > 1
    assert "overdue_default" in problem.hint


@pytest.mark.parametrize(("right", "wrong", "says", "hint"), [
    ("to: [principal]", "to: [principle]", "不认识的角色 principle", "是不是 principal？"),
    ("by: dept}", "by: depr}", "不认识的角色 depr", "是不是 dept？"),
    ("do: 催办, to: [liaison]", "do: 催办, to: [zzz]", "不认识的角色 zzz", "先写在 roles 里；已有：watch、"),
    ("needs_human: office", "needs_human: ofice", "不认识的角色 ofice", "是不是 office？"),
    ("climbs: [watch, officer", "climbs: [watch, oficer", "不认识的角色 oficer", "是不是 officer？"),
    ("{level: 特别重大}", "{level: 特别大}", "不认识的等级 特别大", "是不是 特别重大？"),
    ("duty_time: [一般]", "duty_time: [小事]", "不认识的等级 小事", "等级有：一般、重大、特别重大"),
    ("enabled: [z1-school]", "enabled: [z1-scholl]", "enabled 里的 z1-scholl", "是不是 z1-school？"),
    ("特别重大: 15m, climbs", "climbs", "triage 没有写 特别重大 的初判时限", "写上 特别重大: 4h"),
    ("effective_from: 2026-11-01", "effective_from: 2026-13-01", "effective_from 不是存在的日期", "docs/school.md"),
])  # fmt: skip
def test_a_mistake_points_at_its_line_and_names_the_nearest_word(right: str, wrong: str, says: str, hint: str) -> None:
    assert right in TEXT
    text = TEXT.replace(right, wrong, 1)
    line = next(number for number, words in enumerate(text.splitlines(), 1) if wrong in words)

    with pytest.raises(ConfigError, match=says) as caught:
        parse(PolicyFile, text, "policy.yaml")

    problem = caught.value.problems[0]
    assert problem.line == line
    assert hint in problem.hint
