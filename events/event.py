"""Stage 4: an event 舆情事件 as the ledger keeps it: its row, its members, and what changed about it.

A post belongs to one event at most. Restricted (help-first) events hold restricted posts only and carry no title.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Boolean, Column, Connection, Float, Index, Integer, String, Table, Text, select, update

from crawler.items import Post
from events.measure_heat import Heat, Member, measure_heat
from foundation.ledger import Work
from foundation.tables import Instant, RowId, metadata

TITLE_LENGTH = 40
Bond = Literal["first", "copy", "thread", "text"]  # why a post is a member: founded it, copies, replies, says the same

event = Table(
    "event",
    metadata,
    Column("event_id", RowId, primary_key=True),
    Column("title", Text, nullable=False),
    Column("restricted", Boolean, nullable=False),
    Column("level_code", Integer, nullable=False),  # highest of its members so far; only people lower it, in the case
    Column("thread_key", String, nullable=False),  # thread of the founding post: its replies are follow-ups
    Column("opened_at", Instant, nullable=False),
    Column("heard_at", Instant, nullable=False),  # when its newest member was heard; decides how long it stays open
    Column("origin_post_id", RowId),  # earliest published member (Z9c.9-1); NULL when all members left
    Column("origin_site", String, nullable=False),
    Column("posts", Integer, nullable=False),
    Column("copies", Integer, nullable=False),
    Column("sites", Integer, nullable=False),
    Column("heat", Float, nullable=False),
    Column("trend", String, nullable=False),  # up, flat, down
    Column("measured_at", Instant, nullable=False),
)
Index("event_open", event.c.restricted, event.c.heard_at)

event_member = Table(
    "event_member",
    metadata,
    Column("post_id", RowId, primary_key=True, autoincrement=False),
    Column("event_id", RowId, nullable=False, index=True),
    Column("bond", String, nullable=False),
    Column("joined_at", Instant, nullable=False),
)


@dataclass(slots=True)
class EventChange:
    """What one call of clustering changed about an event.

    Attributes:
        event_id: The event.
        kind: It is new, has grown, or its level was raised (which includes growth).
        level_code: Its level now.
        restricted: Help-first: only the counsellors may be told.
        post_ids: Posts that joined it, or that raised it.
    """

    event_id: int
    kind: Literal["new", "grown", "raised"]
    level_code: int
    restricted: bool
    post_ids: list[int]


def title_of(post: Post) -> str:
    """Return what an event founded by this post is called; nothing for a restricted one."""
    if post.restricted:
        return ""
    text = " ".join((post.title or post.content).split())
    return text if len(text) <= TITLE_LENGTH else text[: TITLE_LENGTH - 1] + "…"


def found_event(work: Work, post: Post) -> int:
    """Insert the event that a post founds; return its id. Its figures are filled by `measure_heat`."""
    row = event.insert().values(
        title=title_of(post), restricted=post.restricted, level_code=post.level_code, thread_key=post.thread_key,
        opened_at=work.at, heard_at=post.first_seen_at or work.at, origin_post_id=post.post_id, origin_site=post.site,
        posts=0, copies=0, sites=0, heat=0.0, trend="flat", measured_at=work.at,
    )  # fmt: skip
    return int(work.connection.execute(row).inserted_primary_key[0])  # type: ignore[index]


def add_members(work: Work, event_id: int, bonds: dict[int, Bond]) -> None:
    """Make posts members of an event."""
    if bonds:
        rows = [
            {"post_id": post_id, "event_id": event_id, "bond": bond, "joined_at": work.at}
            for post_id, bond in bonds.items()
        ]
        work.connection.execute(event_member.insert(), rows)


def event_row(connection: Connection, event_id: int) -> Any:
    """Return one event's row."""
    return connection.execute(select(event).where(event.c.event_id == event_id)).one()


def change_event(work: Work, event_id: int, **values: Any) -> None:
    """Set columns of one event."""
    work.connection.execute(update(event).where(event.c.event_id == event_id).values(**values))


def events_of(connection: Connection, post_ids: Sequence[int]) -> dict[int, int]:
    """Return post id → event id for those posts that are members."""
    rows = connection.execute(
        select(event_member.c.post_id, event_member.c.event_id).where(event_member.c.post_id.in_(post_ids))
    )
    return {int(row.post_id): int(row.event_id) for row in rows}


def heat_of(connection: Connection, event_id: int, now: datetime) -> Heat:
    """Return an event's figures at an instant (heat fades between two calls of clustering)."""
    rows = connection.exec_driver_sql(
        "SELECT post.post_id, post.site, post.published_at, post.first_seen_at, post.duplicate_of, "
        "post.replies, post.likes, post.reposts, post.views "
        "FROM event_member JOIN post ON post.post_id = event_member.post_id WHERE event_member.event_id = ?",
        (event_id,),
    )
    members = [
        Member(
            post_id=post_id,
            site=site,
            published_at=datetime.fromisoformat(published) if published else None,
            first_seen_at=datetime.fromisoformat(heard),
            is_copy=original is not None,
            counts=tuple(count or 0 for count in counts),
        )
        for post_id, site, published, heard, original, *counts in rows
    ]
    return measure_heat(members, now)


def store_heat(work: Work, event_id: int) -> None:
    """Measure an event now and keep its figures."""
    found = heat_of(work.connection, event_id, work.at)
    figures = {name: getattr(found, name) for name in Heat.__slots__}
    change_event(work, event_id, **figures, measured_at=work.at)
