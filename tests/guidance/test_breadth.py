"""Every marker of the reviewed knowledge has an active row, or its page says why it has none."""

from __future__ import annotations

import pytest

from oncocue.folders import guidance_folder
from oncology.guidance.load import load_guidance

GUIDANCE = load_guidance(guidance_folder())
ROWS = {
    row.id: row
    for artifact in GUIDANCE.artifacts.values()
    if artifact.kind == "biomarker-testing" and artifact.status == "active"
    for row in artifact.rows
}
CANCERS = [
    "nsclc",
    "breast",
    "crc",
    "melanoma",
    "melanoma_uveal",
    "esophageal",
    "gastric_gej",
    "ovarian",
    "thyroid_dtc",
    "thyroid_mtc",
    "thyroid_atc",
    "aml",
    "apl",
    "cml",
    "all",
    "cll",
    "dlbcl",
    "fl",
    "mcl",
    "pancreatic",
    "prostate",
    "endometrial",
    "cholangiocarcinoma",
    "gist",
    "urothelial",
    "glioma",
    "solid_other",
]
# Markers whose sources were read, and those for which a source is still wanting.
CHECKED = [
    "nsclc-egfr-common",
    "nsclc-egfr-ex20",
    "nsclc-egfr-resistance",
    "nsclc-alk",
    "nsclc-ros1",
    "nsclc-braf",
    "nsclc-ntrk",
    "nsclc-met-ex14",
    "nsclc-met-ihc",
    "nsclc-ret",
    "nsclc-kras",
    "nsclc-erbb2",
    "nsclc-nrg1",
    "nsclc-pdl1",
    "nsclc-early-egfr",
    "nsclc-early-alk",
    "nsclc-early-pdl1",
    "breast-er-pr",
    "breast-her2",
    "breast-gbrca",
    "breast-pik3ca",
    "breast-akt-pten",
    "breast-esr1",
    "breast-pdl1",
    "breast-msi-tmb-ntrk",
    "crc-mmr",
    "crc-ras",
    "crc-braf",
    "crc-her2",
    "crc-kras-g12c",
    "melanoma-braf",
    "gastric_gej-her2",
    "gastric_gej-pdl1",
    "gastric_gej-mmr",
    "gastric_gej-cldn18",
    "esophageal-her2",
    "esophageal-pdl1",
    "esophageal-mmr",
    "esophageal-cldn18",
    "ovarian-gbrca",
    "ovarian-sbrca",
    "ovarian-hrd",
    "ovarian-mmr",
    "ovarian-folr1",
    "ovarian-pdl1",
    "ovarian-kras-lgsoc",
    "thyroid-dtc",
    "thyroid-atc-braf",
    "thyroid-mtc-ret",
    "aml-flt3",
    "aml-idh",
    "aml-npm1",
    "aml-kmt2a",
    "aml-risk",
    "apl-pmlrara",
    "aml-cd33",
    "cml-bcrabl",
    "cml-kd",
    "all-bcrabl",
    "all-phlike",
    "all-antigens",
    "cll-tp53",
    "cll-ighv",
    "dlbcl-cd20",
    "fl-cd20",
    "pancreatic-germline",
    "pancreatic-somatic",
    "prostate-germline",
    "prostate-somatic-hrr",
    "prostate-msi",
    "prostate-pten",
    "endometrial-mmr",
    "endometrial-her2",
    "chol-fgfr2",
    "chol-idh1",
    "chol-her2",
    "chol-other",
    "gist-kit-pdgfra",
    "gist-wt",
    "urothelial-fgfr3",
    "urothelial-her2",
    "glioma-idh",
    "glioma-codel-mgmt",
    "glioma-braf",
    "any-msi",
    "any-tmb",
    "any-ntrk",
    "any-ret",
    "any-braf",
    "any-her2",
    "any-ngs",
]
UNCHECKED = [
    "breast-gep",
    "melanoma-kit-nras",
    "melanoma-uveal-hla",
    "cll-btk",
    "dlbcl-fish",
    "fl-ezh2",
    "mcl-tp53",
    "endometrial-molclass",
]
# A marker that is one line of the knowledge and several rows here.
SPLIT = {
    "thyroid-dtc": ["thyroid-dtc-ret", "thyroid-dtc-ntrk", "thyroid-dtc-braf"],
    "thyroid-mtc-ret": ["thyroid-mtc-ret-germline", "thyroid-mtc-ret-tumour"],
    "aml-flt3": ["aml-flt3-itd", "aml-flt3-tkd"],
    "aml-risk": ["aml-karyotype", "aml-risk-cebpa-runx1", "aml-risk-tp53-asxl1"],
    "dlbcl-fish": ["dlbcl-myc", "dlbcl-bcl2-bcl6"],
    "pancreatic-somatic": ["pancreatic-msi", "pancreatic-brca", "pancreatic-ntrk"],
    "endometrial-molclass": ["endometrial-p53", "endometrial-pole"],
    "chol-other": ["chol-msi", "chol-braf", "chol-ntrk", "chol-ret", "chol-nrg1"],
    "gist-wt": ["gist-wt-sdhb", "gist-wt-ntrk"],
    "glioma-codel-mgmt": ["glioma-1p19q", "glioma-mgmt", "glioma-cdkn2a", "glioma-codel-mgmt"],
    # A panel is the way to results, no result: its markers are the rows.
    "any-ngs": ["any-msi", "any-tmb", "any-ntrk", "any-ret", "any-braf"],
}
# Read, and still asleep: the page of the cancer gives the reason.
ASLEEP = [
    "all-antigens",
    "all-phlike",
    "aml-cd33",
    "esophageal-cldn18",
    "glioma-braf",
    "glioma-codel-mgmt",
    "nsclc-egfr-ex20",
    "ovarian-folr1",
    "ovarian-pdl1",
    "prostate-pten",
]


@pytest.mark.parametrize("cancer", CANCERS)
def test_every_cancer_has_a_list_that_asks(cancer: str) -> None:
    """At the least one active row in an active list."""
    lists = [
        each
        for each in GUIDANCE.artifacts.values()
        if each.cancer == cancer and each.kind == "biomarker-testing" and each.status == "active"
    ]
    assert any(each.active_rows for each in lists)


def test_every_checked_marker_is_asked_for_or_says_why_not() -> None:
    """A row that fell asleep, or woke, is seen here."""
    asleep = set()
    for marker in CHECKED:
        for row in (ROWS[each] for each in SPLIT.get(marker, [marker])):
            if row.status != "active":
                assert row.draft_because, row.id
                asleep.add(row.id)
    assert asleep == set(ASLEEP)


@pytest.mark.parametrize("marker", UNCHECKED)
def test_an_unchecked_marker_is_asleep_or_was_confirmed(marker: str) -> None:
    """A row raised since has its own source; the others say what is wanting."""
    for row in (ROWS[each] for each in SPLIT.get(marker, [marker])):
        assert row.sources if row.status == "active" else row.draft_because, row.id
