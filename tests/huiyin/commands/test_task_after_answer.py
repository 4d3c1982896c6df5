"""Tests of `huiyin task`: what the program asks for after an answer, by the clock."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from cases.follow_event import follow_events
from huiyin.cli import main
from huiyin.wiring import open_parts
from tests.huiyin.commands.test_case_course import WAY, go
from tests.huiyin.commands.test_task import chase

Do = Callable[..., tuple[int, str]]


def follow(clock: Any, instant: str) -> int:
    clock.write_text(f"{instant}:00+08:00")
    parts = open_parts()
    with parts.ledger.change() as work:
        asked = follow_events(work, parts.school)
    parts.ledger.close()
    return asked


def listed(capsys: pytest.CaptureFixture[str]) -> list[tuple[str, str]]:
    capsys.readouterr()
    assert main(["task", "list", "--all", "--json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return sorted((line["kind"], line["state"]) for line in lines)


def hear(open_one: Any, clock: Any, number: int, instant: str) -> None:
    """Hear one more post of the event at an instant."""
    clock.write_text(f"{instant}:00+08:00")
    open_one(1, 1, key=f"bbs:1:{number}", floor=number, first_seen_at=f"{instant}:00+08:00")


@pytest.fixture
def answered(open_one: Any, do: Do) -> None:
    open_one(1, 1, first_seen_at="2026-09-30T15:00:00+08:00")
    go(do, *WAY[:6])


@pytest.mark.provision("Z7.13")
def test_a_flat_event_asks_once_for_a_review_and_a_new_spike_withdraws_it(
    answered: None, open_one: Any, case_clock: Any, capsys: Any
) -> None:
    assert follow(case_clock, "2026-10-03T15:59") == 0
    assert follow(case_clock, "2026-10-03T16:00") == 1
    assert follow(case_clock, "2026-10-03T17:00") == 0
    assert listed(capsys) == [("review", "未办")]
    for number in (2, 3, 4):
        hear(open_one, case_clock, number, f"2026-10-04T0{number}:00")

    assert follow(case_clock, "2026-10-04T09:00") == 2
    assert ("review", "已撤销") in listed(capsys)
    assert follow(case_clock, "2026-10-07T04:00") == 1
    assert listed(capsys) == [("review", "已撤销"), ("review", "未办"), ("second_response", "未办")]


@pytest.mark.provision("Z10.5-5")
def test_a_spike_after_the_answer_asks_once_whether_to_answer_again(
    answered: None, open_one: Any, case_clock: Any, capsys: Any
) -> None:
    for number in (2, 3):
        hear(open_one, case_clock, number, f"2026-10-01T0{number}:00")
    assert follow(case_clock, "2026-10-01T09:00") == 0
    hear(open_one, case_clock, 4, "2026-10-01T09:30")

    assert follow(case_clock, "2026-10-01T10:00") == 1
    hear(open_one, case_clock, 5, "2026-10-01T10:30")
    assert follow(case_clock, "2026-10-01T11:00") == 0
    assert listed(capsys) == [("second_response", "未办")]


def test_help_first_cases_are_left_alone(open_one: Any, case_clock: Any, do: Do) -> None:
    open_one(1, 1, restricted=True)

    assert follow(case_clock, "2026-10-09T10:00") == 0


def test_a_review_in_the_case_ends_what_asked_for_it_and_nobody_is_chased(
    answered: None, do: Do, case_clock: Any, capsys: Any
) -> None:
    assert follow(case_clock, "2026-10-03T16:00") == 1
    go(do, WAY[6], "review --as bai_shouping --lessons 汤桶加盖")
    assert follow(case_clock, "2026-10-04T09:00") == 0

    assert listed(capsys) == [("review", "已办")]
    case_clock.write_text("2026-12-01T09:00:00+08:00")
    assert chase() == 0
