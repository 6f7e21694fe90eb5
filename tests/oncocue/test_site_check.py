"""`oncocue check`: each thing that can be wrong between a site's file and the live EHR is told."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from oncocue.command_line import app
from tests.support.fhir_server import FhirServer, running_fhir_server
from tests.support.key_server import KeyServer, running_key_server
from tests.support.tokens import Signer, key_of, key_set

ES384 = Signer(key_of("EC", "P-384"))
ES256 = Signer(key_of("EC", "P-256"), "ES256", "p256")
TYPES = (
    *("Condition", "Observation", "DiagnosticReport", "ServiceRequest", "MedicationRequest"),
    *("Procedure", "FamilyMemberHistory", "Specimen", "MedicationAdministration"),
    *("MedicationStatement", "DocumentReference"),
)
PARAMETERS = ("patient", "code", "category", "status", "intent", "type")


def _statement(**changes: Any) -> dict[str, Any]:
    """What an R4 server says that it can."""
    resources = [{"type": "Patient", "interaction": [{"code": "read"}]}]
    resources += [
        {
            "type": kind,
            "interaction": [{"code": "read"}, {"code": "search-type"}],
            "searchParam": [{"name": name, "type": "token"} for name in PARAMETERS],
        }
        for kind in TYPES
    ]
    return {
        "resourceType": "CapabilityStatement",
        "fhirVersion": "4.0.1",
        "rest": [{"mode": "server", "resource": resources}],
        **changes,
    }


class Site:
    """A site's file, its EHR and its keys."""

    def __init__(self, folder: Path, ehr: FhirServer, keys: KeyServer) -> None:
        self.folder, self.ehr, self.keys = folder, ehr, keys
        keys.body = key_set(ES384.public())
        ehr.answers[".well-known/smart-configuration"] = {
            "authorization_endpoint": f"{ehr.base}/authorize",
            "token_endpoint": f"{ehr.base}/token",
            "scopes_supported": ["openid", "launch", "user/*.rs"],
        }
        ehr.answers["metadata"] = _statement()
        (folder / "sites").mkdir()
        (folder / "oncocue.toml").write_text(
            '[hooks]\nsites = "sites"\npublic_url = "https://oncocue.example"\n'
        )
        self.write()

    def write(self, more: str = "", **changes: str) -> None:
        """The site's file with these changes."""
        values = {
            "name": '"general"',
            "issuer": '"https://ehr.example/fhir"',
            "jku": f'"{self.keys.base}/jwks"',
            "fhir_servers": f'["{self.ehr.base}"]',
            "profile": '"epic"',
            **changes,
        }
        lines = [f"{name} = {value}" for name, value in values.items() if value]
        (self.folder / "sites" / "general.toml").write_text("\n".join([*lines, more]))

    def check(self, *arguments: str, **environment: str) -> tuple[int, str]:
        """Exit code and output of `oncocue check general`."""
        ran = CliRunner().invoke(
            app,
            ["check", "general", *arguments],
            env={"ONCOCUE_CONFIG": str(self.folder / "oncocue.toml"), **environment},
        )
        return ran.exit_code, ran.output


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A site where everything is well."""
    with running_fhir_server() as ehr, running_key_server() as keys:
        yield Site(tmp_path, ehr, keys)


def test_a_sound_site_has_no_problem(site: Site) -> None:
    """Exit 0; every line says what was looked at."""
    code, output = site.check()

    assert code == 0, output
    assert "problem" not in output
    for words in (
        "keys: http",
        "1 for ES384",
        "discovery: token_endpoint",
        "scopes: those listed can read every type",
        "searches: FHIR 4.0.1",
        "searches: conditions: Condition",
        "s apart; 60 s are allowed",
        "orders: none is mapped",
    ):
        assert words in output


def test_keys_that_cannot_be_had_or_do_not_suit_are_told(site: Site) -> None:
    """Down, empty, or of another algorithm."""
    site.keys.status = 503
    code, output = site.check()
    assert code == 1 and "the address answered 503" in output

    site.keys.status, site.keys.body = 200, key_set(ES256.public())
    code, output = site.check()
    assert code == 1 and "has keys for ES256, none for ES384, RS384" in output


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"token_endpoint": None}, "discovery: token_endpoint is missing"),
        (
            {"scopes_supported": ["patient/Patient.rs", "openid"]},
            "scopes: none of those listed reads Condition",
        ),
        ({"scopes_supported": None}, "scopes: the EHR does not list"),
    ],
)
def test_discovery_and_scopes_are_looked_at(site: Site, change: dict[str, Any], says: str) -> None:
    """Endpoints, and what the scopes let us read."""
    site.ehr.answers[".well-known/smart-configuration"].update(change)

    assert says in site.check()[1]


def _without(statement: dict[str, Any], kind: str, parameter: str = "") -> dict[str, Any]:
    resources = statement["rest"][0]["resource"]
    for each in list(resources):
        if each["type"] == kind and parameter:
            each["searchParam"] = [p for p in each["searchParam"] if p["name"] != parameter]
        elif each["type"] == kind:
            resources.remove(each)
    return statement


@pytest.mark.parametrize(
    ("statement", "code", "says"),
    [
        (_statement(fhirVersion="3.0.2"), 1, "problem  searches: FHIR 3.0.2"),
        (_without(_statement(), "Condition"), 1, "problem  searches: conditions: the EHR does not"),
        (_without(_statement(), "FamilyMemberHistory"), 0, "unknown  searches: family: the EHR"),
        (
            _without(_statement(), "Observation", "code"),
            1,
            "problem  searches: observations: Observation is not searched by code",
        ),
        ("<html>", 1, "searches: FHIR none"),
    ],
)
def test_search_support_is_held_against_our_queries(
    site: Site, statement: Any, code: int, says: str
) -> None:
    """What is required is a problem, what is optional is told."""
    site.ehr.answers["metadata"] = statement

    found, output = site.check()

    assert says in output
    assert found == code


def test_an_ehr_that_is_away_is_told(site: Site) -> None:
    """Not a traceback."""
    site.write(fhir_servers='["http://127.0.0.1:1/fhir"]')

    code, output = site.check()

    assert code == 1
    assert "could not be reached (ConnectionError)" in output


def test_a_clock_apart_is_told(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tokens would be expired, or not valid yet."""
    late = time.time() + 3600
    monkeypatch.setattr("oncocue.site_check.time", lambda: late)

    code, output = site.check()

    assert code == 1
    assert "60 s are allowed" in output


