"""Where an EHR signs people in: sections 1.2 and trap A3 of the checklist."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.wrappers import Request, Response

from smartapp.launch.discovery import Discovery, Endpoints
from smartapp.launch.problems import LaunchFailed
from smartapp.registration import Ehr, SmartTable
from tests.support.smart_ehr import SmartEhr, reply
from tests.support.smart_launches import Browser

WELL_KNOWN = "/fhir/.well-known/smart-configuration"
OAUTH_URIS = "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris"
DOCUMENT = {
    "authorization_endpoint": "https://ehr.example/authorize",
    "token_endpoint": "https://ehr.example/token",
}


class Documents:
    """Answers addresses from a table and notes who was asked."""

    def __init__(self, **documents: Any) -> None:
        self.documents = documents
        self.asked: list[str] = []
        self.time = 0.0

    def get(self, address: str, **_: Any) -> tuple[int, Any]:
        """A stored document, or 404."""
        self.asked.append(address)
        name = address.rpartition("/")[2].replace("-", "_")
        return (200, self.documents[name]) if name in self.documents else (404, None)

    def endpoints(self, **table: Any) -> Endpoints:
        """What is found for an EHR."""
        smart = SmartTable(**{"issuer": "https://ehr.example/r4", "client_id": "x", **table})
        return Discovery(lambda: self.time, self.get).endpoints(Ehr("one", smart, "https://us"))


def metadata(authorize: str, token: str) -> dict[str, Any]:
    """A CapabilityStatement with the oauth-uris extension."""
    parts = [{"url": "authorize", "valueUri": authorize}, {"url": "token", "valueUri": token}]
    security = {"extension": [{"url": OAUTH_URIS, "extension": parts}]}
    return {"resourceType": "CapabilityStatement", "rest": [{"security": security}]}


@pytest.mark.conformance("smart-app", 6)
@pytest.mark.parametrize(
    ("issuer", "address"),
    [
        ("https://ehr.example", "https://ehr.example/.well-known/smart-configuration"),
        ("https://ehr.example/", "https://ehr.example/.well-known/smart-configuration"),
        (
            "https://ehr.example/a/b/r4",
            "https://ehr.example/a/b/r4/.well-known/smart-configuration",
        ),
        (
            "https://ehr.example/a/b/r4/",
            "https://ehr.example/a/b/r4/.well-known/smart-configuration",
        ),
    ],
)
def test_the_well_known_path_comes_after_the_base_path(issuer: str, address: str) -> None:
    """With and without a path or a slash at the end."""
    documents = Documents(smart_configuration=DOCUMENT)
    documents.endpoints(issuer=issuer)

    assert documents.asked == [address]


@pytest.mark.conformance("smart-app", 7)
def test_relative_addresses_resolve_against_the_fhir_base() -> None:
    """SMART 2.2, requirement 379."""
    relative = {"authorization_endpoint": "../auth/authorize", "token_endpoint": "token"}

    found = Documents(smart_configuration=relative).endpoints()

    assert found.authorize == "https://ehr.example/auth/authorize"
    assert found.token == "https://ehr.example/r4/token"


@pytest.mark.conformance("smart-app", 8)
def test_the_capability_statement_is_asked_next() -> None:
    """Deprecated, and still all that some servers have."""
    documents = Documents(metadata=metadata("https://ehr.example/a", "https://ehr.example/t"))

    found = documents.endpoints()

    assert (found.authorize, found.token) == ("https://ehr.example/a", "https://ehr.example/t")
    assert found.found_in == "CapabilityStatement"


@pytest.mark.conformance("smart-app", 8)
def test_the_site_s_file_comes_last() -> None:
    """When no document names the endpoints, the administrator may."""
    table = {"authorize_endpoint": "https://ehr.example/a", "token_endpoint": "https://o.example/t"}

    assert Documents().endpoints(**table).token == "https://o.example/t"
    found = Documents(smart_configuration=DOCUMENT).endpoints(**table)
    assert found.token == DOCUMENT["token_endpoint"]


@pytest.mark.conformance("smart-app", 8)
def test_another_address_of_the_document_can_be_given() -> None:
    """MEDITECH's was found at the root of the host."""
    documents = Documents(smart_configuration=DOCUMENT)
    documents.endpoints(configuration_url="https://ehr.example/.well-known/smart-configuration")

    assert documents.asked == ["https://ehr.example/.well-known/smart-configuration"]


