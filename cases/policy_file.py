"""Stage 5: policy.yaml as records, validated. Text in, one `PolicyFile` out; every mistake is named with its line.

One profile is one 制度; a timer names its provision, the anchor it runs from, how long, the act that stops it, and who
is told. Numbers that no 制度 gives (triage, reminders, overdue ladder) are product defaults, 产品默认.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from cases.deadline import parse_duration
from cases.working_days import CALENDAR_FILE, OfficeHours
from foundation.config import Mistake, Strict, nearest

WHOLE = 100  # percent
TRIAGE_KEYS = {"climbs", "duty_time"}

Anchor = Literal["discovered_at", "posted_at"]
DoneBy = Literal["reported", "responded"]
Place = tuple[str | int, ...]  # keys and positions in the document


def _duration(value: str) -> str:
    parse_duration(value)
    return value


class Counting(Strict):
    """How each unit is counted; only days leave the school a choice."""

    m: Literal["exact"] = "exact"
    h: Literal["exact"] = "exact"
    d: Literal["exact_24h", "civil", "civil_rolled"] = "exact_24h"
    wd: Literal["end_of_workday"] = "end_of_workday"
    same_day: Literal["end_of_calendar_day"] = "end_of_calendar_day"


class CalendarChoice(Strict):
    """Which calendar counts."""

    base: Literal["cn-statutory"] = "cn-statutory"
    overrides: str = CALENDAR_FILE
    unknown_year: Literal["provisional"] = "provisional"


class Triage(Strict):
    """How long a suggestion may wait for a person, by level, and whose desk it climbs to meanwhile.

    Attributes:
        within: Level name → duration; in the file the levels stand beside `climbs`.
        climbs: Roles told one after the other, at equal spacings.
        duty_time: Levels whose time runs only while offices are open; the others run day and night. Left out: the
            lowest level only.
    """

    within: dict[str, str]
    climbs: list[str] = Field(min_length=1)
    duty_time: list[str] | None = None

    @model_validator(mode="before")
    @classmethod
    def _levels_beside(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        own = {key: item for key, item in value.items() if key in TRIAGE_KEYS}
        return {**own, "within": {key: item for key, item in value.items() if key not in TRIAGE_KEYS}}

    @field_validator("within")
    @classmethod
    def _exact(cls, value: dict[str, str]) -> dict[str, str]:
        for text in value.values():
            if parse_duration(text).unit not in ("m", "h"):
                raise ValueError(f"初判时限只能用分钟或小时，不能写 {text}")
        return value


class When(Strict):
    """Which cases a timer is for; an empty one means all."""

    level: str = ""
    level_at_least: str = ""


class Timer(Strict):
    """One clock of a 制度, named by its provision."""

    id: str = Field(min_length=1)
    when: When = When()
    anchor: Anchor = Field(alias="from")
    within: str
    done_by: DoneBy
    to: list[str] = []
    by: str = ""

    _grammar = field_validator("within")(_duration)

    @model_validator(mode="after")
    def _someone(self) -> "Timer":
        if self.done_by == "reported" and not self.to:
            raise ValueError(f"{self.id} 要汇报，却没有写 to（向谁汇报）")
        if self.done_by == "responded" and not self.by:
            raise ValueError(f"{self.id} 要回应，却没有写 by（谁来回应）")
        return self

    @property
    def addressees(self) -> list[str]:
        """Roles that must acknowledge the report, or that owe the response."""
        return self.to or [self.by]


class Profile(Strict):
    """One 制度."""

    timers: list[Timer] = Field(min_length=1)


class Remind(Strict):
    """Reminders before the due time, by the share of time left, and one at it."""

    before: list[str] = []
    at_due: bool = True

    @field_validator("before")
    @classmethod
    def _percent(cls, value: list[str]) -> list[str]:
        for share in value:
            if not (share.endswith("%") and share[:-1].isdigit() and 0 < int(share[:-1]) < WHOLE):
                raise ValueError(f"{share} 应当写成 50% 这样的百分比")
        return value


class OverdueStep(Strict):
    """What follows when a timer is not stopped in time."""

    at: str
    do: Literal["催办", "督办", "通报"]
    to: list[str] = []
    unless: Literal["", "explained"] = ""
    needs_human: str = ""

    _grammar = field_validator("at")(_duration)


class PolicyFile(Strict):
    """policy.yaml."""

    version: int = Field(ge=1)
    effective_from: date
    timezone: Literal["Asia/Shanghai"] = "Asia/Shanghai"
    office_hours: OfficeHours = OfficeHours()
    counting: Counting = Counting()
    calendar: CalendarChoice = CalendarChoice()
    levels: list[str] = Field(min_length=1)
    natures: list[str] = []
    roles: dict[str, str]
    triage: Triage
    profiles: dict[str, Profile]
    enabled: list[str] = Field(min_length=1)
    conflict: Literal["earliest_due"] = "earliest_due"
    remind: Remind = Remind()
    overdue_default: list[OverdueStep] = []

    @model_validator(mode="after")
    def _known_words(self) -> "PolicyFile":
        for path, word in self._level_words():
            if word and word not in self.levels:
                raise Mistake(f"不认识的等级 {word}", _hint(word, self.levels, "等级有"), path)
        for level in self.levels:
            if level not in self.triage.within:
                raise Mistake(f"triage 没有写 {level} 的初判时限", f"写上 {level}: 4h 这样的一项", ("triage",))
        for number, name in enumerate(self.enabled):
            if name not in self.profiles:
                raise Mistake(
                    f"enabled 里的 {name} 没有写在 profiles 里",
                    _hint(name, list(self.profiles), "写了的有"),
                    ("enabled", number),
                )
        for path, role in self._role_words():
            if role not in self.roles:
                raise Mistake(f"不认识的角色 {role}", _hint(role, list(self.roles), "先写在 roles 里；已有"), path)
        return self

    def _level_words(self) -> Iterator[tuple[Place, str]]:
        for level in self.triage.within:
            yield ("triage", level), level
        for number, level in enumerate(self.triage.duty_time or []):
            yield ("triage", "duty_time", number), level
        for path, timer in self._timers():
            yield (*path, "when"), timer.when.level
            yield (*path, "when"), timer.when.level_at_least

    def _role_words(self) -> Iterator[tuple[Place, str]]:
        for number, role in enumerate(self.triage.climbs):
            yield ("triage", "climbs", number), role
        for path, timer in self._timers():
            for role in timer.addressees:
                yield (*path, "to" if timer.to else "by"), role
        for number, step in enumerate(self.overdue_default):
            path = ("overdue_default", number)
            yield from (((*path, "to"), role) for role in step.to)
            if step.needs_human:
                yield (*path, "needs_human"), step.needs_human

    def _timers(self) -> Iterator[tuple[Place, Timer]]:
        for name, profile in self.profiles.items():
            for number, timer in enumerate(profile.timers):
                yield ("profiles", name, "timers", number), timer


def _hint(word: str, known: list[str], words: str) -> str:
    near = nearest(word, known)
    return f"是不是 {near}？" if near else f"{words}：{'、'.join(known)}"
