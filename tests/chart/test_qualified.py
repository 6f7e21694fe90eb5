"""Values as laboratories type them: a verdict with a share, a score or a change beside it."""

from __future__ import annotations

import pytest

from tests.chart.builders import chart_of, observed, result_of


@pytest.mark.parametrize(
    ("code", "value", "outcome", "text"),
    [
        ("16112-5", "Positive (95%, strong)", "positive", "95 %"),
        ("16112-5", "Positive, 5% of tumor cells, weak staining", "positive", "low positive, 5 %"),
        ("16113-3", "Negative (<1%)", "negative", "<1 %"),
        ("48676-1", "Negative (IHC 1+)", "negative", "IHC 1+"),
        ("85319-2", "2+ (Equivocal)", "indeterminate", "IHC 2+, equivocal without ISH"),
        ("31150-6", "Not amplified (HER2/CEP17 ratio 1.3)", "negative", "negative"),
        ("78205-2", "Negative for rearrangement", "negative", "negative"),
        ("79210-1", "Detected, allelic ratio 0.6", "positive", "positive"),
        ("81695-9", "Microsatellite stable (MSS)", "negative", "stable"),
        ("83052-1", "Tumor Proportion Score: 5%", "reported", "TPS 5 % (22C3)"),
        ("83052-1", "TPS 60% (high expression)", "reported", "TPS 60 % (22C3)"),
        ("83052-1", "Insufficient tumor cells", "failed", "failed (22C3)"),
    ],
)
def test_a_verdict_counts_with_what_is_beside_it(
    code: str, value: str, outcome: str, text: str
) -> None:
    """A share, an intensity, a score or the same verdict once more leave no doubt."""
    result = result_of(observed(code, valueString=value))
    assert (result.outcome.value, result.text) == (outcome, text)


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("16112-5", "Positive (0%)"),
        ("16112-5", "Positive, see comment"),
        ("85319-2", "Negative (3+)"),
        ("85319-2", "1+ (2+)"),
        ("31150-6", "Not amplified (HER2/CEP17 ratio 2.6)"),
        ("78205-2", "not positive"),
        ("81695-9", "MSI-high (MSI-L)"),
        ("83052-1", "TPS 60%, CPS 70"),
    ],
)
def test_a_value_that_contradicts_itself_or_says_more_is_not_understood(
    code: str, value: str
) -> None:
    """One part that disagrees, or that nobody taught us, and the result is unknown."""
    assert result_of(observed(code, valueString=value)).outcome.value == "unknown"


@pytest.mark.parametrize("value", ["G12D", "p.Gly12Asp", "KRAS p.G12D (c.35G>A) detected"])
def test_a_change_named_by_a_test_of_one_gene_is_found(value: str) -> None:
    """LOINC "mutations found [Identifier]" has the mutation for its value."""
    result = result_of(observed("21702-6", valueString=value))
    assert (result.outcome.value, result.text) == ("positive", "G12D")
    assert result.variant is not None
    assert result.variant.protein == "Gly12Asp"


@pytest.mark.parametrize(
    "value", ["NRAS Q61R", "G12C not detected", "codon 12 mutation", "G12D?", "p.Gly12Gly"]
)
def test_a_change_beside_anything_else_is_not_understood(value: str) -> None:
    """Another gene, a denial or a doubt: not this gene's change."""
    assert result_of(observed("21702-6", valueString=value)).outcome.value == "unknown"


def test_a_change_in_the_germline_waits_for_its_class() -> None:
    """BRCA1 V2I named without a class is neither pathogenic nor benign."""
    chart = chart_of(observed("21636-6", valueString="p.Val2Ile"))
    assert [each.outcome.value for each in chart.results] == ["unknown"]
