"""Stage 5: the policy against the school and against itself. Problems that stop, and warnings for a person to read.

A role that nobody holds would let a report reach no one; a length still `unset` would let a clock never run; a higher
level that may be due later than a lower one (C5), or a report due after its response, is legal text but seldom meant.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import combinations

from cases.choose_timers import owed_timers
from cases.clock_words import CO_DEPARTMENTS
from cases.due_time import due_time
from cases.duration import parse_duration
from cases.plan_timers import PUBLIC_WORDS
from cases.policy import POLICY_FILE, Policy, load_policy
from cases.profile_file import UNSET, OverdueStep, Profile, Timer
from cases.situation import Situation
from foundation.config import line_of
from foundation.errors import ConfigError, Problem
from foundation.read_yaml import read_yaml
from foundation.school import School

DEPARTMENT_ROLES = {
    "dept",
    "lead_dept",
    "dept_head",
    "deputy",
    "liaison",
    "owner",
    CO_DEPARTMENTS,
}  # every department names them
FROM_THE_POST = ("discovered_at", "posted_at")  # anchors that a preview can set
YEAR_DAYS = 365
TRIED_HOURS = (2, 12)  # UTC: 10:00 and 20:00 at the school, within and after office hours
REPORT, RESPONSE = "汇报", "回应"
WORDS = {"reported": REPORT, **dict.fromkeys(PUBLIC_WORDS, RESPONSE)}


def check_policy(school: School) -> None:
    """Refuse a policy that cannot be carried out.

    Raises:
        ConfigError: The mistakes of policy.yaml or calendar.yaml, roles without holder, lengths not set.
    """
    policy = load_policy(school)
    problems = [*_roles_without_holder(school, policy), *_unset(school, policy), *_two_ceilings(school, policy)]
    if problems:
        raise ConfigError(problems)


def policy_warnings(policy: Policy) -> list[str]:
    """Return what the policy's own text may not have meant, each with the first day on which it shows."""
    instants = list(_instants(policy))
    dues: dict[str, list[datetime]] = {
        timer.id: [_due(policy, timer, at) for at in instants]
        for timer in policy.timers.values()
        if timer.done_by in WORDS and timer.anchor in FROM_THE_POST and timer.within != UNSET
    }
    return [*_inversions(policy, instants, dues), *_late_reports(policy, instants, dues)]


def roles_asked(policy: Policy) -> list[str]:
    """Return every role that the profiles in force, triage and the overdue ladder ask for, each once."""
    receipt = policy.file.receipt.climbs if policy.file.receipt else []
    roles = [*policy.file.triage.climbs, *receipt, *_step_roles(policy.file.overdue_default)]
    for profile in policy.profiles.values():
        roles += _profile_roles(profile)
    return list(dict.fromkeys(role for role in roles if role))


def unset_timers(policy: Policy) -> list[Timer]:
    """Return the timers in force whose length the school has not set."""
    return [timer for timer in policy.timers.values() if timer.within == UNSET]


def _roles_without_holder(school: School, policy: Policy) -> Iterator[Problem]:
    data = read_yaml(school.files.text(POLICY_FILE), POLICY_FILE)
    for role in roles_asked(policy):
        if role not in DEPARTMENT_ROLES and not school.holders(role):
            yield Problem(
                POLICY_FILE,
                line_of(data, ("roles", role)),
                f"制度要找 {policy.role_name(role)}（{role}），却没有人担任",
                f"在 departments.yaml 的 roles 里写上 {role}: [人员编号]",
            )


def _unset(school: School, policy: Policy) -> Iterator[Problem]:
    data = read_yaml(school.files.text(POLICY_FILE), POLICY_FILE)
    for timer in unset_timers(policy):
        owner = next(name for name, profile in policy.file.profiles.items() if timer in profile.timers)
        number = policy.file.profiles[owner].timers.index(timer)
        line = line_of(data, ("profiles", owner, "timers", number))
        yield Problem(
            POLICY_FILE,
            line,
            f"{timer.id} 的时限还没有定（unset），{owner} 不能启用",
            "制度只说“规定时限”：由本校定一个数字写进 within，例如 2h；或者从 enabled 里去掉这份制度",
        )


