"""What the sandbox refuses, each the twin of something that public launchers let through."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
import time_machine

from sandbox.fhir.matching import KINDS
from sandbox.smart.clients import BadRegistration, RegisteredApp
from sandbox.smart.scopes import ScopeRules
from sandbox.words import codes
from tests.sandbox.dance import CALLBACK, FLAGSHIP, SCOPES, Dance, query_of

OTHER = RegisteredApp("other-app", "Another app", (CALLBACK,))


def _error(answer: Any) -> str:
    """The error of an answer, wherever it is told."""
    if answer.status_code == 302:
        said = query_of(answer.headers["Location"])
        assert "code" not in said
        return said["error"]
    assert answer.status_code >= 400
    found: str = answer.get_json()["error"]
    return found


# ------------------------------------------------------------------ authorization requests


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": None}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": None}, "invalid_request"),
        ({"state": None}, "invalid_request"),
        ({"state": "short"}, "invalid_request"),
        ({"aud": None}, "invalid_request"),
        ({"aud": "http://localhost/fhir/"}, "invalid_request"),
        ({"aud": "http://LOCALHOST/fhir"}, "invalid_request"),
        ({"aud": "http://elsewhere.example/fhir"}, "invalid_request"),
        ({"aud": "http://localhost/sim/epic/fhir"}, "invalid_request"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge": "x" * 42}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"scope": "launch patient/Observation.sr"}, "invalid_scope"),
        ({"scope": "launch patient/Observation."}, "invalid_scope"),
        ({"scope": "launch patient/Observation.dus"}, "invalid_scope"),
        ({"scope": "launch patient/Observation.read?category=x"}, "invalid_scope"),
        ({"scope": "launch everything", "launch": None}, "invalid_request"),
        ({"scope": "everything", "launch": None}, "invalid_scope"),
        ({"scope": "launch patient/Patient.r", "launch": None}, "invalid_request"),
        ({"scope": "launch patient/Patient.r", "launch": "made-up"}, "invalid_request"),
        ({"max_age": "0"}, "invalid_request"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"request": "e30.e30."}, "invalid_request"),
        ({"nonce": ["a" * 22, "b" * 22]}, "invalid_request"),
        ({"state": ["a" * 22, "b" * 22]}, "invalid_request"),
    ],
)
def test_a_request_with_a_fault_goes_back_with_an_error(
    dance: Dance, changes: dict[str, Any], error: str
) -> None:
    """Missing, malformed, doubled, unsupported: no code; the state comes back where it was one."""
    answer = dance.authorize(**changes)

    assert _error(answer) == error
    assert answer.headers["Location"].startswith(f"{CALLBACK}?")


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": None},
        {"client_id": "nobody"},
        {"client_id": ["public-app", "public-app"]},
        {"redirect_uri": None},
        {"redirect_uri": f"{CALLBACK}/"},
        {"redirect_uri": f"{CALLBACK}?x=1"},
        {"redirect_uri": "http://127.0.0.1:9/call\"back'<script>"},
        {"redirect_uri": "http://evil.example/callback"},
        {"redirect_uri": [CALLBACK, "http://evil.example/callback"]},
    ],
)
def test_nothing_is_sent_to_an_address_that_is_not_registered(
    dance: Dance, changes: dict[str, Any]
) -> None:
    """RFC 6749, 4.1.2.1: the user is told, and not redirected."""
    answer = dance.authorize(**changes)

    assert answer.status_code == 400
    assert "Location" not in answer.headers
    assert "<script>" not in answer.get_data(as_text=True).replace("<script src", "")


def test_parameters_may_not_come_half_by_address_and_half_by_form(dance: Dance) -> None:
    """One request has one place for its parameters."""
    good = dance.request()
    answer = dance.browser.post("/auth/authorize?aud=http://evil.example/fhir", data=good)
    assert answer.status_code == 400


def test_a_launch_is_good_once_for_its_app_at_its_base(dance: Dance) -> None:
    """Used, too old, another app's, another base's."""
    launch = dance.launched()
    assert "code" in query_of(dance.authorize(launch=launch).headers["Location"])
    assert _error(dance.authorize(launch=launch)) == "invalid_request"

    dance.ehr.smart.registry.register(OTHER)
    others = Dance(dance.browser, OTHER).launched()
    assert _error(dance.authorize(launch=others)) == "invalid_request"
    assert _error(dance.authorize(launch=dance.at("standard+slow").launched())) == "invalid_request"

    old = dance.launched()
    with time_machine.travel(time.time() + 301):
        assert _error(dance.authorize(launch=old)) == "invalid_request"


def test_a_nonce_is_used_once(dance: Dance) -> None:
    """A second request with the nonce of the first is a replay."""
    dance.code(nonce="n" * 22)
    assert _error(dance.authorize(nonce="n" * 22)) == "invalid_request"


def test_prompt_none_without_a_launch_cannot_be_answered(dance: Dance) -> None:
    """Nobody is signed in for a standalone launch."""
    answer = dance.authorize(scope="openid launch/patient patient/Patient.r", prompt="none")
    assert _error(answer) == "login_required"


# ------------------------------------------------------------------ token requests


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"grant_type": None}, "unsupported_grant_type"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"code": None}, "invalid_request"),
        ({"code": "made-up"}, "invalid_grant"),
        ({"redirect_uri": None}, "invalid_grant"),
        ({"redirect_uri": f"{CALLBACK}/"}, "invalid_grant"),
        ({"code_verifier": None}, "invalid_request"),
        ({"code_verifier": "short"}, "invalid_request"),
        ({"code_verifier": "x" * 43}, "invalid_grant"),
        ({"client_id": None}, "invalid_client"),
        ({"client_id": "nobody"}, "invalid_client"),
        ({"client_secret": "guess"}, "invalid_request"),
        ({"state": "s" * 30}, "invalid_request"),
        ({"aud": "http://localhost/fhir"}, "invalid_request"),
        ({"code_verifier": ["x" * 43, "y" * 43]}, "invalid_request"),
    ],
)
def test_a_token_request_with_a_fault_gets_no_token(
    dance: Dance, changes: dict[str, Any], error: str
) -> None:
    """Missing, wrong, doubled, and whatever does not belong there."""
    answer = dance.exchange(dance.code(), **changes)
    if changes.get("grant_type", "") is None or changes.get("grant_type") == "password":
        answer = dance.post_token({"client_id": dance.app.client_id, **changes})

    assert _error(answer) == error
    assert "access_token" not in answer.get_json()
    assert answer.headers["Cache-Control"] == "no-store"


def test_token_parameters_belong_in_the_body_as_a_form(dance: Dance) -> None:
    """Not in the address, where logs keep them; not as JSON."""
    form = {"grant_type": "authorization_code", "code": dance.code(), "client_id": "public-app"}
    by_address = dance.browser.post("/auth/token", query_string=form)
    by_json = dance.browser.post("/auth/token", json=form)
    by_get = dance.browser.get("/auth/token", query_string=form)

    assert _error(by_address) == _error(by_json) == "invalid_request"
    assert by_get.status_code == 405


def test_a_code_is_good_once_and_its_second_use_ends_the_tokens(dance: Dance) -> None:
    """RFC 6749, 4.1.2: deny, and revoke what was issued."""
    code = dance.code()
    token = dance.exchange(code).get_json()["access_token"]
    assert dance.get(f"Patient/{FLAGSHIP}", token).status_code == 200

    assert _error(dance.exchange(code)) == "invalid_grant"
    assert dance.get(f"Patient/{FLAGSHIP}", token).status_code == 401


def test_of_two_askers_with_one_code_one_gets_a_token(dance: Dance) -> None:
    """Also when they ask at the same moment."""
    code, answers = dance.code(), []
    together = threading.Barrier(8)

    def ask() -> None:
        browser = dance.browser.application.test_client()
        together.wait()
        answers.append(Dance(browser, verifier=dance.verifier).exchange(code).status_code)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200] + [400] * 7


def test_a_wrong_verifier_uses_the_code_up(dance: Dance) -> None:
    """Nobody may try verifiers."""
    code = dance.code()
    assert _error(dance.exchange(code, code_verifier="x" * 43)) == "invalid_grant"
    assert _error(dance.exchange(code)) == "invalid_grant"


def test_a_code_is_for_its_app_its_base_and_one_minute(dance: Dance) -> None:
    """Another app, another token endpoint, or too late."""
    dance.ehr.smart.registry.register(OTHER)
    assert _error(dance.exchange(dance.code(), client_id="other-app")) == "invalid_grant"

    elsewhere = Dance(dance.browser, conduct="standard+slow", verifier=dance.verifier)
    assert _error(elsewhere.exchange(dance.code())) == "invalid_grant"

    code = dance.code()
    with time_machine.travel(time.time() + 61):
        assert _error(dance.exchange(code)) == "invalid_grant"


def test_a_refresh_may_not_ask_for_more(dance: Dance) -> None:
    """A subset is fine, anything else is invalid_scope."""
    token = dance.tokens(scope="launch online_access patient/Patient.r patient/Condition.rs")
    more = dance.refresh(token["refresh_token"], scope="patient/Patient.r patient/Observation.rs")
    assert _error(more) == "invalid_scope"

    less = dance.refresh(token["refresh_token"], scope="patient/Patient.r").get_json()
    assert less["scope"] == "patient/Patient.r"
    assert dance.get(f"Condition?patient={FLAGSHIP}", less["access_token"]).status_code == 403


def test_a_refresh_token_is_for_its_app(dance: Dance) -> None:
    """And the attempt of another app does not use it up."""
    dance.ehr.smart.registry.register(OTHER)
    token = dance.tokens()["refresh_token"]
    assert _error(dance.refresh(token, client_id="other-app")) == "invalid_grant"
    assert dance.refresh(token).status_code == 200


# ------------------------------------------------------------------ FHIR with tokens


@pytest.mark.parametrize(
    "authorization",
    [None, "", "Bearer", "Bearer ", "Bearer made-up", "Basic eDp5", "Bearer a, Bearer b"],
)
def test_no_fhir_without_a_good_token(dance: Dance, authorization: str | None) -> None:
    """401, with the scheme, as an OperationOutcome; and nothing of the chart."""
    headers = {"Authorization": authorization} if authorization is not None else {}
    answer = dance.browser.get(f"/fhir/Patient/{FLAGSHIP}", headers=headers)

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert answer.get_json()["resourceType"] == "OperationOutcome"


def test_a_token_in_the_address_is_not_looked_at(dance: Dance) -> None:
    """RFC 6750, 2.3 is left out on purpose."""
    token = dance.tokens()["access_token"]
    answer = dance.browser.get(f"/fhir/Patient/{FLAGSHIP}?access_token={token}")
    assert answer.status_code == 401


def test_a_token_ends_with_its_time(dance: Dance) -> None:
    """expires_in is meant."""
    answer = dance.tokens()
    with time_machine.travel(time.time() + answer["expires_in"] + 1):
        assert dance.get(f"Patient/{FLAGSHIP}", answer["access_token"]).status_code == 401


def test_a_token_is_for_its_base(dance: Dance) -> None:
    """The token of one FHIR server is nothing at another."""
    token = dance.tokens()["access_token"]
    assert dance.at("standard+slow").get(f"Patient/{FLAGSHIP}", token).status_code == 401


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"Patient/{FLAGSHIP}", 200),
        ("Patient/diabetes-only", 403),
        (f"Condition?patient={FLAGSHIP}", 200),
        (f"Condition?patient=Patient/{FLAGSHIP}", 200),
        ("Condition?patient=diabetes-only", 403),
        (f"Condition?patient={FLAGSHIP}&patient=diabetes-only", 403),
        ("Condition", 400),
        ("Condition?code=44054006", 400),
        (f"Patient?_id={FLAGSHIP}", 403),  # Patient.r reads; it does not search
        (f"Procedure?patient={FLAGSHIP}", 403),
        ("Condition/diabetes-only-diabetes", 403),
        ("Condition/nothing", 404),
        ("Practitioner/somebody-else", 404),
        ("PractitionerRole/sandbox-oncology", 403),
        ("Practitioner", 403),
    ],
)
def test_scopes_and_the_patient_of_the_launch_decide(dance: Dance, path: str, status: int) -> None:
    """What the token covers is answered, everything else is not."""
    assert dance.get(path, dance.tokens()["access_token"]).status_code == status


def test_a_patient_scope_without_a_patient_opens_nothing(dance: Dance) -> None:
    """No patient in context: nobody is guessed."""
    token = dance.tokens(launch=dance.launched(patient=None))
    assert "patient" not in token
    assert dance.get(f"Condition?patient={FLAGSHIP}", token["access_token"]).status_code == 403
    assert dance.get(f"Patient/{FLAGSHIP}", token["access_token"]).status_code == 403


def test_a_granular_scope_shows_its_category_alone(dance: Dance) -> None:
    """SMART 2.2, finer-grained scopes: only what the filter lets through."""
    laboratory = "http://terminology.hl7.org/CodeSystem/observation-category|laboratory"
    narrow = dance.tokens(scope=f"launch patient/Observation.rs?category={laboratory}")
    whole = dance.tokens()
    found = dance.get(f"Observation?patient={FLAGSHIP}", narrow["access_token"]).get_json()
    every = dance.get(f"Observation?patient={FLAGSHIP}", whole["access_token"]).get_json()

    assert 0 < found["total"] < every["total"]
    for entry in found["entry"]:
        assert "laboratory" in codes(entry["resource"]["category"])


def test_next_links_are_opaque_and_the_apps_own(dance: Dance) -> None:
    """Nobody else's, nothing to guess, nothing about the patient in them."""
    token, other = dance.tokens()["access_token"], dance.tokens()["access_token"]
    page = dance.get(f"Observation?patient={FLAGSHIP}&_count=2", token).get_json()
    following = next(link["url"] for link in page["link"] if link["relation"] == "next")
    path = following.partition("/fhir/")[2]

    assert FLAGSHIP not in following
    assert dance.get(path, token).status_code == 200
    assert dance.get(path, other).status_code == 410
    assert dance.get(path, None).status_code == 401
    assert dance.get(f"{path}x", token).status_code == 410


