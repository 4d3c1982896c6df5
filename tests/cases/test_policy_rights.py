"""Tests of what a policy says about rights, and of our defaults where it says nothing."""

import re
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from cases.case import Case, load_case
from cases.policy import Policy, load_policy
from cases.policy_rights import approval_chain, signers, sources_needed, speaker, top_level_roles
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


def test_the_head_signs_unless_a_profile_names_somebody_else(stage: Any, case: Case) -> None:
    other = policy_of(stage, "z9c-hospital", "sign_off: dept_head", "sign_off: vice")

    assert signers(policy_of(stage, "z1-school"), case) == signers(policy_of(stage, "z9c-hospital"), case)
    assert signers(policy_of(stage, "z1-school"), case) == ("dept_head",)
    assert signers(other, case) == ("vice",)
