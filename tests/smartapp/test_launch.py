"""Launching from an EHR and by hand, against a strict one: sections 1.1 to 1.4 of the checklist."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
from flask import Flask

from tests.smartapp.conftest import LUNG, OTHER
from tests.support.smart_ehr import SECRET, SmartEhr, reply, running_smart_ehr
from tests.support.smart_launches import Browser, app_for, browser_of


@pytest.mark.conformance("smart-app", 1, 2, 11, 12, 15, 20, 24, 39)
def test_a_launch_from_the_ehr_opens_the_chart(browser: Browser, ehr: SmartEhr) -> None:
    """The whole dance; the EHR fails closed on each missing or wrong value."""
    path = browser.launch(ehr)

    assert re.fullmatch(r"/l/[A-Za-z0-9_-]{43}/", path)
    page = browser.get(f"{path}diagnostics")
    assert page.status_code == 200
    assert "Code exchanged" in page.text


@pytest.mark.conformance("smart-app", 2)
@pytest.mark.parametrize("value", ["a+b/c==%25%2B é&x", "x" * 4096, "{}\"'<>\\"])
def test_the_launch_value_is_echoed_byte_for_byte(
    browser: Browser, ehr: SmartEhr, value: str
) -> None:
    """It is opaque: nothing of it is read, changed or shortened."""
    started = browser.start(ehr, launch=value)

    assert parse_qs(urlsplit(started.location).query)["launch"] == [value]


@pytest.mark.conformance("smart-app", 1)
def test_the_redirect_uri_is_never_built_from_the_host_header(app: Flask, ehr: SmartEhr) -> None:
    """It is the registered one, whatever the browser calls us."""
    started = app.test_client().get(
        f"/launch?{urlencode({'iss': ehr.base, 'launch': 'x'})}",
        headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"},
    )

    sent = parse_qs(urlsplit(started.location).query)
    assert sent["redirect_uri"] == ["http://127.0.0.1:8000/callback"]


@pytest.mark.conformance("smart-app", 4)
def test_a_standalone_launch_asks_for_the_patient(browser: Browser, ehr: SmartEhr) -> None:
    """Chosen by hand: no launch value, launch/patient among the scopes."""
    listed = browser.get("/launch.html")
    [link] = re.findall(r'href="(/launch\?site=[^"]+)"', listed.text)
    started = browser.get(link)
    sent = parse_qs(urlsplit(started.location).query)

    assert "launch" not in sent
    assert "launch/patient" in sent["scope"][0].split()
    assert "launch" not in sent["scope"][0].split()
    assert browser.get(browser.sign_in(started)).status_code == 303


def test_launch_html_hands_on_what_the_ehr_sent(browser: Browser, ehr: SmartEhr) -> None:
    """Byte for byte, with whatever else the EHR adds."""
    query = f"iss={ehr.base}&launch=a%2Bb%20c+d%25&x=1"

    answer = browser.get(f"/launch.html?{query}")

    assert answer.status_code == 303
    assert answer.location == f"/launch?{query}"


@pytest.mark.conformance("smart-app", 3)
@pytest.mark.parametrize(
    "iss",
    [
        "https://evil.example/fhir",
        "{base}/",
        "{BASE}",
        "{base}/../fhir",
        "{base}?x=1",
        "{base}#x",
        "{scheme}evil@{rest}",
        "{base}.evil.example",
        "file:///etc/passwd",
        "http://169.254.169.254/latest/meta-data",
        "{base}\n",
        " {base}",
    ],
)
def test_only_a_registered_issuer_is_ever_contacted(
    browser: Browser, ehr: SmartEhr, iss: str
) -> None:
    """Compared character for character, before anything is asked of anybody."""
    scheme, rest = "http://", ehr.base.removeprefix("http://")
    given = iss.replace("{BASE}", ehr.base.upper()).format(base=ehr.base, scheme=scheme, rest=rest)

    answer = browser.start(ehr, iss=given)

    if given == f"{ehr.base}/":
        # One slash at the end is tolerated; the EHR gets back what it sent.
        assert parse_qs(urlsplit(answer.location).query)["aud"] == [given]
        return
    assert answer.status_code == 403
    assert "issuer-unknown" in answer.text
    assert ehr.said == []


@pytest.mark.conformance("smart-app", 5)
@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({"iss": None}, "no-issuer"),
        ({"iss": None, "launch": None}, "no-issuer"),
        ({"launch": None}, "launch-missing"),
        ({"launch": ""}, "launch-missing"),
        ({"launch": ["a", "b"]}, "launch-unclear"),
        ({"launch": "x" * 9000}, "launch-unclear"),
        ({"iss": "http://" + "x" * 3000}, "launch-unclear"),
    ],
)
def test_an_unclear_launch_is_a_readable_page(
    browser: Browser, ehr: SmartEhr, parameters: dict[str, object], code: str
) -> None:
    """Missing, doubled or too long: said in words, nobody contacted."""
    answer = browser.start(ehr, **parameters)

    assert answer.status_code == 400
    assert code in answer.text
    assert "What to do" in answer.text
    assert ehr.said == []


@pytest.mark.conformance("smart-app", 5)
def test_two_launches_in_one_browser_stay_apart(browser: Browser, ehr: SmartEhr) -> None:
    """Two patients, two sessions, in any order of answers."""
    first, second = browser.start(ehr, LUNG), browser.start(ehr, OTHER)
    back_second, back_first = browser.sign_in(second), browser.sign_in(first)
    opened_second = browser.get(back_second).location
    opened_first = browser.get(back_first).location
    browser.get(f"{opened_first}diagnostics")
    browser.get(f"{opened_second}diagnostics")

    read = [path for _, path, _, _ in ehr.said if path.startswith("/fhir/Patient/")]
    assert read == [f"/fhir/Patient/{ehr.patient(LUNG)}", f"/fhir/Patient/{ehr.patient(OTHER)}"]
    assert opened_first != opened_second


@pytest.mark.conformance("smart-app", 12)
def test_the_verifier_is_fresh_and_long(browser: Browser, ehr: SmartEhr) -> None:
    """RFC 7636: 43 to 128 characters, new for each launch."""
    browser.launch(ehr)
    browser.launch(ehr)

    verifiers = [form["code_verifier"] for _, _, form, _ in ehr.calls("/token")]
    assert len(set(verifiers)) == 2
    assert all(re.fullmatch(r"[A-Za-z0-9\-._~]{43,128}", each) for each in verifiers)


@pytest.mark.conformance("smart-app", 13)
def test_the_proof_key_is_sent_to_an_ehr_that_does_not_advertise_it(
    browser: Browser, ehr: SmartEhr
) -> None:
    """Silence is no reason to leave it out."""
    ehr.configuration["code_challenge_methods_supported"] = None

    browser.launch(ehr)

    [(_, _, asked, _)] = ehr.calls("/authorize")
    assert asked["code_challenge_method"] == "S256"


@pytest.mark.conformance("smart-app", 14)
def test_states_are_unpredictable_and_different(browser: Browser, ehr: SmartEhr) -> None:
    """At least 122 bits: 43 characters of 6 bits, never twice."""
    asked = [parse_qs(urlsplit(browser.start(ehr).location).query) for _ in range(5)]

    states = {each["state"][0] for each in asked} | {each["nonce"][0] for each in asked}
    assert len(states) == 10
    assert all(len(each) == 43 for each in states)


@pytest.mark.conformance("smart-app", 16)
def test_a_long_request_goes_as_a_form_where_the_ehr_takes_one(
    browser: Browser, ehr: SmartEhr
) -> None:
    """Over 6,000 characters: a form that sends itself, allowed to lead to this EHR alone."""
    ehr.configuration["capabilities"] = ["permission-v2", "authorize-post"]
    value = "y" * 8000

    page = browser.start(ehr, launch=value)

    assert page.status_code == 200
    assert f'action="{ehr.origin}/authorize"' in page.text
    assert value in page.text
    assert f"form-action 'self' {ehr.origin};" in page.headers["Content-Security-Policy"]
    assert "<script>" not in page.text


@pytest.mark.conformance("smart-app", 21)
def test_a_public_client_says_who_it_is_in_the_form() -> None:
    """Without a key or secret the id is all there is."""
    with running_smart_ehr(auth="public") as ehr:
        ehr.configuration["token_endpoint_auth_methods_supported"] = ["none"]
        browser_of(app_for(ehr)).launch(ehr)
        [(_, _, form, headers)] = ehr.calls("/token")

    assert form["client_id"] == "oncocue"
    assert "Authorization" not in headers


@pytest.mark.conformance("smart-app", 21, 22, 24)
def test_a_confidential_client_leaves_its_id_out(browser: Browser, ehr: SmartEhr) -> None:
    """The assertion names it."""
    browser.launch(ehr)

    [(_, _, form, _)] = ehr.calls("/token")
    assert "client_id" not in form
    assert set(form) == {
        *("grant_type", "code", "redirect_uri", "code_verifier"),
        *("client_assertion", "client_assertion_type"),
    }


@pytest.mark.conformance("smart-app", 17)
@pytest.mark.parametrize(
    ("error", "code", "status"),
    [
        ("access_denied", "access-denied", 403),
        ("invalid_scope", "scope-refused", 403),
        ("login_required", "login-needed", 403),
        ("interaction_required", "login-needed", 403),
        ("server_error", "token-unreachable", 502),
        ("temporarily_unavailable", "token-unreachable", 502),
        ("unauthorized_client", "client-refused", 502),
        ("something_new", "ehr-refused", 403),
        ("<script>alert(1)</script>", "ehr-refused", 403),
    ],
)
def test_errors_of_the_ehr_are_shown_in_our_words(
    browser: Browser, ehr: SmartEhr, error: str, code: str, status: int
) -> None:
    """Nothing that comes back is executed, shown as it came, or followed."""
    started = browser.start(ehr)
    state = parse_qs(urlsplit(started.location).query)["state"][0]
    said = {
        "error": error,
        "error_description": "<script>alert('words')</script>",
        "error_uri": "https://evil.example/",
        "state": state,
    }

    answer = browser.get(f"/callback?{urlencode(said)}")

    assert answer.status_code == status
    assert f"<code>{code}</code>" in answer.text
    assert "alert" not in answer.text
    assert "evil.example" not in answer.text
    assert ehr.calls("/token") == []


@pytest.mark.conformance("smart-app", 18)
@pytest.mark.parametrize("iss", ["https://other.example", "", "{base}"])
def test_an_answer_of_another_server_is_refused(browser: Browser, ehr: SmartEhr, iss: str) -> None:
    """RFC 9207: iss of the callback is the authorization server; the code goes nowhere."""
    back = browser.sign_in(browser.start(ehr))

    answer = browser.get(f"{back}&{urlencode({'iss': iss.format(base=ehr.base)})}")

    assert answer.status_code == 400
    assert "mixed-up" in answer.text
    assert ehr.calls("/token") == []


@pytest.mark.conformance("smart-app", 18)
def test_an_answer_that_says_its_own_issuer_is_taken(browser: Browser, ehr: SmartEhr) -> None:
    """And is never mistaken for a launch."""
    ehr.configuration["authorization_response_iss_parameter_supported"] = True
    back = browser.sign_in(browser.start(ehr))

    assert browser.get(f"{back}&{urlencode({'iss': ehr.origin})}").status_code == 303


@pytest.mark.conformance("smart-app", 18)
def test_a_server_that_promises_iss_must_send_it(browser: Browser, ehr: SmartEhr) -> None:
    """An attacker could leave it out."""
    ehr.configuration["authorization_response_iss_parameter_supported"] = True

    assert "mixed-up" in browser.get(browser.sign_in(browser.start(ehr))).text


@pytest.mark.conformance("smart-app", 27)
def test_the_token_endpoint_gets_no_unknown_parameter(browser: Browser, ehr: SmartEhr) -> None:
    """Not the state, not the nonce: a vendor answered 400 to them. The strict EHR does too."""
    browser.launch(ehr)

    [(_, _, form, _)] = ehr.calls("/token")
    assert not {"state", "nonce", "aud", "scope", "launch"} & set(form)


@pytest.mark.conformance("smart-app", 23)
def test_a_secret_with_odd_characters_reaches_the_ehr(tmp_path: object) -> None:
    """Form-encoded, then base64 (RFC 6749 section 2.3.1), or as it is by switch."""
    from smartapp.launch.client_auth import basic_credentials
    from smartapp.registration import Ehr, SmartTable

    table = SmartTable("https://ehr.example/fhir", "on:co", auth="basic", secret_file="x")
    encoded = Ehr("one", table, "https://us.example", SECRET)
    plain = Ehr(
        "one",
        SmartTable("https://ehr.example/fhir", "on:co", auth="basic", encode_secret=False),
        "https://us.example",
        SECRET,
    )

    from base64 import b64decode

    assert b64decode(basic_credentials(encoded)) == b"on%3Aco:p%3Ass%25w%C3%B6rd"
    assert b64decode(basic_credentials(plain)).decode() == f"on:co:{SECRET}"


@pytest.mark.conformance("smart-app", 28)
@pytest.mark.parametrize(
    "changes",
    [
        {"token_type": "Bearer"},
        {"token_type": "BEARER"},
        {"expires_in": None},
        {"expires_in": "570"},
        {"expires_in": "soon"},
        {"expires_in": -1},
        {"scope": None},
        {"refresh_token": None},
    ],
)
def test_loose_token_responses_are_understood(
    browser: Browser, ehr: SmartEhr, changes: dict[str, object]
) -> None:
    """What servers leave out or spell otherwise is no reason to fail."""
    ehr.changes = changes

    path = browser.launch(ehr)

    assert browser.get(f"{path}diagnostics").status_code == 200


@pytest.mark.conformance("smart-app", 28, 32)
@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"access_token": None}, "token-unusable"),
        ({"access_token": ""}, "token-unusable"),
        ({"access_token": 7}, "token-unusable"),
        ({"access_token": "a\r\nX-Evil: 1"}, "token-unusable"),
        ({"token_type": "mac"}, "token-unusable"),
        ({"token_type": None}, "token-unusable"),
        ({"patient": None}, "no-patient"),
        ({"patient": ["1", "2"]}, "no-patient"),
        ({"patient": "../Practitioner/1"}, "no-patient"),
        ({"scope": "openid patient/Observation.rs"}, "too-little"),
        ({"scope": "openid patient/Patient.r"}, "too-little"),
    ],
)
def test_a_token_response_without_what_is_needed_stops(
    browser: Browser, ehr: SmartEhr, changes: dict[str, object], code: str
) -> None:
    """No token, another kind of token, no patient, too little: a page, and no chart."""
    ehr.changes = changes

    answer = browser.get(browser.sign_in(browser.start(ehr)))

    assert f"<code>{code}</code>" in answer.text
    assert not [path for _, path, _, _ in ehr.said if path.startswith("/fhir/P")]


@pytest.mark.conformance("smart-app", 37)
def test_the_tenant_must_be_one_of_the_site(ehr: SmartEhr) -> None:
    """Many hospitals behind one FHIR base: the site's file lists those it knows."""
    from smartapp.launch.context import context_of
    from smartapp.launch.problems import LaunchFailed
    from smartapp.registration import Ehr, SmartTable

    table = SmartTable(ehr.base, "oncocue", tenants={"a-1": "North"})
    registered = Ehr("one", table, "http://127.0.0.1:8000")

    assert context_of({"patient": "1", "tenant": "a-1"}, registered).tenant == "a-1"
    for tenant in ("a-2", None, ["a-1"]):
        with pytest.raises(LaunchFailed, match="tenant-unknown"):
            context_of({"patient": "1", "tenant": tenant}, registered)


