"""Stage groups and M categories, as senders write them, in one spelling."""

from __future__ import annotations

import re

from oncology.reading.elements import CodeableConcept
from oncology.terminology import SYSTEMS, Terminology

_ROMAN = {"0": "0", "1": "I", "2": "II", "3": "III", "4": "IV"}
_GROUP = re.compile(r"(?:C|P|YP|YC)?(0|IV|III|II|I|[1-4])([A-D]?[1-3]?)\Z")
_M = re.compile(r"(?:C|P|YP|YC)?(M[01X])([A-D]?)\Z")
_NOISE = re.compile(r"\b(STAGE|AJCC|FIGO|GROUP|CATEGORY|TNM|UICC)\b|[\s:()]")
# T, N and M of one tumour, each by itself or run together: `cT2`, `pN1a`, `T2N0M0`.
_TNM = re.compile(r"(?:(?:YP|YC|[CPRA])?[TNM](?:IS|X|[0-4])[A-D]?(?:MI|[1-3])?)+\Z")
_M_IN_TNM = re.compile(r"M(?:0|1[A-D]?)")
# What stands between them: the edition, the kind of staging, notes on nodes such as `(sn)`, the
# grade and receptors of prognostic stages, and when and by whom it was staged.
_BESIDE = re.compile(
    r"STAGE|AJCC|FIGO|UICC|TNM|GROUP|CATEGORY|CLINICAL|PATHOLOGIC(?:AL)?|ANATOMIC|PROGNOSTIC|"
    r"[78]TH|EDITION|ED|V[78]|SN|F|I[+-]|MOL[+-]|-|–|FROM|\d{1,2}/\d{1,2}/\d{2,4}|"
    r"G[1-4X]|(?:ER|PR|HER2)[+-]"
)
_SIGNED = re.compile(r"[-–,;]?\s*SIGNED BY\b.*\Z", re.S)
_SPLIT = re.compile(r"[\s,;:()]+")


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
    """A stage text on its own: `Stage 3B`, `pIIIB`, `cM1a`, `4`; or with its T, N and M."""
    return _alone(text) or _beside_tnm(text)


def _beside_tnm(text: str) -> str | None:
    """The stage group of `Stage IIA (cT2, cN0, cM0)`, without one the M of its T, N and M.

    None when any word is left over, two groups are named, or distant disease stands beside a
    group other than IV.
    """
    said = _SPLIT.split(_SIGNED.sub("", text.upper()))
    words = [word for word in said if word and not _BESIDE.fullmatch(word)]
    tnm = [word for word in words if _TNM.match(word)]
    groups = {_alone(word) for word in words if word not in tnm}
    found = {m for word in tnm for m in _M_IN_TNM.findall(word)}
    if not tnm or len(groups) > 1 or len(found) > 1:
        return None
    m_category = f"{''.join(found)[:2]}{''.join(found)[2:].lower()}"
    if not groups:
        return m_category or None
    (group,) = groups
    return None if group and m_category.startswith("M1") and group[:2] != "IV" else group


def _alone(text: str) -> str | None:
    bare = _NOISE.sub("", text.upper())
    m_category = _M.match(bare)
    if m_category:
        return m_category.group(1) + m_category.group(2).lower()
    group = _GROUP.match(bare)
    if group:
        number, letters = group.groups()
        return _ROMAN.get(number, number) + letters
    return None
