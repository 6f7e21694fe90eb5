"""Cards that were made, what users did with them, and the audit of answers."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the tables."""
    _cards()
    _feedback()
    _audit()


def _cards() -> None:
    op.create_table(
        "cards",
        sa.Column("uuid", sa.String(36), primary_key=True),
        sa.Column("site", sa.String(200), nullable=False),
        sa.Column("service", sa.String(100), nullable=False),
        sa.Column("topic", sa.String(100), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("guidance", sa.String(100), nullable=False),
        sa.Column("version", sa.String(40), nullable=False),
        sa.Column("patient_key", sa.LargeBinary(32), nullable=False),
        sa.Column("user_key", sa.LargeBinary(32), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("is_shown", sa.Boolean, nullable=False),
    )
    op.create_index("ix_cards_patient_key", "cards", ["patient_key"])
    op.create_index("ix_cards_at", "cards", ["at"])
    op.create_table(
        "card_marks",
        sa.Column("mark", sa.LargeBinary(32), primary_key=True),
        sa.Column("until", sa.DateTime, nullable=False),
    )
    op.create_index("ix_card_marks_until", "card_marks", ["until"])


def _feedback() -> None:
    op.create_table(
        "feedback",
        sa.Column("digest", sa.LargeBinary(32), primary_key=True),
        sa.Column("card", sa.String(36), nullable=False),
        sa.Column("site", sa.String(200), nullable=False),
        sa.Column("service", sa.String(100), nullable=False),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("received", sa.DateTime, nullable=False),
        sa.Column("suggestions", sa.Text, nullable=False),
        sa.Column("reason", sa.String(64), nullable=False),
        sa.Column("has_comment", sa.Boolean, nullable=False),
        sa.Column("comment", sa.Text),
    )
    op.create_index("ix_feedback_card_site", "feedback", ["card", "site"])
    op.create_index("ix_feedback_received", "feedback", ["received"])


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("site", sa.String(200), nullable=False),
        sa.Column("service", sa.String(100), nullable=False),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("refused", sa.String(40), nullable=False),
        sa.Column("silence", sa.String(40), nullable=False),
        sa.Column("release", sa.String(40), nullable=False),
        sa.Column("milliseconds", sa.Float, nullable=False),
        sa.Column("cards", sa.Integer, nullable=False),
        sa.Column("notes", sa.Integer, nullable=False),
        sa.Column("topics", sa.Text, nullable=False),
        sa.Column("findings", sa.Text, nullable=False),
        sa.Column("call_key", sa.LargeBinary(32), nullable=False),
        sa.Column("patient_key", sa.LargeBinary(32), nullable=False),
        sa.Column("facts_key", sa.LargeBinary(32), nullable=False),
    )
    op.create_index("ix_audit_at", "audit", ["at"])
    op.create_index("ix_audit_patient_key", "audit", ["patient_key"])
