"""What is read of third-party results, reviewed against what their senders wrote.

Each expectation was written from the file, not from our output. Where a sender's statement cannot
be used, the reason stands beside it.
"""

from __future__ import annotations

from datetime import date
from functools import cache

import pytest
from msgspec import Struct

from oncocue.folders import guidance_folder
from oncology.chart.model import Chart
from oncology.chart.read import read_chart
from oncology.evaluate import evaluate
from oncology.guidance.library import Guidance
from oncology.guidance.load import load_guidance
from oncology.reading.decode import read_records
from tests.real_charts.sources import ABSENT, DATA, charts

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=ABSENT)
TODAY = date(2026, 11, 22)
UNKNOWN = "unknown"


class Expected(Struct, frozen=True):
    """One chart: `biomarker: outcome, origin, text` for each result, and answers of guidance.

    `notes`: words of a note. `unread`: how many results are known only in words.
    """

    place: str
    results: str
    answers: str = ""
    notes: str = ""
    unread: int = 0


_JENNY = """
BRCA1: negative, unknown, not detected
BRCA2: negative, unknown, not detected
CDH1: negative, unknown, not detected
PTEN: negative, unknown, not detected
STK11: negative, unknown, not detected
TP53: negative, unknown, not detected
PALB2: positive, somatic, Y1183*
ER: positive, unknown, positive
PR: negative, unknown, negative
HER2: negative, unknown, negative
"""
_RECEPTORS_OF_MCODE_PATHWAYS = """
ER: negative, unknown, negative
PR: positive, unknown, positive
HER2: negative, unknown, negative
HER2: indeterminate, unknown, ISH ratio <1.8, no verdict
"""
_GERMLINE_REPORT = """
TMB: positive, unknown, 25 mutations/Mb
MSI: negative, unknown, stable
JAK2: positive, germline, V617F
KDR: positive, germline, Q472H
ERBB4: positive, germline, variant present
"""
_CHARTS = {
    "mcode-ig": [
        # Seven genes listed by bare number and name in one component, one with a variant. The
        # PALB2 variant has no class, so whether it calls for a germline test cannot be told.
        Expected(
            "stu2/Bundle-mcode-patient-bundle-jenny-m.json",
            _JENNY,
            "breast-germline: advise; tumour-variant-germline: cannot_tell",
        ),
        Expected(
            "stu4/Bundle-mcode-patient-bundle-jenny-m.json",
            _JENNY,
            "breast-germline: advise; tumour-variant-germline: cannot_tell",
        ),
        # A region on its own: tested, but the report that would make it final is not there.
        Expected(
            "stu4/Observation-genomic-region-studied-stk11.json",
            "STK11: unknown, unknown, tested, no final report on file",
        ),
        Expected(
            "stu4/Observation-genomic-variant-fusion.json",
            """
            BCR: positive, somatic, BCR::ABL1 fusion
            ABL1: positive, somatic, BCR::ABL1 fusion
            BCR::ABL1: positive, somatic, BCR::ABL1 fusion
            """,
        ),
        Expected(
            "stu4/Observation-genomic-variant-germline-deletion.json",
            "BRCA1: positive, germline, variant present",
        ),
        # The protein change stands only in the display of the ClinVar coding.
        Expected(
            "stu4/Observation-genomic-variant-somatic-single-nucleotide.json",
            "STK11: positive, somatic, G242E",
        ),
        # EGFR protein (39004-7) is not a test any guidance asks for.
        Expected("stu4/Observation-tumor-marker-test-egf.json", ""),
    ],
    "mcode-fixtures": [
        # Variants with a gene and no change; MSI by immunostain "positive".
        Expected(
            "clinical-trial-matching-app/TrialMatching_Patient01.json",
            """
            ER: positive, unknown, positive
            PR: positive, unknown, positive
            HER2: negative, unknown, negative
            MSI: positive, unknown, MSI-high
            ESR1: positive, unknown, variant present
            PIK3CA: positive, unknown, variant present
            """,
            "breast-biomarkers: advise",
        ),
        # Two days: the newer receptors stand first, the older ones are kept.
        Expected(
            "clinical-trial-matching-service/eom_patient_1.json",
            """
            ER: negative, unknown, negative
            PR: negative, unknown, negative
            HER2: negative, unknown, negative
            ER: positive, unknown, positive
            HER2: negative, unknown, negative
            PR: negative, unknown, negative
            """,
        ),
        # The variants and scores belong to other patients of the same file.
        Expected(
            "clinical-trial-matching-service/patient_data.json",
            """
            ER: positive, unknown, >=10 %
            HER2: positive, unknown, positive
            HER2: positive, unknown, positive
            """,
            "breast-biomarkers: advise",
            notes="belongs to another patient",
        ),
        # The component that names the gene has no code, but its value is an HGNC id.
        Expected(
            "clinical-trial-matching-service/patient_data_empty-cgv.json",
            "STK11: positive, somatic, variant present",
        ),
        Expected(
            "mcode-cql/Bundle-mCODECancerGeneticVariantExample01.json",
            """
            STK11: positive, somatic, variant present
            BRCA1: positive, germline, variant present
            """,
        ),
        # LOINC under a system that does not exist beside a good coding; a ratio in words.
        Expected(
            "pathways/Maureen.json",
            """
            HER2: positive, unknown, positive
            HER2: indeterminate, unknown, ISH ratio >2.2, no verdict
            ER: negative, unknown, negative
            PR: positive, unknown, positive
            """,
            "breast-biomarkers: advise",
        ),
        Expected("pathways/T0_patient.json", _RECEPTORS_OF_MCODE_PATHWAYS),
        # Immunostain and ratio agree, so HER2 is negative and nothing is missing.
        Expected(
            "pathways/T1_patient.json",
            _RECEPTORS_OF_MCODE_PATHWAYS,
            "breast-biomarkers: nothing_to_add",
        ),
    ],
    "genomics-reporting-ig": [
        # Significance on a Diagnostic Implication, joined by urn:uuid.
        Expected(
            "Bundle-bundle-oncology-diagnostic.json",
            """
            TMB: positive, unknown, 25 mutations/Mb
            BRAF: positive, unknown, V600E
            """,
        ),
        Expected("Bundle-bundle-oncologyexamples-r4.json", _GERMLINE_REPORT),
        Expected("Bundle-bundle-oncologyexamples-r4-withGrouping.json", _GERMLINE_REPORT),
        # A number without a unit says nothing of mutations a megabase.
        Expected(
            "Observation-TumorMutationBurdenExample01.json",
            "TMB: indeterminate, unknown, 250, unit not stated as per megabase",
        ),
        Expected("Observation-HER2byImmuneStainExample.json", "HER2: positive, unknown, positive"),
        # HER2 in units a volume of tissue: not a test we know, so a possible result.
        Expected("Observation-HER2byImmunoassayExample.json", "", unread=1),
        Expected(
            "Observation-MicrosatelliteInstabilityExample01.json", "MSI: negative, unknown, stable"
        ),
        Expected(
            "Observation-Variant-Somatic-Clinical-Trial.json",
            "FGFR2: positive, somatic, variant present",
        ),
        # Karyotypes as ISCN name no gene by code: not read as a fusion.
        Expected("Observation-ISCN-CMLExample.json", ": positive, unknown, variant present"),
        # "Wild type" at a position, called "present": neither found nor the whole gene clear.
        Expected("Observation-Pgx-var-1012.json", "CYP2C19: unknown, germline, not understood"),
        # HGNC:262 is not CYP2C19 (HGNC:2621): a fault of the example, told as one.
        Expected(
            "Observation-Pgx-var-1011.json",
            """
            HGNC:262: unknown, germline, not understood
            CYP2C19: unknown, germline, not understood
            """,
            notes="gene id and gene name disagree",
        ),
    ],
    "pysynthea-r4": [
        # Metastatic by a code that elsewhere is a metastasis in the colon: the results are read.
        Expected(
            "genomics-pack.ndjson.gz:32",
            """
            KRAS: positive, somatic, G12D
            BRAF: positive, somatic, V600E
            MSI: positive, unknown, MSI-high
            """,
            notes="does not say which cancer",
        ),
        Expected(
            "genomics-pack.ndjson.gz:33",
            """
            EGFR: positive, somatic, L858R
            EGFR: positive, somatic, E746_A750del
            """,
        ),
        Expected(
            "genomics-pack.ndjson.gz:36",
            """
            PIK3CA: positive, somatic, H1047R
            TP53: positive, somatic, R175H
            BRCA1: positive, germline, p.Gln1756ProfsTer74
            """,
            "breast-germline: nothing_to_add",
        ),
    ],
    "mii-de": [
        # PD-L1 comes under a code that LOINC does not have (85147-0): a possible result.
        Expected(
            "Bundle-mii-exa-test-data-bundle-molgen-1.json",
            """
            EGFR: positive, somatic, L858R
            EGFR: positive, somatic, A767_V769dup
            MSI: negative, unknown, stable
            TMB: positive, unknown, 12 mutations/Mb
            BRAF: positive, somatic, V600E
            """,
            unread=1,
        ),
    ],
    "fhir-r4-spec": [
        Expected("Observation-example-genetics-1.json", "EGFR: positive, somatic, variant present"),
        # A panel that was done, without what it found.
        Expected("Observation-example-genetics-brcapat.json", "", unread=1),
    ],
}


