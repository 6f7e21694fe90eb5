"""The log holds listed keys only, and nothing of what libraries or faults have to say."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from oncocue.logs import KEYS, keep_listed

ROOT = Path(__file__).parents[2]
_LEVELS = ("debug", "info", "warning", "error", "critical", "exception")


def _logged() -> set[tuple[str, str]]:
    """Every key of every log call in the product, with its file."""
    found = set()
    for package in ("cds_hooks", "smartapp", "oncocue"):
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Attribute)
                    and node.func.attr in _LEVELS
                    and isinstance(node.func.value, ast.Name)
                    and node.func.value.id == "_LOG"
                ):
                    found |= {(path.name, each.arg or "**") for each in node.keywords}
    return found


def test_the_product_logs_listed_keys_only() -> None:
    """A key that is not listed would never be seen: somebody reviews it when it is added."""
    unlisted = sorted((file, key) for file, key in _logged() if key not in KEYS)

    assert _logged() and unlisted == []


def test_a_key_that_is_not_listed_is_dropped_and_counted() -> None:
    """Whatever it holds."""
    kept = keep_listed(None, "", {"event": "hook_answered", "patient": "canary", "name": "canary"})

    assert kept == {"event": "hook_answered", "dropped": 2}


_PROGRAM = """
import logging, threading
from oncocue.logs import log_as_json
log_as_json()
logging.getLogger("urllib3").warning("Retrying /Observation?patient=%s", "canary")
try:
    raise KeyError("canary")
except KeyError:
    logging.getLogger("app").exception("canary")
thread = threading.Thread(target=lambda: {}["canary"])
thread.start(); thread.join()
raise ValueError("canary")
"""


def test_libraries_and_crashes_tell_where_and_not_what() -> None:
    """Their words could hold an address with a patient's id, or a piece of a chart."""
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM], capture_output=True, text=True, check=False, cwd=ROOT
    )
    lines = [json.loads(line) for line in done.stderr.splitlines()]

    assert "canary" not in done.stderr + done.stdout
    assert [line["event"] for line in lines] == ["library_logged"] * 2 + ["crashed"] * 2
    assert [line.get("fault") for line in lines] == ["", "KeyError", "KeyError", "ValueError"]
    assert lines[0]["library"] == "urllib3"
    assert done.returncode == 1


@pytest.mark.parametrize("key", ["patient", "user", "token", "authorization", "body", "name"])
def test_nothing_about_a_person_is_listed(key: str) -> None:
    """The list itself."""
    assert key not in KEYS
