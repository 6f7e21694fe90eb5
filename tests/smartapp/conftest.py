"""A strict EHR and the app launched from it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.support.smart_ehr import SmartEhr, running_smart_ehr
from tests.support.smart_launches import Browser, app_for, browser_of

LUNG = "lung-adenocarcinoma-partial-results"
OTHER = "breast-triple-negative-metastatic"


@pytest.fixture
def ehr() -> Iterator[SmartEhr]:
    """An EHR with two patients."""
    with running_smart_ehr(stories=(LUNG, OTHER)) as running:
        yield running


@pytest.fixture
def app(ehr: SmartEhr) -> Flask:
    """The app, registered at the EHR."""
    return app_for(ehr)


@pytest.fixture
def browser(app: Flask) -> Browser:
    """A browser without cookies yet."""
    return browser_of(app)
