"""Tests of matters: which cases belong together, and that one confidential case among them hides the posts of all."""

from typing import Any

import pytest

from cases.act import perform
from cases.case import load_case
from cases.matter import cases_of_matter, hides_posts
from search.posts import select_posts

ONE, TWO, PART = "HY-2026-0001", "HY-2026-0002", "HY-2026-0003"
VERDICT = {"level": "一般", "opinion": "属实", "evidence": "http://bbs.yunlu.example/1"}


def do(stage: Any, case_no: str, act: str, by: str = "gu_wenjing", **inputs: Any) -> None:
    with stage.ledger.change(by) as work:
        perform(work, stage.store, stage.school, case_no, act, by=by, **inputs)


def hidden(stage: Any) -> list[bool]:
    """Tell of each post, oldest first, whether it is out of the search."""
    with stage.ledger.read() as connection:
        return [post.confidential for post in select_posts(connection, "WHERE post_id > ? ORDER BY post_id", (0,))]


@pytest.fixture
def joined(stage: Any) -> Any:
    """Case one, merged into case two, of which three is a part; four is a stranger."""
    stage.found("2026-11-23T09:00", 1)
    stage.found("2026-11-23T09:00", 1, 2)
    do(stage, TWO, "confirm", "tang_ruolan", **VERDICT)
    do(stage, TWO, "split", lead="students", reason="另有补考")
    stage.found("2026-11-23T09:00", 1, 3)
    do(stage, ONE, "merge", into=TWO, reason="同一件事")
    return stage


def test_parts_and_merged_cases_are_one_matter_whichever_is_asked(joined: Any) -> None:
    with joined.ledger.read() as connection:
        found = {
            number: [case.case_no for case in cases_of_matter(connection, load_case(connection, number))]
            for number in (ONE, TWO, PART, "HY-2026-0004")
        }

    alone, matter = found.pop("HY-2026-0004"), [ONE, TWO, PART]
    assert alone == ["HY-2026-0004"]
    assert list(found.values()) == [matter, matter, matter]


def test_one_confidential_case_hides_the_posts_of_all_and_of_no_stranger(joined: Any) -> None:
    before = hidden(joined)
    do(joined, PART, "set_confidential", reason="涉及考务")
    with joined.ledger.read() as connection:
        told = [hides_posts(connection, load_case(connection, number)) for number in (ONE, TWO, "HY-2026-0004")]

    assert told == [True, True, False]
    assert (before, hidden(joined)) == ([False, False, False], [True, True, False])


def test_a_later_post_is_hidden_by_another_part_of_its_case(joined: Any, hear_change: Any) -> None:
    do(joined, PART, "set_confidential", reason="涉及考务")
    number = joined.hear(2, 1)
    joined.open(hear_change(2, 1, kind="grown", post_ids=[number]))

    assert hidden(joined)[-1] is True


@pytest.mark.parametrize("number", [ONE, TWO, PART])
def test_a_matter_is_confidential_as_a_whole_and_lifted_as_a_whole_from_whichever_case(
    joined: Any, number: str
) -> None:
    do(joined, number, "set_confidential", reason="涉及考务")
    with joined.ledger.read() as connection:
        flags = [load_case(connection, each).confidential for each in (ONE, TWO, PART, "HY-2026-0004")]
    still = hidden(joined)
    do(joined, PART, "lift_confidential", reason="考试结束")
    with joined.ledger.read() as connection:
        after = [load_case(connection, each).confidential for each in (ONE, TWO, PART)]

    assert flags == [True, True, True, False]
    assert (still, hidden(joined)) == ([True, True, False], [False, False, False])
    assert after == [False, False, False]


def test_what_is_heard_of_a_merged_case_reaches_the_one_that_took_it_in(stage: Any, hear_change: Any) -> None:
    kept, merged = stage.found("2026-11-23T09:00", 1), stage.found("2026-11-23T09:00", 1, 2)
    do(stage, merged, "merge", into=kept, reason="同一件事")
    stage.at("2026-11-24T10:00")
    stage.open(hear_change(2, 3, kind="raised"))

    with stage.ledger.read() as connection:
        cases = [load_case(connection, case_no) for case_no in (kept, merged)]
    assert [(case.level_code, case.is_open, case.outcome) for case in cases] == [(3, True, ""), (1, False, "已并入")]


def test_a_merged_case_that_is_opened_again_answers_for_itself(stage: Any, hear_change: Any) -> None:
    kept, merged = stage.found("2026-11-23T09:00", 1), stage.found("2026-11-23T09:00", 1, 2)
    do(stage, merged, "merge", into=kept, reason="同一件事")
    do(stage, merged, "reopen", reason="是两件事")
    stage.open(hear_change(2, 3, kind="raised"))

    with stage.ledger.read() as connection:
        assert [load_case(connection, case_no).level_code for case_no in (kept, merged)] == [1, 3]


def test_a_level_that_a_person_lowered_before_the_merge_is_not_raised_again(stage: Any, hear_change: Any) -> None:
    kept, merged = stage.found("2026-11-23T09:00", 1), stage.found("2026-11-23T09:00", 2, 2)
    do(stage, merged, "confirm", **VERDICT)
    do(stage, merged, "merge", into=kept, reason="同一件事")
    stage.open(hear_change(2, 2))

    with stage.ledger.read() as connection:
        assert [load_case(connection, case_no).level_code for case_no in (kept, merged)] == [1, 1]
