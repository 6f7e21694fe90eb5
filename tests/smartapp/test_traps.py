"""Each trap of Authlib that section 4 of the checklist lists, and that we do not fall into it."""

from __future__ import annotations

import hmac
import json
import logging
import time
from base64 import urlsafe_b64decode
from typing import Any

import pytest
import time_machine
from flask import Flask
from joserfc.jwk import ECKey, RSAKey

from smartapp.launch.browser import known_browser
from smartapp.opened import User
from tests.smartapp.conftest import LUNG
from tests.support.smart_ehr import ID_TOKEN_KEY, SmartEhr, running_smart_ehr
from tests.support.smart_launches import Browser, app_for, browser_of, charts_of
from tests.support.tokens import forged


def part(token: str, index: int) -> dict[str, Any]:
    """Header or claims of a token."""
    text = token.split(".")[index]
    value: dict[str, Any] = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    return value


def assertions(ehr: SmartEhr) -> list[str]:
    """The client assertions sent."""
    return [form["client_assertion"] for _, _, form, _ in ehr.calls("/token")]


@pytest.mark.conformance("smart-app", 24)
@pytest.mark.conformance("smart-app", 101)
def test_assertions_live_at_most_five_minutes(browser: Browser, ehr: SmartEhr) -> None:
    """Authlib's own live an hour."""
    browser.launch(ehr)

    claims = part(assertions(ehr)[0], 1)
    assert 0 < claims["exp"] - claims["iat"] <= 300
    assert claims["iss"] == claims["sub"] == "oncocue"
    assert claims["aud"] == f"{ehr.origin}/token"
    header = part(assertions(ehr)[0], 0)
    assert header["typ"] == "JWT"
    assert header["alg"] == "ES384"
    assert set(header) == {"alg", "kid", "typ"}


@pytest.mark.conformance("smart-app", 24)
@pytest.mark.conformance("smart-app", 102)
def test_each_assertion_has_a_jti_of_its_own(browser: Browser, ehr: SmartEhr) -> None:
    """Authlib writes the first one into the given claims and repeats it at every refresh."""
    ehr.life = 1
    path = browser.launch(ehr)
    browser.get(f"{path}diagnostics")
    browser.launch(ehr)

    ids = [part(each, 1)["jti"] for each in assertions(ehr)]
    assert len(ids) >= 3
    assert len(set(ids)) == len(ids)


@pytest.mark.conformance("smart-app", 25)
@pytest.mark.conformance("smart-app", 102)
def test_rs384_is_used_where_the_ehr_knows_nothing_else() -> None:
    """Both algorithms are supported; an EHR without the one key gets the other."""
    from smartapp.launch.client_auth import algorithm_of, assertion
    from smartapp.launch.client_keys import ClientKeys, make_key
    from smartapp.launch.discovery import Endpoints
    from smartapp.registration import Ehr, SmartTable

    ehr = Ehr("one", SmartTable("https://ehr.example/fhir", "x"), "https://us.example")
    only_rsa = Endpoints("https://a", "https://t", algorithms=frozenset({"RS384"}))
    keys = ClientKeys((make_key("RS384", 0.0),))

    assert algorithm_of(ehr, only_rsa) == "RS384"
    signed = assertion(ehr, keys.signing("RS384", 1.0), 1.0, "https://t")
    assert part(signed, 0)["alg"] == "RS384"


@pytest.mark.conformance("smart-app", 104)
def test_two_ehrs_are_two_clients() -> None:
    """Authlib's Flask registry keeps one client a name; ours are made per EHR."""
    with running_smart_ehr() as one, running_smart_ehr(auth="public") as two:
        two.configuration["token_endpoint_auth_methods_supported"] = ["none"]
        browser = browser_of(app_for(one, two))
        browser.launch(one)
        browser.launch(two)

        assert "client_id" not in one.calls("/token")[0][2]
        assert two.calls("/token")[0][2]["client_id"] == "oncocue"


@pytest.mark.conformance("smart-app", 45)
@pytest.mark.conformance("smart-app", 105)
def test_the_browser_holds_no_secret_of_the_launch(app: Flask, ehr: SmartEhr) -> None:
    """Authlib's Flask client would put verifier, nonce and state into the cookie."""
    browser = browser_of(app)
    path = browser.launch(ehr)
    with app.test_request_context(
        headers={"Cookie": f"__Host-oncocue={browser.client.get_cookie('__Host-oncocue').value}"}
    ):
        from flask import session

        held = dict(session)
        mark = known_browser()

    assert set(held) <= {"browser", "csrf_token"}
    secrets = [form[name] for _, _, form, _ in ehr.calls("/token") for name in form]
    secrets += [asked["state"] for _, _, asked, _ in ehr.calls("/authorize")]
    secrets += [*ehr.tokens, *ehr.refreshes, path.split("/")[2]]
    assert not [each for each in secrets if len(each) > 12 and each in repr(held)]
    assert mark and len(mark) == 43


