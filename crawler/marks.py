"""Stage 1: the watermark of a source: which threads were read, and in what state.

A spider asks `is_unchanged` on list pages and says `see` when a thread was read. All changes wait in memory and are
written in one transaction when a round ended well; a killed round leaves the watermark where it was.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urldefrag

from sqlalchemy import Connection, func, select
from sqlalchemy.dialects.postgresql import insert

from crawler.opt_out import OptOuts
from crawler.plan_rechecks import Rechecks, born_at, plan_rechecks
from crawler.tables import source_state, thread_mark, watched_thread
from foundation.ledger import Ledger, Work

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
    pages: int = 1


class Marks:
    """The watermark of one source during one round."""

    def __init__(self, source_id: str, known: dict[str, Mark], now: datetime) -> None:
        self.source_id = source_id
        self.opt_outs = OptOuts()
        self.watched: frozenset[str] = frozenset()
        self.pause = timedelta(0)  # from round to round: the longer of the planned and the last one
        self._known = known
        self._now = now
        self._changed: dict[str, Mark] = {}
        self._unread: set[str] = set()
        self._post_keys: dict[str, list[str]] = {}

    @classmethod
    def load(cls, connection: Connection, source_id: str, now: datetime) -> "Marks":
        """Read the watermark of a source; `now` is the round's start."""
        columns = (thread_mark.c[name] for name in Mark.__slots__)
        rows = connection.execute(select(*columns).where(thread_mark.c.source_id == source_id))
        marks = cls(source_id, {row.thread_key: Mark(*row) for row in rows}, now)
        marks.opt_outs = OptOuts.load(connection)
        marks.watched = (
            frozenset(connection.execute(select(watched_thread.c.thread_key)).scalars()) & marks._known.keys()
        )
        state = connection.execute(select(source_state).where(source_state.c.source_id == source_id)).first()
        if state is not None:
            planned = timedelta(minutes=state.interval_minutes)
            marks.pause = max(planned, now - state.finished_at) if state.finished_at else planned
        return marks

    def holds_any(self) -> bool:
        """Return whether the source has shown threads that have not vanished."""
        return any(mark.vanished_at is None for mark in self._known.values())

    def knows(self, thread_key: str) -> bool:
        """Return whether the thread was read in an earlier round."""
        return thread_key in self._known

    def is_unchanged(self, thread_key: str, marker: str) -> bool:
        """Return whether the thread was read in exactly this state (and had not vanished), or must never be read."""
        mark = self._known.get(thread_key)
        return self.opt_outs.holds(thread_key) or (
            mark is not None and mark.marker == marker and mark.vanished_at is None
        )

    def see(self, thread_key: str, url: str, marker: str, published_at: datetime | None) -> None:
        """Say that the thread is read in this state; counts only if no page of it fails (see `unread`)."""
        if self.opt_outs.holds(thread_key) or self.opt_outs.holds(url):
            return
        before = self._known.get(thread_key)
        first = before.first_seen_at if before else self._now
        born = published_at or (before.published_at if before else None)
        self._changed[thread_key] = Mark(
            thread_key, url, marker, first, born, self._now, None, self._pages_of(thread_key)
        )

    def see_whole(self, ledger: Ledger, thread_key: str, pages: int, post_keys: Iterable[str]) -> list[str]:
        """Say that a thread was read to its last page; return the posts that it showed before and does not now."""
        shown, before = set(post_keys), list[str]()
        if self.knows(thread_key):  # of a new thread the ledger knows nothing: asking costs more than reading a post
            with ledger.read() as connection:
                before = self._posts_before(connection, thread_key)
        if thread_key in self._changed:
            self._changed[thread_key] = replace(self._changed[thread_key], pages=pages)
            self._post_keys[thread_key] = sorted(shown)
        return [key for key in before if key not in shown]

    def see_part(self, connection: Connection, thread_key: str, post_keys: Iterable[str]) -> None:
        """Say that a thread shows these posts too; it is never read to its last one, so none of the others has gone."""
        self._post_keys[thread_key] = sorted({*self.posts_of(connection, thread_key), *post_keys})

    def posts_of(self, connection: Connection, thread_key: str) -> list[str]:
        """Return the posts that a thread showed when it was last read, or has ever shown where only parts are read."""
        told = self._post_keys.get(thread_key)
        return self._posts_before(connection, thread_key) if told is None else told

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

    def due_for_recheck(self, now: datetime, hours: float = RECHECK_HOURS, *, apart: bool = False) -> Rechecks:
        """Return which threads that this round has not read are read again now (`crawler/plan_rechecks.py`).

        Args:
            now: The round's present instant.
            hours: So young threads are read in each round.
            apart: Leave out what stands on a page of many (its address has a fragment): it has no page of its own.
        """
        unread = (
            mark for key, mark in self._known.items() if key not in self._changed and not (apart and "#" in mark.url)
        )
        return plan_rechecks(unread, now, hours=hours, watched=self.watched, pause=self.pause)

    def due_pages(self, now: datetime, hours: float = RECHECK_HOURS) -> tuple[dict[str, list[Mark]], int]:
        """Return which pages are read again now where many marks stand on one, by address, and how many are behind."""
        places: dict[str, list[Mark]] = {}
        for key, mark in self._known.items():
            if key not in self._changed and mark.vanished_at is None:
                places.setdefault(urldefrag(mark.url).url, []).append(mark)
        pages = [
            Mark(url, url, "", min(map(born_at, marks)), max(map(born_at, marks)), min(m.checked_at for m in marks))
            for url, marks in places.items()
        ]
        watched = frozenset(
            url for url, marks in places.items() if self.watched.intersection(m.thread_key for m in marks)
        )
        planned = plan_rechecks(pages, now, hours=hours, watched=watched, pause=self.pause)
        return {page.url: places[page.url] for page in planned.marks}, planned.behind

    def write(self, work: Work) -> int:
        """Write all changes of the round in the caller's transaction; return how many threads moved."""
        rows = [self._row(mark) for key, mark in self._changed.items() if key not in self._unread]
        if rows:
            statement = insert(thread_mark)
            new: dict[str, Any] = {
                column.name: statement.excluded[column.name] for column in thread_mark.c if not column.primary_key
            }
            new |= {"post_keys": func.coalesce(statement.excluded.post_keys, thread_mark.c.post_keys)}
            keys = ["source_id", "thread_key"]
            work.connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=new), rows)
        return len(rows)

    def _posts_before(self, connection: Connection, thread_key: str) -> list[str]:
        row = select(thread_mark.c.post_keys).where(
            thread_mark.c.source_id == self.source_id, thread_mark.c.thread_key == thread_key
        )
        return list(connection.execute(row).scalar() or [])

    def _row(self, mark: Mark) -> dict[str, object]:
        values = {name: getattr(mark, name) for name in Mark.__slots__}
        return {"source_id": self.source_id, **values, "post_keys": self._post_keys.get(mark.thread_key)}

    def _pages_of(self, thread_key: str) -> int:
        before = self._known.get(thread_key)
        return before.pages if before else 1
