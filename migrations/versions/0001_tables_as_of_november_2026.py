"""tables as of November 2026."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = depends_on = None


TABLES = (
    "watched_thread",
    "timer",
    "thread_mark",
    "spool",
    "source_state",
    "silence",
    "school_version",
    "rule_state",
    "post_version",
    "post_tokens",
    "post",
    "patrol",
    "outbox",
    "opt_out",
    "meta",
    "lease",
    "index_waiting",
    "index_dead",
    "heartbeat",
    "fact",
    "event_member",
    "event",
    "channel_state",
    "case_file",
    "case_act",
    "bucket",
    "audit",
    "alert",
)
SEARCH = (  # the embedded index: every non-ASCII character and these signs belong to a token
    "CREATE VIRTUAL TABLE post_fts USING fts5(title_words, content_words, title_grams, content_grams, "
    "content='post_tokens', content_rowid='post_id', tokenize=\"ascii tokenchars '+#.%&@_-/'\")"
)
APPEND_ONLY = {
    "sqlite": (
        "CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit "
        "BEGIN SELECT RAISE(ABORT, 'audit rows are append-only'); END",
        "CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit "
        "BEGIN SELECT RAISE(ABORT, 'audit rows are append-only'); END",
    ),
    "postgresql": (
        "CREATE FUNCTION audit_append_only() RETURNS trigger AS "
        "$$ BEGIN RAISE EXCEPTION 'audit rows are append-only'; END $$ LANGUAGE plpgsql",
        "CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only()",
    ),
}


def upgrade():
    op.create_table(
        "alert",
        sa.Column("alert_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("level_code", sa.Integer(), nullable=False),
        sa.Column("says", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("recipients", sa.JSON(), nullable=False),
        sa.Column("early", sa.Boolean(), nullable=False),
        sa.Column("opened_at", sa.String(length=32), nullable=False),
        sa.Column("found_at", sa.String(length=32), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("told_at", sa.String(length=32), nullable=True),
        sa.Column("told_found", sa.Integer(), nullable=False),
        sa.Column("tells", sa.Integer(), nullable=False),
        sa.Column("look_at", sa.String(length=32), nullable=True),
        sa.Column("acknowledged_by", sa.String(), nullable=False),
        sa.Column("muted", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("alert_id"),
        sa.UniqueConstraint("rule", "key", "opened_at"),
    )
    with op.batch_alter_table("alert", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_alert_event_id"), ["event_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_alert_look_at"), ["look_at"], unique=False)

    op.create_table(
        "audit",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("previous_hash", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("hash"),
    )
    op.create_table(
        "bucket",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("taken", sa.JSON(), nullable=False),
        sa.Column("open_until", sa.Float(), nullable=False),
        sa.Column("pauses", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "case_act",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_no", sa.String(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
    )
    with op.batch_alter_table("case_act", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_act_case_no"), ["case_no"], unique=False)

    op.create_table(
        "case_file",
        sa.Column("case_no", sa.String(), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("level_code", sa.Integer(), nullable=False),
        sa.Column("suggested_level_code", sa.Integer(), nullable=False),
        sa.Column("nature", sa.String(), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("restricted", sa.Boolean(), nullable=False),
        sa.Column("confidential", sa.Boolean(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("lead", sa.String(), nullable=False),
        sa.Column("assisting", sa.JSON(), nullable=False),
        sa.Column("discovered_at", sa.String(length=32), nullable=False),
        sa.Column("posted_at", sa.String(length=32), nullable=True),
        sa.Column("opened_at", sa.String(length=32), nullable=False),
        sa.Column("raised_at", sa.String(length=32), nullable=True),
        sa.Column("confirmed_at", sa.String(length=32), nullable=True),
        sa.Column("assigned_at", sa.String(length=32), nullable=True),
        sa.Column("acknowledged_at", sa.String(length=32), nullable=True),
        sa.Column("replied_at", sa.String(length=32), nullable=True),
        sa.Column("published_at", sa.String(length=32), nullable=True),
        sa.Column("closed_at", sa.String(length=32), nullable=True),
        sa.Column("fact_note", sa.Text(), nullable=False),
        sa.Column("disposition", sa.Text(), nullable=False),
        sa.Column("response", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("school_version", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("source_kind", sa.String(), nullable=False),
        sa.Column("marks", sa.JSON(), nullable=False),
        sa.Column("incident_at", sa.String(length=32), nullable=True),
        sa.Column("resolved_at", sa.String(length=32), nullable=True),
        sa.Column("external_due_at", sa.String(length=32), nullable=True),
        sa.Column("extensions", sa.JSON(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("signed_at", sa.String(length=32), nullable=True),
        sa.Column("response_by", sa.String(), nullable=False),
        sa.Column("approved_hash", sa.String(), nullable=False),
        sa.Column("approved_by", sa.String(), nullable=False),
        sa.Column("tracker", sa.String(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("response_mode", sa.String(), nullable=False),
        sa.Column("hand_backs", sa.Integer(), nullable=False),
        sa.Column("merged_into", sa.String(), nullable=False),
        sa.Column("own_fields", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("case_no"),
        sa.UniqueConstraint("event_id", "part"),
    )
    with op.batch_alter_table("case_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_file_state"), ["state"], unique=False)

    op.create_table(
        "channel_state",
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("since", sa.String(length=32), nullable=False),
        sa.Column("down_until", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "recipient"),
    )
    op.create_table(
        "event",
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("restricted", sa.Boolean(), nullable=False),
        sa.Column("level_code", sa.Integer(), nullable=False),
        sa.Column("thread_key", sa.String(), nullable=False),
        sa.Column("opened_at", sa.String(length=32), nullable=False),
        sa.Column("heard_at", sa.String(length=32), nullable=False),
        sa.Column("origin_post_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("origin_site", sa.String(), nullable=False),
        sa.Column("posts", sa.Integer(), nullable=False),
        sa.Column("copies", sa.Integer(), nullable=False),
        sa.Column("sites", sa.Integer(), nullable=False),
        sa.Column("heat", sa.Float(), nullable=False),
        sa.Column("trend", sa.String(), nullable=False),
        sa.Column("measured_at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("event_id"),
    )
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.create_index("event_open", ["restricted", "heard_at"], unique=False)

    op.create_table(
        "event_member",
        sa.Column("post_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("bond", sa.String(), nullable=False),
        sa.Column("joined_at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("post_id"),
    )
    with op.batch_alter_table("event_member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_event_member_event_id"), ["event_id"], unique=False)

    op.create_table(
        "fact",
        sa.Column("fact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("fact_id"),
    )
    with op.batch_alter_table("fact", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_fact_kind"), ["kind"], unique=False)
        batch_op.create_index(batch_op.f("ix_fact_subject"), ["subject"], unique=False)

    op.create_table(
        "heartbeat",
        sa.Column("job", sa.String(), nullable=False),
        sa.Column("finished_at", sa.String(length=32), nullable=False),
        sa.Column("real_at", sa.Float(), nullable=False),
        sa.Column("note", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("job"),
    )
    op.create_table(
        "index_dead",
        sa.Column("post_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("post_id"),
    )
    op.create_table(
        "index_waiting",
        sa.Column("post_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("post_id"),
    )
    op.create_table(
        "lease",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("until", sa.Float(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "meta",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "opt_out",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("listed_at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_table(
        "outbox",
        sa.Column("outbox_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("dedupe_key", sa.String(), nullable=False),
        sa.Column("case_no", sa.String(), nullable=True),
        sa.Column("level_code", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("not_before", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.Float(), nullable=False),
        sa.Column("claimed_by", sa.String(), nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("provider_id", sa.String(), nullable=True),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.Column("sent_at", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("outbox_id"),
        sa.UniqueConstraint("dedupe_key"),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outbox_case_no"), ["case_no"], unique=False)
        batch_op.create_index(batch_op.f("ix_outbox_not_before"), ["not_before"], unique=False)
        batch_op.create_index(batch_op.f("ix_outbox_state"), ["state"], unique=False)

    op.create_table(
        "patrol",
        sa.Column("patrol_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("source_id", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("started_at", sa.String(length=32), nullable=False),
        sa.Column("finished_at", sa.String(length=32), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("alarm", sa.String(), nullable=False),
        sa.Column("new", sa.Integer(), nullable=False),
        sa.Column("catching_up", sa.Integer(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("patrol_id"),
    )
    with op.batch_alter_table("patrol", schema=None) as batch_op:
        batch_op.create_index("patrol_source", ["source_id", "finished_at"], unique=False)

    op.create_table(
        "post",
        sa.Column("source_id", sa.String(), nullable=True),
        sa.Column("site", sa.String(), nullable=True),
        sa.Column("site_kind", sa.String(), nullable=True),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("thread_key", sa.String(), nullable=True),
        sa.Column("floor", sa.Integer(), nullable=True),
        sa.Column("url", sa.String(), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("content", sa.Text(), nullable=True),
        sa.Column("quote", sa.Text(), nullable=True),
        sa.Column("author", sa.String(), nullable=True),
        sa.Column("pictures", sa.Integer(), nullable=True),
        sa.Column("published_at", sa.String(length=32), nullable=True),
        sa.Column("published_text", sa.String(), nullable=True),
        sa.Column("time_precision", sa.String(), nullable=True),
        sa.Column("fetched_at", sa.String(length=32), nullable=True),
        sa.Column("replies", sa.Integer(), nullable=True),
        sa.Column("likes", sa.Integer(), nullable=True),
        sa.Column("reposts", sa.Integer(), nullable=True),
        sa.Column("views", sa.Integer(), nullable=True),
        sa.Column("official_reply", sa.Text(), nullable=True),
        sa.Column("official_reply_at", sa.String(length=32), nullable=True),
        sa.Column("relevant", sa.Boolean(), nullable=True),
        sa.Column("relevance", sa.Float(), nullable=True),
        sa.Column("relevance_reason", sa.String(), nullable=True),
        sa.Column("duplicate_key", sa.String(), nullable=True),
        sa.Column("duplicate_of", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("similarity", sa.Float(), nullable=True),
        sa.Column("category", sa.String(), nullable=True),
        sa.Column("topics", sa.JSON(), nullable=True),
        sa.Column("level_code", sa.Integer(), nullable=True),
        sa.Column("level", sa.String(), nullable=True),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("reasons", sa.JSON(), nullable=True),
        sa.Column("counterfactual", sa.String(), nullable=True),
        sa.Column("restricted", sa.Boolean(), nullable=True),
        sa.Column("departments", sa.JSON(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("outcome_reason", sa.String(), nullable=True),
        sa.Column("post_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("content_hash", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=True),
        sa.Column("first_seen_at", sa.String(length=32), nullable=True),
        sa.Column("edited_at", sa.String(length=32), nullable=True),
        sa.Column("vanished_at", sa.String(length=32), nullable=True),
        sa.Column("copies", sa.Integer(), nullable=True),
        sa.Column("review_state", sa.String(), nullable=True),
        sa.Column("false_alarm", sa.Boolean(), nullable=True),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("event_title", sa.Text(), nullable=True),
        sa.Column("case_no", sa.String(), nullable=True),
        sa.Column("stored_at", sa.String(length=32), nullable=False),
        sa.Column("last_seen_at", sa.String(length=32), nullable=False),
        sa.Column("ingest_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.PrimaryKeyConstraint("post_id"),
        sa.UniqueConstraint("key"),
    )
    with op.batch_alter_table("post", schema=None) as batch_op:
        batch_op.create_index(
            "post_duplicate_of",
            ["duplicate_of"],
            unique=False,
            sqlite_where=sa.text("duplicate_of IS NOT NULL"),
            postgresql_where=sa.text("duplicate_of IS NOT NULL"),
        )
        batch_op.create_index(
            "post_event_id",
            ["event_id"],
            unique=False,
            sqlite_where=sa.text("event_id IS NOT NULL"),
            postgresql_where=sa.text("event_id IS NOT NULL"),
        )
        batch_op.create_index(
            "post_ingest_seq",
            ["ingest_seq"],
            unique=False,
            sqlite_where=sa.text("ingest_seq IS NOT NULL"),
            postgresql_where=sa.text("ingest_seq IS NOT NULL"),
        )
        batch_op.create_index(
            "post_level_code",
            ["level_code"],
            unique=False,
            sqlite_where=sa.text("level_code > 0"),
            postgresql_where=sa.text("level_code > 0"),
        )
        batch_op.create_index(
            "post_restricted",
            ["restricted"],
            unique=False,
            sqlite_where=sa.text("restricted = 1"),
            postgresql_where=sa.text("restricted = 1"),
        )
        batch_op.create_index(
            "post_stored_at",
            ["stored_at"],
            unique=False,
            sqlite_where=sa.text("ingest_seq IS NULL"),
            postgresql_where=sa.text("ingest_seq IS NULL"),
        )
        batch_op.create_index(
            "post_thread_key",
            ["thread_key"],
            unique=False,
            sqlite_where=sa.text("thread_key <> ''"),
            postgresql_where=sa.text("thread_key <> ''"),
        )
        batch_op.create_index(
            "post_vanished_at",
            ["vanished_at"],
            unique=False,
            sqlite_where=sa.text("vanished_at IS NOT NULL"),
            postgresql_where=sa.text("vanished_at IS NOT NULL"),
        )

    op.create_table(
        "post_tokens",
        sa.Column("post_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("title_words", sa.Text(), nullable=False),
        sa.Column("content_words", sa.Text(), nullable=False),
        sa.Column("title_grams", sa.Text(), nullable=False),
        sa.Column("content_grams", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("post_id"),
    )
    op.create_table(
        "post_version",
        sa.Column("post_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("seen_at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("post_id", "version"),
    )
    op.create_table(
        "rule_state",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.Column("disabled", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "school_version",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("applied_at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("version"),
    )
    op.create_table(
        "silence",
        sa.Column("silence_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("made_at", sa.String(length=32), nullable=False),
        sa.Column("ends_at", sa.String(length=32), nullable=False),
        sa.Column("lifted_by", sa.String(), nullable=False),
        sa.Column("held_back", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("silence_id"),
    )
    with op.batch_alter_table("silence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_silence_ends_at"), ["ends_at"], unique=False)

    op.create_table(
        "source_state",
        sa.Column("source_id", sa.String(), nullable=False),
        sa.Column("group_name", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("expected", sa.JSON(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("interval_minutes", sa.Integer(), nullable=False),
        sa.Column("rhythm", sa.JSON(), nullable=False),
        sa.Column("due_at", sa.String(length=32), nullable=False),
        sa.Column("started_at", sa.String(length=32), nullable=True),
        sa.Column("finished_at", sa.String(length=32), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("alarm", sa.String(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("complete", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("source_id"),
    )
    with op.batch_alter_table("source_state", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_source_state_due_at"), ["due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_source_state_group_name"), ["group_name"], unique=False)

    op.create_table(
        "spool",
        sa.Column("spool_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("source_id", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("kept_at", sa.String(length=32), nullable=False),
        sa.Column("expires_at", sa.String(length=32), nullable=False),
        sa.Column("replayed_at", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("spool_id"),
    )
    with op.batch_alter_table("spool", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_spool_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "thread_mark",
        sa.Column("source_id", sa.String(), nullable=False),
        sa.Column("thread_key", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("marker", sa.String(), nullable=False),
        sa.Column("first_seen_at", sa.String(length=32), nullable=False),
        sa.Column("published_at", sa.String(length=32), nullable=True),
        sa.Column("checked_at", sa.String(length=32), nullable=False),
        sa.Column("vanished_at", sa.String(length=32), nullable=True),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("post_keys", sa.JSON(none_as_null=True), nullable=True),
        sa.PrimaryKeyConstraint("source_id", "thread_key"),
    )
    op.create_table(
        "timer",
        sa.Column("timer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_no", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("done_by", sa.String(), nullable=False),
        sa.Column("addressees", sa.JSON(), nullable=False),
        sa.Column("anchor_at", sa.String(length=32), nullable=False),
        sa.Column("due_at", sa.String(length=32), nullable=False),
        sa.Column("next_step_at", sa.String(length=32), nullable=True),
        sa.Column("ladder", sa.JSON(), nullable=False),
        sa.Column("steps_taken", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("satisfied_at", sa.String(length=32), nullable=True),
        sa.Column("provisional", sa.Integer(), nullable=False),
        sa.Column("policy_version", sa.String(), nullable=False),
        sa.Column("calendar_version", sa.String(), nullable=False),
        sa.Column("explanation", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("timer_id"),
    )
    with op.batch_alter_table("timer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_timer_case_no"), ["case_no"], unique=False)
        batch_op.create_index(batch_op.f("ix_timer_due_at"), ["due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_timer_next_step_at"), ["next_step_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_timer_state"), ["state"], unique=False)

    op.create_table(
        "watched_thread", sa.Column("thread_key", sa.String(), nullable=False), sa.PrimaryKeyConstraint("thread_key")
    )
    kind = op.get_bind().dialect.name
    for statement in APPEND_ONLY[kind]:
        op.get_bind().exec_driver_sql(statement)
    if kind == "sqlite":
        op.get_bind().exec_driver_sql(SEARCH)
        op.get_bind().exec_driver_sql("INSERT INTO post_fts (post_fts, rank) VALUES ('automerge', 16)")


def downgrade():
    if op.get_bind().dialect.name == "sqlite":
        op.drop_table("post_fts")
    for table in TABLES:
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_append_only")
