"""Tests of calendar.yaml as records."""

from datetime import date

import pytest

from cases.calendar_file import CALENDAR_FILE, CalendarFile, Period
from foundation.config import parse
from foundation.errors import ConfigError

YEAR = """version: a
years:
  - year: 2027
    notice: 通知一号
    holidays: [{name: 元旦, from: 2027-01-01, to: 2027-01-03, work: [2027-01-09]}]
"""


def test_a_year_is_written_as_its_notice_is() -> None:
    year = parse(CalendarFile, YEAR, CALENDAR_FILE).years[0]

    assert list(year.holidays[0].days()) == [date(2027, 1, 1), date(2027, 1, 2), date(2027, 1, 3)]
    assert year.holidays[0].work == [date(2027, 1, 9)]


@pytest.mark.parametrize(("right", "wrong", "says"), [
    ("to: 2027-01-03", "to: 2026-12-31", "to 早于 from"),
    ("work: [2027-01-09]", "work: [2027-01-02]", "2027-01-02 既放假又调休上班"),
    ("work: [2027-01-09]", "work: [2025-06-01]", "2025-06-01 不是 2027 年的日子"),
    ("year: 2027", "year: 1999", "太小"),
    ("notice: 通知一号", "notise: 通知一号", "是不是 notice"),
])  # fmt: skip
def test_a_year_that_cannot_be_is_refused(right: str, wrong: str, says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        parse(CalendarFile, YEAR.replace(right, wrong), CALENDAR_FILE)


def test_new_year_may_reach_into_the_year_before() -> None:
    text = YEAR.replace("from: 2027-01-01", "from: 2026-12-31")

    assert parse(CalendarFile, text, CALENDAR_FILE).years[0].holidays[0].first == date(2026, 12, 31)


def test_a_year_may_stand_only_once() -> None:
    doubled = YEAR + "  - {year: 2027, notice: 又一号}\n"

    with pytest.raises(ConfigError, match="2027 年写了两次"):
        parse(CalendarFile, doubled, CALENDAR_FILE)


def test_a_period_holds_both_its_ends() -> None:
    period = Period.model_validate({"name": "寒假", "from": "2027-01-18", "to": "2027-02-26"})

    assert period.holds(date(2027, 1, 18))
    assert period.holds(date(2027, 2, 26))
    assert not period.holds(date(2027, 2, 27))
