"""Stage 5: 延期, the only way in which a clock gets longer (C7, C19). Request in, the case's extensions after it out.

Once for each clock, asked before it is due, in total no longer than the 制度 allows from the anchor on, with a reason
and the consent of whom the policy names. There is no pause.
"""

from collections.abc import Set
from datetime import datetime
from typing import Any, NoReturn

from cases.case import Case
from cases.duration import Duration, parse_duration
from cases.policy import Policy
from foundation.clock import for_people
from foundation.errors import Refused

REASON = "reason"


def extended(
    policy: Policy, case: Case, row: Any, total: str, *, at: datetime, reason: str, consent: Set[str]
) -> dict[str, str]:
    """Return `case.extensions` with the extension of one clock.

    Args:
        policy: The case's policy.
        case: The case.
        row: The running timer to be extended.
        total: The whole length from the anchor on, e.g. 5d.
        at: Now.
        reason: Why.
        consent: Roles of who consents.

    Raises:
        Refused: Not this clock, not twice, not after the due time, not so long, no reason or no consent.
    """
    rule = policy.extension(row.rule)
    if rule is None:
        _refuse(case, row, "这个时限不能延期", "制度没有给它延期；有客观原因可以写说明")
    if row.rule in case.extensions:
        _refuse(case, row, "已经延期过一次", "只能延期一次；有客观原因可以写说明")
    if at > row.due_at:
        _refuse(case, row, f"已于 {for_people(row.due_at)} 到期", "延期要在到期之前提出；现在只能尽快办理并写说明")
    if REASON in rule.needs and not reason.strip():
        _refuse(case, row, "没有写延期的理由", "写上理由再提交")
    missing = [policy.role_name(role) for role in rule.needs if role != REASON and role not in consent]
    if missing:
        _refuse(case, row, f"还没有 {'、'.join(missing)} 的同意", "由他们来批准延期")
    _check_length(case, row, policy.timers[row.rule].within, rule.max_total, total)
    return {**case.extensions, row.rule: total}


def _check_length(case: Case, row: Any, within: str, most: str, total: str) -> None:
    try:
        asked = parse_duration(total)
    except ValueError as mistake:
        raise Refused(f"延期写得不对：{total}", f"{case.case_no} {row.rule}", str(mistake)) from mistake
    limit, usual = parse_duration(most), parse_duration(within)
    if asked.unit not in (limit.unit, usual.unit) and not _is_exact(asked, limit):
        _refuse(case, row, f"{total} 与 {most} 不能相比", f"用同样的单位写，例如 {most}")
    if _size(asked) > _size(limit):
        _refuse(case, row, f"延期到 {asked.spoken}太长", f"自起算总共不得超过 {limit.spoken}")
    if _size(asked) <= _size(usual):
        _refuse(case, row, f"{asked.spoken}并没有比原来的 {usual.spoken}长", f"写总长度，至多 {most}")


def _is_exact(*durations: Duration) -> bool:
    return all(duration.unit in ("m", "h", "d") for duration in durations)


def _size(duration: Duration) -> float:
    return duration.exact.total_seconds() if _is_exact(duration) else duration.amount


def _refuse(case: Case, row: Any, what: str, next_step: str) -> NoReturn:
    raise Refused(what, f"{case.case_no} {row.rule}", next_step)
