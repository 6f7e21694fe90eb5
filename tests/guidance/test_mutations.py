"""Every gate, age, window, code, answer and row of the guidance matters to a case beside it."""

from __future__ import annotations

import pytest

from oncocue.folders import guidance_folder
from oncology.guidance.artifact import Artifact
from oncology.guidance.load import load_guidance
from tests.guidance.mutations import Score, score

GUIDANCE = load_guidance(guidance_folder())
ACTIVE = [each for each in GUIDANCE.artifacts.values() if each.status == "active"]
SCORES: dict[str, Score] = {}
AT_LEAST = 20
# Small artifacts: so many mutants are all there are.
FEWER = {
    "criteria-any-sex",
    "family-history-minimum",
    "tool-manchester",
    "criteria-renal",
    "adrenocortical-germline",
    "apl-biomarkers",
    "dlbcl-biomarkers",
    "fl-biomarkers",
    "gist-trials",
    "mcl-biomarkers",
    "medullary-thyroid-germline",
    "melanoma-trials",
    "thyroid_mtc-trials",
    "urothelial-trials",
}
# What no chart can show, and why.
UNREACHED = {
    "cll-biomarkers": {
        "fact new-line: recent_days = 122": "a line that old is no longer under way for any row",
    },
    "nsclc-trials": {
        "rule 4: not for resistance = not-tested": "EGFR is among the tests that must be done",
        "rule 7: not for resistance = not-tested": "EGFR is among the tests that must be done",
        "rule 7: not for marker = no": "an open test of this list leaves the marker open",
    },
}


def _score(artifact: Artifact) -> Score:
    if artifact.id not in SCORES:
        SCORES[artifact.id] = score(artifact, GUIDANCE)
    return SCORES[artifact.id]


@pytest.mark.parametrize("artifact", ACTIVE, ids=lambda each: each.id)
def test_a_wrong_in_the_guidance_fails_a_case(artifact: Artifact) -> None:
    """Nothing of an artifact can be changed unnoticed but what no chart can show.

    A code that is not known may say the same as the code: that there is nothing to do.
    """
    judged = _score(artifact)
    unnoticed = {what for what in judged.survivors if not what.startswith("code ")}
    assert unnoticed == set(UNREACHED.get(artifact.id, ()))
    noticed = judged.tried - len(judged.survivors)
    assert noticed >= AT_LEAST or artifact.id in FEWER
