"""Stage 1: the crawler's own tables: sources' state, history of rounds, watermark of threads."""

from sqlalchemy import JSON, Column, Integer, String, Table

from foundation.tables import Instant, RowId, metadata

source_state = Table(
    "source_state",
    metadata,
    Column("source_id", String, primary_key=True),
    Column("group_name", String, nullable=False, index=True),
    Column("weight", Integer, nullable=False),
    Column("interval_minutes", Integer, nullable=False),
    Column("due_at", Instant, nullable=False, index=True),
    Column("started_at", Instant),
    Column("finished_at", Instant),
    Column("outcome", String, nullable=False),
    Column("counts", JSON, nullable=False),
    Column("note", String, nullable=False),  # one Chinese sentence for people
    Column("complete", Integer, nullable=False),  # the last round read all its list pages
)
source_round = Table(
    "source_round",
    metadata,
    Column("round_id", RowId, primary_key=True),
    Column("source_id", String, nullable=False, index=True),
    Column("started_at", Instant, nullable=False),
    Column("finished_at", Instant, nullable=False),
    Column("outcome", String, nullable=False),
    Column("counts", JSON, nullable=False),
    Column("note", String, nullable=False),
)
thread_mark = Table(
    "thread_mark",
    metadata,
    Column("source_id", String, primary_key=True),
    Column("thread_key", String, primary_key=True),
    Column("url", String, nullable=False),
    Column("marker", String, nullable=False),  # what the list shows of its state, e.g. last reply time and count
    Column("first_seen_at", Instant, nullable=False),
    Column("published_at", Instant),
    Column("checked_at", Instant, nullable=False),
    Column("vanished_at", Instant),
)
