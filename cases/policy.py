"""Stage 5: the policy at work. A situation in, planned timers with due times and whole ladders out. Pure.

The facade over policy.yaml and calendar.yaml: which profiles are in force, what a case owes under them, who approves,
who may speak. One object serves the tick, the commands, the linter and the explanations.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property, lru_cache

from cases.calendar_file import OfficeHours
from cases.choose_timers import applies, holds, merged_profile, owed_timers
from cases.clock_words import ADDRESSED, CO_DEPARTMENTS, CONFIRMED, FOLLOW_UP, LEVEL, RECEIVED
from cases.deadline import Deadline, deadline_after, duty_time_after
from cases.due_time import due_time
from cases.duration import parse_duration
from cases.ladder import LIMIT_DEFAULT, overdue_step, reminders, step_at
from cases.plan_later import CLOSING, after_close_plans, follow_up_plans
from cases.plan_timers import PUBLIC_WORDS, PlannedTimer, anchor_of, leave_room, plan_deadline
from cases.policy_file import Climb, PolicyFile
from cases.profile_file import UNSET, Extend, FollowUp, OverdueStep, Profile, Recurring, Timer
from cases.situation import Situation
from cases.working_days import WorkingDays, load_working_days
from foundation.config import parse
from foundation.school import School

POLICY_FILE = "policy.yaml"
TRIAGE, RECEIPT = "triage", "receipt"  # rules of the timers that no 制度 asks for
EXTERNAL = "external_due_at"  # rule of the timer that only a limit from above asks for
RESTRICTED_ROLES = ("counsellor",)  # PRIVACY.md 5: every recipient of a restricted case
RESTRICTED_LAST = (*RESTRICTED_ROLES, "principal")  # number, level and due time of one that nobody took
SUPERVISION = "督办"
NOT_WHEN_RESTRICTED = {"通报"}  # a circular would spread what must stay with the counsellors


@dataclass(frozen=True)
class Policy:
    """The school's policy with its calendar."""

    file: PolicyFile
    calendar: WorkingDays
    above: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)  # unit → (id, name) of those above

    @property
    def version(self) -> int:
        """The policy's own version number."""
        return self.file.version

    @property
    def enabled(self) -> list[str]:
        """Names of the profiles in force."""
        return self.file.enabled

    @cached_property
    def profiles(self) -> dict[str, Profile]:
        """The profiles in force, each with what it inherits."""
        return {name: merged_profile(self.file.profiles, name) for name in self.enabled}

    @cached_property
    def timers(self) -> dict[str, Timer]:
        """All timers in force by provision."""
        return {timer.id: timer for profile in self.profiles.values() for timer in profile.timers}

    @property
    def duties(self) -> list[Recurring]:
        """The recurring duties in force."""
        return [duty for profile in self.profiles.values() for duty in profile.recurring]

    @property
    def office_hours(self) -> OfficeHours:
        """The usual office hours."""
        return self.file.office_hours

    @property
    def day_rule(self) -> str:
        """How `d` is counted, as a rule of `deadline_after`."""
        return "default" if self.file.counting.d == "exact_24h" else self.file.counting.d

    def level_name(self, level_code: int) -> str:
        """Return the name of a level code; 0 is 无."""
        return "无" if level_code <= 0 else self.file.levels[level_code - 1]

    def level_code(self, name: str) -> int:
        """Return the code of a level name (ValueError when unknown)."""
        return self.file.levels.index(name) + 1

    def level_floor(self, marks: frozenset[str]) -> int:
        """Return the lowest level that a case with these marks may have; 0 when nothing is asked (Z1.6.2-4, -5)."""
        floors = [floor for profile in self.profiles.values() for floor in profile.level_floor]
        met = [
            floor
            for floor in floors
            if (set(floor.marks) <= marks if floor.needs_all else not marks.isdisjoint(floor.marks))
        ]
        return max((self.level_code(floor.level) for floor in met), default=0)

    def role_name(self, role: str) -> str:
        """Return a role's name for people."""
        if role.startswith(LEVEL):
            names = {unit: name for chain in self.above.values() for unit, name in chain}
            return f"{names.get(role.removeprefix(LEVEL), role)}负责人"
        return self.file.roles.get(role, "协办部门" if role == CO_DEPARTMENTS else role)

    def role_names(self, roles: Iterable[str]) -> str:
        """Return several roles' names as one text."""
        return "、".join(self.role_name(role) for role in roles)

    def is_default(self, rule: str) -> bool:
        """Tell whether no 制度 gives the length of a timer: it is shown as 产品默认."""
        timer = self.timers.get(rule)
        return rule in (TRIAGE, RECEIPT, CLOSING) or (timer is not None and timer.within in self.file.unnumbered)

    def profiles_for(self, situation: Situation) -> list[Profile]:
        """Return the profiles in force that are for such a case."""
        return [profile for profile in self.profiles.values() if applies(profile.applies_to, situation)]

    def approvers(self, situation: Situation) -> list[str]:
        """Return the roles that approve an outward text, one after the other (C11); the last may be a publish gate."""
        chain: list[str] = []
        for profile in self.profiles_for(situation):
            chain += [*profile.approve_reply, *([profile.publish_gate] if profile.publish_gate else [])]
        return list(dict.fromkeys(chain))

    def signers(self, situation: Situation) -> list[str]:
        """Return the roles whose signature a department's reply needs (Z9c.7)."""
        return list(dict.fromkeys(each.sign_off for each in self.profiles_for(situation) if each.sign_off))

    def speaker(self, situation: Situation) -> str:
        """Return the role that alone may mark a statement as published; empty: whoever the act allows (C12)."""
        named = (each.statement_by.get(self.level_name(situation.level_code)) for each in self.profiles_for(situation))
        return next((role for role in named if role), "")

    def asks_assessment(self, situation: Situation) -> bool:
        """Tell whether a verdict must say nature, impact and risk, each with its reason (Z10.5-2)."""
        general = "assessment" in self.file.guards.verdict_needs
        return general or any(profile.assessment for profile in self.profiles_for(situation))

    def extension(self, rule: str) -> Extend | None:
        """Return how a timer may be extended; None: not at all."""
        timer = self.timers.get(rule)
        return timer.extend if timer else None

    def follow_ups(self, situation: Situation) -> list[FollowUp]:
        """Return the 续报 that such a case owes while it is open."""
        asked = (profile.follow_up_report for profile in self.profiles_for(situation))
        return [each for each in asked if each and holds(each.when, situation, self.level_code)]

    def deadline(self, anchor: datetime, within: str, rule: str = "") -> Deadline:
        """Return `deadline_after` under this policy's calendar, hours and counting."""
        return deadline_after(anchor, within, self.calendar, self.office_hours, rule or self.day_rule)

    def owed_rules(self, situation: Situation) -> set[str]:
        """Return the provisions of the clocks that such a case has, those included whose anchor is still to come."""
        return {timer.id for _, timer in owed_timers(self.profiles.values(), situation, self.level_code)}

    def timers_for(self, situation: Situation) -> list[PlannedTimer]:
        """Return the timers that a case owes, each with its ladder; without length or anchor no clock runs."""
        planned: dict[str, PlannedTimer] = {}
        profiles: dict[str, Profile] = {}
        for profile, timer in owed_timers(self.profiles.values(), situation, self.level_code):
            anchor = anchor_of(timer, situation, literal=self.file.readings.literal)
            if anchor is None or timer.within == UNSET:
                continue
            deadline = plan_deadline(self.file, timer, situation, anchor, self.deadline)
            told = tuple(dict.fromkeys([*timer.to, *profile.dual_report])) if timer.done_by in ADDRESSED else ()
            if timer.done_by == "reported_upward":  # through the org tree first (Z9b.5.2-1b)
                told = (*(f"{LEVEL}{unit}" for unit, _ in self.above.get(situation.lead, ())), *told)
            planned[timer.id] = PlannedTimer(timer.id, timer.done_by, told or tuple(timer.addressees), anchor, deadline)
            profiles[timer.id] = profile
        roomy = [leave_room(plan, self.timers[rule], planned) for rule, plan in planned.items()]
        if situation.external_due_at and not any(plan.done_by in PUBLIC_WORDS for plan in roomy):
            roomy += self._external(situation)
        if not situation.restricted:  # what the counsellors do is reported to nobody
            roomy += follow_up_plans(self.follow_ups(situation), situation)
        return [self._with_ladder(plan, profiles.get(plan.rule), situation) for plan in _earliest(roomy)]

    def after_close(self, situation: Situation) -> list[PlannedTimer]:
        """Return the timers that an archived case owes: review report, case library."""
        asked = [what for profile in self.profiles_for(situation) for what in profile.after_close]
        planned = after_close_plans(asked, situation, self.file.unnumbered, self.deadline)
        return [self._with_ladder(plan, None, situation) for plan in planned]

    def triage(self, level_code: int, anchor: datetime, *, restricted: bool = False) -> PlannedTimer:
        """Return the timer that keeps an unconfirmed suggestion from sleeping: it climbs desk by desk.

        A restricted one stays with the counsellors; its last step also tells the principal that one waits.
        """
        climbs: list[tuple[str, ...]] = [(role,) for role in self.file.triage.climbs]
        if restricted:
            climbs = [RESTRICTED_ROLES] * (len(climbs) - 1) + [RESTRICTED_LAST]
        addressees = RESTRICTED_ROLES if restricted else tuple(self.file.triage.climbs)
        planned = self._climb(TRIAGE, self.file.triage, level_code, anchor, climbs)
        return replace(planned, done_by=CONFIRMED, addressees=addressees)

    def receipt(self, level_code: int, anchor: datetime) -> PlannedTimer | None:
        """Return the timer by which somebody must take an assigned case; None: the school wants no such clock."""
        climb = self.file.receipt
        if climb is None or level_code <= 0:
            return None
        return self._climb(RECEIPT, climb, level_code, anchor, [(role,) for role in climb.climbs])

    def _climb(
        self, rule: str, climb: Climb, level_code: int, anchor: datetime, desks: list[tuple[str, ...]]
    ) -> PlannedTimer:
        """Return a timer whose ladder tells desk after desk at equal spacings, the last one when it is due."""
        name = self.level_name(level_code)
        counting = "duty" if name in (self.file.levels[:1] if climb.duty_time is None else climb.duty_time) else ""
        length = parse_duration(climb.within[name]).exact
        ladder = tuple(
            step_at(
                f"{rule}_{number}", self._after(anchor, length * number / len(desks), counting), to, basis=LIMIT_DEFAULT
            )
            for number, to in enumerate(desks, 1)
        )
        deadline = self.deadline(anchor, climb.within[name], counting)
        return PlannedTimer(rule, RECEIVED, tuple(climb.climbs), anchor, deadline, ladder)

    def _after(self, anchor: datetime, length: timedelta, rule: str) -> datetime:
        return duty_time_after(anchor, length, self.calendar, self.office_hours) if rule else anchor + length

    def _external(self, situation: Situation) -> Iterator[PlannedTimer]:
        anchor, limit = situation.anchors.get("discovered_at"), situation.external_due_at
        if anchor and limit:
            yield PlannedTimer(EXTERNAL, "responded", ("dept",), anchor, Deadline(limit, False, ("上级限期",)))

    def _with_ladder(self, plan: PlannedTimer, profile: Profile | None, situation: Situation) -> PlannedTimer:
        told = RESTRICTED_ROLES if situation.restricted else plan.addressees
        own = profile.overdue if profile else []
        due_at = plan.deadline.due_at
        steps = reminders(self.file.remind, plan.anchor_at, due_at, told)
        for step in own or self.file.overdue_default:
            if step.unless in situation.marks or (situation.restricted and step.do in NOT_WHEN_RESTRICTED):
                continue  # a written 说明 stops the circular, and only that (Z9a.3.7)
            to = tuple(step.to or [step.needs_human])
            if situation.restricted:
                to = RESTRICTED_LAST if step.do == SUPERVISION else RESTRICTED_ROLES
            steps.append(overdue_step(step, self._step_at(due_at, step), to, default=not own))
        if self.is_default(plan.rule):
            steps = [{**step, "basis": LIMIT_DEFAULT} for step in steps]
        ladder = tuple(sorted(steps, key=lambda step: str(step["at"])))
        return replace(plan, addressees=told, ladder=ladder)

    def _step_at(self, due_at: datetime, step: OverdueStep) -> datetime:
        return due_time(due_at, parse_duration(step.at), self.calendar, self.office_hours, self.day_rule).at


