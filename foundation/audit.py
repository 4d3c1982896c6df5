"""Ground floor: the append-only, hash-chained audit log.

Each row's hash covers the previous row's hash and its own canonical JSON. Rows hold ids, roles, field names and
digests, never post text or names, so that personal data can be erased without breaking the chain.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from foundation.tables import audit, instant_text

FIRST_HASH = "0" * 64


@dataclass(frozen=True, slots=True)
class Entry:
    """What one row says: when, who, which act, on what (case number, version …), canonical JSON of ids and digests."""

    at: datetime
    actor: str
    act: str
    subject: str
    details: str


def append_audit(connection: Connection, at: datetime, actor: str, act: str, subject: str, /, **details: Any) -> None:
    """Append one row; the caller's transaction is the only writer (BEGIN IMMEDIATE), else the chain would fork."""
    last = connection.execute(select(audit.c.hash).order_by(audit.c.seq.desc()).limit(1)).scalar()
    previous = last or FIRST_HASH
    text = json.dumps(details, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    entry = Entry(at, actor, act, subject, text)
    hashes = {"previous_hash": previous, "hash": hash_entry(previous, entry)}
    connection.execute(insert(audit).values(**asdict(entry), **hashes))


def hash_entry(previous: str, entry: Entry) -> str:
    """Return the chain hash (hex SHA-256) of one row."""
    words = [previous, instant_text(entry.at), entry.actor, entry.act, entry.subject, entry.details]
    body = json.dumps(words, ensure_ascii=False)
    return hashlib.sha256(body.encode()).hexdigest()


def first_broken_row(connection: Connection) -> int | None:
    """Walk the chain and return the `seq` of the first bad row, or None when it is whole."""
    previous = FIRST_HASH
    for row in connection.execute(select(audit).order_by(audit.c.seq)):
        expected = hash_entry(previous, Entry(row.at, row.actor, row.act, row.subject, row.details))
        if row.previous_hash != previous or row.hash != expected:
            return int(row.seq)
        previous = row.hash
    return None
