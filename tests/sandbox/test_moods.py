"""The moods: each differs from the standards where its vendor's documentation says so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.capabilitystatement import CapabilityStatement

from sandbox.conduct import faults, parse_conduct
from sandbox.conduct.mood import moods
from tests.sandbox.dance import FLAGSHIP, Dance

V1 = "launch patient/Patient.read patient/Condition.read patient/Observation.read"
V2 = "launch patient/Patient.r patient/Condition.rs patient/Observation.rs patient/Procedure.rs"
CATEGORY = "category=laboratory,social-history,vital-signs,genomics"
BASES = [("", "standard"), *((f"{name}", name) for name in moods() if name != "standard")]


def _found(dance: Dance, token: str, path: str) -> tuple[list[str], list[dict[str, Any]]]:
    """The ids of all pages in order, and the pages."""
    ids, pages = [], []
    while path:
        page = dance.get(path, token).get_json()
        assert page["resourceType"] == "Bundle", page
        pages.append(page)
        ids += [
            entry["resource"]["id"]
            for entry in page.get("entry", [])
            if entry["search"]["mode"] == "match"
        ]
        links = {link["relation"]: link["url"] for link in page["link"]}
        path = links.get("next", "").partition("/fhir/")[2]
    return ids, pages


def _configuration(dance: Dance) -> dict[str, Any]:
    place = f"{dance.root}/fhir/.well-known/smart-configuration"
    answer = dance.browser.get(place)
    if answer.status_code == 404:
        answer = dance.browser.get(f"{dance.root}/.well-known/smart-configuration")
    found: dict[str, Any] = answer.get_json()
    return found


@pytest.mark.parametrize(("conduct", "name"), BASES)
def test_every_mood_can_be_discovered_launched_and_read(
    dance: Dance, conduct: str, name: str
) -> None:
    """Whatever the mood: a valid CapabilityStatement, a token, a patient, a whole search."""
    dance = dance.at(conduct)
    grammars = moods()[name].tokens.grammars
    token = dance.tokens(scope=V2 if "v2" in grammars else V1)["access_token"]
    statement = dance.browser.get(f"{dance.root}/fhir/metadata").get_json()
    ids, pages = _found(dance, token, f"Observation?patient={FLAGSHIP}&{CATEGORY}")

    assert CapabilityStatement.model_validate(statement)
    assert statement["implementation"]["url"] == dance.base
    assert dance.get(f"Patient/{FLAGSHIP}", token).get_json()["id"] == FLAGSHIP
    assert len(set(ids)) > 10
    assert all(Bundle.model_validate(page) for page in pages)


@pytest.mark.parametrize("name", [name for name in moods() if name != "meditech"])
def test_the_configuration_lies_below_the_base(dance: Dance, name: str) -> None:
    """Except in the mood whose vendor has it elsewhere."""
    root = f"/sim/{name}"
    assert dance.browser.get(f"{root}/fhir/.well-known/smart-configuration").status_code == 200
    assert dance.browser.get(f"{root}/.well-known/smart-configuration").status_code == 404


def test_meditech_has_its_configuration_beside_the_base(dance: Dance) -> None:
    """Below the base there is none; the CapabilityStatement knows the endpoints too."""
    root = "/sim/meditech"
    assert dance.browser.get(f"{root}/fhir/.well-known/smart-configuration").status_code == 404
    assert (
        "token_endpoint" in dance.browser.get(f"{root}/.well-known/smart-configuration").get_json()
    )
    [security] = [
        rest["security"] for rest in dance.browser.get(f"{root}/fhir/metadata").get_json()["rest"]
    ]
    named = {each["url"]: each["valueUri"] for each in security["extension"][0]["extension"]}
    assert named["token"] == "http://localhost/sim/meditech/auth/token"


@pytest.mark.parametrize(
    ("name", "capability", "is_there"),
    [
        ("epic", "permission-online", False),
        ("epic", "permission-v1", True),
        ("oracle", "permission-v1", False),
        ("oracle", "context-standalone-patient", False),
        ("oracle", "permission-online", True),
        ("minimal", "permission-v2", False),
        ("minimal", "sso-openid-connect", False),
    ],
)
def test_capabilities_are_those_of_the_vendor(
    dance: Dance, name: str, capability: str, is_there: bool
) -> None:
    """What an app adapts to."""
    assert (capability in _configuration(dance.at(name))["capabilities"]) is is_there


@pytest.mark.parametrize(
    ("name", "key", "is_there"),
    [
        ("standard", "introspection_endpoint", True),
        ("epic", "introspection_endpoint", False),
        ("epic", "revocation_endpoint", False),
        ("oracle", "revocation_endpoint", True),
        ("athena", "scopes_supported", False),
        ("athena", "code_challenge_methods_supported", False),
        ("minimal", "code_challenge_methods_supported", False),
    ],
)
def test_the_configuration_says_what_the_vendors_says(
    dance: Dance, name: str, key: str, is_there: bool
) -> None:
    """Endpoints and lists that are left out."""
    assert (key in _configuration(dance.at(name))) is is_there


def test_minimal_addresses_are_relative_to_the_base(dance: Dance) -> None:
    """SMART: relative addresses resolve against the FHIR base."""
    from urllib.parse import urljoin

    dance = dance.at("minimal")
    token = urljoin(f"{dance.base}/", _configuration(dance)["token_endpoint"])
    assert token == "http://localhost/sim/minimal/auth/token"


def test_what_is_not_advertised_may_still_be_demanded(dance: Dance) -> None:
    """athena does not advertise PKCE, and takes no request without it."""
    answer = dance.at("athena").authorize(code_challenge=None)
    assert "invalid_request" in answer.headers["Location"]


def test_oracle_drops_v1_scopes_without_a_word(dance: Dance) -> None:
    """And then every FHIR call is 403."""
    dance = dance.at("oracle")
    answer = dance.tokens(scope=f"{V1} patient/Patient.r")
    assert answer["scope"] == "launch patient/Patient.r"
    assert dance.get(f"Condition?patient={FLAGSHIP}", answer["access_token"]).status_code == 403


def test_oracle_tokens_are_short_and_refresh_tokens_stay(dance: Dance) -> None:
    """570 seconds; the refresh answers with no new refresh token, and the old one is good on."""
    dance = dance.at("oracle")
    first = dance.tokens(scope="launch online_access patient/Patient.r")
    second = dance.refresh(first["refresh_token"]).get_json()

    assert first["expires_in"] == second["expires_in"] == 570
    assert "refresh_token" not in second
    assert dance.refresh(first["refresh_token"]).status_code == 200


def test_oracle_id_tokens_have_an_issuer_of_their_own(dance: Dance) -> None:
    """Not the one of smart-configuration; its own configuration leads to the keys."""
    from joserfc import jws

    dance = dance.at("oracle")
    compact = dance.tokens(scope="launch openid fhirUser patient/Patient.r")["id_token"]
    issuer = dance.browser.application.json.loads(jws.extract_compact(compact.encode()).payload)[
        "iss"
    ]
    path = f"{issuer.rstrip('/')}/.well-known/openid-configuration".partition("localhost")[2]

    assert issuer != _configuration(dance)["issuer"]
    assert dance.browser.get(path).get_json()["issuer"] == issuer
    assert (
        dance.browser.get(f"{dance.root}/auth/.well-known/openid-configuration").status_code == 404
    )


def test_oracle_gives_clinicians_no_patient_in_a_standalone_launch(dance: Dance) -> None:
    """Provider persona: the app has to ask for the patient itself."""
    dance = dance.at("oracle")
    page = dance.authorize(scope="launch/patient patient/Patient.r").get_data(as_text=True)
    ticket = page.partition('name="ticket" value="')[2].partition('"')[0]
    form = {"ticket": ticket, "user": "practitioner", "patient": FLAGSHIP, "allow": "yes"}
    back = dance.browser.post(
        f"{dance.root}/auth/choose", data={**form, "scope": "patient/Patient.r"}
    )
    code = back.headers["Location"].partition("code=")[2].partition("&")[0]
    assert "patient" not in dance.exchange(code).get_json()


def test_oracle_repeats_entries_and_begins_with_all_social_history(dance: Dance) -> None:
    """Pages overlap by one; social history ignores _count."""
    dance = dance.at("oracle")
    token = dance.tokens(scope=V2)["access_token"]
    ids, pages = _found(dance, token, f"Observation?patient={FLAGSHIP}&_count=4")

    assert len(ids) == len(set(ids)) + len(pages) - 1
    assert len(set(ids)) == pages[0]["total"]


@pytest.mark.parametrize("path", [f"Condition?patient={FLAGSHIP}&category=made-up"])
def test_oracle_knows_its_categories_only(dance: Dance, path: str) -> None:
    """An unknown category is an error."""
    dance = dance.at("oracle")
    assert dance.get(path, dance.tokens(scope=V2)["access_token"]).status_code == 400


def test_oracle_speaks_json_only_and_calls_another_tenant_forbidden(dance: Dance) -> None:
    """406 with an empty body; 403 for a token of another base."""
    at = dance.at("oracle")
    token = at.tokens(scope=V2)["access_token"]
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/fhir+xml"}
    answer = dance.browser.get(f"{at.root}/fhir/Patient/{FLAGSHIP}", headers=headers)

    assert (answer.status_code, answer.data) == (406, b"")
    assert at.get(f"Patient/{FLAGSHIP}", dance.tokens()["access_token"]).status_code == 403


def test_epic_asks_for_a_category_and_knows_not_all(dance: Dance) -> None:
    """Observations by category or code; an unknown category is an error."""
    dance = dance.at("epic")
    token = dance.tokens(scope=V2)["access_token"]
    for query in ("", "&category=therapy", "&category=procedure"):
        assert dance.get(f"Observation?patient={FLAGSHIP}{query}", token).status_code == 400
    assert dance.get(f"Observation?patient={FLAGSHIP}&category=genomics", token).status_code == 200


def test_an_empty_search_at_epic_holds_a_warning(dance: Dance) -> None:
    """200, total 0, one OperationOutcome with 4101: no result, and no error."""
    dance = dance.at("epic")
    token = dance.tokens(scope=V2)["access_token"]
    page = dance.get(f"Procedure?patient={FLAGSHIP}", token).get_json()
    [entry] = page["entry"]

    assert page["total"] == 0
    assert entry["search"]["mode"] == "outcome"
    assert entry["resource"]["issue"][0]["details"]["coding"][0]["code"] == "4101"


def test_epic_ignores_the_address_of_a_search_by_form(dance: Dance) -> None:
    """Since February 2026: parameters of the body alone count; elsewhere both do."""
    for conduct, status in (("epic", 400), ("", 200)):
        at = dance.at(conduct)
        headers = {"Authorization": f"Bearer {at.tokens(scope=V2)['access_token']}"}
        answer = dance.browser.post(
            f"{at.root}/fhir/Condition/_search?patient={FLAGSHIP}", data={}, headers=headers
        )
        assert answer.status_code == status


def test_a_search_by_form_finds_what_a_search_by_address_finds(dance: Dance) -> None:
    """R4 search by POST."""
    token = dance.tokens()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    by_form = dance.browser.post(
        "/fhir/Condition/_search", data={"patient": FLAGSHIP}, headers=headers
    ).get_json()
    assert by_form == dance.get(f"Condition?patient={FLAGSHIP}", token).get_json()


@pytest.mark.parametrize("name", ["meditech", "minimal"])
def test_family_history_is_not_offered_everywhere(dance: Dance, name: str) -> None:
    """Neither the scope nor the type; the CapabilityStatement leaves it out."""
    dance = dance.at(name)
    grant = dance.tokens(scope="launch patient/Patient.read patient/FamilyMemberHistory.read")
    statement = dance.browser.get(f"{dance.root}/fhir/metadata").get_json()

    assert "FamilyMemberHistory" not in grant["scope"]
    path = f"FamilyMemberHistory?patient={FLAGSHIP}"
    assert dance.get(path, grant["access_token"]).status_code == 404
    assert "FamilyMemberHistory" not in [r["type"] for r in statement["rest"][0]["resource"]]


def test_minimal_says_as_little_as_a_server_may(dance: Dance) -> None:
    """No expiry, no banner, no style, no encounter, no totals."""
    dance = dance.at("minimal")
    answer = dance.tokens(scope=V1, launch=dance.launched(encounter="visit"))
    page = dance.get(f"Observation?patient={FLAGSHIP}", answer["access_token"]).get_json()

    assert set(answer) == {"access_token", "token_type", "scope", "patient"}
    assert "total" not in page


def test_one_base_for_every_practice_names_the_tenant(dance: Dance) -> None:
    """athena's tokens say whose patient it is."""
    answer = dance.at("athena").tokens(launch=dance.at("athena").launched())
    assert answer["tenant"] == "a-1.practice-1"


@pytest.mark.parametrize("slug", ["nowhere", "epic+nothing", "", "epic slow", "standard+"])
def test_an_unknown_conduct_is_not_found(dance: Dance, slug: str) -> None:
    """No address is guessed at."""
    assert parse_conduct(slug) is None
    assert dance.browser.get(f"/sim/{slug}/fhir/metadata").status_code == 404


def test_the_page_of_the_sandbox_names_every_mood_and_fault() -> None:
    """docs/sandbox.md is where an integrator looks."""
    page = (Path(__file__).parents[2] / "docs" / "sandbox.md").read_text(encoding="utf-8")
    assert [name for name in (*moods(), *faults()) if f"`{name}`" not in page] == []
