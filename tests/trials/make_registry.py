"""`python -m tests.trials.make_registry` writes fixtures/trials/registry.json anew.

From the texts beside it: a study a block, `+` includes, `-` excludes, `? marker = answer` is what
a reader finds in it. Numbers, titles, places and statuses are made up; the shape is that of
ClinicalTrials.gov's API version 2.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from oncology.variants import protein_change
from smartapp.trials import markers, vocabulary
from smartapp.trials.markers import Marker

FOLDER = Path(__file__).parents[2] / "fixtures" / "trials"
REGISTRY = FOLDER / "registry.json"
_CONDITIONS = {
    "nsclc": "Non-small Cell Lung Cancer",
    "crc": "Colorectal Cancer",
    "breast": "Breast Cancer",
    "ovarian": "Ovarian Cancer",
    "melanoma": "Melanoma",
    "thyroid_dtc": "Differentiated Thyroid Cancer",
    "thyroid_mtc": "Medullary Thyroid Cancer",
    "thyroid_atc": "Anaplastic Thyroid Cancer",
    "cholangiocarcinoma": "Cholangiocarcinoma",
    "urothelial": "Urothelial Carcinoma",
    "aml": "Acute Myeloid Leukemia",
    "all": "Acute Lymphoblastic Leukemia",
    "cll": "Chronic Lymphocytic Leukemia",
    "cml": "Chronic Myeloid Leukemia",
    "prostate": "Prostate Cancer",
    "pancreatic": "Pancreatic Cancer",
    "gist": "Gastrointestinal Stromal Tumor",
    "glioma": "Glioma",
    "endometrial": "Endometrial Cancer",
    "gastric_gej": "Gastric Cancer",
    "tumour-agnostic": "Solid Tumor",
}
_PLACES = (
    ("Riverside Cancer Centre", "Boston", "Massachusetts", "United States", 42.3601, -71.0589),
    ("Lakeside University Hospital", "Chicago", "Illinois", "United States", 41.8781, -87.6298),
    ("Bay Oncology", "San Francisco", "California", "United States", 37.7749, -122.4194),
    ("Prairie Medical Center", "Omaha", "Nebraska", "United States", 41.2565, -95.9345),
    ("Harbour Hospital", "Baltimore", "Maryland", "United States", 39.2904, -76.6122),
    ("City Clinic", "London", "", "United Kingdom", 51.5072, -0.1276),
)
_PHASES = (["PHASE1"], ["PHASE1", "PHASE2"], ["PHASE2"], ["PHASE3"])
_USUAL = (
    ("Age 18 years or older", "Pregnant or breast-feeding"),
    ("ECOG performance status 0 or 1", "Active infection needing systemic treatment"),
    ("Adequate organ and marrow function", "Major surgery within 4 weeks"),
)
_STYLES = (
    ("Inclusion Criteria:\n\n", "* ", "\n\nExclusion Criteria:\n\n"),
    ("Key Inclusion Criteria:\n\n", "1. ", "\n\nKey Exclusion Criteria:\n\n"),
    ("INCLUSION CRITERIA:\n", "- ", "\nEXCLUSION CRITERIA:\n"),
    ("Inclusion:\n\n", "1. ", "\n\nExclusion:\n\n"),
)
_KINDS = {
    "fusion": vocabulary.FUSION,
    "amplification": vocabulary.AMPLIFICATION,
    "expression": vocabulary.EXPRESSION,
    "loss": vocabulary.LOSS,
    "high": vocabulary.HIGH,
    "positive": vocabulary.HIGH,
}


@dataclass
class Text:
    """One study's text and what a reader finds in it: marker → in, out or none."""

    id: str
    cancer: str
    includes: list[str] = field(default_factory=list)
    excludes: list[str] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)


def read_texts(name: str) -> list[Text]:
    """The texts of one file."""
    texts: list[Text] = []
    for line in (FOLDER / "texts" / name).read_text(encoding="utf-8").splitlines():
        kind, _, rest = line.partition(" ")
        if line.startswith("@"):
            texts.append(Text(kind[1:], rest))
        elif kind == "?":
            marker, _, answer = rest.rpartition(" = ")
            texts[-1].answers[marker] = answer
        elif kind in "+-" and rest:
            (texts[-1].includes if kind == "+" else texts[-1].excludes).append(rest)
    return texts


def marker_of(words: str) -> Marker:
    """`EGFR p.Leu858Arg`, `ALK fusion`, `BRCA1 germline` as a biomarker found in a patient."""
    gene, _, rest = words.partition(" ")
    if rest in _KINDS:
        return Marker(gene, _KINDS[rest], text=words)
    if rest == "germline":
        return Marker(gene, vocabulary.MUTATION, origin="germline", text=words)
    if rest in (markers.ITD, markers.MET_EXON_14):
        return Marker(gene, vocabulary.MUTATION, rest, "somatic", words)
    change = protein_change(rest) or rest.removeprefix("p.")
    return Marker(gene, vocabulary.MUTATION, change, text=words)


def criteria(text: Text, number: int) -> str:
    """The text as sponsors write it: in one of several styles, among the usual criteria."""
    head, bullet, between = _STYLES[number % len(_STYLES)]
    include, exclude = _USUAL[number % len(_USUAL)]
    return (
        head
        + "\n".join(bullet + each for each in [*text.includes, include])
        + between
        + "\n".join(bullet + each for each in [*text.excludes, exclude])
    )


def study(text: Text, number: int) -> dict[str, Any]:
    """One study in the API's shape. Every eighth is closed, every fifth site too."""
    condition = _CONDITIONS[text.cancer]
    places = [_PLACES[(number + step) % len(_PLACES)] for step in range(1 + number % 3)]
    locations = [
        {
            "facility": facility,
            "status": "COMPLETED" if (number + at) % 5 == 0 else "RECRUITING",
            "city": city,
            "state": state,
            "country": country,
            "geoPoint": {"lat": latitude, "lon": longitude},
        }
        for at, (facility, city, state, country, latitude, longitude) in enumerate(places)
    ]
    return {
        "protocolSection": {
            "identificationModule": {
                "nctId": f"NCT99{number:06}",
                "briefTitle": f"Synthetic Study {number} in {condition}",
            },
            "statusModule": {
                "overallStatus": "COMPLETED" if number % 8 == 0 else "RECRUITING",
                "lastUpdatePostDateStruct": {"date": "2026-10-01", "type": "ACTUAL"},
            },
            "conditionsModule": {"conditions": [condition], "keywords": []},
            "designModule": {
                "studyType": "INTERVENTIONAL",
                "phases": _PHASES[number % len(_PHASES)],
            },
            "eligibilityModule": {
                "eligibilityCriteria": criteria(text, number),
                "healthyVolunteers": False,
                "sex": "FEMALE" if text.cancer in ("ovarian", "endometrial") else "ALL",
                "minimumAge": "18 Years",
                **({"maximumAge": "75 Years"} if number % 6 == 0 else {}),
            },
            "contactsLocationsModule": {
                "centralContacts": [
                    {"name": "Study Office", "role": "CONTACT", "phone": "555-0100"}
                ],
                "locations": locations,
            },
        },
        "hasResults": False,
    }


def main() -> None:
    """Write the recorded registry."""
    texts = [text for name in ("open.txt", "sealed.txt") for text in read_texts(name)]
    studies = [study(text, number) for number, text in enumerate(texts, 1)]
    page = {"totalCount": len(studies), "studies": studies}
    body = msgspec.json.format(msgspec.json.encode(page), indent=1)
    REGISTRY.write_bytes(body + b"\n")


if __name__ == "__main__":
    main()
