"""Whose chart it is: the facts of the banner, from the Patient as sent."""

from __future__ import annotations

from typing import Any

from smartapp.opened import Patient

_IDENTIFIER_TYPES = "http://terminology.hl7.org/CodeSystem/v2-0203"
_LONGEST = 200
_NAME_USES = ("official", "usual", "")
_CONTROLS = dict.fromkeys([*range(32), *range(127, 160), 0x200E, 0x200F, *range(0x202A, 0x202F)])


def banner(patient: dict[str, Any]) -> Patient:
    """Name, sex, birth date and record number; what is absent or of a wrong kind is empty."""
    return Patient(
        id=_text(patient.get("id")),
        name=_name(patient),
        sex=_text(patient.get("gender")),
        birth_date=_text(patient.get("birthDate")),
        mrn=_mrn(patient),
    )


def _name(patient: dict[str, Any]) -> str:
    """`Family, Given`, of the official name, else the usual, else the first that is not old."""
    names = [each for each in _items(patient.get("name")) if each.get("use") != "old"]
    if not names:
        return ""
    by_use = {_text(each.get("use")): each for each in reversed(names)}
    chosen = next((by_use[use] for use in _NAME_USES if use in by_use), names[0])
    given = chosen.get("given")
    first = " ".join(filter(None, map(_text, given))) if isinstance(given, list) else ""
    parts = [part for part in (_text(chosen.get("family")), first) if part]
    return ", ".join(parts) or _text(chosen.get("text"))


def _mrn(patient: dict[str, Any]) -> str:
    """The identifier of type MR (v2-0203); no other number is called a record number."""
    for identifier in _items(patient.get("identifier")):
        kind = identifier.get("type")
        codings = _items(kind.get("coding")) if isinstance(kind, dict) else []
        for coding in codings:
            if coding.get("code") == "MR" and coding.get("system") in (None, _IDENTIFIER_TYPES):
                return _text(identifier.get("value"))
    return ""


def _text(value: Any) -> str:
    """A text on one line, without characters that could make it read as another."""
    return " ".join(value.translate(_CONTROLS).split())[:_LONGEST] if isinstance(value, str) else ""


def _items(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
