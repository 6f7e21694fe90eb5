"""Strategies for Observations: biomarker results of every kind, variants, disease status."""

from __future__ import annotations

import csv
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from tests.property.codes import (
    CHANGES,
    GENES,
    HGNC,
    LOCAL,
    LOINC,
    ME,
    SNOMED,
    UCUM,
    Resource,
    concept,
    present,
    resource,
    status,
)
from tests.property.judging import GUIDANCE_FOLDER

DATES = (
    *("2026-11-10", "2026-11-15T09:30:00+01:00", "2026-10-01", "2026-06-01", "2024-03-07"),
    *("2019-05-02", "2026-10", "2025", None),
)


def _table(name: str) -> list[dict[str, str]]:
    with (GUIDANCE_FOLDER / "terminology" / name).open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


_SYSTEMS = {"loinc": LOINC, "snomed": SNOMED}
_ROWS = {row["code"]: row for row in _table("observations.csv")}
CODES_BY_READS: dict[str, list[str]] = {}
for _row in _ROWS.values():
    CODES_BY_READS.setdefault(_row["reads"], []).append(_row["code"])
_NOT_RESULTS = frozenset(
    ["variant", "region-studied", "implication", "stage-group", "m-category", "disease-status"]
)
RESULT_CODES = [code for code, row in _ROWS.items() if row["reads"] not in _NOT_RESULTS]
_ANSWERS = {
    row["means"]: concept(_SYSTEMS[row["system"]], row["code"]) for row in _table("answers.csv")
}


def _coded(*meanings: str) -> list[Resource]:
    return [{"valueCodeableConcept": _ANSWERS[means]} for means in meanings]


def _number(value: float, unit: str | None, **more: str) -> Resource:
    return {"valueQuantity": {"value": value, **present(unit=unit, **more)}}


def _said(interpretation: str) -> Resource:
    return {"interpretation": [status("v3-ObservationInterpretation", interpretation)]}


_ODD: list[Resource] = [
    {"valueString": "see report"},
    {"valueCodeableConcept": concept(LOCAL, "R-1", "reactive")},
    {"valueCodeableConcept": {"text": "equivocal, repeat"}},
    {"dataAbsentReason": status("data-absent-reason", "error")},
    {"dataAbsentReason": status("data-absent-reason", "unknown")},
    {},
]
_PRESENCE = [
    *_coded("positive", "negative", "negative", "indeterminate", "failed"),
    {"valueString": "Not detected"},
    {"valueString": "positive"},
    {"valueBoolean": True},
    {"valueBoolean": False},
    _said("NEG"),
    _said("POS"),
]
# How each kind of result is sent; `clean` takes the first four, `score` and the like included.
_VALUES: dict[str, list[Resource]] = {
    **dict.fromkeys(
        ("presence", "one-form", "one-of-several", "not-told-which", "laboratory-verdict"),
        _PRESENCE,
    ),
    "reported": [{"valueString": "46,XX"}, _number(12, "%"), *_coded("failed", "indeterminate")],
    "percent": [
        _number(90, "%"),
        _number(0, "%", system=UCUM, code="%"),
        _number(5, "%"),
        _number(0.5, "%"),
        _number(1, "%", comparator="<"),
        _number(10, "%", comparator=">"),
        _number(1, "%", comparator="<="),
        *_coded("positive", "negative"),
    ],
    "her2-ihc": [
        *_coded("ihc-score-0", "ihc-score-1", "ihc-score-3", "negative", "ihc-score-2"),
        {"valueString": "2+"},
        {"valueInteger": 1},
    ],
    "her2-ratio": [
        {**_number(1.2, None), **_said("NEG")},
        {**_number(3.1, None), **_said("POS")},
        _said("NEG"),
        *_coded("negative"),
        _number(2.4, None),
        {"valueString": "less than 1.8"},
    ],
    "her2-copies": [
        {**_number(2, None), **_said("NEG")},
        {**_number(8, None), **_said("POS")},
        *_coded("negative", "positive"),
        _number(5, None),
    ],
    "score": [
        _number(60, "%"),
        _number(0, "%"),
        *_coded("negative", "positive"),
        {"valueString": "positive"},
    ],
    "msi": [
        *_coded("msi-stable", "msi-stable", "msi-high", "msi-low", "indeterminate"),
        {"valueString": "MSS"},
        _number(3.5, "%"),
    ],
    "tmb": [
        _number(4, "1/1000000{Base}"),
        _number(12, "mutations/Mb"),
        *_coded("negative", "positive"),
        _number(12, None),
    ],
}
_STATUSES = ("final", "amended", "corrected", "registered", "preliminary", "cancelled", "unknown")


