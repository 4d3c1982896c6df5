"""Stage 5: one 制度 of policy.yaml as records: its timers, duties, approvals. Text in, one `Profile` out.

A timer names its provision, whom it is for (`when`), the anchor it runs from, how long, the act that stops it, and who
is told or must act. A length may also be a word without a number (及时, told in `unnumbered`, 产品默认) or `unset`: the
school must set it before it goes live.
"""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, field_validator, model_validator

from cases.clock_words import ADDRESSED, Anchor, Kind, Mark, Word
from cases.duration import parse_duration
from foundation.config import Strict

UNSET = "unset"
FLOOR_MONTHS, FLOOR_DAYS = 6, 184  # Z5.15: six months have at most 184 days


def duration_text(value: str) -> str:
    """Validate that a text follows the grammar of durations (ValueError in Chinese)."""
    parse_duration(value)
    return value


def _several(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _as_when(value: Any) -> Any:
    return {"marked": value} if isinstance(value, str) else value


Roles = Annotated[list[str], BeforeValidator(_several)]


class When(Strict):
    """Which cases a timer is for; everything written must hold, an empty one means all.

    Attributes:
        marked: A mark that a person set; in `any` a bare word means this.
        any: Alternatives, one of which must hold.
    """

    level: str = ""
    level_at_least: str = ""
    nature: str = ""
    kind: Kind | None = None
    marked: Mark | None = None
    sudden: bool = False
    any: list[Annotated["When", BeforeValidator(_as_when)]] = []


class NotAfter(Strict):
    """A due time that must leave room before another one (C6)."""

    timer: str
    minus: str

    _grammar = field_validator("minus")(duration_text)


class Extend(Strict):
    """How a timer may be extended: once, in total at most so long from its anchor (C7)."""

    max_total: str
    needs: list[str] = ["reason"]
    before_due: Literal[True] = True

    _grammar = field_validator("max_total")(duration_text)


class Timer(Strict):
    """One clock of a 制度, named by its provision."""

    id: str = Field(min_length=1)
    when: When = When()
    anchor: Anchor = Field(alias="from")
    within: str = Field(min_length=1)
    done_by: Word
    to: Roles = []
    by: Roles = []
    cap: str = ""  # C5: never longer than this, holidays or not
    not_after: NotAfter | None = None
    extend: Extend | None = None

    @field_validator("cap")
    @classmethod
    def _exact_cap(cls, value: str) -> str:
        if value and parse_duration(value).unit not in ("m", "h", "d"):
            raise ValueError("cap 只能用分钟、小时或天，例如 72h")
        return value

    @model_validator(mode="after")
    def _someone(self) -> "Timer":
        if self.done_by in ADDRESSED and not self.to:
            raise ValueError(f"{self.id} 要汇报，却没有写 to（向谁汇报）")
        if not self.to and not self.by:
            raise ValueError(f"{self.id} 没有写 by（谁来回应或办理）")
        return self

    @property
    def addressees(self) -> list[str]:
        """Roles that must acknowledge the report, or that owe the act."""
        return self.to or self.by


class OverdueStep(Strict):
    """What follows when a timer is not stopped in time."""

    at: str
    do: Literal["催办", "督办", "通报"]
    to: Roles = []
    unless: Literal["", "explained"] = ""
    needs_human: str = ""

    _grammar = field_validator("at")(duration_text)

    @model_validator(mode="after")
    def _by_a_person(self) -> "OverdueStep":
        if self.do == "通报" and not self.needs_human:
            raise ValueError("通报只能由人决定（Z9a.3.7）：写上 needs_human: office")
        if not self.to and not self.needs_human:
            raise ValueError(f"{self.do} 没有写 to（找谁）")
        return self


class Floor(Strict):
    """A level that a case has at least when a person set a mark (Z1.6.2-4, -5); `all` asks for several (C23)."""

    marks: list[Mark] = Field(alias="if", min_length=1)
    needs_all: bool = False
    level: str

    @model_validator(mode="before")
    @classmethod
    def _words(cls, value: Any) -> Any:
        """Read `if: word`, `if: {any: [words]}` and `if: {all: [words]}`."""
        if not isinstance(value, dict) or "if" not in value:
            return value
        asked = value["if"]
        if isinstance(asked, str):
            return {**value, "if": [asked]}
        if isinstance(asked, dict) and len(asked) == 1 and set(asked) <= {"any", "all"}:
            (how, marks), *_ = asked.items()
            return {**value, "if": marks, "needs_all": how == "all"}
        return value


class Recurring(Strict):
    """A duty that comes back, without a case: patrol log, bulletin, weekly report, evaluation."""

    id: str = Field(min_length=1)
    what: Literal["patrol_log", "bulletin", "weekly_report", "evaluation"]
    every: str
    min: int = Field(default=1, ge=1)
    to: Roles = []
    human_sample: int = Field(default=0, ge=0)  # items that the machine dropped and a person looks at again (Z10.5-1)


class FollowUp(Strict):
    """续报 while the case is open: how often by day and by night, and who owes it (Z9b.5.2-4)."""

    id: str = Field(default="Z9b.5.2-4", min_length=1)
    when: When = When()
    every: dict[Literal["day", "night"], str]
    by: Roles

    @field_validator("every")
    @classmethod
    def _both(cls, value: dict[str, str]) -> dict[str, str]:
        if set(value) != {"day", "night"}:
            raise ValueError("every 要写 day 与 night 两项，例如 {day: 6h, night: 12h}")
        for text in value.values():
            if parse_duration(text).unit not in ("m", "h"):
                raise ValueError(f"续报间隔只能用分钟或小时，不能写 {text}")
        return value


class Keep(Strict):
    """How long a log is kept at least."""

    min: str

    @field_validator("min")
    @classmethod
    def _floor(cls, value: str) -> str:
        duration = parse_duration(value)
        if duration.unit == "mo":
            enough = duration.amount >= FLOOR_MONTHS
        else:
            enough = duration.unit in ("d", "w") and duration.amount * (7 if duration.unit == "w" else 1) >= FLOOR_DAYS
        if not enough:
            raise ValueError(f"{value} 短于六个月：日志至少保存六个月（Z5.15），写 6mo 或更长")
        return value


class AppliesTo(Strict):
    """Which cases a whole profile is for; left out: all."""

    source_kind: str = ""
    kind: Kind | None = None


class Duty(Strict):
    """When somebody watches (Z7.6)."""

    default: Literal["7x24", "office_hours"] = "7x24"
    units: Literal["workdays", "7x24"] = "workdays"
    holidays: Literal["named_person_24h"] = "named_person_24h"
    special_periods: Literal["named_person_24h"] = "named_person_24h"


class Profile(Strict):
    """One 制度. What it leaves out is asked for by another profile in force, or not at all."""

    extends: str = ""
    applies_to: AppliesTo = AppliesTo()
    timers: list[Timer] = []
    level_floor: list[Floor] = []
    recurring: list[Recurring] = []
    overdue: list[OverdueStep] = []
    approve_reply: Roles = []
    statement_by: dict[str, str] = {}
    dual_report: Roles = []
    follow_up_report: FollowUp | None = None
    publish_gate: str = ""
    sign_off: str = ""
    assessment: bool = False  # a verdict says nature, impact and risk, each with its reason (Z10.5-2)
    after_close: list[Literal["review_report", "case_library"]] = []
    duty: Duty | None = None
    retention: dict[Literal["audit_log", "access_log", "patrol_log"], Keep] = {}

    @model_validator(mode="after")
    def _each_once(self) -> "Profile":
        ids = [timer.id for timer in self.timers]
        double = next((name for number, name in enumerate(ids) if name in ids[:number]), "")
        if double:
            raise ValueError(f"时限 {double} 写了两次")
        return self
