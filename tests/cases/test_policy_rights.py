"""Tests of what a policy says about rights, and of our defaults where it says nothing."""

import re
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from cases.case import Case, load_case
from cases.policy import Policy, load_policy
from cases.policy_rights import approval_chain, extension_problem, sources_needed, speaker, top_level_roles
from foundation.clock import SCHOOL_ZONE
from foundation.school import School, SchoolFiles


def policy_of(stage: Any, enabled: str, old: str = "", new: str = "") -> Policy:
    texts = dict(stage.school.files.texts)
    text = re.sub(r"^enabled: .*$", f"enabled: [{enabled}]", texts["policy.yaml"], flags=re.M)
    texts["policy.yaml"] = text.replace(old, new)
    return load_policy(School.from_files(SchoolFiles(texts)))


@pytest.fixture
def case(stage: Any) -> Case:
    case_no = stage.found("2026-11-23T09:00", 2)
    with stage.ledger.read() as connection:
        return load_case(connection, case_no)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SCHOOL_ZONE)


def test_what_a_policy_leaves_open_follows_our_defaults(stage: Any, case: Case) -> None:
    policy = policy_of(stage, "z1-school", ", sources_at: {重大: 2, 特别重大: 2}")

    assert [sources_needed(policy, level) for level in ("一般", "重大", "特别重大")] == [1, 2, 2]
    assert top_level_roles(policy) == ("leading_group", "principal", "vice")
    assert (approval_chain(policy, case), speaker(policy, case)) == ([], "")


def test_what_a_policy_says_counts(stage: Any, case: Case) -> None:
    policy = policy_of(
        stage, "z9b-university", "sources_at: {重大: 2", "top_level_by: [principal], sources_at: {重大: 3"
    )

    assert sources_needed(policy, "重大") == 3
    assert top_level_roles(policy) == ("principal",)
    assert (approval_chain(policy, case), speaker(policy, case)) == (["office"], "spokesperson")


def test_a_help_first_case_stays_with_the_counsellors(stage: Any, case: Case) -> None:
    policy, restricted = policy_of(stage, "z9b-university"), replace(case, restricted=True)

    assert (approval_chain(policy, restricted), speaker(policy, restricted)) == ([], "")


@pytest.mark.parametrize(
    ("rule", "within", "now", "granted", "says"),
    [
        ("Z9a.3.5", "5d", "2026-11-24T09:00", {}, ""),
        ("Z9a.3.5", "6d", "2026-11-24T09:00", {}, "总共最长 5d"),
        ("Z9a.3.5", "2d", "2026-11-24T09:00", {}, "没有更晚"),
        ("Z9a.3.5", "5 days", "2026-11-24T09:00", {}, "5 days"),
        ("Z9a.3.5", "5d", "2026-11-26T09:00", {}, "已经到期"),
        ("Z9a.3.5", "5d", "2026-11-24T09:00", {"Z9a.3.5": "4d"}, "已经延过一次"),
        ("Z9a.3.3", "5d", "2026-11-24T09:00", {}, "没有可以延期的规定"),
    ],
)
def test_a_clock_is_extended_once_before_it_is_due_and_only_so_far(
    stage: Any, case: Case, rule: str, within: str, now: str, granted: dict[str, str], says: str
) -> None:
    letter = replace(case, source_kind="message_board", posted_at=case.discovered_at, extensions=granted)
    found = extension_problem(policy_of(stage, "z9a-message-board"), letter, rule, within, at(now))

    assert found == "" if not says else says in found


def test_a_clock_that_does_not_run_is_not_extended(stage: Any, case: Case) -> None:
    assert "现在没有时限" in extension_problem(
        policy_of(stage, "z9a-message-board"), case, "Z9a.3.5", "5d", at("2026-11-24T09:00")
    )
