"""Stage 5: timers of a case in the ledger. Planned timers in, rows out; acts stop them, changes derive them again.

A closed timer is never rewritten. A timer that is still right is left alone, so that deriving twice changes nothing;
one whose due time moved keeps its row, and the audit chain says from when to when and why.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from cases.act_words import DISMISSALS, MERGED
from cases.case import Case, timeline
from cases.clock_words import is_stopped
from cases.ladder import next_step_at
from cases.plan_timers import PlannedTimer
from cases.policy import RECEIPT, Policy
from cases.situation import Situation
from cases.transitions import ASSIGNING, HANDLING
from foundation.json_columns import write_json
from foundation.ledger import Work
from foundation.tables import instant_text, timer

OPEN, SATISFIED, CANCELLED = "open", "satisfied", "cancelled"
CAUSES = {  # column that changed → why a due time moved
    "level_code": "level",
    "marks": "marks",
    "extensions": "extension",
    "external_due_at": "external_due_at",
    "restricted": "restricted",
    "nature": "nature",
    "kind": "kind",
    "school_version": "policy",
}
NO_WORK = (*DISMISSALS, MERGED)  # outcomes of cases in which nothing was handled
Key = tuple[str, datetime, tuple[str, ...]]
Written = tuple[tuple[str, int, str, str], str | None]
MOVE = """UPDATE timer SET due_at = ?, provisional = ?, ladder = ?, explanation = ?, next_step_at = ?,
calendar_version = ?, policy_version = ? WHERE timer_id = ?"""


@dataclass(frozen=True, slots=True)
class Difference:
    """What must happen so that a case's rows are as its policy plans: new plans, rows to move, rows to take off."""

    new: list[PlannedTimer]
    moved: list[tuple[Any, PlannedTimer]]
    stale: list[Any]


def plan_case(case: Case, policy: Policy) -> list[PlannedTimer]:
    """Return the timers that a case owes now, with its triage while nobody has confirmed it.

    An archived case owes what its profiles ask for after the close; one that was dismissed or merged owes nothing.
    """
    if not case.is_open:
        return policy.after_close(Situation.of(case)) if case.outcome not in NO_WORK else []
    planned = policy.timers_for(Situation.of(case))
    if case.provisional:
        since = case.raised_at or case.discovered_at
        planned.append(policy.triage(case.level_code, since, restricted=case.restricted))
    return planned


def compare(planned: Iterable[PlannedTimer], rows: Iterable[Any]) -> Difference:
    """Return what separates the rows of a case from its plan; a satisfied timer stands for its plan as it is."""
    wanted: dict[Key, PlannedTimer] = {_key(plan.rule, plan.anchor_at, plan.addressees): plan for plan in planned}
    standing = {_key(row.rule, row.anchor_at, row.addressees): row for row in rows if row.state != CANCELLED}
    new = [plan for key, plan in wanted.items() if key not in standing]
    running = {key: row for key, row in standing.items() if row.state == OPEN}
    moved = [(row, wanted[key]) for key, row in running.items() if key in wanted and _differs(row, wanted[key])]
    return Difference(new, moved, [row for key, row in running.items() if key not in wanted])


def derive_timers(work: Work, case: Case, policy: Policy, cause: str = "level") -> list[str]:
    """Make the case's timers what its situation asks for; return the rules of the new ones."""
    of_case = select(timer).where(timer.c.case_no == case.case_no, timer.c.rule != RECEIPT)
    rows = list(work.connection.execute(of_case))
    found = compare(plan_case(case, policy), rows)
    _end(work, found.stale, CANCELLED)
    store_moves(work, policy, found.moved)
    note_moves(work, found.moved, cause)
    for plan in found.new:
        _store(work, case, policy, plan)
    return [plan.rule for plan in found.new]


def store_moves(work: Work, policy: Policy, moved: Sequence[tuple[Any, PlannedTimer]]) -> None:
    """Write the due times, ladders and explanations of timers that moved; steps already taken stay taken.

    By hand, as thousands move at once when a calendar changes: cases found at one instant share their plans, whose
    texts are written once.
    """
    known: dict[int, Written] = {}
    versions = (policy.calendar.version, str(policy.version))
    rows = []
    for row, plan in moved:
        if id(plan) not in known:
            known[id(plan)] = _written(plan)
        texts, first = known[id(plan)]
        if row.steps_taken:
            first = _stored(next_step_at(plan.ladder, row.steps_taken))
        rows.append((*texts, None if _sleeps(row) else first, *versions, row.timer_id))
    if rows:
        work.connection.exec_driver_sql(MOVE, rows)


def _written(plan: PlannedTimer) -> Written:
    """Return the columns of a plan as they are stored, and when its ladder acts first."""
    due = plan.deadline
    texts = (instant_text(due.due_at), int(due.provisional), write_json(plan.ladder), write_json(due.days))
    return texts, _stored(next_step_at(plan.ladder, {}))


def _stored(instant: datetime | None) -> str | None:
    return None if instant is None else instant_text(instant)


def note_moves(work: Work, moved: Iterable[tuple[Any, PlannedTimer]], cause: str) -> None:
    """Audit each due time that moved: old value, new value, cause."""
    work.audit_all(
        ("case.due_moved", row.case_no, {**told_of(row, plan), "cause": cause})
        for row, plan in moved
        if has_moved(row, plan)
    )


