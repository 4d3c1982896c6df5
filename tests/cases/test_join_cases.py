"""Tests of merging and splitting: the other case is changed in the same transaction, or nothing is."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from cases.act import perform
from cases.case import case_of_event, list_cases, load_case, timeline, timers_of
from cases.join_cases import taken_in
from foundation.errors import Refused
from search.posts import select_posts

VERDICT = {"level": "一般", "opinion": "属实", "evidence": "http://bbs.yunlu.example/1"}


def do(stage: Any, case_no: str, act: str, by: str = "gu_wenjing", **inputs: Any) -> None:
    with stage.ledger.change(by) as work:
        perform(work, stage.store, stage.school, case_no, act, by=by, **inputs)


@pytest.mark.parametrize("into", ["HY-2026-0001", "HY-2026-0404", "HY-2026-0002", "HY-2026-0003"])
def test_a_case_is_not_merged_into_itself_a_closed_an_unknown_or_a_help_first_one(stage: Any, into: str) -> None:
    stage.found("2026-11-23T09:00", 1)
    stage.found("2026-11-23T09:00", 1, 2)
    stage.found("2026-11-23T09:00", 1, 3, restricted=True)
    do(stage, "HY-2026-0002", "dismiss", verdict="误报", reason="别的学校")

    with pytest.raises(Refused):
        do(stage, "HY-2026-0001", "merge", into=into, reason="重复")
    with stage.ledger.read() as connection:
        assert load_case(connection, "HY-2026-0001").state == "研判"


def test_a_merged_case_has_no_clock_and_the_other_says_so(stage: Any) -> None:
    stage.found("2026-11-23T09:00", 1)
    stage.found("2026-11-23T09:00", 1, 2)
    do(stage, "HY-2026-0002", "merge", into="HY-2026-0001", reason="同一件事")

    with stage.ledger.read() as connection:
        merged = load_case(connection, "HY-2026-0002")
        running = [row for row in timers_of(connection, ["HY-2026-0002"]) if row.state == "open"]
        told = timeline(connection, "HY-2026-0001")[-1]
    assert (merged.outcome, merged.merged_into, running) == ("已并入", "HY-2026-0001", [])
    assert (told.act, told.data["absorbed"]) == ("absorb", "HY-2026-0002")


def test_a_split_case_is_of_the_same_event_and_the_events_own_stays_the_first(stage: Any) -> None:
    stage.found("2026-11-23T09:00", 1)
    do(stage, "HY-2026-0001", "confirm", "tang_ruolan", **VERDICT)
    stage.at("2026-11-24T15:00")
    do(stage, "HY-2026-0001", "split", lead="students", reason="另有补考")
    do(stage, "HY-2026-0001", "split", lead="league", reason="还有社团")

    with stage.ledger.read() as connection:
        cases = list_cases(connection)
        own = case_of_event(connection, 1)
        due = [
            {row.rule: (row.anchor_at, row.due_at) for row in timers_of(connection, [number]) if row.state == "open"}
            for number in ("HY-2026-0001", "HY-2026-0002")
        ]
    assert [(case.event_id, case.part, case.lead) for case in cases] == [
        (1, 0, "safety"), (1, 1, "students"), (1, 2, "league"),
    ]  # fmt: skip
    assert own is not None
    assert own.case_no == "HY-2026-0001"
    assert "Z1.6.2-1b" in due[1]
    assert due[1] == due[0]  # splitting gives nobody more time
    assert [(case.discovered_at, case.posted_at) for case in cases] == [
        (cases[0].discovered_at, cases[0].posted_at)
    ] * 3


@pytest.mark.parametrize("secret", ["HY-2026-0001", "HY-2026-0002"])
def test_a_merge_with_a_confidential_case_makes_both_confidential_and_hides_all_posts(stage: Any, secret: str) -> None:
    stage.found("2026-11-23T09:00", 1)
    stage.found("2026-11-23T09:00", 1, 2)
    do(stage, secret, "set_confidential", reason="涉及考务")
    do(stage, "HY-2026-0002", "merge", into="HY-2026-0001", reason="同一件事")

    with stage.ledger.read() as connection:
        assert [case.confidential for case in list_cases(connection)] == [True, True]
        assert [post.confidential for post in select_posts(connection, "WHERE event_id IN (1, 2)")] == [True, True]


def test_the_case_that_takes_another_in_has_the_earlier_instants_and_the_marks_of_both(stage: Any) -> None:
    stage.found("2026-11-23T09:00", 1)
    stage.found("2026-11-24T09:00", 2, 2)
    with stage.ledger.read() as connection:
        older, graver = (load_case(connection, number) for number in ("HY-2026-0001", "HY-2026-0002"))
    limit = older.discovered_at + timedelta(days=2)
    older = replace(older, external_due_at=limit, marks=["sudden", "explained"], confidential=True, nature="诉求")
    joined = replace(graver, **taken_in(older, graver))

    assert (joined.level_code, joined.discovered_at) == (2, older.discovered_at)
    assert joined.raised_at == graver.discovered_at  # 重大 was found then; before, nobody owed its reports (C17)
    assert (joined.external_due_at, joined.marks, joined.nature) == (limit, ["sudden"], "诉求")
    assert joined.confidential
    same = replace(graver, **taken_in(replace(older, level_code=2), graver))
    assert (same.discovered_at, same.raised_at) == (older.discovered_at, None)
