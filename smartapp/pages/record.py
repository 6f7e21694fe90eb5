"""The record as read: every resource the judgement may use, with its date and what was read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from oncology.chart.model import Chart, Diagnosis
from oncology.dates import PartialDate, Span
from oncology.family.model import Person
from oncology.family.read import read_pedigree
from oncology.guidance.library import Guidance
from smartapp.opened import Loaded, OpenedChart, Reading
from smartapp.pages.biomarkers import variant_words
from smartapp.pages.frame import STATES
from smartapp.pages.words import KINDS, RESOURCES, capital, listed, resource_words, when

# So many of one type are listed, beside those a finding rests on, until all are asked for.
MOST_LISTED = 200


class Item(Struct):
    """One resource: what was read of it, and which guidance used it, by its title."""

    reference: str
    date: str
    lines: list[str]
    used_by: list[str]
    is_partial: bool = False


class Part(Struct, frozen=True):
    """The resources of one type; `held` are more than `items` when some are left out."""

    resource_type: str
    words: str
    items: tuple[Item, ...]
    held: int


class Search(Struct, frozen=True):
    """How reading one type went; `newest` is the newest day of the type."""

    what: str
    resource_type: str
    state: str
    is_whole: bool
    count: int
    words: str
    newest: str


def parts(opened: OpenedChart, guidance: Guidance) -> tuple[Part, ...]:
    """The resources by type, in the order of the words."""
    items: dict[str, Item] = {}
    for reference, date, line in _lines(opened, guidance):
        item = items.setdefault(reference, Item(reference, "", [], []))
        if date and not item.date:
            item.date, item.is_partial = when(date), not date.is_day
        if line not in item.lines:
            item.lines.append(line)
    _add_uses(items, opened)
    types: dict[str, list[Item]] = {name: [] for name in RESOURCES}
    for reference, item in items.items():
        types.setdefault(_type_of(reference), []).append(item)
    return tuple(
        Part(name, resource_words(name), tuple(each), len(each))
        for name, each in types.items()
        if each
    )


def shortened(whole: tuple[Part, ...]) -> tuple[Part, ...]:
    """Of a long part those that findings rest on, and others until there are enough."""
    return tuple(map(_shortened, whole))


def _shortened(part: Part) -> Part:
    if part.held <= MOST_LISTED:
        return part
    spare = MOST_LISTED - sum(1 for each in part.items if each.used_by)
    kept = []
    for each in part.items:
        if each.used_by or spare > 0:
            kept.append(each)
            spare -= 0 if each.used_by else 1
    return replace(part, items=tuple(kept))


def opened_from(opened: OpenedChart, guidance: Guidance) -> tuple[Item, ...]:
    """The resources the EHR opened the app on, with what was read of each."""
    if not opened.focus.references:
        return ()
    found = {each.reference: each for part in parts(opened, guidance) for each in part.items}
    return tuple(found[each] for each in opened.focus.references if each in found)


def searches(opened: OpenedChart) -> tuple[Search, ...]:
    """What was asked of the EHR, and what became of it."""
    return tuple(search(each, opened.beside.newest) for each in opened.loaded)


def search(loaded: Loaded, newest: Mapping[str, PartialDate]) -> Search:
    """One search in words; `newest` are the newest days by type, where they are known."""
    kind = loaded.resource_type
    return Search(
        what=resource_words(kind) + (f", {loaded.part}" if loaded.part else ""),
        resource_type=kind,
        state=STATES[loaded.state],
        is_whole=loaded.state is Reading.READ,
        count=loaded.count,
        words=loaded.words,
        newest=when(newest[kind]) if kind in newest else "",
    )


def _type_of(reference: str) -> str:
    known = reference.split("/", 1)[0]
    return known if known in RESOURCES else "Other"


def _add_uses(items: dict[str, Item], opened: OpenedChart) -> None:
    """What findings, notes and the focus point at is listed even when nothing was read of it."""
    for finding in opened.findings:
        said = list(finding.because + finding.unread)
        if finding.biomarkers:
            known = finding.biomarkers
            for entry in known.asked + known.pending + known.resulted + known.unknown:
                said += entry.because
        for because in said:
            if not because.reference:
                continue
            date = when(because.date) if because.date else ""
            item = items.setdefault(
                because.reference, Item(because.reference, date, [because.text], [])
            )
            user = f"{finding.title}, {KINDS.get(finding.kind, finding.kind).lower()}"
            if user not in item.used_by:
                item.used_by.append(user)
    for reference in opened.focus.references:
        items.setdefault(reference, Item(reference, "", ["Nothing was read of it"], []))
    for note in opened.notes:
        if note.reference and note.reference not in items:
            items[note.reference] = Item(note.reference, "", [note.problem], [])


Line = tuple[str, PartialDate | None, str]


def _lines(opened: OpenedChart, guidance: Guidance) -> Iterator[Line]:
    """Reference, date and what was read, of everything in the chart."""
    chart = opened.chart
    yield from _person(chart)
    yield from _conditions(chart)
    yield from _observations(chart)
    yield from _others(chart)
    yield from _beside(opened)
    today = PartialDate(opened.today, opened.today)
    pedigree = read_pedigree(chart, guidance.terminology, today)
    for relative in pedigree.relatives:
        for reference in relative.references:
            yield reference, None, _relative(relative)
    for relative in pedigree.by_adoption:
        told = f"{capital(relative.label)}: related by adoption, not used"
        yield relative.reference, None, told
    for hidden in chart.hidden:
        yield hidden.reference, None, "Could not be used: every fact it may hold is unknown"


def _beside(opened: OpenedChart) -> Iterator[Line]:
    """What no rule rests on, and the pages show."""
    for each in opened.beside.happenings:
        yield each.reference, each.date, each.text
    if opened.beside.performance:
        score = opened.beside.performance
        yield score.reference, score.date, f"Performance status: {score.text}"


def _at(age: Span) -> str:
    words = age.words()
    return f" at {words}" if words else ""


def _relative(relative: Person) -> str:
    cancers = [
        f"{each.name}{_at(each.age)}{'' if each.is_certain else ', not certain'}"
        for each in relative.cancers
    ]
    traits = [each.display for each in relative.traits]
    tests = [f"tested for {each.text}" for each in relative.other_tests]
    told = listed(cancers + traits + tests)
    if not told:
        told = "no cancer recorded" if relative.is_health_known else "health not known"
    return f"{capital(relative.label)}: {told}"


def _person(chart: Chart) -> Iterator[Line]:
    person = chart.person
    birth = f"born {when(person.birth)}" if person.birth else "birth date not recorded"
    died = ", recorded as deceased" if person.deceased else ""
    yield person.reference, None, f"Sex {person.sex or 'not recorded'}, {birth}{died}"


def _conditions(chart: Chart) -> Iterator[Line]:
    for each in chart.diagnoses:
        yield each.reference, each.date, _diagnosis(each)
    for spread in chart.metastases:
        status = f"{spread.activity.value}, {spread.verification.value}"
        yield spread.reference, spread.date, f"Spread: {spread.display} ({status})"
    for item in chart.history:
        yield item.reference, item.date, f"{item.display} ({item.kind.replace('-', ' ')})"


def _diagnosis(each: Diagnosis) -> str:
    parts = [each.display, each.activity.value, f"verification {each.verification.value}"]
    if each.histology:
        parts.append(f"histology {each.histology}")
    age = each.onset_age.words()
    if age:
        parts.append(f"at age {age}")
    return ", ".join(parts)


def _observations(chart: Chart) -> Iterator[Line]:
    for each in chart.results:
        names = listed(each.biomarkers) or "gene not named"
        problem = f" ({each.problem})" if each.problem else ""
        source = "" if each.origin == "unknown" else f", {each.origin}"
        yield each.reference, each.date, f"{names}: {variant_words(each)}{source}{problem}"
    for stage in chart.stages:
        told = stage.value or "recorded, not understood"
        yield stage.reference, stage.date, f"{capital(stage.kind.replace('-', ' '))}: {told}"
    for text in chart.family_texts:
        yield text.reference, text.date, "Family history in words: read as proposals, never counted"
    for status in chart.statuses:
        told = status.trend or "recorded, not understood"
        yield status.reference, status.date, f"Disease status: {told}"


def _others(chart: Chart) -> Iterator[Line]:
    for order in chart.orders:
        state = {True: "open", False: "closed", None: "state not known"}[order.is_open]
        asked = order.asked.display or order.asked.means.replace("-", " ")
        yield order.reference, order.date, f"{capital(asked)}, {state}"
    for report in chart.reports:
        held = "with results sent beside it" if report.has_results else report.text
        final = {True: "final", False: "not final", None: "state not known"}[report.is_final]
        yield report.reference, report.date, f"{capital(held)}, {final}"
    for drug in chart.drugs:
        taken = {True: "taken", False: "not taken", None: "whether taken is not recorded"}
        name = capital(drug.ingredient) or "Cancer drug, not named"
        phase = f", {drug.phase}" if drug.phase else ""
        yield drug.reference, drug.date, f"{name}, {taken[drug.taken]}{phase}"
