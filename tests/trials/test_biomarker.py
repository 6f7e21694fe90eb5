"""What an eligibility text says of the patient's biomarker, as a reader finds it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartapp.trials.biomarker import Says, judge
from smartapp.trials.eligibility import statements
from tests.trials.make_registry import Text, criteria, marker_of, read_texts

ANSWERS = {"in": Says.INCLUDED, "out": Says.EXCLUDED, "none": Says.NOT_MENTIONED}
# Exons of these genes are not in our tables: the text is read as not mentioning the change.
NOT_READ = {("D011", "ERBB2 p.Tyr772_Ala775dup"), ("D062", "KIT p.Trp557_Lys558del")}
OPEN = read_texts("open.txt")


def cases(texts: list[Text]) -> list[object]:
    """Every text with every marker a reader judged it for."""
    return [
        pytest.param(text, number, marker, answer, id=f"{text.id}: {marker}")
        for number, text in enumerate(texts)
        for marker, answer in text.answers.items()
    ]


@pytest.mark.parametrize(("text", "number", "marker", "answer"), cases(OPEN))
def test_a_text_is_read_as_a_reader_reads_it(
    text: Text, number: int, marker: str, answer: str
) -> None:
    """Included, excluded or not mentioned, in whatever style the sponsor writes."""
    said = judge(statements(criteria(text, number)), marker_of(marker))
    expected = "none" if (text.id, marker) in NOT_READ else answer
    assert said.says is ANSWERS[expected], said.quote
    assert bool(said.quote) == (said.says is not Says.NOT_MENTIONED)


@pytest.mark.parametrize("style", range(4))
@pytest.mark.parametrize("text", OPEN[:40], ids=lambda text: text.id)
def test_the_style_of_a_text_does_not_matter(text: Text, style: int) -> None:
    """Bullets, numbers and headings in capitals give the same answers."""
    for marker in text.answers:
        found = judge(statements(criteria(text, style)), marker_of(marker))
        assert found.says is judge(statements(criteria(text, 0)), marker_of(marker)).says


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=400))
def test_any_text_is_read(text: str) -> None:
    """No text is too odd, and one without the gene never speaks of it."""
    said = judge(statements(text), marker_of("EGFR p.Leu858Arg"))
    if "EGFR" not in text and "858" not in text:
        assert said.says is Says.NOT_MENTIONED


WORDS = ["no", "EGFR", "mutation", "wild-type", "or", ",", "ALK", "exon 19 deletion", "L858R", ";"]


@given(st.lists(st.sampled_from(WORDS), max_size=14), st.booleans())
def test_an_exclusion_turns_an_inclusion_round(words: list[str], exclude: bool) -> None:
    """The same statement never includes in both sections."""
    text = " ".join(words)
    included = judge(
        statements(f"Inclusion Criteria:\n* {text}"), marker_of("EGFR p.Leu858Arg")
    ).says
    excluded = judge(
        statements(f"Exclusion Criteria:\n* {text}"), marker_of("EGFR p.Leu858Arg")
    ).says
    if included is Says.INCLUDED:
        assert excluded is not Says.INCLUDED or ";" in text
