"""Stage 5: what the policy says about rights: who confirms, approves and speaks, how many sources. Policy and case in.

What a policy leaves open follows our defaults, 产品默认: two sources from 重大 on, the highest level confirmed by the
leaders, any approver approves, whoever may publish speaks.
"""

from cases.case import Case
from cases.policy import Policy
from cases.situation import Situation
from cases.transitions import LEADERS

GRAVE = 2  # level code from which more is asked for
INSTRUCTION = "superior_instruction"  # the mark that is the office's alone (Z1.6.2-4)
SOURCES = 2  # 产品默认 (Z1.5-6)


def sources_needed(policy: Policy, level: str) -> int:
    """Return how many pieces of evidence a verdict of this level needs."""
    default = SOURCES if policy.level_code(level) >= GRAVE else 1
    return policy.file.guards.sources_at.get(level, default)


def top_level_roles(policy: Policy) -> tuple[str, ...]:
    """Return the roles that may confirm the highest level (Z7.4)."""
    return tuple(policy.file.guards.top_level_by) or LEADERS


def makes_top(policy: Policy, case: Case, mark: str) -> bool:
    """Tell whether a mark would make the highest level, alone or with the others; 上级批示 has its own right."""
    top, marks = len(policy.file.levels), frozenset(case.marks)
    return mark != INSTRUCTION and policy.level_floor(marks) < top <= policy.level_floor(marks | {mark})


def approval_chain(policy: Policy, case: Case) -> list[str]:
    """Return the roles that approve the case's reply one after the other (C11); empty: any approver, once.

    A help-first case never leaves the counsellors.
    """
    return [] if case.restricted else policy.approvers(Situation.of(case))


def speaker(policy: Policy, case: Case) -> str:
    """Return the role that alone marks this case's statements as published (C12); empty: whoever may publish."""
    return "" if case.restricted else policy.speaker(Situation.of(case))


def signers(policy: Policy, case: Case) -> tuple[str, ...]:
    """Return the roles whose signature the department's reply needs (Z9c.7); 产品默认: the head's."""
    return tuple(policy.signers(Situation.of(case))) or ("dept_head",)
