"""How many charts each property tries: the same ones every time, ten times as many in full."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

_SLOW = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)

settings.register_profile(
    "usual",
    max_examples=100,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=_SLOW,
)
settings.register_profile("full", settings.get_profile("usual"), max_examples=1000)
settings.load_profile(os.environ.get("ONCOCUE_PROPERTY_PROFILE", "usual"))
