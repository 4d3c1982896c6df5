"""Stage 5: the published schedules as two sets of days. Package data in, days off and make-up days with names out.

Years that we have typed from their notices (`cases/published/<year>.yaml`) come from there; the others from
`chinesecalendar`, the seed, which is read once. A year that neither knows is not published.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.metadata import version
from importlib.resources import files

from chinese_calendar import Holiday as SeedHoliday
from chinese_calendar.constants import holidays as seed_holidays
from chinese_calendar.constants import workdays as seed_workdays

from cases.calendar_file import PublishedYear
from foundation.config import parse

SEED_TITLES = {holiday.value: holiday.chinese for holiday in SeedHoliday}
FOLDER = "cases.published"


@dataclass(frozen=True, slots=True)
class Schedule:
    """Days off and make-up days of some years, each with its holiday's name, and where each year comes from."""

    off: dict[date, str] = field(default_factory=dict)
    work: dict[date, str] = field(default_factory=dict)
    notices: dict[int, str] = field(default_factory=dict)

    def with_years(self, years: Iterable[PublishedYear]) -> "Schedule":
        """Return the schedule in which these years stand as they say; one without holidays of its own only counts as
        published (its days stand elsewhere).
        """
        years = list(years)
        ours = {published.year for published in years if published.holidays}
        off = {day: name for day, name in self.off.items() if day.year not in ours}
        work = {day: name for day, name in self.work.items() if day.year not in ours}
        for published in years:
            for holiday in published.holidays:
                off |= dict.fromkeys(holiday.days(), holiday.name)
                work |= dict.fromkeys(holiday.work, holiday.name)
        notices = self.notices | {published.year: published.notice for published in years}
        return Schedule(off, work, notices)


@cache
def published_days() -> Schedule:
    """Return what ships with the product."""
    notices = dict.fromkeys(sorted({day.year for day in seed_holidays}), _seed_version())
    off = {day: SEED_TITLES.get(name, name) for day, name in seed_holidays.items()}
    work = {day: SEED_TITLES.get(name, name) for day, name in seed_workdays.items()}
    return Schedule(off, work, notices).with_years(typed_years())


@cache
def typed_years() -> tuple[PublishedYear, ...]:
    """Return the years typed from their notices, in order."""
    found = sorted(
        (item for item in files(FOLDER).iterdir() if item.name.endswith(".yaml")), key=lambda item: item.name
    )
    return tuple(parse(PublishedYear, item.read_text(encoding="utf-8"), item.name) for item in found)


def _seed_version() -> str:
    return f"chinesecalendar-{version('chinesecalendar')}"
