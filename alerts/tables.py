"""Stage 6: tables beside the shared outbox: destinations that are down, robots' budgets, rules' memory, alerts."""

from sqlalchemy import JSON, Boolean, Column, Float, Integer, String, Table, UniqueConstraint

from foundation.tables import Instant, RowId, metadata

channel_state = Table(
    "channel_state",
    metadata,
    Column("channel", String, primary_key=True),
    Column("recipient", String, primary_key=True),
    Column("since", Instant, nullable=False),  # first refusal of this outage: technicians are told once per outage
    Column("down_until", Instant, nullable=False),  # product time at which one message may try again
    Column("reason", String, nullable=False),
)

bucket = Table(
    "bucket",
    metadata,
    Column("name", String, primary_key=True),  # digest of the robot's address: the address itself is a secret
    Column("taken", JSON, nullable=False),  # real seconds of the last minute's sends
    Column("open_until", Float, nullable=False),  # real seconds; the robot throttled us until then
    Column("pauses", Integer, nullable=False),  # throttlings in a row
)

rule_state = Table(
    "rule_state",
    metadata,
    Column("name", String, primary_key=True),
    Column("digest", String, nullable=False),  # of the rule as written: a changed rule begins anew
    Column("state", JSON, nullable=False),  # its windows, as far as the marks in `meta`
    Column("disabled", String, nullable=False),  # why it no longer runs; empty: it runs
)

alert = Table(
    "alert",
    metadata,
    Column("alert_id", RowId, primary_key=True),
    Column("rule", String, nullable=False),
    Column("key", String, nullable=False),  # about what: an event, a post, a source, a term
    Column("event_id", RowId, index=True),
    Column("level_code", Integer, nullable=False),
    Column("says", String, nullable=False),
    Column("title", String, nullable=False),
    Column("count", Integer, nullable=False),
    Column("recipients", JSON, nullable=False),  # roles
    Column("early", Boolean, nullable=False),  # 苗头
    Column("opened_at", Instant, nullable=False),
    Column("found_at", Instant, nullable=False),  # the latest finding
    Column("found", Integer, nullable=False),  # how many findings so far
    Column("told_at", Instant),
    Column("told_found", Integer, nullable=False, default=0),  # findings that were told
    Column("tells", Integer, nullable=False, default=0),
    Column("look_at", Instant, index=True),  # when to decide next; NULL: it is over
    Column("acknowledged_by", String, nullable=False, default=""),
    Column("muted", String, nullable=False, default=""),  # why the last decision was silence
    UniqueConstraint("rule", "key", "opened_at"),
)
