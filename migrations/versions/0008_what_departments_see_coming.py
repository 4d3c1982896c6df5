"""what departments see coming."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = depends_on = None


def upgrade():
    op.create_table(
        "forewarning",
        sa.Column("forewarning_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("signs", sa.JSON(), nullable=False),
        sa.Column("holding_line", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.String(length=32), nullable=False),
        sa.Column("ends_at", sa.String(length=32), nullable=False),
        sa.Column("filed_by", sa.String(), nullable=False),
        sa.Column("filed_at", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("post_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("linked_at", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("forewarning_id"),
        sa.UniqueConstraint("number"),
    )
    with op.batch_alter_table("forewarning", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_forewarning_event_id"), ["event_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_forewarning_state"), ["state"], unique=False)


def downgrade():
    with op.batch_alter_table("forewarning", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_forewarning_state"))
        batch_op.drop_index(batch_op.f("ix_forewarning_event_id"))

    op.drop_table("forewarning")