@pytest.mark.conformance("smart-app", 42)
@pytest.mark.conformance("smart-app", 106)
def test_a_refresh_asks_for_no_scope(browser: Browser, ehr: SmartEhr) -> None:
    """Authlib sends the scopes first asked; a narrower grant would then be refused."""
    ehr.life = 1
    ehr.grant = lambda asked: "openid patient/Patient.r patient/Condition.rs"
    path = browser.launch(ehr)

    assert browser.get(f"{path}diagnostics").status_code == 200
    refreshed = [f for _, _, f, _ in ehr.calls("/token") if f["grant_type"] == "refresh_token"]
    assert refreshed
    assert not [form for form in refreshed if "scope" in form]


@pytest.mark.conformance("smart-app", 39)
@pytest.mark.conformance("smart-app", 107)
def test_an_id_token_signed_es384_is_taken(browser: Browser, ehr: SmartEhr) -> None:
    """Algorithms come from the OpenID document: smart-configuration does not name them."""
    ehr.id_key = ECKey.generate_key("P-384", parameters={"kid": "ec"})
    ehr.id_keys = [ehr.id_key]

    browser.launch(ehr)


@pytest.mark.conformance("smart-app", 39)
@pytest.mark.conformance("smart-app", 108)
def test_another_issuer_of_id_tokens_can_be_registered(ehr: SmartEhr) -> None:
    """Oracle's is not that of its smart-configuration."""
    from smartapp.launch.identity import Identity
    from smartapp.launch.problems import LaunchFailed
    from smartapp.registration import Ehr, SmartTable

    ehr.id_changes["iss"] = other = ehr.origin.replace("127.0.0.1", "localhost") + "/oidc"
    token = ehr._id_token("n")
    documents = {
        f"{other}/.well-known/openid-configuration": {"issuer": other, "jwks_uri": f"{other}/jwks"},
        f"{other}/jwks": {"keys": [ID_TOKEN_KEY.as_dict(private=False)]},
    }
    identity = Identity(time.time, lambda address, **_: (200, documents[address]))

    def user(**table: Any) -> User:
        site = Ehr("one", SmartTable(ehr.base, "oncocue", **table), "http://127.0.0.1")
        return identity.user(token, site, ehr.origin, "n")

    with pytest.raises(LaunchFailed, match="identity-failed"):
        user()
    assert user(id_token_issuers=(other,)).type == "Practitioner"
    assert user(endpoint_hosts=(other.split("/")[2],)).type == "Practitioner"


