"""The order hooks: what they need, which orders count, how their cards look, what they never do."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from fhir.resources.R4B.servicerequest import ServiceRequest

from cds_hooks.answer import HookAnswers
from cds_hooks.client import AnyCaller, Client
from cds_hooks.profiles import DrugCode, Profile, load_profiles
from oncocue.judge import cards_of, judge
from oncocue.settings import Settings
from oncocue.wiring import hook_answers, load_guidance_of
from tests.conformance.hl7_models import judged as judged_by_hl7
from tests.support.hook_calls import TODAY, call, cards, product

HOOKS = Path(__file__).parents[2] / "fixtures" / "hooks" / "good"
STORIES = sorted(
    path.stem for path in HOOKS.glob("order-*.json") if not path.stem.endswith(".expected")
)
PROFILES = load_profiles()
_FORBIDDEN = re.compile(r"\b(consider|please|should|eligible|low risk)\b|!|if advanced", re.I)


def request(story: str) -> dict[str, Any]:
    """A synthetic call of an order hook."""
    found: dict[str, Any] = json.loads((HOOKS / f"{story}.json").read_bytes())
    return found


def service(story: str) -> str:
    """The service a story calls."""
    return "oncology-order-select" if "select" in story else "oncology-order-sign"


def shown(answers: HookAnswers, story: str, **changes: Any) -> list[dict[str, Any]]:
    """The cards of a story."""
    return cards(call(answers, service(story), {**request(story), **changes}))


def answers_for(profile: Profile) -> HookAnswers:
    """The face for one client."""
    guidance = load_guidance_of(Settings())
    return hook_answers(guidance, AnyCaller(Client(profile)), lambda: TODAY)


@pytest.fixture(scope="module")
def answers() -> HookAnswers:
    """The face on the day of the stories."""
    return product()


# Oracle Health knows patient-view alone.
_ORDERING = sorted(name for name, profile in PROFILES.items() if "order-sign" in profile.hooks)


@pytest.fixture(scope="module", params=_ORDERING)
def all_cards(request: pytest.FixtureRequest) -> list[tuple[str, dict[str, Any]]]:
    """Every card of every order story in one client profile."""
    face = answers_for(PROFILES[request.param])
    return [(story, card) for story in STORIES for card in shown(face, story)]


def test_order_cards_keep_the_card_rules(all_cards: list[tuple[str, dict[str, Any]]]) -> None:
    """Short, plain, sourced, never critical, with a fixed topic and three to five reasons."""
    assert len(all_cards) >= 10
    for story, card in all_cards:
        assert 0 < len(card["summary"]) <= 100, (story, card["summary"])
        assert not _FORBIDDEN.search(card["summary"] + card["detail"]), (story, card)
        assert len(card["detail"].split()) <= 90, (story, card["detail"])
        assert card["detail"].count("\n- ") + 1 <= 6, story
        assert card["indicator"] in ("info", "warning"), story
        assert re.fullmatch(r"[A-Za-z0-9]{1,100}", card["source"]["topic"]["code"]), story
        assert card["source"]["label"], story
        assert 3 <= len(card["overrideReasons"]) <= 5, story
        assert "Demonstration content, not clinically approved." in card["detail"], story
        assert "Testcase" not in json.dumps(card), story


def test_only_a_conflict_or_a_missing_result_warns(answers: HookAnswers) -> None:
    """Warning while the order on the screen conflicts or lacks its test; else information."""
    indicators = {story: {c["indicator"] for c in shown(answers, story)} for story in STORIES}

    assert indicators["order-select-capecitabine-no-dpyd"] == {"warning"}
    assert indicators["order-sign-dpyd-pending"] == {"warning"}
    assert indicators["order-sign-cetuximab-kras-mutated"] == {"warning"}
    assert indicators["order-sign-given-before"] == {"info"}
    assert indicators["order-sign-dpyd-not-clear"] == {"info"}
    assert indicators["order-select-her2-again"] == {"info"}
    assert indicators["order-sign-conditions-not-sent"] == {"info"}


def test_a_test_on_the_screen_is_named(answers: HookAnswers) -> None:
    """The card of a test ordered again says which one it is."""
    (card,) = shown(answers, "order-select-her2-again")
    assert "**Order:** HER2 test, not yet signed" in card["detail"]


def test_at_most_two_cards_and_the_conflict_first(answers: HookAnswers) -> None:
    """Three drugs with something to say make two cards, a result against the order first."""
    found = shown(answers, "order-sign-two-decisions")

    assert [card["source"]["topic"]["code"] for card in found] == [
        "RASEGFRCRC",
        "DPYDFLUOROPYRIMIDINE",
    ]


def test_the_label_is_named_with_its_date(answers: HookAnswers) -> None:
    """The source of a label's requirement is the label and the day of its revision."""
    [card] = shown(answers, "order-sign-cetuximab-kras-mutated")

    assert card["source"]["label"] == "FDA label of cetuximab, revised 2021-09-24"
    assert card["source"]["url"].startswith("https://www.accessdata.fda.gov/")