ORDER = '[orders.mmr-msi]\nsystem = "urn:site"\ncode = "77"\ndisplay = "MMR"\n'


@pytest.mark.parametrize(
    ("answers", "statuses", "code", "says"),
    [
        ({"CodeSystem/$validate-code": True}, {}, 0, "ok       orders: mmr-msi"),
        ({"CodeSystem/$validate-code": False}, {}, 1, "the EHR does not know this code"),
        ({"ServiceRequest": 3}, {"CodeSystem/$validate-code": 404}, 0, "in use"),
        ({"ServiceRequest": 0}, {"CodeSystem/$validate-code": 404}, 0, "did not say whether"),
        (
            {},
            {"CodeSystem/$validate-code": 404, "ServiceRequest": 401},
            0,
            "answered 401; ONCOCUE_CHECK_TOKEN?",
        ),
    ],
)
def test_order_codes_are_asked_of_the_ehr(
    site: Site, answers: dict[str, Any], statuses: dict[str, int], code: int, says: str
) -> None:
    """By its terminology, else by orders that carry the code."""
    site.write(ORDER)
    for path, value in answers.items():
        site.ehr.answers[path] = (
            {
                "resourceType": "Parameters",
                "parameter": [{"name": "result", "valueBoolean": value}],
            }
            if path.startswith("CodeSystem")
            else {"resourceType": "Bundle", "type": "searchset", "total": value}
        )
    site.ehr.statuses.update(statuses)

    found, output = site.check(ONCOCUE_CHECK_TOKEN="canary-token")

    assert says in output
    assert found == code
    assert "canary-token" not in output
    assert site.ehr.tokens == {"Bearer canary-token"}


def test_a_site_that_is_not_there_is_told(site: Site) -> None:
    """With the names there are; exit 2."""
    ran = CliRunner().invoke(
        app, ["check", "elsewhere"], env={"ONCOCUE_CONFIG": str(site.folder / "oncocue.toml")}
    )

    assert ran.exit_code == 2
    assert "there are: general" in ran.output


@pytest.mark.conformance("cds-hooks", 48)
def test_the_sheet_holds_all_that_is_typed_by_hand(site: Site) -> None:
    """Addresses, signing, scopes, keys and queries by the site's own names, codes, filters."""
    site.write(
        '[prefetch]\nconditions = "problems"\n'
        '[queries]\nconditions = "Condition?patient={{context.patientId}}&category=x"\n'
        '[override_reasons.action-completed]\nsystem = "urn:r"\ncode = "7"\ndisplay = "Done"\n'
        + ORDER,
        off='["trial-search"]',
        tenants='["north"]',
        audiences='["sand_man"]',
    )

    code, output = site.check("--sheet")

    assert code == 0
    for words in (
        "https://oncocue.example/cds-services/biomarker-testing\n",
        "https://oncocue.example/cds-services/biomarker-testing/feedback",
        "launch URL: https://oncocue.example/launch.html",
        "iss: https://ehr.example/fhir",
        "also taken: sand_man",
        "tenant: north",
        "user/Condition.rs",
        "user/Observation.read",
        "| problems | yes | Condition?patient={{context.patientId}}&category=x |",
        "| patient | yes | Patient/{{context.patientId}} |",
        "mmr-msi: MMR (urn:site | 77)",
        "override reason action-completed: Done (urn:r | 7)",
        "Silent mode: off",
    ):
        assert words in output, words
    assert "trial search" not in output
    assert site.ehr.calls == []


def test_the_sheet_of_every_profile_is_whole(site: Site) -> None:
    """No placeholder is left, whatever the client."""
    for profile in ("epic", "oracle", "athena", "standard", "plain", "sandbox"):
        site.write(profile=json.dumps(profile))
        code, output = site.check("--sheet")
        assert code == 0, profile
        assert "None" not in output and "| patient | yes |" in output
