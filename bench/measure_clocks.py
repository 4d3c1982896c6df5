"""Clocks: a tick over 40,000 timers, all of them counted again, and bare arithmetic against chinesecalendar's own loop.

`python -m bench.measure_clocks` prints CPU seconds of this process and ends with 1 when a limit is missed. Cases are
rows with their planned timers, as 10,000 confirmed cases at 重大 hold them; the new calendar publishes the year after
the last known one.
"""

import os
import sys
import tempfile
import time
from datetime import date, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import chinese_calendar
from sqlalchemy import insert

from alerts.find_due import take_due_steps
from cases.calendar_file import CalendarFile
from cases.case import CASE_FIELDS, Case, case_file
from cases.due_time import due_time
from cases.duration import Duration, parse_duration
from cases.import_year import read_year, with_year
from cases.policy import Policy, load_policy
from cases.profile_file import UNSET
from cases.recount_timers import recount_timers
from cases.set_timers import plan_case
from cases.working_days import WorkingDays
from foundation.clock import SCHOOL_ZONE
from foundation.school import School, SchoolFiles
from foundation.tables import timer
from huiyin.wiring import TABLES

CASES = 10_000
NOW = datetime(2026, 12, 30, 9, tzinfo=SCHOOL_ZONE)
ROUNDS = 5
REPEATED = 20  # our arithmetic in one measurement: alone it is too short to be timed
MOST_TICK, MOST_RECOUNT, LEAST_FASTER = 250, 10, 100  # milliseconds, seconds, times: the limits
SPANS = (1, 3, 10, 60, 250)
YEAR = "year: 2027\nnotice: bench\nholidays: [{name: 元旦, from: 2027-01-01, to: 2027-01-03}]\n"
ROOT = Path(__file__).parents[1]


def school_with(*, published: bool) -> School:
    """The example school with four clocks for a grave case, with or without the next year."""
    texts = dict(SchoolFiles.from_folder(ROOT / "school").texts)
    enabled = "enabled: [z1-school, z7-township]"
    lines = texts["policy.yaml"].splitlines()
    texts["policy.yaml"] = "\n".join(enabled if line.startswith("enabled:") else line for line in lines)
    if published:
        texts["calendar.yaml"] = with_year(texts["calendar.yaml"], read_year(YEAR, "2027.yaml"))
    return School.from_files(SchoolFiles(texts))


def fill(connection: Any, policy: Policy) -> int:
    """Store 10,000 cases found minute by minute, with their timers; return how many timers."""
    cases, rows = [], []
    for number in range(CASES):
        case = one_case(number, NOW - timedelta(minutes=number % 240))
        cases.append({name: getattr(case, name) for name in CASE_FIELDS})
        rows += [row_of(case, plan, policy) for plan in plan_case(case, policy)]
    connection.execute(insert(case_file), cases)
    connection.execute(insert(timer), rows)
    return len(rows)


def one_case(number: int, at: datetime) -> Case:
    return Case(
        case_no=f"HY-2026-{number:05}", event_id=number, title="", state="承办", level_code=2, suggested_level_code=2,
        nature="", provisional=False, restricted=False, confidential=False, late=False, lead="safety", assisting=[],
        discovered_at=at, posted_at=at, opened_at=at, raised_at=None, confirmed_at=at, assigned_at=at,
        acknowledged_at=None, replied_at=None, published_at=None, closed_at=None, fact_note="", disposition="",
        response="", outcome="", school_version=0, version=1,
    )  # fmt: skip


def row_of(case: Case, plan: Any, policy: Policy) -> dict[str, Any]:
    return {
        "case_no": case.case_no, "rule": plan.rule, "done_by": plan.done_by, "addressees": list(plan.addressees),
        "anchor_at": plan.anchor_at, "due_at": plan.deadline.due_at, "next_step_at": NOW + timedelta(days=30),
        "ladder": list(plan.ladder), "steps_taken": {}, "state": "open", "provisional": int(plan.deadline.provisional),
        "policy_version": "1", "calendar_version": policy.calendar.version, "explanation": list(plan.deadline.days),
    }  # fmt: skip


def cpu(act: Any) -> float:
    before = time.process_time()
    act()
    return time.process_time() - before


