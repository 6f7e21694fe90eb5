"""The tables of cards and feedback. Times are UTC; keys are keyed hashes."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Index,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

METADATA = MetaData()

CARDS = Table(
    "cards",
    METADATA,
    Column("uuid", String(36), primary_key=True),
    Column("site", String(200), nullable=False),
    Column("service", String(100), nullable=False),
    Column("topic", String(100), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("guidance", String(100), nullable=False),
    Column("version", String(40), nullable=False),
    Column("patient_key", LargeBinary(32), nullable=False, index=True),
    Column("user_key", LargeBinary(32), nullable=False),
    Column("at", DateTime, nullable=False, index=True),
    Column("is_shown", Boolean, nullable=False),
    # None: which of the calls of one moment made the card is not known.
    Column("call_key", LargeBinary(32)),
)

FEEDBACK = Table(
    "feedback",
    METADATA,
    # A digest of everything else in an entry: sent twice, it is kept once.
    Column("digest", LargeBinary(32), primary_key=True),
    Column("card", String(36), nullable=False),
    Column("site", String(200), nullable=False),
    Column("service", String(100), nullable=False),
    Column("outcome", String(20), nullable=False),
    Column("at", DateTime, nullable=False),
    Column("received", DateTime, nullable=False),
    Column("suggestions", Text, nullable=False),
    Column("reason", String(64), nullable=False),
    Column("has_comment", Boolean, nullable=False),
    Column("comment", Text),
    Index("ix_feedback_card_site", "card", "site"),
    Index("ix_feedback_received", "received"),
)

# The overridden among the feedback on cards we know, so that a call need look at these alone.
OVERRIDES = Table(
    "card_overrides",
    METADATA,
    Column("digest", LargeBinary(32), primary_key=True),
    Column("patient_key", LargeBinary(32), nullable=False, index=True),
    Column("site", String(200), nullable=False),
    Column("user_key", LargeBinary(32), nullable=False),
    Column("reason", String(64), nullable=False),
    Column("at", DateTime, nullable=False),
    Column("kept", DateTime, nullable=False, index=True),
)

MARKS = Table(
    "card_marks",
    METADATA,
    Column("mark", LargeBinary(32), primary_key=True),
    Column("until", DateTime, nullable=False, index=True),
)
