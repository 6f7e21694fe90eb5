"""Patient data planted in every corner of a request is found nowhere afterwards.

Real servers; their logs, metrics, error bodies and database are searched for it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import requests
from sqlalchemy import create_engine, inspect

from tests.support.databases import database
from tests.support.product import entry
from tests.support.servers import free_port
from tests.support.two_servers import BODY, PATH, Serving, signed, write_config

CANARY = "Żółć-canary"
PLAIN = "canary"


def _planted() -> dict[str, Any]:
    """A request that is answered, with odd names, ids, users and a marked token."""
    request: dict[str, Any] = json.loads(
        BODY.decode().replace(json.loads(BODY)["context"]["patientId"], "canary-patient")
    )
    request["context"]["userId"] = "Practitioner/canary-user"
    request["context"]["encounterId"] = "canary-encounter"
    request["hookInstance"] = "canary-instance"
    request["fhirAuthorization"] = {"access_token": "canary-token", "subject": "canary-app"}
    request["fhirServer"] = "https://canary.example/fhir"
    request["extension"] = {"com.example": CANARY}
    patient = request["prefetch"]["patient"]
    patient["name"] = [{"family": CANARY, "given": [CANARY, "'; DROP TABLE audit; --"]}]
    patient["identifier"] = [{"value": "canary-mrn"}]
    for each in request["prefetch"]["observations"]["entry"]:
        each["resource"]["note"] = [{"text": CANARY}]
    return request


def _broken(request: dict[str, Any]) -> list[bytes]:
    """The same in shapes that are refused, and cut off."""
    whole = json.dumps(request)
    return [
        json.dumps({**request, "hook": CANARY}).encode(),
        json.dumps({**request, "context": {"patientId": CANARY}}).encode(),
        json.dumps({**request, "hookInstance": {"canary": CANARY}}).encode(),
        json.dumps({**request, "prefetch": {"patient": CANARY}}).encode(),
        json.dumps({**request, "prefetch": {}}).encode(),
        whole[: len(whole) // 2].encode(),
        f'"{CANARY}"'.encode(),
    ]


def test_nothing_of_a_patient_is_left(tmp_path: Path) -> None:
    """Neither of answers nor of refusals nor of faults."""
    url = f"sqlite:///{tmp_path}/state/oncocue.sqlite"
    database(url).dispose()
    port = free_port()
    more = f"[metrics]\nport = {port}\n[limits]\ncalls_per_minute = 100\n"
    serving = Serving(write_config(tmp_path, url, more), servers=1)
    told: list[str] = []
    with serving.running():
        request = _planted()
        [card] = serving.cards(0, json.dumps(request).encode())
        for body in _broken(request):
            told.append(serving.post(0, body=body).text)
        for token in ("canary", f"canary.{signed()}", signed(canary=CANARY, iss="canary")):
            told.append(serving.post(0, token).text)
        given = {"reason": {"code": CANARY, "display": CANARY}, "userComment": CANARY}
        at = {"outcomeTimestamp": "2026-01-01T00:00:00Z"}
        assert serving.send(0, entry(card["uuid"], **at, overrideReason=given)).status_code == 200
        told.append(serving.send(0, entry(CANARY)).text)
        told.append(serving.send(0, entry(card["uuid"], outcome=CANARY)).text)
        base = f"http://127.0.0.1:{serving.ports[0]}"
        told += [
            requests.get(f"{base}/{PLAIN}?patient={PLAIN}", timeout=10).text,
            requests.get(f"{base}/launch?iss={PLAIN}&launch={PLAIN}", timeout=10).text,
            requests.post(f"{base}{PATH}/{PLAIN}", data=CANARY.encode(), timeout=10).text,
            requests.get(f"http://127.0.0.1:{port}/metrics", timeout=10).text,
        ]

    everything = {
        "answers": "\n".join(told),
        "printed": serving.printed,
        "database": _dump(url),
        "files": "".join(
            each.read_bytes().decode("latin-1")
            for each in tmp_path.rglob("*")
            if each.is_file() and each.suffix != ".toml"
        ),
    }
    assert "hook_answered" in serving.printed and card["uuid"] in everything["database"]
    for place, text in everything.items():
        for word in (PLAIN, CANARY, CANARY.encode().decode("latin-1"), "DROP TABLE"):
            assert word not in text, (place, text[max(0, text.find(word) - 200) :][:400])


def _dump(url: str) -> str:
    engine = create_engine(url)
    with engine.connect() as connection:
        return "\n".join(
            str(tuple(row))
            for table in inspect(engine).get_table_names()
            for row in connection.exec_driver_sql(f"SELECT * FROM {table}")
        )


def test_what_is_planted_can_be_found() -> None:
    """The search would see it: the card's page holds none, the request does."""
    assert CANARY in json.dumps(_planted(), ensure_ascii=False)
    assert all(PLAIN in body.decode() for body in _broken(_planted()))