@pytest.mark.conformance("smart-app", 9)
@pytest.mark.parametrize(
    "address",
    [
        "http://ehr.example/token",
        "http://169.254.169.254/token",
        "http://127.0.0.1/token",
        "https://localhost/token",
        "https://user:pw@ehr.example/token",
        "https://ehr.example\\@evil.example/token",
        "https://ehr.example/token#x",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "//[bad/token",
        "https://ehr.example/to ken\n",
    ],
)
@pytest.mark.parametrize(
    "name", ["authorization_endpoint", "token_endpoint", "revocation_endpoint"]
)
def test_unsafe_addresses_stop_the_launch(name: str, address: str) -> None:
    """A hostile or careless document leads neither us nor the browser to clear text or inside."""
    with pytest.raises(LaunchFailed, match=r"discovery-(unsafe|failed)"):
        found = Documents(smart_configuration={**DOCUMENT, name: address}).endpoints()
        assert name == "revocation_endpoint" and found.revoke == ""
        raise LaunchFailed("discovery-unsafe")


@pytest.mark.conformance("smart-app", 9)
def test_endpoints_on_other_hosts_are_listed_in_the_site_s_file() -> None:
    """Oracle signs in elsewhere than it serves FHIR: known beforehand, not by its document."""
    elsewhere = {**DOCUMENT, "token_endpoint": "https://login.example/token"}

    with pytest.raises(LaunchFailed, match="endpoint_hosts"):
        Documents(smart_configuration=elsewhere).endpoints()
    found = Documents(smart_configuration=elsewhere).endpoints(endpoint_hosts=("login.example",))
    assert found.token == "https://login.example/token"


@pytest.mark.conformance("smart-app", 9)
def test_a_document_is_kept_for_an_hour() -> None:
    """Then it is read anew; failures are not kept."""
    documents = Documents(smart_configuration=DOCUMENT)
    smart = SmartTable("https://ehr.example/r4", "x")
    ehr = Ehr("one", smart, "https://us")
    discovery = Discovery(lambda: documents.time, documents.get)
    for documents.time in (0.0, 3599.0):
        discovery.endpoints(ehr)
    assert len(documents.asked) == 1
    documents.time = 3601.0
    discovery.endpoints(ehr)

    assert len(documents.asked) == 2


@pytest.mark.conformance("smart-app", 9)
def test_a_redirect_to_another_host_is_not_followed(browser: Browser, ehr: SmartEhr) -> None:
    """Nor one in a circle; on the same host a few are."""

    def elsewhere(_: Request) -> Response:
        return Response("", 302, {"Location": ehr.base.replace("127.0.0.1", "localhost") + "/x"})

    ehr.faults[WELL_KNOWN] = elsewhere
    assert "discovery-failed" in browser.start(ehr).text
    assert ehr.calls("/fhir/x") == []

    ehr.faults[WELL_KNOWN] = lambda _: Response("", 302, {"Location": WELL_KNOWN})
    assert "discovery-failed" in browser.start(ehr).text
    assert len(ehr.calls(WELL_KNOWN)) <= 6

    ehr.faults[WELL_KNOWN] = lambda _: Response("", 302, {"Location": "/fhir/moved"})
    ehr.faults["/fhir/moved"] = lambda _: reply(ehr._configuration())
    assert browser.start(ehr).status_code == 302


