"""Stage 5: the steps beside a clock: reminders before the due time, one at it, what follows after. Pure.

A ladder is computed once, when its timer is made or moved. Each step says when and to which roles; `alerts` only looks
which steps' instants have passed. `basis` says what of a step no 制度 gives (产品默认): its instant, or the limit.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from cases.policy_file import WHOLE, Remind
from cases.profile_file import OverdueStep
from foundation.tables import instant_text

Step = dict[str, Any]  # {"step": word, "at": ISO instant, "to": [roles], …} as stored in the timer's ladder
STEP_DEFAULT, LIMIT_DEFAULT = "step_default", "limit_default"
SKIPPED = "skipped"  # in `steps_taken`: a higher step was told instead


def step_at(word: str, at: datetime, to: Sequence[str], **more: Any) -> Step:
    """Return one step."""
    return {"step": word, "at": instant_text(at), "to": list(to), **more}


def reminders(remind: Remind, anchor: datetime, due_at: datetime, to: Sequence[str]) -> list[Step]:
    """Return the reminders by share of time left, and the one at the due time; a clock already past has only that."""
    steps = []
    for share in remind.before if due_at > anchor else ():
        left = int(share.rstrip("%"))
        steps.append(step_at(f"remind_{left}", due_at - (due_at - anchor) * left / WHOLE, to, basis=STEP_DEFAULT))
    return [*steps, step_at("due", due_at, to)] if remind.at_due else steps


def overdue_step(step: OverdueStep, at: datetime, to: Sequence[str], *, default: bool) -> Step:
    """Return one step of what follows."""
    more: dict[str, Any] = {"basis": STEP_DEFAULT} if default else {}
    if step.needs_human:
        more |= {"unless": step.unless, "needs_human": step.needs_human}
    return step_at(step.do, at, to, **more)


def next_step_at(ladder: Iterable[Mapping[str, Any]], taken: Mapping[str, str]) -> datetime | None:
    """Return when the ladder acts next; None when nothing is left."""
    if not taken:
        first = min((str(step["at"]) for step in ladder), default="")  # UTC texts of one length sort as their instants
        return datetime.fromisoformat(first) if first else None
    instants = [(step["step"], datetime.fromisoformat(step["at"])) for step in ladder]
    return min((at for word, at in instants if is_waiting(at, taken.get(word))), default=None)


def is_waiting(at: datetime, taken: str | None) -> bool:
    """Tell whether a step is still to come: one taken before its present instant was taken for an earlier due time."""
    if taken is None:
        return True
    return taken != SKIPPED and datetime.fromisoformat(taken) < at
