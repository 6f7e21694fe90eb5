"""Variants, regions studied and their significance, in the shapes they come in."""

from __future__ import annotations

from typing import Any

import pytest

from oncology.chart.model import Variant
from oncology.chart.variants import coding_change, is_same_change
from tests.chart.builders import (
    ABSENT,
    GERMLINE,
    GR,
    HGNC,
    PRESENT,
    SOMATIC,
    Resource,
    chart_of,
    concept,
    gene,
    loinc,
    observed,
    outcomes,
    part,
    region,
    report,
    result_of,
    variant,
)

# -- variants -----------------------------------------------------------------------------


def _hgvs(code: str, text: str) -> Resource:
    return part(code, valueCodeableConcept=concept("http://varnomen.hgvs.org", text))


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (_hgvs("48005-3", "NP_005219.2:p.Leu858Arg"), "L858R"),
        (_hgvs("48005-3", "p.(Leu858Arg)"), "L858R"),
        (part("48005-3", valueString="L858R"), "L858R"),
        (part("48005-3", valueCodeableConcept={"text": "p.L858R"}), "L858R"),
        (part("48005-3", valueString="exon 19 deletion"), "exon 19 del"),
        (part("81252-9", valueCodeableConcept={"text": "Exon 19 del"}), "exon 19 del"),
        (_hgvs("48005-3", "p.(Ala767_Val769dup)"), "A767_V769dup"),
        (_hgvs("48005-3", "p.D770_N771insSVD"), "D770_N771insSVD"),
        (_hgvs("48005-3", "p.L747_A750delinsP"), "L747_A750delinsP"),
        (_hgvs("48004-6", "NM_005228.5:c.2573T>G"), "c.2573T>G"),
        (
            part(
                "81252-9",
                valueCodeableConcept=concept(
                    "http://www.ncbi.nlm.nih.gov/clinvar", "1", "NM_1.1(EGFR):c.1A>G (p.Leu858Arg)"
                ),
            ),
            "L858R",
        ),
    ],
)
def test_changes_are_read_in_the_spellings_of_laboratories(change: Resource, text: str) -> None:
    """HGVS in one and three letters, legacy names, and names of a list."""
    result = result_of(variant(gene("EGFR"), change, call=PRESENT))
    assert (result.biomarkers, result.outcome.value, result.text) == (("EGFR",), "positive", text)


@pytest.mark.parametrize(
    "named",
    [
        {"component": [part("48018-6", valueCodeableConcept=concept(HGNC, "HGNC:3236"))]},
        {"component": [part("48018-6", valueCodeableConcept=concept(HGNC, "3236", "EGFR"))]},
        {"component": [part("48018-6", valueCodeableConcept=concept(f"{HGNC}/geneId", "EGFR"))]},
        {"component": [part("48018-6", valueCodeableConcept={"text": "EGFR"})]},
        {"component": [part("48018-6", valueString="EGFR")]},
        {"code": concept(HGNC, "HGNC:3236", "EGFR")},
        {
            "code": loinc("55233-1"),
            "extension": [
                {
                    "url": "http://hl7.org/fhir/StructureDefinition/observation-geneticsGene",
                    "valueCodeableConcept": concept(HGNC, "3236", "EGFR"),
                }
            ],
        },
    ],
    ids=["id", "number and name", "symbol", "text", "string", "code", "extension"],
)
def test_the_gene_is_found_wherever_it_is_named(named: Resource) -> None:
    """In a component, in the code itself, or in the extension of FHIR R4."""
    value = {"valueCodeableConcept": loinc(PRESENT)}
    result = result_of({**observed("69548-6", **value), **named})
    assert (result.biomarkers, result.outcome.value) == (("EGFR",), "positive")


