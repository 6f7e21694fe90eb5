"""One HAPI FHIR server for a whole run of the tests, however many processes run them."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

from tests.servers.artefacts import JAVA, java

_SECONDS_TO_START = 300.0
_SECONDS_TO_STOP = 60.0
JSON = {"Content-Type": "application/fhir+json", "Accept": "application/fhir+json"}


class Refused(Exception):
    """HAPI did not take something; the message holds its words."""


class Hapi:
    """A running server: its base URL, and the few calls that the tests make."""

    def __init__(self, base: str) -> None:
        self.base = base
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers.update(JSON)

    def get(self, query: str, **parameters: str) -> Any:
        """A read or a search; `query` is relative to the base, or an address it gave."""
        url = query if query.startswith("http") else f"{self.base}/{query}"
        return self._json(self._session.get(url, params=parameters, timeout=300))

    def pages(self, query: str) -> Iterator[dict[str, Any]]:
        """Every page of a search, following its own links."""
        url: str | None = query
        while url:
            page = self.get(url)
            yield page
            url = next((each["url"] for each in page["link"] if each["relation"] == "next"), None)

    def search_by_post(self, kind: str, form: str) -> Any:
        """A search with its parameters in the body, where no log sees them."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        url = f"{self.base}/{kind}/_search"
        return self._json(self._session.post(url, data=form, headers=headers, timeout=300))

    def transact(self, bundle: dict[str, Any]) -> Any:
        """A transaction or batch."""
        return self._json(self._session.post(self.base, json=bundle, timeout=600))

    def put(self, resource: dict[str, Any]) -> Any:
        """One resource under its own id."""
        url = f"{self.base}/{resource['resourceType']}/{resource['id']}"
        return self._json(self._session.put(url, json=resource, timeout=300))

    def validate(self, resource: dict[str, Any], profile: str = "") -> list[dict[str, Any]]:
        """What `$validate` finds, whatever it makes of it; a parse failure is a finding too."""
        return self.validate_bytes(resource["resourceType"], json.dumps(resource).encode(), profile)

    def validate_bytes(self, kind: str, body: bytes, profile: str = "") -> list[dict[str, Any]]:
        """The same of a body that need not be FHIR, said to be of a type."""
        url = f"{self.base}/{kind}/$validate"
        asked = {"profile": profile} if profile else {}
        outcome = self._session.post(url, params=asked, data=body, timeout=300).json()
        issues: list[dict[str, Any]] = outcome["issue"]
        return issues

    def _json(self, answer: requests.Response) -> Any:
        body = answer.json()
        if answer.status_code >= 400:
            told = [issue.get("diagnostics", "") for issue in body.get("issue", [])]
            raise Refused(" ".join(told) or str(answer.status_code))
        return body


def errors(issues: list[dict[str, Any]]) -> list[str]:
    """The issues that make a resource invalid, with where they are."""
    return [
        " ".join([*issue.get("expression", []), issue["diagnostics"]])
        for issue in issues
        if issue["severity"] in ("error", "fatal")
    ]


@contextmanager
def running_hapi(folder: Path, long: bool = False) -> Iterator[Hapi]:
    """The server of the run whose shared folder this is: the first to ask starts it.

    All who use it hold the writing end of one pipe, which is its standard input. It stops when
    the last of them closes it or dies, so none outlives the tests. A `long` run gets more memory.
    """
    with locked(folder / "hapi.lock"):
        writer, process = _join(folder, long)
        port = int((folder / "hapi.port").read_text())
    try:
        yield Hapi(f"http://127.0.0.1:{port}/fhir")
    finally:
        os.close(writer)
        if process is not None:
            process.wait()


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """The block runs in one process of the run at a time."""
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _join(folder: Path, long: bool) -> tuple[int, subprocess.Popen[bytes] | None]:
    """The pipe's writing end, and the process if it is ours to wait for."""
    pipe = folder / "hapi.stdin"
    if not pipe.exists():
        os.mkfifo(pipe)
    try:
        # Refused when nobody reads it: then no server runs.
        return os.open(pipe, os.O_WRONLY | os.O_NONBLOCK), None
    except OSError:
        return _start(folder, pipe, long)


def _start(folder: Path, pipe: Path, long: bool) -> tuple[int, subprocess.Popen[bytes]]:
    ready, log = folder / "hapi.port", folder / "hapi.log"
    ready.unlink(missing_ok=True)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    writer = os.open(pipe, os.O_WRONLY)
    os.set_blocking(reader, True)
    source = str(JAVA / "hapi" / "HapiServer.java")
    with log.open("wb") as output:
        process = subprocess.Popen(
            java("hapi", "8g" if long else "4g", source, str(ready), long=long),
            stdin=reader,
            stdout=output,
            stderr=output,
        )
    os.close(reader)
    deadline = time.monotonic() + _SECONDS_TO_START
    while not ready.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            os.close(writer)
            process.kill()
            process.wait()
            raise RuntimeError(f"HAPI did not start:\n{log.read_text()[-4000:]}")
        time.sleep(0.1)
    return writer, process
