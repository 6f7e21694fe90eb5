"""Protein changes: one spelling for all, and which labelled forms they are."""

from __future__ import annotations

import pytest

from oncology.variants import matches_change, protein_change, short


@pytest.mark.parametrize(
    ("text", "change"),
    [
        ("p.Leu858Arg", "Leu858Arg"),
        ("NP_005219.2:p.(L858R)", "Leu858Arg"),
        ("L858R", "Leu858Arg"),
        ("(V600E)", "Val600Glu"),
        ("E746_A750del", "Glu746_Ala750del"),
        ("p.Trp243*", "Trp243Ter"),
        ("p.Asp770_Asn771insGly", "Asp770_Asn771insGly"),
        ("p.H773dup", "His773dup"),
        ("p.N771delinsGY", "Asn771delinsGlyTyr"),
        ("Exon 19 deletion", "exon 19 del"),
        ("ex20 ins", "exon 20 ins"),
        ("exon 14 skipping", None),
        ("p.Gln1756ProfsTer74", None),
        ("c.2573T>G", None),
        ("p.?", None),
        ("positive", None),
        ("HER2", None),
        ("CD20", None),
        ("", None),
        (None, None),
    ],
)
def test_a_change_has_one_spelling(text: str | None, change: str | None) -> None:
    """HGVS in one or three letters and names in use; anything else is no protein change."""
    assert protein_change(text) == change


@pytest.mark.parametrize(
    ("text", "form", "is_it"),
    [
        ("p.G719S", "Gly719", True),
        ("p.G719del", "Gly719", False),
        ("p.E746_A750del", "del 729-761", True),
        ("p.L747_A750delinsP", "del 729-761", True),
        ("p.A750delinsPP", "del 729-761", False),
        ("exon 19 del", "del 729-761", True),
        ("exon 19 del", "del 762-823", False),
        ("p.E746_A750dup", "del 729-761", False),
        ("p.V834del", "del 729-761", False),
        ("p.D770_N771insSVD", "ins 762-774", True),
        ("p.A767_V769dup", "ins 762-774", True),
        ("exon 20 insertion", "ins 762-774", True),
        ("p.L858R", "ins 762-774", False),
        ("p.Phe594_Arg595ins3", "ins 572-631", False),
        ("p.T790M", "Thr790Met", True),
        ("EGFR positive", "Leu858Arg", False),
    ],
)
def test_a_change_is_a_labelled_form_or_not(text: str, form: str, is_it: bool) -> None:
    """Forms of guidance: one change, any change of a residue, or a kind of change in a span."""
    assert matches_change(text, [form]) is is_it


def test_the_short_form_is_the_one_clinicians_say() -> None:
    """One letter for each residue."""
    assert short("Asp770_Asn771insSerValAsp") == "D770_N771insSVD"
