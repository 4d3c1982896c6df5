"""Stage 6: destinations that refuse everything. Down for a time, told to technicians once, then tried again."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, delete, select
from sqlalchemy.dialects.postgresql import insert

from alerts.channels import channel_module
from alerts.tables import channel_state
from foundation.ledger import Work

TRY_AGAIN = timedelta(hours=1)  # a repaired robot is noticed without a person pressing anything


def scope_of(channel: str, recipient: str) -> str:
    """Return what goes down together: everybody behind one mail server, or one robot."""
    return "*" if getattr(channel_module(channel), "ONE_SERVER", False) else recipient


def down_since(work: Work, channel: str, recipient: str) -> Row[Any] | None:
    """Return the outage row of a destination that must not be tried now, else None."""
    row = _row(work, channel, scope_of(channel, recipient))
    return row if row is not None and row.since <= work.at < row.down_until else None


def take_down(work: Work, channel: str, recipient: str, reason: str, until: datetime | None) -> datetime:
    """Close a destination and tell technicians, once per outage; return when it may be tried again."""
    scope = scope_of(channel, recipient)
    known = _row(work, channel, scope)
    since = known.since if known else work.at
    values = {"since": since, "down_until": until or work.at + TRY_AGAIN, "reason": reason}
    statement = insert(channel_state).values(channel=channel, recipient=scope, **values)
    work.connection.execute(statement.on_conflict_do_update(index_elements=["channel", "recipient"], set_=values))
    if known is None:
        work.tell("channel.down", f"{channel}:{scope}", reason=reason, since=since.isoformat())
    return until or work.at + TRY_AGAIN


def bring_up(work: Work, channel: str, recipient: str) -> None:
    """The destination accepted a message: technicians who heard that it was down hear that it is over."""
    scope = scope_of(channel, recipient)
    where = (channel_state.c.channel == channel, channel_state.c.recipient == scope)
    ended = work.connection.execute(delete(channel_state).where(*where).returning(channel_state.c.since)).first()
    if ended:
        work.tell("channel.up", f"{channel}:{scope}", since=ended.since.isoformat())


def _row(work: Work, channel: str, scope: str) -> Row[Any] | None:
    where = (channel_state.c.channel == channel, channel_state.c.recipient == scope)
    return work.connection.execute(select(channel_state).where(*where)).first()
