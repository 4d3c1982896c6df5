"""Stage 5: timers of a case in the ledger. Planned timers in, rows out; acts stop them, changes derive them again.

A closed timer is never rewritten. A timer that is still right (same provision, anchor and addressees) is left alone,
so that deriving twice changes nothing.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from cases.case import Case, timeline
from cases.clock_words import anchors_of, is_stopped
from cases.policy import PlannedTimer, Policy
from foundation.ledger import Work
from foundation.tables import timer

OPEN, SATISFIED, CANCELLED = "open", "satisfied", "cancelled"


def derive_timers(work: Work, case: Case, policy: Policy) -> list[str]:
    """Make the case's timers what level, anchors and restriction ask for; return the rules of the new ones."""
    planned = policy.timers_for(case.level_code, anchors_of(case), restricted=case.restricted)
    if case.provisional:
        since = case.raised_at or case.discovered_at
        planned.append(policy.triage(case.level_code, since, restricted=case.restricted))
    wanted = {_key(plan.rule, plan.anchor_at, plan.addressees): plan for plan in planned}
    rows = list(work.connection.execute(select(timer).where(timer.c.case_no == case.case_no)))
    standing = {_key(row.rule, row.anchor_at, row.addressees) for row in rows if row.state != CANCELLED}
    _end(work, [row for row in rows if _is_stale(row, wanted)], CANCELLED)
    new = [plan for key, plan in wanted.items() if key not in standing]
    for plan in new:
        _store(work, case, policy, plan)
    return [plan.rule for plan in new]


def stop_timers(work: Work, case: Case) -> list[str]:
    """Mark the open timers whose act has happened; return their rules."""
    acts = timeline(work.connection, case.case_no)
    done = [
        row
        for row in open_timers(work, case.case_no)
        if is_stopped(row.done_by, case, acts, row.addressees, row.anchor_at)
    ]
    _end(work, done, SATISFIED)
    return [row.rule for row in done]


def move_timers(work: Work, before: Case, after: Case, policy: Policy) -> dict[str, list[str]]:
    """Let the clocks follow a change of a case, whatever it was; return the rules started, stopped and cancelled.

    Call it once after each act: what the act stops is stopped, a new level or anchor is derived again, a case found too
    late wakes when a person has confirmed it, and an archived case has no clocks.
    """
    stopped = stop_timers(work, after)
    if not after.is_open:
        return {"started": [], "stopped": stopped, "cancelled": cancel_timers(work, after.case_no)}
    started = derive_timers(work, after, policy)
    stopped += stop_timers(work, after)
    if before.provisional and not after.provisional:
        wake_timers(work, after.case_no)
    return {"started": started, "stopped": stopped, "cancelled": []}


def cancel_timers(work: Work, case_no: str) -> list[str]:
    """Take all open timers of a case off the clock; return their rules."""
    rows = open_timers(work, case_no)
    _end(work, rows, CANCELLED)
    return [row.rule for row in rows]


def wake_timers(work: Work, case_no: str) -> None:
    """Let the ladders of a case that was found too late begin, now that a person has confirmed it."""
    for row in open_timers(work, case_no):
        if row.next_step_at is None and row.ladder and not row.steps_taken:
            work.connection.execute(
                update(timer).where(timer.c.timer_id == row.timer_id).values(next_step_at=_first(row.ladder))
            )


def open_timers(work: Work, case_no: str) -> list[Any]:
    """Return the rows of the case's running timers."""
    return list(work.connection.execute(select(timer).where(timer.c.case_no == case_no, timer.c.state == OPEN)))


def _key(rule: str, anchor_at: datetime, addressees: Iterable[str]) -> tuple[str, datetime, tuple[str, ...]]:
    return rule, anchor_at, tuple(addressees)


def _is_stale(row: Any, wanted: dict[Any, PlannedTimer]) -> bool:
    return row.state == OPEN and _key(row.rule, row.anchor_at, row.addressees) not in wanted


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
            next_step_at=None if asleep or not plan.ladder else _first(plan.ladder),
            ladder=list(plan.ladder),
            steps_taken={},
            state=OPEN,
            provisional=int(plan.deadline.provisional),
            policy_version=str(policy.version),
            calendar_version=policy.calendar.version,
            explanation=list(plan.deadline.days),
        )
    )


def _first(ladder: Iterable[dict[str, Any]]) -> datetime:
    return min(datetime.fromisoformat(step["at"]) for step in ladder)
