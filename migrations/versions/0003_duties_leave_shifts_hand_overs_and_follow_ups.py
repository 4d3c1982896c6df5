"""duties, leave, shifts, hand-overs and follow-ups."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = depends_on = None


def upgrade():
    op.create_table(
        "duty_period",
        sa.Column("duty_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("first_on", sa.String(), nullable=False),
        sa.Column("ends_at", sa.String(length=32), nullable=False),
        sa.Column("next_at", sa.String(length=32), nullable=True),
        sa.Column("reminded", sa.Boolean(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("signed", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("duty_id"),
        sa.UniqueConstraint("rule", "unit", "first_on"),
    )
    with op.batch_alter_table("duty_period", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_duty_period_next_at"), ["next_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_duty_period_state"), ["state"], unique=False)

    op.create_table(
        "handover",
        sa.Column("handover_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("giver", sa.String(), nullable=False),
        sa.Column("taker", sa.String(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("timers", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("handover_id"),
    )
    op.create_table(
        "leave",
        sa.Column("leave_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("deputy", sa.String(), nullable=False),
        sa.Column("first_on", sa.String(), nullable=False),
        sa.Column("last_on", sa.String(), nullable=False),
        sa.Column("noted_by", sa.String(), nullable=False),
        sa.Column("noted_at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("leave_id"),
    )
    with op.batch_alter_table("leave", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_leave_person"), ["person"], unique=False)

    op.create_table(
        "shift",
        sa.Column("shift_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("filled_by", sa.String(), nullable=False),
        sa.Column("filled_at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("shift_id"),
        sa.UniqueConstraint("day", "person"),
    )
    with op.batch_alter_table("shift", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_shift_day"), ["day"], unique=False)

    op.create_table(
        "shift_swap",
        sa.Column("swap_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("taker", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("decided_at", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("swap_id"),
    )
    with op.batch_alter_table("case_file", schema=None) as batch_op:
        batch_op.add_column(sa.Column("followed_up", sa.JSON(), server_default="{}", nullable=False))


def downgrade():
    with op.batch_alter_table("case_file", schema=None) as batch_op:
        batch_op.drop_column("followed_up")

    op.drop_table("shift_swap")
    with op.batch_alter_table("shift", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_shift_day"))

    op.drop_table("shift")
    with op.batch_alter_table("leave", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_leave_person"))

    op.drop_table("leave")
    op.drop_table("handover")
    with op.batch_alter_table("duty_period", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_duty_period_state"))
        batch_op.drop_index(batch_op.f("ix_duty_period_next_at"))

    op.drop_table("duty_period")
