"""Tests of the policy's linter."""

import pytest

from cases.check_policy import check_policy, policy_warnings
from cases.policy import load_policy
from foundation.errors import ConfigError
from foundation.school import School, SchoolFiles


def changed(school: School, file: str, right: str, wrong: str) -> School:
    assert right in school.files.texts[file]
    return School.from_files(SchoolFiles({**school.files.texts, file: school.files.texts[file].replace(right, wrong)}))


def test_the_example_school_can_carry_out_its_policy(example_school: School) -> None:
    check_policy(example_school)

    assert policy_warnings(load_policy(example_school)) == [
        "重大 的汇报（Z1.6.2-2a）可能晚于 一般（Z1.6.2-1a）：例如 2026-01-03 发现的（C5）"
    ]


def test_a_role_that_nobody_holds_is_refused(example_school: School) -> None:
    school = changed(example_school, "policy.yaml", "to: [principal]", "to: [spokesperson]")
    school = changed(school, "departments.yaml", "spokesperson: [ding_xiaoyu]", "spokesperson: []")

    with pytest.raises(ConfigError, match="spokesperson") as caught:
        check_policy(school)

    assert caught.value.problems[0].line > 1


def test_department_roles_need_no_holder_of_their_own(example_school: School) -> None:
    assert not example_school.holders("owner")

    check_policy(example_school)


def test_a_higher_level_that_may_be_due_later_is_warned_of(example_school: School) -> None:
    school = changed(example_school, "policy.yaml", "within: 2wd", "within: 5wd")

    assert any(
        warning.startswith("重大 的回应（Z1.6.2-2b）可能晚于 一般（Z1.6.2-1b）")
        for warning in policy_warnings(load_policy(school))
    )


def test_a_report_due_after_its_response_is_warned_of(example_school: School) -> None:
    school = changed(example_school, "policy.yaml", "within: 3h", "within: 30h")

    assert any(
        warning.startswith("特别重大 的汇报（Z1.6.2-3a）晚于回应") for warning in policy_warnings(load_policy(school))
    )
