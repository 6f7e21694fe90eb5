"""The pieces that Compose and Kubernetes put together, started together on this machine."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import redis
import requests
import yaml

from smartapp.launch.client_keys import KeyFolder
from smartapp.sessions.vault import make_vault_key
from tests.support.databases import running_postgres
from tests.support.redis_server import running_redis
from tests.support.servers import clean_environment, free_port, wait_for
from tests.support.tokens import key_set
from tests.support.two_servers import BODY, ES384, PATH, signed

pytestmark = [pytest.mark.postgres, pytest.mark.redis]
ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
# As oncocue.toml says it, character for character.
PUBLIC_URL = "https://oncocue.hospital.example"
_MOST = 3
_ANSWERS = "oncocue_hook_answers_total{"


def _of_compose() -> dict[str, Any]:
    """The service with its settings in the environment, beside the file."""
    [service] = (
        each
        for name, each in yaml.safe_load((ROOT / "compose.yaml").read_text())["services"].items()
        if name == "oncocue"
    )
    text = (DEPLOY / "oncocue.toml").read_text()
    return {"text": text, "set": service["environment"], "command": service["command"]}


def _of_kubernetes() -> dict[str, Any]:
    """The container with its settings in the ConfigMap."""
    folder = DEPLOY / "kubernetes"
    maps = yaml.safe_load_all((folder / "configuration.yaml").read_text())
    text = next(
        each["data"]["oncocue.toml"] for each in maps if each["metadata"]["name"] == "oncocue"
    )
    deployment = yaml.safe_load((folder / "deployment.yaml").read_text())
    [container] = deployment["spec"]["template"]["spec"]["containers"]
    settings = {each["name"]: each["value"] for each in container["env"]}
    return {"text": text, "set": settings, "command": container["args"]}


class Deployed:
    """What runs: where it serves, where its metrics are, and the Redis beside it."""

    def __init__(self, port: int, metrics: int, counts: redis.Redis) -> None:
        self.port, self.metrics, self.counts = port, metrics, counts

    def call(self, token: str) -> int:
        """The status of a hook call, as the proxy in front hands it on."""
        headers = {"Authorization": f"Bearer {token}", "X-Forwarded-Proto": "https"}
        url = f"http://127.0.0.1:{self.port}{PATH}"
        return requests.post(url, data=BODY, headers=headers, timeout=60).status_code

    def answered(self) -> float:
        """How many calls the metrics count as answered with cards or silence."""
        told = requests.get(f"http://127.0.0.1:{self.metrics}/metrics", timeout=30).text
        lines = [each for each in told.splitlines() if each.startswith(_ANSWERS)]
        return sum(float(each.rpartition(" ")[2]) for each in lines if 'status="200"' in each)


@contextmanager
def _laid_out(folder: Path, text: str, database: str) -> Iterator[dict[str, str]]:
    """The files where containers have them mounted; the variables that say where."""
    (folder / "sites").mkdir(parents=True)
    (folder / "sites" / "general.jwks").write_bytes(key_set(ES384.public()))
    (folder / "sites" / "general.toml").write_text(
        f'name = "general"\nissuer = "{ES384.issuer}"\njwks_file = "general.jwks"\n'
    )
    KeyFolder(folder / "keys").make("ES384", 0.0)
    (folder / "oncocue.toml").write_text(text)
    (folder / "secrets").mkdir()
    for name, secret in {
        "oncocue__database__url": database,
        "oncocue__record__hash_key": "k" * 32,
        "oncocue__app__store_keys": json.dumps([make_vault_key()]),
    }.items():
        (folder / "secrets" / name).write_text(secret)
    yield {
        "ONCOCUE_CONFIG": str(folder / "oncocue.toml"),
        "ONCOCUE_SECRETS": str(folder / "secrets"),
        "ONCOCUE__LIMITS__CALLS_PER_MINUTE": str(_MOST),
        "TMPDIR": str(folder),
    }


@pytest.fixture(params=[_of_compose, _of_kubernetes], ids=["compose", "kubernetes"])
def deployed(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Deployed]:
    """Tables upgraded, then the service, as the file says; only addresses are this machine's."""
    parts = request.param()
    port, metrics = free_port(), free_port()
    with (
        running_postgres() as postgres,
        running_redis() as counts,
        _laid_out(tmp_path, parts["text"], postgres.new_database()) as laid,
    ):
        here = {"redis:6379": counts.address[8:], "10.0.0.11:6379": counts.address[8:]}
        config = tmp_path / "oncocue.toml"
        config.write_text(_replaced(config.read_text(), {**here, "= 9464": f"= {metrics}"}))
        told = {name: _replaced(value, here) for name, value in parts["set"].items()}
        if "ONCOCUE__METRICS__PORT" in told:
            told["ONCOCUE__METRICS__PORT"] = str(metrics)
        environment = clean_environment(**{**told, **laid})
        product = [sys.executable, "-m", "oncocue"]
        subprocess.run([*product, "db", "upgrade"], env=environment, check=True, cwd=ROOT)
        command = [str(port) if each == "8000" else each for each in parts["command"]]
        server = subprocess.Popen([*product, *command], env=environment, cwd=ROOT)
        try:
            wait_for(server, port)
            yield Deployed(port, metrics, redis.Redis.from_url(counts.address))
        finally:
            server.terminate()
            server.wait(30)


def _replaced(text: str, places: dict[str, str]) -> str:
    for there, here in places.items():
        text = text.replace(there, here)
    return text


def test_the_pieces_work_together(deployed: Deployed) -> None:
    """Workers share used tokens (PostgreSQL) and counts (Redis); metrics are at their own port."""
    token = signed(aud=PUBLIC_URL + PATH)
    others = [signed(aud=PUBLIC_URL + PATH) for _ in range(_MOST)]

    told = [deployed.call(each) for each in (token, token, *others)]

    # A token used twice is refused before it is counted.
    assert told == [200, 401, *[200] * (_MOST - 1), 429]
    [counted] = deployed.counts.keys("*")
    assert b"general" in counted
    # An answer is counted after it was sent.
    deadline = time.monotonic() + 20
    while deployed.answered() < _MOST and time.monotonic() < deadline:
        time.sleep(0.05)
    assert deployed.answered() == _MOST
    assert requests.get(f"http://127.0.0.1:{deployed.port}/metrics", timeout=30).status_code != 200
