"""Tests of one year in words."""

from cases.calendar_file import CalendarFile
from cases.describe_year import describe_year
from cases.working_days import WorkingDays, load_working_days

PLAIN = WorkingDays.from_file(CalendarFile(version="test"))


def test_a_year_is_told_in_runs_with_its_notice() -> None:
    told = describe_year(PLAIN, 2026)

    assert (told["published"], told["notice"]) == (True, "国办发明电〔2025〕7号")
    assert "  10-01 周四 至 10-07 周三（7 天）  法定假日  国庆节" in told["lines"]
    assert "  10-10 周六  调休上班  国庆节" in told["lines"]
    assert told["working_days"] + told["days_off"] == 365
    assert told["working_days"] == 248


def test_a_year_that_nobody_published_says_so() -> None:
    told = describe_year(PLAIN, 2027)

    assert not told["published"]
    assert "放假安排尚未公布" in told["lines"][0]
    assert told["days"] == []


def test_the_schools_own_days_and_vacations_are_told() -> None:
    text = (
        "version: v\noff: [{on: 2026-05-20, name: 校庆}]\nvacation: [{name: 暑假, from: 2026-07-11, to: 2026-08-30}]\n"
    )
    lines = describe_year(load_working_days(text), 2026)["lines"]

    assert "  05-20 周三  校庆 放假  校庆" in lines
    assert "  07-11 至 08-30  假期 暑假（工作日照常计算）" in lines
