"""For every test: the databases that the product supports, one browser driver, time on a busy
machine.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Playwright, sync_playwright
from sqlalchemy import Engine

from tests.support.databases import PostgresServer, database, running_postgres
from tests.support.parts import lacking

CHROMIUM = Path("/usr/bin/chromium")

# On a busy machine an example takes longer than it does alone: that is no fault of the product.
settings.register_profile("busy", deadline=None, suppress_health_check=(HealthCheck.too_slow,))
settings.load_profile("busy")


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """One PostgreSQL for all tests of this process."""
    with running_postgres() as server:
        yield server


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database of either kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'state' / 'oncocue.sqlite'}"
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.new_database()


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """A database of either kind with the tables of this release."""
    made = database(database_url)
    yield made
    made.dispose()


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Drives Debian's Chromium; a browser is never downloaded. A process can start it once."""
    if not CHROMIUM.exists():
        lacking("chromium", "apt-get install chromium")
    with sync_playwright() as started:
        yield started
