"""Stage 6: alerts as rows. A rule's finding in; a new open alert, or one more finding of an open one.

An alert is open until nothing was found for a while (alerts/decide.py); the next finding opens another one.
"""

from typing import Any

from sqlalchemy import insert, select, update

from alerts.load_rules import LoadedRule
from alerts.rule import Finding
from alerts.tables import alert
from events.event import event
from foundation.errors import Refused
from foundation.ledger import Work

TEXT_LENGTH = 200


def keep_alert(work: Work, rule: LoadedRule, finding: Finding) -> int:
    """Store a finding; return 1 (an alert was opened or grew). It is looked at in this very tick."""
    level_code = max(finding.level_code, _level_of(work, finding.event_id))
    where = (alert.c.rule == rule.name, alert.c.key == finding.key, alert.c.look_at.is_not(None))
    row = work.connection.execute(select(alert).where(*where)).first()
    words = {"says": finding.says[:TEXT_LENGTH], "title": finding.title, "count": finding.count}
    if row is None:
        times = {"opened_at": work.at, "found_at": work.at, "look_at": work.at}
        values: dict[str, Any] = {
            "rule": rule.name,
            "key": finding.key,
            "event_id": finding.event_id,
            "early": rule.early,
        }
        values |= {
            "recipients": list(rule.options.to),
            "level_code": level_code,
            "found": 1,
            "tells": 0,
            "told_found": 0,
        }
        work.connection.execute(insert(alert).values(**values, **words, **times, acknowledged_by="", muted=""))
        return 1
    grown = {"found_at": work.at, "found": row.found + 1, "level_code": max(row.level_code, level_code)}
    work.connection.execute(
        update(alert)
        .where(alert.c.alert_id == row.alert_id)
        .values(**grown, **words, look_at=min(row.look_at, work.at))
    )
    return 1


def acknowledge(work: Work, number: int, person: str) -> Any:
    """A person takes an alert: it is not repeated; return its row.

    Raises:
        Refused: There is no such open alert.
    """
    row = work.connection.execute(select(alert).where(alert.c.alert_id == number)).first()
    if row is None or row.look_at is None:
        raise Refused("没有这条进行中的预警", str(number), "用 huiyin alerts list 查看编号")
    work.connection.execute(update(alert).where(alert.c.alert_id == number).values(acknowledged_by=person))
    work.audit("alert.acknowledge", str(number), by=person)
    return row


def _level_of(work: Work, event_id: int | None) -> int:
    if event_id is None:
        return 0
    return int(work.connection.execute(select(event.c.level_code).where(event.c.event_id == event_id)).scalar() or 0)
