"""A verdict with what laboratories put beside it: `Positive (95 %, strong)`, `2+ (equivocal)`.

Every part has to be understood, and all verdicts have to agree; else the text says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from oncology.variants import protein_change

_SHARE = re.compile(r"(?:[<>]=?|~)?\s*\d{1,3}(?:\.\d+)?\s*(?:(?:-|–|to)\s*\d{1,3}(?:\.\d+)?\s*)?%")
_HARMLESS = re.compile(
    r"(?:strong|moderate|weak)(?:ly)?(?: to (?:strong|moderate))?"
    r"(?: (?:nuclear|membranous|membrane))?(?: (?:intensity|staining|expression))?|"
    r"(?:nuclear|membranous|membrane) staining|"
    r"of (?:the )?(?:(?:invasive )?(?:tumou?r|cancer|carcinoma) )?(?:cells|nuclei)|"
    r"(?:her-?2[/:]cep-?17 |allelic |fish |ish )?ratio\s*[:=]?\s*(?:[<>]=?)?\s*\d{1,2}(?:\.\d+)?"
)
_PARTS = re.compile(r"[(),;\[\]]|\s[-–]\s|\s(?=[<>~]?=?\s*\d{1,3}(?:\.\d+)?\s*%)|(?<=%)\s")
_AROUND_CHANGE = re.compile(
    r"(?:(?:positive|detected|present|mutation detected)\s*[:,;-]?\s+)?"
    r"(?:(?P<gene>[A-Z][A-Z0-9]{1,7})[: ]\s*)?"
    r"(?:c\.[\w>*+-]+[, ]\s*)?\(?(?P<change>(?:p\.)?\(?[A-Za-z]{1,3}\d[\w*]*\)?)\)?"
    r"(?:,?\s*\(?c\.[\w>*+-]+\)?)?"
    r"(?:\s+(?:mutation|variant))?(?:\s+(?:detected|identified|present|found))?\.?",
    re.I,
)

_SAME = re.compile(r"([A-Z][a-z]{2})\d+\1")


def verdicts(text: str, meaning_of: Callable[[str], str | None]) -> set[str]:
    """What the verdicts in a text mean; none when a part is left that is not understood."""
    found = set()
    for part in parts_of(text):
        means = meaning_of(part)
        if means is not None:
            found.add(means)
        elif not _SHARE.fullmatch(part) and not _HARMLESS.fullmatch(part):
            return set()
    return found


def parts_of(text: str) -> list[str]:
    """The pieces of a value in words, in lower case."""
    bare = text.strip().lower().rstrip(".")
    return [part.strip() for part in _PARTS.split(bare) if part and part.strip()]


def named_change(text: str, gene: str) -> str | None:
    """The change of the protein that is all a text names: `G12D`, `p.G12V (c.35G>T) detected`.

    None beside another gene, a denial or any other word, and for a residue that stays what it was.
    """
    said = _AROUND_CHANGE.fullmatch(text.strip())
    if said is None or (said["gene"] or gene).upper() != gene:
        return None
    change = said["change"]
    opened = change.count("(") > change.count(")")
    named = protein_change(f"{change})" if opened else change)
    return None if named and _SAME.fullmatch(named) else named
