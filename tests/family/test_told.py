"""What notes tell stays apart from the record, and may only make a criterion possibly met."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import pytest

from oncocue.folders import guidance_folder
from oncology.chart.model import Chart
from oncology.chart.read import read_chart
from oncology.evaluate import evaluate
from oncology.family.told.proposals import Proposals, propose
from oncology.family.told.texts import comments_of
from oncology.guidance.library import Guidance
from oncology.guidance.load import load_guidance
from oncology.reading.decode import read_records
from oncology.told import FamilyTold, family_told, question_of
from tests.family.builders import (
    BREAST,
    OVARIAN,
    PATIENT,
    TERMINOLOGY,
    Resource,
    bundle,
    pedigree,
    relative,
    years,
)

TODAY = date(2026, 11, 22)
LOINC = "http://loinc.org"


@cache
def guidance() -> Guidance:
    """The shipped guidance."""
    return load_guidance(guidance_folder())


def words(text: str, **more: Any) -> Resource:
    """A family history in words, as an Observation."""
    return {
        "resourceType": "Observation",
        "id": "words",
        "status": "final",
        "subject": {"reference": "Patient/p"},
        "code": {"coding": [{"system": LOINC, "code": "10157-6"}]},
        "valueString": text,
        **more,
    }


def chart_of(*resources: Resource) -> Chart:
    """The chart of the patient with these resources."""
    return read_chart(read_records(bundle(PATIENT, *resources)), TERMINOLOGY)


def told(*resources: Resource) -> FamilyTold:
    """What the notes of these resources tell."""
    found = family_told(chart_of(*resources), guidance(), TODAY)
    assert found is not None
    return found


def proposed(*resources: Resource) -> Proposals:
    """The proposals beside the pedigree of the same resources."""
    comments = comments_of(chart_of(*resources), TERMINOLOGY)
    return propose(pedigree(*resources), comments, TERMINOLOGY)


def test_a_note_meets_no_criterion() -> None:
    """The findings are the same with the notes and without them."""
    mother = relative("m", "MTH", (BREAST, 61))
    silent = evaluate(chart_of(mother), guidance(), TODAY, explain=True)
    noted = chart_of(
        {**mother, "note": [{"text": "Her sister had ovarian ca at 44."}]},
        words("mat aunt ov ca 44, mat uncle breast ca 50"),
    )
    assert evaluate(noted, guidance(), TODAY, explain=True) == silent


def test_what_is_told_makes_a_criterion_possibly_met() -> None:
    """With the aunt of the note the tool's score would be reached."""
    found = told(relative("m", "MTH", (BREAST, 61)), words("mat aunt ov ca 44"))
    pat = next(each for each in found.possible if each.id == "pat")
    assert not pat.is_open
    assert [(each.text, each.reference) for each in pat.rests_on] == [
        ("Maternal aunt: ovarian cancer at 44", "Observation/words")
    ]
    assert [question_of(each, guidance()) for each in found.proposals] == [
        "Did the maternal aunt have ovarian cancer at 44?"
    ]


def test_what_is_met_already_is_not_possibly_met() -> None:
    """A criterion that the record meets needs no confirmation of more."""
    found = told(relative("m", "MTH", (OVARIAN, 61)), words("mother ov ca 61, sister ov ca 50"))
    assert "fdr-sdr-ovarian" not in {each.id for each in found.possible}


def test_a_doubtful_word_leaves_a_criterion_open_at_most() -> None:
    """`possible ovarian cancer` in the sister: even if confirmed as told, a fact is lacking."""
    found = told(words("possible ovarian cancer in sister"))
    rule = next(each for each in found.possible if each.id == "fdr-sdr-ovarian")
    assert rule.is_open
    assert rule.needs


@pytest.mark.parametrize("text", ["no ovarian cancer in sister", "denies FHx of ovarian ca"])
def test_a_denial_proposes_nothing(text: str) -> None:
    """What is denied meets nothing, and takes nothing back that is on record."""
    mother = relative("m", "MTH", (OVARIAN, 61))
    assert told(mother, words(text)).possible == ()


def test_a_relative_on_record_is_the_same_person() -> None:
    """The aunt of the note with the cancer of the recorded aunt is no second aunt."""
    found = proposed(relative("a", "MAUNT", (OVARIAN, 44)), words("mat aunt ov ca 44"))
    assert [each.recorded for each in found.proposals] == ["FamilyMemberHistory/a"]
    assert not found.proposals[0].is_news
    assert len(found.as_told.relatives) == 1


