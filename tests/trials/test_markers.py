"""Which biomarkers of a chart a trial search is about, and what is known of each."""

from __future__ import annotations

import pytest

from oncology.chart.model import Outcome, Result, Variant
from smartapp.trials.biomarker import Says, judge
from smartapp.trials.eligibility import statements
from smartapp.trials.markers import Marker, markers_of
from smartapp.trials.vocabulary import AMPLIFICATION, FUSION, HIGH, MUTATION
from tests.pages.opened_charts import opened_story


def _result(*genes: str, sees: str, protein: str | None = None) -> Result:
    return Result(
        biomarkers=genes,
        sees=frozenset(sees.split()),
        outcome=Outcome.POSITIVE,
        origin="somatic",
        text=f"{genes[0]} positive",
        date=None,
        reference="Observation/1",
        variant=Variant(genes, protein),
    )


def _markers(story: str) -> list[tuple[str, str, str, str]]:
    found = markers_of(opened_story(story).chart.results)
    return [(each.gene, each.kind, each.change, each.text) for each in found]


@pytest.mark.parametrize(
    ("story", "expected"),
    [
        ("lung-ret-fusion", [("RET", FUSION, "", "KIF5B::RET fusion")]),
        ("lung-kras-g12d", [("KRAS", MUTATION, "Gly12Asp", "KRAS G12D")]),
        (
            "colon-msi-high-braf-mutated",
            [("BRAF", MUTATION, "Val600Glu", "BRAF V600E"), ("MSI", HIGH, "", "MSI-high")],
        ),
        ("breast-at-seventy", []),
        ("lung-everything-tested", []),
    ],
)
def test_the_markers_of_a_chart(story: str, expected: list[tuple[str, str, str, str]]) -> None:
    """Each finding once, by the gene asked about; receptors are no question to a registry."""
    assert _markers(story) == expected


@pytest.mark.parametrize(
    ("sees", "protein", "kind"),
    [
        ("fusion", None, FUSION),
        ("copies", None, AMPLIFICATION),
        ("mutation", None, MUTATION),
        ("mutation fusion", "p.Leu1196Met", MUTATION),
        ("mutation fusion", None, ""),
    ],
)
def test_what_was_found_is_not_guessed(sees: str, protein: str | None, kind: str) -> None:
    """A method that sees several kinds leaves the kind open unless a change is named."""
    [marker] = markers_of((_result("ALK", sees=sees, protein=protein),))
    assert marker.kind == kind


@pytest.mark.parametrize(
    ("criterion", "says"),
    [
        ("ALK rearrangement", Says.NOT_MENTIONED),
        ("ALK L1196M mutation", Says.NOT_MENTIONED),
        ("ALK-positive disease", Says.INCLUDED),
        ("No ALK alteration", Says.EXCLUDED),
    ],
)
def test_a_finding_of_open_kind_neither_fits_nor_clashes(criterion: str, says: Says) -> None:
    """ALK positive, not said how: a study of fusions is no match, and does not exclude it."""
    marker = Marker("ALK", "", origin="somatic", text="ALK positive")
    assert judge(statements(f"Inclusion Criteria:\n* {criterion}"), marker).says is says
