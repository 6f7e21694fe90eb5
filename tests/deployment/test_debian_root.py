"""The Dockerfile's steps in folders that hold a Debian of their own, and what then runs there.

In place of a container engine: debootstrap makes the base image (with Debian's Python), chroot and
a mount namespace stand for the container. Needs root, debootstrap and Debian's packages.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import requests

from smartapp.launch.client_keys import KeyFolder
from smartapp.sessions.vault import make_vault_key
from tests.deployment.dockerfile import ROOT, STEPS, copy, environment, words
from tests.support.servers import free_port, wait_for

_HOW = "run as root on Debian, after `apt-get install debootstrap`"
pytestmark = [
    pytest.mark.full,
    pytest.mark.timeout(1800),
    pytest.mark.skipif(os.geteuid() != 0 or shutil.which("debootstrap") is None, reason=_HOW),
]
_PATH = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"
_SOURCES = Path("/etc/apt/sources.list.d/debian.sources")
# How this machine finds packages and whom it trusts: a container engine would bring the same.
_OF_THE_NETWORK = (
    "etc/resolv.conf",
    "etc/hosts",
    "etc/pip.conf",
    "etc/ssl/certs/ca-certificates.crt",
)
_USER = words(2, "USER")[0]
_STATE = "/var/lib/oncocue"
# A container's mounts: the image for reading alone, a volume, /tmp in memory, devices.
_MOUNTS = """
mount --rbind "$1" "$1"
mount -o remount,bind,ro "$1"
mount --bind "$2" "$1/var/lib/oncocue"
mount -t tmpfs -o size=64m,mode=1777,noexec,nosuid,nodev tmpfs "$1/tmp"
mount --rbind /dev "$1/dev"
mount -t proc proc "$1/proc"
root="$1"
shift 2
exec setpriv --no-new-privs chroot --userspec="$ONCOCUE_TEST_USER" "$root" "$@"
"""


class Container(NamedTuple):
    """An image as a folder, and a volume for its state."""

    image: Path
    volume: Path

    def command(self, *words: str) -> list[str]:
        """What runs a command in it as the image's user; all of it ends with the first process."""
        inside = ["sh", "-ec", _MOUNTS, "sh", str(self.image), str(self.volume), *words]
        return ["unshare", "--mount", "--pid", "--fork", "--kill-child", *inside]

    def environment(self, **more: str) -> dict[str, str]:
        """What the image sets, and these."""
        return {**environment(2, _PATH), "ONCOCUE_TEST_USER": _USER, **more}


