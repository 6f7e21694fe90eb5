"""TLS alone carries patient data: what starts, what is answered, and what is refused unread."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from oncocue.settings import ServerSection
from oncocue.transport import PlainText, TlsOnly, check_transport
from tests.support.hook_calls import request_for
from tests.support.servers import clean_environment, free_port, wait_for
from tests.support.tokens import Signer, key_of, key_set

PATH = "/cds-services/biomarker-testing"


class Untouched(io.BytesIO):
    """A body that nobody may read."""

    def read(self, *_: Any) -> bytes:
        raise AssertionError("the body was read")


def _asked(behind_proxy: bool, path: str = PATH, **environ: str) -> str:
    """The status of a request, by an application that answers 200 to whatever reaches it."""
    told: list[str] = []

    def app(_: dict[str, Any], start_response: Any) -> list[bytes]:
        start_response("200 OK", [])
        return [b""]

    request = {"PATH_INFO": path, "wsgi.input": Untouched(), **environ}
    list(TlsOnly(app, behind_proxy)(request, lambda status, _: told.append(status)))
    return told[0][:3]


@pytest.mark.conformance("cds-hooks", 1)
@pytest.mark.parametrize("path", ["/cds-services", PATH, f"{PATH}/feedback", "/launch"])
@pytest.mark.parametrize("told", ["http", "https, http", "http,https", "", "HTTP", "wss"])
def test_what_came_in_plain_text_is_refused_unread(path: str, told: str) -> None:
    """Discovery, calls, feedback and pages: 403 before a byte of the body is read."""
    for behind_proxy in (True, False):
        assert _asked(behind_proxy, path, HTTP_X_FORWARDED_PROTO=told) == "403"


@pytest.mark.conformance("cds-hooks", 1)
def test_a_proxy_that_does_not_say_how_is_not_believed() -> None:
    """Behind a proxy, TLS has to be told; beside none, the address decides (loopback, own TLS)."""
    assert _asked(behind_proxy=True) == "403"
    assert _asked(behind_proxy=False) == "200"
    assert _asked(behind_proxy=True, HTTP_X_FORWARDED_PROTO="https") == "200"
    assert _asked(behind_proxy=True, HTTP_X_FORWARDED_PROTO="HTTPS, https") == "200"


def test_health_is_asked_from_beside_us() -> None:
    """Load balancers ask in plain text, and learn nothing of patients."""
    assert _asked(behind_proxy=True, path="/healthz") == "200"
    assert _asked(behind_proxy=True, path="/readyz") == "200"


@pytest.mark.conformance("cds-hooks", 1)
@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "oncocue.example"])
def test_plain_http_is_never_offered_to_other_machines(host: str) -> None:
    """It starts with a certificate or a proxy, or not at all."""
    with pytest.raises(PlainText, match="unencrypted"):
        check_transport(ServerSection(), host)
    check_transport(ServerSection(behind_proxy=True), host)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1", "localhost"])
def test_loopback_needs_neither(host: str) -> None:
    """Nobody else can reach it."""
    check_transport(ServerSection(), host)


def test_certificate_and_key_go_together(tmp_path: Path) -> None:
    """And both are files."""
    there = tmp_path / "there.pem"
    there.write_text("x")
    for server, says in (
        (ServerSection(certificate=there), "go together"),
        (ServerSection(key=there), "go together"),
        (ServerSection(certificate=there, key=tmp_path / "no.pem"), "server.key: .* not a file"),
    ):
        with pytest.raises(PlainText, match=says):
            check_transport(server, "127.0.0.1")


def _certificate(folder: Path) -> None:
    """A certificate for localhost, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "tls.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "tls.key").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )


@pytest.mark.conformance("cds-hooks", 1)
def test_a_card_over_our_own_tls(tmp_path: Path) -> None:
    """The real server with a certificate: https is answered, plain HTTP is not."""
    signer = Signer(key_of("EC", "P-384"))
    _certificate(tmp_path)
    (tmp_path / "sites").mkdir()
    (tmp_path / "sites" / "general.jwks").write_bytes(key_set(signer.public()))
    (tmp_path / "sites" / "general.toml").write_text(
        f'name = "general"\nissuer = "{signer.issuer}"\njwks_file = "general.jwks"\n'
    )
    (tmp_path / "oncocue.toml").write_text(
        '[hooks]\nsites = "sites"\npublic_url = "https://oncocue.example"\n'
        '[server]\ncertificate = "tls.pem"\nkey = "tls.key"\n'
        '[database]\nurl = "sqlite:///state.sqlite"\n'
    )
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "oncocue", "serve", "--port", str(port)],
        env=clean_environment(ONCOCUE_CONFIG=str(tmp_path / "oncocue.toml")),
        stderr=subprocess.DEVNULL,
    )
    now = datetime.now(UTC).timestamp()
    token = signer.token(iat=now - 1, exp=now + 120)
    try:
        wait_for(server, port)
        reply = requests.post(
            f"https://localhost:{port}{PATH}",
            data=json.dumps(request_for("lung-adenocarcinoma-partial-results")),
            headers={"Authorization": f"Bearer {token}"},
            verify=str(tmp_path / "tls.pem"),
            timeout=30,
        )
        assert (reply.status_code, len(reply.json()["cards"])) == (200, 1)
        with pytest.raises(requests.ConnectionError):
            requests.get(f"http://localhost:{port}/healthz", timeout=30)
    finally:
        server.terminate()
        server.wait(30)
