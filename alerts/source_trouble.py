"""Stage 6: one voice about a source in trouble. The source's state and alerts in; whether technicians know already out.

Two watch a source: its own rounds (how they ended, how much they brought) and, where a school wrote them, rules of kind
`silence` and `layout_change`. Technicians hear of one trouble from whoever saw it first, and only from that one.
"""

from sqlalchemy import select

from alerts.tables import alert
from crawler.tables import source_state
from foundation.ledger import Work
from foundation.outcome import SourceAlarm, SourceOutcome

TECHNICIANS = "tech"
QUIET = {SourceOutcome.OK, SourceOutcome.NOTHING_NEW, SourceOutcome.NOT_ENABLED, SourceOutcome.NEVER_RUN}
TOO_LITTLE = {SourceAlarm.TOO_FEW, SourceAlarm.STALE}


def source_of(key: str) -> str:
    """Return the source that an alert's key names, empty when it is about something else: `source:forum:silence`."""
    kind, _, rest = key.partition(":")
    return rest.partition(":")[0] if kind == "source" else ""


def rounds_told(work: Work, source_id: str) -> bool:
    """Return whether the source's own rounds told of it: the last one ended badly, or it brings too little."""
    asked = select(source_state.c.outcome, source_state.c.alarm).where(source_state.c.source_id == source_id)
    row = work.connection.execute(asked).first()
    return row is not None and (row.outcome not in QUIET or row.alarm in TOO_LITTLE)


def rule_told(work: Work, source_id: str, alarm: str) -> bool:
    """Return whether a rule told technicians that a source is silent, and that goes on."""
    if alarm not in TOO_LITTLE:
        return False
    running = (alert.c.look_at.is_not(None), alert.c.told_at.is_not(None))
    rows = work.connection.execute(select(alert.c.key, alert.c.recipients).where(*running))
    return any(source_of(row.key) == source_id and TECHNICIANS in row.recipients for row in rows)
