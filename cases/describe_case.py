"""Stage 5: a case as plain data for people and scripts. Case, timers and present instant in, a dictionary out.

Instants are school time with offset; what is left is counted from the instant given. A restricted case is described
without any text that a person wrote.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from cases.case import Act, Case
from cases.clock_words import STOPPED_BY
from cases.course import missing_receipts, unfinished
from cases.plan_timers import DEFAULT
from cases.policy import EXTERNAL, RECEIPT, TRIAGE, Policy
from cases.set_timers import OPEN
from cases.transitions import CIRCULATED, MACHINE_TITLES, TITLES, legal_acts
from foundation.clock import at_school

TIMER_STATES = {"open": "计时中", "satisfied": "已完成", "cancelled": "已取消"}
INSTANTS = (
    "discovered_at", "posted_at", "opened_at", "raised_at", "confirmed_at", "assigned_at", "acknowledged_at",
    "replied_at", "published_at", "closed_at",
)  # fmt: skip
PLAIN = (
    "case_no", "event_id", "title", "state", "level_code", "nature", "provisional", "restricted", "confidential",
    "late", "lead", "assisting", "outcome", "version", "kind", "marks", "tracker", "cause", "response_mode",
    "hand_backs", "merged_into", "approved_by",
)  # fmt: skip
TEXTS = ("fact_note", "disposition", "response")
MINUTE, HOUR, DAY = 60, 3600, 86400


def summarize_case(
    case: Case, timers: Sequence[Any], policy: Policy, now: datetime, *, hidden: bool = False
) -> dict[str, Any]:
    """Return what a list shows: the case and its next due time; without its title for who may not know it."""
    running = [row for row in timers if row.state == OPEN]
    first = min(running, key=lambda row: row.due_at, default=None)
    plain = {name: getattr(case, name) for name in PLAIN}
    return {
        **plain,
        "title": "" if hidden else case.title,
        "level": policy.level_name(case.level_code),
        **{name: _iso(getattr(case, name)) for name in INSTANTS},
        "due_at": _iso(first.due_at) if first else None,
        "due_rule": first.rule if first else "",
        "due_what": _what(first) if first else "",
        "overdue": any(row.due_at < now for row in running),
    }


def describe_case(
    case: Case,
    timers: Sequence[Any],
    acts: Sequence[Act],
    policy: Policy,
    now: datetime,
    *,
    hidden: bool | None = None,
) -> dict[str, Any]:
    """Return the whole case: summary, texts, timers with their explanation, timeline, legal acts.

    What people wrote about a restricted or confidential case is left out, unless the caller has made sure that the
    reader may know it (`roles.may_read`) and says `hidden=False`.
    """
    hidden = (case.restricted or case.confidential) if hidden is None else hidden
    texts = {} if hidden else {name: getattr(case, name) for name in TEXTS}
    return {
        **summarize_case(case, timers, policy, now, hidden=hidden),
        **texts,
        "own_fields": {} if hidden else case.own_fields,
        "unfinished": unfinished(case, acts),
        "missing_receipts": missing_receipts(case, acts) if case.state == CIRCULATED else [],
        "timers": [describe_timer(row, policy, now) for row in timers],
        "timeline": [_describe_act(act, hidden=hidden) for act in acts],
        "legal_acts": legal_acts(case),
    }


def describe_timer(row: Any, policy: Policy, now: datetime) -> dict[str, Any]:
    """Return one timer: what must happen, when, how much is left, and how that was counted."""
    running = row.state == OPEN
    return {
        "timer_id": row.timer_id,
        "rule": row.rule,
        "source": _source(row.rule, policy),
        "what": _what(row),
        "to": [policy.role_name(role) for role in row.addressees],
        "anchor_at": _iso(row.anchor_at),
        "due_at": _iso(row.due_at),
        "provisional": bool(row.provisional),
        "state": row.state,
        "satisfied_at": _iso(row.satisfied_at),
        "left_seconds": int((row.due_at - now).total_seconds()) if running else None,
        "next_step_at": _iso(row.next_step_at),
        "steps_taken": row.steps_taken,
        "days": row.explanation,
        "policy_version": row.policy_version,
        "calendar_version": row.calendar_version,
    }


def describe_proofs(rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Return the proofs of public answers: link, when and how it was found; `response_found` null: nobody noted it."""
    return [
        {
            "link": row.link,
            "checked_at": _iso(row.checked_at),
            "status": row.status,
            "page_hash": row.page_hash,
            "response_hash": row.response_hash,
            "response_found": bool(row.response_found) if row.response_hash else None,
        }
        for row in rows
    ]


def spoken_span(seconds: int) -> str:
    """Return what is left, or how long overdue, as people say it: `还剩 1 天 2 小时`, `已逾期 35 分钟`."""
    size = abs(seconds)
    days, hours, minutes = size // DAY, size % DAY // HOUR, size % HOUR // MINUTE
    if days:
        span = f"{days} 天 {hours} 小时"
    elif hours:
        span = f"{hours} 小时 {minutes} 分钟"
    else:
        span = f"{minutes} 分钟"
    return f"已逾期 {span}" if seconds < 0 else f"还剩 {span}"


def _source(rule: str, policy: Policy) -> str:
    """Return the provision, and whether its length is ours."""
    if rule == EXTERNAL:
        return "上级限期"
    return DEFAULT if rule in (TRIAGE, RECEIPT) else f"{rule}（{DEFAULT}）" if policy.is_default(rule) else rule


def _what(row: Any) -> str:
    done_by = str(row.done_by)
    return STOPPED_BY.get(done_by, done_by)


def _describe_act(act: Act, *, hidden: bool) -> dict[str, Any]:
    title = TITLES.get(act.act) or MACHINE_TITLES.get(act.act, act.act)
    return {"act": act.act, "title": title, "by": act.actor, "at": _iso(act.at), "data": {} if hidden else act.data}


def _iso(instant: datetime | None) -> str | None:
    return None if instant is None else at_school(instant).isoformat(timespec="seconds")
