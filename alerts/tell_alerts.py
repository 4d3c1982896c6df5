"""Stage 6: open alerts speak when it is time. Rows that are due a look in, facts `rule.*` out (alerts/decide.py).

What several rules say of one event in one tick is one message (alerts/join_alerts.py).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, select, update

from alerts.decide import Decision, Mutes, Standing, decide
from alerts.join_alerts import Ground, Spoken, join_alerts
from alerts.load_rules import load_rules
from alerts.rules import rule_module
from alerts.silences import Subject, silence_for, silences_at
from alerts.source_trouble import TECHNICIANS, rounds_told, source_of
from alerts.tables import alert
from cases.case import case_file
from cases.transitions import ARCHIVED
from foundation.ledger import Work
from foundation.school import School
from foundation.settings import Rhythm
from foundation.tables import instant_text
from search.post_table import post_table as post
from search.posts import select_posts

BY_CASE, BY_ROUNDS = "案件已立，由案件通知", "信源异常已由信源告警通知"
FOUND = "有新的发现"  # in the place of words of posts, about a confidential case


@dataclass(frozen=True, slots=True)
class About:
    """What is known of the thing that an alert is about.

    Attributes:
        kind: Of the alert's rule; empty when the rule is no longer written.
        case: The open case of its event, if any.
        confidential: Whether a case of its event, open or archived, is 保密.
        roles: Whom it may tell now.
        silenced: Name of the silence that keeps it from everybody but technicians.
    """

    kind: str
    case: Any | None
    confidential: bool
    roles: tuple[str, ...]
    silenced: str

    @property
    def shows_posts(self) -> bool:
        """Whether the sentences of its rule hold words of single posts."""
        return bool(self.kind and getattr(rule_module(self.kind), "PER_POST", False))


def tell_alerts(work: Work, school: School) -> int:
    """Look at every alert that is due a look; return how many spoke."""
    rows = work.connection.execute(
        select(alert).where(alert.c.look_at <= work.at).order_by(alert.c.level_code.desc(), alert.c.alert_id)
    ).all()
    if not rows:
        return 0
    silences = silences_at(work.connection, work.at)
    kinds = {rule.name: rule.kind for rule in load_rules(school).running}
    rhythm = school.settings.alerts.rhythm
    spoken = []
    for row in rows:
        if _is_private(work, row):
            _close(work, row)
            continue
        about = _about(work, row, silences, kinds.get(row.rule, ""))
        decision = decide(_standing(row), _mutes(row, about), rhythm, work.at)
        _settle(work, row, decision, about)
        if decision.word:
            spoken.append(_spoken(work, row, decision, about, rhythm))
    for joint in join_alerts(spoken):
        work.tell(joint.kind, joint.rule, **joint.data, window_at=instant_text(work.at))
    return len(spoken)


def _standing(row: Row[Any]) -> Standing:
    names = ("level_code", "opened_at", "found_at", "found", "told_at", "told_found", "tells")
    return Standing(**{name: getattr(row, name) for name in names})


def _about(work: Work, row: Row[Any], silences: list[Any], kind: str) -> About:
    cases = _cases_of(work, row)
    case = next((each for each in cases if each.state != ARCHIVED), None)
    subject = Subject(rule=row.rule, event=str(row.event_id or ""), case=case.case_no if case else "", kind=kind)
    found = silence_for(silences, subject, row.level_code)
    roles = _told_roles(work, row)
    silenced = f"静默第 {found.silence_id} 号" if found else ""
    if silenced and TECHNICIANS in roles:  # who keeps the system running is never silenced
        roles = [TECHNICIANS]
    return About(kind, case, any(each.confidential for each in cases), tuple(roles), silenced)


def _mutes(row: Row[Any], about: About) -> Mutes:
    is_handled = about.case is not None and not about.case.provisional
    return Mutes(
        spoken_for=bool(row.acknowledged_by) or is_handled,
        case_ends=is_handled,
        covered=BY_CASE if about.case is not None and about.shows_posts else "" if about.roles else BY_ROUNDS,
        silenced="" if TECHNICIANS in about.roles else about.silenced,
    )


def _cases_of(work: Work, row: Row[Any]) -> list[Any]:
    """Return the cases of the alert's event, the newest first."""
    if row.event_id is None:
        return []
    names = ("case_no", "state", "provisional", "confidential", "lead")
    asked = select(*(case_file.c[name] for name in names)).where(case_file.c.event_id == row.event_id)
    return list(work.connection.execute(asked.order_by(case_file.c.case_no.desc())))


def _settle(work: Work, row: Row[Any], decision: Decision, about: About) -> None:
    values: dict[str, Any] = {"look_at": decision.look_at, "muted": decision.muted or about.silenced}
    if decision.word:
        values |= {"told_at": work.at, "told_found": row.found, "tells": row.tells + 1}
    work.connection.execute(update(alert).where(alert.c.alert_id == row.alert_id).values(**values))


def _spoken(work: Work, row: Row[Any], decision: Decision, about: About, rhythm: Rhythm) -> Spoken:
    says = FOUND if about.confidential and about.shows_posts else row.says
    ground = Ground(row.rule, says, row.found, row.alert_id, decision.word)
    data = {
        "event_id": row.event_id,
        "title": "" if about.confidential else row.title,
        "case_no": about.case.case_no if about.case else "",
        "unit": about.case.lead if about.case else _suggested(work, row),
        "count": row.count,
    }
    roles = list(about.roles)
    if set(roles) != {TECHNICIANS}:  # that it is over hears who heard of it
        roles += desks(row.opened_at, rhythm, row.told_at if decision.word == "over" else work.at)
    thing = f"event:{row.event_id}" if row.event_id is not None else row.key
    return Spoken(ground, thing, row.early, row.level_code, tuple(dict.fromkeys(roles)), data)


def desks(opened_at: datetime, rhythm: Rhythm, now: datetime) -> list[str]:
    """Return who hears besides because nobody took an alert: after one repeat's time, after two …"""
    passed = (now - opened_at) // timedelta(minutes=rhythm.repeat_minutes)
    return list(rhythm.climb[: max(0, passed)])


def _suggested(work: Work, row: Row[Any]) -> str:
    """Return the department that the event's decisive post suggests; empty when there is none."""
    if row.event_id is None:
        return ""
    where = "WHERE event_id = ? AND restricted = 0 ORDER BY score DESC, post_id LIMIT 1"
    return next(
        (name for each in select_posts(work.connection, where, (row.event_id,)) for name in each.departments), ""
    )


def _told_roles(work: Work, row: Row[Any]) -> list[str]:
    """Return the roles to tell: without technicians when a source's own rounds told them of the same trouble."""
    source = source_of(row.key)
    known = bool(source) and rounds_told(work, source)
    return [role for role in row.recipients if not (known and role == TECHNICIANS)]


def _is_private(work: Work, row: Row[Any]) -> bool:
    """An event that became help-first after the rule found it is told to nobody here."""
    if row.event_id is None:
        return False
    asked = select(post.c.post_id).where(post.c.event_id == row.event_id, post.c.restricted).limit(1)
    return work.connection.execute(asked).first() is not None


def _close(work: Work, row: Row[Any]) -> None:
    gone = {"look_at": None, "title": "", "says": "", "muted": "先救助"}
    work.connection.execute(update(alert).where(alert.c.alert_id == row.alert_id).values(**gone))
