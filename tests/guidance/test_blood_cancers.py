"""What ICD-10-CM says of remission and relapse of blood cancers is read, code by code."""

from __future__ import annotations

import warnings

import pytest

from oncocue.folders import guidance_folder
from oncology.guidance import schema
from oncology.guidance.load import load_guidance
from oncology.reading.elements import Coding

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    import simple_icd_10_cm as icd

CANCERS = {
    "C91.0": "all",
    "C91.1": "cll",
    "C92.0": "aml",
    "C92.1": "cml",
    "C92.4": "apl",
    "C92.5": "aml",
    "C92.6": "aml",
    "C92.A": "aml",
    "C82": "fl",
    "C83.1": "mcl",
    "C83.3": "dlbcl",
}
CODES = [
    (code, cancer)
    for category, cancer in CANCERS.items()
    for code in icd.get_descendants(category)
    if not icd.get_children(code)
]
TERMINOLOGY = load_guidance(guidance_folder()).terminology


def _kind(title: str) -> str:
    if title.endswith("in relapse"):
        return "relapse"
    return "remission" if title.endswith("in remission") else "primary"


@pytest.mark.parametrize(("code", "cancer"), CODES)
def test_each_code_says_what_its_title_says(code: str, cancer: str) -> None:
    """In relapse, in remission, or the disease itself; with the dot or without."""
    system = "http://hl7.org/fhir/sid/icd-10-cm"
    for written in (code, code.replace(".", "")):
        concept = TERMINOLOGY.condition(Coding(system=system, code=written))

        assert concept is not None
        assert (concept.cancer, concept.kind) == (cancer, _kind(icd.get_description(code)))


def test_what_an_artifact_shows_is_one_of_two_words() -> None:
    """A misspelt word would make a card of what must never be one."""
    assert schema.not_one_of("shows", "ap", schema.SHOWS)
    assert not schema.not_one_of("shows", "app", schema.SHOWS)
