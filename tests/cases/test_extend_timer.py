"""Tests of 延期: once, before the due time, with reason and consent, in total never beyond five days (C7)."""

from dataclasses import replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.case import load_case
from cases.extend_timer import extended
from cases.policy import Policy, load_policy
from cases.set_timers import move_timers
from cases.situation import Situation
from foundation.clock import SCHOOL_ZONE
from foundation.errors import Refused
from foundation.school import School, SchoolFiles
from tests.cases.test_clock_words import CASE

RULE = "Z9a.3.5"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SCHOOL_ZONE)


POSTED = at("2026-09-30T22:00")
ROW = SimpleNamespace(rule=RULE, due_at=POSTED + timedelta(days=3))


@pytest.fixture(scope="module")
def board(example_school: School) -> School:
    text = example_school.files.texts["policy.yaml"].replace("enabled: [z1-school]", "enabled: [z9a-message-board]")
    return School.from_files(SchoolFiles({**example_school.files.texts, "policy.yaml": text}))


@pytest.fixture(scope="module")
def policy(board: School) -> Policy:
    return load_policy(board)


def ask(policy: Policy, total: str = "5d", **more: Any) -> dict[str, str]:
    request = {"at": POSTED, "reason": "需实地核查", "consent": {"vice"}, **more}
    case, row = request.pop("case", CASE), request.pop("row", ROW)
    return extended(policy, case, row, total, **request)


def test_one_extension_with_reason_and_consent_is_granted(policy: Policy) -> None:
    assert ask(policy) == {RULE: "5d"}
    assert ask(policy, "96h") == {RULE: "96h"}


@pytest.mark.parametrize(("total", "more", "says"), [
    ("6d", {}, "自起算总共不得超过 5 天"),
    ("121h", {}, "自起算总共不得超过 5 天"),
    ("3d", {}, "并没有比原来的"),
    ("5wd", {}, "不能相比"),
    ("五天", {}, "延期写得不对"),
    ("5d", {"case": replace(CASE, extensions={RULE: "4d"})}, "已经延期过一次"),
    ("5d", {"at": ROW.due_at + timedelta(seconds=1)}, "延期要在到期之前提出"),
    ("5d", {"reason": " "}, "没有写延期的理由"),
    ("5d", {"consent": {"officer"}}, "还没有 分管领导 的同意"),
    ("5d", {"row": SimpleNamespace(rule="Z1.6.2-1b", due_at=ROW.due_at)}, "这个时限不能延期"),
])  # fmt: skip
def test_anything_else_is_refused_with_its_reason(policy: Policy, total: str, more: dict[str, Any], says: str) -> None:
    with pytest.raises(Refused, match=says):
        ask(policy, total, **more)


@given(amount=st.integers(1, 400), unit=st.sampled_from(["m", "h", "d"]), hours=st.integers(0, 71))
def test_no_extension_reaches_beyond_five_days(policy: Policy, amount: int, unit: str, hours: int) -> None:
    try:
        granted = ask(policy, f"{amount}{unit}", at=POSTED + timedelta(hours=hours))
    except Refused:
        return
    anchors = {"posted_at": POSTED, "discovered_at": POSTED}
    plan = policy.timers_for(Situation(1, dict(anchors), source_kind="message_board", extensions=granted))[0]

    assert POSTED + timedelta(days=3) < plan.deadline.due_at <= POSTED + timedelta(days=5)


def test_an_extension_moves_the_clock_with_an_audit_row(stage: Any, board: School) -> None:
    stage.school = board
    case_no = stage.found("2026-09-30T22:00", 1, site_kind="message_board", published_at=POSTED)
    policy = load_policy(board)
    with stage.ledger.change("shen_mingde") as work:
        before = load_case(work.connection, case_no)
        after = replace(before, extensions=ask(policy))
        move_timers(work, before, after, policy)
        rows = list(work.connection.exec_driver_sql("SELECT due_at, state FROM timer WHERE rule = ?", (RULE,)))
        audited = work.connection.exec_driver_sql("SELECT details FROM audit WHERE act = 'case.due_moved'").scalar_one()

    assert [(datetime.fromisoformat(row.due_at), row.state) for row in rows] == [(at("2026-10-05T22:00"), "open")]
    assert '"cause":"extension"' in audited.replace(" ", "")
