"""Tests of the words of a policy against each other: each unknown one is named with its line and the nearest."""

from pathlib import Path

import pytest

from cases.policy_file import PolicyFile
from cases.policy_words import timers_of
from foundation.config import parse
from foundation.errors import ConfigError

TEXT = (Path(__file__).parents[2] / "school" / "policy.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(("right", "wrong", "says", "hint"), [
    ("publish_gate: principal", "publish_gate: principle", "不认识的角色 principle", "是不是 principal？"),
    ("approve_reply: [office]", "approve_reply: [ofice]", "不认识的角色 ofice", "是不是 office？"),
    ("dual_report: [office, vice]", "dual_report: [office, vize]", "不认识的角色 vize", "是不是 vice？"),
    ("sign_off: dept_head", "sign_off: dept_hed", "不认识的角色 dept_hed", "是不是 dept_head？"),
    ("by: [dept, co_depts]", "by: [dept, co_dept]", "不认识的角色 co_dept", "co_depts"),
    ("needs: [reason, vice]", "needs: [reason, vise]", "不认识的角色 vise", "是不是 vice？"),
    ("statement_by: {重大: spokesperson", "statement_by: {重要: spokesperson", "不认识的等级 重要", "是不是 重大？"),
    ("sources_at: {重大: 2", "sources_at: {较大: 2", "不认识的等级 较大", "是不是 重大？"),
    ("grave_emergency]}, level: 特别重大", "grave_emergency]}, level: 红色", "不认识的等级 红色", "等级有：一般、"),
    ("{nature: 诉求}, from: discovered_at", "{nature: 要求}, from: discovered_at", "不认识的性质 要求", "诉求"),
    ("{timer: Z9a.3.5, minus: 4h}", "{timer: Z9a.3.6, minus: 4h}", "不认识的时限 Z9a.3.6", "Z9a.3.5"),
    ("within: 第一时间", "within: 第一时刻", "第一时刻 不是时限", "unnumbered 里的词：及时"),
    ("every: 定期", "every: unset", "unset 不是时限", "可以写 30m"),
    ("及时: 4h", "及时: 四小时", "unnumbered 写得不对", "不是时限"),
])  # fmt: skip
def test_an_unknown_word_points_at_its_line(right: str, wrong: str, says: str, hint: str) -> None:
    assert right in TEXT
    text = TEXT.replace(right, wrong, 1)
    line = next(number for number, words in enumerate(text.splitlines(), 1) if wrong in words)

    with pytest.raises(ConfigError, match=says) as caught:
        parse(PolicyFile, text, "policy.yaml")

    problem = caught.value.problems[0]
    assert problem.line == line
    assert hint in problem.hint


@pytest.mark.parametrize(("profile", "says"), [
    ("{extends: z1-scool}", "要继承的 z1-scool 没有写在 profiles 里"),
    ("{extends: own}", "继承绕成了圈：own、own"),
])  # fmt: skip
def test_a_profile_that_builds_upon_nothing_or_upon_itself_is_refused(profile: str, says: str) -> None:
    text = TEXT.replace("profiles:\n", f"profiles:\n  own: {profile}\n")

    with pytest.raises(ConfigError, match=says):
        parse(PolicyFile, text, "policy.yaml")


def test_the_example_holds_all_eight_profiles_and_their_timers() -> None:
    file = parse(PolicyFile, TEXT, "policy.yaml")

    assert len(file.profiles) == 8
    assert len(list(timers_of(file))) == 17
