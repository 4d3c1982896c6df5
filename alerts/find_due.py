"""Stage 6: which ladder steps of which timers are due. Pure decision, and the one function that records it.

`ladder` (written by cases) lists {"step", "at", "to"} in the order of time. After an outage only the highest missed
step is told and the lower ones are recorded as skipped; steps that fall on the same instant belong together.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from alerts.case_view import read_case_view
from cases.document_no import next_document_no
from cases.ladder import SKIPPED, is_waiting
from foundation.ledger import Work
from foundation.school import School
from foundation.tables import instant_text, timer

OPEN, SUPERVISION = "open", "督办"


@dataclass(frozen=True, slots=True)
class StepDue:
    """One step that is due: told to `to`, or only recorded when a higher one is due as well."""

    step: str
    at: datetime
    to: tuple[str, ...]
    skipped: bool = False
    basis: str = ""  # what of it is 产品默认, see cases/ladder.py


def steps_due(timer_row: Mapping[str, Any], now: datetime) -> list[StepDue]:
    """Return the steps due at `now`, lowest first; each step once for each due time.

    Args:
        timer_row: Columns state, ladder and steps_taken of a timer.
        now: Product time.
    """
    if timer_row["state"] != OPEN:
        return []
    due = [step for step in _not_taken(timer_row) if step.at <= now]
    if not due:
        return []
    highest = max(step.at for step in due)
    missed = any(step.at < highest for step in due)
    last = due[-1]
    return [replace(step, skipped=missed and step is not last) for step in due]


def next_step_at(timer_row: Mapping[str, Any]) -> datetime | None:
    """Return when the ladder acts next; None when nothing is left."""
    if timer_row["state"] != OPEN:
        return None
    return min((step.at for step in _not_taken(timer_row)), default=None)


def _not_taken(timer_row: Mapping[str, Any]) -> list[StepDue]:
    steps = [
        StepDue(step["step"], datetime.fromisoformat(step["at"]), tuple(step["to"]), basis=step.get("basis", ""))
        for step in timer_row["ladder"]
    ]
    taken = timer_row["steps_taken"]
    return sorted((step for step in steps if is_waiting(step.at, taken.get(step.step))), key=lambda step: step.at)


def take_due_steps(work: Work, school: School) -> int:
    """Record every due step and write one fact `timer.step` for each that is told; return how many were told."""
    waiting = select(timer).where(timer.c.state == OPEN, timer.c.next_step_at <= work.at).order_by(timer.c.next_step_at)
    told = 0
    for row in [dict(found) for found in work.connection.execute(waiting).mappings()]:
        due = steps_due(row, work.at)
        taken = {step.step: SKIPPED if step.skipped else instant_text(work.at) for step in due}
        after = {**row, "steps_taken": {**row["steps_taken"], **taken}}
        work.connection.execute(
            update(timer)
            .where(timer.c.timer_id == row["timer_id"])
            .values(steps_taken=after["steps_taken"], next_step_at=next_step_at(after))
        )
        skipped = [step.step for step in due if step.skipped]
        view = read_case_view(work.connection, row["case_no"], work.at)
        for step in due:
            if not step.skipped:
                told += 1
                _tell(work, row, step, skipped, view.restricted)
    return told


def _document_no(work: Work, step: str) -> str:
    """Return the number of an overdue 督办单; other steps have none."""
    return next_document_no(work) if step == SUPERVISION else ""


def _tell(work: Work, row: Mapping[str, Any], step: StepDue, skipped: list[str], restricted: bool) -> None:
    work.tell(
        "timer.step",
        row["case_no"],
        timer_id=row["timer_id"],
        rule=row["rule"],
        done_by=row["done_by"],
        step=step.step,
        basis=step.basis,
        due_at=instant_text(row["due_at"]),
        to=list(step.to),
        restricted=restricted,
        skipped=skipped,
        document=_document_no(work, step.step),
    )