@pytest.mark.parametrize(
    "coding",
    [
        concept(HGNC, "HGNC:6342", "NRAS"),
        concept(HGNC, "1100", "KIT"),
        concept("https://www.ncbi.nlm.nih.gov/gene", "3815", "BAP1"),
    ],
)
def test_a_gene_named_in_two_ways_is_not_used(coding: Resource) -> None:
    """An id that contradicts its name, or cannot be checked against it, never answers."""
    chart = chart_of(variant(part("48018-6", valueCodeableConcept=coding), call=PRESENT))
    assert {each.outcome.value for each in chart.results} == {"unknown"}


@pytest.mark.parametrize(
    "named",
    [
        {"valueString": "KMT2C"},
        {"valueCodeableConcept": {"text": "KMT2C"}},
        {"valueCodeableConcept": concept(HGNC, "HGNC:13726", "KMT2C")},
        {"valueCodeableConcept": concept("https://www.ncbi.nlm.nih.gov/gene", "58508", "KMT2C")},
    ],
    ids=["string", "text", "HGNC", "another id"],
)
def test_a_gene_no_guidance_asks_for_leaves_the_others_alone(named: Resource) -> None:
    """A finding in a gene outside the table is not taken for one in any gene."""
    result = result_of(variant(part("48018-6", **named), call=PRESENT))
    assert result.biomarkers
    assert result.sees == {"mutation", "fusion"}


def test_a_karyotype_names_no_gene() -> None:
    """What ISCN describes is found, and no gene waits for it."""
    karyotype = part("81291-7", valueCodeableConcept={"text": "46,XX,t(9;22)(q34;q11.2)"})
    result = result_of(variant(karyotype, call=PRESENT))
    assert (result.biomarkers, result.outcome.value) == ((), "positive")


@pytest.mark.parametrize(
    ("call", "parts", "outcome", "sees"),
    [
        (PRESENT, (), "positive", {"mutation", "fusion"}),
        (ABSENT, (), "negative", {"mutation", "fusion"}),
        (ABSENT, (_hgvs("48005-3", "p.Thr790Met"),), "negative", {"targeted-mutation"}),
        ("LA11884-6", (), "indeterminate", {"mutation", "fusion"}),
        ("LA18198-4", (), "indeterminate", {"mutation", "fusion"}),
        ("", (_hgvs("48005-3", "p.Leu858Arg"),), "unknown", {"mutation"}),
        ("", (_hgvs("48005-3", "p.Leu858="),), "unknown", {"mutation"}),
        (
            "",
            (_hgvs("48005-3", "p.Leu858Arg"), part("81258-6", valueQuantity={"value": 0.2})),
            *("positive", {"mutation"}),
        ),
        ("", (), "unknown", {"mutation", "fusion"}),
        (
            PRESENT,
            (part("82155-3", valueQuantity={"value": 1}), _hgvs("48005-3", "p.Leu858Arg")),
            *("positive", {"mutation"}),
        ),
        (PRESENT, (part("82155-3", valueQuantity={"value": 9}),), "positive", {"copies"}),
        (
            PRESENT,
            (part("48019-4", valueCodeableConcept=concept("http://x.test", "SO:0001565")),),
            *("positive", {"fusion"}),
        ),
        (
            PRESENT,
            (part("48019-4", valueCodeableConcept=concept("http://x.test", "SO:0002073")),),
            *("unknown", {"mutation", "fusion"}),
        ),
    ],
)
def test_a_variant_answers_for_what_it_describes(
    call: str, parts: tuple[Resource, ...], outcome: str, sees: set[str]
) -> None:
    """A change not found leaves the gene open; a copy number beside a change is not the finding.

    Without a verdict a change is found when it comes with its share of reads, else it may be the
    one looked for.
    """
    result = result_of(variant(gene("EGFR"), *parts, call=call))
    assert (result.outcome.value, result.sees) == (outcome, sees)


