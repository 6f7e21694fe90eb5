"""`oncocue serve`: refuses without a sound configuration; real processes share what was used."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.key_server import running_key_server
from tests.support.servers import free_port
from tests.support.tokens import URL, Signer, key_set
from tests.support.two_servers import (
    BODY,
    ES384,
    PATH,
    RS384,
    Serving,
    signed,
    start_serving,
    write_config,
)


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A configuration of one site, with relative paths in it."""
    folder = tmp_path_factory.mktemp("config")
    return write_config(folder, "sqlite:///state/oncocue.sqlite")


@pytest.fixture(scope="module")
def serving(config: Path) -> Iterator[Serving]:
    """Two running servers."""
    both = Serving(config)
    try:
        both.wait()
        yield both
    finally:
        both.stop()


@pytest.mark.conformance("cds-hooks", 102)
@pytest.mark.parametrize("signer", [ES384, RS384], ids=lambda signer: signer.algorithm)
def test_a_token_is_good_once_over_all_servers(serving: Serving, signer: Signer) -> None:
    """Two trees of processes, one file: whichever saw the token first, no other takes it."""
    token = signed(signer=signer)

    assert serving.post(0, token).status_code == 200
    statuses = [serving.post(which, token).status_code for which in (0, 1) * 4]

    assert statuses == [401] * 8
    assert serving.post(1, signed(signer=signer)).status_code == 200


def test_two_authorization_headers_are_refused_by_the_real_server(serving: Serving) -> None:
    """However the server hands them on."""
    lines = [
        f"POST {PATH} HTTP/1.1",
        "Host: oncocue.example",
        *(f"Authorization: Bearer {signed()}" for _ in range(2)),
        f"Content-Length: {len(BODY)}",
        "Connection: close",
    ]
    with socket.create_connection(("127.0.0.1", serving.ports[0]), timeout=30) as connection:
        connection.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + BODY)
        answer = connection.recv(65536)

    assert answer.startswith(b"HTTP/1.1 401")


@pytest.mark.conformance("cds-hooks", 95)
def test_the_host_header_is_no_audience(serving: Serving) -> None:
    """Who can choose the Host header cannot choose the audience."""
    now = time.time()
    there = f"http://127.0.0.1:{serving.ports[0]}{PATH}"
    token = ES384.token(iat=now - 1, exp=now + 120, aud=there)

    assert there != URL
    assert serving.post(0, token).status_code == 401


@pytest.mark.conformance("cds-hooks", 46, 104)
def test_servers_print_nothing_of_a_token(config: Path) -> None:
    """Neither of one taken nor of one refused, on any stream."""
    one = Serving(config)
    token = signed(canary="canary-91ab")
    try:
        one.wait()
        assert [one.post(0, token).status_code for _ in range(2)] == [200, 401]
    finally:
        printed = one.stop()

    assert '"cause":"token-used-before"' in printed
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

    server = start_serving("--port", str(free_port()), config=None if hooks is None else named)
    printed = server.communicate(timeout=60)[0].decode()

    assert server.returncode == 2, printed
    assert says in printed
    assert "Traceback" not in printed


def test_serve_refuses_a_configuration_that_is_not_there(tmp_path: Path) -> None:
    """A misspelt ONCOCUE_CONFIG is not an empty one."""
    server = start_serving(config=tmp_path / "missing.toml")
    printed = server.communicate(timeout=60)[0].decode()

    assert server.returncode == 2
    assert "missing.toml, which is not a file" in printed


@pytest.mark.conformance("cds-hooks", 91)
@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "oncocue.example"])
def test_dev_listens_on_loopback_only(host: str) -> None:
    """No authentication, so nobody else may reach it."""
    server = start_serving("--dev", "--host", host)
    printed = server.communicate(timeout=60)[0].decode()

    assert server.returncode == 2
    assert "127.0.0.1 only" in printed


def test_workers_share_what_was_loaded_before_them(tmp_path: Path) -> None:
    """The app is made once, however many workers: a site is asked for its keys once."""
    with running_key_server() as keys:
        keys.body = key_set(ES384.public())
        config = write_config(tmp_path, f"sqlite:///{tmp_path}/state/oncocue.sqlite")
        site = config.parent / "sites" / "general.toml"
        site.write_text(f'name = "general"\nissuer = "{ES384.issuer}"\njku = "{keys.base}/jwks"\n')
        with Serving(config, 1, "--workers", "3").running() as serving:
            answered = [serving.post(0).status_code for _ in range(12)]

    assert answered == [200] * 12
    assert keys.calls == ["/jwks"]
