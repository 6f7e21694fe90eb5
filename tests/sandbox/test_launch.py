"""A SMART launch from the chart to the first resource, as an app goes through it."""

from __future__ import annotations

import pytest
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from tests.sandbox.dance import DOCTOR, FLAGSHIP, SCOPES, Dance, query_of


def test_an_ehr_launch_brings_a_token_that_reads_the_patient(dance: Dance) -> None:
    """Code, token, patient: and without the token nothing."""
    answer = dance.tokens()

    assert answer["token_type"] == "Bearer"
    assert answer["patient"] == FLAGSHIP
    assert answer["need_patient_banner"] is True
    assert set(answer["scope"].split()) == set(SCOPES.split())
    assert dance.get(f"Patient/{FLAGSHIP}", answer["access_token"]).get_json()["id"] == FLAGSHIP
    assert dance.get(f"Patient/{FLAGSHIP}", None).status_code == 401


def test_the_chart_page_launches_an_app(dance: Dance) -> None:
    """The form of the page leads to the app's launch URL with iss and an opaque launch."""
    sent = {"app": "oncocue", "user": "practitioner"}
    answer = dance.browser.post(f"/patients/{FLAGSHIP}/launch", data=sent)

    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("http://127.0.0.1:9/launch.html?")
    assert query_of(answer.headers["Location"])["iss"] == dance.base


def test_the_state_comes_back_and_the_context_is_that_of_the_launch(dance: Dance) -> None:
    """State byte for byte; everything the EHR put into the launch is in the token response."""
    state = "s~+/=% äß" + "x" * 3000
    launch = dance.launched(
        encounter="visit-1",
        intent="biomarker",
        app_context='{"topic": "X"}',
        tenant="north",
        need_patient_banner=False,
        fhir_context=({"reference": "DiagnosticReport/1"},),
    )
    back = query_of(dance.authorize(state=state, launch=launch).headers["Location"])
    answer = dance.exchange(back["code"]).get_json()

    assert back["state"] == state
    assert answer["encounter"] == "visit-1"
    assert answer["intent"] == "biomarker"
    assert answer["appContext"] == '{"topic": "X"}'
    assert answer["tenant"] == "north"
    assert answer["need_patient_banner"] is False
    assert answer["fhirContext"] == [{"reference": "DiagnosticReport/1"}]
    assert answer["smart_style_url"].startswith("http://localhost/")


def test_the_id_token_is_one_an_app_can_verify(dance: Dance) -> None:
    """Issuer, its configuration, its keys, the signature, and every claim."""
    answer = dance.tokens(nonce="n-0123456789abcdef")
    issuer = "http://localhost/auth"
    about = dance.browser.get("/auth/.well-known/openid-configuration").get_json()
    keys = KeySet.import_key_set(dance.browser.get("/auth/jwks").get_json())
    token = jwt.decode(answer["id_token"], keys, algorithms=["RS256"])

    assert about["issuer"] == token.claims["iss"] == issuer
    assert about["jwks_uri"] == f"{issuer}/jwks"
    assert token.header["kid"] in [key.kid for key in keys.keys]
    assert token.claims["aud"] == dance.app.client_id
    assert token.claims["nonce"] == "n-0123456789abcdef"
    assert token.claims["fhirUser"] == f"{dance.base}/{DOCTOR}"
    assert "auth_time" not in token.claims
    assert dance.get(DOCTOR, answer["access_token"]).get_json()["resourceType"] == "Practitioner"


def test_the_key_of_id_tokens_can_be_replaced(dance: Dance) -> None:
    """The new one signs and is published, the old one is gone."""
    before = dance.browser.get("/auth/jwks").get_json()
    dance.ehr.smart.keys.rotate()
    after = dance.browser.get("/auth/jwks").get_json()
    compact = dance.tokens()["id_token"]

    assert [key["kid"] for key in before["keys"]] != [key["kid"] for key in after["keys"]]
    assert jwt.decode(compact, KeySet.import_key_set(after), algorithms=["RS256"])
    with pytest.raises((JoseError, ValueError)):
        jwt.decode(compact, KeySet.import_key_set(before), algorithms=["RS256"])


