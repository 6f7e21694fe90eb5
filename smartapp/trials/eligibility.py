"""The eligibility text of a study, as statements that include or exclude.

ClinicalTrials.gov keeps eligibility as free text: headings, bullets, numbers, in any style.
"""

from __future__ import annotations

import re

from msgspec import Struct

INCLUSION, EXCLUSION, UNKNOWN = "inclusion", "exclusion", ""

_BULLET = re.compile(r"^\s*(?:[*•·–-]|\(?\d{1,2}[.)]|\(?[a-z][.)])\s+")
_EXCLUSION_HEAD = re.compile(
    r"\b(?:exclusion|exclusions|excluded if|not eligible if|must not (?:meet|have) any)\b", re.I
)
_INCLUSION_HEAD = re.compile(
    r"\b(?:inclusion|inclusions|eligible if|must meet|must fulfil|all of the following)\b", re.I
)
_MOST_HEADING_WORDS = 14
_CLAUSE = re.compile(r";|(?<=[a-z)\d])\.\s+(?=[A-Z])")


class Statement(Struct, frozen=True):
    """One criterion: where it stands, and its words. `section` is inclusion, exclusion or empty."""

    section: str
    text: str


def statements(criteria: str) -> list[Statement]:
    """The criteria of an `eligibilityCriteria` text, one for each bullet, clause or sentence.

    A nested bullet is read with the section it stands in. Text before any heading has none.
    """
    section = UNKNOWN
    found: list[Statement] = []
    for block in _blocks(criteria):
        heading = _heading(block)
        if heading is not None:
            section = heading
            continue
        found += [
            Statement(section, clause.strip(" .;\t"))
            for clause in _CLAUSE.split(_BULLET.sub("", block))
            if clause.strip(" .;\t")
        ]
    return found


def _blocks(criteria: str) -> list[str]:
    """Lines, with those that go on joined to the bullet they belong to."""
    blocks: list[str] = []
    for line in criteria.replace("\\>", ">").replace("\\<", "<").splitlines():
        if not line.strip():
            blocks.append("")
        elif blocks and blocks[-1] and not _BULLET.match(line) and _heading(line) is None:
            goes_on = not blocks[-1].rstrip().endswith((":", "."))
            if goes_on and _heading(blocks[-1]) is None:
                blocks[-1] = f"{blocks[-1]} {line.strip()}"
            else:
                blocks.append(line)
        else:
            blocks.append(line)
    return [block for block in blocks if block.strip()]


def _heading(line: str) -> str | None:
    """The section a line opens; None when it is a criterion itself."""
    text = _BULLET.sub("", line).strip(" *_#")
    if len(text.split()) > _MOST_HEADING_WORDS:
        return None
    is_heading = text.endswith(":") or text.isupper() or len(text.split()) <= 3
    if not is_heading:
        return None
    if _EXCLUSION_HEAD.search(text):
        return EXCLUSION
    return INCLUSION if _INCLUSION_HEAD.search(text) else None
