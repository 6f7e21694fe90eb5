"""`python -m tests.family.comments_report` writes docs/comments.md: how well comments are read."""

from __future__ import annotations

from math import sqrt
from pathlib import Path

from tests.family.comments.corpus import FILES, UNSEEN, Comment, comments
from tests.family.comments.otherwise import READ_OTHERWISE
from tests.family.comments.scores import FIELDS, Score, at_opening, opening_of, score

REPORT = Path(__file__).parents[2] / "docs" / "comments.md"
_RECALL, _PRECISION = 0.95, 0.99
_FIRST = "open.txt"
_Z = 1.959964  # two-sided 95 %

_HEAD = """# How family-history comments are read

Written by `python -m tests.family.comments_report`. Comments on the family (notes on a relative,
free-text family histories) are read into proposed relatives; no criterion is met by one. A reader
wrote down beforehand what each comment says: `tests/family/comments`. All are made up, in English.
A point is a field of one cancer of one relative, or one denial. In brackets stands the lower bound
of Wilson's 95 % interval. Aims: recall 95 %, precision 99 %, in points; bold is what reaches them.

All files but `open.txt`, which was written to build the reader, were written, and labelled, by
other writers who had not seen the reader. The first table is what the reader made of each when it
was opened, in the order of the openings; faults that are not of one comment alone were mended in
between. The second is of comments it has seen, so it says less; but for `unseen.txt`, after which
nothing was mended: its lines are what to expect of a new comment.

Labels were brought in line afterwards where a later rule of writing them says more than the first
did: half-siblings and identical twins have paths of their own, an age at death is none at onset,
"no other cancers" denies any other in the family, an adopted patient of whose family by birth
something is told has no unknown history. The first table is of the labels as they were. From
`eighth.txt` on the rules are those of `LABELS.md`. Files without a line in the first table were
looked at before they were finished.
"""
_LIMITS = """
## What is not read

Text beyond 10,000 characters. Languages other than English, which it says. Ethnic groups, and
whether relatives are by adoption when only the story says so. Most forms of questions and answers,
boxes that are ticked and tables of yes and no. What a later sentence takes back. Years and "three
years ago" as ages. Shortenings with two meanings: EC, and GF where neither a side nor a grandmother
is told.
"""


def report() -> str:
    """The page."""
    names = [*FILES[1:], UNSEEN, _FIRST]
    told = {name: comments(name) for name in names}
    opened = {name: at_opening(name) for name in names if opening_of(name).exists()}
    lines = [_HEAD, "## When each was opened", "", *_table(opened, told), ""]
    now = {name: score(each) for name, each in told.items()}
    lines += ["## Now", "", *_table(now, told), "", "## Read otherwise than labelled, now", ""]
    known = {each.id: each for each_file in told.values() for each in each_file}
    lines += [
        f"- {name} “{' / '.join(known[name].text.splitlines())}”: {why}"
        for name, why in READ_OTHERWISE.items()
    ]
    return "\n".join([*lines, _LIMITS])


def _table(scores: dict[str, dict[str, Score]], told: dict[str, list[Comment]]) -> list[str]:
    """Two lines for each file: the precision and the recall of each field."""
    lines = [f"| file (comments) | | {' | '.join(FIELDS)} |", "|---|---|" + "---|" * len(FIELDS)]
    for name, fields in scores.items():
        each = [fields[field] for field in FIELDS]
        precision = " | ".join(_words(one.right, one.read, _PRECISION) for one in each)
        recall = " | ".join(_words(one.right, one.meant, _RECALL) for one in each)
        lines += [f"| {name} ({len(told[name])}) | precision | {precision} |"]
        lines += [f"| | recall | {recall} |"]
    return lines


def _words(hits: int, of: int, aim: float) -> str:
    """`98.3% (95.1%), 117 of 119`, bold where it reaches the aim."""
    if not of:
        return "none"
    share = hits / of
    middle = (share + _Z**2 / (2 * of)) / (1 + _Z**2 / of)
    half = _Z * sqrt(share * (1 - share) / of + _Z**2 / (4 * of**2)) / (1 + _Z**2 / of)
    words = f"{share:.1%} ({max(0.0, middle - half):.1%}), {hits} of {of}"
    return f"**{words}**" if share >= aim else words


def main() -> None:
    """Write the page."""
    REPORT.write_text(report(), encoding="utf-8")


if __name__ == "__main__":
    main()
