"""Demo: sabotage from outside. In: the ledger's file, at one instant of the story. Out: a product that must be caught.

A demo that cannot fail proves nothing. Each fault changes the ledger behind the product's back; no product code knows
of it. With any of them the demo must end with another exit code than 0. The story is played until the fault shows.
"""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from demo.read_ledger import LEDGER_FILE
from demo.read_story import Story, story_instant

LATE = timedelta(hours=5)


@dataclass(frozen=True, slots=True)
class Fault:
    """When it strikes, and how.

    Attributes:
        at: When the ledger is changed.
        shows: Until when the story is played: by then the last line of the demo has to name it.
    """

    at: datetime
    shows: datetime
    strike: Callable[[sqlite3.Connection, Story], None]


def strike(fault: Fault, state: Path, story: Story) -> None:
    """Change the ledger of a state folder as the fault does it."""
    with closing(sqlite3.connect(state / LEDGER_FILE, timeout=60)) as connection, connection:
        fault.strike(connection, story)


def _drop_post(connection: sqlite3.Connection, story: Story) -> None:
    """One post disappears from the ledger."""
    key = next(post.key for post in story.posts if post.entry.kind == "chatter" and post.entry.site == "forum")
    connection.execute("DELETE FROM post WHERE key = ?", (key,))


def _double_send(connection: sqlite3.Connection, story: Story) -> None:
    """One notice that was sent is put back, as if nobody had noted its sending."""
    connection.execute(
        "UPDATE outbox SET state = 'pending', sent_at = NULL, lease_until = 0 WHERE outbox_id = "
        "(SELECT min(outbox_id) FROM outbox WHERE state = 'sent')"
    )


def _leak_text(connection: sqlite3.Connection, story: Story) -> None:
    """The text of the help-first post is put into a notice that is about to be sent."""
    words = next(post.entry.help_first[0] for post in story.posts if post.entry.help_first)
    row = connection.execute("SELECT * FROM outbox WHERE state = 'sent' AND channel = 'email' LIMIT 1")
    names = [column[0] for column in row.description if column[0] != "outbox_id"]
    notice = dict(zip([column[0] for column in row.description], row.fetchone(), strict=True))
    payload = {**json.loads(notice["payload"]), "body": words}
    changed = {"payload": json.dumps(payload, ensure_ascii=False), "state": "pending", "sent_at": None}
    notice |= {**changed, "dedupe_key": f"leak:{notice['dedupe_key']}", "lease_until": 0.0}
    marks = ", ".join("?" * len(names))
    connection.execute(
        f"INSERT INTO outbox ({', '.join(names)}) VALUES ({marks})",  # noqa: S608 names of the table itself
        [notice[name] for name in names],
    )


def _late_timer(connection: sqlite3.Connection, story: Story) -> None:
    """The ladder of the unanswered case slips by some hours."""
    rows = connection.execute("SELECT timer_id, ladder, next_step_at FROM timer WHERE state = 'open'").fetchall()
    for timer_id, ladder, next_step_at in rows:
        steps = [{**step, "at": _later(step["at"])} for step in json.loads(ladder)]
        values = (json.dumps(steps, ensure_ascii=False), _later(next_step_at), timer_id)
        connection.execute("UPDATE timer SET ladder = ?, next_step_at = ? WHERE timer_id = ?", values)


def _later(instant: str | None) -> str | None:
    return instant and (datetime.fromisoformat(instant) + LATE).isoformat(timespec="microseconds")


FAULTS = {
    # after the last re-reading of young threads, which would mend it
    "drop_post": Fault(story_instant("8 12:00"), story_instant("8 12:15"), _drop_post),
    "double_send": Fault(story_instant("2 12:30"), story_instant("2 12:45"), _double_send),
    "leak_text": Fault(story_instant("2 12:30"), story_instant("2 12:45"), _leak_text),
    "late_timer": Fault(story_instant("3 12:00"), story_instant("4 18:00"), _late_timer),
}
