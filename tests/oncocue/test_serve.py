"""`oncocue serve`: refuses without a sound configuration; real processes share what was used."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.support.hook_calls import request_for
from tests.support.tokens import URL, Signer, key_of, key_set

ES384 = Signer(key_of("EC", "P-384"))
RS384 = Signer(key_of("RSA", 2048), "RS384", "rsa")
BODY = json.dumps(request_for("lung-adenocarcinoma-partial-results")).encode()
PATH = "/cds-services/biomarker-testing"


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A configuration of one site, with relative paths in it."""
    folder = tmp_path_factory.mktemp("config")
    (folder / "sites").mkdir()
    (folder / "sites" / "general.jwks").write_bytes(key_set(ES384.public(), RS384.public()))
    (folder / "sites" / "general.toml").write_text(
        f'name = "general"\nissuer = "{ES384.issuer}"\njwks_file = "general.jwks"\n'
    )
    (folder / "oncocue.toml").write_text(
        '[hooks]\nsites = "sites"\npublic_url = "https://oncocue.example"\n'
        '[database]\nurl = "sqlite:///state/oncocue.sqlite"\n'
    )
    return folder / "oncocue.toml"


def _start(*arguments: str, config: Path | None = None) -> subprocess.Popen[bytes]:
    environment = {key: value for key, value in os.environ.items() if "ONCOCUE" not in key}
    if config:
        environment["ONCOCUE_CONFIG"] = str(config)
    return subprocess.Popen(
        [sys.executable, "-m", "oncocue.command_line", "serve", *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Serving:
    """Two servers with one configuration, as behind a load balancer."""

    def __init__(self, config: Path) -> None:
        self.ports = [_free_port(), _free_port()]
        self.servers = [_start("--port", str(port), config=config) for port in self.ports]

    def wait(self) -> None:
        """Until both answer."""
        deadline = time.monotonic() + 60
        for port, server in zip(self.ports, self.servers, strict=True):
            while server.poll() is None and time.monotonic() < deadline:
                try:
                    requests.get(f"http://127.0.0.1:{port}/healthz", timeout=5)
                    break
                except requests.ConnectionError:
                    time.sleep(0.1)
            assert server.poll() is None, "a server ended before it answered"

    def post(self, which: int, token: str) -> requests.Response:
        """Call one of them."""
        return requests.post(
            f"http://127.0.0.1:{self.ports[which]}{PATH}",
            data=BODY,
            headers={"Authorization": f"Bearer {token}"},
            timeout=30,
        )

    def stop(self) -> str:
        """End both; all they printed."""
        for server in self.servers:
            server.terminate()
        return "".join(server.communicate(timeout=30)[0].decode() for server in self.servers)


@pytest.fixture(scope="module")
def serving(config: Path) -> Iterator[Serving]:
    """Two running servers."""
    both = Serving(config)
    try:
        both.wait()
        yield both
    finally:
        both.stop()


def _token(signer: Signer, canary: str = "") -> str:
    now = time.time()
    return signer.token(iat=now - 1, exp=now + 120, canary=canary)


@pytest.mark.parametrize("signer", [ES384, RS384], ids=lambda signer: signer.algorithm)
def test_a_token_is_good_once_over_all_servers(serving: Serving, signer: Signer) -> None:
    """Two trees of processes, one file: whichever saw the token first, no other takes it."""
    token = _token(signer)

    assert serving.post(0, token).status_code == 200
    statuses = [serving.post(which, token).status_code for which in (0, 1) * 4]

    assert statuses == [401] * 8
    assert serving.post(1, _token(signer)).status_code == 200


def test_two_authorization_headers_are_refused_by_the_real_server(serving: Serving) -> None:
    """However the server hands them on."""
    lines = [
        f"POST {PATH} HTTP/1.1",
        "Host: oncocue.example",
        *(f"Authorization: Bearer {_token(ES384)}" for _ in range(2)),
        f"Content-Length: {len(BODY)}",
        "Connection: close",
    ]
    with socket.create_connection(("127.0.0.1", serving.ports[0]), timeout=30) as connection:
        connection.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + BODY)
        answer = connection.recv(65536)

    assert answer.startswith(b"HTTP/1.1 401")


def test_the_host_header_is_no_audience(serving: Serving) -> None:
    """Who can choose the Host header cannot choose the audience."""
    now = time.time()
    there = f"http://127.0.0.1:{serving.ports[0]}{PATH}"
    token = ES384.token(iat=now - 1, exp=now + 120, aud=there)

    assert there != URL
    assert serving.post(0, token).status_code == 401


def test_servers_print_nothing_of_a_token(config: Path) -> None:
    """Neither of one taken nor of one refused, on any stream."""
    one = Serving(config)
    token = _token(ES384, "canary-91ab")
    try:
        one.wait()
        assert [one.post(0, token).status_code for _ in range(2)] == [200, 401]
    finally:
        printed = one.stop()

    assert '"cause": "token-used-before"' in printed
    assert "canary-91ab" not in printed
    assert not any(part in printed for part in token.split("."))


@pytest.mark.parametrize(
    ("hooks", "says"),
    [
        (None, "ONCOCUE_CONFIG"),
        ("", "No sites"),
        ('sites = "nowhere"', "is not a folder"),
        ('sites = "empty"', "has no site"),
        ('sites = "keyless"', "there.jwks: No such file"),
        ('sites = "sites"\npublic_url = "http://oncocue.example"', "public_url must start with"),
        ('sites = "sites"\nsecret = "x"', "hooks.secret"),
    ],
)
def test_serve_refuses_a_configuration_that_knows_no_caller(
    tmp_path: Path, config: Path, hooks: str | None, says: str
) -> None:
    """Exit code 2 and one message, before anything listens."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "keyless").mkdir()
    (tmp_path / "keyless" / "a.toml").write_text(
        'name = "a"\nissuer = "i"\njwks_file = "there.jwks"\n'
    )
    (tmp_path / "sites").symlink_to(config.parent / "sites")
    named = tmp_path / "oncocue.toml"
    named.write_text(f"[hooks]\n{hooks}\n")

    server = _start("--port", str(_free_port()), config=None if hooks is None else named)
    printed = server.communicate(timeout=60)[0].decode()

    assert server.returncode == 2, printed
    assert says in printed
    assert "Traceback" not in printed


def test_serve_refuses_a_configuration_that_is_not_there(tmp_path: Path) -> None:
    """A misspelt ONCOCUE_CONFIG is not an empty one."""
    server = _start(config=tmp_path / "missing.toml")
    printed = server.communicate(timeout=60)[0].decode()

    assert server.returncode == 2
    assert "missing.toml, which is not a file" in printed


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "oncocue.example"])
def test_dev_listens_on_loopback_only(host: str) -> None:
    """No authentication, so nobody else may reach it."""
    server = _start("--dev", "--host", host)
    printed = server.communicate(timeout=60)[0].decode()

    assert server.returncode == 2
    assert "127.0.0.1 only" in printed
