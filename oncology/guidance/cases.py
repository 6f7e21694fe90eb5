"""Cases beside an artifact: written by hand, judged like any chart, compared with what is expected.

`guidance/<artifact>/cases.toml` holds `as_of`, words shared by its cases ([codes], [groups],
`patient`), [[case]] entries in the words of `case_words.py`, and [[unreached]] entries for what
no case can show, each with its reason.
"""

from __future__ import annotations

import datetime
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from oncology.chart.read import read_chart
from oncology.dates import PartialDate
from oncology.evaluate import Evaluation
from oncology.findings import BiomarkerEntry, Finding
from oncology.guidance.artifact import Artifact
from oncology.guidance.case_charts import CaseFault, chart_of
from oncology.guidance.case_words import Unreached, Words, WrittenCase
from oncology.guidance.library import Guidance
from oncology.reading.decode import read_records
from oncology.reading.records import Reach

Entry = TypeVar("Entry", WrittenCase, Unreached)

_FILE = "cases.toml"
_SHARED = ("codes", "groups", "patient")
_KEYS = ("as_of", *_SHARED, "case", "unreached")
_PLACES = ("missing", "pending", "resulted", "unusable", "repeat", "unknown")
# A row is covered by cases where it is due and nothing is on file, with a result, with an open
# order, and with a sample that failed.
_COVERED = ("missing", "resulted", "pending", "unusable")
# Where no result can be recognised, neither can an order or a failed sample.
_WITH_RESULTED = ("pending", "unusable")


class CaseBook(Struct, frozen=True):
    """One cases.toml: its cases, and the faults of what could not be read."""

    path: Path
    as_of: datetime.date
    words: Words
    cases: tuple[WrittenCase, ...]
    unreached: tuple[Unreached, ...]
    faults: tuple[str, ...]


def check_cases(artifact: Artifact, guidance: Guidance) -> list[str]:
    """All faults of the artifact's cases: not readable, not as expected, or rows left out.

    An empty list means that every case came out as written and every active row and every
    rule is covered.
    """
    book = read_cases(Path(artifact.path).parent / _FILE)
    faults = list(book.faults)
    for case in book.cases:
        faults += judge_case(case, book, artifact, guidance)
    return faults + uncovered(book, artifact, guidance)


def read_cases(path: Path) -> CaseBook:
    """The cases of one file; what cannot be read becomes a fault with its place."""
    faults: list[str] = []
    data: dict[str, Any] = {}
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        faults.append(f"{path}: not valid TOML: {error}")
    for key in data:
        if key not in _KEYS:
            faults.append(f"{path}: {key!r} is not known at the top. Use {', '.join(_KEYS)}.")
    as_of = data.get("as_of")
    if not isinstance(as_of, datetime.date):
        faults.append(f"{path}: as_of is missing. Add the day the cases are judged on, unquoted.")
        as_of = datetime.date.min
    words = Words()
    try:
        words = msgspec.convert({key: data[key] for key in _SHARED if key in data}, Words)
    except msgspec.ValidationError as error:
        faults.append(f"{path}: {error}. Correct that word at the top.")
    cases = _entries_of(data, "case", WrittenCase, path, faults)
    unreached = _entries_of(data, "unreached", Unreached, path, faults)
    names = [case.name for case in cases]
    for name in dict.fromkeys(names):
        if names.count(name) > 1:
            faults.append(f"{path}: two cases are named {name!r}. Say what sets them apart.")
    if not cases:
        faults.append(f"{path}: no [[case]]. An artifact without cases is not tested.")
    return CaseBook(path, as_of, words, cases, unreached, tuple(faults))


def _entries_of(
    data: dict[str, Any], key: str, kind: type[Entry], path: Path, faults: list[str]
) -> tuple[Entry, ...]:
    read: list[Entry] = []
    for number, entry in enumerate(data.get(key, []), 1):
        try:
            read += [msgspec.convert(each, kind) for each in _written_out(entry)]
        except msgspec.ValidationError as error:
            name = entry.get("name", "no name")
            faults.append(f"{path}: {key} {number} ({name}): {error}. Correct that word.")
    return tuple(read)


def _written_out(entry: dict[str, Any]) -> list[dict[str, Any]]:
    """One entry for each of its `each`, with that word in the place of every `{each}`."""
    rest = {key: value for key, value in entry.items() if key != "each"}
    return [_filled(rest, word) for word in entry["each"]] if "each" in entry else [rest]


def _filled(value: Any, word: str) -> Any:
    if isinstance(value, dict):
        return {key: _filled(item, word) for key, item in value.items()}
    if isinstance(value, list):
        return [_filled(item, word) for item in value]
    return value.replace("{each}", word) if isinstance(value, str) else value


