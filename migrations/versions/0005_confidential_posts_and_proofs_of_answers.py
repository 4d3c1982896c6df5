"""confidential posts and proofs of answers."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = depends_on = None


def upgrade():
    op.create_table(
        "reply_snapshot",
        sa.Column("snapshot_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_no", sa.String(), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("checked_at", sa.String(length=32), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("snapshot_id"),
    )
    with op.batch_alter_table("reply_snapshot", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reply_snapshot_case_no"), ["case_no"], unique=False)

    with op.batch_alter_table("post", schema=None) as batch_op:
        batch_op.add_column(sa.Column("confidential", sa.Boolean(), server_default=sa.text("0"), nullable=True))
    # what was 保密 before posts knew it leaves the search too; a new revision lets the index hear of it
    op.execute(
        "UPDATE post SET confidential = 1, revision = revision + 1 "
        "WHERE event_id IN (SELECT event_id FROM case_file WHERE confidential = 1)"
    )


def downgrade():
    with op.batch_alter_table("post", schema=None) as batch_op:
        batch_op.drop_column("confidential")

    with op.batch_alter_table("reply_snapshot", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reply_snapshot_case_no"))

    op.drop_table("reply_snapshot")
