"""Stage 6: a case that becomes restricted takes its words back: what waits is not sent, what was kept loses its text.

The numbers of the rows stay (who was told, when), so that "notified" remains true; only titles and texts go.
"""

from sqlalchemy import select, update

from alerts.forget_words import WORDS
from alerts.tables import alert
from foundation.ledger import Work
from foundation.tables import fact, outbox

GONE = "内容已撤下"


def withdraw_notices(work: Work, case_no: str) -> int:
    """Take back every notice of a case that holds words; return how many were still waiting."""
    event_ids = [
        data["event_id"]
        for data in work.connection.execute(
            select(fact.c.data).where(fact.c.subject == case_no, fact.c.kind == "case.opened")
        ).scalars()
    ]
    wordy = select(outbox.c.outbox_id, outbox.c.payload, outbox.c.state).where(
        (outbox.c.case_no == case_no) | outbox.c.payload["event_id"].as_integer().in_(event_ids)
    )
    waiting = 0
    for row in work.connection.execute(wordy).all():
        if row.payload.get("private"):
            continue
        payload = {**row.payload, "title": f"{case_no} {GONE}", "body": GONE}
        state = "skipped" if row.state == "pending" else row.state
        waiting += row.state == "pending"
        work.connection.execute(
            update(outbox).where(outbox.c.outbox_id == row.outbox_id).values(payload=payload, state=state)
        )
    _forget_titles(work, case_no, event_ids)
    gone = {"title": "", "says": "", "look_at": None}
    work.connection.execute(update(alert).where(alert.c.event_id.in_(event_ids)).values(**gone))
    return waiting


def _forget_titles(work: Work, case_no: str, event_ids: list[int]) -> None:
    about = select(fact).where((fact.c.subject == case_no) | fact.c.data["event_id"].as_integer().in_(event_ids))
    for row in work.connection.execute(about).all():
        held = {name: empty for name, empty in WORDS.items() if row.data.get(name)}
        if held:
            values = {"data": row.data | held}
            work.connection.execute(update(fact).where(fact.c.fact_id == row.fact_id).values(**values))
