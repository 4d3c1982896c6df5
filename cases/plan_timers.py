"""Stage 5: one timer's due time with everything that may bend it. Timer and situation in, `Deadline` out. Pure.

What bends: an extension granted (C7), a length without a number (C20), a late hour (C8), a cap (C5), a limit set from
above, another clock that needs room (C6). Each leaves a line in the explanation, so that nobody has to guess.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta

from cases.calendar_file import DAY
from cases.clock_words import ADDRESSED
from cases.deadline import Deadline
from cases.due_time import school_instant
from cases.duration import SAME_DAY, parse_duration
from cases.ladder import Step
from cases.policy_file import PolicyFile
from cases.profile_file import Timer
from cases.situation import Situation
from foundation.clock import at_school, for_people

DEFAULT = "产品默认"
LONG = timedelta(days=7)  # a clock in working days that spans more is told apart at 重大 and above (C5)
GRAVE = 2  # level_code from which a long holiday needs somebody's eye
PUBLIC_WORDS = ("responded", "reply_published")  # what a limit from above asks for
Count = Callable[[datetime, str], Deadline]


@dataclass(frozen=True, slots=True)
class PlannedTimer:
    """A timer before it is stored."""

    rule: str
    done_by: str
    addressees: tuple[str, ...]
    anchor_at: datetime
    deadline: Deadline
    ladder: tuple[Step, ...] = ()


def anchor_of(timer: Timer, situation: Situation, *, literal: bool) -> datetime | None:
    """Return the instant from which a timer runs; a report owed after an upgrade runs from it (C17)."""
    raised_at = situation.anchors.get("raised_at") if timer.done_by in ADDRESSED and not literal else None
    return raised_at or situation.anchors.get(timer.anchor)


def plan_deadline(file: PolicyFile, timer: Timer, situation: Situation, anchor: datetime, count: Count) -> Deadline:
    """Return when a timer is due in a situation.

    Args:
        file: The policy: its words without number, its readings.
        timer: The timer; its length is set.
        situation: Level, extensions, limit from above.
        anchor: Where it starts.
        count: `Policy.deadline`.
    """
    within = situation.extensions.get(timer.id, timer.within) if timer.extend else timer.within
    length = file.unnumbered.get(within, within)
    deadline = _late(file, anchor, count(anchor, length)) if length == SAME_DAY else count(anchor, length)
    if length != within:
        deadline = _told(deadline, f"“{within}”没有数字，按 {parse_duration(length).spoken} 计（{DEFAULT}）")
    if within != timer.within:
        deadline = _told(deadline, f"已延期：自起算共 {parse_duration(within).spoken}（原 {timer.within}）")
    if timer.cap:
        capped = count(anchor, timer.cap).due_at
        deadline = _earlier(deadline, capped, f"最长 {parse_duration(timer.cap).spoken}，以此为准（C5）")
    elif situation.level_code >= GRAVE and length.endswith("wd") and deadline.due_at - anchor > LONG:
        days = (deadline.due_at - anchor).days
        deadline = _told(deadline, f"长假：从起算到到期有 {days} 天，请值班领导决定是否提前（C5）")
    if timer.done_by in PUBLIC_WORDS:
        deadline = before_external(deadline, situation)
    return deadline


def before_external(deadline: Deadline, situation: Situation) -> Deadline:
    """Let a limit set from above win when it is earlier."""
    limit = situation.external_due_at
    return _earlier(deadline, limit, "上级限期早于制度时限，以上级限期为准") if limit else deadline


def leave_room(plan: PlannedTimer, timer: Timer, others: dict[str, PlannedTimer]) -> PlannedTimer:
    """Move a due time before another clock's, with the buffer that the policy names (C6)."""
    rule = timer.not_after
    other = others.get(rule.timer) if rule else None
    if rule is None or other is None:
        return plan
    buffer = parse_duration(rule.minus)
    limit = other.deadline.due_at - buffer.exact
    words = f"不晚于 {rule.timer} 到期前 {buffer.spoken}（C6）"
    return replace(plan, deadline=_earlier(plan.deadline, limit, words))


def _late(file: PolicyFile, anchor: datetime, deadline: Deadline) -> Deadline:
    """Give what is found late in the evening the next morning, where a school reads it so (C8)."""
    cutoff, start = file.readings.late_cutoff, at_school(anchor)
    if not cutoff or start.time() < time.fromisoformat(cutoff):
        return deadline
    due_at = school_instant(start.date() + DAY, time.fromisoformat(file.readings.late_due))
    words = f"{start:%m-%d %H:%M} 晚于 {cutoff}，顺延到次日 {file.readings.late_due}（产品解释，C8）"
    return Deadline(due_at, False, (words,))


def _earlier(deadline: Deadline, limit: datetime, words: str) -> Deadline:
    if limit >= deadline.due_at:
        return deadline
    line = f"{for_people(limit)} {words}"
    return Deadline(limit.astimezone(UTC), False, (*deadline.days, line))


def _told(deadline: Deadline, words: str) -> Deadline:
    return replace(deadline, days=(*deadline.days, words))
