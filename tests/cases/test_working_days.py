"""Tests of the calendar: the published schedules, the school's own days, unknown years."""

from datetime import date, timedelta

import chinese_calendar
import pytest

from cases.calendar_file import CalendarFile, OfficeHours
from cases.working_days import WorkingDays, load_working_days
from foundation.errors import ConfigError, Stop

PLAIN = WorkingDays.from_file(CalendarFile(version="test"))


def test_all_1096_days_of_three_years_equal_the_published_schedules() -> None:
    days = [date(2024, 1, 1) + timedelta(days=n) for n in range(1096)]

    assert days[-1] == date(2026, 12, 31)
    assert [PLAIN.is_working(day) for day in days] == [chinese_calendar.is_workday(day) for day in days]


def test_a_saturday_make_up_day_counts() -> None:
    assert PLAIN.is_working(date(2026, 10, 10))
    assert PLAIN.title(date(2026, 10, 10)) == "调休上班"


def test_a_statutory_holiday_is_named() -> None:
    assert PLAIN.title(date(2026, 10, 1)) == "法定假日"


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        (date(2026, 9, 30), 1, date(2026, 10, 8)),
        (date(2026, 9, 30), 3, date(2026, 10, 10)),
        (date(2026, 2, 14), 2, date(2026, 2, 25)),
        (date(2026, 11, 21), 1, date(2026, 11, 23)),
    ],
)
def test_the_nth_working_day_skips_the_start_day_and_days_off(day: date, count: int, expected: date) -> None:
    assert PLAIN.working_day_after(day, count) == expected


def test_an_unpublished_year_follows_the_weekday_rule_and_says_so() -> None:
    assert PLAIN.is_working(date(2027, 1, 1))
    assert not PLAIN.is_published(date(2026, 12, 31), date(2027, 1, 1))
    assert PLAIN.is_published(date(2026, 1, 1), date(2026, 12, 31))


def test_the_school_overrides_the_published_schedule() -> None:
    text = "version: a\noff: [{on: 2026-05-20, name: 校庆}]\nwork: [{on: 2026-05-23, name: 调休}]\n"
    days = load_working_days(text)

    assert not days.is_working(date(2026, 5, 20))
    assert days.title(date(2026, 5, 20)) == "校庆 放假"
    assert days.is_working(date(2026, 5, 23))


def test_a_year_that_the_school_published_is_no_longer_provisional() -> None:
    text = "version: b\nyears: [{year: 2027, notice: 通知一号}]\noff: [{on: 2027-01-01, name: 元旦}]\n"
    days = load_working_days(text)

    assert days.is_published(date(2026, 12, 31), date(2027, 1, 4))
    assert not days.is_working(date(2027, 1, 1))


def test_a_single_day_may_have_other_hours() -> None:
    days = load_working_days('version: c\nhours: [{on: 2026-12-31, open: "08:30", close: "12:00"}]\n')

    assert days.hours_of(date(2026, 12, 31), OfficeHours()).close == "12:00"
    assert days.hours_of(date(2026, 12, 30), OfficeHours()).close == "17:30"


@pytest.mark.parametrize(
    "text",
    [
        "version: d\noff: [{on: 2026-05-20, name: 校庆}]\nwork: [{on: 2026-05-20, name: 调休}]\n",
        'version: d\nhours: [{on: 2026-05-20, open: "18:00", close: "12:00"}]\n',
        "version: d\nholiday: []\n",
    ],
)
def test_a_calendar_that_contradicts_itself_is_refused_with_its_file(text: str) -> None:
    with pytest.raises(ConfigError, match="calendar"):
        load_working_days(text)


def test_a_day_beyond_the_calendar_is_refused_in_words() -> None:
    with pytest.raises(Stop, match="日历"):
        PLAIN.working_day_after(date(2099, 12, 30), 30)
