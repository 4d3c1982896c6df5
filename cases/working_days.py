"""Stage 5: which days are working days. The published schedules and the school's own days in, counted days out.

`chinesecalendar` is the seed (2004 to its last published year) and is read once; the school's `calendar.yaml` wins
over it. A year that nobody has published follows the weekday rule, and whoever had to consult it is told so
(`is_published`), so that the deadline is marked provisional. Counting is one look-up in sorted day numbers.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import cache
from importlib.metadata import version

from chinese_calendar import Holiday
from chinese_calendar.constants import holidays as seed_holidays
from chinese_calendar.constants import workdays as seed_workdays
from pydantic import Field, model_validator

from foundation.config import Strict, parse
from foundation.errors import Stop

CALENDAR_FILE = "calendar.yaml"
FIRST_YEAR, LAST_YEAR = 2004, 2100
WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
SATURDAY = 5  # date.weekday()
CLOCK_PATTERN = r"^([01]\d|2[0-3]):[0-5]\d$"
HOLIDAY_TITLES = {holiday.value: holiday.chinese for holiday in Holiday}


class OfficeHours(Strict):
    """When an office day opens and closes, school time."""

    open: str = Field(default="08:30", pattern=CLOCK_PATTERN)
    close: str = Field(default="17:30", pattern=CLOCK_PATTERN)

    @model_validator(mode="after")
    def _ordered(self) -> "OfficeHours":
        if self.open >= self.close:
            raise ValueError("open 应当早于 close")
        return self

    @property
    def opens(self) -> time:
        """Opening time of day."""
        return time.fromisoformat(self.open)

    @property
    def closes(self) -> time:
        """Closing time of day."""
        return time.fromisoformat(self.close)


class NamedDay(Strict):
    """A day that the school marks, with the name people know it by."""

    on: date
    name: str = Field(min_length=1)


class PublishedYear(Strict):
    """A year whose official schedule stands in this file because the seed does not know it yet."""

    year: int = Field(ge=FIRST_YEAR, le=LAST_YEAR - 1)
    notice: str = Field(min_length=1)  # number or title of the official notice


class ShortDay(OfficeHours):
    """Office hours of one day that differ from the usual ones."""

    on: date


class CalendarFile(Strict):
    """calendar.yaml: what the school adds to the published schedules."""

    version: str = Field(min_length=1)
    years: list[PublishedYear] = []
    off: list[NamedDay] = []
    work: list[NamedDay] = []
    hours: list[ShortDay] = []

    @model_validator(mode="after")
    def _no_contradiction(self) -> "CalendarFile":
        both = {day.on for day in self.off} & {day.on for day in self.work}
        if both:
            raise ValueError(f"{min(both)} 同时写在 off 和 work 里，只能留一处")
        return self


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """The counted calendar.

    Attributes:
        version: Which seed and which school file it was made from; stored with every deadline.
        ordinals: Sorted day numbers (`date.toordinal`) of all working days.
        titles: Why a day differs from its weekday: `国庆节 法定假日`, `调休上班`, or the school's own name.
        years: Years with a published schedule.
        hours: Office hours of single days.
    """

    version: str
    ordinals: tuple[int, ...]
    titles: dict[date, str]
    years: frozenset[int]
    hours: dict[date, OfficeHours]

    @classmethod
    def from_file(cls, file: CalendarFile) -> "WorkingDays":
        """Lay the school's days over the seed."""
        off, work = _seed()
        titles = {**off, **work}
        working = set(_weekdays()) - {day.toordinal() for day in off}
        working |= {day.toordinal() for day in work}
        for day in file.off:
            working.discard(day.on.toordinal())
            titles[day.on] = f"{day.name} 放假"
        for day in file.work:
            working.add(day.on.toordinal())
            titles[day.on] = "调休上班" if day.name == "调休" else f"{day.name} 上班"
        years = {day.year for day in off} | {published.year for published in file.years}
        hours: dict[date, OfficeHours] = {day.on: day for day in file.hours}
        return cls(f"{_seed_version()}+{file.version}", tuple(sorted(working)), titles, frozenset(years), hours)

    def is_working(self, day: date) -> bool:
        """Return whether offices are open on `day`."""
        place = bisect_left(self.ordinals, day.toordinal())
        return place < len(self.ordinals) and self.ordinals[place] == day.toordinal()

    def working_day_after(self, day: date, count: int) -> date:
        """Return the `count`-th working day after `day`, which is itself not counted.

        Raises:
            Stop: The day lies beyond the calendar's last year.
        """
        place = bisect_right(self.ordinals, day.toordinal()) + count - 1
        if place >= len(self.ordinals):
            raise Stop(
                "日历排不到这一天", f"{day} 之后第 {count} 个工作日", f"日历只到 {LAST_YEAR - 1} 年，检查起算时间"
            )
        return date.fromordinal(self.ordinals[place])

    def is_published(self, first: date, last: date) -> bool:
        """Return whether every year from `first` to `last` has a published schedule."""
        return all(year in self.years for year in range(first.year, last.year + 1))

    def hours_of(self, day: date, usual: OfficeHours) -> OfficeHours:
        """Return the office hours of `day`: the school's own for that day, else the usual ones."""
        return self.hours.get(day, usual)

    def title(self, day: date) -> str:
        """Return what kind of day it is, for people: `国庆节 法定假日`, `周六 调休上班`, `周四 工作日`."""
        weekday = WEEKDAYS[day.weekday()]
        special = self.titles.get(day)
        if special is None:
            return f"{weekday} {'工作日' if self.is_working(day) else '休息日'}"
        return f"{weekday} {special}" if self.is_working(day) else special


def load_working_days(text: str, file: str = CALENDAR_FILE) -> WorkingDays:
    """Read calendar.yaml.

    Raises:
        ConfigError: Its problems, with lines.
    """
    return WorkingDays.from_file(parse(CalendarFile, text, file))


@cache
def _seed() -> tuple[dict[date, str], dict[date, str]]:
    """Return the seed's days off and make-up days with their Chinese titles."""
    off = {day: f"{HOLIDAY_TITLES.get(name, name)} 法定假日" for day, name in seed_holidays.items()}
    work = dict.fromkeys(seed_workdays, "调休上班")
    return off, work


@cache
def _weekdays() -> frozenset[int]:
    first, last = date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 1, 1)
    days = (last - first) // timedelta(days=1)
    return frozenset(n for n in range(first.toordinal(), first.toordinal() + days) if (n - 1) % 7 < SATURDAY)


def _seed_version() -> str:
    return f"chinesecalendar-{version('chinesecalendar')}"