@cache
def _guidance() -> Guidance:
    return load_guidance(guidance_folder())


@cache
def _bodies(source: str) -> dict[str, bytes]:
    return {chart.place: chart.body for chart in charts(source)}


def _chart(source: str, place: str) -> Chart:
    return read_chart(read_records(_bodies(source)[place]), _guidance().terminology)


def _read(chart: Chart) -> list[str]:
    return sorted(
        f"{''.join(result.biomarkers[:1])}: {result.outcome.value}, {result.origin}, {result.text}"
        for result in chart.results
    )


_CASES = [
    pytest.param(source, expected, id=f"{source}/{expected.place}")
    for source, listed in _CHARTS.items()
    for expected in listed
]


@pytest.mark.parametrize(("source", "expected"), _CASES)
def test_results_are_read_as_their_sender_meant_them(source: str, expected: Expected) -> None:
    """Biomarker, outcome, origin and text of every result; notes; reports left to be read."""
    chart = _chart(source, expected.place)
    wanted = sorted(line.strip() for line in expected.results.splitlines() if line.strip())

    assert _read(chart) == wanted
    assert any(expected.notes in note.problem for note in chart.notes) or not expected.notes
    unread = [each for each in chart.reports if each.is_final and not each.has_results]
    assert len(unread) == expected.unread


@pytest.mark.parametrize(
    ("source", "expected"), [case for case in _CASES if case.values[1].answers]
)
def test_the_answers_follow_from_what_was_read(source: str, expected: Expected) -> None:
    """Reviewed answers of guidance for the same charts."""
    findings = evaluate(_chart(source, expected.place), _guidance(), TODAY)
    answers = {finding.guidance: finding.answer.value for finding in findings}
    for line in expected.answers.split(";"):
        name, _, answer = line.strip().partition(": ")
        assert answers.get(name) == answer, name


def test_significance_comes_from_the_implication() -> None:
    """The V600E of the oncology example is pathogenic by its Diagnostic Implication."""
    chart = _chart("genomics-reporting-ig", "Bundle-bundle-oncology-diagnostic.json")
    classes = {each.variant.significance for each in chart.results if each.variant}
    assert classes == {"P"}


def test_there_are_enough_reviewed_charts() -> None:
    """At least fifteen, over the sources that carry results."""
    assert len(_CASES) >= 15
    assert {case.values[0] for case in _CASES} >= {"mcode-ig", "mcode-fixtures", "pysynthea-r4"}
