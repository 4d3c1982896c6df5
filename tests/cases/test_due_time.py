"""Tests of the bare arithmetic: properties that hold for any anchor, and ends of weeks and months."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.calendar_file import CalendarFile, NamedDay, OfficeHours
from cases.due_time import Due, due_time, duty_spans, last_day_of_week, rolled_end
from cases.duration import Duration, parse_duration
from cases.working_days import WorkingDays
from foundation.clock import SCHOOL_ZONE
from foundation.errors import Stop

PLAIN = WorkingDays.from_file(CalendarFile(version="test"))
HOURS = OfficeHours()
ANCHORS = st.datetimes(datetime(2024, 1, 1), datetime(2026, 12, 31), timezones=st.just(SCHOOL_ZONE))  # noqa: DTZ001
UNITS = st.sampled_from(["m", "h", "d", "wd", "w", "mo"])
RULES = st.sampled_from(["default", "civil", "civil_rolled", "duty"])


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SCHOOL_ZONE)


def due(anchor: datetime, within: str, calendar: WorkingDays = PLAIN, rule: str = "default") -> datetime:
    return due_time(anchor, parse_duration(within), calendar, HOURS, rule).at


@given(ANCHORS, st.integers(1, 40), UNITS, RULES)
def test_what_is_due_is_due_after_its_anchor(anchor: datetime, amount: int, unit: str, rule: str) -> None:
    assert due_time(anchor, Duration(amount, unit), PLAIN, HOURS, rule).at > anchor


@given(ANCHORS, st.integers(1, 40), UNITS, RULES)
def test_more_time_is_never_due_earlier(anchor: datetime, amount: int, unit: str, rule: str) -> None:
    one, more = (due(anchor, f"{number}{unit}", rule=rule) for number in (amount, amount + 1))

    assert more >= one


@given(ANCHORS, st.integers(1, 40))
def test_more_working_days_are_due_later(anchor: datetime, amount: int) -> None:
    assert due(anchor, f"{amount + 1}wd") > due(anchor, f"{amount}wd")


@given(ANCHORS, st.integers(1, 20), st.dates(date(2024, 1, 1), date(2026, 12, 31)), st.sampled_from(["wd", "d", "h"]))
def test_another_holiday_never_makes_anything_due_earlier(anchor: datetime, amount: int, off: date, unit: str) -> None:
    closed = WorkingDays.from_file(CalendarFile(version="t", off=[NamedDay(on=off, name="校庆")]))

    for rule in ("civil_rolled", "duty"):
        assert due(anchor, f"{amount}{unit}", closed, rule) >= due(anchor, f"{amount}{unit}", rule=rule)


@given(ANCHORS, st.integers(1, 20), UNITS, RULES)
def test_counting_again_gives_the_same(anchor: datetime, amount: int, unit: str, rule: str) -> None:
    duration = Duration(amount, unit)
    first = due_time(anchor, duration, PLAIN, HOURS, rule)

    assert due_time(anchor, duration, PLAIN, HOURS, rule) == first
    assert due_time(anchor.astimezone(UTC), duration, PLAIN, HOURS, rule) == first


@given(ANCHORS, st.integers(1, 40))
def test_working_days_end_on_a_working_day_at_its_close(anchor: datetime, amount: int) -> None:
    end = due(anchor, f"{amount}wd").astimezone(SCHOOL_ZONE)

    assert PLAIN.is_working(end.date())
    assert end.time() == HOURS.closes


@pytest.mark.parametrize("rule", ["default", "civil", "civil_rolled", "duty"])
def test_no_length_is_due_at_once(rule: str) -> None:
    anchor = at("2026-11-20T18:30")

    assert due_time(anchor, parse_duration("0h"), PLAIN, HOURS, rule) == Due(anchor.astimezone(UTC))


def test_office_time_is_told_in_stretches() -> None:
    spans = duty_spans(at("2026-11-20T16:30"), timedelta(hours=2), PLAIN, HOURS)

    assert [(day, f"{since:%H:%M}", f"{until:%H:%M}") for day, since, until in spans] == [
        (date(2026, 11, 20), "16:30", "17:30"),
        (date(2026, 11, 23), "08:30", "09:30"),
    ]


def test_a_week_ends_on_its_sunday_and_a_day_off_rolls_on() -> None:
    assert last_day_of_week(date(2026, 11, 25), 1) == date(2026, 11, 29)
    assert last_day_of_week(date(2026, 11, 29), 2) == date(2026, 12, 6)
    assert rolled_end(date(2026, 10, 1), PLAIN) == date(2026, 10, 8)
    assert rolled_end(date(2026, 10, 10), PLAIN) == date(2026, 10, 10)


@pytest.mark.parametrize("within", ["40wd", "6mo"])
def test_what_lies_beyond_the_calendar_is_told(within: str) -> None:
    with pytest.raises(Stop, match="日历"):
        due(at("2099-12-20T09:00"), within)
