"""What one statement says of genes: which finding, of which change, wanted or unwanted."""

from __future__ import annotations

import re

from msgspec import Struct

from oncology.variants import protein_change
from smartapp.trials import vocabulary as words
from smartapp.trials.eligibility import EXCLUSION, Statement
from smartapp.trials.markers import ITD, MET_EXON_14
from smartapp.trials.vocabulary import EXPRESSION, MUTATION

_FAR, _NEAR = 70, 45
_CHANGE = re.compile(
    r"(?<![A-Za-z0-9+*])(?P<non>non-?)?(?:p\.)?(?P<ref>[ACDEFGHIKLMNPQRSTVWY])(?P<at>\d{2,4})"
    r"(?P<alts>(?:[ACDEFGHIKLMNPQRSTVWYX*](?:/[ACDEFGHIKLMNPQRSTVWY])*)?)(?![A-Za-z0-9])"
)
_EXON = re.compile(
    r"exons? ?(?P<exons>\d{1,2}(?:(?:, ?| ?/ ?| and | or )\d{1,2})*)(?!\d)\s*"
    r"(?:in-?frame )?(?P<what>skipping|del(?:etion)?s?|ins(?:ertion)?s?)?(?! ?\(?[A-Z]\d{2})",
    re.I,
)
_MET_EXON_14 = re.compile(r"(?:METex|exon ?)14", re.I)
_ITD = re.compile(r"\bITD\b|internal tandem duplication", re.I)
_TKD = re.compile(r"\bTKD\b|tyrosine kinase domain", re.I)
_THERAPY = re.compile(rf"^(?:[\s/-]|[\w.*]+(?=[\s/-]))*?{words.THERAPY.pattern}", re.I)
_NOT_THERAPY = re.compile(r"\b(?:after|with|on|following|progress\w*|treated|to|by|in)\b", re.I)
_LINK = re.compile(
    r"(?:\b(?:in|of|for|including|as|example|e\.g\.|either)|[:(,])\s*(?:an? |the )?$"
)
_TREATMENT = re.compile(r"\b(?:therap\w*|treatment|regimen|systemic|previously|line)\b", re.I)
_GERMLINE = re.compile(r"\bgermline\b|\bgBRCA|hereditary", re.I)
# Markers of which one thing can be found, however the text calls it.
_ANY_KIND = frozenset({"MSI", "TMB", "HRD"})
# "Driver mutations" are fusions too.
_DRIVER = re.compile(r"drivers?\b|actionable|oncogenic", re.I)
_SOMATIC = re.compile(r"\bsomatic\b", re.I)


class Change(Struct, frozen=True):
    """A change a text names: three-letter form, a residue (`Val600`), an exon, ITD or TKD."""

    text: str
    is_exact: bool = True


class Mention(Struct, frozen=True):
    """What a statement says of genes.

    `kinds`: what was found, empty for anything; `changes`: these alone; `except_changes`: all but
    these; `wanted`: the study asks for it or lets it in; `in_part`: said of one cohort or arm.
    """

    genes: tuple[str, ...]
    kinds: frozenset[str]
    changes: tuple[Change, ...]
    except_changes: tuple[Change, ...]
    origins: frozenset[str]
    wanted: bool
    in_part: bool
    is_exception: bool = False


class _Name(Struct, frozen=True):
    start: int
    end: int
    genes: tuple[str, ...]
    state: bool | None


def mentions(statement: Statement) -> list[Mention]:
    """Every gene or marker the statement wants or does not want; nothing of what is left open."""
    text = statement.text
    if words.NEUTRAL.search(text):
        return []
    names = _names(text)
    found = (_mention(statement, names, place) for place in range(len(names)))
    return [mention for mention in found if mention is not None]


def _names(text: str) -> list[_Name]:
    found = [_Name(m.start(), m.end(), words.GENES[m[0]], None) for m in words.GENE.finditer(text)]
    states = {name.lower(): state for name, state in words.STATES.items()}
    for m in words.STATE.finditer(text):
        marker, present = states[m[0].lower()]
        found.append(_Name(m.start(), m.end(), (marker,), present))
    return sorted(found, key=lambda name: name.start)


def _mention(statement: Statement, names: list[_Name], place: int) -> Mention | None:
    text, name = statement.text, names[place]
    own = _segment(text, names, place)
    said = own
    after = place
    while not _tells(said) and after + 1 < len(names) and _is_listed(_gap(text, names, after)):
        after += 1
        said = _segment(text, names, after)
    before = _before(text, names, place)
    if _is_therapy(text, name, said):
        return None
    told_before = name.state is None and not _tells(said)
    if told_before:
        if not (_LINK.search(before) and _tells(before)):
            return None
        said = before
    changes, excepted = _changes(said, name, is_own=after == place)
    origins = _origins(before + text[name.start : name.end] + said)
    wanted = statement.section != EXCLUSION
    if _is_negated(before):
        wanted = not wanted
    is_absent = name.state is False or (name.state is None and _is_absent(said))
    if is_absent and not (told_before and _is_negated(before)):
        wanted = not wanted
    if words.REFUSED.search(text):
        wanted = False
    elif words.ALLOWED.search(text):
        wanted = True
    kinds = frozenset() if _ANY_KIND.intersection(name.genes) else _kinds(said, is_absent)
    if told_before and _DRIVER.search(said):
        kinds = frozenset()
    return Mention(
        genes=name.genes,
        kinds=kinds,
        changes=changes,
        except_changes=excepted,
        origins=origins,
        wanted=wanted,
        in_part=bool(words.PARTS.search(text)),
        is_exception=bool(words.EXCEPT.search(before)),
    )


