"""Stage 5: the policy at work. Level and anchors in, planned timers with due times and whole ladders out. Pure.

A ladder is computed once, when its timer is made: reminders by the share of time left, one step at the due time, then
the overdue steps. Each step says when and to which roles; `alerts` only looks which steps' instants have passed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from cases.deadline import Deadline, deadline_after, duty_time_after, parse_duration
from cases.policy_file import WHOLE, OverdueStep, PolicyFile, Timer
from cases.working_days import OfficeHours, WorkingDays, load_working_days
from foundation.config import parse
from foundation.school import School
from foundation.tables import instant_text

POLICY_FILE = "policy.yaml"
TRIAGE = "triage"
RESTRICTED_ROLES = ("counsellor",)  # privacy.md 5: every recipient of a restricted case
NOT_WHEN_RESTRICTED = {"通报"}  # a circular would spread what must stay with the counsellors

Step = dict[str, Any]  # {"step": word, "at": ISO instant, "to": [roles], …} as stored in the timer's ladder


@dataclass(frozen=True, slots=True)
class PlannedTimer:
    """A timer before it is stored."""

    rule: str
    done_by: str
    addressees: tuple[str, ...]
    anchor_at: datetime
    deadline: Deadline
    ladder: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """The school's policy with its calendar."""

    file: PolicyFile
    calendar: WorkingDays

    @property
    def version(self) -> int:
        """The policy's own version number."""
        return self.file.version

    @property
    def enabled(self) -> list[str]:
        """Names of the profiles in force."""
        return self.file.enabled

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

    def role_name(self, role: str) -> str:
        """Return a role's name for people."""
        return self.file.roles.get(role, role)

    def deadline(self, anchor: datetime, within: str, rule: str = "") -> Deadline:
        """Return `deadline_after` under this policy's calendar, hours and counting."""
        return deadline_after(anchor, within, self.calendar, self.office_hours, rule or self.day_rule)

    def timers_for(
        self, level_code: int, anchors: dict[str, datetime | None], *, restricted: bool = False
    ) -> list[PlannedTimer]:
        """Return the timers that a case of this level owes.

        Args:
            level_code: 1-based level.
            anchors: Anchor word → instant; a timer whose anchor is not known is left out. `raised_at`, when set,
                anchors the reports: after an upgrade a new report is owed from that moment (C17).
            restricted: All recipients are the counsellors.
        """
        planned = []
        for timer in self._timers_of(level_code):
            raised_at = anchors.get("raised_at") if timer.done_by == "reported" else None
            anchor = raised_at or anchors.get(timer.anchor)
            if anchor is not None:
                planned.append(self._plan(timer, anchor, restricted))
        return list(_earliest(planned))

    def triage(self, level_code: int, anchor: datetime, *, restricted: bool = False) -> PlannedTimer:
        """Return the timer that keeps an unconfirmed suggestion from sleeping: it climbs desk by desk."""
        name = self.level_name(level_code)
        within, climbs = self.file.triage.within[name], self.file.triage.climbs
        on_duty = self.file.triage.duty_time
        rule = "duty" if name in (self.file.levels[:1] if on_duty is None else on_duty) else ""
        length = parse_duration(within).exact
        roles = [RESTRICTED_ROLES if restricted else (role,) for role in climbs]
        ladder = tuple(
            _step(f"triage_{number}", self._after(anchor, length * number / len(climbs), rule), to)
            for number, to in enumerate(roles, 1)
        )
        addressees = RESTRICTED_ROLES if restricted else tuple(climbs)
        return PlannedTimer(TRIAGE, "confirmed", addressees, anchor, self.deadline(anchor, within, rule), ladder)

    def _after(self, anchor: datetime, length: timedelta, rule: str) -> datetime:
        return duty_time_after(anchor, length, self.calendar, self.office_hours) if rule else anchor + length

    def _timers_of(self, level_code: int) -> list[Timer]:
        timers = [timer for name in self.enabled for timer in self.file.profiles[name].timers]
        return [timer for timer in timers if self._is_for(timer, level_code)]

    def _is_for(self, timer: Timer, level_code: int) -> bool:
        exact, least = timer.when.level, timer.when.level_at_least
        return (not exact or self.level_code(exact) == level_code) and (
            not least or self.level_code(least) <= level_code
        )

    def _plan(self, timer: Timer, anchor: datetime, restricted: bool) -> PlannedTimer:
        deadline = self.deadline(anchor, timer.within)
        told = RESTRICTED_ROLES if restricted else tuple(timer.addressees)
        steps = [*self._reminders(anchor, deadline.due_at, told), *self._overdue(deadline.due_at, restricted)]
        ladder = tuple(sorted(steps, key=lambda step: str(step["at"])))
        return PlannedTimer(timer.id, timer.done_by, told, anchor, deadline, ladder)

    def _reminders(self, anchor: datetime, due_at: datetime, told: tuple[str, ...]) -> list[Step]:
        steps = []
        for share in self.file.remind.before:
            left = int(share.rstrip("%"))
            steps.append(_step(f"remind_{left}", due_at - (due_at - anchor) * left / WHOLE, told))
        return [*steps, _step("due", due_at, told)] if self.file.remind.at_due else steps

    def _overdue(self, due_at: datetime, restricted: bool) -> list[Step]:
        return [
            self._overdue_step(step, due_at, restricted)
            for step in self.file.overdue_default
            if not (restricted and step.do in NOT_WHEN_RESTRICTED)
        ]

    def _overdue_step(self, step: OverdueStep, due_at: datetime, restricted: bool) -> Step:
        to = tuple(step.to or [step.needs_human])
        planned = _step(step.do, self.deadline(due_at, step.at).due_at, RESTRICTED_ROLES if restricted else to)
        return {**planned, "unless": step.unless, "needs_human": step.needs_human} if step.needs_human else planned


def load_policy(school: School) -> Policy:
    """Read the policy and the calendar of a school version.

    Raises:
        ConfigError: The problems of either file, with lines.
    """
    text = school.files.text(POLICY_FILE)
    file = _read_policy(text)
    name = file.calendar.overrides
    return Policy(file, _read_calendar(school.files.text(name), name))


def _step(word: str, at: datetime, to: tuple[str, ...]) -> Step:
    return {"step": word, "at": instant_text(at), "to": list(to)}


@lru_cache(maxsize=8)  # old cases keep their old policy; the tick asks again every 30 s
def _read_policy(text: str) -> PolicyFile:
    return parse(PolicyFile, text, POLICY_FILE)


@lru_cache(maxsize=8)
def _read_calendar(text: str, name: str) -> WorkingDays:
    return load_working_days(text, name)


def _earliest(planned: list[PlannedTimer]) -> Iterator[PlannedTimer]:
    """Keep the earliest due timer of those that demand the same act of the same roles (`conflict: earliest_due`)."""
    kept: dict[tuple[str, tuple[str, ...]], PlannedTimer] = {}
    for timer in planned:
        key = (timer.done_by, timer.addressees)
        if key not in kept or timer.deadline.due_at < kept[key].deadline.due_at:
            kept[key] = timer
    return iter(kept.values())
