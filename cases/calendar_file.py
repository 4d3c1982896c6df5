"""Stage 5: calendar.yaml as records: what a school adds to the published schedules. Text in, one `CalendarFile` out.

A published year is written as its notice is: each holiday from its first to its last day, with its make-up days. The
same record is a file of `cases/published/` and an entry under `years`.
"""

from collections.abc import Iterator
from datetime import date, time, timedelta

from pydantic import Field, model_validator

from foundation.config import Mistake, Strict

CALENDAR_FILE = "calendar.yaml"
FIRST_YEAR, LAST_YEAR = 2004, 2100
CLOCK_PATTERN = r"^([01]\d|2[0-3]):[0-5]\d$"
DAY = timedelta(days=1)


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


class Period(Strict):
    """Named days in a row, both ends included: a holiday, a vacation, a special period."""

    name: str = Field(min_length=1)
    first: date = Field(alias="from")
    last: date = Field(alias="to")

    @model_validator(mode="after")
    def _ordered(self) -> "Period":
        if self.last < self.first:
            raise ValueError(f"{self.name} 的 to 早于 from")
        return self

    def days(self) -> Iterator[date]:
        """Yield its days in order."""
        return (self.first + DAY * number for number in range((self.last - self.first).days + 1))

    def holds(self, day: date) -> bool:
        """Return whether a day lies in it."""
        return self.first <= day <= self.last


class Holiday(Period):
    """One holiday of a notice with the days worked for it (调休)."""

    work: list[date] = []


class PublishedYear(Strict):
    """The schedule of one year. Without `holidays` its days stand under `off` and `work` of the school's file."""

    year: int = Field(ge=FIRST_YEAR, le=LAST_YEAR - 1)
    notice: str = Field(min_length=1)  # number or title of the official notice
    published_on: date | None = None
    holidays: list[Holiday] = []

    @model_validator(mode="after")
    def _of_its_year(self) -> "PublishedYear":
        for number, holiday in enumerate(self.holidays):
            for day in (holiday.first, holiday.last, *holiday.work):
                if abs(day.year - self.year) > (day.month in (1, 12)):  # New Year may reach over
                    raise Mistake(f"{day} 不是 {self.year} 年的日子", "检查年份", ("holidays", number))
        off = {day for holiday in self.holidays for day in holiday.days()}
        worked = [day for holiday in self.holidays for day in holiday.work]
        both = sorted(off.intersection(worked))
        if both:
            raise Mistake(f"{both[0]} 既放假又调休上班", "只能留一处", ("holidays",))
        return self


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
    vacation: list[Period] = []  # 寒暑假: working days still count (C22), people are elsewhere
    special: list[Period] = []  # special periods: a named person every day (Z7.6-1b)

    @model_validator(mode="after")
    def _no_contradiction(self) -> "CalendarFile":
        both = {day.on for day in self.off} & {day.on for day in self.work}
        if both:
            raise ValueError(f"{min(both)} 同时写在 off 和 work 里，只能留一处")
        years = [published.year for published in self.years]
        for number, year in enumerate(years):
            if year in years[:number]:
                raise Mistake(f"{year} 年写了两次", "删去其中一处", ("years", number))
        return self
