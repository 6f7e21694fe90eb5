"""Forms told as questions and answers, turned into sentences of the same length."""

from __future__ import annotations

import re

_SIGN = r"[.;,\n|]\s*"
_AGE = r"age(?:\s(?:at|of)\s(?:dx|diagnosis|onset))?\s?[:?]"
# "Who: mother. Type: breast. Age: 51", by lines or by points.
_WHO_AND_WHAT = re.compile(
    rf"(?P<to_who>\bwho\s?[:?])[^.;:?\n|]+(?P<to_what>{_SIGN}"
    r"(?:cancer\s)?(?:type|what|site|kind|where)(?:\sof\scancer)?\s?[:?])[^.;:?\n|]+"
    rf"(?:(?P<to_age>{_SIGN}{_AGE}))?",
    re.I,
)
# "Breast cancer: yes. Who: mother. Age: 51": the cancer stands before it.
_WHO_AND_AGE = re.compile(rf"(?P<to_who>\bwho\s?[:?])[^.;:?\n|]+(?P<to_age>{_SIGN}{_AGE})", re.I)
# "Problem: breast cancer; Relation: mother; Age of onset: 44", as an EHR prints its table.
_PROBLEM = re.compile(
    rf"(?P<to_problem>\bproblem\s?:)[^.;:?\n|]+(?P<to_relation>{_SIGN}relation(?:ship)?\s?:)"
    rf"[^.;:?\n|]+(?:(?P<to_age>{_SIGN}{_AGE}))?",
    re.I,
)
# What stands in place of the words of a form.
_SAID = {"to_what": "ca of", "to_age": "dx"}
_NEGATIVE = re.compile(r"\bneg hx\b", re.I)


def as_sentences(text: str) -> str:
    """The text with each row of such answers as a sentence: `mother ca of breast dx 51`.

    Every character keeps its place, so what is found in it can be quoted from the text.
    """
    for form in (_WHO_AND_WHAT, _WHO_AND_AGE, _PROBLEM):
        text = form.sub(_sentence, text)
    return text


def _sentence(match: re.Match[str]) -> str:
    written = list(match[0])
    for name, words in match.groupdict().items():
        if words is not None:
            start = match.start(name) - match.start()
            said = f" {_SAID.get(name, '')}".ljust(len(words))
            written[start : start + len(words)] = said
    # "Relation: Neg Hx" is in nobody.
    return _NEGATIVE.sub("neg   ", "".join(written))
