"""Stage 5: the policy against the school and against itself. Problems that stop, and warnings for a person to read.

A role that nobody holds would let a report reach no one; a higher level that may be due later than a lower one (C5), or
a report due after its response, is legal text but seldom meant.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import combinations

from cases.policy import POLICY_FILE, Policy, load_policy
from foundation.config import line_of, read_yaml
from foundation.errors import ConfigError, Problem
from foundation.school import School

DEPARTMENT_ROLES = {"dept", "lead_dept", "dept_head", "liaison", "owner"}  # every department names these itself
YEAR_DAYS = 365
TRIED_HOURS = (2, 12)  # UTC: 10:00 and 20:00 at the school, within and after office hours


def check_policy(school: School) -> None:
    """Refuse a policy that names roles nobody holds.

    Raises:
        ConfigError: The mistakes of policy.yaml or calendar.yaml, or the roles without holder.
    """
    policy = load_policy(school)
    data = read_yaml(school.files.text(POLICY_FILE), POLICY_FILE)
    problems = [
        Problem(
            POLICY_FILE,
            line_of(data, ("roles", role)),
            f"制度要找 {policy.role_name(role)}（{role}），却没有人担任",
            f"在 departments.yaml 的 roles 里写上 {role}: [人员编号]",
        )
        for role in _roles_told(policy)
        if role not in DEPARTMENT_ROLES and not school.holders(role)
    ]
    if problems:
        raise ConfigError(problems)


def policy_warnings(policy: Policy) -> list[str]:
    """Return what the policy's own text may not have meant, each with the first day on which it shows."""
    return [*_inversions(policy), *_late_reports(policy)]


def _roles_told(policy: Policy) -> list[str]:
    roles = [*policy.file.triage.climbs]
    roles += [
        role for name in policy.enabled for timer in policy.file.profiles[name].timers for role in timer.addressees
    ]
    roles += [role for step in policy.file.overdue_default for role in [*step.to, step.needs_human] if role]
    return list(dict.fromkeys(roles))


def _inversions(policy: Policy) -> Iterator[str]:
    for low, high in combinations(range(1, len(policy.file.levels) + 1), 2):
        for done_by, word in (("reported", "汇报"), ("responded", "回应")):
            for anchor in _anchors(policy):
                due_low, due_high = _due(policy, low, done_by, anchor), _due(policy, high, done_by, anchor)
                if due_low and due_high and due_high > due_low:
                    names = policy.level_name(high), policy.level_name(low)
                    yield f"{names[0]} 的{word}可能晚于 {names[1]}：例如 {anchor:%Y-%m-%d} 发现的（C5）"
                    break


def _late_reports(policy: Policy) -> Iterator[str]:
    for level_code in range(1, len(policy.file.levels) + 1):
        for anchor in _anchors(policy):
            report, response = (
                _due(policy, level_code, "reported", anchor),
                _due(policy, level_code, "responded", anchor),
            )
            if report and response and report > response:
                yield f"{policy.level_name(level_code)} 的汇报晚于回应：例如 {anchor:%Y-%m-%d} 发现的"
                break


def _anchors(policy: Policy) -> Iterator[datetime]:
    """Yield two instants of every day of the last year with a published schedule."""
    first = datetime(max(policy.calendar.years), 1, 1, tzinfo=UTC)
    return (first + timedelta(days=day, hours=hour) for day in range(YEAR_DAYS) for hour in TRIED_HOURS)


def _due(policy: Policy, level_code: int, done_by: str, anchor: datetime) -> datetime | None:
    planned = policy.timers_for(level_code, {"discovered_at": anchor, "posted_at": anchor})
    return min((plan.deadline.due_at for plan in planned if plan.done_by == done_by), default=None)
