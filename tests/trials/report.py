"""`python -m tests.trials.report` writes docs/trials.md: how well eligibility texts are read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import sqrt
from pathlib import Path

from smartapp.trials import vocabulary
from smartapp.trials.biomarker import Says, judge
from smartapp.trials.eligibility import statements
from smartapp.trials.markers import Marker
from tests.trials.make_registry import Text, criteria, marker_of, read_texts

REPORT = Path(__file__).parents[2] / "docs" / "trials.md"
ANSWERS = {"in": Says.INCLUDED, "out": Says.EXCLUDED, "none": Says.NOT_MENTIONED}
_Z = 1.959964  # two-sided 95 %
Reader = Callable[[str, Marker], Says]

_HEAD = """# How eligibility texts are read

Written by `python -m tests.trials.report`. A text is held against a biomarker of a patient; a
reader wrote down beforehand whether it includes, excludes or does not mention it. What is not
certain counts as not mentioned. The texts are made up: `fixtures/trials/texts`. Those of
`sealed.txt` were written apart from the program, and first read by it for this report. Nothing was
changed for what it made of them, and nothing may be: they would be open texts then. A test holds
the page to what the program reads now. Intervals are Wilson's, 95 %.

Plain search takes every study that names the gene for one that includes the biomarker.
"""


@dataclass(frozen=True)
class Judged:
    """One text held against one biomarker: what the reader wrote, what was found."""

    text: Text
    marker: str
    expected: Says
    found: Says


def by_grammar(text: str, marker: Marker) -> Says:
    """The product's reading."""
    return judge(statements(text), marker).says


def by_name(text: str, marker: Marker) -> Says:
    """Plain search: the gene's name stands in the text."""
    names = [name for name, genes in vocabulary.GENES.items() if marker.gene in genes]
    names += [name for name, (gene, _) in vocabulary.STATES.items() if gene == marker.gene]
    named = any(name.casefold() in text.casefold() for name in names)
    return Says.INCLUDED if named else Says.NOT_MENTIONED


def judged(texts: Iterable[Text], reader: Reader) -> list[Judged]:
    """Every text with every biomarker it was judged for."""
    return [
        Judged(text, marker, ANSWERS[answer], reader(criteria(text, number), marker_of(marker)))
        for number, text in enumerate(texts)
        for marker, answer in text.answers.items()
    ]


def wilson(hits: int, of: int) -> str:
    """A share with its interval: `95 % (88–98), 57 of 60`."""
    if not of:
        return "none"
    share = hits / of
    middle = (share + _Z**2 / (2 * of)) / (1 + _Z**2 / of)
    half = _Z * sqrt(share * (1 - share) / of + _Z**2 / (4 * of**2)) / (1 + _Z**2 / of)
    low, high = max(0.0, middle - half), min(1.0, middle + half)
    return f"{share:.0%} ({low:.0%}–{high:.0%}), {hits} of {of}"


def _rows(found: list[Judged], says: Says) -> tuple[str, str]:
    named = [each for each in found if each.found is says]
    meant = [each for each in found if each.expected is says]
    right = sum(each.expected is says for each in named)
    return wilson(right, len(named)), wilson(right, len(meant))


def report() -> str:
    """The page."""
    lines = [_HEAD]
    for name, title in (("sealed.txt", "Sealed texts"), ("open.txt", "Open texts")):
        texts = read_texts(name)
        lines += [
            f"## {title}",
            "",
            "| reading | answer | precision | recall |",
            "|---|---|---|---|",
        ]
        for reader, says in (
            (by_grammar, Says.INCLUDED),
            (by_grammar, Says.EXCLUDED),
            (by_name, Says.INCLUDED),
        ):
            precision, recall = _rows(judged(texts, reader), says)
            label = "OncoCue" if reader is by_grammar else "plain search"
            lines.append(f"| {label} | {says.value} | {precision} | {recall} |")
        found = judged(texts, by_grammar)
        wrong = sum(e.expected is Says.EXCLUDED and e.found is Says.INCLUDED for e in found)
        lines += [
            "",
            f"{len(texts)} texts, {len(found)} judgements. Studies shown as including a biomarker "
            f"that they exclude: {wrong}.",
            "",
        ]
        missed = [each for each in found if each.found is not each.expected]
        if missed:
            lines += ["Read otherwise than by the reader:", ""]
            lines += [
                f"- {each.text.id}, {each.marker}: {each.expected.value}, "
                f"read as {each.found.value}"
                for each in missed
            ]
            lines.append("")
    return "\n".join(lines)


def main() -> None:
    """Write the page."""
    REPORT.write_text(report(), encoding="utf-8")


if __name__ == "__main__":
    main()