def test_an_aunt_with_another_cancer_may_be_another_aunt() -> None:
    """Only a shared cancer tells that two aunts are one; the mother is always one."""
    found = proposed(
        relative("a", "MAUNT", (BREAST, 50)),
        relative("m", "MTH", (BREAST, 50)),
        words("mat aunt ov ca 44, mother ov ca 60"),
    )
    assert [each.recorded for each in found.proposals] == ["", "FamilyMemberHistory/m"]


def test_two_notes_on_one_aunt_are_one_aunt() -> None:
    """The same is often written twice."""
    mother = relative("m", "MTH", (BREAST, 61), note=[{"text": "Her sister had ovarian ca."}])
    found = proposed(mother, words("mat aunt ov ca 44"))
    assert len(found.as_told.relatives) == 2
    assert len({each.person for each in found.proposals}) == 1


def test_two_sisters_of_one_note_are_two() -> None:
    """One comment does not tell twice of one person."""
    found = proposed(words("Two sisters with breast cancer, ages 42 and 47."))
    ages = [each.cancers[0].age.low for each in found.as_told.relatives]
    assert ages == [42, 47]


def test_an_age_in_a_note_narrows_the_age_on_record() -> None:
    """The record holds where the two contradict each other."""
    open_age = relative("m", "MTH", BREAST, note=[{"text": "Dx at 42."}])
    (mother,) = proposed(open_age).as_told.relatives
    assert mother.cancers[0].age.low == 42
    other_age = relative("m", "MTH", (BREAST, 61), note=[{"text": "Breast ca dx at 42."}])
    (mother,) = proposed(other_age).as_told.relatives
    assert mother.cancers[0].age.low == 61


@pytest.mark.parametrize(
    "changes",
    [
        {"note": {"text": "ov ca at 44"}},
        {"note": "ov ca at 44"},
        {"condition": [{"code": {"text": "ov ca at 44"}}]},
        {
            "condition": [
                {"code": OVARIAN, "onsetAge": years(44), "note": [{"text": "ov ca at 44"}]}
            ]
        },
    ],
)
def test_notes_are_read_wherever_they_stand(changes: dict[str, Any]) -> None:
    """On a relative or a condition, as a list, one object or plain text; a condition in words."""
    found = told({**relative("s", "SIS"), **changes})
    (sister,) = (each.relative for each in found.proposals)
    assert (sister.path, sister.is_subject) == ("S", True)
    assert [(each.site, each.age.low) for each in sister.cancers] == [("ovarian", 44)]


@pytest.mark.parametrize(
    "changes",
    [
        {"code": {"text": "Family history"}},
        {
            "valueString": None,
            "component": [{"code": {"text": "x"}, "valueString": "sister ov ca"}],
        },
        {"valueString": None, "valueCodeableConcept": {"text": "sister ov ca"}},
    ],
)
def test_observations_in_words_are_read(changes: dict[str, Any]) -> None:
    """By their code or its words; value, component or text."""
    resource = {key: value for key, value in {**words("sister ov ca"), **changes}.items() if value}
    assert [each.relative.path for each in told(resource).proposals] == ["S"]


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "entered-in-error"},
        {"status": "cancelled"},
        {"subject": {"reference": "Patient/other"}},
        {"modifierExtension": [{"url": "http://example.org/not"}]},
        {"code": {"coding": [{"system": LOINC, "code": "8302-2"}]}},
    ],
)
def test_what_may_not_be_used_is_not_read(changes: dict[str, Any]) -> None:
    """Errors, other patients, modifiers, other Observations."""
    assert family_told(chart_of(words("sister ov ca", **changes)), guidance(), TODAY) is None


def test_a_note_on_one_who_is_not_a_blood_relative_tells_nothing() -> None:
    """A stepmother's sister is nobody's aunt here."""
    step = relative("s", "STPMTH", note=[{"text": "ovarian ca at 40"}])
    assert family_told(chart_of(step), guidance(), TODAY) is None


def test_what_was_not_understood_is_said() -> None:
    """Another language, nothing on cancer, and a history that nobody knows are three things."""
    found = told(
        words("Hermana con cáncer de mama a los 40 años", id="a"),
        words("lives with two cats", id="b"),
        words("Adopted, FHx unknown", id="c"),
    )
    assert [each.reference for each in found.foreign] == ["Observation/a"]
    assert [each.reference for each in found.unread] == ["Observation/b"]
    assert [each.reference for each in found.unknown] == ["Observation/c"]
    assert found.proposals == ()


def test_a_note_that_differs_makes_no_other_version_of_a_relative() -> None:
    """Two copies of one record that differ in their notes alone are one relative."""
    mother = relative("m", "MTH", (BREAST, 61))
    copies = chart_of(mother, {**mother, "note": [{"text": "seen in clinic"}]})
    assert len(copies.family) == 1
    assert copies.hidden == ()