@pytest.mark.conformance("smart-app", 45)
@pytest.mark.conformance("smart-app", 109)
def test_nothing_secret_is_logged(
    app: Flask, ehr: SmartEhr, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Not at any level, of any library: no verifier, code, token, launch, state or patient."""
    caplog.set_level(logging.DEBUG)
    logging.getLogger("werkzeug").setLevel(logging.CRITICAL)
    browser = browser_of(app)
    path = browser.launch(ehr)
    browser.get(f"{path}diagnostics")
    out = "".join(capfd.readouterr()) + "".join(
        record.getMessage() for record in caplog.records if record.name != "werkzeug"
    )

    secrets = [form[name] for _, _, form, _ in ehr.calls("/token") for name in form]
    secrets += [*ehr.tokens, *ehr.refreshes, path.split("/")[2], *ehr.launches]
    secrets += [asked["state"] for _, _, asked, _ in ehr.calls("/authorize")]
    secrets.append(ehr.patient(LUNG))
    known = ("authorization_code", "urn:ietf:params", "http://127.0.0.1:8000/callback")
    assert not [each for each in secrets if not each.startswith(known) and each in out]


@pytest.mark.conformance("smart-app", 110)
def test_errors_need_a_state_too(browser: Browser, ehr: SmartEhr) -> None:
    """Authlib does not check it on error returns: anybody could end a launch, or show words."""
    browser.start(ehr)

    assert "callback-unclear" in browser.get("/callback?error=access_denied").text
    assert "state-unknown" in browser.get("/callback?error=access_denied&state=x").text


ID_TOKEN_FAULTS: dict[str, dict[str, Any]] = {
    "another audience": {"id_changes": {"aud": "other"}},
    "two audiences without azp": {"id_changes": {"aud": ["oncocue", "other"]}},
    "another party": {"id_changes": {"azp": "other"}},
    "another nonce": {"id_changes": {"nonce": "other"}},
    "no nonce": {"id_changes": {"nonce": None}},
    "expired": {"id_changes": {"exp": 1}},
    "no end": {"id_changes": {"exp": None}},
    "end is a text": {"id_changes": {"exp": "never"}},
    "from the future": {"id_changes": {"iat": 99_999_999_999}},
    "another issuer": {"id_changes": {"iss": "https://evil.example"}},
    "issuer of the cloud": {"id_changes": {"iss": "http://169.254.169.254"}},
    "no issuer": {"id_changes": {"iss": None}},
    "another kid": {"id_header": {"kid": "other"}},
    "another key": {"id_key": RSAKey.generate_key(2048, parameters={"kid": "ehr-1"})},
    "a short key": {},
    "alg none": {},
    "HS256 with the public key": {},
    "not a token": {"changes": {"id_token": "x.y.z"}},
    "no text": {"changes": {"id_token": {"a": 1}}},
    "too long": {"changes": {"id_token": "a." * 20_000}},
}


@pytest.mark.conformance("smart-app", 39)
@pytest.mark.parametrize("name", ID_TOKEN_FAULTS)
def test_an_id_token_that_does_not_hold_stops_the_launch(
    browser: Browser, ehr: SmartEhr, name: str
) -> None:
    """Whatever is wrong with it: one page, no chart, no user believed."""
    for field, value in ID_TOKEN_FAULTS[name].items():
        setattr(ehr, field, value)
    if name == "alg none":
        _, claims, _ = ehr._id_token("n").split(".")
        ehr.changes["id_token"] = f"eyJhbGciOiJub25lIn0.{claims}."
    if name == "HS256 with the public key":
        secret = ID_TOKEN_KEY.as_pem(private=False)
        ehr.changes["id_token"] = forged(
            {"alg": "HS256", "kid": "ehr-1"},
            part(ehr._id_token("n"), 1),
            lambda signing_input: hmac.digest(secret, signing_input, "sha256"),
        )
    if name == "a short key":
        ehr.id_key = RSAKey.generate_key(1024, parameters={"kid": "short"})
        ehr.id_keys = [ehr.id_key]

    answer = browser.get(browser.sign_in(browser.start(ehr)))

    assert "identity-failed" in answer.text
    assert not [path for _, path, _, _ in ehr.said if path.startswith("/fhir/P")]


@pytest.mark.conformance("smart-app", 39)
def test_a_key_that_was_rolled_over_is_found(browser: Browser, ehr: SmartEhr) -> None:
    """An unknown kid makes us look again, at most every ten seconds."""
    browser.launch(ehr)
    ehr.id_key = RSAKey.generate_key(2048, parameters={"kid": "ehr-2"})
    ehr.id_keys = [ehr.id_key]
    with time_machine.travel(time.time() + 11, tick=True):
        browser.launch(ehr)

    assert len(ehr.calls("/jwks")) == 2


@pytest.mark.conformance("smart-app", 41)
def test_no_max_age_is_sent(browser: Browser, ehr: SmartEhr) -> None:
    """Nor auth_time asked: servers need not support it (requirement 211)."""
    asked = browser.start(ehr).location

    assert "max_age" not in asked
    assert "auth_time" not in asked


@pytest.mark.conformance("smart-app", 40)
@pytest.mark.parametrize(
    ("stated", "kind", "reference"),
    [
        ("Practitioner/1", "Practitioner", "Practitioner/1"),
        ("{base}/Practitioner/1", "Practitioner", "Practitioner/1"),
        ("https://other.example/fhir/PractitionerRole/1", "PractitionerRole", ""),
        ("{base}/other/Practitioner/1", "Practitioner", ""),
        ("Practitioner/1/_history/3", "Practitioner", "Practitioner/1"),
        ("Device/1", "", ""),
        (None, "", ""),
        (7, "", ""),
    ],
)
def test_the_user_is_named_absolutely_or_relatively(
    browser: Browser, ehr: SmartEhr, stated: Any, kind: str, reference: str
) -> None:
    """Nothing is fetched from where it stands; of another server, the type alone is taken."""
    ehr.id_changes["fhirUser"] = (
        stated.replace("{base}", ehr.base) if isinstance(stated, str) else stated
    )
    path = browser.launch(ehr)

    page = browser.get(f"{path}diagnostics").text
    assert (kind or "the EHR did not say who signed in") in page
    assert charts_of(browser, path).user.reference == reference
    assert not [each for each in ehr.said if "Practitioner" in each[1]]


@pytest.mark.conformance("smart-app", 40)
@pytest.mark.parametrize("kind", ["Patient", "RelatedPerson", "Person"])
def test_patients_and_relatives_get_a_plain_page(
    browser: Browser, ehr: SmartEhr, kind: str
) -> None:
    """No clinician's content, no session, nothing read of the chart."""
    ehr.user = f"{kind}/somebody"

    answer = browser.get(browser.sign_in(browser.start(ehr)))

    assert answer.status_code == 403
    assert "not-for-patients" in answer.text
    assert "care team" in answer.text
    assert not [path for _, path, _, _ in ehr.said if path.startswith("/fhir/P")]


def test_a_standalone_launch_needs_to_know_the_user(browser: Browser, ehr: SmartEhr) -> None:
    """Outside the EHR's window a patient could be signing in; inside, the EHR has seen to it."""
    ehr.changes["id_token"] = None
    by_hand = browser.get(f"/launch?site={ehr.base.partition('://')[2]}")

    assert "identity-missing" in browser.get(browser.sign_in(by_hand)).text
    assert browser.get(browser.launch(ehr)).status_code in (200, 303)
