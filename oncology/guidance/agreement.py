"""What the findings of one artifact agree on, when it is open which diagnoses count."""

from __future__ import annotations

from msgspec.structs import replace

from oncology.findings import BiomarkerEntry, Biomarkers, Criterion, Finding, Verdict

_UNKNOWN = "unknown"
_Standing = tuple[str, BiomarkerEntry]


def agreed(findings: list[Finding]) -> tuple[Finding, bool]:
    """The first finding, with what the others say differently left open; whether it holds.

    It does not when the answers differ, or when nothing that is asked for is asked for by all.
    """
    first = findings[0]
    biomarkers = _biomarkers([each.biomarkers for each in findings if each.biomarkers])
    holds = all(each.answer is first.answer for each in findings)
    if first.answer is Verdict.ADVISE and biomarkers and not biomarkers.asked:
        holds = False
    criteria = _criteria(findings) if holds else ()
    return replace(first, biomarkers=biomarkers, criteria=criteria), holds


def _criteria(findings: list[Finding]) -> tuple[Criterion, ...]:
    criteria = []
    for together in zip(*(finding.criteria for finding in findings), strict=True):
        first = together[0]
        differ = any(each.answer != first.answer for each in together)
        open_ = replace(first, answer="cannot_tell", text="", because=(), question="")
        criteria.append(open_ if differ else first)
    return tuple(criteria)


def _biomarkers(found: list[Biomarkers]) -> Biomarkers | None:
    """Every entry that stands at the same place in all; the others are unknown."""
    if not found or all(each == found[0] for each in found):
        return found[0] if found else None
    places = [_places(each) for each in found]
    merged: dict[str, list[BiomarkerEntry]] = {name: [] for name in Biomarkers.__struct_fields__}
    for key in dict.fromkeys(key for each in places for key in each):
        place, entry = _together([each[key] for each in places if key in each], len(found))
        merged[place].append(entry)
    return Biomarkers(**{place: tuple(entries) for place, entries in merged.items()})


def _together(standings: list[_Standing], count: int) -> _Standing:
    """Where an entry stands by all `count` of the findings, else unknown."""
    place, entry = standings[0]
    entries = [each for _, each in standings]
    is_due = len(standings) == count and all(each.is_due for each in entries)
    same_place = len(standings) == count and all(each == place for each, _ in standings)
    if not same_place or is_due != entry.is_due:
        return _UNKNOWN, replace(entry, is_due=is_due, is_actionable=False)
    if any(each.is_actionable != entry.is_actionable for each in entries):
        entry = replace(entry, is_actionable=None)
    return place, entry


def _places(biomarkers: Biomarkers) -> dict[tuple[str, str], _Standing]:
    """Row and biomarker → where it stands."""
    return {
        (entry.row, entry.biomarker): (place, entry)
        for place in Biomarkers.__struct_fields__
        for entry in getattr(biomarkers, place)
    }