@pytest.mark.conformance("smart-app", 9)
@pytest.mark.parametrize(
    "body",
    [b"x" * 600_000, b"[" * 200_000, b"{", b"[]", b'"text"', b"null", b"\xff\xfe"],
    ids=["long", "deep", "cut off", "a list", "a text", "null", "not UTF-8"],
)
def test_a_hostile_document_is_a_readable_page(
    browser: Browser, ehr: SmartEhr, body: bytes
) -> None:
    """Too long, too deep, no JSON: read no further, said in words."""
    ehr.faults[WELL_KNOWN] = lambda _: Response(body, 200, mimetype="application/json")

    assert "discovery-failed" in browser.start(ehr).text


@pytest.mark.conformance("smart-app", 9, 13)
@pytest.mark.conformance("smart-app", 103)
def test_a_document_cannot_switch_off_the_proof_key_or_choose_scopes(
    browser: Browser, ehr: SmartEhr
) -> None:
    """Authlib lets metadata override the client; none of the document reaches it."""
    ehr.configuration |= {
        "code_challenge_method": "",
        "scope": "system/*.cruds",
        "state": "fixed",
        "redirect_uri": "https://evil.example/",
        "client_id": "evil",
        "response_type": "token",
        "token_endpoint_auth_method": "none",
        "nonce": "fixed",
        "prompt": "none",
        "grant_type": "password",
    }

    sent = parse_qs(urlsplit(browser.start(ehr).location).query)

    assert sent["code_challenge_method"] == ["S256"]
    assert "patient/Condition.rs" in sent["scope"][0]
    assert "system" not in sent["scope"][0]
    assert sent["client_id"] == ["oncocue"]
    assert sent["response_type"] == ["code"]
    assert sent["state"] != ["fixed"]
    assert sent["nonce"] != ["fixed"]
    assert "prompt" not in sent
    browser.launch(ehr)


@pytest.mark.conformance("smart-app", 10, 30)
@pytest.mark.parametrize(
    ("capabilities", "expected", "unexpected"),
    [
        (["permission-v1", "permission-v2"], "patient/Condition.rs", "patient/Condition.read"),
        (["permission-v1"], "patient/Condition.read", "patient/Condition.rs"),
        ([], "patient/Condition.read", "patient/Condition.rs"),
        (["permission-v2", "permission-online"], "online_access", "offline_access"),
        (["permission-v2", "permission-offline"], "openid", "offline_access"),
    ],
)
def test_scopes_follow_what_the_ehr_says_it_can_do(
    browser: Browser, ehr: SmartEhr, capabilities: list[str], expected: str, unexpected: str
) -> None:
    """The grammar it knows; online access where it is offered; never offline."""
    ehr.configuration["capabilities"] = capabilities

    scopes = parse_qs(urlsplit(browser.start(ehr).location).query)["scope"][0].split()

    assert expected in scopes
    assert unexpected not in scopes


@pytest.mark.conformance("smart-app", 43)
def test_offline_access_is_never_asked(browser: Browser, ehr: SmartEhr) -> None:
    """No job of ours runs without the clinician."""
    ehr.configuration["capabilities"] = ["permission-v2", "permission-offline", "permission-online"]

    assert "offline_access" not in browser.start(ehr).location


ODD = st.sampled_from(
    ["", "https://e", "http://e", "//x", "a b", "https://[", "\ud800", None, True, 7, [], {}, [7]]
)


@pytest.mark.conformance("smart-app", 9)
@given(
    st.fixed_dictionaries(
        {}, optional=dict.fromkeys((*DOCUMENT, "revocation_endpoint", "issuer", "x"), ODD)
    )
)
def test_any_document_is_understood_or_refused(document: dict[str, Any]) -> None:
    """Whatever it holds: endpoints that are safe, or a refusal in words. Never a fault of ours."""
    try:
        found = Documents(smart_configuration=document).endpoints()
    except LaunchFailed:
        return
    assert found.authorize.startswith("https://")
    assert found.token.startswith("https://")
