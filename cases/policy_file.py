"""Stage 5: policy.yaml as records, validated. Text in, one `PolicyFile` out; every mistake is named with its line.

One profile is one 制度 (`profile_file.py`); here stands what the school decides for all: levels, roles, counting,
triage, reminders, what follows when a clock is not stopped. Numbers that no 制度 gives (triage, reminders, overdue
ladder, `unnumbered`) are product defaults, 产品默认.
"""

from datetime import date
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from cases.calendar_file import CALENDAR_FILE, CLOCK_PATTERN, OfficeHours
from cases.duration import parse_duration
from cases.plan_file import Plan
from cases.policy_words import check_words
from cases.profile_file import Keep, OverdueStep, Profile
from foundation.config import Strict

WHOLE = 100  # percent
CLIMB_KEYS = {"climbs", "duty_time"}


class Counting(Strict):
    """How each unit is counted; only days leave the school a choice (C21)."""

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


class Readings(Strict):
    """Where the 制度 leave two readings, and a school wants the other one (docs/readings.md).

    Attributes:
        late_cutoff: C8: what is found later counts as found the next day; shown as 产品解释.
        late_due: C8: when it is due then.
        literal: C17: after an upgrade the new report still counts from discovery.
        internal_ok: C18: a case of no public post needs no public word.
    """

    late_cutoff: str = Field(default="", pattern=rf"^$|{CLOCK_PATTERN}")
    late_due: str = Field(default="10:00", pattern=CLOCK_PATTERN)
    literal: bool = False
    internal_ok: bool = False


class Climb(Strict):
    """How long something may wait for a person, by level, and whose desk it climbs to meanwhile.

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
        own = {key: item for key, item in value.items() if key in CLIMB_KEYS}
        return {**own, "within": {key: item for key, item in value.items() if key not in CLIMB_KEYS}}

    @field_validator("within")
    @classmethod
    def _exact(cls, value: dict[str, str]) -> dict[str, str]:
        for text in value.values():
            if parse_duration(text).unit not in ("m", "h"):
                raise ValueError(f"等人的时限只能用分钟或小时，不能写 {text}")
        return value


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


class Guards(Strict):
    """What acts must bring (Z2.6, Z3.10, Z6.3, Z7.8, Z1.5-6)."""

    message_body: Literal["no_restricted_text"] = "no_restricted_text"
    require: list[Literal["named_owner", "deputy"]] = ["named_owner", "deputy"]
    verdict_needs: list[Literal["level", "opinion", "evidence", "assessment"]] = ["level", "opinion", "evidence"]
    sources_at: dict[str, int] = {}
    top_level_by: list[str] = []  # roles that confirm the highest level (Z7.4); empty: the leaders


class Retention(Strict):
    """How long things are kept, two keys (C15): a ceiling for texts of posts, a floor for logs."""

    post_text_days: int | None = Field(default=None, ge=1)  # said in huiyin.yaml too: both must be equal
    audit_log: Keep = Keep(min="6mo")
    access_log: Keep = Keep(min="6mo")
    patrol_log: Keep = Keep(min="6mo")


class PolicyFile(Strict):
    """policy.yaml."""

    version: int = Field(ge=1)
    effective_from: date
    timezone: Literal["Asia/Shanghai"] = "Asia/Shanghai"
    office_hours: OfficeHours = OfficeHours()
    counting: Counting = Counting()
    calendar: CalendarChoice = CalendarChoice()
    readings: Readings = Readings()
    levels: list[str] = Field(min_length=1)
    natures: list[str] = []
    roles: dict[str, str]
    triage: Climb  # a suggestion waits for somebody to look
    receipt: Climb | None = None  # an assigned case waits for its department to say that it has it; None: no clock
    profiles: dict[str, Profile]
    guards: Guards = Guards()
    enabled: list[str] = Field(min_length=1)
    conflict: Literal["earliest_due"] = "earliest_due"
    remind: Remind = Remind()
    overdue_default: list[OverdueStep] = []
    unnumbered: dict[str, str] = {}  # 及时, 立即 …: our lengths for words to which no 制度 gives a number (C20)
    retention: Retention = Retention()
    plans: list[Plan] = []  # emergency plans in force

    @field_validator("unnumbered")
    @classmethod
    def _lengths(cls, value: dict[str, str]) -> dict[str, str]:
        for text in value.values():
            parse_duration(text)
        return value

    @model_validator(mode="after")
    def _known_words(self) -> "PolicyFile":
        check_words(self)
        return self
