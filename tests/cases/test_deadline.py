"""Tests of deadline arithmetic: golden vectors counted by hand from each 制度, and properties."""

import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from cases.calendar_file import CalendarFile, OfficeHours
from cases.deadline import deadline_after, duty_time_after, read_anchor
from cases.working_days import WorkingDays
from foundation.clock import SCHOOL_ZONE
from foundation.errors import Refused

ROOT = Path(__file__).parents[2]
PLAIN = WorkingDays.from_file(CalendarFile(version="test"))
HOURS = OfficeHours()
GOLDEN = [  # id, anchor, within, rule, due (24:00 is the next day's 00:00), provisional
    ("G1", "2026-09-30T16:00", "1wd", "default", "2026-10-08T17:30", False),
    ("G1", "2026-09-30T16:00", "3wd", "default", "2026-10-10T17:30", False),
    ("G2", "2026-02-14T10:00", "1d", "default", "2026-02-15T10:00", False),
    ("G2", "2026-02-14T10:00", "1d", "civil", "2026-02-16T00:00", False),
    ("G2", "2026-02-14T10:00", "1d", "civil_rolled", "2026-02-25T00:00", False),
    ("G2", "2026-02-14T10:00", "2wd", "default", "2026-02-25T17:30", False),
    ("G3", "2026-10-01T02:10", "3h", "default", "2026-10-01T05:10", False),
    ("G3", "2026-10-01T02:10", "1d", "default", "2026-10-02T02:10", False),
    ("G3", "2026-10-01T02:10", "1d", "civil", "2026-10-03T00:00", False),
    ("G4", "2026-09-30T22:00", "3d", "default", "2026-10-03T22:00", False),
    ("G4", "2026-09-30T22:00", "5d", "default", "2026-10-05T22:00", False),
    ("G4", "2026-09-30T22:00", "3d", "civil", "2026-10-04T00:00", False),
    ("G4", "2026-09-30T22:00", "3d", "civil_rolled", "2026-10-09T00:00", False),
    ("G4", "2026-09-30T22:00", "5d", "civil_rolled", "2026-10-09T00:00", False),
    ("G5", "2026-11-20T23:50", "same_day", "default", "2026-11-21T00:00", False),
    ("G5", "2026-11-20T00:00", "same_day", "default", "2026-11-21T00:00", False),
    ("G6", "2026-12-31T22:00", "4h", "default", "2027-01-01T02:00", False),
    ("G7", "2026-12-30T09:00", "1wd", "default", "2026-12-31T17:30", False),
    ("G7", "2026-12-30T09:00", "3wd", "default", "2027-01-04T17:30", True),
    ("G8", "2026-03-08T01:30", "24h", "default", "2026-03-09T01:30", False),
    ("G9", "2026-01-04T11:00", "1wd", "default", "2026-01-05T17:30", False),
    ("G10", "2026-11-20T18:30", "1wd", "default", "2026-11-23T17:30", False),
    ("G10", "2026-11-20T18:30", "3wd", "default", "2026-11-25T17:30", False),
]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SCHOOL_ZONE)


@pytest.mark.parametrize(("name", "anchor", "within", "rule", "due", "provisional"), GOLDEN)
def test_golden_vector(name: str, anchor: str, within: str, rule: str, due: str, provisional: bool) -> None:
    deadline = deadline_after(at(anchor), within, PLAIN, HOURS, rule)

    assert (deadline.due_at, deadline.provisional) == (at(due), provisional), name


def test_g7_moves_on_once_the_new_year_holiday_is_known() -> None:
    published = CalendarFile.model_validate(
        {
            "version": "b",
            "years": [{"year": 2027, "notice": "n"}],
            "off": [{"on": "2027-01-01", "name": "元旦"}],
        }
    )

    deadline = deadline_after(at("2026-12-30T09:00"), "3wd", WorkingDays.from_file(published), HOURS)

    assert (deadline.due_at, deadline.provisional) == (at("2027-01-05T17:30"), False)