def test_the_missing_test_is_offered_as_the_site_orders_it(answers: HookAnswers) -> None:
    """One suggestion, a draft of the site's own orderable; none where the site mapped nothing."""
    [card] = shown(answers, "order-select-capecitabine-no-dpyd")
    [suggestion] = card["suggestions"]
    [action] = suggestion["actions"]

    assert action["type"] == "create"
    assert action["resource"]["code"]["coding"][0]["code"] == "PGX-DPYD"
    assert (action["resource"]["status"], action["resource"]["intent"]) == ("draft", "proposal")
    ServiceRequest.model_validate(action["resource"])
    [unmapped] = shown(answers_for(PROFILES["epic"]), "order-select-capecitabine-no-dpyd")
    assert "suggestions" not in unmapped


def test_no_test_is_offered_that_is_on_its_way(answers: HookAnswers) -> None:
    """A pending test is told, not ordered twice."""
    [card] = shown(answers, "order-sign-dpyd-pending")

    assert "suggestions" not in card


def test_nothing_offers_to_delete_an_order_until_a_site_turns_it_on(
    all_cards: list[tuple[str, dict[str, Any]]],
) -> None:
    """Off in every shipped profile."""
    for story, card in all_cards:
        for suggestion in card.get("suggestions", ()):
            assert {action["type"] for action in suggestion["actions"]} == {"create"}, story


@pytest.mark.conformance("cds-hooks", 70, 73)
def test_a_site_may_let_a_conflicting_order_be_removed() -> None:
    """A delete action with the relative reference of the draft, never recommended."""
    face = answers_for(Profile("site", deletions=True))

    [card] = shown(face, "order-sign-cetuximab-kras-mutated")
    [suggestion] = card["suggestions"]

    assert suggestion["actions"] == [
        {
            "type": "delete",
            "description": "Remove this order",
            "resourceId": "MedicationRequest/order-sign-cetuximab-kras-mutated-cetuximab",
        }
    ]
    assert judged_by_hl7("CDSHooksResponse", {"cards": [card]}, strict_2=True) == []
    assert "isRecommended" not in suggestion
    assert card["selectionBehavior"] == "any"
    [missing] = shown(face, "order-select-capecitabine-no-dpyd")
    assert "suggestions" not in missing, "only a conflict is a reason to remove an order"


def test_the_sites_own_drug_codes_count() -> None:
    """What the site mapped is recognised, by its own code alone."""
    local = "https://hospital.example/drugs"
    body = request("order-sign-drug-unknown")
    [entry] = body["context"]["draftOrders"]["entry"]
    entry["resource"]["medicationCodeableConcept"] = {
        "coding": [{"system": local, "code": "ONC-17"}]
    }
    mapped = Profile("site", drugs=(DrugCode(local, "ONC-17", ("capecitabine",)),))

    assert cards(call(answers_for(Profile("site")), "oncology-order-sign", body)) == []
    [card] = cards(call(answers_for(mapped), "oncology-order-sign", body))
    assert card["source"]["topic"]["code"] == "DPYDFLUOROPYRIMIDINE"


