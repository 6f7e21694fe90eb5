"""The biomarker matrix: one row for each question of an evidence list, and where it stands."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from oncology.chart.model import Outcome, Result
from oncology.findings import Because, BiomarkerEntry, Finding, Source, Unresolved, Verdict
from oncology.guidance.artifact import Label, Row
from oncology.guidance.library import Guidance
from smartapp.beside import Made
from smartapp.opened import OpenedChart
from smartapp.pages import words
from smartapp.pages.words import Standing, capital, listed

PLACES = ("missing", "unusable", "repeat", "pending", "unknown", "resulted")
SHOWN = {"all": "All", "missing": "Missing", "actionable": "Positive"}
_ASKED = ("missing", "unusable", "repeat")
_SIGNIFICANCE = {
    "P": "pathogenic",
    "LP": "likely pathogenic",
    "VUS": "of uncertain significance",
    "LB": "likely benign",
    "B": "benign",
}


class Marker(Struct, frozen=True):
    """One row of the matrix. `on_file` are all results of these genes, newest first.

    `specimen` is what guidance asks to test, `made` how the result shown was made.
    """

    id: str
    name: str
    alteration: str
    standing: Standing
    place: str
    result: str
    origin: str
    specimen: str
    date: str
    why: str
    strength: str
    note: str
    sources: tuple[Source, ...]
    labels: tuple[Label, ...]
    because: tuple[Because, ...]
    on_file: tuple[Result, ...]
    made: Made
    differ: int
    is_found: bool
    is_asked: bool


class BriefRow(Struct, frozen=True):
    """A line of the summary: one marker, or all that have no result at all."""

    names: str
    standing: Standing
    result: str
    date: str
    because: tuple[Because, ...]


class Matrix(Struct, frozen=True):
    """The markers of one finding, those to act on first."""

    id: str
    title: str
    subject: str
    version: str
    cancer: str
    answer: str
    rests: str
    why: str
    markers: tuple[Marker, ...]
    because: tuple[Because, ...]
    unresolved: tuple[Unresolved, ...]
    unread: tuple[Because, ...]
    total: int

    @property
    def asked(self) -> tuple[Marker, ...]:
        """Those that have no usable result on file."""
        return tuple(each for each in self.markers if each.is_asked)

    @property
    def brief(self) -> tuple[BriefRow, ...]:
        """The lines of the summary: those without any result together, where the first is."""
        lacking = [e for e in self.markers if e.standing is words.NO_RESULT and not e.because]
        rows = []
        for each in self.markers:
            if each not in lacking:
                name = _with_origin(each)
                row = BriefRow(name, each.standing, each.result, each.date, each.because)
                rows.append(row)
            elif each is lacking[0]:
                names = listed(map(_with_origin, lacking))
                rows.append(BriefRow(names, each.standing, "", "", ()))
        return tuple(rows)

    @property
    def resulted(self) -> int:
        """How many rows have a result on file."""
        return sum(each.place == "resulted" for each in self.markers)


def _with_origin(marker: Marker) -> str:
    is_said = marker.origin != "germline" or "germline" in marker.name
    return marker.name if is_said else f"{marker.name} germline"


def matrices(opened: OpenedChart, guidance: Guidance, show: str = "all") -> tuple[Matrix, ...]:
    """One matrix for each evidence list that applies, or may apply."""
    return tuple(
        _matrix(finding, opened, guidance, show)
        for finding in opened.findings
        if finding.kind == "biomarker-testing" and finding.answer is not Verdict.DOES_NOT_APPLY
    )


def other_results(opened: OpenedChart, shown: Iterable[Matrix]) -> tuple[Result, ...]:
    """Results on file that no evidence list of this patient asks for."""
    used = {each.reference for matrix in shown for m in matrix.markers for each in m.on_file}
    return tuple(each for each in opened.chart.results if each.reference not in used)


def _matrix(finding: Finding, opened: OpenedChart, guidance: Guidance, show: str) -> Matrix:
    artifact = guidance.artifacts[finding.guidance]
    rows = {row.id: row for row in artifact.rows}
    sources = {source.id: source for source in finding.sources}
    every = []
    for place in PLACES:
        for entries in _by_row(getattr(finding.biomarkers, place, ())):
            every.append(_marker(place, entries, rows[entries[0].row], sources, opened))
    every.sort(key=_rank)
    return Matrix(
        id=finding.guidance,
        title=finding.title,
        subject=finding.subject or finding.title,
        version=finding.version,
        cancer=finding.cancer,
        answer=finding.answer.value,
        rests=finding.rests,
        why=finding.why,
        markers=tuple(each for each in every if _is_shown(each, show)),
        because=finding.because,
        unresolved=finding.unresolved,
        unread=finding.unread,
        total=len(every),
    )


def _is_shown(marker: Marker, show: str) -> bool:
    if show == "missing":
        return marker.is_asked or marker.place == "unknown"
    return marker.is_found if show == "actionable" else True


def _rank(marker: Marker) -> int:
    """What was found first, then what is asked for, then what is open, then the rest."""
    if marker.is_found:
        return 0
    order = ("missing", "unusable", "repeat", "pending", "unknown", "resulted")
    return 1 + order.index(marker.place)


def _by_row(entries: tuple[BiomarkerEntry, ...]) -> list[list[BiomarkerEntry]]:
    """Genes of one row that stand alike are one line: germline BRCA1 and BRCA2."""
    groups: dict[tuple[object, ...], list[BiomarkerEntry]] = {}
    for entry in entries:
        days = tuple(each.date for each in entry.because)
        key = (entry.row, entry.show, entry.text, days, entry.is_due)
        groups.setdefault(key, []).append(entry)
    return list(groups.values())


def _marker(
    place: str,
    entries: list[BiomarkerEntry],
    row: Row,
    sources: dict[str, Source],
    opened: OpenedChart,
) -> Marker:
    entry = entries[0]
    on_file = _on_file(entries, row, opened)
    shown = _shown(entry, on_file)
    standing = _standing(place, entry, shown)
    return Marker(
        id=f"{entry.row}-{entry.biomarker}",
        name=entry.show,
        alteration=entry.alteration,
        standing=standing,
        place=place,
        result=_result_words(place, entry, shown, standing),
        origin=entry.origin,
        specimen=entry.specimen,
        date=words.when(entry.because[0].date) if entry.because else "",
        why=entry.why,
        strength=words.STRENGTHS.get(entry.strength, entry.strength),
        note=row.note,
        sources=tuple(sources[each] for each in entry.sources if each in sources),
        labels=row.labels,
        because=tuple(dict.fromkeys(said for each in entries for said in each.because)),
        on_file=on_file,
        made=opened.beside.tests.get(shown.reference, Made()) if shown else Made(),
        differ=_differing(on_file) if entry.is_actionable is None else 0,
        is_found=place == "resulted" and entry.is_actionable is not False,
        is_asked=place in _ASKED,
    )


def _on_file(entries: list[BiomarkerEntry], row: Row, opened: OpenedChart) -> tuple[Result, ...]:
    """Every result on file of the genes of this line, whatever it came to."""
    names = {g for each in entries for g in row.genes.get(each.biomarker, (each.biomarker,))}
    return tuple(
        each
        for each in opened.chart.results
        if names.intersection(each.biomarkers)
        and (row.origin == "germline") == (each.origin == "germline")
    )


def _shown(entry: BiomarkerEntry, on_file: tuple[Result, ...]) -> Result | None:
    references = {each.reference for each in entry.because}
    return next((each for each in on_file if each.reference in references), None)


def _differing(on_file: tuple[Result, ...]) -> int:
    usable = [each for each in on_file if each.outcome.is_usable]
    return len(usable) if len({each.is_actionable for each in usable}) > 1 else 0


def _standing(place: str, entry: BiomarkerEntry, shown: Result | None) -> Standing:
    if place == "unknown":
        return words.NOT_CLEAR if entry.is_due else words.MAYBE_DUE
    if place != "resulted":
        return {
            "missing": words.NO_RESULT,
            "unusable": words.FAILED,
            "repeat": words.REPEAT,
            "pending": words.PENDING,
        }[place]
    if entry.is_actionable is None:
        return words.DIFFER
    return outcome_standing(shown) if shown else words.REPORTED


def outcome_standing(result: Result) -> Standing:
    """The standing of one result by itself."""
    if result.outcome is Outcome.POSITIVE:
        return words.POSITIVE if result.is_actionable else words.UNCERTAIN
    return {
        Outcome.NEGATIVE: words.NEGATIVE if "protein" in result.sees else words.ABSENT,
        Outcome.REPORTED: words.REPORTED,
        Outcome.PENDING: words.PENDING,
        Outcome.FAILED: words.FAILED,
        Outcome.INDETERMINATE: words.UNCERTAIN,
    }.get(result.outcome, words.NOT_CLEAR)


def _result_words(
    place: str, entry: BiomarkerEntry, shown: Result | None, standing: Standing
) -> str:
    """What came out; empty when the standing already says it."""
    if place == "missing" or not shown or not shown.variant:
        said = capital(entry.text)
    else:
        said = variant_words(shown)
    return "" if said == standing.word else said


def variant_words(result: Result) -> str:
    """The result with its variant as received: protein, coding, significance."""
    variant = result.variant
    if variant is None:
        return capital(result.text)
    parts = [result.text]
    parts += [
        each for each in (variant.protein, variant.coding) if each and each not in result.text
    ]
    if variant.significance:
        said = _SIGNIFICANCE.get(variant.significance, variant.significance)
        parts += [] if said in result.text else [said]
    return capital(", ".join(parts))
