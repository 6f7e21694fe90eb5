"""A relative's known variant: which test is due, and who is tested first."""

from __future__ import annotations

from typing import Any

import pytest

from oncocue.folders import guidance_folder
from oncology.chart.read import read_chart
from oncology.evaluate import evaluate
from oncology.findings import Criterion, Verdict
from oncology.guidance.load import load_guidance
from oncology.reading.decode import read_records
from tests.family.builders import (
    BREAST,
    PATIENT,
    SNOMED,
    TODAY,
    bundle,
    icd,
    linked,
    observed,
    relative,
)

GUIDANCE = load_guidance(guidance_folder())
BRCA1 = {"coding": [{"system": SNOMED, "code": "412734009"}]}
LYNCH = {"coding": [{"system": SNOMED, "code": "716318002"}]}
FAP = icd("D13.91")
FOUNDER = {
    "resourceType": "Observation",
    "id": "o",
    "status": "final",
    "subject": {"reference": "Patient/p"},
    "code": {"coding": [{"system": "http://loinc.org", "code": "21637-4"}]},
    "valueCodeableConcept": {"coding": [{"system": "http://loinc.org", "code": "LA6577-6"}]},
}


PARENT = "http://hl7.org/fhir/StructureDefinition/family-member-history-genetics-parent"
NEGATIVE, POSITIVE, KNOWN_BRCA1, BRCA1_FOUND = "LA6577-6", "LA6576-8", "79207-7", "21636-6"
WITHOUT = observed("o", KNOWN_BRCA1, NEGATIVE)


def _cascade(*resources: dict[str, Any]) -> Criterion:
    chart = read_chart(read_records(bundle(PATIENT, *resources)), GUIDANCE.terminology)
    found = evaluate(chart, GUIDANCE, TODAY.earliest, frozenset({"genetic-counseling"}))
    finding = next(each for each in found if each.guidance == "cascade-family")
    return finding.criteria[0]


@pytest.mark.parametrize(
    ("relation", "variant", "due"),
    [
        ("SIS", BRCA1, "variant-specific test of BRCA1 by the relative's report"),
        ("FTH", FAP, "variant-specific test of APC; without the relative's report the whole gene"),
        (
            "MTH",
            LYNCH,
            "variant-specific test by the relative's report; "
            "without it a panel of MLH1, MSH2, MSH6, PMS2, EPCAM",
        ),
        (
            "MAUNT",
            BRCA1,
            "variant-specific test of BRCA1 by the relative's report; "
            "the mother first, if that can be",
        ),
        (
            "PCOUSN",
            BRCA1,
            "variant-specific test of BRCA1 by the relative's report; "
            "the father first, if that can be",
        ),
        (
            "ITWINSIS",
            BRCA1,
            "an identical twin has the same germline: confirm by one variant-specific test",
        ),
        ("TWINSIS", BRCA1, "variant-specific test of BRCA1 by the relative's report"),
    ],
)
def test_the_test_follows_from_what_is_known(relation: str, variant: Any, due: str) -> None:
    """A named gene, a syndrome of one gene or of several; the connecting relative; a twin."""
    assert _cascade(relative("a", relation, variant)).text == due


def test_a_founder_test_is_no_test_for_another_variant() -> None:
    """BRCA1 185delAG not found tells of that variant alone."""
    criterion = _cascade(relative("a", "SIS", BRCA1), FOUNDER)
    assert criterion.answer == "met"
    assert criterion.text.endswith(
        "the founder test on file answers only if it is one of those variants"
    )


def test_the_nearest_relative_decides() -> None:
    """Mother and cousin carry: the mother's variant is tested, nobody stands between."""
    criterion = _cascade(relative("a", "MCOUSN", BRCA1), relative("b", "MTH", BRCA1))
    assert criterion.text == "variant-specific test of BRCA1 by the relative's report"


@pytest.mark.parametrize(
    "mother",
    [
        relative("m", "MTH", **linked("Observation/gone")),
        relative("m", "MTH", **linked("#gone")),
        relative("m", "MTH", **linked("#o"), contained=["not a resource"]),
    ],
)
def test_a_result_that_did_not_come_is_asked_for(mother: dict[str, Any]) -> None:
    """It may hold a finding: unknown is not negative."""
    criterion = _cascade(mother)
    assert criterion.answer == "cannot_tell"
    assert "mother" in criterion.question


def test_two_versions_of_a_relatives_result_tell_nothing() -> None:
    """Which of them holds is not known: open."""
    mother = relative("m", "MTH", **linked("Observation/o"))
    found = observed("o", BRCA1_FOUND, POSITIVE)
    assert _cascade(mother, found, observed("o", BRCA1_FOUND, NEGATIVE)).answer == "cannot_tell"