@pytest.mark.parametrize("text", ["del(17p)", "del(17)(p13)", "del(17p13.1)", "del 17p"])
def test_a_loss_of_17p_is_its_own_biomarker(text: str) -> None:
    """The one chromosome arm the contract names, in the spellings of cytogenetics."""
    loss = part("81291-7", valueCodeableConcept={"text": text})
    result = result_of(variant(loss, call=PRESENT))
    assert (result.biomarkers, set(result.sees)) == (("del(17p)",), {"copies"})


def test_several_genes_of_one_absent_are_each_not_found() -> None:
    """mCODE lists negatives together; the pair of two genes is a fusion not found."""
    chart = chart_of(variant(gene("KRAS"), gene("NRAS"), gene("BRAF"), call=ABSENT))
    assert outcomes(chart) == {"KRAS": "negative", "NRAS": "negative", "BRAF": "negative"}


# -- regions studied ----------------------------------------------------------------------


def test_genes_of_a_region_without_a_variant_were_not_found() -> None:
    """Tested by name in a final report; the gene with a variant keeps its own result."""
    found = variant(gene("PALB2"), _hgvs("48005-3", "p.Tyr1183Ter"), call=PRESENT)
    chart = chart_of(found, region("BRCA1", "BRCA2", "PALB2"), report("v", "region"))

    assert outcomes(chart) == {"BRCA1": "negative", "BRCA2": "negative", "PALB2": "positive"}
    brca1 = next(each for each in chart.results if each.biomarkers == ("BRCA1",))
    assert (brca1.reference, set(brca1.sees), brca1.origin) == (
        *("Observation/region", {"mutation"}),
        "unknown",
    )


def test_one_component_may_list_many_genes() -> None:
    """mCODE's Jenny M: seven codings with bare numbers in one component."""
    codings = [{"system": HGNC, "code": code, "display": name}
               for code, name in (("1100", "BRCA1"), ("11998", "TP53"))]  # fmt: skip
    studied = observed(
        "53041-0", component=[part("48018-6", valueCodeableConcept={"coding": codings})]
    )
    assert outcomes(chart_of(studied, report("o"))) == {"BRCA1": "negative", "TP53": "negative"}


@pytest.mark.parametrize(
    ("resources", "outcome"),
    [
        ((region("KRAS"), report("region", status="preliminary")), "pending"),
        ((region("KRAS"),), "unknown"),
        ((region("KRAS"), report("other")), "unknown"),
        ((region("KRAS", status="preliminary"), report("region")), "unknown"),
        (
            (region("KRAS"), report("region", "v"), variant(call=PRESENT)),
            "unknown",
        ),
        (
            (region("KRAS"), report("region"), observed("69548-6", "bad", valueQuantity="x")),
            "unknown",
        ),
    ],
    ids=[
        *("report in progress", "no report", "report of something else"),
        *("region not final", "a variant without a gene", "a variant that cannot be read"),
    ],
)
def test_a_region_answers_only_when_all_of_its_test_is_known(
    resources: tuple[Resource, ...], outcome: str
) -> None:
    """Not found needs a final report, and no variant that may be of any gene."""
    assert outcomes(chart_of(*resources))["KRAS"] == outcome


def test_a_region_sees_fusions_only_when_it_says_so() -> None:
    """A DNA panel does not exclude a rearrangement."""
    studied = region("ALK", method={"text": "RNA fusion panel"})
    assert set(result_of(studied, report("region")).sees) == {"mutation", "fusion"}


def test_the_name_of_a_panel_tests_no_gene() -> None:
    """A report without Observations answers nothing."""
    chart = chart_of(report(code={"text": "Lung cancer NGS panel: EGFR, ALK, KRAS"}))
    assert chart.results == ()


# -- significance -------------------------------------------------------------------------


def _implication(system: str, answer: str, *sources: str, **more: Any) -> Resource:
    return observed(
        concept(system, "diagnostic-implication"),
        f"implication-{answer}",
        derivedFrom=[{"reference": each} for each in sources],
        component=[part("53037-8", valueCodeableConcept=loinc(answer))],
        **more,
    )