def test_unresolved_orders_are_counted(answers: HookAnswers) -> None:
    """An order whose drug is none we know is counted for the log, without its words."""
    answer = call(answers, "oncology-order-sign", request("order-sign-drug-unknown"))

    assert (answer.unresolved, answer.cards) == (1, 0)


@pytest.mark.parametrize("user", ["Patient/p", "RelatedPerson/r", "Person/x"])
def test_lay_users_get_no_order_cards(answers: HookAnswers, user: str) -> None:
    """A patient who orders for themselves gets no clinician content."""
    body = request("order-select-capecitabine-no-dpyd")
    body["context"]["userId"] = user

    assert cards(call(answers, "oncology-order-select", body)) == []


def test_the_dead_get_no_cards(answers: HookAnswers) -> None:
    """An order left over for a deceased patient is not commented on."""
    body = request("order-select-capecitabine-no-dpyd")
    body["prefetch"]["patient"]["deceasedBoolean"] = True

    assert cards(call(answers, "oncology-order-select", body)) == []


@pytest.mark.conformance("cds-hooks", 25)
def test_nothing_selected_is_nothing_to_say(answers: HookAnswers) -> None:
    """An empty list of selections: nothing is being ordered."""
    body = request("order-select-capecitabine-no-dpyd")
    body["context"]["selections"] = []

    assert cards(call(answers, "oncology-order-select", body)) == []


def test_an_unread_report_comes_first_and_no_test_is_offered_over_it(answers: HookAnswers) -> None:
    """A DPYD report in words may hold the answer: read it before ordering another test."""
    body = request("order-select-capecitabine-no-dpyd")
    body["prefetch"]["reports"] = None
    body["prefetch"]["observations"].setdefault("entry", []).append(
        {
            "resource": {
                "resourceType": "DiagnosticReport",
                "id": "words",
                "status": "final",
                "code": {"text": "DPYD genotype"},
                "subject": {"reference": f"Patient/{body['context']['patientId']}"},
                "effectiveDateTime": "2026-11-10",
                "conclusion": "see text",
            }
        }
    )

    [card] = cards(call(answers, "oncology-order-select", body))

    assert card["detail"].startswith("- **Read first:** possible result on file: check the report")
    assert "suggestions" not in card


@pytest.mark.parametrize("key", ["orders", "medications", "administrations"])
def test_an_optional_key_that_is_lacking_is_told_on_the_card(
    answers: HookAnswers, key: str
) -> None:
    """What could not be read is named; the card stands."""
    body = request("order-select-capecitabine-no-dpyd")
    del body["prefetch"][key]

    [card] = cards(call(answers, "oncology-order-select", body))

    assert f"**Not read:** {key}" in card["detail"]


def test_evaluate_judges_a_hook_request_by_the_order_rules() -> None:
    """The same finding and the same card on the command line as in the service."""
    guidance = load_guidance_of(Settings())
    story = "order-sign-cetuximab-kras-mutated"
    judged = judge((HOOKS / f"{story}.json").read_bytes(), guidance, TODAY)

    finding = next(each for each in judged.findings if each.guidance == "colorectal-labels")
    assert [check.state for check in finding.checks] == ["conflict"]
    summaries = [each["summary"] for each in cards_of(judged, guidance, PROFILES["sandbox"])]
    assert shown(product(), story)[0]["summary"] in summaries


_LOADED = """
import sys
from tests.support.hook_calls import call, product, request_for
answers = product()
call(answers, "biomarker-testing", request_for("lung-everything-tested"))
print(sorted(name for name in sys.modules if name.startswith("oncology.orders.")))
"""


def test_patient_view_calls_load_no_order_rules() -> None:
    """Neither the modules nor the rules are loaded until an order hook asks."""
    done = subprocess.run(
        [sys.executable, "-c", _LOADED], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "[]"
