"""`oncocue serve` with a real configuration: several processes finish and show each launch."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
import requests

from tests.support.servers import free_port
from tests.support.smart_ehr import SmartEhr, running_smart_ehr
from tests.support.smart_launches import token_of

SITE = """
name = "one"
issuer = "https://ehr.example"
jku = "http://127.0.0.1:9/jwks"
[smart]
issuer = "{base}"
client_id = "oncocue"
frame_ancestors = ["{origin}"]
"""
CONFIGURATION = """
[hooks]
sites = "sites"
public_url = "{address}"
[database]
url = "sqlite:///oncocue.sqlite"
[app]
keys = "keys"
"""


@pytest.fixture
def ehr() -> Iterator[SmartEhr]:
    """A strict EHR."""
    with running_smart_ehr() as running:
        yield running


def command(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`oncocue …` with the configuration of a folder."""
    return subprocess.run(
        [sys.executable, "-m", "oncocue", *arguments],
        env=environment(folder),
        capture_output=True,
        text=True,
        check=False,
    )


def environment(folder: Path) -> dict[str, str]:
    """The environment of a server with this configuration, and nothing else of ours."""
    kept = {name: value for name, value in os.environ.items() if "ONCOCUE" not in name}
    state = {"ONCOCUE_CONFIG": str(folder / "oncocue.toml"), "XDG_STATE_HOME": str(folder)}
    return {**kept, **state}


@pytest.mark.timeout(180)
def test_from_an_empty_folder_to_an_opened_chart(ehr: SmartEhr, tmp_path: Path) -> None:
    """What is missing is said, one by one; then every process opens the chart."""
    port = str(free_port())
    address = f"http://127.0.0.1:{port}"
    ehr.redirect_uri = f"{address}/callback"
    ehr.jwks = lambda: requests.get(f"{address}/.well-known/jwks.json", timeout=10).json()
    (tmp_path / "sites").mkdir()
    (tmp_path / "sites" / "one.toml").write_text(SITE.format(base=ehr.base, origin=ehr.origin))
    configuration = tmp_path / "oncocue.toml"
    configuration.write_text(CONFIGURATION.format(address=address))

    refused = command(tmp_path, "serve", "--port", port)
    assert (refused.returncode, "oncocue keys secret" in refused.stderr) == (2, True)
    key = command(tmp_path, "keys", "secret").stdout.strip()
    configuration.write_text(f'{configuration.read_text()}store_keys = ["{key}"]\n')
    refused = command(tmp_path, "serve", "--port", port)
    assert (refused.returncode, "oncocue keys make" in refused.stderr) == (2, True)
    command(tmp_path, "keys", "make")

    with (tmp_path / "output").open("w") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", "oncocue", "serve", "--port", port],
            env=environment(tmp_path),
            stdout=output,
            stderr=output,
        )
        try:
            opened = _launch(address, ehr)
        finally:
            server.terminate()
            server.wait(30)
    assert opened == {200}
    report = json.loads(command(tmp_path, "report", "--format", "json").stdout)
    assert [(each["service"], each["calls"]) for each in report["calls"]] == [("app", 1)]
    [answered] = report["rules"]
    assert (answered["service"], answered["overridden"]) == ("app", {"action-completed": 1})
    said = (tmp_path / "output").read_text()
    assert "launch_opened" in said
    for secret in (*ehr.tokens, *ehr.refreshes, ehr.patient(ehr.stories[0]), key):
        assert secret not in said


def _launch(address: str, ehr: SmartEhr) -> set[int]:
    """Launch and load the summary a dozen times; the statuses seen."""
    while True:
        try:
            requests.get(f"{address}/healthz", timeout=5)
            break
        except requests.ConnectionError:
            time.sleep(0.1)
    link = f"{address}/launch?{urlencode({'iss': ehr.base, 'launch': ehr.launch()})}"
    started = requests.get(link, allow_redirects=False, timeout=30)
    # By hand: the cookie is Secure, which `requests` does not send over loopback's http.
    cookie = {"Cookie": "; ".join(f"{each.name}={each.value}" for each in started.cookies)}
    answer = requests.get(started.headers["Location"], allow_redirects=False, timeout=30)
    back = answer.headers["Location"]
    finished = requests.get(back, headers=cookie, allow_redirects=False, timeout=30)
    assert finished.status_code == 303, finished.text
    page = f"{address}{finished.headers['Location']}summary"
    stranger = requests.get(page, timeout=30)
    assert stranger.status_code == 403
    _answer(page, cookie)
    return {requests.get(page, headers=cookie, timeout=30).status_code for _ in range(12)}


def _answer(page: str, cookie: dict[str, str]) -> None:
    """Answer what is to be decided; every process tells that it was."""
    shown = requests.get(page, headers=cookie, timeout=30).text
    sent = {"reason": "action-completed", "csrf_token": token_of(shown)}
    for name in ("advice", "facts"):
        sent[name] = re.findall(f'name="{name}" value="([^"]+)"', shown)[0]
    to = page.replace("/summary", "/answer")
    done = requests.post(to, data=sent, headers=cookie, allow_redirects=False, timeout=30)
    assert done.status_code == 303, done.text
    for _ in range(6):
        assert "answered by you" in requests.get(page, headers=cookie, timeout=30).text