@pytest.mark.parametrize("system", [f"{GR}tbd-codes-cs", f"{GR}TbdCodes", "http://other.test"])
@pytest.mark.parametrize(
    "source", ["Observation/v", "https://fhir.test/r4/Observation/v/_history/2"]
)
def test_significance_is_joined_from_the_implication(system: str, source: str) -> None:
    """Genomics Reporting 2 and later: by derivedFrom, whatever the code system is called."""
    found = variant(
        gene("BRCA1"), part("48002-0", valueCodeableConcept=loinc(GERMLINE)), call=PRESENT
    )
    result = result_of(found, _implication(system, "LA26333-7", source))
    assert result.variant is not None
    assert (result.variant.significance, result.is_actionable) == ("VUS", False)
    assert result.text == "variant present, uncertain"


def test_the_most_telling_class_of_several_counts() -> None:
    """Pathogenic for one condition and uncertain for another is pathogenic."""
    found = variant(gene("BRCA1"), call=PRESENT)
    system = f"{GR}tbd-codes-cs"
    result = result_of(
        found,
        _implication(system, "LA26333-7", "Observation/v"),
        _implication(system, "LA6668-3", "Observation/v"),
    )
    assert result.variant and result.variant.significance == "P"


def test_a_preliminary_implication_classes_nothing() -> None:
    """Only a final one does."""
    draft = _implication(f"{GR}tbd-codes-cs", "LA6668-3", "Observation/v", status="preliminary")
    result = result_of(variant(gene("BRCA1"), call=PRESENT), draft)
    assert result.variant and result.variant.significance is None


def test_source_class_is_never_guessed() -> None:
    """Somatic and germline by code; else unknown."""
    source = part("48002-0", valueCodeableConcept=loinc(SOMATIC))
    assert result_of(variant(gene("KRAS"), source, call=PRESENT)).origin == "somatic"
    assert result_of(variant(gene("KRAS"), call=PRESENT)).origin == "unknown"


# -- one change under several names --------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "change"),
    [
        ("NM_000059.4:c.5946del", "c.5946del"),
        ("c.5946delT", "c.5946del"),
        ("c.68_69delAG", "c.68_69del"),
        ("c.5266dupC", "c.5266dup"),
        ("c.100_101delAGinsTT", "c.100_101delinsTT"),
        ("c.181T>G", "c.181T>G"),
        ("c.316+5_316+6insA", "c.316+5_316+6insA"),
        ("5946delT", ""),
        (None, ""),
    ],
)
def test_listed_bases_are_no_part_of_the_name_of_a_change(sent: str | None, change: str) -> None:
    """HGVS names a deletion or duplication by its place; the older form lists the bases too."""
    assert coding_change(Variant(("BRCA2",), coding=sent)) == change


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (("", "c.5946del"), ("", "NM_000059.3:c.5946delT"), True),
        (("", "c.5946del"), ("", "c.9976A>T"), False),
        (("p.(Arg2318*)", ""), ("NP_000050.3:p.Arg2318Ter", "c.6952C>T"), True),
        (("p.Ser1982fs", ""), ("p.(Ser1982fs)", ""), True),
        (("p.Arg2318Ter", ""), ("p.Lys3326Ter", "c.9976A>T"), False),
        (("p.Arg2318Ter", "c.6952C>T"), ("p.Arg2318Ter", "c.6953G>A"), False),
        (("p.Arg2318Ter", ""), ("", "c.6952C>T"), None),
        (("", ""), ("", "c.6952C>T"), None),
    ],
)
def test_two_changes_are_one_by_the_dna_then_by_the_protein(
    one: tuple[str, str], other: tuple[str, str], same: bool | None
) -> None:
    """Where only one of them names its DNA and only the other its protein, it stays open."""
    first, second = (Variant(("BRCA2",), protein=p, coding=c) for p, c in (one, other))
    assert is_same_change(first, second) is same
    assert is_same_change(second, first) is same
