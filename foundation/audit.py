"""Ground floor: the append-only, hash-chained audit log.

Each row's hash covers the previous row's hash and its own canonical JSON. Rows hold ids, roles, field names and
digests, never post text or names, so that personal data can be erased without breaking the chain.
"""

import hashlib
import json
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from foundation.tables import audit, instant_text

FIRST_HASH = "0" * 64


def append_audit(
    connection: Connection, at: datetime, actor: str, act: str, subject: str, details: dict[str, Any]
) -> None:
    """Append one row; the caller's transaction is the only writer (BEGIN IMMEDIATE), else the chain would fork."""
    last = connection.execute(select(audit.c.hash).order_by(audit.c.seq.desc()).limit(1)).scalar()
    previous = last or FIRST_HASH
    text = json.dumps(details, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    row_hash = hash_row(previous, at, actor, act, subject, text)
    connection.execute(
        insert(audit).values(
            at=at, actor=actor, act=act, subject=subject, details=text, previous_hash=previous, hash=row_hash
        )
    )


def hash_row(previous: str, at: datetime, actor: str, act: str, subject: str, details: str) -> str:
    """Return the chain hash (hex SHA-256) of one row."""
    body = json.dumps([previous, instant_text(at), actor, act, subject, details], ensure_ascii=False)
    return hashlib.sha256(body.encode()).hexdigest()


def first_broken_row(connection: Connection) -> int | None:
    """Walk the chain and return the `seq` of the first bad row, or None when it is whole."""
    previous = FIRST_HASH
    for row in connection.execute(select(audit).order_by(audit.c.seq)):
        expected = hash_row(previous, row.at, row.actor, row.act, row.subject, row.details)
        if row.previous_hash != previous or row.hash != expected:
            return int(row.seq)
        previous = row.hash
    return None
