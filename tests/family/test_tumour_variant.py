"""A variant found in the tumour: what bears on its germline test is said on card and page."""

from __future__ import annotations

from typing import Any

import pytest

from cds_hooks.cards import genetics
from oncology.findings import Finding, Verdict
from smartapp.pages.decisions import points
from tests.chart.builders import (
    GERMLINE,
    ME,
    PATIENT,
    PRESENT,
    SNOMED,
    SOMATIC,
    Resource,
    concept,
    gene,
    loinc,
    observed,
    part,
    variant,
)
from tests.family.builders import icd
from tests.pages.opened_charts import opened_bundle

UNSTABLE = "in an MSI-high or mismatch repair deficient tumour the variant may well be somatic"
SPECIMEN = (
    "specimen: cultured skin fibroblasts, "
    "as blood and saliva may hold a blood cancer's own variants"
)
MSI, HIGH, STABLE = "81695-9", "LA26203-2", "LA14122-8"


def _brca2(source: str = SOMATIC, **more: Any) -> Resource:
    told = (("48002-0", source), ("53037-8", "LA6668-3"))
    parts = [part(code, valueCodeableConcept=loinc(value)) for code, value in told]
    return variant(gene("BRCA2"), *parts, call=PRESENT, **more)


def _msi(answer: str, **more: Any) -> Resource:
    return observed(MSI, "msi", valueCodeableConcept=loinc(answer), **more)


def _condition(identifier: str, code: Resource, **more: Any) -> Resource:
    return {
        "resourceType": "Condition",
        "id": identifier,
        "subject": ME,
        "code": code,
        "clinicalStatus": concept(
            "http://terminology.hl7.org/CodeSystem/condition-clinical", "active"
        ),
        **more,
    }


COLON = _condition("colon", concept(SNOMED, "363406005"))
BREAST = _condition("breast", concept(SNOMED, "254837009"))
AML = icd("C92.00")
DOUBTED = {
    "verificationStatus": concept(
        "http://terminology.hl7.org/CodeSystem/condition-ver-status", "provisional"
    )
}


def _of(condition: str) -> dict[str, Any]:
    return {"focus": [{"reference": f"Condition/{condition}"}]}


def _findings(*resources: Resource) -> tuple[Finding, ...]:
    entries = [{"resource": each} for each in (PATIENT, *resources)]
    body = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    return opened_bundle(body, "tumour").findings


def _said(*resources: Resource) -> str:
    (finding,) = [x for x in _findings(*resources) if x.guidance == "tumour-variant-germline"]
    return finding.criteria[0].text


@pytest.mark.parametrize(
    ("resources", "said"),
    [
        ((COLON,), ""),
        ((COLON, _msi(HIGH)), f"germline test of BRCA2; {UNSTABLE}"),
        ((COLON, _msi(STABLE)), ""),
        ((COLON, _msi(HIGH, status="preliminary")), ""),
        ((_condition("aml", AML),), f"germline test of BRCA2; {SPECIMEN}"),
        ((_condition("past", icd("C92.01")),), f"germline test of BRCA2; {SPECIMEN}"),
        ((_condition("hodgkin", icd("C81.90")),), f"germline test of BRCA2; {SPECIMEN}"),
        ((_condition("aml", AML, **DOUBTED),), ""),
        (
            (COLON, _msi(HIGH), _condition("aml", AML)),
            f"germline test of BRCA2; {SPECIMEN}; {UNSTABLE}",
        ),
    ],
)
def test_what_bears_on_the_germline_test(resources: tuple[Resource, ...], said: str) -> None:
    """An unstable tumour, and a blood cancer on file, past ones too; nothing by guess."""
    assert _said(_brca2(), *resources) == said


@pytest.mark.parametrize(("of", "is_said"), [("breast", False), ("colon", True), ("", True)])
def test_an_unstable_result_of_another_tumour_says_nothing(of: str, is_said: bool) -> None:
    """The variant is of the breast cancer where its sender says so."""
    found = _brca2(**_of(of)) if of else _brca2()
    said = _said(found, COLON, BREAST, _msi(HIGH, **_of("colon")))
    assert bool(said) is is_said


def test_a_germline_variant_needs_no_such_word() -> None:
    """Found in the germline it is inherited, whatever the tumour."""
    assert _said(_brca2(GERMLINE), COLON, _msi(HIGH)) == ""


def test_card_and_page_say_it_also_beside_another_ground() -> None:
    """MSH2 lost is a ground of its own: the card is one, and the word stays on it."""
    lost = observed({"text": "MSH2 protein"}, "msh2", valueString="lost")
    advised = [
        each
        for each in _findings(_brca2(), COLON, lost)
        if each.kind == "genetic-counseling" and each.answer.value == "advise"
    ]
    assert {each.guidance for each in advised} == {"colorectal-germline", "tumour-variant-germline"}
    assert dict(genetics.draft(advised, ()).lines)["Test"] == f"germline test of BRCA2; {UNSTABLE}"
    (finding,) = [each for each in advised if each.guidance == "tumour-variant-germline"]
    assert dict(points(finding))["Criteria met"] == f"germline test of BRCA2; {UNSTABLE}"
    assert [each.text for each in finding.because] == [
        "Tumour BRCA2 variant present",
        "Tumour MSH2 lost",
    ]
    assert [each.id for each in finding.sources] == [
        "esmo-germline-2023",
        "asco-germline-panel-2024",
        "deroin-fibroblasts-2022",
    ]


def test_a_variant_that_names_no_gene_is_of_none_for_certain() -> None:
    """Told by its karyotype alone, it may be of any gene, or of none that is asked for."""
    told = variant(part("81291-7", valueCodeableConcept={"text": "t(9;22)(q34;q11)"}), call=PRESENT)
    answers = {each.guidance: each.answer for each in _findings(COLON, told)}
    assert answers["tumour-variant-germline"] is Verdict.CANNOT_TELL
