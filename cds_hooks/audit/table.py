"""The table of the audit. Times are UTC; keys are keyed hashes."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

METADATA = MetaData()

AUDIT = Table(
    "audit",
    METADATA,
    # SQLite counts by itself in an INTEGER only.
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("at", DateTime, nullable=False, index=True),
    Column("site", String(200), nullable=False),
    Column("service", String(100), nullable=False),
    Column("status", Integer, nullable=False),
    Column("refused", String(40), nullable=False),
    Column("silence", String(40), nullable=False),
    Column("release", String(40), nullable=False),
    Column("milliseconds", Float, nullable=False),
    Column("cards", Integer, nullable=False),
    Column("notes", Integer, nullable=False),
    Column("topics", Text, nullable=False),
    Column("findings", Text, nullable=False),
    Column("call_key", LargeBinary(32), nullable=False),
    Column("patient_key", LargeBinary(32), nullable=False, index=True),
    Column("facts_key", LargeBinary(32), nullable=False),
)

REPLAYS = Table(
    "replays",
    METADATA,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("at", DateTime, nullable=False, index=True),
    Column("site", String(200), nullable=False),
    Column("service", String(100), nullable=False),
    Column("call_key", LargeBinary(32), nullable=False, index=True),
    Column("cards", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
)
