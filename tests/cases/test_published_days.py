"""Tests of the schedules that ship: typed from the notices, equal to an independent source day by day."""

from datetime import date, timedelta

import chinese_calendar
import pytest

from cases.calendar_file import PublishedYear
from cases.published_days import Schedule, published_days, typed_years

DAYS = [date(2024, 1, 1) + timedelta(days=number) for number in range(1096)]
NUMBERS = {  # number and date of each notice, compared on 2026-11-26 with the texts as press and archives print them
    2024: ("国办发明电〔2023〕7号", date(2023, 10, 25)),
    2025: ("国办发明电〔2024〕12号", date(2024, 11, 12)),
    2026: ("国办发明电〔2025〕7号", date(2025, 11, 4)),
}
NOTICES = {  # the notices' own numbers: days off, make-up days
    2024: (28, 8),
    2025: (28, 5),
    2026: (33, 6),
}


def test_all_1096_typed_days_equal_an_independent_source() -> None:
    """Typed by hand against the library's data: neither is derived from the other."""
    alone = Schedule().with_years(typed_years())
    working = [day in alone.work or (day.weekday() < 5 and day not in alone.off) for day in DAYS]

    assert DAYS[-1] == date(2026, 12, 31)
    assert working == [chinese_calendar.is_workday(day) for day in DAYS]


@pytest.mark.parametrize("published", typed_years(), ids=lambda published: str(published.year))
def test_a_typed_year_has_as_many_days_as_its_notice_says(published: PublishedYear) -> None:
    off = sum(len(list(holiday.days())) for holiday in published.holidays)
    work = sum(len(holiday.work) for holiday in published.holidays)

    assert (off, work) == NOTICES[published.year]
    assert (published.notice, published.published_on) == NUMBERS[published.year]


def test_earlier_years_come_from_the_seed_and_typed_ones_from_their_notices() -> None:
    notices = published_days().notices

    assert notices[2023].startswith("chinesecalendar-")
    assert notices[2026] == "国办发明电〔2025〕7号"
    assert 2027 not in notices


def test_a_year_written_again_replaces_all_its_days() -> None:
    moved = PublishedYear.model_validate(
        {"year": 2026, "notice": "更正", "holidays": [{"name": "元旦", "from": "2026-01-01", "to": "2026-01-01"}]}
    )
    schedule = published_days().with_years([moved])

    assert [day for day in schedule.off if day.year == 2026] == [date(2026, 1, 1)]
    assert not [day for day in schedule.work if day.year == 2026]
    assert date(2025, 10, 1) in schedule.off
