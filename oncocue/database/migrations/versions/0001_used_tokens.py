"""The tokens of callers that were used, until they expire."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "used_tokens",
        sa.Column("token", sa.LargeBinary(32), primary_key=True),
        sa.Column("until", sa.Float, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_used_tokens_until", "used_tokens", ["until"])