def test_the_explanation_names_every_day_of_g1() -> None:
    days = deadline_after(at("2026-09-30T16:00"), "3wd", PLAIN, HOURS).days

    assert len(days) == 11
    assert days[0] == "09-30 工作日 当日起算 不计"
    assert days[1] == "10-01 法定假日 不计"
    assert days[-1] == "10-10 调休上班 计第3日"


def test_a_provisional_deadline_says_which_year_is_unknown() -> None:
    days = deadline_after(at("2026-12-30T09:00"), "3wd", PLAIN, HOURS).days

    assert "2027 年放假安排尚未公布" in days[-1]


def test_a_short_day_closes_at_its_own_hour() -> None:
    short = CalendarFile.model_validate(
        {"version": "s", "hours": [{"on": "2026-11-23", "open": "08:30", "close": "12:00"}]}
    )

    deadline = deadline_after(at("2026-11-20T18:30"), "1wd", WorkingDays.from_file(short), HOURS)

    assert deadline.due_at == at("2026-11-23T12:00")


@pytest.mark.parametrize(
    ("anchor", "due"),
    [
        ("2026-11-23T09:00", "2026-11-23T13:00"),
        ("2026-11-23T16:30", "2026-11-24T11:30"),
        ("2026-11-20T18:30", "2026-11-23T12:30"),
        ("2026-09-30T16:30", "2026-10-08T11:30"),
        ("2026-11-23T06:00", "2026-11-23T12:30"),
    ],
)
def test_duty_time_runs_only_while_offices_are_open(anchor: str, due: str) -> None:
    assert deadline_after(at(anchor), "4h", PLAIN, HOURS, "duty").due_at == at(due)
    assert duty_time_after(at(anchor), timedelta(hours=4), PLAIN, HOURS) == at(due)


@pytest.mark.parametrize(
    ("within", "due"),
    [
        ("1w", "2026-11-30T00:00"),
        ("2w", "2026-12-07T00:00"),
        ("6mo", "2027-05-25T09:00"),
        ("30m", "2026-11-25T09:30"),
    ],
)
def test_weeks_end_on_sunday_and_months_keep_the_day(within: str, due: str) -> None:
    assert deadline_after(at("2026-11-25T09:00"), within, PLAIN, HOURS).due_at == at(due)


def test_a_month_without_that_day_ends_on_its_last() -> None:
    assert deadline_after(at("2026-08-31T09:00"), "6mo", PLAIN, HOURS).due_at == at("2027-02-28T09:00")


def test_an_unknown_rule_is_refused() -> None:
    with pytest.raises(ValueError, match="civil_rolled"):
        deadline_after(at("2026-11-20T09:00"), "1d", PLAIN, HOURS, "lenient")


def test_a_naive_anchor_is_refused() -> None:
    with pytest.raises(ValueError, match="naive"):
        deadline_after(at("2026-11-20T09:00").replace(tzinfo=None), "1d", PLAIN, HOURS)


def test_an_anchor_without_offset_is_school_time() -> None:
    assert read_anchor("2026-09-30T16:00") == at("2026-09-30T16:00")


@pytest.mark.parametrize("text", ["昨天", "2026-13-01", "1990-01-01", "2100-01-01", "9999-12-31T23:00"])
def test_an_anchor_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="起算时间"):
        read_anchor(text)


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Asia/Shanghai"])
def test_the_host_time_zone_changes_nothing(zone: str) -> None:
    """G8: 2026-03-08 01:30 is the night on which New York changes its clocks."""
    code = (
        "from cases.deadline import *; from cases.calendar_file import *; from cases.working_days import *\n"
        "days = WorkingDays.from_file(CalendarFile(version='t'))\n"
        "for within in ('24h', '3wd', '2d', 'same_day'):\n"
        "    print(deadline_after(read_anchor('2026-03-08T01:30'), within, days, OfficeHours(), 'civil').due_at)\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env={"TZ": zone}, capture_output=True, text=True, check=True
    )

    assert done.stdout.splitlines() == [
        "2026-03-08 17:30:00+00:00",
        "2026-03-11 09:30:00+00:00",
        "2026-03-10 16:00:00+00:00",
        "2026-03-08 16:00:00+00:00",
    ]
