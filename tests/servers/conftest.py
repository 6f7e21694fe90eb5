"""The real FHIR server, started once for all processes that run these tests."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.artefacts import HOW, is_here
from tests.servers.charts import r4_stories, resources_of, transaction
from tests.servers.hapi import Hapi, locked, running_hapi
from tests.support.parts import lacking


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all processes of this run share."""
    mine = tmp_path_factory.getbasetemp()
    return mine.parent if "PYTEST_XDIST_WORKER" in os.environ else mine


@pytest.fixture(scope="session")
def hapi(run_folder: Path) -> Iterator[Hapi]:
    """HAPI FHIR's JPA server."""
    if not is_here("hapi"):
        lacking("hapi", HOW)
    with running_hapi(run_folder) as server:
        yield server


@pytest.fixture(scope="session")
def charts_on_file(hapi: Hapi, run_folder: Path) -> Hapi:
    """HAPI with every synthetic R4 chart in it, each loaded as one transaction, once a run."""
    done = run_folder / "charts-loaded"
    with locked(run_folder / "charts-loaded.lock"):
        if not done.exists():
            for story in r4_stories():
                hapi.transact(transaction(resources_of(story)))
            done.touch()
    return hapi