def faster(ours: Any, theirs: Any) -> float:
    """Return how often faster our act is, done `REPEATED` times: the median of rounds by turns: loads come and go."""
    return median(REPEATED / (cpu(ours) / cpu(theirs)) for _ in range(ROUNDS))


def arithmetic() -> dict[int, float]:
    """Return, for each span, how often faster `due_time` is than a loop over `chinese_calendar.is_workday`."""
    days, usual = WorkingDays.from_file(CalendarFile(version="bench")), load_policy(school_with(published=False))
    anchors = [datetime(2024, 1, 1, 9, tzinfo=SCHOOL_ZONE) + timedelta(days=number) for number in range(0, 700, 7)]
    ratios = {}
    for span in SPANS:
        length = Duration(span, "wd")
        ours = [due_time(at, length, days, usual.office_hours).at.astimezone(SCHOOL_ZONE).date() for at in anchors]
        assert ours == [by_loop(at.date(), span) for at in anchors]
        ratios[span] = faster(
            lambda length=length: [due_time(at, length, days, usual.office_hours) for at in anchors * REPEATED],
            lambda span=span: [by_loop(at.date(), span) for at in anchors],
        )
    return ratios


def lengths(policy: Policy) -> list[Duration]:
    """Return every length in working days that the policy file asks for: its timers, its words, its overdue steps."""
    file = policy.file
    named = [timer.within for profile in file.profiles.values() for timer in profile.timers if timer.within != UNSET]
    named += [step.at for step in file.overdue_default] + list(file.unnumbered.values())
    found = [parse_duration(file.unnumbered.get(each, each)) for each in named]
    return [each for each in found if each.unit == "wd"]


def mixed() -> tuple[float, list[str]]:
    """Return how often faster the policy file's own mix of lengths is counted, and the mix."""
    days, usual = WorkingDays.from_file(CalendarFile(version="bench")), load_policy(school_with(published=False))
    mix = lengths(usual)
    anchors = [datetime(2024, 1, 1, 9, tzinfo=SCHOOL_ZONE) + timedelta(days=number) for number in range(0, 700, 7)]
    pairs = [(at, each) for at in anchors for each in mix]
    ours = [due_time(at, each, days, usual.office_hours).at.astimezone(SCHOOL_ZONE).date() for at, each in pairs]
    assert ours == [by_loop(at.date(), each.amount) for at, each in pairs]
    ratio = faster(
        lambda: [due_time(at, each, days, usual.office_hours) for at, each in pairs * REPEATED],
        lambda: [by_loop(at.date(), each.amount) for at, each in pairs],
    )
    return ratio, [str(each) for each in mix]


def by_loop(day: date, count: int) -> date:
    while count:
        day += timedelta(days=1)
        count -= chinese_calendar.is_workday(day)
    return day


def main() -> int:
    assert TABLES
    with tempfile.TemporaryDirectory() as folder:
        clock = Path(folder) / "clock"
        clock.write_text(NOW.isoformat())
        os.environ["HUIYIN_CLOCK"] = str(clock)
        from foundation.ledger import open_ledger

        ledger = open_ledger(Path(folder) / "state", create=True)
        before, after = school_with(published=False), school_with(published=True)
        with ledger.change() as work:
            timers = fill(work.connection, load_policy(before))
        with ledger.change() as work:
            tick = 1000 * median(
                cpu(lambda: (recount_timers(work, before), take_due_steps(work, before))) for _ in range(ROUNDS)
            )
        with ledger.change() as work:
            moved: list[int] = []
            recount = cpu(lambda: moved.append(recount_timers(work, after)))
        print(f"{CASES} cases, {timers} timers: a tick's clock steps {tick:.0f} ms CPU (limit {MOST_TICK})")
        print(
            f"all counted again after a calendar change: {recount:.2f} s CPU, {moved[0]} moved (limit {MOST_RECOUNT})"
        )
    for span, ratio in arithmetic().items():
        print(f"due_time against chinesecalendar's loop, {span} working days: {ratio:.0f} times faster, equal results")
    ratio, mix = mixed()
    print(f"the policy file's mix ({' '.join(mix)}): {ratio:.0f} times faster, equal results (limit {LEAST_FASTER})")
    return int(tick > MOST_TICK or recount > MOST_RECOUNT or ratio < LEAST_FASTER)


if __name__ == "__main__":
    sys.exit(main())