def find(case: WrittenCase, book: CaseBook, artifact: Artifact, guidance: Guidance) -> Finding:
    """The artifact's finding for a case: the whole road from FHIR bytes on.

    Raises CaseFault when the words of the case have no meaning.
    """
    terminology = guidance.terminology
    records = read_records(chart_of(case, book.words, terminology))
    records.reach.update(dict.fromkeys(case.not_read, Reach.LACKING))
    day = case.as_of or book.as_of
    chart = read_chart(records, terminology)
    return Evaluation(chart, guidance, PartialDate(day, day)).finding(artifact.id)


def judge_case(
    case: WrittenCase, book: CaseBook, artifact: Artifact, guidance: Guidance
) -> list[str]:
    """How the finding differs from what the case expects; empty when it does not."""
    place = f"{book.path}: case {case.name!r}"
    faults = []
    if "answer" not in case.expect:
        faults.append(f"{place}: expects no answer. Add answer = one of the four.")
    try:
        finding = find(case, book, artifact, guidance)
    except CaseFault as fault:
        return [*faults, f"{place}: {fault}. Correct it or add it to [codes]."]
    return faults + differences(finding, case, book, artifact)


def differences(
    finding: Finding, case: WrittenCase, book: CaseBook, artifact: Artifact
) -> list[str]:
    """A fault for each expectation of the case that a finding of the artifact does not meet."""
    place = f"{book.path}: case {case.name!r}"
    faults = []
    for key, expected in case.expect.items():
        read = _READERS.get(key)
        if read is None:
            known = ", ".join(_READERS)
            faults.append(f"{place}: cannot expect {key!r}. Known: {known}.")
            continue
        got = read(finding, artifact)
        wanted = sorted(book.words.spelled(expected)) if isinstance(expected, list) else expected
        if got != wanted:
            faults.append(
                f"{place}: expected {key} = {wanted!r}, got {got!r}. "
                "Decide by the source which is right and correct the other."
            )
    return faults


def _rows(place: str) -> Callable[[Finding, Artifact], list[str]]:
    """Rows in one place; `row/ER` when another biomarker of the row stands elsewhere."""

    def rows(finding: Finding, artifact: Artifact) -> list[str]:
        here: tuple[BiomarkerEntry, ...] = getattr(finding.biomarkers, place, ())
        named: dict[str, set[str]] = {}
        for entry in here:
            named.setdefault(entry.row, set()).add(entry.biomarker)
        whole = {row.id: set(row.biomarkers) for row in artifact.rows}
        return sorted(
            word
            for row, names in named.items()
            for word in ([row] if names == whole[row] else [f"{row}/{name}" for name in names])
        )

    return rows


def _asks(finding: Finding, _: Artifact) -> list[str]:
    return sorted(each.fact for each in finding.unresolved if each.question)


# What a case may expect. Lists are compared without regard to order.
_READERS: dict[str, Callable[[Finding, Artifact], Any]] = {
    "answer": lambda finding, _: finding.answer.value,
    **{place: _rows(place) for place in _PLACES},
    "settings": lambda finding, _: sorted(finding.settings),
    "criteria": lambda finding, _: {each.id: each.answer for each in finding.criteria},
    "needs": lambda finding, _: sorted({need for each in finding.criteria for need in each.needs}),
    "asks": _asks,
    "unresolved": lambda finding, _: sorted(each.fact for each in finding.unresolved),
    "say": lambda finding, _: finding.say,
    "told": lambda finding, _: {each.id: each.text for each in finding.criteria},
    "shows": lambda finding, _: finding.shows,
    "rests": lambda finding, _: bool(finding.rests),
    "subject": lambda finding, _: finding.subject,
    "because": lambda finding, _: sorted(each.text for each in finding.because),
}


def uncovered(book: CaseBook, artifact: Artifact, guidance: Guidance) -> list[str]:
    """Active rows that no case expects in one of the places, and rules that no case meets."""
    wanted = {(row.id, place) for row in artifact.active_rows for place in _COVERED}
    wanted |= {(rule.say, "rule") for rule in artifact.rules}
    reached = {
        (word.partition("/")[0], place)
        for case in book.cases
        for place in _COVERED
        for word in book.words.spelled(case.expect.get(place, []))
    }
    if artifact.rules:
        reached |= {(_said(case, book, artifact, guidance), "rule") for case in book.cases}
    excused = {(each.row or each.rule, each.place or "rule") for each in book.unreached}
    implied = {
        (row, each) for row, place in excused if place == "resulted" for each in _WITH_RESULTED
    }
    faults = [
        f"{book.path}: no case for {name!r} ({place}). Write one, or say under [[unreached]] why."
        for name, place in sorted(wanted - reached - excused - implied)
    ]
    faults += [
        f"{book.path}: [[unreached]] {name!r} ({place}) is no row or rule. Remove it."
        for name, place in sorted(excused - wanted)
    ]
    return faults + [
        f"{book.path}: [[unreached]] {name!r} ({place}) has a case. Remove the excuse."
        for name, place in sorted(excused & wanted & reached)
    ]


def _said(case: WrittenCase, book: CaseBook, artifact: Artifact, guidance: Guidance) -> str:
    try:
        return find(case, book, artifact, guidance).say
    except CaseFault:
        return ""
