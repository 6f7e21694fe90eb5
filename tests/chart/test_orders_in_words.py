"""Orders by the name of the test, as order entry shows them."""

from __future__ import annotations

import pytest

from oncology.chart.orders import ordered_test
from oncology.reading.elements import CodeableConcept
from tests.chart.builders import TERMINOLOGY


@pytest.mark.parametrize(
    "name", ["FOUNDATIONONE CDX - SOLID TUMOR", "Guardant360 CDx, blood", "Tempus xT (tissue)"]
)
def test_a_panel_is_known_by_its_brand(name: str) -> None:
    """Order entry shows the brand and seldom a code that others share."""
    asked = ordered_test(CodeableConcept(text=name), TERMINOLOGY)
    assert asked is not None
    assert asked.means == "tumour-panel"


@pytest.mark.parametrize(
    ("name", "genes", "sees"),
    [
        ("BRAF V600 MUTATION ANALYSIS, MELANOMA", ("BRAF",), "mutation"),
        ("BRAF (B-Raf proto-oncogene) gene analysis", ("BRAF",), "mutation"),
        ("KRAS, NRAS mutation panel", ("KRAS", "NRAS"), "mutation"),
        ("ALK rearrangement by FISH", ("ALK",), "fusion"),
        ("FLT3 ITD by PCR", ("FLT3",), "itd"),
        ("EGFR mutation, PCR, liver biopsy", ("EGFR",), "mutation"),
        ("KIT exon 9, 11, 13, 17", ("KIT",), "mutation"),
    ],
)
def test_a_gene_test_is_known_by_its_gene(name: str, genes: tuple[str, ...], sees: str) -> None:
    """A gene in capitals beside a word for its test."""
    asked = ordered_test(CodeableConcept(text=name), TERMINOLOGY)
    assert asked is not None
    assert (asked.biomarkers, asked.origin) == (genes, "")
    assert sees in asked.sees


@pytest.mark.parametrize(
    "name",
    [
        "SPECIMEN COLLECTION KIT FOR PCR",
        "CT CHEST, MET WORKUP",
        "ALK PHOS",
        "Referral to ALK clinic",
        "FoundationOne Tracker",
        "U&E, EGFR, URINE PCR",
        "EGFR (MDRD), GENERAL HEALTH PANEL",
        "EGFR AND GENERAL CHEMISTRY",
        "ALK PHOS, HEPATITIS C RNA PCR",
        "ALK PHOS ISOENZYMES, GGT GENE",
        "Germline pharmacogenomic panel",
        "Somatic panel (no germline analysis)",
    ],
)
def test_words_that_only_look_like_a_gene_test_are_none(name: str) -> None:
    """Alkaline phosphatase, a kit and a metastasis are no orders for genes."""
    assert ordered_test(CodeableConcept(text=name), TERMINOLOGY) is None


def test_a_rearrangement_alone_is_no_order_for_mutations() -> None:
    """FISH does not see a sequence."""
    asked = ordered_test(CodeableConcept(text="ALK gene rearrangement, FISH"), TERMINOLOGY)
    assert asked is not None
    assert "mutation" not in asked.sees


def test_hospice_is_known_by_its_name() -> None:
    """A referral in a site's own code ends all advice as the common code does."""
    asked = ordered_test(CodeableConcept(text="AMBULATORY REFERRAL TO HOSPICE"), TERMINOLOGY)
    assert asked is not None
    assert asked.means == "hospice"
    assert ordered_test(CodeableConcept(text="Referral to palliative care"), TERMINOLOGY) is None
