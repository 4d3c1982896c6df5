"""Tests of lengths of time."""

from datetime import timedelta

import pytest

from cases.duration import parse_duration


@pytest.mark.parametrize("text", ["", "3", "wd", "3 wd", "0wd", "-1d", "1y", "及时", "12345h"])
def test_what_is_no_duration_is_refused_with_the_grammar(text: str) -> None:
    with pytest.raises(ValueError, match="same_day"):
        parse_duration(text)


@pytest.mark.parametrize("text", ["30m", "3h", "0h", "1d", "3wd", "1w", "6mo", "same_day"])
def test_a_duration_reads_as_it_was_written(text: str) -> None:
    assert str(parse_duration(text)) == text


@pytest.mark.parametrize(("text", "spoken"), [
    ("30m", "30 分钟"), ("3h", "3 小时"), ("1d", "1 天"), ("2wd", "2 个工作日"), ("same_day", "当日"),
    ("6mo", "6 个月"),
])  # fmt: skip
def test_people_read_it_in_words(text: str, spoken: str) -> None:
    assert parse_duration(text).spoken == spoken


@pytest.mark.parametrize(("text", "hours"), [("30m", 0.5), ("3h", 3), ("2d", 48)])
def test_minutes_hours_and_days_have_an_exact_length(text: str, hours: float) -> None:
    assert parse_duration(text).exact == timedelta(hours=hours)