def _base(folder: Path) -> None:
    """The release of Debian that the Dockerfile's image has, with a `python`."""
    release = words(0, "ARG")[0].rpartition("-")[2]
    mirror = []
    if _SOURCES.is_file():
        lines = _SOURCES.read_text().splitlines()
        mirror = [line.split()[1] for line in lines if line.startswith("URIs:")][:1]
    include = "--include=python3,python3-venv,ca-certificates"
    made = ["debootstrap", "--variant=minbase", include, release, str(folder), *mirror]
    subprocess.run(made, check=True, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
    (folder / "usr/local/bin/python").symlink_to("/usr/bin/python3")
    for name in _OF_THE_NETWORK:
        if Path("/", name).is_file():
            (folder / name).unlink(missing_ok=True)
            shutil.copy(Path("/", name), folder / name)


def _built(stage: int, folder: Path, before: Path | None) -> None:
    """Every step of a stage that changes the image."""
    kept = {key: value for key, value in os.environ.items() if key.startswith(("PIP_", "SSL_"))}
    told = {**kept, **environment(stage, _PATH)}
    work = "/"
    for step in (each for each in STEPS if each.stage == stage):
        if step.instruction == "WORKDIR":
            work = step.words
            (folder / work[1:]).mkdir(parents=True, exist_ok=True)
        elif step.instruction == "RUN":
            inside = ["chroot", str(folder), "sh", "-ec", f"cd {work} && {step.words}"]
            subprocess.run(inside, env=told, check=True, stdout=subprocess.DEVNULL)
        elif step.instruction == "COPY":
            _copied(step.words.split(), folder, work, before)


def _copied(names: list[str], folder: Path, work: str, before: Path | None) -> None:
    if names[0].startswith("--from="):
        assert before is not None
        _, source, target = names
        shutil.copytree(before / source[1:], folder / target[1:], symlinks=True)
        return
    *sources, target = names
    for source in sources:
        copy(ROOT / source, folder / work[1:] / target)


@pytest.fixture(scope="module")
def container() -> Iterator[Container]:
    """Both stages built, the example configuration in its place."""
    with tempfile.TemporaryDirectory(prefix="oncocue-image-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        first, image, volume = folder / "first", folder / "image", folder / "volume"
        _base(first)
        subprocess.run(["cp", "--archive", str(first), str(image)], check=True)
        _built(1, first, None)
        _built(2, image, first)
        shutil.rmtree(first)
        shutil.copytree(ROOT / "deploy" / "sites", image / "etc/oncocue/sites")
        shutil.copy(ROOT / "deploy" / "oncocue.toml", image / "etc/oncocue")
        KeyFolder(image / "etc/oncocue/keys").make("ES384", 0.0)
        shutil.copytree(image / _STATE[1:], volume)
        for path in (volume, image / "etc/oncocue/keys", *(image / "etc/oncocue/keys").iterdir()):
            os.chown(path, *map(int, _USER.split(":")))
        yield Container(image, volume)


@pytest.fixture(scope="module")
def served(container: Container) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """The image's own command, but for the port."""
    port = free_port()
    told = container.environment(
        ONCOCUE__APP__STORE_KEYS=json.dumps([make_vault_key()]), ONCOCUE__RECORD__HASH_KEY="k" * 32
    )
    command = [*json.loads(words(2, "ENTRYPOINT")[0]), *json.loads(words(2, "CMD")[0])]
    command[-1] = str(port)
    server = subprocess.Popen(container.command(*command, "--workers", "1"), env=told, cwd="/")
    try:
        wait_for(server, port)
        yield server, port
    finally:
        # A container is stopped by a signal to its first process, which must heed it.
        [first] = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
        os.kill(int(first), signal.SIGTERM)
        server.wait(30)


def test_the_container_serves_and_is_healthy(
    container: Container, served: tuple[subprocess.Popen[bytes], int]
) -> None:
    """Its own health check says so, run inside; a stranger's call is refused."""
    _, port = served
    check = json.loads(words(2, "HEALTHCHECK")[0].partition("CMD ")[2])
    check[-1] = check[-1].replace(":8000", f":{port}")
    done = subprocess.run(
        container.command(*check), env=container.environment(), cwd="/", check=False
    )

    assert done.returncode == 0
    answer = requests.post(
        f"http://127.0.0.1:{port}/cds-services/biomarker-testing",
        json={},
        headers={"X-Forwarded-Proto": "https"},
        timeout=30,
    )
    assert answer.status_code == 401


def test_its_user_is_nobody_and_writes_nowhere_else(
    container: Container, served: tuple[subprocess.Popen[bytes], int]
) -> None:
    """State and /tmp alone; the database is in the volume."""
    looked = subprocess.run(
        container.command(
            "sh", "-c", "id -u; find / -xdev -writable -not -type l 2>/dev/null || true"
        ),
        env=container.environment(), cwd="/", check=False, capture_output=True, text=True,
    )  # fmt: skip
    writable = subprocess.run(
        container.command("sh", "-c", f"touch {_STATE}/x /tmp/x && rm {_STATE}/x"),
        env=container.environment(), cwd="/", check=False,
    )  # fmt: skip

    user, *places = looked.stdout.split()
    assert user == _USER.partition(":")[0]
    assert {_STATE, "/tmp"} <= set(places)
    assert [each for each in places if not each.startswith((_STATE, "/tmp"))] == []
    assert writable.returncode == 0
    assert (container.volume / "oncocue.sqlite").is_file()
