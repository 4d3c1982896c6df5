"""Stage 3: patrol rounds 巡查 as searchable records: rows of the crawler's patrol log in, documents out."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, select

from crawler.patrol_items import FIELDS, HEARD_WELL
from crawler.tables import patrol
from foundation.tables import instant_text
from search.post_table import batches
from search.records import Document, RecordKind, declare


def load_documents(connection: Connection, patrol_ids: Sequence[str]) -> dict[str, Document]:
    """Return number → document of the rounds that are still in the log."""
    found: dict[str, Document] = {}
    for group in batches([int(each) for each in patrol_ids]):
        for row in connection.execute(select(patrol).where(patrol.c.patrol_id.in_(group))):
            found[str(row.patrol_id)] = document_of(row)
    return found


def document_of(row: Any) -> Document:
    """Return the document of one round."""
    values = {name: getattr(row, name) for name in FIELDS if name in patrol.c}
    return values | {
        "started_at": instant_text(row.started_at),
        "finished_at": instant_text(row.finished_at),
        "blocked": row.outcome not in HEARD_WELL,
        "catching_up": bool(row.catching_up),
        "seconds": round((row.finished_at - row.started_at).total_seconds(), 1),
    }


PATROL = declare(
    RecordKind(
        name="patrol",
        title="巡查",
        key="patrol_id",
        fields=FIELDS,
        shown="SELECT patrol_id FROM patrol",
        watched={"patrol": "patrol_id"},
        load=load_documents,
    )
)