def test_who_was_tested_is_shown() -> None:
    """The way ends in the mother: her test is the reason."""
    aunt = relative("a", "MAUNT", BRCA1)
    criterion = _cascade(aunt, relative("m", "MTH", **linked("Observation/o")), WITHOUT)
    assert criterion.answer == "not_met"
    assert [each.text for each in criterion.because][1] == (
        "Mother: tested for BRCA1 (variant known in the family): negative"
    )


def test_a_test_that_decides_nothing_is_shown_beside_the_carrier() -> None:
    """The whole gene without a finding, and no change named by anyone."""
    aunt = relative("a", "MAUNT", BRCA1)
    mother = relative("m", "MTH", **linked("Observation/o"))
    criterion = _cascade(aunt, mother, observed("o", BRCA1_FOUND, NEGATIVE))
    assert criterion.answer == "met"
    told = criterion.because[1]
    assert (told.text, told.reference) == (
        "Mother: tested for BRCA1: negative",
        "FamilyMemberHistory/m",
    )


def test_parents_who_are_related_leave_another_way() -> None:
    """A variant of the mother's sister may come through the father too."""
    kin = {
        "resourceType": "Condition",
        "id": "k",
        "subject": {"reference": "Patient/p"},
        "code": {"coding": [{"system": SNOMED, "code": "842009"}]},
    }
    aunt, mother = relative("a", "MAUNT", BRCA1), relative("m", "MTH", **linked("Observation/o"))
    assert _cascade(aunt, mother, WITHOUT, kin).answer == "met"
    assert _cascade(aunt, mother, WITHOUT).answer == "not_met"


@pytest.mark.parametrize(("names_parent", "answer"), [(True, "not_met"), (False, "met")])
def test_a_cousin_through_a_named_parent(names_parent: bool, answer: str) -> None:
    """The cousin's variant came from the parent who is no blood relative, if the record says
    whose child the cousin is."""
    aunt = relative("a", "MAUNT", **linked("Observation/o"))
    part = {"url": "reference", "valueReference": {"reference": "FamilyMemberHistory/a"}}
    parent = {"extension": [{"url": PARENT, "extension": [part]}]} if names_parent else {}
    assert _cascade(aunt, relative("c", "MCOUSN", BRCA1, **parent), WITHOUT).answer == answer


def test_two_changes_in_one_gene_leave_open_which_was_the_known_one() -> None:
    """A family with two BRCA1 variants: the test for "the known one" answers for neither."""
    parts = [
        {
            "code": {"coding": [{"system": "http://loinc.org", "code": code}]},
            "valueCodeableConcept": {"coding": [{"system": system, "code": value}]},
        }
        for code, system, value in (
            ("48018-6", "http://www.genenames.org", "HGNC:1100"),
            ("48002-0", "http://loinc.org", "LA6683-2"),
            ("53037-8", "http://loinc.org", "LA6668-3"),
        )
    ]

    def change(identifier: str, named: str) -> dict[str, Any]:
        hgvs = {"coding": [{"system": "http://varnomen.hgvs.org", "code": named}]}
        code = {"coding": [{"system": "http://loinc.org", "code": "48004-6"}]}
        more = [*parts, {"code": code, "valueCodeableConcept": hgvs}]
        return observed(identifier, "69548-6", "LA9633-4", component=more)

    aunt = relative("a", "MAUNT", **linked("Observation/x"))
    uncle = relative("u", "MUNCLE", **linked("Observation/y"))
    mother = relative("m", "MTH", **linked("Observation/o"))
    one, same, other = (
        change("x", "c.68_69del"),
        change("y", "c.68_69del"),
        change("y", "c.5266dup"),
    )
    assert _cascade(aunt, uncle, mother, WITHOUT, one, same).answer == "not_met"
    criterion = _cascade(aunt, uncle, mother, WITHOUT, one, other)
    assert criterion.answer == "met"
    assert criterion.text.startswith("variant-specific test of BRCA1 c.68_69del")


@pytest.mark.parametrize("tested", [True, False])
def test_a_negative_of_a_relative_silences_no_other_criterion(tested: bool) -> None:
    """A man whose mother had breast cancer at 39 is told so, whatever her test came to."""
    man = {**PATIENT, "gender": "male"}
    mother = relative("m", "MTH", (BREAST, 39), **(linked("Observation/o") if tested else {}))
    aunt = relative("a", "MAUNT", BRCA1)
    body = bundle(man, mother, aunt, *([WITHOUT] if tested else []))
    chart = read_chart(read_records(body), GUIDANCE.terminology)
    found = evaluate(chart, GUIDANCE, TODAY.earliest, frozenset({"genetic-counseling"}))
    verdicts = {each.guidance: each.answer for each in found}
    assert verdicts["family-breast-men"] is Verdict.ADVISE
    assert verdicts["cascade-family"] is (Verdict.NOTHING_TO_ADD if tested else Verdict.ADVISE)
