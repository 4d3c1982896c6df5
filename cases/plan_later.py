"""Stage 5: the clocks that are no line of `timers`: 续报 while a grave case runs, and what is owed once it is archived.

A situation and what the profiles ask for in, planned timers without ladders out. Pure.
"""

from collections.abc import Iterable, Iterator

from cases.clock_words import AFTER_CLOSE, FOLLOW_UP
from cases.deadline import Deadline
from cases.duration import parse_duration
from cases.plan_timers import DEFAULT, Count, PlannedTimer
from cases.profile_file import FollowUp
from cases.situation import Situation
from foundation.clock import at_school, for_people

DAY_BEGINS, DAY_ENDS = 8, 20  # 产品默认: the hours in which a 续报 counts as one of the day
CLOSING = "Z10.5-6"  # 总结分析，形成报告上报，并作为案例
OWED = {  # what of it → who owes it, and the word of `unnumbered` that says how long it may take
    "review_report": ("dept", "总结", "10wd"),
    "case_library": ("office", "归档", "5wd"),
}


def follow_up_plans(asked: Iterable[FollowUp], situation: Situation) -> Iterator[PlannedTimer]:
    """Yield when each side owes its next 续报, counted from its last one (Z9b.5.2-4); none before the assignment."""
    for each in asked:
        for role in each.by:
            anchor = situation.follow_ups.get(role)
            if anchor is not None:
                day = DAY_BEGINS <= at_school(anchor).hour < DAY_ENDS
                every = each.every["day" if day else "night"]
                words = f"{for_people(anchor)} 起，{'白天' if day else '夜间'}每 {parse_duration(every).spoken} 一次"
                due = Deadline(anchor + parse_duration(every).exact, False, (words,))
                yield PlannedTimer(each.id, FOLLOW_UP, (role,), anchor, due)


def after_close_plans(
    asked: Iterable[str], situation: Situation, unnumbered: dict[str, str], count: Count
) -> Iterator[PlannedTimer]:
    """Yield what is owed after the archive: the review report and the entry in the case library."""
    closed_at = situation.anchors.get("closed_at")
    for what in dict.fromkeys(word for word in AFTER_CLOSE if word in set(asked)):
        if closed_at is not None:
            role, word, usual = OWED[what]
            length = unnumbered.get(word, usual)
            due = count(closed_at, length)
            words = f"“{word}”没有数字，按 {parse_duration(length).spoken} 计（{DEFAULT}）"
            told = Deadline(due.due_at, due.provisional, (*due.days, words))
            yield PlannedTimer(CLOSING, what, (role,), closed_at, told)
