"""Peers from npm, installed into a folder of their own: their code never comes into this one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.servers.artefacts import cache_folder

FOLDER = cache_folder() / "benchmark-peers"
# node-cds-hooks is on npm no more, so it comes from its repository: name a copy of that where
# GitHub is out of reach.
_NODE_CDS_HOOKS = os.environ.get(
    "BENCH_NODE_CDS_HOOKS", "git+https://github.com/bluehalo/node-cds-hooks.git"
)
PACKAGES = (
    f"{_NODE_CDS_HOOKS}#e9a91846e31a6c58c0d07466886fc55ee64ff95f",  # 1.1.1
    "cql-execution@3.3.2",
    "cql-exec-fhir@2.2.0",
)
_INSTALLED = FOLDER / "installed.txt"
_SECONDS = 900


def node_modules() -> Path | None:
    """Where the peers are, installed now if they are not; None when that cannot be, told why."""
    if not (shutil.which("node") and shutil.which("npm")):
        return _none("node or npm is not here")
    wanted = "\n".join(PACKAGES)
    if not _INSTALLED.exists() or _INSTALLED.read_text(encoding="utf-8") != wanted:
        FOLDER.mkdir(parents=True, exist_ok=True)
        (FOLDER / "package.json").write_text('{"private": true}', encoding="utf-8")
        command = ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", *PACKAGES]
        try:
            subprocess.run(
                command, cwd=FOLDER, check=True, capture_output=True, text=True, timeout=_SECONDS
            )
        except subprocess.CalledProcessError as error:
            return _none(f"npm could not install them: {error.stderr.strip()[-300:]}")
        except subprocess.TimeoutExpired:
            return _none("npm took too long")
        _INSTALLED.write_text(wanted, encoding="utf-8")
    return FOLDER / "node_modules"


def _none(why: str) -> None:
    print(f"Without the peers of npm: {why}", file=sys.stderr)
