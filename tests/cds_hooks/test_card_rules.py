"""Every card of every synthetic chart keeps the card rules, in every client profile."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from fhir.resources.R4B.servicerequest import ServiceRequest

from cds_hooks.profiles import load_profiles
from tests.support.hook_calls import call, cards, product, request_for, stories

SERVICES = ("biomarker-testing", "genetic-counseling", "trial-search")
PROFILES = sorted(load_profiles())
_FORBIDDEN = re.compile(r"\b(consider|please|should|eligible|low risk)\b|!|if advanced", re.I)
_NOT_MARKDOWN_SUBSET = re.compile(r"^#|^\s+-|\[.*\]\(|<[a-z]|\|.*\||`", re.M)


def _all_cards(profile: str) -> list[tuple[str, dict[str, Any]]]:
    answers = product(profile=profile)
    return [
        (story, card)
        for story in stories()
        for service in SERVICES
        for card in cards(call(answers, service, request_for(story)))
    ]


@pytest.fixture(scope="module", params=PROFILES)
def shown(request: pytest.FixtureRequest) -> tuple[str, list[tuple[str, dict[str, Any]]]]:
    """All cards of one profile."""
    return request.param, _all_cards(request.param)


def _walk(node: Any) -> list[Any]:
    children = list(node.values()) if isinstance(node, dict) else node
    if not isinstance(children, list):
        return [node]
    return [node, *(leaf for child in children for leaf in _walk(child))]


def test_there_are_cards_to_look_at(shown: tuple[str, list[Any]]) -> None:
    """The charts bring enough cards for the other rules to mean something."""
    assert len(shown[1]) >= 15


@pytest.mark.conformance("cds-hooks", 58)
def test_summaries_are_short_and_plain(shown: tuple[str, list[Any]]) -> None:
    """At most 100 characters, none of the words a card does not use."""
    for story, card in shown[1]:
        assert 0 < len(card["summary"]) <= 100, (story, card["summary"])
        assert not _FORBIDDEN.search(card["summary"]), (story, card["summary"])


@pytest.mark.conformance("cds-hooks", 64)
def test_details_are_short_and_in_the_markdown_subset(shown: tuple[str, list[Any]]) -> None:
    """At most 90 words and six bullets; no links, tables, headings or HTML."""
    for story, card in shown[1]:
        detail = card["detail"]
        assert len(detail.split()) <= 90, (story, detail)
        assert detail.count("\n- ") + detail.startswith("- ") <= 6, (story, detail)
        assert not _NOT_MARKDOWN_SUBSET.search(detail), (story, detail)
        assert not _FORBIDDEN.search(detail), (story, detail)


def test_what_was_found_does_not_read_as_not_detected() -> None:
    """In one list of a day the words "not detected" are of those they stand behind alone."""
    (card,) = cards(call(product(), SERVICES[0], request_for("aml-relapse")))
    assert "IDH2 R140Q, NPM1 p.Trp288CysfsTer12; IDH1 not detected" in card["detail"]


def test_an_equivocal_her2_asks_for_in_situ_hybridisation() -> None:
    """Not for the stains that were done (ASCO/CAP 2023)."""
    (card,) = cards(call(product(), SERVICES[0], request_for("breast-her2-equivocal")))
    assert [each["label"] for each in card["suggestions"]] == [
        "Draft order: HER2 ISH on tumour tissue"
    ]


def test_a_result_is_said_once() -> None:
    """A result older than the change is not said again as one on file."""
    story = "lung-egfr-progression-on-osimertinib"
    (card,) = cards(call(product(), SERVICES[0], request_for(story)))
    assert card["detail"].count("EGFR L858R") == 1
    assert "EGFR L858R (10 Feb 2025)" in card["detail"]


def test_the_patient_s_own_cancer_is_said_once() -> None:
    """Not as the diagnosis on file and again as a member of the family."""
    (card,) = cards(call(product(), SERVICES[1], request_for("colon-cancer-at-sixteen")))
    assert card["detail"].count("Patient") == 1


def test_the_age_at_the_patient_s_own_cancer_is_said() -> None:
    """When only the birth date tells it, and the diagnosis does not."""
    (card,) = cards(call(product(), SERVICES[1], request_for("adrenocortical-carcinoma")))
    assert "; adrenocortical carcinoma at 36" in card["detail"]


def test_the_plain_profile_has_no_markdown() -> None:
    """A text-only client gets no asterisks and no escapes."""
    for story, card in _all_cards("plain"):
        assert "**" not in card["detail"], story
        assert "\\" not in card["detail"], story
        assert "suggestions" not in card, story


def test_every_card_says_it_is_a_demonstration(shown: tuple[str, list[Any]]) -> None:
    """No artifact is approved yet, and each card says so."""
    for story, card in shown[1]:
        assert "Demonstration content, not clinically approved." in card["detail"], story


@pytest.mark.conformance("cds-hooks", 3, 4)
def test_nothing_is_null_or_empty(shown: tuple[str, list[Any]]) -> None:
    """CDS Hooks 2.0 allows no null, empty text, list or object in a card."""
    for story, card in shown[1]:
        assert not [leaf for leaf in _walk(card) if leaf in (None, "", [], {})], (story, card)


@pytest.mark.conformance("cds-hooks", 65)
def test_identifiers_are_random_and_unique(shown: tuple[str, list[Any]]) -> None:
    """RFC 4122 version 4, never used twice."""
    found = [card["uuid"] for _, card in shown[1]]
    found += [each["uuid"] for _, card in shown[1] for each in card.get("suggestions", ())]
    assert all(uuid.UUID(each).version == 4 for each in found)
    assert len(set(found)) == len(found)


@pytest.mark.conformance("cds-hooks", 59, 60, 63)
def test_never_critical_and_a_source_with_a_fixed_topic(shown: tuple[str, list[Any]]) -> None:
    """Info only; the topic is letters and digits, at most 100."""
    for story, card in shown[1]:
        topic = card["source"]["topic"]
        assert card["indicator"] == "info", story
        assert topic["system"] == "urn:oncocue:topic"
        assert re.fullmatch(r"[A-Za-z0-9]{1,100}", topic["code"]), story
        assert card["source"]["label"]


@pytest.mark.conformance("cds-hooks", 66, 70, 71, 72, 78)
def test_suggestions_are_valid_drafts(shown: tuple[str, list[Any]]) -> None:
    """One action each, label and description alike, a FHIR R4 draft/proposal ServiceRequest."""
    profile, found = shown
    for story, card in found:
        suggestions = card.get("suggestions", ())
        assert ("selectionBehavior" in card) == bool(suggestions), story
        assert len(suggestions) <= 2
        for suggestion in suggestions:
            [action] = suggestion["actions"]
            order = action["resource"]
            assert action["type"] == "create"
            assert action["description"] == suggestion["label"]
            assert len(suggestion["label"]) <= 60
            assert (order["status"], order["intent"]) == ("draft", "proposal")
            assert order["subject"]["reference"] == f"Patient/{_patient_id(story)}"
            ServiceRequest.model_validate(order)
    if profile == "epic":
        assert not [card for _, card in found if "suggestions" in card]


def _patient_id(story: str) -> str:
    identifier: str = request_for(story)["context"]["patientId"]
    return identifier


def test_no_name_birth_date_or_free_text_reaches_a_card(shown: tuple[str, list[Any]]) -> None:
    """Patient name, birth date and the displays the EHR sent stay in the EHR."""
    for story, card in shown[1]:
        patient = request_for(story)["prefetch"]["patient"]
        text = f"{card['summary']} {card['detail']}"
        for name in patient.get("name", ()):
            assert name.get("family", "§") not in text, story
        assert patient.get("birthDate", "§") not in text, story


@pytest.mark.conformance("cds-hooks", 67)
def test_override_reasons_have_codes_and_words(shown: tuple[str, list[Any]]) -> None:
    """Three to five reasons of HL7's code system, each with a display."""
    for story, card in shown[1]:
        reasons = card["overrideReasons"]
        assert 3 <= len(reasons) <= 5, story
        assert all(reason["display"] and reason["code"] for reason in reasons), story
