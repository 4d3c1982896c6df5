"""Ground floor: the append-only, hash-chained audit log.

Each row's hash covers the previous row's hash and its own canonical JSON. Rows hold ids, roles, field names and
digests, never post text or names, so that personal data can be erased without breaking the chain. Three guarantees:
triggers refuse changes (discipline), the chain shows edits, an anchor kept outside the ledger shows a cut tail.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select

from foundation.tables import audit, instant_text

FIRST_HASH = "0" * 64
REFUSING = {  # statements that a ledger refuses on its audit table, by database
    "sqlite": (
        "CREATE TRIGGER IF NOT EXISTS audit_no_update BEFORE UPDATE ON audit "
        "BEGIN SELECT RAISE(ABORT, 'audit rows are append-only'); END",
        "CREATE TRIGGER IF NOT EXISTS audit_no_delete BEFORE DELETE ON audit "
        "BEGIN SELECT RAISE(ABORT, 'audit rows are append-only'); END",
    ),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION audit_append_only() RETURNS trigger AS "
        "$$ BEGIN RAISE EXCEPTION 'audit rows are append-only'; END $$ LANGUAGE plpgsql",
        "CREATE OR REPLACE TRIGGER audit_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only()",
    ),
}


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
    append_entries(connection, [make_entry(at, actor, act, subject, details)])


def make_entry(at: datetime, actor: str, act: str, subject: str, details: dict[str, Any]) -> Entry:
    """Return what one row will say."""
    text = json.dumps(details, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return Entry(at, actor, act, subject, text)


def append_entries(connection: Connection, entries: Iterable[Entry]) -> None:
    """Append rows in their order, with one look at the head and one statement: thousands of deadlines move at once."""
    head = read_head(connection)  # numbered here: a database's own sequence leaves gaps where a transaction failed
    seq, previous, rows = head.seq, head.hash, []
    for entry in entries:
        seq, own = seq + 1, hash_entry(previous, entry)
        words = {"at": entry.at, "actor": entry.actor, "act": entry.act, "subject": entry.subject}
        rows.append({"seq": seq, **words, "details": entry.details, "previous_hash": previous, "hash": own})
        previous = own
    if rows:
        connection.execute(insert(audit), rows)


def hash_entry(previous: str, entry: Entry) -> str:
    """Return the chain hash (hex SHA-256) of one row."""
    words = [previous, instant_text(entry.at), entry.actor, entry.act, entry.subject, entry.details]
    body = json.dumps(words, ensure_ascii=False)
    return hashlib.sha256(body.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Head:
    """The last row of the chain: its number (0 when empty) and its hash, which stands for all rows before it."""

    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class Break:
    """The first bad row.

    Attributes:
        seq: Its number; of a removed row the number that is missing.
        kind: edited (its hash does not fit its words), missing (the row before the next one is gone), cut (the tail
            ends before an anchor), or replaced (the chain is whole but is not the one that was anchored).
    """

    seq: int
    kind: str


def guard_audit(connection: Connection) -> None:
    """Make the database refuse every UPDATE and DELETE of audit rows; safe to call again."""
    for statement in REFUSING.get(connection.dialect.name, ()):
        connection.exec_driver_sql(statement)


def read_head(connection: Connection) -> Head:
    """Return the last row's number and hash."""
    row = connection.execute(select(audit.c.seq, audit.c.hash).order_by(audit.c.seq.desc()).limit(1)).first()
    return Head(0, FIRST_HASH) if row is None else Head(int(row.seq), str(row.hash))


def count_rows(connection: Connection) -> int:
    """Return how many rows the chain has."""
    return int(connection.execute(select(func.count()).select_from(audit)).scalar_one())


def find_break(connection: Connection, anchors: Iterable[Head] = ()) -> Break | None:
    """Walk the chain and return its first bad row, or None when it is whole.

    Args:
        connection: The ledger.
        anchors: Heads noted earlier outside the ledger; a shorter or rewritten chain is whole but does not fit them.
    """
    known = {anchor.seq: anchor.hash for anchor in anchors}
    previous, last, fitting = FIRST_HASH, 0, 0
    for row in connection.execute(select(audit).order_by(audit.c.seq)):
        own = hash_entry(row.previous_hash, Entry(row.at, row.actor, row.act, row.subject, row.details))
        if row.hash != own:
            return Break(int(row.seq), "edited")
        if row.seq > last + 1:
            return Break(last + 1, "missing")
        if row.previous_hash != previous:
            return Break(int(row.seq), "edited")
        previous, last = row.hash, int(row.seq)
        if last in known:
            if known[last] != previous:
                return Break(fitting + 1, "replaced")
            fitting = last
    return Break(last + 1, "cut") if max(known, default=0) > last else None
