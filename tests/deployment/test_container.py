"""The Dockerfile: linted, and its steps done in a folder, since no container engine is needed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from smartapp.launch.client_keys import KeyFolder
from smartapp.sessions.vault import make_vault_key
from tests.deployment.dockerfile import ROOT, STEPS, copy, words
from tests.support.servers import free_port, wait_for


def test_the_dockerfile_is_clean() -> None:
    """hadolint finds nothing."""
    hadolint = Path(sys.executable).parent / "hadolint"
    done = subprocess.run(
        [hadolint, "--no-color", str(ROOT / "Dockerfile")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert (done.returncode, done.stdout) == (0, "")


def test_only_what_was_locked_is_installed() -> None:
    """By hash; the product itself without looking for anything else."""
    [*_, locked, product] = words(1, "RUN")

    assert "--require-hashes --only-binary :all:" in locked
    assert "--no-deps --no-build-isolation" in product


def test_it_runs_as_nobody_special_and_says_when_it_is_ready() -> None:
    """A numeric user, so that Kubernetes can tell it is not root; a health check."""
    assert words(2, "USER") == ["10001:10001"]
    assert "/readyz" in words(2, "HEALTHCHECK")[0]
    assert json.loads(words(2, "CMD")[0])[:3] == ["serve", "--host", "0.0.0.0"]


def test_what_is_copied_is_there_and_let_through() -> None:
    """Every source exists, and `.dockerignore`, which begins by leaving out all, names it."""
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    sources = [name for line in words(1, "COPY") for name in line.split()[:-1]]

    assert ignored[1] == "*"
    for name in sources:
        assert (ROOT / name).exists(), name
        assert f"!{name.rstrip('/')}" in ignored


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the first stage's steps make, done here as they stand in the file."""
    folder = tmp_path_factory.mktemp("image")
    build, installed = folder / "build", folder / "opt"
    build.mkdir()
    bin_folder = f"{installed}/bin"
    environment = {"PATH": f"{bin_folder}:{Path(sys.executable).parent}:/usr/bin:/bin"}
    kept = {key: value for key, value in os.environ.items() if key.startswith(("PIP_", "SSL_"))}
    for step in STEPS:
        if step.stage != 1 or step.instruction not in ("COPY", "RUN"):
            continue
        line = step.words.replace("/opt/oncocue", str(installed))
        if step.instruction == "RUN":
            subprocess.run(["sh", "-ec", line], cwd=build, env={**kept, **environment}, check=True)
            continue
        *sources, target = line.split()
        for source in sources:
            copy(ROOT / source, build / target)
    shutil.rmtree(build)
    return installed


@pytest.fixture
def served(image: Path, tmp_path: Path) -> Iterator[str]:
    """What the container's command serves, with the example configuration and SQLite."""
    shutil.copytree(ROOT / "deploy" / "sites", tmp_path / "etc" / "sites")
    shutil.copy(ROOT / "deploy" / "oncocue.toml", tmp_path / "etc")
    KeyFolder(tmp_path / "etc" / "keys").make("ES384", 0.0)
    port = free_port()
    environment = {
        "PATH": f"{image}/bin:/usr/bin:/bin",
        "STATE_DIRECTORY": str(tmp_path / "state"),
        "ONCOCUE_CONFIG": str(tmp_path / "etc" / "oncocue.toml"),
        "ONCOCUE__APP__STORE_KEYS": json.dumps([make_vault_key()]),
        "ONCOCUE__RECORD__HASH_KEY": "k" * 32,
    }
    command = [f"{image}/bin/oncocue", *json.loads(words(2, "CMD")[0])]
    command[-1] = str(port)
    server = subprocess.Popen([*command, "--workers", "1"], cwd=tmp_path, env=environment)
    try:
        wait_for(server, port)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(30)


@pytest.mark.timeout(600)
def test_nothing_of_the_packages_is_left_behind(image: Path) -> None:
    """Every file of ours that is no code is installed too: templates, profiles, guidance."""
    [installed] = image.glob("lib/python3*/site-packages")
    packages = ("oncology", "cds_hooks", "smartapp", "sandbox", "oncocue")
    ours = [path for name in packages for path in (ROOT / name).rglob("*") if path.is_file()]
    wanted = {path.relative_to(ROOT) for path in ours if path.suffix not in (".pyc", ".md")}
    wanted |= {
        Path("oncocue") / path.relative_to(ROOT) for path in (ROOT / "guidance").rglob("*.toml")
    }

    assert sorted(str(path) for path in wanted if not (installed / path).is_file()) == []


@pytest.mark.timeout(600)
def test_the_image_serves_what_the_checkout_does(image: Path, served: str) -> None:
    """Ready, the app's entry page is there, and a stranger's call is refused."""
    check = json.loads(words(2, "HEALTHCHECK")[0].partition("CMD ")[2])
    check[2] = check[2].replace("http://127.0.0.1:8000", served)
    https = {"X-Forwarded-Proto": "https"}

    assert subprocess.run([f"{image}/bin/{check[0]}", *check[1:]], check=False).returncode == 0
    assert requests.get(f"{served}/launch.html", headers=https, timeout=30).status_code == 200
    called = requests.post(
        f"{served}/cds-services/biomarker-testing", json={}, headers=https, timeout=30
    )
    assert called.status_code == 401
    assert requests.get(f"{served}/cds-services", timeout=30).status_code == 403
    assert not list(image.glob("bin/pip*"))
