"""Tests of cases counted by a column."""

from typing import Any

from cases.count_cases import count_cases
from tests.cases.test_act import do, walk_to


def test_cases_are_counted_by_their_words_and_help_first_ones_nowhere(stage: Any) -> None:
    stage.found("2026-11-23T09:00", 1)
    stage.found("2026-11-23T09:00", 2, event_id=2)
    stage.found("2026-11-23T09:00", 3, event_id=3, restricted=True)
    walk_to(stage, "反馈")
    do(stage, "close", "gu_wenjing", cause="服务", response_mode="线上答复")
    with stage.ledger.read() as connection:
        found = {
            name: count_cases(connection, stage.school, name) for name in ("cause", "response_mode", "level", "lead")
        }

    assert found == {
        "cause": {"": 1, "服务": 1}, "response_mode": {"": 1, "线上答复": 1}, "level": {"一般": 1, "重大": 1},
        "lead": {"安全工作部": 2},
    }  # fmt: skip
