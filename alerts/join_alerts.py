"""Stage 6: one message about one thing. Alerts that speak in one tick in; one fact for each event out. Pure.

Several rules see one event: people get one message that names every rule and its reason, while each rule keeps its own
rhythm. Technicians get a message of their own: it is technical, so that no silence and no quiet hour holds it back.
"""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, Literal

from alerts.source_trouble import TECHNICIANS

FACTS = {"first": "rule.fired", "more": "rule.fired", "repeat": "rule.repeated", "over": "rule.over"}
EARLY_FACT = "rule.early"
LOUDEST = ("first", "more", "repeat", "over")  # whose word names the message


@dataclass(frozen=True, slots=True)
class Ground:
    """What one rule says in a message: its sentence, how often it found it, the alert to acknowledge."""

    rule: str
    says: str
    found: int
    alert_id: int
    word: Literal["", "first", "more", "repeat", "over"]


@dataclass(frozen=True, slots=True)
class Spoken:
    """One alert that speaks in this tick.

    Attributes:
        ground: What its rule says.
        about: What it is about: the event, else the alert's own key.
        early: Whether it is a 苗头.
        level_code: 0 无 … 3 特别重大.
        roles: Whom it tells.
        data: Equal for all alerts about one thing: event, its title, its case, its department.
    """

    ground: Ground
    about: str
    early: bool
    level_code: int
    roles: tuple[str, ...]
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Joint:
    """One fact to tell: kind, the rule that speaks loudest, what notices need to know."""

    kind: str
    rule: str
    data: dict[str, Any]


def join_alerts(spoken: Iterable[Spoken]) -> Iterator[Joint]:
    """Yield one fact for each thing and audience (technicians, everybody else)."""
    groups: dict[tuple[str, bool], list[Spoken]] = {}
    for each in spoken:
        for technical in (False, True):
            if any((role == TECHNICIANS) is technical for role in each.roles):
                groups.setdefault((each.about, technical), []).append(each)
    for (_about, technical), alerts in groups.items():
        yield _joint(sorted(alerts, key=_loudness), technical)


def _loudness(alert: Spoken) -> tuple[int, bool, int, int]:
    return LOUDEST.index(alert.ground.word), alert.early, -alert.level_code, alert.ground.alert_id


def _joint(alerts: list[Spoken], technical: bool) -> Joint:
    first = alerts[0]
    roles = dict.fromkeys(role for each in alerts for role in each.roles)
    is_sign = first.early and first.ground.word in ("first", "more")
    data = {
        "alert_id": first.ground.alert_id,
        "says": "；".join(dict.fromkeys(each.ground.says for each in alerts)),
        "grounds": [asdict(each.ground) for each in alerts],
        "found": sum(each.ground.found for each in alerts),
        "to": [TECHNICIANS] if technical else [role for role in roles if role != TECHNICIANS],
        "level_code": max(each.level_code for each in alerts),
    }
    own = {**first.data, "case_no": "", "unit": ""} if technical else first.data  # a case is not theirs to open
    return Joint(EARLY_FACT if is_sign else FACTS[first.ground.word], first.ground.rule, own | data)