def load_policy(school: School, calendar_of: School | None = None) -> Policy:
    """Read the policy and the calendar of a school version.

    Args:
        school: Whose policy.
        calendar_of: Whose calendar, when not its own: an open case keeps its policy, but days are counted as they are.

    Raises:
        ConfigError: The problems of either file, with lines.
    """
    owner = calendar_of or school
    name = _read_policy(owner.files.text(POLICY_FILE)).calendar.overrides
    policy = _build(school.files.text(POLICY_FILE), owner.files.text(name), name)
    chains = {unit.id: owner.ancestors(unit.id) for unit in owner.organisation.departments if unit.parent}
    if not chains:
        return policy
    return replace(policy, above={name: tuple((up.id, up.name) for up in ups) for name, ups in chains.items()})


@lru_cache(maxsize=8)  # old cases keep their old policy; the tick asks again every 30 s
def _build(policy_text: str, calendar_text: str, calendar_name: str) -> Policy:
    return Policy(_read_policy(policy_text), load_working_days(calendar_text, calendar_name))


def _read_policy(text: str) -> PolicyFile:
    return parse(PolicyFile, text, POLICY_FILE)


def _earliest(planned: list[PlannedTimer]) -> Iterator[PlannedTimer]:
    """Keep the earliest due timer of those that demand the same act (`conflict: earliest_due`).

    Reports to different roles are different acts: each must be told.
    """
    kept: dict[tuple[str, tuple[str, ...]], PlannedTimer] = {}
    for timer in planned:
        key = (timer.done_by, timer.addressees if timer.done_by in (*ADDRESSED, FOLLOW_UP) else ())
        if key not in kept or timer.deadline.due_at < kept[key].deadline.due_at:
            kept[key] = timer
    return iter(kept.values())
