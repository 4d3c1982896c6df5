"""Stage 6: what is left, said when a message leaves. A claimed row in; the same row with today's words out.

A notice that waited for the morning or for a repaired robot must not say `剩 13 小时` of the night before. The row
keeps what was really sent.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update

from alerts.render import time_left
from foundation.ledger import Work
from foundation.tables import instant_text, outbox


def remember_left(due_at: datetime | None, at: datetime) -> dict[str, str]:
    """Return what a payload keeps so that its words can be renewed: the due time, and what was left when written."""
    return {"due_at": instant_text(due_at), "left": time_left(due_at, at)} if due_at else {}


def refresh_left(work: Work, row: Row[Any]) -> Row[Any]:
    """Return a row of which title and body say what is left now."""
    due_at, said = row.payload.get("due_at"), row.payload.get("left")
    left = time_left(datetime.fromisoformat(due_at), work.at) if due_at else said
    if left == said:
        return row
    words = {name: row.payload[name].replace(said, left) for name in ("title", "body")}
    this = outbox.c.outbox_id == row.outbox_id
    work.connection.execute(update(outbox).where(this).values(payload={**row.payload, **words, "left": left}))
    return work.connection.execute(select(outbox).where(this)).one()
