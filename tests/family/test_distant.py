"""Relatives beyond the third degree: read by their words, shown, never counted or asked about."""

from __future__ import annotations

import pytest

from oncology.family.completeness import unread_of
from oncology.family.verdict import Verdict
from tests.family.builders import BREAST, COLON, OVARIAN, ROLE, pedigree, relative
from tests.family.families import RULES


@pytest.mark.parametrize(
    ("text", "degree", "side", "may_be"),
    [
        ("second cousin", 5, None, ()),
        ("2nd cousin", 5, None, ()),
        ("Maternal second cousin", 5, "maternal", ()),
        ("second cousin (paternal)", 5, "paternal", ()),
        ("second cousin on mother's side", 5, "maternal", ()),
        ("third cousin", 7, None, ()),
        ("first cousin once removed", 4, None, ("PPSC", "PSCC")),
        ("cousin (once removed)", 4, None, ("PPSC", "PSCC")),
        ("paternal first cousin, once removed", 4, "paternal", ("FPSC", "FSCC")),
        ("first cousin twice removed", 5, None, ("PPPSC", "PSCCC")),
        ("second cousin once removed", 6, None, ("PPPSCC", "PPSCCC")),
        ("cousin's daughter", 4, None, ()),
        ("maternal cousin's son", 4, "maternal", ()),
        ("mother’s first cousin", 4, "maternal", ()),
        ("dad's cousin", 4, "paternal", ()),
        ("great-great-grandmother", 4, None, ()),
        ("maternal great-great-grandfather", 4, "maternal", ()),
        ("great-great aunt", 4, None, ()),
    ],
)
def test_the_words_tell_degree_and_side(
    text: str, degree: int, side: str | None, may_be: tuple[str, ...]
) -> None:
    """Beside the code of a cousin, of an extended family member, or without a code."""
    for code in ("EXT", "FAMMEMB", *(["COUSN"] if "cousin" in text else []), None):
        coding = [{"system": ROLE, "code": code}] if code else []
        concept = {"coding": coding, "text": text}
        (person,) = pedigree(relative("r", concept, (BREAST, 40))).relatives
        assert (person.degree, person.side, person.may_be) == (degree, side, may_be)
        assert person.label == text.lower().replace("’", "'")


@pytest.mark.parametrize("text", ["first cousin", "cousin", "maternal cousin"])
def test_a_first_cousin_is_of_the_third_degree(text: str) -> None:
    """Cousins without more are first cousins."""
    (person,) = pedigree(relative("r", {"text": text}, (BREAST, 40))).relatives
    assert person.degree == 3


def test_the_side_of_the_code_holds_and_another_one_opens_the_relation() -> None:
    """A maternal cousin by the code, a second cousin by the words."""

    def read(code: str, text: str) -> tuple[str | None, int | None]:
        concept = {"coding": [{"system": ROLE, "code": code}], "text": text}
        (person,) = pedigree(relative("r", concept, (BREAST, 40))).relatives
        return person.side, person.degree

    assert read("MCOUSN", "second cousin") == ("maternal", 5)
    assert read("MCOUSN", "paternal second cousin") == (None, None)
    assert read("MAUNT", "second cousin") == (None, None)


@pytest.mark.parametrize("text", ["second cousin", "first cousin once removed", "mother's cousin"])
def test_nobody_beyond_the_third_degree_counts_or_is_asked_about(text: str) -> None:
    """`clinical.md` 7.4: outside every rule here."""
    far = relative("x", {"text": text}, (OVARIAN, 40), (BREAST, None), (COLON, 40))
    family = relative("m", "MTH", (BREAST, 46)), relative("a", "MAUNT", (COLON, 60))
    before, after = pedigree(*family), pedigree(*family, far)
    for name, rule in RULES.items():
        assert Verdict(rule, after).answer is Verdict(rule, before).answer, name


def test_a_tool_is_not_run_on_distant_relatives_alone() -> None:
    """A second cousin is no family history that a tool could be run on."""
    read = pedigree(relative("x", {"text": "second cousin"}, (BREAST, 40)))
    assert read.is_out_of_reach
    assert Verdict(RULES["fhs7"], read).answer is None
    assert unread_of(read) == (
        "the family history (only relatives beyond the third degree are on record)"
    )
