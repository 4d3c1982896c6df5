"""Stage 5: duties that come back without a case: patrol log, bulletin, weekly report. Duty and day in, period out.

每天 means calendar days, weekends too (C13); a week is an ISO week, so that each has exactly one bulletin; months are
calendar months, counted in blocks from January.
"""

from dataclasses import dataclass
from datetime import date, datetime

from cases.calendar_file import DAY
from cases.due_time import MIDNIGHT, MONTHS, last_day_of_week, school_instant
from cases.duration import parse_duration
from cases.policy import Policy
from cases.profile_file import Recurring
from foundation.clock import at_school

TITLES = {"patrol_log": "巡查记录", "bulletin": "舆情通报", "weekly_report": "周报", "evaluation": "督查评估"}


@dataclass(frozen=True, slots=True)
class DutyPeriod:
    """One period of a duty: from its first day to `ends_at`, when it must have been done `times` times."""

    first: date
    ends_at: datetime
    times: int


def period_of(policy: Policy, duty: Recurring, at: datetime) -> DutyPeriod:
    """Return the period of a duty in which an instant lies.

    Raises:
        ValueError: The duty's interval is neither days, weeks nor months.
    """
    length = parse_duration(policy.file.unnumbered.get(duty.every, duty.every))
    day = at_school(at).date()
    if length.unit == "d":
        first = date.fromordinal(day.toordinal() - day.toordinal() % length.amount)
        return DutyPeriod(first, school_instant(first + DAY * length.amount, MIDNIGHT), duty.min)
    if length.unit == "w":
        first = day - DAY * day.weekday()
        return DutyPeriod(first, school_instant(last_day_of_week(day, length.amount) + DAY, MIDNIGHT), duty.min)
    if length.unit != "mo":
        raise ValueError(f"{duty.id} 的周期只能是天、周或月，不能写 {duty.every}")
    block = (day.month - 1) // length.amount * length.amount
    after = day.year * MONTHS + block + length.amount
    ends = date(after // MONTHS, after % MONTHS + 1, 1)
    return DutyPeriod(date(day.year, block + 1, 1), school_instant(ends, MIDNIGHT), duty.min)