def _segment(text: str, names: list[_Name], place: int) -> str:
    """What follows a name up to the next one."""
    end = names[place + 1].start if place + 1 < len(names) else len(text)
    return text[names[place].end : min(end, names[place].end + _FAR)]


def _gap(text: str, names: list[_Name], place: int) -> str:
    return text[names[place].end : names[place + 1].start]


def _is_listed(gap: str) -> bool:
    """Whether two names stand in one list, so that what follows the last is said of both."""
    return bool(re.fullmatch(r"[\s,/()&-]*(?:and/or|and|or)?[\s,/()&-]*(?:an? )?", gap))


def _before(text: str, names: list[_Name], place: int) -> str:
    """What stands before the list that the name belongs to."""
    first = place
    while first and (
        _is_listed(_gap(text, names, first - 1)) or _is_described_list(_gap(text, names, first - 1))
    ):
        first -= 1
    start = names[first - 1].end if first else 0
    return text[max(start, names[first].start - _FAR) : names[first].start]


def _is_described_list(gap: str) -> bool:
    """`EGFR mutation or ALK …`: a list in which each name has words of its own."""
    return len(gap) <= _NEAR and bool(re.search(r"(?:,|/|\bor|\band)\s*(?:an? )?$", gap))


def _tells(said: str) -> bool:
    return bool(
        words.PRESENT.search(said)
        or words.ABSENT.search(said)
        or any(pattern.search(said) for pattern, _ in words.KINDS)
        or _CHANGE.search(said)
        or _EXON.search(said)
        or _ITD.search(said)
    )


def _is_therapy(text: str, name: _Name, said: str) -> bool:
    if re.search(r"\banti-?$", text[: name.start], re.I):
        return True
    match = _THERAPY.match(said[:_NEAR])
    return match is not None and not _NOT_THERAPY.search(match[0])


def _kinds(said: str, is_absent: bool) -> frozenset[str]:
    """The kinds named after the gene; none when it is only called positive or altered."""
    present = words.PRESENT.search(said)
    found = {
        kind: match.start()
        for pattern, kind in words.KINDS
        if (match := pattern.search(said)) is not None
    }
    if is_absent and not found:
        return frozenset()
    if present and present.start() <= min(found.values(), default=len(said)):
        named = set(found) - {EXPRESSION}
        return frozenset(named) if named and present[0].lower() != "positive" else frozenset()
    return frozenset(found)


def _is_absent(said: str) -> bool:
    """`wild type`, `negative`: said at once, or right after what is absent."""
    absent = words.ABSENT.search(said)
    if absent is None:
        return False
    told = [m for p, _ in words.KINDS for m in p.finditer(said[: absent.start()])]
    told += list(words.PRESENT.finditer(said[: absent.start()]))
    told += list(_CHANGE.finditer(said[: absent.start()]))
    told += list(_EXON.finditer(said[: absent.start()]))
    if not told:
        return True
    return not said[max(m.end() for m in told) : absent.start()].strip(" -")


def _is_negated(before: str) -> bool:
    negations = list(words.NEGATION.finditer(before))
    return bool(negations) and not _TREATMENT.search(before[negations[-1].end() :])


def _origins(text: str) -> frozenset[str]:
    found = {"germline"} if _GERMLINE.search(text) else set()
    return frozenset(found | ({"somatic"} if _SOMATIC.search(text) else set()))


def _changes(said: str, name: _Name, is_own: bool) -> tuple[tuple[Change, ...], tuple[Change, ...]]:
    """The changes named, and those excepted; of another gene's words its exons alone."""
    cut = words.EXCEPT.search(said)
    kept, left = (said[: cut.start()], said[cut.end() :]) if cut else (said, "")
    changes, excepted = _named_changes(kept, name)
    more, _ = _named_changes(left, name)
    if not is_own:
        return tuple(each for each in changes if each.text.startswith("exon ")), ()
    return tuple(changes), (*excepted, *more)


def _named_changes(said: str, name: _Name) -> tuple[list[Change], list[Change]]:
    changes: list[Change] = []
    excepted: list[Change] = []
    for match in _CHANGE.finditer(said):
        place = excepted if match["non"] else changes
        place += _spelled(match)
    for match in _EXON.finditer(said):
        for exon in re.findall(r"\d+", match["exons"]):
            what = (match["what"] or "")[:3].lower()
            changes.append(Change(f"exon {exon} {what}".strip(), is_exact=False))
    if _ITD.search(said):
        changes.append(Change(ITD))
    if _TKD.search(said):
        changes.append(Change("TKD", is_exact=False))
    if "MET" in name.genes and _MET_EXON_14.search(said):
        changes.append(Change(MET_EXON_14))
    return changes, excepted


def _spelled(match: re.Match[str]) -> list[Change]:
    """`V600E/K` → Val600Glu, Val600Lys; `G12X` and `V600` → the residue alone."""
    alts = [each for each in match["alts"].split("/") if each and each != "X"]
    if not alts:
        residue = protein_change(f"{match['ref']}{match['at']}A")
        return [Change(residue[:-3], is_exact=False)] if residue else []
    named = (protein_change(f"{match['ref']}{match['at']}{alt}") for alt in alts)
    return [Change(each) for each in named if each]


def standalone(statement: Statement, change: str) -> Mention | None:
    """A mention of this very change without any gene: `T315I mutation`."""
    text = statement.text
    if words.NEUTRAL.search(text) or _names(text):
        return None
    for match in _CHANGE.finditer(text):
        if Change(change) in _spelled(match) and not match["non"]:
            before = text[max(0, match.start() - _FAR) : match.start()]
            wanted = (statement.section != EXCLUSION) != _is_negated(before)
            kinds = frozenset({MUTATION})
            part = bool(words.PARTS.search(text))
            return Mention((), kinds, (Change(change),), (), frozenset(), wanted, part)
    return None
