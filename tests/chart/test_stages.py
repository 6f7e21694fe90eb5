"""Stages in the words of an EHR's staging form: the group, with T, N and M beside it."""

from __future__ import annotations

import pytest

from oncology.chart.stages import spelled_stage


@pytest.mark.parametrize(
    ("text", "stage"),
    [
        ("Stage 3B", "IIIB"),
        ("Stage IVA (cT2, cN3, cM1b)", "IVA"),
        ("pT2a N0 M0 Stage IB", "IB"),
        ("cT2 cN0 cM0 (Stage IIA)", "IIA"),
        ("pT3b, pN1a(sn), cM0 - AJCC 8th ed: Stage IIIC", "IIIC"),
        ("pT1mi pN0(i+) M0 Pathologic Stage IA", "IA"),
        ("Clinical stage from 8/10/2026: Stage IIB (cT2, cN1, cM0, G3, ER-, PR-, HER2+)", "IIB"),
        ("Stage IB (pT1c, pN1mi, cM0, G2) - Signed by A. Doe, MD on 8/12/2026", "IB"),
        ("T4bN2aM1a", "M1a"),
        ("ypT0 ypN0 cM0", "M0"),
    ],
)
def test_the_stage_group_counts_beside_its_tnm(text: str, stage: str) -> None:
    """Staging forms write the group with its T, N and M; without a group the M is what is known."""
    assert spelled_stage(text) == stage


@pytest.mark.parametrize(
    "text",
    [
        "Stage IIA (T2 N0), Stage IIIA",
        "Stage II (T2 N1 M1)",
        "Stage IIA (cT2, cN0, cM0, triple-negative)",
        "Stage IV cannot be excluded, T2 N0",
        "not Stage IV (cT2, cN0, cM0)",
        "cM0 pM1",
        "pT2 pN1",
        "Rai stage 0",
    ],
)
def test_a_stage_with_a_word_left_over_is_not_understood(text: str) -> None:
    """Two groups, an M against its group, or any other word: what is meant is not known."""
    assert spelled_stage(text) is None
