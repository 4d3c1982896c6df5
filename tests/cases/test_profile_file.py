"""Tests of the records of one 制度."""

from typing import Any, get_args

import pytest
from pydantic import ValidationError

from cases.clock_words import AFTER_CLOSE, ANCHORS, FOLLOW_UP, KINDS, MARKS, STOPPED_BY, Anchor, Kind, Mark, Word
from cases.profile_file import Floor, FollowUp, Keep, OverdueStep, Profile, Timer, When

TIMER: dict[str, Any] = {"id": "x", "from": "discovered_at", "within": "3wd", "done_by": "responded", "by": "dept"}


def test_the_records_and_the_vocabulary_have_the_same_words() -> None:
    assert set(get_args(Word)) == set(STOPPED_BY) - {"confirmed", "received", FOLLOW_UP, *AFTER_CLOSE}
    assert set(get_args(Anchor)) == set(ANCHORS)
    assert set(get_args(Kind)) == set(KINDS)
    assert set(get_args(Mark)) == set(MARKS)


def test_one_role_may_be_written_without_brackets() -> None:
    assert Timer.model_validate(TIMER).by == ["dept"]
    assert Timer.model_validate({**TIMER, "by": ["dept", "office"]}).addressees == ["dept", "office"]


@pytest.mark.parametrize(("change", "says"), [
    ({"by": []}, "没有写 by"),
    ({"done_by": "reported"}, "向谁汇报"),
    ({"done_by": "reported_upward"}, "向谁汇报"),
    ({"done_by": "answered"}, "responded"),
    ({"from": "whenever"}, "discovered_at"),
    ({"cap": "2wd"}, "cap 只能用"),
    ({"extend": {"max_total": "五天"}}, "不是时限"),
    ({"extend": {"max_total": "5d", "before_due": False}}, "True"),
    ({"not_after": {"timer": "y", "minus": "四小时"}}, "不是时限"),
])  # fmt: skip
def test_a_timer_that_cannot_be_is_refused(change: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        Timer.model_validate({**TIMER, **change})


def test_a_bare_word_among_alternatives_is_a_mark() -> None:
    when = When.model_validate({"any": ["sudden", {"level_at_least": "重大"}]})

    assert [each.marked for each in when.any] == ["sudden", None]


@pytest.mark.parametrize(("asked", "marks", "needs_all"), [
    ("superior_instruction", ["superior_instruction"], False),
    ({"any": ["sudden", "grave_emergency"]}, ["sudden", "grave_emergency"], False),
    ({"all": ["sudden", "grave_emergency"]}, ["sudden", "grave_emergency"], True),
])  # fmt: skip
def test_a_floor_asks_for_one_mark_or_for_all(asked: object, marks: list[str], needs_all: bool) -> None:
    floor = Floor.model_validate({"if": asked, "level": "重大"})

    assert (floor.marks, floor.needs_all) == (marks, needs_all)


def test_a_circular_is_always_a_persons() -> None:
    """Z9a.3.7: the system proposes, a human signs."""
    with pytest.raises(ValidationError, match="只能由人决定"):
        OverdueStep.model_validate({"at": "2d", "do": "通报", "to": ["office"]})


def test_a_step_that_reaches_nobody_is_refused() -> None:
    with pytest.raises(ValidationError, match="找谁"):
        OverdueStep.model_validate({"at": "0h", "do": "催办"})


@pytest.mark.parametrize("text", ["6mo", "12mo", "184d", "27w"])
def test_six_months_or_more_may_be_kept(text: str) -> None:
    assert Keep(min=text).min == text


@pytest.mark.parametrize("text", ["5mo", "183d", "26w", "1d", "same_day"])
def test_a_log_that_would_be_kept_for_less_than_six_months_is_refused(text: str) -> None:
    with pytest.raises(ValidationError, match="六个月"):
        Keep(min=text)


@pytest.mark.parametrize("every", [{"day": "6h"}, {"day": "6h", "night": "1wd"}])
def test_follow_up_reports_have_an_interval_by_day_and_by_night(every: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        FollowUp.model_validate({"every": every, "by": ["dept"]})


def test_the_same_timer_twice_is_refused() -> None:
    with pytest.raises(ValidationError, match="写了两次"):
        Profile.model_validate({"timers": [TIMER, TIMER]})
