"""What browsers get from others is what package.json pins, with licence and checksum."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

from flask.testing import FlaskClient

ROOT = Path(__file__).parents[2]
VENDOR = ROOT / "smartapp" / "pages" / "static" / "vendor"


def test_the_files_have_their_checksums() -> None:
    """No file differs from what was copied, none is there without a checksum."""
    lines = (VENDOR / "SHA384SUMS").read_text(encoding="utf-8").splitlines()
    sums = {name: digest for digest, name in (line.split("  ") for line in lines)}
    files = {path.name: path for path in VENDOR.iterdir() if path.name != "SHA384SUMS"}
    assert sums == {
        name: hashlib.sha384(path.read_bytes()).hexdigest() for name, path in files.items()
    }


def test_the_files_are_the_versions_pinned() -> None:
    """package.json pins exact versions, and the files name them; each has its licence."""
    pinned = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["dependencies"]
    css = (VENDOR / "bootstrap.min.css").read_text(encoding="utf-8")
    script = (VENDOR / "htmx.min.js").read_text(encoding="utf-8")
    assert f"Bootstrap  v{pinned['bootstrap']} " in css
    assert f'version="{pinned["htmx.org"]}"' in script
    assert "MIT" in (VENDOR / "bootstrap-LICENSE.txt").read_text(encoding="utf-8")
    assert "Zero-Clause BSD" in (VENDOR / "htmx-LICENSE.txt").read_text(encoding="utf-8")


def test_static_files_may_be_kept_by_their_name(client: FlaskClient) -> None:
    """The address holds a part of the checksum, so a browser may keep the file for a year."""
    html = client.get("/l/diabetes-only/summary").text
    addresses = re.findall(r'(?:href|src)="(/app/static/[^"]+)"', html)
    assert len(addresses) == 5
    for address in addresses:
        response = client.get(address)
        assert response.status_code == 200
        assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
