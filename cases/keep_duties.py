"""Stage 5: duties that come back, kept: each period a row, reminded in its last evening, a gap shown the next morning.

Policy and present instant in, rows and the facts `duty.due` and `duty.missed` out. 巡查记录, 通报, 周报, 督查评估 are
the school's; the patrol of each department is expected on working days only (Z7.6-2). Only a person signs (Z1.6.1-4a).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Integer, String, Table, UniqueConstraint, func, insert, select, update

from cases.calendar_file import DAY
from cases.due_time import MIDNIGHT, school_instant
from cases.policy import Policy, load_policy
from cases.profile_file import Recurring
from cases.recurring import TITLES, DutyPeriod, period_of
from foundation.clock import at_school
from foundation.errors import Refused
from foundation.ledger import Work
from foundation.school import School
from foundation.tables import Instant, RowId, metadata

REMIND_AT, TELL_AT = time(20, 0), time(8, 0)  # 产品默认: in the last evening, and the morning after
DEPARTMENT_PATROL, DEPARTMENT_RULE = "department_patrol", "Z7.6-2"
OPEN, DONE, MISSED = "open", "done", "missed"
MOST_PERIODS = 400  # made up for after an outage
OWED_BY = {  # what → roles that may sign it; the first one is reminded
    "patrol_log": ("watch", "officer", "duty", "office"),
    "bulletin": ("officer", "office"),
    "weekly_report": ("officer", "monitor", "office"),
    "evaluation": ("office",),
    DEPARTMENT_PATROL: ("liaison",),
}
NAMES = {**TITLES, DEPARTMENT_PATROL: "部门巡查"}

duty_period = Table(
    "duty_period",
    metadata,
    Column("duty_id", RowId, primary_key=True),
    Column("rule", String, nullable=False),
    Column("what", String, nullable=False),  # a key of OWED_BY
    Column("unit", String, nullable=False, default=""),  # department; empty: the whole school's
    Column("first_on", String, nullable=False),  # first day of the period, school time
    Column("ends_at", Instant, nullable=False),
    Column("next_at", Instant, index=True),  # when it is reminded of or found missing; NULL: over
    Column("reminded", Boolean, nullable=False, default=False),
    Column("times", Integer, nullable=False),
    Column("signed", JSON, nullable=False, default=list),  # [{by, at, note}]
    Column("state", String, nullable=False, index=True),  # open, done, missed
    UniqueConstraint("rule", "unit", "first_on"),
)


@dataclass(frozen=True, slots=True)
class Expected:
    """One duty of the school or of a department."""

    rule: str
    what: str
    unit: str = ""
    duty: Recurring | None = None  # None: the daily patrol of a department


def expected_duties(policy: Policy, school: School) -> list[Expected]:
    """Return what the profiles in force expect to be done again and again."""
    duties = [Expected(duty.id, duty.what, "", duty) for duty in policy.duties]
    if any(profile.duty and profile.duty.units == "workdays" for profile in policy.profiles.values()):
        units = school.organisation.departments
        duties += [Expected(DEPARTMENT_RULE, DEPARTMENT_PATROL, unit.id) for unit in units]
    return duties


def keep_duties(work: Work, school: School) -> int:
    """Open the periods that have begun, remind of those that end, show those that were missed; return how many told."""
    policy = load_policy(school)
    query = select(duty_period.c.rule, duty_period.c.unit, func.max(duty_period.c.ends_at))
    rows = work.connection.execute(query.group_by(duty_period.c.rule, duty_period.c.unit))
    last = {(rule, unit): _instant(ends_at) for rule, unit, ends_at in rows}
    for expected in expected_duties(policy, school):
        since = last.get((expected.rule, expected.unit))
        for period in _periods(policy, expected, since, work.at):
            _open(work, expected, period)
    due = select(duty_period).where(duty_period.c.state == OPEN, duty_period.c.next_at <= work.at)
    return sum(_tell(work, row) for row in list(work.connection.execute(due)))


def sign_duty(work: Work, school: School, what: str, *, unit: str = "", by: str, note: str = "") -> Any:
    """Note that a person has done a duty of the present period; return its row.

    Raises:
        Refused: Not expected now, not this person's, or already done.
    """
    row = work.connection.execute(
        select(duty_period)
        .where(duty_period.c.what == what, duty_period.c.unit == unit, duty_period.c.ends_at > work.at)
        .order_by(duty_period.c.ends_at)
    ).first()
    name = f"{NAMES[what]}{f' {unit}' if unit else ''}"
    if row is None:
        raise Refused(f"现在没有要签的{NAMES[what]}", name, "用 huiyin duty list 看正在计的职责；过去的缺口不能补签")
    if not _may_sign(school, row, by):
        names = unit if unit else "、".join(load_policy(school).role_name(role) for role in OWED_BY[what])
        raise Refused(f"{by} 不能签{NAMES[what]}", name, f"由 {names} 的人来签")
    if row.state != OPEN:
        raise Refused(f"{NAMES[what]}已经签过", f"{name} {row.first_on}", "不用再签；要补充写在下一份里")
    signed = [*row.signed, {"by": by, "at": at_school(work.at).isoformat(timespec="seconds"), "note": note}]
    done = len(signed) >= row.times
    values = {"signed": signed, "state": DONE if done else OPEN, "next_at": None if done else row.next_at}
    work.connection.execute(update(duty_period).where(duty_period.c.duty_id == row.duty_id).values(**values))
    work.audit("duty.sign", row.rule, unit=unit, first_on=row.first_on, number=len(signed))
    return work.connection.execute(select(duty_period).where(duty_period.c.duty_id == row.duty_id)).one()


def _may_sign(school: School, row: Any, by: str) -> bool:
    if row.unit:
        unit = school.find_department(row.unit)
        return unit is not None and by in (unit.owner, unit.deputy, unit.liaison)
    return any(by in [person.id for person in school.holders(role)] for role in OWED_BY[row.what])


def _periods(policy: Policy, expected: Expected, since: datetime | None, now: datetime) -> Iterator[DutyPeriod]:
    """Yield the periods that began after the last known one, at first only the present one."""
    at = since or now
    for _ in range(MOST_PERIODS):
        if at > now:
            return
        period = period_of(policy, expected.duty, at) if expected.duty else _day(at)
        if expected.duty or policy.calendar.is_working(period.first):
            yield period
        at = period.ends_at


def _day(at: datetime) -> DutyPeriod:
    day = at_school(at).date()
    return DutyPeriod(day, school_instant(day + DAY, MIDNIGHT), 1)


def _open(work: Work, expected: Expected, period: DutyPeriod) -> None:
    last_day = at_school(period.ends_at - timedelta(seconds=1)).date()
    work.connection.execute(
        insert(duty_period).values(
            rule=expected.rule, what=expected.what, unit=expected.unit, first_on=period.first.isoformat(),
            ends_at=period.ends_at, next_at=school_instant(last_day, REMIND_AT), reminded=False, times=period.times,
            signed=[], state=OPEN,
        )
    )  # fmt: skip


def _tell(work: Work, row: Any) -> int:
    """Remind once in the last evening; in the morning after the end, show the gap."""
    over_at = school_instant(at_school(row.ends_at).date(), TELL_AT)
    missed = work.at >= over_at
    kind = "duty.missed" if missed else "duty.due"
    values: dict[str, Any] = {"reminded": True, "next_at": None if missed else over_at}
    if missed:
        values["state"] = MISSED
        work.audit("duty.missed", row.rule, unit=row.unit, first_on=row.first_on)
    work.connection.execute(update(duty_period).where(duty_period.c.duty_id == row.duty_id).values(**values))
    if row.reminded and not missed:
        return 0
    to = [OWED_BY[row.what][0], *(["office"] if missed else [])]
    work.tell(
        kind, f"{row.rule}:{row.unit}:{row.first_on}",
        what=NAMES[row.what], unit=row.unit, day=row.first_on, rule=row.rule, to=list(dict.fromkeys(to)),
    )  # fmt: skip
    return 1


def _instant(value: datetime | str) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)


def duties_between(connection: Any, first: date, last: date) -> list[Any]:
    """Return the rows of periods that begin on these days, oldest first."""
    within = (duty_period.c.first_on >= first.isoformat(), duty_period.c.first_on <= last.isoformat())
    order = (duty_period.c.first_on, duty_period.c.rule, duty_period.c.unit)
    return list(connection.execute(select(duty_period).where(*within).order_by(*order)))
