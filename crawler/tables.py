"""Stage 1: the crawler's own tables: sources' state, patrol rows, watermark of threads, what is never kept."""

from sqlalchemy import JSON, Column, Index, Integer, String, Table

from foundation.tables import Instant, RowId, metadata

source_state = Table(
    "source_state",
    metadata,
    Column("source_id", String, primary_key=True),
    Column("group_name", String, nullable=False, index=True),
    Column("title", String, nullable=False),
    Column("owner", String, nullable=False),
    Column("terms", JSON, nullable=False),
    Column("expected", JSON, nullable=False),  # posts a day: [least, most]
    Column("weight", Integer, nullable=False),
    Column("interval_minutes", Integer, nullable=False),  # at present
    Column("rhythm", JSON, nullable=False),  # what the school wrote: minutes, least, most, quiet hours
    Column("due_at", Instant, nullable=False, index=True),
    Column("started_at", Instant),
    Column("finished_at", Instant),
    Column("outcome", String, nullable=False),
    Column("alarm", String, nullable=False),
    Column("counts", JSON, nullable=False),
    Column("note", String, nullable=False),  # one Chinese sentence for people
    Column("complete", Integer, nullable=False),  # the last round read all its list pages
)
patrol = Table(
    "patrol",
    metadata,
    Column("patrol_id", RowId, primary_key=True),
    Column("source_id", String, nullable=False),
    Column("title", String, nullable=False),  # as the school called it then: evidence outlives the folder
    Column("owner", String, nullable=False),
    Column("terms", JSON, nullable=False),  # what a search page was asked for
    Column("started_at", Instant, nullable=False),
    Column("finished_at", Instant, nullable=False),
    Column("outcome", String, nullable=False),
    Column("alarm", String, nullable=False),  # what is wrong with the source although its round ended
    Column("new", Integer, nullable=False),
    Column("catching_up", Integer, nullable=False),  # a first visit hears years at once: no measure of a day
    Column("counts", JSON, nullable=False),
    Column("note", String, nullable=False),
    Index("patrol_source", "source_id", "finished_at"),
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
    Column("pages", Integer, nullable=False, default=1),
    Column("post_keys", JSON(none_as_null=True)),  # of the posts that it showed when it was last read whole
)
watched_thread = Table(  # of open cases: written by huiyin/watch_threads.py, for the crawler knows no case
    "watched_thread",
    metadata,
    Column("thread_key", String, primary_key=True),
)
opt_out = Table(
    "opt_out",
    metadata,
    Column("digest", String, primary_key=True),  # keyed: the list does not keep what it promises to forget
    Column("listed_at", Instant, nullable=False),
)
