"""Stage 5: deadline arithmetic, pure. Anchor, duration and calendar in, an absolute instant out, and nothing else.

How the units are read (docs/readings.md, C1 to C22):
- `m`, `h`: exact. `d`: exact 24 hours; rule `civil`: to 24:00 of the n-th day after the anchor's day; rule
  `civil_rolled`: an end on a day off moves on to 24:00 of the next working day.
- `wd`: to office close of the n-th working day after the anchor's day. `same_day`: to 24:00 of the anchor's day.
- `w`: to 24:00 of the Sunday of the n-th ISO week, the anchor's week being the first. `mo`: calendar months.
Rule `duty` (our own, for triage) counts minutes and hours only while offices are open.
"""

import calendar as month_calendar
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, get_args

from cases.calendar_file import DAY, LAST_YEAR, OfficeHours
from cases.duration import SAME_DAY, Duration
from cases.working_days import WorkingDays
from foundation.clock import SCHOOL_ZONE
from foundation.errors import Stop

Rule = Literal["default", "civil", "civil_rolled", "duty"]
RULES: tuple[str, ...] = get_args(Rule)
CIVIL = ("civil", "civil_rolled")
DUTY = "duty"
EXACT = ("m", "h", "d")
MONTHS = 12
MIDNIGHT = time()
MOST_COUNTED = 20_000  # days and lengths that a calendar remembers: 2 MB, more than the open cases of a school ask


@dataclass(frozen=True, slots=True)
class Due:
    """When something is due.

    Attributes:
        at: The instant, aware UTC.
        provisional: A year without published schedule had to be consulted to find it.
    """

    at: datetime
    provisional: bool = False


def due_time(
    anchor: datetime, duration: Duration, calendar: WorkingDays, usual: OfficeHours, rule: str = "default"
) -> Due:
    """Return when an act is due that must happen within a duration after `anchor`.

    Args:
        anchor: Aware instant from which the clock runs.
        duration: How long.
        calendar: Working days with make-up days and the school's own.
        usual: The usual office hours.
        rule: How `d` is counted (default, civil, civil_rolled), or `duty` for hours of duty time.

    Raises:
        ValueError: The anchor is naive or the rule unknown.
        Stop: The due time lies beyond the calendar.

    Source: docs/readings.md; civil: 民法典 art. 201 (first day not counted), art. 203 (last day off).
    """
    if anchor.tzinfo is None:
        raise ValueError("naive anchor")
    if duration.unit == "wd" and rule in RULES:
        return _closing(anchor.astimezone(SCHOOL_ZONE).date(), duration.amount, calendar, usual)
    if rule not in RULES:
        raise ValueError(f"没有规则 {rule}；可以用 {'、'.join(RULES)}")
    unit = duration.unit
    counts_days, counts_duty = unit == "d" and rule in CIVIL, unit in ("m", "h") and rule == DUTY and duration.amount
    if unit in EXACT and not (counts_days or counts_duty):
        return Due(anchor.astimezone(UTC) + duration.exact)
    start = anchor.astimezone(SCHOOL_ZONE)
    if unit == "d":
        last = start.date() + DAY * duration.amount
        end = rolled_end(last, calendar) if rule == "civil_rolled" else last
        provisional = rule == "civil_rolled" and not calendar.is_published(last, end)
        return Due(school_instant(end + DAY, MIDNIGHT), provisional)
    if unit in EXACT:
        return _duty_time(start, duration.exact, calendar, usual)
    return Due(_calendar_end(start, duration))


def rolled_end(last: date, calendar: WorkingDays) -> date:
    """Return the last day, or the next working day when it is a day off (民法典 art. 203)."""
    return last if calendar.is_working(last) else calendar.working_day_after(last, 1)


def duty_spans(
    start: datetime, length: timedelta, calendar: WorkingDays, usual: OfficeHours
) -> list[tuple[date, datetime, datetime]]:
    """Return the stretches of office time that make up `length` from `start` on: day, from, to.

    Raises:
        Stop: The calendar ends before.
    """
    spans, left, day = [], length, start.date()
    if not calendar.is_working(day):
        day = calendar.working_day_after(day, 1)
    while left:
        hours = calendar.hours_of(day, usual)
        opens, closes = max(start, _at(day, hours.opens)), _at(day, hours.closes)
        if closes > opens:
            used = min(left, closes - opens)
            left -= used
            spans.append((day, opens, opens + used))
        day = calendar.working_day_after(day, 1)
    return spans


def school_instant(day: date, moment: time) -> datetime:
    """Return a school day's moment as UTC."""
    return _at(day, moment).astimezone(UTC)


def _at(day: date, moment: time) -> datetime:
    return datetime.combine(day, moment, SCHOOL_ZONE)


def _closing(day: date, count: int, calendar: WorkingDays, usual: OfficeHours) -> Due:
    """Return the office's close on the n-th working day; counted once for a day, then looked up."""
    key = (day, count, usual.close)
    found = calendar.counted.get(key)
    if found is None:
        last = calendar.working_day_after(day, count)
        closes = calendar.hours_of(last, usual).closes
        found = Due(school_instant(last, closes), not calendar.is_published(day + DAY, last))
        if len(calendar.counted) >= MOST_COUNTED:
            calendar.counted.clear()
        calendar.counted[key] = found
    return found


def _duty_time(start: datetime, length: timedelta, calendar: WorkingDays, usual: OfficeHours) -> Due:
    day, _, end = duty_spans(start, length, calendar, usual)[-1]
    return Due(end.astimezone(UTC), not calendar.is_published(start.date(), day))


def _calendar_end(start: datetime, duration: Duration) -> datetime:
    """Return the end of the day, of the ISO week, or the same time months later."""
    day = start.date()
    if duration.unit == SAME_DAY:
        return school_instant(day + DAY, MIDNIGHT)
    if duration.unit == "w":
        return school_instant(last_day_of_week(day, duration.amount) + DAY, MIDNIGHT)
    months = day.month - 1 + duration.amount
    year, month = day.year + months // MONTHS, months % MONTHS + 1
    if year >= LAST_YEAR:
        raise Stop("日历排不到这一天", f"{start:%Y-%m-%d} 之后 {duration.amount} 个月", "检查起算时间")
    last = min(day.day, month_calendar.monthrange(year, month)[1])
    return start.replace(year=year, month=month, day=last).astimezone(UTC)


def last_day_of_week(day: date, weeks: int) -> date:
    """Return the Sunday of the n-th ISO week, the week of `day` being the first."""
    return day + DAY * (6 - day.weekday() + 7 * (weeks - 1))
