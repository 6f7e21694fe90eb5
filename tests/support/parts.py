"""Parts of the machine that some tests need: skipped without them, unless they are required."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def lacking(part: str, how: str) -> NoReturn:
    """Skip with the way to get the part; fail when ONCOCUE_TEST_REQUIRE names it."""
    told = f"{part} is not here: {how}"
    if part in os.environ.get("ONCOCUE_TEST_REQUIRE", "").split(","):
        pytest.fail(told)
    pytest.skip(told)