@pytest.mark.conformance("smart-app", 48)
@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (503, b"", "token-unreachable"),
        (500, b'{"error": "invalid_grant"}', "token-unreachable"),
        (429, b"<html>slow down</html>", "token-unreachable"),
        (401, b"", "client-refused"),
        (400, b'{"error": "invalid_client"}', "client-refused"),
        (400, b'{"error": "invalid_grant"}', "code-refused"),
        (400, b'{"error": {"a": 1}}', "code-refused"),
        (200, b"[]", "token-unusable"),
        (200, b"not json", "token-unusable"),
        (200, b"", "token-unusable"),
        (302, b"", "token-unusable"),
        (200, b"[" * 100_000, "token-unusable"),
        (200, b'{"a": "' + b"x" * 400_000 + b'"}', "token-unreachable"),
    ],
)
def test_a_token_endpoint_that_fails_is_a_readable_page(
    browser: Browser, ehr: SmartEhr, status: int, body: bytes, code: str
) -> None:
    """Down, busy, not JSON, too long, redirecting: said in words."""
    from werkzeug.wrappers import Response

    started = browser.start(ehr)
    back = browser.sign_in(started)
    ehr.faults["/token"] = lambda _: Response(
        body, status, {"Location": f"{ehr.origin}/elsewhere"}, mimetype="application/json"
    )

    answer = browser.get(back)

    assert f"<code>{code}</code>" in answer.text
    assert ehr.calls("/elsewhere") == []


