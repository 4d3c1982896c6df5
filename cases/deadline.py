"""Stage 5: a deadline that explains itself. Anchor, duration and calendar in; instant and day-by-day count out. Pure.

The instant is `due_time`'s; this module says how it came about, in the words that pages, messages and documents share:
`10-01 法定假日 不计`, `10-10 调休上班 计第3日`.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from cases.calendar_file import DAY, FIRST_YEAR, LAST_YEAR, OfficeHours
from cases.due_time import CIVIL, DUTY, EXACT, Due, due_time, duty_spans, last_day_of_week, rolled_end
from cases.duration import SAME_DAY, Duration, parse_duration
from cases.working_days import WorkingDays
from foundation.clock import SCHOOL_ZONE, at_school
from foundation.errors import Refused

NOT_COUNTED = "不计"
RULE_TITLES = {  # rule → how it counts, with its article
    "default": "分、时、日连续计算（一日为 24 小时）；工作日自次日起数，到第 n 个工作日下班",
    "civil": "民法典第二百零一条、第二百零三条：首日不计，末日 24:00 止，不顺延",
    "civil_rolled": "民法典第二百零一条、第二百零三条：首日不计，末日逢休息日顺延到下一个工作日 24:00",
    "duty": "产品默认：只计办公时间",
}


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


def deadline_after(
    anchor: datetime, within: str, calendar: WorkingDays, office_hours: OfficeHours, rule: str = "default"
) -> Deadline:
    """Return when an act is due that must happen `within` a duration after `anchor`, with the count.

    Args:
        anchor: Aware instant from which the clock runs.
        within: A duration (`cases/duration.py`).
        calendar: Working days with make-up days and the school's own.
        office_hours: The usual office hours.
        rule: How days are counted, see `cases/due_time.py`.

    Raises:
        ValueError: The anchor is naive, or duration or rule are unknown.
    """
    duration = parse_duration(within)
    due = due_time(anchor, duration, calendar, office_hours, rule)
    start, end = anchor.astimezone(SCHOOL_ZONE), at_school(due.at)
    if duration.unit in ("m", "h") and rule == DUTY and duration.amount:
        lines = _count_office_time(start, duration, calendar, office_hours)
    elif duration.unit == "wd":
        lines = _count_working_days(start.date(), end.date(), calendar)
    elif duration.unit == "d" and rule in CIVIL:
        lines = _count_civil_days(start.date(), duration.amount, calendar, rolled=rule == "civil_rolled")
    elif duration.unit in EXACT:
        lines = [f"{_short(start)} 起算", f"{_short(end)} 满 {duration.spoken}（连续计算，不分节假日）"]
    else:
        lines = _name_end(start, end, duration)
    return Deadline(due.at, due.provisional, (*lines, *_warn(due, start.date(), end.date(), calendar)))


def duty_time_after(anchor: datetime, length: timedelta, calendar: WorkingDays, office_hours: OfficeHours) -> datetime:
    """Return the instant at which `length` of office time has passed since `anchor`."""
    return duty_spans(anchor.astimezone(SCHOOL_ZONE), length, calendar, office_hours)[-1][2]


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


def _count_working_days(first: date, last: date, calendar: WorkingDays) -> list[str]:
    lines = [f"{_day(first)} {calendar.title(first)} 当日起算 {NOT_COUNTED}"]
    counted = 0
    for day in _days_between(first, last):
        works = calendar.is_working(day)
        counted += works
        lines.append(f"{_day(day)} {calendar.title(day)} {f'计第{counted}日' if works else NOT_COUNTED}")
    return lines


def _count_civil_days(first: date, count: int, calendar: WorkingDays, *, rolled: bool) -> list[str]:
    last = first + DAY * count
    lines = [f"{_day(first)} 当日起算 {NOT_COUNTED}"]
    lines += [f"{_day(day)} 计第{number}日" for number, day in enumerate(_days_between(first, last), 1)]
    end = rolled_end(last, calendar) if rolled else last
    lines += [f"{_day(day)} {calendar.title(day)} 末日顺延" for day in _days_between(last, end)]
    return [*lines, f"{_day(end)} 24:00 止"]


def _count_office_time(start: datetime, duration: Duration, calendar: WorkingDays, usual: OfficeHours) -> list[str]:
    spans = duty_spans(start, duration.exact, calendar, usual)
    used = {day: f"{since:%H:%M} 至 {until:%H:%M} 计入办公时间" for day, since, until in spans}
    days = [start.date(), *_days_between(start.date(), spans[-1][0])]
    return [f"{_day(day)} {calendar.title(day)} {used.get(day, NOT_COUNTED)}" for day in days]


def _name_end(start: datetime, end: datetime, duration: Duration) -> list[str]:
    if duration.unit == SAME_DAY:
        return [f"{_day(start.date())} 当日 24:00 止"]
    if duration.unit == "w":
        return [f"{_day(start.date())} 起，至 {_day(last_day_of_week(start.date(), duration.amount))} 周日 24:00 止"]
    return [f"{_short(start)} 起算", f"{_short(end)} 满 {duration.spoken}"]


def _warn(due: Due, first: date, last: date, calendar: WorkingDays) -> list[str]:
    if not due.provisional:
        return []
    unknown = [str(year) for year in range(first.year, last.year + 1) if year not in calendar.years]
    return [f"{'、'.join(unknown)} 年放假安排尚未公布，按周一至周五暂算，公布后重算"]


def _days_between(first: date, last: date) -> list[date]:
    """Return the days after `first` up to and including `last`."""
    return [first + DAY * number for number in range(1, (last - first).days + 1)]


def _day(day: date) -> str:
    return f"{day:%m-%d}"


def _short(instant: datetime) -> str:
    return f"{instant:%m-%d %H:%M}"