# ------------------------------------------------------------------ scopes


@pytest.mark.parametrize(
    ("registered", "requested", "granted"),
    [
        ("launch patient/*.rs", "launch patient/Condition.cruds", "launch patient/Condition.rs"),
        ("launch patient/*.rs", "launch patient/Condition.*", "launch patient/Condition.read"),
        (
            "launch patient/Condition.r",
            "launch patient/Condition.read",
            "launch patient/Condition.r",
        ),
        ("launch patient/Condition.rs", "launch user/Condition.rs", "launch"),
        ("launch patient/*.rs", "launch patient/Spaceship.rs openid wonder", "launch"),
        ("launch patient/*.rs", "launch patient/*.rs", "launch patient/*.rs"),
        (
            "launch patient/Condition.rs patient/Specimen.r",
            "launch patient/*.rs",
            "launch patient/Condition.rs patient/Specimen.r",
        ),
        (
            "launch patient/Observation.rs",
            "launch patient/Observation.rs?category=laboratory",
            "launch patient/Observation.rs?category=laboratory",
        ),
        (
            "launch patient/*.cruds",
            "launch patient/Condition.write",
            "launch patient/Condition.write",
        ),
    ],
)
def test_no_more_is_granted_than_the_app_is_registered_for(
    registered: str, requested: str, granted: str
) -> None:
    """Both grammars, wildcards, filters: narrowed silently, as EHRs do."""
    rules = ScopeRules(registered, KINDS)
    assert rules.grant(requested) == granted


