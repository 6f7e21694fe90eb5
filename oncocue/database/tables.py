"""Every table of the product, for comparing what the migrations make with what the code uses."""

from __future__ import annotations

from sqlalchemy import MetaData

from cds_hooks.audit import table as audit
from cds_hooks.feedback import tables as feedback
from cds_hooks.trust import replay
from smartapp.sessions import tables as launches

TABLES: tuple[MetaData, ...] = (
    replay.METADATA,
    launches.METADATA,
    feedback.METADATA,
    audit.METADATA,
)