def _two_ceilings(school: School, policy: Policy) -> Iterator[Problem]:
    """The ceiling of post texts stands in two files: both must say the same (C15)."""
    said, kept = policy.file.retention.post_text_days, school.settings.judge.post_text_days
    if said is not None and said != kept:
        data = read_yaml(school.files.text(POLICY_FILE), POLICY_FILE)
        line = line_of(data, ("retention", "post_text_days"))
        what = f"帖文文字保存 {said} 天，huiyin.yaml 却写 {kept} 天"
        yield Problem(POLICY_FILE, line, what, "两处写成一样；以 huiyin.yaml 的 judge.post_text_days 为准")


def _step_roles(steps: list[OverdueStep]) -> list[str]:
    return [role for step in steps for role in (*step.to, step.needs_human)]


def _profile_roles(profile: Profile) -> list[str]:
    roles = [role for timer in profile.timers for role in timer.addressees]
    roles += [role for timer in profile.timers if timer.extend for role in timer.extend.needs if role != "reason"]
    roles += [*profile.approve_reply, *profile.dual_report, profile.publish_gate, profile.sign_off]
    roles += [*profile.statement_by.values(), *_step_roles(profile.overdue)]
    roles += [role for duty in profile.recurring for role in duty.to]
    return roles + (profile.follow_up_report.by if profile.follow_up_report else [])


def _inversions(policy: Policy, instants: list[datetime], dues: dict[str, list[datetime]]) -> Iterator[str]:
    for low, high in combinations(range(1, len(policy.file.levels) + 1), 2):
        lower, higher = _timers_at(policy, low), _timers_at(policy, high)
        for later in (timer for timer in higher if timer not in lower and timer.id in dues):
            for earlier in (timer for timer in lower if timer not in higher or timer.when.level == ""):
                if earlier.id in dues and WORDS[earlier.done_by] == WORDS[later.done_by]:
                    late = _first_late(instants, dues[later.id], dues[earlier.id])
                    if late:
                        names = (
                            f"{policy.level_name(high)} 的{WORDS[later.done_by]}（{later.id}）",
                            f"{policy.level_name(low)}（{earlier.id}）",
                        )
                        yield f"{names[0]}可能晚于 {names[1]}：例如 {late:%Y-%m-%d} 发现的（C5）"


def _late_reports(policy: Policy, instants: list[datetime], dues: dict[str, list[datetime]]) -> Iterator[str]:
    for level_code in range(1, len(policy.file.levels) + 1):
        owed = [timer for timer in _timers_at(policy, level_code) if timer.id in dues]
        reports = [timer for timer in owed if WORDS[timer.done_by] == REPORT]
        for report in reports:
            for response in (timer for timer in owed if WORDS[timer.done_by] == RESPONSE):
                late = _first_late(instants, dues[report.id], dues[response.id])
                if late:
                    words = f"{policy.level_name(level_code)} 的汇报（{report.id}）晚于回应（{response.id}）"
                    yield f"{words}：例如 {late:%Y-%m-%d} 发现的"


def _timers_at(policy: Policy, level_code: int) -> list[Timer]:
    """Return the timers of a level from any source: a promise made to one voice measures the others."""
    kinds = {profile.applies_to.source_kind for profile in policy.profiles.values()} | {""}
    found: dict[str, Timer] = {}
    for kind in sorted(kinds):
        situation = Situation(level_code, {}, source_kind=kind)
        found |= {timer.id: timer for _, timer in owed_timers(policy.profiles.values(), situation, policy.level_code)}
    return list(found.values())


def _first_late(instants: list[datetime], later: list[datetime], earlier: list[datetime]) -> datetime | None:
    return next((at for at, one, two in zip(instants, later, earlier, strict=True) if one > two), None)


def _instants(policy: Policy) -> Iterator[datetime]:
    """Yield two instants of every day of the last year with a published schedule."""
    first = datetime(max(policy.calendar.years), 1, 1, tzinfo=UTC)
    return (first + timedelta(days=day, hours=hour) for day in range(YEAR_DAYS) for hour in TRIED_HOURS)


def _due(policy: Policy, timer: Timer, anchor: datetime) -> datetime:
    lengths = [policy.file.unnumbered.get(timer.within, timer.within), *([timer.cap] if timer.cap else [])]
    return min(
        due_time(anchor, parse_duration(length), policy.calendar, policy.office_hours, policy.day_rule).at
        for length in lengths
    )
