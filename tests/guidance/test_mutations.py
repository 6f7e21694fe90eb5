"""Every gate, age, window, code, answer and row of the guidance matters to a case beside it."""

from __future__ import annotations

import re

import pytest

from oncocue.folders import guidance_folder
from oncology.guidance.artifact import Artifact
from oncology.guidance.load import load_guidance
from tests.guidance.mutations import Score, score

GUIDANCE = load_guidance(guidance_folder())
ACTIVE = [each for each in GUIDANCE.artifacts.values() if each.status == "active"]
SCORES: dict[str, Score] = {}
AT_LEAST = 20
# What no chart can show, and why.
UNREACHED = {
    "apl-biomarkers": {
        "conditions C92.42 lost": "the category says the same leukaemia; no row asks for a relapse",
    },
    "cll-biomarkers": {
        "conditions C91.12 lost": "the category says the same leukaemia; no row asks for a relapse",
        "fact new-line: recent_days = 122": "a line that old is no longer under way for any row",
    },
    "endometrial-trials": {
        "fact marker: always no": "the tests that guidelines ask for here are not of genes",
    },
    "esophageal-trials": {
        "fact marker: always no": "the tests that guidelines ask for here are not of genes",
    },
    "gist-trials": {
        "fact marker: always no": "any change of its genes is labelled: no marker goes without",
    },
    "nsclc-trials": {
        "rule 5: not for resistance = not-tested": "EGFR is among the tests that must be done",
        "rule 8: not for resistance = not-tested": "EGFR is among the tests that must be done",
    },
    "prostate-biomarkers": {
        "row prostate-somatic-again: repeated for ever": "its gate closes once a finding is there",
    },
    "urothelial-trials": {
        "fact tested: always no": "all rows are of label strength, which are not waited for",
    },
}
# Words of cases whose code changes nothing, however it is read, and why.
NO_MATTER = {
    "apl-biomarkers": {"APL in relapse": "the category says the same leukaemia"},
    "breast-biomarkers": {
        "genetic susceptibility to colorectal cancer": "a finding of other genes changes nothing",
        "von Hippel-Lindau": "a syndrome of another gene changes nothing",
        "multiple endocrine neoplasia 2A": "a syndrome of another gene changes nothing",
    },
    "cascade-family": {
        "BRCA1 found by sequencing": "a relative without a finding is silence, whatever was tested",
        "breast cancer": "a cancer of a relative is no known variant",
    },
    "cll-biomarkers": {"CLL in relapse, ICD": "the category says the same leukaemia"},
    "criteria-prostate": {"bile duct cancer": "it counts as any cancer of the list does"},
    "dlbcl-biomarkers": {"gene panel": "a panel sees no protein, and counselling sees none"},
    "glioma-biomarkers": {"liver metastasis": "a metastasis changes nothing in a glioma"},
    "ovarian-germline": {
        "BRCA1 185delAG": "a test of founder variants answers no more than no test",
        "BRCA1 known familial variant": "a test of one variant answers no more than no test",
    },
    "thyroid_mtc-biomarkers": {
        "genetic susceptibility to breast cancer": "a finding of other genes changes nothing",
    },
    "tumour-variant-germline": {
        "RET rearrangement by FISH": "a rearrangement is none of the changes it asks for",
        "colon cancer": "in which tumour a variant was found does not matter",
        "lung adenocarcinoma": "in which tumour a variant was found does not matter",
    },
}
_CODE = re.compile(r"code (.+) (?:not known|misread)")


def _score(artifact: Artifact) -> Score:
    if artifact.id not in SCORES:
        SCORES[artifact.id] = score(artifact, GUIDANCE)
    return SCORES[artifact.id]


def _indifferent(judged: Score) -> set[str]:
    """The words whose code was neither missed when it was lost nor when it was misread.

    Lost alone says little: without the code of a history there is nothing to do either.
    """
    words = [found[1] for each in judged.survivors if (found := _CODE.fullmatch(each))]
    return {each for each in words if words.count(each) > 1}


@pytest.mark.parametrize("artifact", ACTIVE, ids=lambda each: each.id)
def test_a_wrong_in_the_guidance_fails_a_case(artifact: Artifact) -> None:
    """Nothing of an artifact can be changed unnoticed but what no chart can show."""
    judged = _score(artifact)
    unnoticed = {what for what in judged.survivors if not _CODE.fullmatch(what)}
    assert unnoticed == set(UNREACHED.get(artifact.id, ()))
    assert judged.tried - len(judged.survivors) >= AT_LEAST


@pytest.mark.parametrize("artifact", ACTIVE, ids=lambda each: each.id)
def test_each_code_of_the_cases_matters_to_one(artifact: Artifact) -> None:
    """A code that is lost, or read as what is looked for, fails a case."""
    assert _indifferent(_score(artifact)) == set(NO_MATTER.get(artifact.id, ()))
