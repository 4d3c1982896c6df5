"""Stage 5: which days are working days. The published schedules and the school's own days in, counted days out.

The school's `calendar.yaml` wins over what ships with the product. A year that nobody has published follows the weekday
rule, and whoever had to consult it is told so (`is_published`), so that the deadline is marked provisional. Counting is
one look-up in sorted day numbers.
"""

import hashlib
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from cases.calendar_file import CALENDAR_FILE, FIRST_YEAR, LAST_YEAR, CalendarFile, OfficeHours, Period
from cases.published_days import Schedule, published_days
from foundation.config import parse
from foundation.errors import ConfigError, Problem, Stop

SATURDAY = 5  # date.weekday()
STATUTORY, MAKE_UP, WORKDAY, WEEKEND = "法定假日", "调休上班", "工作日", "休息日"
MOST_CHANGED = 40  # days of one year that a school may turn round; more contradicts the law, not the habit of a school
DIGEST_LENGTH = 8
NOTICE_BY = (11, 15)  # month and day from which next year's schedule should be known


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """The counted calendar.

    Attributes:
        version: What ships, the school's version and a digest of all days; stored with every deadline.
        ordinals: Sorted day numbers (`date.toordinal`) of all working days.
        titles: What kind of day it is, where that differs from its weekday: `法定假日`, `调休上班`, the school's own.
        names: The holiday's name, for lists.
        notices: Year with a published schedule → where it comes from.
        hours: Office hours of single days.
        vacations: 寒暑假.
        specials: Special periods.
        counted: What `due_time` has counted in this calendar: it never changes, another calendar is another object.
    """

    version: str
    ordinals: tuple[int, ...]
    titles: dict[date, str]
    names: dict[date, str]
    notices: dict[int, str]
    hours: dict[date, OfficeHours]
    vacations: tuple[Period, ...] = ()
    specials: tuple[Period, ...] = ()
    counted: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def from_file(cls, file: CalendarFile) -> "WorkingDays":
        """Lay the school's days over the published ones."""
        schedule = published_days().with_years(file.years)
        working = _working(schedule)
        titles = dict.fromkeys(schedule.off, STATUTORY) | dict.fromkeys(schedule.work, MAKE_UP)
        names = {**schedule.off, **schedule.work}
        for day in file.off:
            working.discard(day.on.toordinal())
            titles[day.on], names[day.on] = f"{day.name} 放假", day.name
        for day in file.work:
            working.add(day.on.toordinal())
            titles[day.on] = MAKE_UP if day.name == "调休" else f"{day.name} 上班"
            names[day.on] = day.name
        hours: dict[date, OfficeHours] = {day.on: day for day in file.hours}
        ordinals = tuple(sorted(working))
        return cls(
            _version(file, ordinals, hours),
            ordinals,
            titles,
            names,
            schedule.notices,
            hours,
            tuple(file.vacation),
            tuple(file.special),
        )

    @property
    def years(self) -> frozenset[int]:
        """Years with a published schedule."""
        return frozenset(self.notices)

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
        return all(year in self.notices for year in range(first.year, last.year + 1))

    def hours_of(self, day: date, usual: OfficeHours) -> OfficeHours:
        """Return the office hours of `day`: the school's own for that day, else the usual ones."""
        return self.hours.get(day, usual)

    def title(self, day: date) -> str:
        """Return what kind of day it is, for people: 法定假日, 调休上班, 工作日, 休息日, or `校庆 放假`."""
        return self.titles.get(day) or (WORKDAY if self.is_working(day) else WEEKEND)

    def vacation_on(self, day: date) -> str:
        """Return the vacation that a day lies in; empty when in none (C22: its working days still count)."""
        return _named(self.vacations, day)

    def special_on(self, day: date) -> str:
        """Return the special period that a day lies in; empty when in none."""
        return _named(self.specials, day)


def load_working_days(text: str, file: str = CALENDAR_FILE) -> WorkingDays:
    """Read calendar.yaml.

    Raises:
        ConfigError: Its problems, with lines, or years that contradict the law.
    """
    own = parse(CalendarFile, text, file)
    days = WorkingDays.from_file(own)
    changed = changed_days(days, own)
    problems = [
        Problem(
            file,
            0,
            f"{year} 年改动了 {count} 个日子的上班与放假，与法定安排相抵触",
            f"一年至多改动 {MOST_CHANGED} 天；寒暑假写在 vacation 里，它不改变工作日的计算",
        )
        for year, count in changed.items()
        if count > MOST_CHANGED
    ]
    if problems:
        raise ConfigError(problems)
    return days


def changed_days(days: WorkingDays, file: CalendarFile) -> dict[int, int]:
    """Return, for each year that the school's file touches, how many days it turns round against what ships."""
    usual = _working(published_days())
    turned = usual.symmetric_difference(days.ordinals)
    counted: dict[int, int] = dict.fromkeys((published.year for published in file.years), 0)
    for number in turned:
        year = date.fromordinal(number).year
        counted[year] = counted.get(year, 0) + 1
    return dict(sorted(counted.items()))


def unpublished_warnings(days: WorkingDays, today: date) -> list[str]:
    """Return a warning for each year that is needed now and that nobody has published to us.

    The notice for the next year comes in the first half of November: from the 15th on its absence is told.
    """
    needed = [today.year]
    if (today.month, today.day) >= NOTICE_BY:
        needed.append(today.year + 1)
    hint = "公布后运行 huiyin calendar import 导入，暂定的时限会重算"
    return [f"日历里还没有 {year} 年的放假安排；{hint}" for year in needed if year not in days.notices]


def _named(periods: Iterable[Period], day: date) -> str:
    return next((period.name for period in periods if period.holds(day)), "")


def _working(schedule: Schedule) -> set[int]:
    off = {day.toordinal() for day in schedule.off}
    return (set(_weekdays()) - off) | {day.toordinal() for day in schedule.work}


def _version(file: CalendarFile, ordinals: tuple[int, ...], hours: dict[date, OfficeHours]) -> str:
    """Name the calendar so that equal names mean equal counting."""
    told = [repr(ordinals), *(f"{day} {own.open} {own.close}" for day, own in sorted(hours.items()))]
    told.append(repr(sorted({published.year for published in file.years})))
    digest = hashlib.sha256("\n".join(told).encode()).hexdigest()[:DIGEST_LENGTH]
    return f"cn-{max(published_days().notices)}+{file.version}-{digest}"


@cache
def _weekdays() -> frozenset[int]:
    first, last = date(FIRST_YEAR, 1, 1).toordinal(), date(LAST_YEAR, 1, 1).toordinal()
    return frozenset(number for number in range(first, last) if (number - 1) % 7 < SATURDAY)
