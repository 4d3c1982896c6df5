"""Stage 5: a policy in words: for whom, from when, how long, what stops a clock, what follows. Policy in, lines out.

The same lines serve `huiyin policy show`, `explain` and `diff`; what no 制度 numbers is labelled 产品默认.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from cases.clock_words import ANCHORS, KINDS, MARKS, STOPPED_BY
from cases.duration import parse_duration
from cases.plan_timers import DEFAULT
from cases.policy import Policy
from cases.policy_file import PolicyFile
from cases.profile_file import UNSET, OverdueStep, Profile, Timer, When
from cases.recurring import TITLES, period_of
from foundation.clock import for_people

EVERYONE = "全部案件"
BY_ID = ("timers", "recurring")  # lists whose items have an id, and are compared by it


def describe_rule(policy: Policy, timer: Timer) -> str:
    """Return one timer as a line: `Z1.6.2-1b  一般  发现起 3 个工作日内  处置并回应  承办部门`."""
    whom = "、".join(policy.role_name(role) for role in timer.addressees)
    start = f"{ANCHORS[timer.anchor]}起 {describe_length(policy, timer)}"
    return f"{timer.id}  {describe_when(timer.when)}  {start}  {STOPPED_BY[timer.done_by]}  {whom}{_bends(timer)}"


def describe_length(policy: Policy, timer: Timer) -> str:
    """Return a timer's length for people."""
    if timer.within == UNSET:
        return "（本校尚未规定）"
    if timer.within in policy.file.unnumbered:
        length = parse_duration(policy.file.unnumbered[timer.within])
        return f"{timer.within}（{DEFAULT} {length.spoken}）"
    return f"{parse_duration(timer.within).spoken}内"


def describe_when(when: When) -> str:
    """Return whom a timer is for."""
    parts = [when.level, f"{when.level_at_least}及以上" if when.level_at_least else "", when.nature]
    parts += [KINDS[when.kind] if when.kind else "", MARKS[when.marked] if when.marked else ""]
    parts += [MARKS["sudden"] if when.sudden else "", "或".join(describe_when(each) for each in when.any)]
    return "且".join(part for part in parts if part) or EVERYONE


def describe_steps(policy: Policy, profile: Profile) -> Iterator[str]:
    """Yield what follows when a clock of a profile is not stopped."""
    own: list[OverdueStep] = profile.overdue
    for step in own or policy.file.overdue_default:
        to = "、".join(policy.role_name(role) for role in (step.to or [step.needs_human]))
        length = parse_duration(step.at)
        when = "到期时" if not length.amount else f"逾期 {length.spoken}"
        marks = [*(["由人决定"] if step.needs_human else []), *(["已作说明的除外"] if step.unless else [])]
        marks += [] if own else [DEFAULT]
        yield f"{when} {step.do}  {to}" + (f"（{'，'.join(marks)}）" if marks else "")


def describe_profiles(policy: Policy, now: datetime) -> Iterator[str]:
    """Yield the profiles in force, merged, one line for each thing that they ask for."""
    for name, profile in policy.profiles.items():
        scope = f"（只管 {profile.applies_to.source_kind or profile.applies_to.kind}）" if _is_scoped(profile) else ""
        yield f"{name}{scope}"
        yield from (f"  {describe_rule(policy, timer)}" for timer in profile.timers)
        for floor in profile.level_floor:
            marks = ("且" if floor.needs_all else "或").join(MARKS[mark] for mark in floor.marks)
            yield f"  {marks}：至少 {floor.level}"
        for duty in profile.recurring:
            period = period_of(policy, duty, now)
            default = f"（{DEFAULT}）" if duty.every in policy.file.unnumbered else ""
            times = f"每期至少 {duty.min} 次{default}，本期到 {for_people(period.ends_at)}"
            yield f"  {duty.id}  {TITLES[duty.what]}  {times}"
        yield from (f"  {line}" for line in _approvals(policy, profile))
        if profile.timers:
            yield from (f"  {line}" for line in describe_steps(policy, profile))


def flatten(file: PolicyFile) -> dict[str, str]:
    """Return a policy as place → value, so that two can be compared; timers and duties by their ids."""
    return dict(_flat("", file.model_dump(mode="json", by_alias=True, exclude_defaults=True)))


def compare_policies(before: PolicyFile, after: PolicyFile) -> list[str]:
    """Return what one policy says otherwise than another: `+` new, `-` gone, `~` changed."""
    old, new = flatten(before), flatten(after)
    lines = []
    for place in sorted({*old, *new}):
        if place not in old:
            lines.append(f"+ {place}: {new[place]}")
        elif place not in new:
            lines.append(f"- {place}: {old[place]}")
        elif old[place] != new[place]:
            lines.append(f"~ {place}: {old[place]} → {new[place]}")
    return lines


def _bends(timer: Timer) -> str:
    told = []
    if timer.cap:
        told.append(f"最长 {parse_duration(timer.cap).spoken}")
    if timer.not_after:
        told.append(f"不晚于 {timer.not_after.timer} 到期前 {parse_duration(timer.not_after.minus).spoken}")
    if timer.extend:
        told.append(f"可延期一次，总共不超过 {parse_duration(timer.extend.max_total).spoken}")
    return f"（{'；'.join(told)}）" if told else ""


def _approvals(policy: Policy, profile: Profile) -> Iterator[str]:
    titles = {
        "approve_reply": "答复审定",
        "dual_report": "双重报告",
        "publish_gate": "对外审批",
        "sign_off": "部门签字",
    }
    for key, title in titles.items():
        roles = getattr(profile, key)
        if roles:
            named = [roles] if isinstance(roles, str) else roles
            yield f"{title}  {'、'.join(policy.role_name(role) for role in named)}"
    for level, role in profile.statement_by.items():
        yield f"{level} 由 {policy.role_name(role)} 发布"
    if profile.follow_up_report:
        every = profile.follow_up_report.every
        day, night = (parse_duration(every[part]).spoken for part in ("day", "night"))
        yield f"续报  {describe_when(profile.follow_up_report.when)}  白天每 {day}、夜间每 {night}"


def _is_scoped(profile: Profile) -> bool:
    return bool(profile.applies_to.source_kind or profile.applies_to.kind)


def _flat(place: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _flat(f"{place}.{key}" if place else str(key), item)
    elif isinstance(value, list) and value and all(isinstance(item, dict) and "id" in item for item in value):
        for item in value:
            yield from _flat(f"{place}.{item['id']}", {key: part for key, part in item.items() if key != "id"})
    elif isinstance(value, list) and any(isinstance(item, dict) for item in value):
        for number, item in enumerate(value, 1):
            yield from _flat(f"{place}.{number}", item)
    else:
        yield place, "、".join(map(str, value)) if isinstance(value, list) else str(value)