def _status(draw: DrawFn, clean: bool) -> str | None:
    listed = _STATUSES[:2] if clean else (*_STATUSES[:1] * 5, *_STATUSES, "entered-in-error", None)
    return draw(st.sampled_from(listed))


def _dates(draw: DrawFn) -> Resource:
    """When it was taken, when it was reported, or both; a report comes later than its finding."""
    when = draw(st.sampled_from(DATES))
    shape = draw(st.sampled_from(["taken", "taken", "issued", "both", "period"]))
    if when is None or shape == "issued":
        return present(issued=when)
    if shape == "period":
        return {"effectivePeriod": {"start": when}}
    later = {"issued": "2026-11-16T08:00:00Z"} if shape == "both" else {}
    return {"effectiveDateTime": when, **later}


@st.composite
def results(draw: DrawFn, identifier: str, code: str = "", clean: bool = False) -> Resource:
    """One biomarker result by its LOINC code; without `code` any the table knows."""
    code = code or draw(st.sampled_from(RESULT_CODES))
    row = _ROWS[code]
    values = _VALUES.get(row["reads"], _PRESENCE)
    value = draw(st.sampled_from(values[:4] if clean else [*values, *_ODD]))
    return resource(
        "Observation",
        identifier,
        status=_status(draw, clean),
        code=concept(_SYSTEMS[row["system"]], code),
        subject=ME,
        **_dates(draw),
        **value,
    )


def _part(code: str, value: Resource) -> Resource:
    return {"code": concept(LOINC, code), "valueCodeableConcept": value}


def _gene(symbol: str) -> SearchStrategy[Resource]:
    return st.sampled_from(
        [
            concept(HGNC, GENES[symbol], symbol),
            concept(HGNC, GENES[symbol]),
            concept("http://www.genenames.org/geneId", GENES[symbol], symbol),
            {"text": symbol},
        ]
    )


@st.composite
def variants(draw: DrawFn, identifier: str, gene: str = "", clean: bool = False) -> Resource:
    """A variant of one gene, or a fusion: found, not found, or neither."""
    gene = gene or draw(st.sampled_from(list(GENES)))
    parts = [_part("48018-6", draw(_gene(gene)))]
    calls = ["negative", "negative", "positive"]
    call = draw(st.sampled_from(calls if clean else [*calls, "indeterminate"]))
    if call == "positive" and gene in ("ALK", "ROS1", "RET") and draw(st.booleans()):
        parts.append(_part("48018-6", draw(_gene("KIF5B"))))
    elif call == "positive" and draw(st.booleans()):
        change = draw(st.sampled_from(CHANGES.get(gene, ["p.Arg175His", "c.5266dupC"])))
        code = "48005-3" if change.startswith("p.") else "48004-6"
        parts.append(_part(code, concept("http://varnomen.hgvs.org", change)))
    if call == "positive" and draw(st.booleans()):
        classes = ["significance-P", "significance-LP", "significance-VUS", "significance-B"]
        parts.append(_part("53037-8", _ANSWERS[draw(st.sampled_from(classes))]))
    source = draw(st.sampled_from([None, "somatic", "somatic", "germline"]))
    if source:
        parts.append(_part("48002-0", _ANSWERS[source]))
    return resource(
        "Observation",
        identifier,
        status=_status(draw, clean),
        code=concept(LOINC, "69548-6"),
        subject=ME,
        valueCodeableConcept=_ANSWERS[call],
        component=parts,
        **_dates(draw),
    )


@st.composite
def disease_statuses(draw: DrawFn, identifier: str) -> Resource:
    """An mCODE cancer disease status."""
    trends = [means for means in _ANSWERS if means.startswith("status-")]
    value: Any = draw(st.sampled_from([*trends, "status-progression", ""]))
    return resource(
        "Observation",
        identifier,
        status=draw(st.sampled_from(["final", "final", "preliminary", "entered-in-error"])),
        code=concept(LOINC, "97509-4"),
        subject=ME,
        effectiveDateTime=draw(st.sampled_from(DATES)),
        valueCodeableConcept=_ANSWERS[value] if value else concept(LOCAL, "T-1"),
    )
