"""Stage 5: deadline arithmetic, pure. Anchor, duration and calendar in; an absolute instant that explains itself out.

How requirements.md sections 10 and 11 read the units:
- `m`, `h`: exact. `d`: exact 24 hours; rule `civil`: to 24:00 of the n-th day after the anchor's day; rule
  `civil_rolled`: an end on a day off moves on to 24:00 of the next working day.
- `wd`: to office close of the n-th working day after the anchor's day. `same_day`: to 24:00 of the anchor's day.
- `w`: to 24:00 of the Sunday of the n-th ISO week, the anchor's week being the first. `mo`: calendar months.
Rule `duty` (our own, for triage) counts minutes and hours only while offices are open.
"""

import calendar as month_calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, get_args

from cases.working_days import FIRST_YEAR, LAST_YEAR, OfficeHours, WorkingDays
from foundation.clock import SCHOOL_ZONE
from foundation.errors import Refused, Stop

Rule = Literal["default", "civil", "civil_rolled", "duty"]
RULES: tuple[str, ...] = get_args(Rule)
GRAMMAR = "30m 3h 1d 1wd 1w 6mo same_day"
PATTERN = re.compile(r"(\d{1,4})(m|h|d|wd|w|mo)")
DAY = timedelta(days=1)
MONTHS = 12


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time as the policy writes it: `3wd` is amount 3, unit wd."""

    amount: int
    unit: str

    def __str__(self) -> str:
        return self.unit if self.unit == "same_day" else f"{self.amount}{self.unit}"

    @property
    def exact(self) -> timedelta:
        """The length of minutes, hours or exact days."""
        return timedelta(minutes=self.amount * {"m": 1, "h": 60, "d": 24 * 60}[self.unit])


@dataclass(frozen=True, slots=True)
class Deadline:
    """When something is due, and why.

    Attributes:
        due_at: The instant, aware UTC.
        provisional: A year without published schedule had to be consulted.
        days: The count, one line a day, for people.
    """

    due_at: datetime
    provisional: bool
    days: tuple[str, ...]


def parse_duration(text: str) -> Duration:
    """Read one duration.

    Raises:
        ValueError: It does not follow the grammar, in Chinese (policy records show it with its line).
    """
    if text == "same_day":
        return Duration(1, "same_day")
    found = PATTERN.fullmatch(text)
    if found is None:
        raise ValueError(f"{text} 不是时限；可以写 {GRAMMAR}")
    duration = Duration(int(found[1]), found[2])
    if duration.amount == 0 and duration.unit != "h":  # 0h: a ladder step at the due time itself
        raise ValueError(f"{text} 没有长度；可以写 {GRAMMAR}")
    return duration


def deadline_after(
    anchor: datetime, within: str, calendar: WorkingDays, office_hours: OfficeHours, rule: str = "default"
) -> Deadline:
    """Return when an act is due that must happen `within` a duration after `anchor`.

    Args:
        anchor: Aware instant from which the clock runs.
        within: A duration of the grammar above.
        calendar: Working days with make-up days and the school's own.
        office_hours: The usual office hours.
        rule: How `d` is counted (default, civil, civil_rolled), or `duty` for hours of duty time.

    Raises:
        ValueError: The anchor is naive, or duration or rule are unknown.

    Source: requirements.md sections 10 and 11; civil: 民法典 art. 201 (first day not counted), art. 203 (last day off).
    """
    if anchor.tzinfo is None:
        raise ValueError("naive anchor")
    if rule not in RULES:
        raise ValueError(f"没有规则 {rule}；可以用 {'、'.join(RULES)}")
    duration = parse_duration(within)
    start = anchor.astimezone(SCHOOL_ZONE)
    if duration.unit in ("m", "h") and rule == "duty":
        return _duty(start, duration.exact, calendar, office_hours)
    if duration.unit == "wd":
        return _working_days(start, duration.amount, calendar, office_hours)
    if duration.unit == "d" and rule in ("civil", "civil_rolled"):
        return _civil(start, duration.amount, calendar, rolled=rule == "civil_rolled")
    if duration.unit in ("m", "h", "d"):
        end = (anchor.astimezone(UTC) + duration.exact).astimezone(SCHOOL_ZONE)
        return _found(
            end, False, [f"{_short(start)} 起算", f"{_short(end)} 满 {_spoken(duration)}（连续计算，不分节假日）"]
        )
    return _calendar_end(start, duration)


def duty_time_after(anchor: datetime, length: timedelta, calendar: WorkingDays, office_hours: OfficeHours) -> datetime:
    """Return the instant at which `length` of office time has passed since `anchor`."""
    return _duty(anchor.astimezone(SCHOOL_ZONE), length, calendar, office_hours).due_at


def read_anchor(text: str) -> datetime:
    """Read an ISO instant that a person typed; without an offset it is school time.

    Raises:
        Refused: It is no instant.
    """
    try:
        anchor = datetime.fromisoformat(text)
    except ValueError as mistake:
        raise Refused("起算时间看不懂", text, "写成 2026-09-30T16:00+08:00 这样") from mistake
    if not FIRST_YEAR <= anchor.year < LAST_YEAR - 1:
        raise Refused("起算时间不在日历里", text, f"写 {FIRST_YEAR} 到 {LAST_YEAR - 2} 年之间的时间")
    return anchor if anchor.tzinfo else anchor.replace(tzinfo=SCHOOL_ZONE)


def _working_days(start: datetime, count: int, calendar: WorkingDays, usual: OfficeHours) -> Deadline:
    last = calendar.working_day_after(start.date(), count)
    days = [f"{_day(start.date())} {calendar.title(start.date())} 当日起算 不计"]
    counted = 0
    for day in _days_between(start.date(), last):
        counted += calendar.is_working(day)
        days.append(
            f"{_day(day)} {calendar.title(day)} " + (f"计第{counted}日" if calendar.is_working(day) else "不计")
        )
    closes = calendar.hours_of(last, usual).closes
    provisional = not calendar.is_published(start.date() + DAY, last)
    return _found(_at(last, closes), provisional, days + _warn(provisional, start.date() + DAY, last, calendar))


def _civil(start: datetime, count: int, calendar: WorkingDays, *, rolled: bool) -> Deadline:
    first, last = start.date(), start.date() + DAY * count
    days = [f"{_day(first)} 当日起算 不计"]
    days += [f"{_day(day)} 计第{number}日" for number, day in enumerate(_days_between(first, last), 1)]
    end, provisional = last, False
    if rolled:
        end = last if calendar.is_working(last) else calendar.working_day_after(last, 1)
        days += [f"{_day(day)} {calendar.title(day)} 末日顺延" for day in _days_between(last, end)]
        provisional = not calendar.is_published(last, end)
    return _found(
        _at(end + DAY, time()), provisional, [*days, f"{_day(end)} 24:00 止", *_warn(provisional, last, end, calendar)]
    )


def _duty(start: datetime, length: timedelta, calendar: WorkingDays, usual: OfficeHours) -> Deadline:
    """Walk office day by office day; a length of duty time spans a few of them at most."""
    left, day = length, start.date()
    days: list[str] = []
    while day.year < LAST_YEAR:
        hours = calendar.hours_of(day, usual)
        opens, closes = max(start, _at(day, hours.opens)), _at(day, hours.closes)
        if calendar.is_working(day) and closes > opens:
            used = min(left, closes - opens)
            left -= used
            days.append(f"{_day(day)} {calendar.title(day)} {opens:%H:%M} 至 {opens + used:%H:%M} 计入办公时间")
            if not left:
                provisional = not calendar.is_published(start.date(), day)
                return _found(opens + used, provisional, days + _warn(provisional, start.date(), day, calendar))
        else:
            days.append(f"{_day(day)} {calendar.title(day)} 不计")
        day += DAY
    raise Stop("日历排不到这一天", f"{_short(start)} 起的办公时间", f"日历只到 {LAST_YEAR - 1} 年，检查起算时间")


def _calendar_end(start: datetime, duration: Duration) -> Deadline:
    """Return the end of the day, of the ISO week, or the same time months later."""
    day = start.date()
    if duration.unit == "same_day":
        return _found(_at(day + DAY, time()), False, [f"{_day(day)} 当日 24:00 止"])
    if duration.unit == "w":
        sunday = day + DAY * (6 - day.weekday() + 7 * (duration.amount - 1))
        return _found(_at(sunday + DAY, time()), False, [f"{_day(day)} 起，至 {_day(sunday)} 周日 24:00 止"])
    months = day.month - 1 + duration.amount
    year, month = day.year + months // MONTHS, months % MONTHS + 1
    last = min(day.day, month_calendar.monthrange(year, month)[1])
    end = start.replace(year=year, month=month, day=last)
    return _found(end, False, [f"{_short(start)} 起算", f"{_short(end)} 满 {duration.amount} 个月"])


def _found(end: datetime, provisional: bool, days: list[str]) -> Deadline:
    return Deadline(end.astimezone(UTC), provisional, tuple(days))


def _warn(provisional: bool, first: date, last: date, calendar: WorkingDays) -> list[str]:
    if not provisional:
        return []
    unknown = [year for year in range(first.year, last.year + 1) if year not in calendar.years]
    return [f"{'、'.join(map(str, unknown))} 年放假安排尚未公布，按周一至周五暂算，公布后重算"]


def _days_between(first: date, last: date) -> list[date]:
    """Return the days after `first` up to and including `last`."""
    return [first + DAY * number for number in range(1, (last - first).days + 1)]


def _at(day: date, moment: time) -> datetime:
    return datetime.combine(day, moment, SCHOOL_ZONE)


def _day(day: date) -> str:
    return f"{day:%m-%d}"


def _short(instant: datetime) -> str:
    return f"{instant:%m-%d %H:%M}"


def _spoken(duration: Duration) -> str:
    return f"{duration.amount}{ {'m': '分钟', 'h': '小时', 'd': '天（每天24小时）'}[duration.unit] }"
