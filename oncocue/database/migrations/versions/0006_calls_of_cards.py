"""The call that made a card."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Name it, for the cards there are where one call of their moment alone can have made them."""
    op.add_column("cards", sa.Column("call_key", sa.LargeBinary(32)))
    calls = (
        "FROM audit a WHERE a.at = cards.at AND a.site = cards.site AND a.service = cards.service"
    )
    op.execute(
        f"UPDATE cards SET call_key = (SELECT a.call_key {calls}) "
        f"WHERE (SELECT COUNT(*) {calls}) = 1"
    )