def test_a_standalone_launch_asks_for_user_and_patient(dance: Dance) -> None:
    """The page, the choice, the code, the patient."""
    scope = "launch/patient openid fhirUser patient/Patient.r patient/Condition.rs"
    page = dance.authorize(scope=scope)
    ticket = page.get_data(as_text=True).partition('name="ticket" value="')[2].partition('"')[0]
    chosen = {
        "ticket": ticket,
        "user": "patient",
        "patient": "diabetes-only",
        "scope": ["launch/patient", "patient/Patient.r"],
        "allow": "yes",
    }
    back = dance.browser.post("/auth/choose", data=chosen)
    answer = dance.exchange(query_of(back.headers["Location"])["code"]).get_json()

    assert page.status_code == 200
    assert answer["patient"] == "diabetes-only"
    assert answer["scope"] == "launch/patient patient/Patient.r"
    assert "id_token" not in answer
    assert dance.browser.post("/auth/choose", data=chosen).status_code == 400  # once


def test_a_user_may_keep_the_patient_to_themselves(dance: Dance) -> None:
    """Without launch/patient there is no patient, and patient scopes open nothing."""
    page = dance.authorize(scope="launch/patient patient/Patient.r")
    ticket = page.get_data(as_text=True).partition('name="ticket" value="')[2].partition('"')[0]
    chosen = {"ticket": ticket, "patient": FLAGSHIP, "scope": "patient/Patient.r", "allow": "yes"}
    back = dance.browser.post("/auth/choose", data=chosen)
    answer = dance.exchange(query_of(back.headers["Location"])["code"]).get_json()

    assert "patient" not in answer
    assert dance.get(f"Patient/{FLAGSHIP}", answer["access_token"]).status_code == 403


def test_a_user_who_says_no_sends_the_app_away(dance: Dance) -> None:
    """access_denied with the state, to the app."""
    page = dance.authorize(scope="launch/patient patient/Patient.r", state="s" * 30)
    ticket = page.get_data(as_text=True).partition('name="ticket" value="')[2].partition('"')[0]
    back = dance.browser.post("/auth/choose", data={"ticket": ticket, "deny": "yes"})
    said = query_of(back.headers["Location"])

    assert said["error"] == "access_denied"
    assert said["state"] == "s" * 30
    assert "code" not in said


def test_an_authorization_request_may_come_by_form(dance: Dance) -> None:
    """The capability authorize-post."""
    answer = dance.browser.post("/auth/authorize", data=dance.request())
    assert "code" in query_of(answer.headers["Location"])


@pytest.mark.parametrize("scope", ["online_access", "offline_access"])
def test_a_refresh_brings_new_tokens_and_ends_the_old(dance: Dance, scope: str) -> None:
    """Rotation: each refresh token once; the second use ends everything."""
    first = dance.tokens(scope=f"launch patient/Patient.r {scope}")
    second = dance.refresh(first["refresh_token"]).get_json()

    assert second["refresh_token"] != first["refresh_token"]
    assert second["patient"] == FLAGSHIP
    assert dance.get(f"Patient/{FLAGSHIP}", first["access_token"]).status_code == 401
    assert dance.get(f"Patient/{FLAGSHIP}", second["access_token"]).status_code == 200
    assert dance.refresh(first["refresh_token"]).get_json()["error"] == "invalid_grant"
    assert dance.get(f"Patient/{FLAGSHIP}", second["access_token"]).status_code == 401
    assert dance.refresh(second["refresh_token"]).get_json()["error"] == "invalid_grant"


def test_without_an_access_scope_there_is_no_refresh_token(dance: Dance) -> None:
    """Neither online_access nor offline_access: nothing to refresh with."""
    assert "refresh_token" not in dance.tokens(scope="launch patient/Patient.r")
