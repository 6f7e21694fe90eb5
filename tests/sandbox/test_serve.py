"""`oncocue serve` for real, with a site file for this sandbox: signed calls, or none."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator

import pytest
import requests

from sandbox.app import create_app
from tests.sandbox.conftest import running
from tests.sandbox.test_end_to_end import FLAGSHIP, SUMMARY, _page, _statuses, _summaries
from tests.support.hook_calls import CHARTS
from tests.support.servers import free_port
from tests.support.two_servers import start_serving

SITE = """name = "sandbox"
issuer = "{ehr}/fhir"
jku = "{ehr}/.well-known/jwks.json"
fhir_servers = ["{ehr}/fhir"]
profile = "sandbox"
"""
CONFIG = """[hooks]
sites = "sites"
public_url = "{service}"
[database]
url = "sqlite:///oncocue.sqlite"
"""


@pytest.fixture(scope="module")
def addresses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The sandbox and a service that trusts it, as docs/sandbox.md writes it down."""
    folder = tmp_path_factory.mktemp("config")
    (folder / "sites").mkdir()
    port = free_port()
    service = f"http://127.0.0.1:{port}"
    with running(create_app(service, CHARTS), "localhost") as ehr:
        (folder / "sites" / "sandbox.toml").write_text(SITE.format(ehr=ehr))
        (folder / "oncocue.toml").write_text(CONFIG.format(service=service))
        server = start_serving("--port", str(port), config=folder / "oncocue.toml")
        try:
            wait_for(service, server)
            yield ehr, service
        finally:
            server.terminate()
            server.communicate(timeout=30)


def wait_for(service: str, server: subprocess.Popen[bytes]) -> None:
    """Until it answers."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert server.poll() is None, server.communicate()[0].decode()
        try:
            requests.get(f"{service}/healthz", timeout=5)
            return
        except requests.ConnectionError:
            time.sleep(0.1)
    pytest.fail("the service did not answer")


@pytest.mark.parametrize("query", ["", "?prefetch=none"])
def test_a_service_that_checks_signatures_answers_this_ehr(
    addresses: tuple[str, str], query: str
) -> None:
    """Discovery and every service: 200, with the card, also when it has to fetch with its token."""
    page = _page(addresses[0], query)
    assert [SUMMARY in summary for summary in _summaries(page)] == [True]
    assert set(_statuses(page)) == {"200"}


def test_feedback_is_signed_too(addresses: tuple[str, str]) -> None:
    """The service takes it, and the card rests."""
    ehr, _ = addresses
    page = _page(ehr)
    card = page.partition('name="card" value="')[2].partition('"')[0]
    reasons = page.partition('<option value="">Choose a reason</option>')[2]
    form = {"card": card, "reason": reasons.partition('value="')[2].partition('"')[0]}
    told = requests.post(f"{ehr}/patients/{FLAGSHIP}/dismiss", data=form, timeout=60)
    assert "Feedback sent to the service: taken." in " ".join(told.text.split())


def test_who_does_not_sign_is_not_answered(addresses: tuple[str, str]) -> None:
    """The same service, asked by a stranger."""
    assert requests.get(f"{addresses[1]}/cds-services", timeout=30).status_code == 401
