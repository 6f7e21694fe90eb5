"""`python -m tests.family.comments_report` writes docs/comments.md: how well comments are read."""

from __future__ import annotations

import json
from math import sqrt
from pathlib import Path

from tests.family.comments.corpus import FILES, FOLDER, comments
from tests.family.comments.scores import FIELDS, Score, score
from tests.family.test_comments import READ_OTHERWISE

REPORT = Path(__file__).parents[2] / "docs" / "comments.md"
_RECALL, _PRECISION = 0.95, 0.99
_OPENINGS = {
    "sealed.txt": "first_opening.json",
    "second.txt": "second_opening.json",
    "third.txt": "third_opening.json",
    "fourth.txt": "fourth_opening.json",
    "open.txt": "",
}
_Z = 1.959964  # two-sided 95 %

_HEAD = """# How family-history comments are read

Written by `python -m tests.family.comments_report`. Comments on the family (notes on a relative,
free-text family histories) are read into proposed relatives; no criterion is met by one. A reader
wrote down beforehand what each comment says: `tests/family/comments`. All are made up, in English.
A point is a field of one cancer of one relative, or one denial. In brackets stands the lower bound
of Wilson's 95 % interval. Aims: recall 95 %, precision 99 %, in points.

`sealed.txt`, `second.txt`, `third.txt` and `fourth.txt` were written, and labelled, by other
writers who had not seen the reader. The first table of each is what the reader made of them when
they were opened; the second is of comments it has seen, so it says less. Faults that are not of one
comment alone were mended in between. `open.txt` was written to build the reader.

Labels were brought in line afterwards where a later rule of writing them says more than the first
did: half-siblings and identical twins have paths of their own, an age at death is none at onset,
"no other cancers" denies any other in the family. The first tables are of the labels as they were.
"""
_LIMITS = """
## What is not read

Text beyond 10,000 characters. Languages other than English, which it says. Ethnic groups, and
whether relatives are by adoption when only the story says so. Forms told as questions and answers,
and boxes that are ticked. What a later sentence takes back. Years and "three years ago" as ages.
Shortenings with two meanings: EC, GF without a side.
"""


def report() -> str:
    """The page."""
    lines = [_HEAD]
    for name, opening in _OPENINGS.items():
        told = comments(name)
        if opening:
            first = json.loads((FOLDER / opening).read_text(encoding="utf-8"))
            lines += [f"## {name}, when it was opened ({len(told)})", ""]
            lines += [*_table({field: Score(*first[field]) for field in FIELDS}), ""]
        lines += [f"## {name}, now ({len(told)})", "", *_table(score(told)), ""]
    lines += ["## Read otherwise than labelled, now", ""]
    known = {each.id: each for name in FILES for each in comments(name)}
    lines += [
        f"- {name} “{' / '.join(known[name].text.splitlines())}”: {why}"
        for name, why in READ_OTHERWISE.items()
    ]
    return "\n".join([*lines, _LIMITS])


def _table(scores: dict[str, Score]) -> list[str]:
    lines = ["| field | precision | recall | aims reached |", "|---|---|---|---|"]
    for field in FIELDS:
        each = scores[field]
        reached = (
            _share(each.right, each.read) >= _PRECISION,
            _share(each.right, each.meant) >= _RECALL,
        )
        words = {(True, True): "both", (True, False): "precision", (False, True): "recall"}
        lines.append(
            f"| {field} | {_words(each.right, each.read)} | {_words(each.right, each.meant)} "
            f"| {words.get(reached, 'neither')} |"
        )
    return lines


def _share(hits: int, of: int) -> float:
    return hits / of if of else 0.0


def _words(hits: int, of: int) -> str:
    """`98 % (95 %), 117 of 119`."""
    if not of:
        return "none"
    share = hits / of
    middle = (share + _Z**2 / (2 * of)) / (1 + _Z**2 / of)
    half = _Z * sqrt(share * (1 - share) / of + _Z**2 / (4 * of**2)) / (1 + _Z**2 / of)
    return f"{share:.1%} ({max(0.0, middle - half):.1%}), {hits} of {of}"


def main() -> None:
    """Write the page."""
    REPORT.write_text(report(), encoding="utf-8")


if __name__ == "__main__":
    main()
