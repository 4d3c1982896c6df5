"""Stage 5: open clocks counted again when the calendar changed. School in, moved timers out; each is told and audited.

A case keeps the policy it was opened under; days are counted as they are now known. The old due time, the new one and
the cause stand in the audit chain, and the fact `timer.moved` lets the owner be told. Closed timers stay as they ended.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Text, cast, select, update

from cases.case import Case, cases_by_number
from cases.open_case import policy_of
from cases.plan_timers import PlannedTimer
from cases.policy import RECEIPT, Policy, load_policy
from cases.set_timers import OPEN, compare, has_moved, note_moves, plan_case, store_moves, told_of
from cases.situation import Situation
from foundation.json_columns import read_json
from foundation.ledger import Fact, Work
from foundation.school import School
from foundation.tables import timer

CAUSE = "calendar"
OWNER = "owner"
COUNTED = (
    timer.c.timer_id, timer.c.case_no, timer.c.rule, timer.c.done_by, timer.c.anchor_at, timer.c.due_at,
    timer.c.next_step_at, timer.c.state, timer.c.provisional,
)  # what a recount compares  # fmt: skip
AS_TEXT = (timer.c.addressees, timer.c.ladder, timer.c.steps_taken, timer.c.explanation)  # the same in many rows
COUNT = select(*COUNTED, *(cast(column, Text) for column in AS_TEXT))
BATCH = 500  # cases read and written at a time


def recount_timers(work: Work, school: School) -> int:
    """Count again every open timer that was counted under another calendar; return how many due times moved."""
    version = load_policy(school).calendar.version
    other = (timer.c.state == OPEN, timer.c.calendar_version != version)
    found = select(timer.c.case_no).where(*other).distinct().order_by(timer.c.case_no)
    case_nos = list(work.connection.execute(found).scalars())
    if not case_nos:
        return 0
    planned = Planned(work, school)
    moved = sum(_recount(work, planned, other, numbers) for numbers in _batches(case_nos))
    work.connection.execute(update(timer).where(*other).values(calendar_version=version))
    return moved


class Running(NamedTuple):
    """One open timer as it stands, in the order of `COUNT`."""

    timer_id: int
    case_no: str
    rule: str
    done_by: str
    anchor_at: datetime
    due_at: datetime
    next_step_at: datetime | None
    state: str
    provisional: int
    addressees: list[str]
    ladder: list[dict[str, Any]]
    steps_taken: dict[str, str]
    explanation: list[str]


@dataclass(frozen=True, slots=True)
class Planned:
    """What was planned in this recount: cases found in one tick share their anchors, and with them their clocks.

    They share the texts of their rows too, each of which is read once; nobody changes what was read.
    """

    work: Work
    school: School
    policies: dict[int, Policy] = field(default_factory=dict)
    plans: dict[Any, list[PlannedTimer]] = field(default_factory=dict)
    texts: dict[str, Any] = field(default_factory=dict)

    def running(self, row: Any) -> Running:
        """Return a row of `COUNT` with its columns of JSON read."""
        plain, texts = tuple(row)[: len(COUNTED)], row[len(COUNTED) :]
        for text in texts:
            if text not in self.texts:
                self.texts[text] = read_json(text)
        return Running(*plain, *(self.texts[text] for text in texts))

    def policy(self, version: int) -> Policy:
        """Return the policy of a school version under the calendar in force."""
        if version not in self.policies:
            self.policies[version] = policy_of(self.work.connection, self.school, version)
        return self.policies[version]

    def timers(self, case: Case) -> list[PlannedTimer]:
        """Return `plan_case`, planned once for cases that a policy cannot tell apart."""
        done = "" if case.is_open else case.outcome
        key = (case.school_version, case.is_open, done, case.provisional, Situation.of(case).key)
        if key not in self.plans:
            self.plans[key] = plan_case(case, self.policy(case.school_version))
        return self.plans[key]


def _recount(work: Work, planned: Planned, other: Sequence[Any], numbers: Sequence[str]) -> int:
    """Count some cases again: all rows of one kind, be it timers, audit or facts, are one statement each."""
    rows: dict[str, list[Any]] = defaultdict(list)
    for found in work.connection.execute(COUNT.where(*other, timer.c.case_no.in_(numbers))):
        row = planned.running(found)
        rows[row.case_no].append(row)
    told: list[Fact] = []
    changed: dict[int, list[tuple[Any, PlannedTimer]]] = defaultdict(list)
    for case in cases_by_number(work.connection, numbers):
        policy = planned.policy(case.school_version)
        plans = [*planned.timers(case), *_receipts(case, policy, rows[case.case_no])]
        moved = compare(plans, rows[case.case_no]).moved
        changed[case.school_version] += moved
        told += [_fact(case, row, plan) for row, plan in moved if has_moved(row, plan)]
    for school_version, changes in changed.items():
        store_moves(work, planned.policy(school_version), changes)
        note_moves(work, changes, CAUSE)
    work.tell_all(told)
    return len(told)


def _receipts(case: Case, policy: Policy, rows: Sequence[Any]) -> list[PlannedTimer]:
    """Return the plans of the running clocks of the receipt: each counts from when its department got the case."""
    plans = [policy.receipt(case.level_code, row.anchor_at) for row in rows if row.rule == RECEIPT]
    return [plan for plan in plans if plan]


def _fact(case: Case, row: Any, plan: PlannedTimer) -> Fact:
    data = {
        **told_of(row, plan),
        "done_by": row.done_by,
        "provisional": plan.deadline.provisional,
        "cause": CAUSE,
        "to": list(dict.fromkeys([OWNER, *plan.addressees])),
        "restricted": case.restricted,
    }
    return Fact("timer.moved", case.case_no, data)


def _batches(numbers: list[str]) -> Iterator[list[str]]:
    return (numbers[start : start + BATCH] for start in range(0, len(numbers), BATCH))
