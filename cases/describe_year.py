"""Stage 5: one year of the calendar in words. Calendar and year in, plain data and lines out."""

from collections.abc import Iterator
from datetime import date
from itertools import groupby
from typing import Any

from cases.calendar_file import DAY
from cases.working_days import WEEKEND, WORKDAY, WorkingDays

WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")


def describe_year(calendar: WorkingDays, year: int) -> dict[str, Any]:
    """Return a year's source, its special days in runs, and how many working days it has."""
    days = [
        date.fromordinal(number) for number in range(date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal())
    ]
    notice = calendar.notices.get(year, "")
    runs = list(_runs(calendar, days))
    working = sum(calendar.is_working(day) for day in days)
    published = (
        f"依据 {notice}" if notice else "放假安排尚未公布，按周一至周五暂算；公布后用 huiyin calendar import 导入"
    )
    periods = [*(("假期", each) for each in calendar.vacations), *(("特殊时期", each) for each in calendar.specials)]
    own = [(kind, each) for kind, each in periods if each.first.year <= year <= each.last.year]
    return {
        "year": year,
        "published": bool(notice),
        "notice": notice,
        "working_days": working,
        "days_off": len(days) - working,
        "days": [{"from": str(run[0]), "to": str(run[-1]), "title": title, "name": name} for run, title, name in runs],
        "calendar_version": calendar.version,
        "lines": [
            f"{year} 年  {published}",
            *(f"  {_span(run)}  {title}  {name}".rstrip() for run, title, name in runs),
            *(f"  {each.first:%m-%d} 至 {each.last:%m-%d}  {kind} {each.name}（工作日照常计算）" for kind, each in own),
            f"工作日 {working} 天，休息 {len(days) - working} 天；日历 {calendar.version}",
        ],
    }


def _runs(calendar: WorkingDays, days: list[date]) -> Iterator[tuple[list[date], str, str]]:
    """Yield days in a row that differ from their weekday for the same reason."""
    special = [day for day in days if calendar.title(day) not in (WORKDAY, WEEKEND)]
    numbered = enumerate(special)
    for (_, title, name), group in groupby(
        numbered, key=lambda item: (item[1] - DAY * item[0], calendar.title(item[1]), calendar.names.get(item[1], ""))
    ):
        yield [day for _, day in group], title, name


def _span(run: list[date]) -> str:
    first, last = run[0], run[-1]
    start = f"{first:%m-%d} {WEEKDAYS[first.weekday()]}"
    return start if first == last else f"{start} 至 {last:%m-%d} {WEEKDAYS[last.weekday()]}（{len(run)} 天）"