@pytest.mark.parametrize("withheld", ["Condition", "Observation", "FamilyMemberHistory"])
def test_a_launch_may_withhold_a_type(dance: Dance, withheld: str) -> None:
    """Granted scopes say it, and the FHIR server means it."""
    answer = dance.tokens(launch=dance.launched(withheld=frozenset({withheld})))
    kept = [scope for scope in SCOPES.split() if withheld not in scope]

    assert answer["scope"].split() == kept
    reply = dance.get(f"{withheld}?patient={FLAGSHIP}", answer["access_token"])
    assert reply.status_code == 403


# ------------------------------------------------------------------ registration, revocation


@pytest.mark.parametrize("address", ["https://*.example.com/", "/callback", "javascript:alert(1)"])
def test_an_app_registers_whole_addresses(address: str) -> None:
    """Fixed and fully specified."""
    with pytest.raises(BadRegistration):
        RegisteredApp("x", "X", (address,))


def test_revoking_ends_the_tokens_and_only_the_apps_own(dance: Dance) -> None:
    """RFC 7009: 200 for what is unknown, and another's token stays."""
    answer = dance.tokens()
    dance.ehr.smart.registry.register(OTHER)
    sent = {"token": answer["refresh_token"], "client_id": "other-app"}
    assert _error(dance.browser.post("/auth/revoke", data=sent)) == "invalid_grant"
    assert dance.get(f"Patient/{FLAGSHIP}", answer["access_token"]).status_code == 200

    own = {"token": answer["refresh_token"], "client_id": dance.app.client_id}
    assert dance.browser.post("/auth/revoke", data=own).status_code == 200
    assert dance.get(f"Patient/{FLAGSHIP}", answer["access_token"]).status_code == 401
    assert _error(dance.refresh(answer["refresh_token"])) == "invalid_grant"
    assert dance.browser.post("/auth/revoke", data=own).status_code == 200


def test_introspection_is_for_the_bearer(dance: Dance) -> None:
    """The token itself authorizes; others learn nothing."""
    answer = dance.tokens()
    sent = {"token": answer["access_token"]}
    bearer = {"Authorization": f"Bearer {answer['access_token']}"}
    told = dance.browser.post("/auth/introspect", data=sent, headers=bearer).get_json()

    assert told["active"] is True
    assert told["scope"] == answer["scope"]
    assert told["patient"] == FLAGSHIP
    assert told["exp"] > time.time()
    assert dance.browser.post("/auth/introspect", data=sent).status_code in (400, 401)

    dance.ehr.smart.registry.register(OTHER)
    other = {**sent, "client_id": "other-app"}
    assert dance.browser.post("/auth/introspect", data=other).get_json() == {"active": False}
