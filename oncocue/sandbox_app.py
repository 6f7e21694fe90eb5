"""The sandbox EHR as the demonstration serves it."""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any

from oncocue.folders import fixtures_folder


def sandbox_issuers(origin: str) -> list[str]:
    """The FHIR bases of the sandbox EHR, one for each vendor it can behave like."""
    conduct = import_module("sandbox.conduct")
    return [f"{origin}{conduct.Conduct(mood).prefix}/fhir" for mood in conduct.moods().values()]


def create_sandbox_app() -> Any:
    """The sandbox EHR over the synthetic charts, calling the service of the demonstration."""
    sandbox = import_module("sandbox.app")
    service = os.environ.get("ONCOCUE_SANDBOX_SERVICE", "http://127.0.0.1:8000")
    return sandbox.create_app(service, fixtures_folder() / "charts")