def told_of(row: Any, plan: PlannedTimer) -> dict[str, Any]:
    """Return which clock moved, from when to when."""
    old, new = instant_text(row.due_at), instant_text(plan.deadline.due_at)
    return {"rule": row.rule, "timer_id": row.timer_id, "old_due_at": old, "due_at": new}


def has_moved(row: Any, plan: PlannedTimer) -> bool:
    """Tell whether the due time moved; another ladder or explanation alone is no move."""
    return bool(row.due_at != plan.deadline.due_at)


def stop_timers(work: Work, case: Case, policy: Policy | None = None) -> list[str]:
    """Mark the open timers whose act has happened; return their rules."""
    acts = timeline(work.connection, case.case_no)
    internal = policy is not None and policy.file.readings.internal_ok
    done = [
        row
        for row in open_timers(work, case.case_no)
        if is_stopped(row.done_by, case, acts, row.addressees, row.anchor_at, internal=internal)
    ]
    _end(work, done, SATISFIED)
    return [row.rule for row in done]


def move_timers(work: Work, before: Case, after: Case, policy: Policy) -> dict[str, list[str]]:
    """Let the clocks follow a change of a case, whatever it was; return the rules started, stopped and cancelled.

    Call it once after each act: what the act stops is stopped, a new level or anchor is derived again, a case found too
    late wakes when a person has confirmed it, and an archived case has only the clocks of what follows its close.
    """
    stopped = stop_timers(work, after, policy)
    if not after.is_open:
        running = [row.rule for row in open_timers(work, after.case_no)]
        started = derive_timers(work, after, policy, _cause(before, after))
        _follow_receipt(work, before, after, policy)
        still = [row.rule for row in open_timers(work, after.case_no)]
        return {"started": started, "stopped": stopped, "cancelled": [rule for rule in running if rule not in still]}
    started = derive_timers(work, after, policy, _cause(before, after))
    stopped += stop_timers(work, after, policy)
    if before.provisional and not after.provisional:
        wake_timers(work, after.case_no)
    _follow_receipt(work, before, after, policy)
    return {"started": started, "stopped": stopped, "cancelled": []}


def _follow_receipt(work: Work, before: Case, after: Case, policy: Policy) -> None:
    """Let the clock of the receipt follow the case: each department that gets it has its own; help-first has none."""
    waits = after.state == HANDLING and not after.restricted
    handed_over = waits and (before.state == ASSIGNING or before.lead != after.lead)
    if handed_over or not waits:
        _end(work, [row for row in open_timers(work, after.case_no) if row.rule == RECEIPT], CANCELLED)
    if handed_over and (plan := policy.receipt(after.level_code, work.at)):
        _store(work, after, policy, plan)


def wake_timers(work: Work, case_no: str) -> None:
    """Let the ladders of a case that was found too late begin, now that a person has confirmed it."""
    for row in open_timers(work, case_no):
        if row.next_step_at is None and row.ladder and not row.steps_taken:
            work.connection.execute(
                update(timer).where(timer.c.timer_id == row.timer_id).values(next_step_at=next_step_at(row.ladder, {}))
            )


def open_timers(work: Work, case_no: str) -> list[Any]:
    """Return the rows of the case's running timers."""
    return list(work.connection.execute(select(timer).where(timer.c.case_no == case_no, timer.c.state == OPEN)))


def _key(rule: str, anchor_at: datetime, addressees: Iterable[str]) -> Key:
    return rule, anchor_at, tuple(addressees)


def _differs(row: Any, plan: PlannedTimer) -> bool:
    return (
        row.due_at != plan.deadline.due_at
        or bool(row.provisional) != plan.deadline.provisional
        or row.ladder != list(plan.ladder)
        or row.explanation != list(plan.deadline.days)
    )


def _sleeps(row: Any) -> bool:
    """Tell whether a ladder waits for a person (C2); one that has taken steps, or has one ahead, is awake."""
    return row.next_step_at is None and bool(row.ladder) and not row.steps_taken


def _cause(before: Case, after: Case) -> str:
    changed = [cause for name, cause in CAUSES.items() if getattr(before, name) != getattr(after, name)]
    return "、".join(changed) or "anchor"


def _end(work: Work, rows: list[Any], state: str) -> None:
    if rows:
        work.connection.execute(
            update(timer)
            .where(timer.c.timer_id.in_([row.timer_id for row in rows]))
            .values(state=state, satisfied_at=work.at if state == SATISFIED else None, next_step_at=None)
        )


def _store(work: Work, case: Case, policy: Policy, plan: PlannedTimer) -> None:
    asleep = case.late and case.provisional  # C2: found too late: one notice, and no ladder before a person confirms
    work.connection.execute(
        insert(timer).values(
            case_no=case.case_no,
            rule=plan.rule,
            done_by=plan.done_by,
            addressees=list(plan.addressees),
            anchor_at=plan.anchor_at,
            due_at=plan.deadline.due_at,
            next_step_at=None if asleep else next_step_at(plan.ladder, {}),
            ladder=list(plan.ladder),
            steps_taken={},
            state=OPEN,
            provisional=int(plan.deadline.provisional),
            policy_version=str(policy.version),
            calendar_version=policy.calendar.version,
            explanation=list(plan.deadline.days),
        )
    )
