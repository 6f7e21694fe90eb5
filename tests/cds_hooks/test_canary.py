"""Patient data and tokens leave no trace: not in logs, metrics, errors, the database or a crash."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.support.hook_calls import request_for
from tests.support.servers import free_port
from tests.support.two_servers import PATH, STORY, Serving, write_config

FEEDBACK = f"{PATH}/feedback"
# Each marks a place where patient data or secrets come in. No word of a card, log or library.
CANARIES = {
    "name": "Zyxcanaryname Ünïcødë'\"<b>",
    "id": "zyx-canary-id-4711",
    "user": "zyx-canary-user",
    "token": "zyx-canary-token.eyJ",
    "comment": "zyx canary comment 555-0199",
    "note": "zyx canary note, seen at the harbour clinic",
    "address": "zyxcanary lane 7",
    "scope": "zyx-canary-scope",
    "server": "https://zyx-canary-server.example/fhir",
}


def _planted() -> dict[str, Any]:
    """The story's request with a canary in every place there is."""
    text = json.dumps(request_for(STORY)).replace(STORY, CANARIES["id"])
    request: dict[str, Any] = json.loads(text)
    patient = request["prefetch"]["patient"]
    patient["name"] = [{"family": CANARIES["name"], "given": [CANARIES["name"]]}]
    patient["address"] = [{"line": [CANARIES["address"]]}]
    patient["identifier"] = [{"system": "urn:mrn", "value": CANARIES["id"]}]
    for bundle in request["prefetch"].values():
        for entry in bundle.get("entry", ()) if isinstance(bundle, dict) else ():
            entry["resource"]["note"] = [{"text": CANARIES["note"]}]
            entry["fullUrl"] = f"{CANARIES['server']}/{entry['resource']['id']}"
    request["context"]["userId"] = f"Practitioner/{CANARIES['user']}"
    request["fhirServer"] = CANARIES["server"]
    request["fhirAuthorization"] = {
        "access_token": CANARIES["token"],
        "token_type": "Bearer",
        "expires_in": 300,
        "scope": CANARIES["scope"],
        "subject": CANARIES["user"],
    }
    return request


def _bad_requests() -> list[bytes]:
    """What is refused, each with canaries in the place that is wrong."""
    request = _planted()
    name = CANARIES["name"]
    changes: list[dict[str, Any]] = [
        {"hook": name},
        {"hook": {name: name}},
        {"context": {**request["context"], "patientId": {"of": name}}},
        {"context": {"userId": CANARIES["user"], name: name}},
        {"prefetch": {name: [name]}},
        {"prefetch": {}},
        {"prefetch": {**request["prefetch"], "patient": {"resourceType": name}}},
        {"prefetch": {**request["prefetch"], "conditions": name}},
        {"fhirAuthorization": name},
    ]
    bodies = [json.dumps({**request, **change}).encode() for change in changes]
    whole = json.dumps(request).encode()
    return [*bodies, whole[:-1], whole[: len(whole) // 2], b"\x00" + whole, whole + name.encode()]


def _feedback(**changes: Any) -> bytes:
    entry = {
        "card": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
        "outcome": "overridden",
        "outcomeTimestamp": "2026-11-22T10:00:00Z",
        "overrideReason": {
            "reason": {"system": "urn:x", "code": "other", "display": CANARIES["name"]},
            "userComment": CANARIES["comment"],
        },
        **changes,
    }
    return json.dumps({"feedback": [entry]}).encode()


@pytest.mark.conformance("cds-hooks", 46, 104, 110)
def test_nothing_planted_is_found_anywhere(tmp_path: Path) -> None:
    """Good calls, refused ones, faults, feedback: then every stream, file and page is searched."""
    metrics = free_port()
    config = write_config(
        tmp_path,
        "sqlite:///state/oncocue.sqlite",
        f"[metrics]\nport = {metrics}\n",
    )
    serving = Serving(config, servers=1)
    refused: list[bytes] = []
    with serving.running():
        good = json.dumps(_planted()).encode()
        shown = serving.post(0, body=good)
        assert (shown.status_code, len(shown.json()["cards"])) == (200, 1)
        for body in _bad_requests():
            reply = serving.post(0, body=body)
            assert reply.status_code in (200, 400, 412), reply.content
            if reply.status_code != 200:
                refused.append(reply.content)
        for body in (_feedback(), _feedback(outcome=CANARIES["name"]), _feedback(card=7)):
            refused.append(serving.post(0, path=FEEDBACK, body=body).content)
        stranger = serving.post(0, token=CANARIES["token"], body=good)
        assert stranger.status_code == 401
        refused.append(stranger.content)
        refused.append(requests.get(f"http://127.0.0.1:{metrics}/metrics", timeout=10).content)
        address = f"http://127.0.0.1:{serving.ports[0]}"
        refused.append(requests.get(f"{address}/{CANARIES['id']}", timeout=10).content)

    kept = {
        str(path.relative_to(tmp_path)): path.read_bytes()
        for path in tmp_path.rglob("*")
        if path.is_file()
    }
    assert any(name.startswith("state") for name in kept)
    assert "hook_answered" in serving.printed and len(refused) > 12
    places = {**kept, "printed": serving.printed.encode(), "replies": b"\n".join(refused)}
    for place, content in places.items():
        for what, canary in CANARIES.items():
            for spelled in (canary, json.dumps(canary)[1:-1], canary.lower()):
                assert spelled.encode() not in content, (what, place)


def test_a_card_holds_no_name_address_or_note() -> None:
    """What the clinician sees anyway is still not sent back."""
    from tests.support.hook_calls import call, product

    text = call(product(), "biomarker-testing", _planted()).body.decode()

    for what in ("name", "user", "token", "note", "address", "scope", "server"):
        assert CANARIES[what] not in text, what
