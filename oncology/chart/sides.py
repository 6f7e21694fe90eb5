"""Which side of the body a Condition is about: by its code, its body site and its qualifier."""

from __future__ import annotations

import re

from oncology.reading.condition import Condition
from oncology.reading.elements import Coding, Extension
from oncology.terminology import SYSTEMS, Terminology

# ICD-10-CM C50: the sixth character says which breast; 9 is not specified.
_ICD_BREAST = re.compile(r"C50\.[0-9][12]([12])\Z")
_ICD_SIDES = {"1": "right", "2": "left"}
# mCODE's qualifier of a body site; its first release called it `mcode-laterality`.
_QUALIFIERS = ("/mcode-laterality-qualifier", "/mcode-laterality")


def side_of(condition: Condition, terminology: Terminology) -> str:
    """`left`, `right` or `both`; empty when it is not recorded, or when codes disagree."""
    codings = list(condition.code.coding) if condition.code else []
    for site in condition.body_site:
        codings += site.coding
        codings += _qualifiers(site.extension)
    told = {side for each in codings if (side := _side(each, terminology))}
    return told.pop() if len(told) == 1 else ""


def _qualifiers(extensions: tuple[Extension, ...]) -> list[Coding]:
    concepts = (
        extension.value_codeable_concept
        for extension in extensions
        if extension.url and extension.url.endswith(_QUALIFIERS)
    )
    return [coding for concept in concepts if concept for coding in concept.coding]


def _side(coding: Coding, terminology: Terminology) -> str:
    system, code = SYSTEMS.get(coding.system or "", ""), coding.code or ""
    if system == "icd-10-cm":
        sided = _ICD_BREAST.match(code)
        return _ICD_SIDES[sided[1]] if sided else ""
    return terminology.sides.get((system, code), "")
