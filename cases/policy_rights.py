"""Stage 5: what the policy says about rights: who confirms, approves and speaks, how many sources. Policy and case in.

What a policy leaves open follows our defaults, 产品默认: two sources from 重大 on, the highest level confirmed by the
leaders, any approver approves, whoever may publish speaks.
"""

from datetime import datetime

from cases.case import Case
from cases.due_time import due_time
from cases.duration import parse_duration
from cases.policy import Policy
from cases.situation import Situation
from cases.transitions import LEADERS

GRAVE = 2  # level code from which more is asked for
SOURCES = 2  # 产品默认 (Z1.5-6)


def sources_needed(policy: Policy, level: str) -> int:
    """Return how many pieces of evidence a verdict of this level needs."""
    default = SOURCES if policy.level_code(level) >= GRAVE else 1
    return policy.file.guards.sources_at.get(level, default)


def top_level_roles(policy: Policy) -> tuple[str, ...]:
    """Return the roles that may confirm the highest level (Z7.4)."""
    return tuple(policy.file.guards.top_level_by) or LEADERS


def approval_chain(policy: Policy, case: Case) -> list[str]:
    """Return the roles that approve the case's reply one after the other (C11); empty: any approver, once.

    A help-first case never leaves the counsellors.
    """
    return [] if case.restricted else policy.approvers(Situation.of(case))


def speaker(policy: Policy, case: Case) -> str:
    """Return the role that alone marks this case's statements as published (C12); empty: whoever may publish."""
    return "" if case.restricted else policy.speaker(Situation.of(case))


def extension_problem(policy: Policy, case: Case, rule: str, within: str, at: datetime) -> str:  # noqa: PLR0911
    """Return why a clock may not be extended to this total length; empty when it may (Z9a.3.5c, C7).

    Once, before it is due, and never beyond the length that the 制度 allows, counted from the clock's own anchor.
    """
    allowed = policy.extension(rule)
    if allowed is None:
        return f"时限 {rule} 没有可以延期的规定"
    if rule in case.extensions:
        return "已经延过一次，不能再延"
    running = next((plan for plan in policy.timers_for(Situation.of(case)) if plan.rule == rule), None)
    if running is None:
        return f"这个案件现在没有时限 {rule}"
    if at >= running.deadline.due_at:
        return "已经到期，过期之后不能再延"
    try:
        parse_duration(within)
    except ValueError as problem:
        return str(problem)
    ends = [_end(policy, running.anchor_at, text) for text in (within, allowed.max_total)]
    if ends[0] > ends[1]:
        return f"总共最长 {allowed.max_total}，不能延到 {within}"
    return "" if ends[0] > running.deadline.due_at else "延期之后并没有更晚"


def _end(policy: Policy, anchor: datetime, within: str) -> datetime:
    return due_time(anchor, parse_duration(within), policy.calendar, policy.office_hours, policy.day_rule).at
