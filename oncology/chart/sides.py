"""Which side of the body a Condition is about, by its codes and its body site."""

from __future__ import annotations

import re

from oncology.reading.condition import Condition
from oncology.reading.elements import Coding
from oncology.terminology import SYSTEMS, Terminology

# ICD-10-CM C50: the sixth character says which breast; 9 is not specified.
_ICD_BREAST = re.compile(r"C50\.[0-9][12]([12])\Z")
_ICD_SIDES = {"1": "right", "2": "left"}


def side_of(condition: Condition, terminology: Terminology) -> str:
    """`left`, `right` or `both`; empty when it is not recorded, or when codes disagree."""
    codings = list(condition.code.coding) if condition.code else []
    codings += [coding for site in condition.body_site for coding in site.coding]
    told = {side for each in codings if (side := _side(each, terminology))}
    return told.pop() if len(told) == 1 else ""


def _side(coding: Coding, terminology: Terminology) -> str:
    system, code = SYSTEMS.get(coding.system or "", ""), coding.code or ""
    if system == "icd-10-cm":
        sided = _ICD_BREAST.match(code)
        return _ICD_SIDES[sided[1]] if sided else ""
    return terminology.sides.get((system, code), "")
