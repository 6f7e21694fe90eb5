"""The cards that were put aside, apart from all others."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the table, from the feedback there is."""
    op.create_table(
        "card_overrides",
        sa.Column("digest", sa.LargeBinary(32), primary_key=True),
        sa.Column("patient_key", sa.LargeBinary(32), nullable=False),
        sa.Column("site", sa.String(200), nullable=False),
        sa.Column("user_key", sa.LargeBinary(32), nullable=False),
        sa.Column("reason", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("kept", sa.DateTime, nullable=False),
    )
    op.create_index("ix_card_overrides_patient_key", "card_overrides", ["patient_key"])
    op.create_index("ix_card_overrides_kept", "card_overrides", ["kept"])
    op.execute(
        "INSERT INTO card_overrides (digest, patient_key, site, user_key, reason, at, kept) "
        "SELECT f.digest, c.patient_key, c.site, c.user_key, f.reason, f.at, f.received "
        "FROM feedback f "
        "JOIN cards c ON c.uuid = f.card AND c.site = f.site WHERE f.outcome = 'overridden'"
    )
