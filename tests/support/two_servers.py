"""Two `oncocue serve` with one configuration, as behind a load balancer, and one EHR."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

from tests.support.hook_calls import request_for
from tests.support.servers import free_port
from tests.support.tokens import PUBLIC_URL, Signer, key_of, key_set

ES384 = Signer(key_of("EC", "P-384"))
RS384 = Signer(key_of("RSA", 2048), "RS384", "rsa")
STORY = "lung-adenocarcinoma-partial-results"
BODY = json.dumps(request_for(STORY)).encode()
PATH = "/cds-services/biomarker-testing"


def write_config(folder: Path, database: str, more: str = "") -> Path:
    """A configuration of one site, with relative paths in it."""
    (folder / "sites").mkdir()
    (folder / "sites" / "general.jwks").write_bytes(key_set(ES384.public(), RS384.public()))
    (folder / "sites" / "general.toml").write_text(
        f'name = "general"\nissuer = "{ES384.issuer}"\njwks_file = "general.jwks"\n'
    )
    (folder / "oncocue.toml").write_text(
        f'[hooks]\nsites = "sites"\npublic_url = "{PUBLIC_URL}"\n'
        f'[database]\nurl = "{database}"\n{more}'
    )
    return folder / "oncocue.toml"


def start_serving(*arguments: str, config: Path | None = None) -> subprocess.Popen[bytes]:
    """Start `oncocue serve` with no other configuration than this."""
    environment = {key: value for key, value in os.environ.items() if "ONCOCUE" not in key}
    if config:
        environment["ONCOCUE_CONFIG"] = str(config)
    return subprocess.Popen(
        [sys.executable, "-m", "oncocue.command_line", "serve", *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


class Serving:
    """Two servers, or so many, with one configuration."""

    def __init__(self, config: Path, servers: int = 2, *arguments: str) -> None:
        self.ports = [free_port() for _ in range(servers)]
        self.printed = ""
        self.servers = [
            start_serving("--port", str(port), *arguments, config=config) for port in self.ports
        ]

    @contextmanager
    def running(self) -> Iterator[Serving]:
        """Until the block ends; `printed` is then all they printed."""
        try:
            self.wait()
            yield self
        finally:
            self.printed = self.stop()

    def wait(self) -> None:
        """Until all answer."""
        deadline = time.monotonic() + 60
        for port, server in zip(self.ports, self.servers, strict=True):
            while server.poll() is None and time.monotonic() < deadline:
                try:
                    requests.get(f"http://127.0.0.1:{port}/healthz", timeout=5)
                    break
                except requests.ConnectionError:
                    time.sleep(0.1)
            assert server.poll() is None, "a server ended before it answered"

    def post(
        self, which: int, token: str = "", path: str = PATH, body: bytes = BODY
    ) -> requests.Response:
        """Call one of them, with a fresh token unless one is given."""
        token = token or signed(path)
        return requests.post(
            f"http://127.0.0.1:{self.ports[which]}{path}",
            data=body,
            headers={"Authorization": f"Bearer {token}"},
            timeout=30,
        )

    def cards(self, which: int, body: bytes = BODY) -> list[dict[str, Any]]:
        """The cards of a call of one of them."""
        answer = self.post(which, body=body)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["cards"]
        return found

    def send(self, which: int, *entries: dict[str, Any]) -> requests.Response:
        """Send feedback to one of them."""
        body = json.dumps({"feedback": entries}).encode()
        return self.post(which, path=f"{PATH}/feedback", body=body)

    def stop(self) -> str:
        """End them; all they printed."""
        for server in self.servers:
            server.terminate()
        return "".join(server.communicate(timeout=30)[0].decode() for server in self.servers)


def signed(path: str = PATH, signer: Signer = ES384, **claims: Any) -> str:
    """A token good now for a call of this path."""
    now = time.time()
    return signer.token(**{"iat": now - 1, "exp": now + 120, "aud": PUBLIC_URL + path, **claims})
