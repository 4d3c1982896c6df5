"""Stage 6: open alerts speak when it is time. Rows that are due a look in, facts `rule.*` out (alerts/decide.py)."""

from typing import Any

from sqlalchemy import Row, select, update

from alerts.decide import Decision, Mutes, Standing, decide
from alerts.load_rules import load_rules
from alerts.rules import rule_module
from alerts.silences import Subject, silence_for, silences_at
from alerts.source_trouble import TECHNICIANS, rounds_told, source_of
from alerts.tables import alert
from cases.case import case_file
from cases.transitions import ARCHIVED
from foundation.ledger import Work
from foundation.school import School
from foundation.tables import instant_text
from search.post_table import post_table as post

FACTS = {"first": "rule.fired", "more": "rule.fired", "repeat": "rule.repeated", "over": "rule.over"}
EARLY_FACT = "rule.early"
BY_CASE, BY_ROUNDS = "案件已立，由案件通知", "信源异常已由信源告警通知"


def tell_alerts(work: Work, school: School) -> int:
    """Look at every alert that is due a look; return how many spoke."""
    rows = work.connection.execute(
        select(alert).where(alert.c.look_at <= work.at).order_by(alert.c.level_code.desc(), alert.c.alert_id)
    ).all()
    if not rows:
        return 0
    silences = silences_at(work.connection, work.at)
    kinds = {rule.name: rule.kind for rule in load_rules(school).running}
    told = 0
    for row in rows:
        if _is_private(work, row):
            _close(work, row)
            continue
        decision = decide(_standing(row), _mutes(work, row, silences, kinds), school.settings.alerts.rhythm, work.at)
        told += bool(decision.word)
        _settle(work, row, decision)
    return told


def _standing(row: Row[Any]) -> Standing:
    names = ("level_code", "opened_at", "found_at", "found", "told_at", "told_found", "tells")
    return Standing(**{name: getattr(row, name) for name in names})


def _mutes(work: Work, row: Row[Any], silences: list[Any], kinds: dict[str, str]) -> Mutes:
    case = _case_of(work, row)
    kind = kinds.get(row.rule, "")
    per_post = bool(kind and getattr(rule_module(kind), "PER_POST", False))
    subject = Subject(rule=row.rule, event=str(row.event_id or ""), case=case.case_no if case else "", kind=kind)
    found = silence_for(silences, subject, row.level_code)
    return Mutes(
        spoken_for=bool(row.acknowledged_by) or (case is not None and not case.provisional),
        covered=BY_CASE if per_post and case is not None else "" if _told_roles(work, row) else BY_ROUNDS,
        silenced=f"静默第 {found.silence_id} 号" if found and row.recipients != [TECHNICIANS] else "",
    )


def _case_of(work: Work, row: Row[Any]) -> Any | None:
    """Return the open case of the alert's event."""
    if row.event_id is None:
        return None
    asked = select(case_file.c.case_no, case_file.c.provisional, case_file.c.confidential).where(
        case_file.c.event_id == row.event_id, case_file.c.state != ARCHIVED
    )
    return work.connection.execute(asked).first()


def _settle(work: Work, row: Row[Any], decision: Decision) -> None:
    values: dict[str, Any] = {"look_at": decision.look_at, "muted": decision.muted}
    if decision.word:
        values |= {"told_at": work.at, "told_found": row.found, "tells": row.tells + 1}
        case = _case_of(work, row)
        _tell(work, row, decision.word, title="" if case is not None and case.confidential else row.title)
    work.connection.execute(update(alert).where(alert.c.alert_id == row.alert_id).values(**values))


def _tell(work: Work, row: Row[Any], word: str, title: str) -> None:
    kind = EARLY_FACT if row.early and word in ("first", "more") else FACTS[word]
    work.tell(
        kind,
        row.rule,
        alert_id=row.alert_id,
        event_id=row.event_id,
        says=row.says,
        count=row.count,
        found=row.found,
        to=_told_roles(work, row),
        title=title,
        level_code=row.level_code,
        window_at=instant_text(work.at),
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
