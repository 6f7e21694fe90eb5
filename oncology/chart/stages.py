"""Stage groups and M categories, as senders write them, in one spelling."""

from __future__ import annotations

import re

from oncology.reading.elements import CodeableConcept
from oncology.terminology import SYSTEMS, Terminology

_ROMAN = {"0": "0", "1": "I", "2": "II", "3": "III", "4": "IV"}
_GROUP = re.compile(r"(?:C|P|YP|YC)?(0|IV|III|II|I|[1-4])([A-D]?[1-3]?)\Z")
_M = re.compile(r"(?:C|P|YP|YC)?(M[01X])([A-D]?)\Z")
_NOISE = re.compile(r"\b(STAGE|AJCC|FIGO|GROUP|CATEGORY|TNM|UICC)\b|[\s:()]")


def stage_token(concept: CodeableConcept | None, terminology: Terminology) -> str | None:
    """`IIIB`, `IV`, `M1a`, …; None when the value is there but not understood.

    SNOMED values by `stages.csv`; AJCC codes and exact stage texts by their spelling.
    """
    if concept is None:
        return None
    for coding in concept.coding:
        system = SYSTEMS.get(coding.system or "", "")
        known = terminology.stages.get((system, coding.code or ""))
        if known:
            return known
        if system in ("ajcc", "") and coding.code:
            token = spelled_stage(coding.code)
            if token:
                return token
    if not concept.coding and concept.text:
        return spelled_stage(concept.text)
    return None


def spelled_stage(text: str) -> str | None:
    """A stage text on its own: `Stage 3B`, `pIIIB`, `cM1a`, `4`; nothing else matches."""
    bare = _NOISE.sub("", text.upper())
    m_category = _M.match(bare)
    if m_category:
        return m_category.group(1) + m_category.group(2).lower()
    group = _GROUP.match(bare)
    if group:
        number, letters = group.groups()
        return _ROMAN.get(number, number) + letters
    return None
