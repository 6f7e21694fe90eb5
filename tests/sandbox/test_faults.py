"""The faults: each does what its words say, by its address and by a launch."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from secrets import token_urlsafe
from typing import Any

import pytest
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from sandbox.conduct.fault import faults
from tests.sandbox.dance import DOCTOR, FLAGSHIP, Dance, query_of

OBSERVATIONS = f"Observation?patient={FLAGSHIP}"
Check = Callable[[Dance, str], None]
CHECKS: dict[str, Check] = {}


def fault(*names: str) -> Callable[[Check], Check]:
    """Marks a check as the one of these faults; it gets the dance at such a base, and the name."""

    def mark(check: Check) -> Check:
        CHECKS.update(dict.fromkeys(names, check))
        return check

    return mark


@pytest.mark.parametrize("name", faults())
def test_a_fault_does_what_it_says(dance: Dance, name: str) -> None:
    """One check for each; a new fault needs one."""
    CHECKS[name](dance.at(f"standard+{name}"), name)


def _configuration(dance: Dance) -> Any:
    return dance.browser.get(f"{dance.root}/fhir/.well-known/smart-configuration")


def _issuer_claims(token: dict[str, Any]) -> dict[str, Any]:
    claims: dict[str, Any] = json.loads(jws.extract_compact(token["id_token"].encode()).payload)
    return claims


def _callback(dance: Dance) -> dict[str, str]:
    return query_of(dance.authorize(state="s" * 30).headers["Location"])


@fault("no-configuration", "configuration-down", "configuration-page")
def _discovery_fails(dance: Dance, name: str) -> None:
    status = {"no-configuration": 404, "configuration-down": 503, "configuration-page": 200}[name]
    answer = _configuration(dance)
    assert answer.status_code == status
    assert answer.mimetype == "text/html" or status == 404
    told = dance.browser.get(f"{dance.root}/fhir/metadata").status_code
    assert told == (503 if name == "configuration-down" else 200)


@fault("hostile-configuration")
def _discovery_downgrades(dance: Dance, _: str) -> None:
    document = _configuration(dance).get_json()
    assert document["code_challenge_method"] == ""
    assert document["scope"]
    answer = dance.authorize(code_challenge=None, code_challenge_method=None)
    assert "invalid_request" in answer.headers["Location"]  # the server itself stays strict


@fault("foreign-endpoints")
def _discovery_leads_away(dance: Dance, _: str) -> None:
    assert not _configuration(dance).get_json()["token_endpoint"].startswith("http://localhost")


@fault("denied")
def _denied(dance: Dance, _: str) -> None:
    said = _callback(dance)
    assert said["error"] == "access_denied"
    assert "<script>" in said["error_description"]
    assert "code" not in said


@fault("wrong-state", "no-state")
def _state(dance: Dance, name: str) -> None:
    said = _callback(dance)
    assert said.get("state") != "s" * 30
    assert ("state" in said) is (name == "wrong-state")


@fault("foreign-issuer")
def _foreign_issuer(dance: Dance, _: str) -> None:
    assert _callback(dance)["iss"] != _configuration(dance).get_json()["issuer"]


@fault("expired-token")
def _expired(dance: Dance, _: str) -> None:
    first = dance.tokens()
    assert first["expires_in"] == 3600
    assert dance.get(OBSERVATIONS, first["access_token"]).status_code == 401
    second = dance.refresh(first["refresh_token"]).get_json()
    assert dance.get(OBSERVATIONS, second["access_token"]).status_code == 200


@fault("dead-refresh")
def _dead_refresh(dance: Dance, _: str) -> None:
    token = dance.tokens()["refresh_token"]
    assert dance.refresh(token).get_json()["error"] == "invalid_grant"


@fault("no-patient")
def _no_patient(dance: Dance, _: str) -> None:
    answer = dance.tokens()
    assert "patient" not in answer
    assert "patient/" in answer["scope"]


@fault("no-expiry")
def _no_expiry(dance: Dance, _: str) -> None:
    assert not {"expires_in", "scope"} & set(dance.tokens())


@fault("odd-types")
def _odd_types(dance: Dance, _: str) -> None:
    answer = dance.tokens()
    assert answer["expires_in"] == "3600"
    assert answer["token_type"] == "bearer"
    assert answer["fhirContext"] == ["DiagnosticReport/1"]


@fault("wrong-token-type")
def _wrong_token_type(dance: Dance, _: str) -> None:
    assert dance.tokens()["token_type"] == "mac"


@fault("narrowed-scopes")
def _narrowed(dance: Dance, _: str) -> None:
    answer = dance.tokens()
    assert "FamilyMemberHistory" not in answer["scope"]
    assert "Observation.rs?category=" in answer["scope"]
    path = f"FamilyMemberHistory?patient={FLAGSHIP}"
    assert dance.get(path, answer["access_token"]).status_code == 403
    assert dance.get(OBSERVATIONS, answer["access_token"]).status_code == 200


@fault("split-scopes")
def _split(dance: Dance, _: str) -> None:
    answer = dance.tokens()
    assert {"patient/Condition.r", "patient/Condition.s"} <= set(answer["scope"].split())
    assert dance.get(OBSERVATIONS, answer["access_token"]).status_code == 200


@fault("token-down")
def _token_down(dance: Dance, _: str) -> None:
    answer = dance.exchange(dance.code())
    assert (answer.status_code, answer.mimetype) == (503, "text/html")


@fault("wrong-key", "unsigned-id-token")
def _forged(dance: Dance, _: str) -> None:
    keys = KeySet.import_key_set(dance.browser.get(f"{dance.root}/auth/jwks").get_json())
    with pytest.raises((JoseError, ValueError)):
        jwt.decode(dance.tokens()["id_token"], keys, algorithms=["RS256"])


@fault("wrong-nonce", "wrong-audience", "old-id-token", "foreign-user", "relative-user")
def _odd_claims(dance: Dance, name: str) -> None:
    nonce = token_urlsafe(16)
    claims = _issuer_claims(dance.tokens(nonce=nonce))
    wrong = {
        "wrong-nonce": claims["nonce"] != nonce,
        "wrong-audience": claims["aud"] != dance.app.client_id,
        "old-id-token": claims["exp"] < time.time(),
        "relative-user": claims["fhirUser"] == DOCTOR,
        "foreign-user": not claims["fhirUser"].startswith("http://localhost"),
    }
    assert wrong[name]


@fault("slow")
def _slow(dance: Dance, _: str) -> None:
    waited: list[float] = []
    server, usual = dance.ehr.fhir, dance.ehr.fhir.pause
    server.pause = waited.append
    try:
        assert dance.get(OBSERVATIONS, dance.tokens()["access_token"]).status_code == 200
    finally:
        server.pause = usual
    assert waited == [3.0]


@fault("forbidden", "break-the-glass")
def _forbidden(dance: Dance, name: str) -> None:
    token = dance.tokens()["access_token"]
    answer = dance.get(OBSERVATIONS, token)
    assert answer.status_code == 403
    assert answer.get_json()["issue"][0]["code"] == (
        "forbidden" if name == "forbidden" else "security"
    )
    assert dance.get(f"Condition?patient={FLAGSHIP}", token).status_code == 200


@fault("too-many")
def _too_many(dance: Dance, _: str) -> None:
    token = dance.tokens()["access_token"]
    first = dance.get(OBSERVATIONS, token)
    assert (first.status_code, first.headers["Retry-After"]) == (429, "1")
    assert dance.get(OBSERVATIONS, token).status_code == 200


@fault("down", "page-instead")
def _no_fhir(dance: Dance, name: str) -> None:
    answer = dance.get(OBSERVATIONS, dance.tokens()["access_token"])
    assert answer.status_code == (503 if name == "down" else 200)
    assert answer.mimetype == "text/html"


def _next(page: dict[str, Any]) -> str:
    found: str = next(link["url"] for link in page["link"] if link["relation"] == "next")
    return found


@fault("down-midway")
def _down_midway(dance: Dance, _: str) -> None:
    token = dance.tokens()["access_token"]
    page = dance.get(f"{OBSERVATIONS}&_count=2", token).get_json()
    assert dance.get(_next(page).partition("/fhir/")[2], token).status_code == 500


@fault("outcome-entries")
def _outcomes(dance: Dance, _: str) -> None:
    page = dance.get(OBSERVATIONS, dance.tokens()["access_token"]).get_json()
    kinds = [entry["resource"]["resourceType"] for entry in page["entry"]]
    assert kinds.count("OperationOutcome") == 1
    assert page["total"] == len(kinds) - 1


@fault("duplicates")
def _duplicates(dance: Dance, _: str) -> None:
    token = dance.tokens()["access_token"]
    first = dance.get(OBSERVATIONS, token).get_json()
    second = dance.get(_next(first).partition("/fhir/")[2], token).get_json()
    assert first["entry"][-1]["resource"] == second["entry"][0]["resource"]


@fault("hostile-next")
def _hostile_next(dance: Dance, _: str) -> None:
    page = dance.get(OBSERVATIONS, dance.tokens()["access_token"]).get_json()
    assert not _next(page).startswith("http://localhost")


@fault("endless")
def _endless(dance: Dance, _: str) -> None:
    token = dance.tokens()["access_token"]
    page = dance.get(OBSERVATIONS, token).get_json()
    for _turn in range(30):
        page = dance.get(_next(page).partition("/fhir/")[2], token).get_json()
    assert _next(page)


@fault("scripts")
def _scripts(dance: Dance, _: str) -> None:
    token = dance.tokens()["access_token"]
    patient = dance.get(f"Patient/{FLAGSHIP}", token).get_json()
    assert "<script>" in patient["name"][0]["family"]
    assert patient["id"] == FLAGSHIP
    assert "<script>" in dance.get(OBSERVATIONS, token).get_data(as_text=True)


@fault("malformed")
def _malformed(dance: Dance, _: str) -> None:
    page = dance.get(OBSERVATIONS, dance.tokens()["access_token"]).get_json()
    assert page["entry"][:3] == [None, "not an entry", {"resource": {"id": "1"}}]
    assert len(page["entry"]) == page["total"] + 3


@pytest.mark.parametrize("name", [name for name, f in faults().items() if f.place != "discovery"])
def test_a_launch_carries_a_fault_without_changing_the_address(dance: Dance, name: str) -> None:
    """The app is registered with one FHIR base; the chart page can still try every fault."""

    class Launched(Dance):
        def launched(self, patient: str = FLAGSHIP, **context: Any) -> str:
            return super().launched(patient, **{"faults": frozenset({name}), **context})

    CHECKS[name](Launched(dance.browser), name)
