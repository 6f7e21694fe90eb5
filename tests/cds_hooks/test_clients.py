"""What a site's configuration makes of requests, discovery and cards."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from cds_hooks.answer import HookAnswers
from cds_hooks.cards.card import REASONS
from cds_hooks.client import AnyCaller
from cds_hooks.gather import Gathering
from cds_hooks.profiles import OrderCode, load_profiles
from cds_hooks.trust.site import Site, SiteFault
from oncocue.site_names import check_names
from tests.support.fhir_server import running_fhir_server
from tests.support.hook_calls import TYPES, call, cards, product, request_for

STORY = "lung-adenocarcinoma-partial-results"
LINK = "https://oncocue.example/launch.html"


def _for(**profile: Any) -> HookAnswers:
    """The product for a client whose profile has these changes."""
    answers = product(public_url="https://oncocue.example")
    assert isinstance(answers.callers, AnyCaller)
    client = answers.callers.client
    changed = msgspec.structs.replace(client.profile, **profile)
    gathering = msgspec.structs.replace(
        client.gathering, keys=changed.prefetch, queries=changed.queries, budget_seconds=5.0
    )
    caller = AnyCaller(msgspec.structs.replace(client, profile=changed, gathering=gathering))
    return msgspec.structs.replace(answers, callers=caller)


def _discovered(answers: HookAnswers) -> dict[str, dict[str, Any]]:
    listed = json.loads(answers.discover().body)["services"]
    return {each["id"]: each for each in listed}


def test_every_kind_of_client_is_data() -> None:
    """Six profiles, each a file."""
    assert set(load_profiles()) >= {"epic", "oracle", "athena", "sandbox", "standard", "plain"}


def test_a_client_is_told_of_the_hooks_it_knows() -> None:
    """Oracle Health knows patient-view alone."""
    listed = _discovered(_for(hooks=("patient-view",)))

    assert listed
    assert {each["hook"] for each in listed.values()} == {"patient-view"}


def test_a_service_switched_off_is_neither_listed_nor_answered() -> None:
    """404 with a reason, for this client alone."""
    answers = _for(off=("trial-search",))

    assert "trial-search" not in _discovered(answers)
    assert call(answers, "trial-search", request_for(STORY)).status == 404
    assert call(answers, "biomarker-testing", request_for(STORY)).status == 200


def test_prefetch_keys_have_the_clients_names() -> None:
    """An analyst who typed `probs` for `conditions` gets the same card."""
    answers = _for(prefetch={"conditions": "probs"})
    request = request_for(STORY)
    request["prefetch"]["probs"] = request["prefetch"].pop("conditions")

    [card] = cards(call(answers, "biomarker-testing", request))

    assert "Stage IV" in card["summary"] or card["summary"]
    prefetch = _discovered(answers)["biomarker-testing"]["prefetch"]
    assert "probs" in prefetch and "conditions" not in prefetch


def test_a_lacking_key_is_named_as_the_client_knows_it() -> None:
    """The refusal speaks of `probs`."""
    answers = _for(prefetch={"conditions": "probs"})
    request = request_for(STORY)
    del request["prefetch"]["conditions"]

    answer = call(answers, "biomarker-testing", request)

    assert answer.status == 412
    assert b"probs (" in answer.body


def test_queries_are_those_the_client_can_answer() -> None:
    """In discovery, and when we ask ourselves."""
    query = "Condition?patient={{context.patientId}}&category=problem-list-item"
    answers = _for(queries={"conditions": query})
    request = request_for(STORY)
    with running_fhir_server() as ehr:
        ehr.answers["Condition"] = request["prefetch"].pop("conditions")
        request["fhirServer"] = ehr.base

        assert len(cards(call(answers, "biomarker-testing", request))) == 1
        assert ehr.queries == [
            f"patient={request['context']['patientId']}&category=problem-list-item"
        ]
    assert _discovered(answers)["biomarker-testing"]["prefetch"]["conditions"] == query


def test_reasons_are_in_the_sites_codes() -> None:
    """A reason that is mapped is the site's; others stay HL7's."""
    own = OrderCode("urn:oid:1.2.3", "77", "Done elsewhere")

    [card] = cards(call(_for(reasons={"action-completed": own}), *_call()))

    assert {"system": "urn:oid:1.2.3", "code": "77", "display": "Done elsewhere"} in card[
        "overrideReasons"
    ]
    assert len({each["system"] for each in card["overrideReasons"]}) == 2


def _call() -> tuple[str, dict[str, Any]]:
    return "biomarker-testing", request_for(STORY)


@pytest.mark.parametrize(
    ("links", "smart", "source"),
    [
        ((), True, True),
        ((LINK,), True, False),
        (("https://",), True, True),
        (("https://elsewhere.example/",), False, False),
    ],
)
def test_a_card_holds_listed_links_alone(links: tuple[str, ...], smart: bool, source: bool) -> None:
    """What the EHR would take away is not sent."""
    [card] = cards(call(_for(links=links), *_call()))

    assert ("links" in card) is smart
    assert ("url" in card["source"]) is source


def test_a_card_has_no_more_lines_than_the_client_shows() -> None:
    """The gap and the need come first."""
    [card] = cards(call(_for(most_lines=2), *_call()))

    assert card["detail"].count("- **") <= 2


@pytest.mark.conformance("cds-hooks", 15)
def test_what_is_new_in_three_is_sent_to_clients_that_know_it() -> None:
    """`version` in discovery is new in the 3.0 ballot."""
    assert all("version" not in each for each in _discovered(_for()).values())
    assert all(
        each["version"] == "3.0.0-ballot" for each in _discovered(_for(ballot=True)).values()
    )


@pytest.mark.conformance("cds-hooks", 24)
@pytest.mark.parametrize(
    ("user", "shown"),
    [
        ("Practitioner/1", 1),
        ("PractitionerRole/1", 1),
        ("https://ehr.example/fhir/Practitioner/1", 1),
        ("1", 1),
        ("Patient/1", 0),
        ("RelatedPerson/1", 0),
        ("Person/1", 0),
        ("https://ehr.example/fhir/Patient/1", 0),
        ("Patient/1/_history/2", 0),
    ],
)
def test_who_is_no_clinician_gets_no_clinicians_card(user: str, shown: int) -> None:
    """Patients, relatives and other persons see nothing; a reference without a type is taken."""
    request = request_for(STORY)
    request["context"]["userId"] = user

    assert len(cards(call(product(), "biomarker-testing", request))) == shown


@pytest.mark.conformance("cds-hooks", 24)
@pytest.mark.parametrize(
    ("user", "shown"), [("Practitioner/1", 0), ("PractitionerRole/1", 1), ("1", 0)]
)
def test_a_site_may_limit_a_service_to_types_of_user(user: str, shown: int) -> None:
    """Only that service; a user of an unknown type is not on the list."""
    answers = _for(users={"biomarker-testing": ("PractitionerRole",)})
    request = request_for(STORY)
    request["context"]["userId"] = user

    assert len(cards(call(answers, "biomarker-testing", request))) == shown
    assert call(answers, "genetic-counseling", request).silence != "user type"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"off": ("trials",)}, "service 'trials' is not one of: biomarker-testing"),
        ({"users": {"trials": ()}}, "service 'trials'"),
        ({"users": {"trial-search": ("Patient",)}}, "user type 'Patient' is not one of"),
        ({"prefetch": {"problems": "p"}}, "prefetch key 'problems' is not one of: administrations"),
        ({"queries": {"problems": "p"}}, "prefetch key 'problems'"),
        (
            {"override_reasons": {"later": OrderCode("s", "c", "d")}},
            "override reason 'later' is not one of: action-completed",
        ),
    ],
)
def test_a_name_that_is_none_of_ours_is_told(changes: dict[str, Any], says: str) -> None:
    """Before anything is served, with the names there are."""
    site = Site(name="general", issuer="https://ehr.example", **changes)

    with pytest.raises(SiteFault, match=says):
        check_names([site], product().services)


def test_names_of_ours_are_taken() -> None:
    """Every service, key and reason."""
    services = product().services
    site = Site(
        name="general",
        issuer="https://ehr.example",
        off=tuple(services),
        prefetch=dict.fromkeys(TYPES, "x"),
        override_reasons=dict.fromkeys(REASONS, OrderCode("s", "c", "d")),
        users=dict.fromkeys(services, ("Practitioner",)),
    )

    check_names([site], services)
    assert Gathering().keys == {}


def test_every_reason_a_card_gives_can_be_mapped() -> None:
    """The list of codes is that of the cards."""
    from tests.support.hook_calls import stories

    answers = product()
    given = {
        reason["code"]
        for story in stories()
        for service in ("biomarker-testing", "genetic-counseling", "trial-search")
        for card in cards(call(answers, service, request_for(story)))
        for reason in card["overrideReasons"]
    }

    assert given <= REASONS