def test_a_code_is_taken_once(browser: Browser, ehr: SmartEhr) -> None:
    """The EHR refuses it the second time, and our state is used up before it is asked."""
    back = browser.sign_in(browser.start(ehr))
    browser.get(back)

    again = browser.get(back)

    assert "state-unknown" in again.text
    assert len(ehr.calls("/token")) == 1


def test_what_the_configuration_refuses() -> None:
    """Wildcards, clear text, odd origins: refused at the start, by name."""
    from pathlib import Path

    from smartapp.registration import RegistrationFault, registered

    good = {"issuer": "https://ehr.example/fhir", "client_id": "x"}
    bad = [
        {"issuer": "http://ehr.example/fhir"},
        {"issuer": "https://user:pw@ehr.example/fhir"},
        {"issuer": "https://ehr.example/fhir?x"},
        {"redirect_base": "https://*.example"},
        {"redirect_base": "http://us.example"},
        {"client_id": " "},
        {"auth": "basic"},
        {"secret_file": "x"},
        {"authorize_endpoint": "https://ehr.example/a"},
        {"authorize_endpoint": "http://ehr.example/a", "token_endpoint": "https://e.example/t"},
        {"frame_ancestors": ["https://*.example"]},
        {"frame_ancestors": ["https://ehr.example/path"]},
        {"leave_out": ["Condition"]},
        {"leave_out": ["Observations"]},
        {"clientid": "x"},
        {"auth": "secret"},
    ]
    assert registered("one", good, Path(), "https://us.example").redirect_uri == (
        "https://us.example/callback"
    )
    for changes in bad:
        with pytest.raises(RegistrationFault, match="smart"):
            registered("one", {**good, **changes}, Path(), "https://us.example")


def test_an_ehr_that_is_down_says_so(browser: Browser, ehr: SmartEhr) -> None:
    """No document names the endpoints."""
    ehr.faults["/fhir/.well-known/smart-configuration"] = lambda _: reply({}, 503)

    answer = browser.start(ehr)

    assert answer.status_code == 502
    assert "discovery-failed" in answer.text


def test_the_browser_is_sent_with_get_and_nothing_else_is_followed(
    browser: Browser, ehr: SmartEhr
) -> None:
    """A redirect of the authorize endpoint is the browser's to follow, never ours."""
    browser.start(ehr)

    assert ehr.calls("/authorize") == []
    assert requests.codes.found == 302
