"""Stage 6: tables of delivery beside the shared outbox: destinations that are down, robots' budgets, rules' memory."""

from sqlalchemy import JSON, Column, Float, Integer, String, Table

from foundation.tables import Instant, metadata

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

rule_fired = Table(
    "rule_fired",
    metadata,
    Column("rule", String, primary_key=True),
    Column("event_id", Integer, primary_key=True),
    Column("fired_at", Instant, nullable=False),  # stored_at of the post that filled the window
)
