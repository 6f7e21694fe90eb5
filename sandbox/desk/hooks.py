"""CDS Hooks over HTTP as an EHR speaks it: discovery, calls, feedback."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import requests

from sandbox.desk.exchange import Exchange, Key, Service
from sandbox.desk.signing import Signer
from sandbox.words import first, items, text

_SECONDS = (2, 15)


class ServiceDown(Exception):
    """The CDS service cannot be reached or does not speak CDS Hooks; the message says which."""


@dataclass(frozen=True)
class CdsClient:
    """Calls one CDS service endpoint, signed."""

    url: str
    signer: Signer

    def discover(self) -> list[Service]:
        """The services of every hook. Raises ServiceDown."""
        address = f"{self.url}/cds-services"
        try:
            with _session() as session:
                headers = self.signer.headers(address)
                reply = session.get(address, headers=headers, timeout=_SECONDS)
                document = reply.json()
        except (requests.RequestException, ValueError) as error:
            raise ServiceDown(_failure(error)) from error
        if reply.status_code != HTTPStatus.OK or not isinstance(document, dict):
            raise ServiceDown(f"Discovery answered {reply.status_code}.")
        return [_service(each) for each in items(document.get("services"))]

    def call(self, service: Service, request: dict[str, Any], keys: tuple[Key, ...]) -> Exchange:
        """POST a request and keep what came back, also when nothing did."""
        url = self._address(service.id)
        started = time.perf_counter()
        try:
            reply = self._post(url, request)
        except requests.RequestException as error:
            return Exchange(service, url, request, keys, problem=_failure(error))
        milliseconds = (time.perf_counter() - started) * 1000
        return Exchange(
            service,
            url,
            request,
            keys,
            status=reply.status_code,
            response=_json(reply),
            body=reply.text,
            milliseconds=milliseconds,
        )

    def tell(self, service_id: str, feedback: dict[str, Any]) -> int | None:
        """Send one entry of feedback; the status, None when nothing answered."""
        now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        entry = {**feedback, "outcomeTimestamp": now}
        try:
            url = f"{self._address(service_id)}/feedback"
            return self._post(url, {"feedback": [entry]}).status_code
        except requests.RequestException:
            return None

    def _address(self, service_id: str) -> str:
        return f"{self.url}/cds-services/{quote(service_id, safe='')}"

    def _post(self, url: str, body: dict[str, Any]) -> requests.Response:
        with _session() as session:
            headers = self.signer.headers(url)
            return session.post(url, json=body, headers=headers, timeout=_SECONDS)


def _service(entry: dict[str, Any]) -> Service:
    templates = first(entry.get("prefetch"))
    return Service(
        id=text(entry.get("id")),
        title=text(entry.get("title")) or text(entry.get("id")),
        description=text(entry.get("description")),
        prefetch={key: template for key, template in templates.items() if text(template)},
        hook=text(entry.get("hook")),
    )


def _session() -> requests.Session:
    session = requests.Session()
    session.trust_env = False  # no proxy stands between an EHR and its CDS service here
    return session


def _json(reply: requests.Response) -> Any:
    try:
        return reply.json()
    except ValueError:
        return None


def _failure(error: Exception) -> str:
    if isinstance(error, requests.Timeout):
        return "The service did not answer in time."
    if isinstance(error, requests.ConnectionError):
        return "Nothing answers at this address."
    return "The answer is not one of a CDS service."


def pretty(value: Any) -> str:
    """JSON for people."""
    return json.dumps(value, indent=2, ensure_ascii=False)
