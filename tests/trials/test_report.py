"""The page on how well eligibility texts are read tells what the program does now."""

from __future__ import annotations

import pytest

from smartapp.trials.biomarker import Says
from tests.trials.make_registry import read_texts
from tests.trials.report import REPORT, by_grammar, by_name, judged, report


def test_the_page_is_what_the_program_reads_now() -> None:
    """A change of the program shows in the numbers, for better or worse."""
    assert REPORT.read_text(encoding="utf-8") == report()


@pytest.mark.parametrize("name", ["sealed.txt", "open.txt"])
def test_no_text_that_excludes_a_biomarker_is_read_as_including_it(name: str) -> None:
    """The one mistake that would send a patient to a trial that is closed to them."""
    texts = read_texts(name)
    wrong = [e for e in judged(texts, by_grammar) if (e.expected, e.found) == TURNED_ROUND]
    assert not wrong
    assert any((e.expected, e.found) == TURNED_ROUND for e in judged(texts, by_name))


TURNED_ROUND = (Says.EXCLUDED, Says.INCLUDED)


def test_a_third_of_the_texts_is_sealed() -> None:
    """And there are enough of them to tell something."""
    sealed, open_ = len(read_texts("sealed.txt")), len(read_texts("open.txt"))
    assert sealed + open_ >= 150
    assert sealed >= (sealed + open_) / 3
