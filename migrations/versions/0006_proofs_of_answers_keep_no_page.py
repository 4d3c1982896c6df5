"""proofs of answers keep no page.

Other people's words stood in the pages that were kept: they are not moved, and their table is dropped, not emptied, so
that its bytes are gone from the file in either database. Old hashes were of the kept text and would prove nothing.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = depends_on = None


def upgrade():
    op.create_table(
        "reply_proof",
        sa.Column("proof_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_no", sa.String(), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("checked_at", sa.String(length=32), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("page_hash", sa.String(), nullable=False),
        sa.Column("response_hash", sa.String(), nullable=False),
        sa.Column("response_found", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("proof_id"),
    )
    with op.batch_alter_table("reply_proof", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reply_proof_case_no"), ["case_no"], unique=False)
    op.execute(
        "INSERT INTO reply_proof (case_no, link, checked_at, status, page_hash, response_hash, response_found) "
        "SELECT case_no, link, checked_at, status, '', '', 0 FROM reply_snapshot ORDER BY snapshot_id"
    )
    with op.batch_alter_table("reply_snapshot", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reply_snapshot_case_no"))
    op.drop_table("reply_snapshot")


def downgrade():
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
    op.execute(
        "INSERT INTO reply_snapshot (case_no, link, checked_at, status, text, hash) "
        "SELECT case_no, link, checked_at, status, '', '' FROM reply_proof ORDER BY proof_id"
    )
    with op.batch_alter_table("reply_proof", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reply_proof_case_no"))
    op.drop_table("reply_proof")
