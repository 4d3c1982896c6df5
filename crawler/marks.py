"""Stage 1: the watermark of a source: which threads were read, and in what state.

A spider asks `is_unchanged` on list pages and says `see` when a thread was read. All changes wait in memory and are
written in one transaction when a round ended well; a killed round leaves the watermark where it was.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from crawler.tables import thread_mark
from foundation.ledger import Work

RECHECK_HOURS = 72  # younger threads are read again in each round: edits and deletions change no list page


@dataclass(frozen=True, slots=True)
class Mark:
    """One thread as it was when it was last read."""

    thread_key: str
    url: str
    marker: str
    first_seen_at: datetime
    published_at: datetime | None
    checked_at: datetime
    vanished_at: datetime | None = None


class Marks:
    """The watermark of one source during one round."""

    def __init__(self, source_id: str, known: dict[str, Mark], now: datetime) -> None:
        self.source_id = source_id
        self._known = known
        self._now = now
        self._changed: dict[str, Mark] = {}
        self._unread: set[str] = set()

    @classmethod
    def load(cls, connection: Connection, source_id: str, now: datetime) -> "Marks":
        """Read the watermark of a source; `now` is the round's start."""
        rows = connection.execute(select(thread_mark).where(thread_mark.c.source_id == source_id))
        known = {row.thread_key: Mark(*tuple(row)[1:]) for row in rows}
        return cls(source_id, known, now)

    def holds_any(self) -> bool:
        """Return whether the source has shown threads that have not vanished."""
        return any(mark.vanished_at is None for mark in self._known.values())

    def knows(self, thread_key: str) -> bool:
        """Return whether the thread was read in an earlier round."""
        return thread_key in self._known

    def is_unchanged(self, thread_key: str, marker: str) -> bool:
        """Return whether the thread was read in exactly this state (and had not vanished)."""
        mark = self._known.get(thread_key)
        return mark is not None and mark.marker == marker and mark.vanished_at is None

    def see(self, thread_key: str, url: str, marker: str, published_at: datetime | None) -> None:
        """Say that the thread is read in this state; counts only if no page of it fails (see `unread`)."""
        before = self._known.get(thread_key)
        first = before.first_seen_at if before else self._now
        born = published_at or (before.published_at if before else None)
        self._changed[thread_key] = Mark(thread_key, url, marker, first, born, self._now)

    def unread(self, thread_key: str) -> None:
        """Say that a page of the thread failed: its mark stays as it was, so the next round reads it again."""
        self._unread.add(thread_key)

    def gone(self, thread_key: str) -> None:
        """Say that the site no longer shows the thread."""
        before = self._changed.get(thread_key) or self._known.get(thread_key)
        if before is not None and before.vanished_at is None:
            self._changed[thread_key] = replace(before, checked_at=self._now, vanished_at=self._now)

    def to_recheck(self, now: datetime, hours: int = RECHECK_HOURS) -> list[Mark]:
        """Return known threads of at most `hours` that this round has neither read nor found gone, newest first."""
        since = now - timedelta(hours=hours)
        young = [
            mark
            for key, mark in self._known.items()
            if key not in self._changed
            and mark.vanished_at is None
            and (mark.published_at or mark.first_seen_at) >= since
        ]
        return sorted(young, key=lambda mark: mark.published_at or mark.first_seen_at, reverse=True)

    def write(self, work: Work) -> int:
        """Write all changes of the round in the caller's transaction; return how many threads moved."""
        rows = [self._row(mark) for key, mark in self._changed.items() if key not in self._unread]
        if rows:
            statement = insert(thread_mark)
            new = {column.name: statement.excluded[column.name] for column in thread_mark.c if not column.primary_key}
            keys = ["source_id", "thread_key"]
            work.connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=new), rows)
        return len(rows)

    def _row(self, mark: Mark) -> dict[str, object]:
        values = {name: getattr(mark, name) for name in Mark.__slots__}
        return {"source_id": self.source_id, **values}
