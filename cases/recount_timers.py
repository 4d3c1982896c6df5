"""Stage 5: open clocks counted again when the calendar changed. School in, moved timers out; each is told and audited.

A case keeps the policy it was opened under; days are counted as they are now known. The old due time, the new one and
the cause stand in the audit chain, and the fact `timer.moved` lets the owner be told. Closed timers stay as they ended.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import select, update

from cases.case import Case, cases_by_number
from cases.open_case import policy_of
from cases.plan_timers import PlannedTimer
from cases.policy import RECEIPT, Policy, load_policy
from cases.set_timers import OPEN, compare, note_move, plan_case, store_moves
from foundation.ledger import Work
from foundation.school import School
from foundation.tables import instant_text, timer

CAUSE = "calendar"
OWNER = "owner"
BATCH = 500  # cases read and written at a time


def recount_timers(work: Work, school: School) -> int:
    """Count again every open timer that was counted under another calendar; return how many due times moved."""
    version = load_policy(school).calendar.version
    other = (timer.c.state == OPEN, timer.c.calendar_version != version)
    rows: dict[str, list[Any]] = defaultdict(list)
    for row in work.connection.execute(select(timer).where(*other)):
        rows[row.case_no].append(row)
    if not rows:
        return 0
    policies: dict[int, Policy] = {}
    moved = sum(_recount(work, school, rows, numbers, policies) for numbers in _batches(sorted(rows)))
    work.connection.execute(update(timer).where(*other).values(calendar_version=version))
    return moved


def _recount(
    work: Work, school: School, rows: dict[str, list[Any]], numbers: Sequence[str], policies: dict[int, Policy]
) -> int:
    count = 0
    changed: dict[int, list[tuple[Any, PlannedTimer]]] = defaultdict(list)
    for case in cases_by_number(work.connection, numbers):
        if case.school_version not in policies:
            policies[case.school_version] = policy_of(work.connection, school, case.school_version)
        policy = policies[case.school_version]
        plans = [*plan_case(case, policy), *_receipts(case, policy, rows[case.case_no])]
        found = compare(plans, rows[case.case_no])
        changed[case.school_version] += found.moved
        count += sum(_tell(work, case, row, plan) for row, plan in found.moved)
    for school_version, moved in changed.items():
        store_moves(work, policies[school_version], moved)
    return count


def _receipts(case: Case, policy: Policy, rows: Sequence[Any]) -> list[PlannedTimer]:
    """Return the plans of the running clocks of the receipt: each counts from when its department got the case."""
    plans = [policy.receipt(case.level_code, row.anchor_at) for row in rows if row.rule == RECEIPT]
    return [plan for plan in plans if plan]


def _tell(work: Work, case: Case, row: Any, plan: PlannedTimer) -> bool:
    if not note_move(work, case.case_no, row, plan, CAUSE):
        return False
    work.tell(
        "timer.moved",
        case.case_no,
        timer_id=row.timer_id,
        rule=row.rule,
        done_by=row.done_by,
        old_due_at=instant_text(row.due_at),
        due_at=instant_text(plan.deadline.due_at),
        provisional=plan.deadline.provisional,
        cause=CAUSE,
        to=list(dict.fromkeys([OWNER, *plan.addressees])),
        restricted=case.restricted,
    )
    return True


def _batches(numbers: list[str]) -> Iterator[list[str]]:
    return (numbers[start : start + BATCH] for start in range(0, len(numbers), BATCH))
