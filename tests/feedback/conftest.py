"""Every ledger there is, and the shipped guidance."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from cds_hooks.audit.recorder import Recorder
from cds_hooks.audit.store import AuditStore
from cds_hooks.feedback.ledger import InProcessLedger, Ledger
from cds_hooks.feedback.sql_ledger import SqlLedger
from oncology.guidance.library import Guidance
from tests.support.product import Hospital, shipped_guidance


@pytest.fixture(scope="session")
def guidance() -> Guidance:
    """The guidance of this release."""
    return shipped_guidance()


@pytest.fixture
def sql_ledger(engine: Engine) -> SqlLedger:
    """A ledger in a database of either kind."""
    return SqlLedger(engine)


@pytest.fixture
def hospital(guidance: Guidance, sql_ledger: SqlLedger) -> Hospital:
    """An EHR whose feedback goes to a database of either kind."""
    return Hospital(guidance, sql_ledger)


@pytest.fixture
def in_process() -> Ledger:
    """The ledger of development."""
    return InProcessLedger()


@pytest.fixture
def recorder(engine: Engine) -> Recorder:
    """Writes to a database of either kind."""
    return Recorder(SqlLedger(engine), AuditStore(engine))


@pytest.fixture
def recorded(guidance: Guidance, engine: Engine, recorder: Recorder) -> Hospital:
    """An EHR whose calls are recorded."""
    return Hospital(guidance, SqlLedger(engine), watch=recorder)
