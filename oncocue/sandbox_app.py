"""The sandbox EHR as the demonstration serves it."""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any

from oncocue.folders import fixtures_folder


def create_sandbox_app() -> Any:
    """The sandbox EHR over the synthetic charts, calling the service of the demonstration."""
    sandbox = import_module("sandbox.app")
    service = os.environ.get("ONCOCUE_SANDBOX_SERVICE", "http://127.0.0.1:8000")
    return sandbox.create_app(service, fixtures_folder() / "charts")
