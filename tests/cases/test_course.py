"""Tests of what a course says: which approvals count, which tasks and receipts are owed."""

from datetime import UTC, datetime
from typing import Any

from cases.case import Act, change_case, load_case
from cases.course import approvals, authors, missing_receipts, since, text_hash, unfinished

AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def acts(*words: str, **data: Any) -> list[Act]:
    return [Act(word, "someone", AT, data) for word in words]


def test_an_approval_counts_until_the_text_changes() -> None:
    assert len(approvals(acts("reply", "approve", "approve"))) == 2
    assert approvals(acts("approve", "edit")) == approvals(acts("approve", "return", "reply")) == []


def test_a_new_assignment_gives_every_department_its_task_again(stage: Any) -> None:
    case_no = stage.found("2026-11-23T09:00", 1)
    with stage.ledger.change() as work:
        case = change_case(work, load_case(work.connection, case_no), assisting=["students", "league"])
    done = acts("finish_task", units=["students"])

    assert unfinished(case, done) == ["league"]
    assert unfinished(case, [*done, *acts("transfer")]) == ["students", "league"]
    assert missing_receipts(case, acts("receipt", units=["safety"])) == ["students", "league"]


def test_only_receipts_of_the_result_told_last_count(stage: Any) -> None:
    case_no = stage.found("2026-11-23T09:00", 1)
    with stage.ledger.read() as connection:
        case = load_case(connection, case_no)
    first = [*acts("circulate"), *acts("receipt", units=["safety"])]

    assert missing_receipts(case, first) == []
    assert missing_receipts(case, [*first, *acts("reopen", "circulate")]) == ["safety"]
    assert since(acts("open", "reopen", "assign", "reopen", "reply"), "reopen") == acts("reply")
    assert since(acts("open", "reply"), "reopen") == acts("open", "reply")


def test_whoever_wrote_a_part_of_the_answer_is_its_author_until_it_is_written_anew() -> None:
    def act(word: str, by: str, **data: Any) -> Act:
        return Act(word, by, AT, data)

    first = [
        act("reply", "bai", response="一"),
        act("edit", "gu", response="二"),
        act("reply", "luo", disposition="三"),
    ]

    assert authors([]) == set()
    assert authors(first) == {"bai", "gu"}
    assert authors([*first, act("reply", "qin", response="四")]) == {"qin"}


def test_an_approval_pins_the_text() -> None:
    assert text_hash("已道歉") == text_hash("已道歉") != text_hash("已道歉。")
