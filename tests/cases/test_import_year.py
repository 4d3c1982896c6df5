"""Tests of a new year's schedule brought into calendar.yaml."""

import json
from datetime import date
from pathlib import Path

import pytest

from cases.import_year import read_year, with_year
from cases.working_days import load_working_days
from foundation.errors import ConfigError

CALENDAR = (Path(__file__).parents[2] / "school" / "calendar.yaml").read_text(encoding="utf-8")
YEAR = """year: 2027
notice: 通知一号
holidays:
  - {name: 元旦, from: 2027-01-01, to: 2027-01-03}
  - {name: 春节, from: 2027-02-05, to: 2027-02-12, work: [2027-02-14, 2027-02-20]}
"""
LISTED = {
    "year": 2027,
    "papers": ["通知一号"],
    "$id": "dropped",
    "days": [{"name": "元旦", "date": f"2027-01-0{number}", "isOffDay": True} for number in (1, 2, 3)]
    + [{"name": "元旦", "date": "2027-01-09", "isOffDay": False}],
}


def test_a_year_is_added_and_comments_stay() -> None:
    text = with_year(CALENDAR, read_year(YEAR, "2027.yaml"))
    days = load_working_days(text)

    assert "# 工作日历" in text
    assert days.is_published(date(2026, 12, 31), date(2027, 1, 4))
    assert (days.is_working(date(2027, 1, 1)), days.is_working(date(2027, 2, 14))) == (False, True)


def test_a_year_that_stands_there_is_replaced() -> None:
    year = read_year(YEAR, "2027.yaml")
    once = with_year(CALENDAR, year)
    corrected = read_year(YEAR.replace("to: 2027-01-03", "to: 2027-01-02"), "2027.yaml")

    assert with_year(once, year) == once
    assert load_working_days(with_year(once, corrected)).title(date(2027, 1, 3)) == "休息日"


def test_a_list_of_days_is_read_as_well() -> None:
    year = read_year(json.dumps(LISTED, ensure_ascii=False), "2027.json")

    assert (year.notice, len(year.holidays)) == ("通知一号", 1)
    assert (year.holidays[0].first, year.holidays[0].last) == (date(2027, 1, 1), date(2027, 1, 3))
    assert year.holidays[0].work == [date(2027, 1, 9)]


@pytest.mark.parametrize("text", ["{", '{"year": 2027}', "year: 2027\n", "", '{"year": 2027, "days": []}'])
def test_what_is_no_schedule_is_refused_with_its_file(text: str) -> None:
    with pytest.raises(ConfigError, match="2027"):
        read_year(text, "2027.txt")


def test_a_schedule_that_contradicts_the_law_is_refused() -> None:
    """Forty days may differ: a school's own habit, not a different country."""
    closed = YEAR + "  - {name: 长假, from: 2027-03-01, to: 2027-06-30}\n"

    with pytest.raises(ConfigError, match="与法定安排相抵触"):
        with_year(CALENDAR, read_year(closed, "2027.yaml"))
