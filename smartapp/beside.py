"""What pages show beside the judged chart: how a test was made, procedures, performance status.

No finding rests on it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from oncology.chart.answers import FINAL, loinc, number, observation_date
from oncology.chart.subject import Subject
from oncology.dates import PartialDate, parse_date
from oncology.reading.bundle import READ_TYPES
from oncology.reading.elements import CodeableConcept, Period, Reference
from oncology.reading.medication import Medication
from oncology.reading.observation import Observation
from oncology.reading.orders import DiagnosticReport, Procedure, Specimen, SpecimenCollection
from oncology.reading.patient import Patient
from oncology.reading.records import Records

# LOINC names of the two scales mCODE asks for (ECOG and Karnofsky performance status profiles).
_PERFORMANCE = {"89247-1": "ECOG", "89243-0": "Karnofsky"}
_NOT_DONE = ("entered-in-error", "not-done", "unavailable", "unsatisfactory")
# Where resources of the types we read say when, the best first.
_DAYS = (
    "effective_date_time",
    "effective_instant",
    "effective_period",
    "occurence_date_time",
    "performed_date_time",
    "performed_period",
    "occurrence_date_time",
    "issued",
    "authored_on",
    "onset_date_time",
    "recorded_date",
    "date_asserted",
    "date",
)


class Made(Struct, frozen=True):
    """How one result was made, as recorded; what is not recorded is empty."""

    specimen: str = ""
    method: str = ""
    laboratory: str = ""


class Happening(Struct, frozen=True):
    """A specimen taken or a procedure done."""

    kind: str
    text: str
    date: PartialDate | None
    reference: str


class Held(Struct, frozen=True):
    """One resource that came: its type, its own words for what it is, and its day."""

    resource_type: str
    reference: str
    words: str
    date: PartialDate | None


class Beside(Struct, frozen=True):
    """All of it. `tests` by the reference of the result; `performance` is the newest on file."""

    tests: dict[str, Made] = {}
    happenings: tuple[Happening, ...] = ()
    performance: Happening | None = None
    held: tuple[Held, ...] = ()

    @property
    def newest(self) -> dict[str, PartialDate]:
        """The newest day of each type that has one."""
        found: dict[str, PartialDate] = {}
        for each in self.held:
            known = found.get(each.resource_type)
            if each.date and (known is None or each.date.latest > known.latest):
                found[each.resource_type] = each.date
        return found


def read_beside(records: Records, patient_id: str | None) -> Beside:
    """Read it from the records of one patient; those of another are left out."""
    subject = Subject(records, patient_id)
    observations = subject.own(Observation)
    return Beside(
        tests=_tests(records, subject, observations),
        happenings=(*_specimens(records, subject), *_procedures(records, subject)),
        performance=_performance(records, observations),
        held=tuple(_held(records, subject)),
    )


def words(concept: CodeableConcept | None) -> str:
    """The words of a concept: its text, else the first display."""
    if concept is None:
        return ""
    return (
        concept.text or next((c.display for c in concept.coding if c.display), "") or ""
    ).strip()


def _tests(records: Records, subject: Subject, observations: list[Observation]) -> dict[str, Made]:
    specimens = {records.reference_to(each): each for each in subject.own(Specimen)}
    laboratories = _laboratories(records, subject)
    found = {}
    for each in observations:
        reference = records.reference_to(each)
        made = Made(
            _specimen_words(each.specimen, specimens, records),
            words(each.method),
            laboratories.get(reference, ""),
        )
        if made != Made():
            found[reference] = made
    return found


def _specimen_words(
    stated: Reference | None, specimens: dict[str, Specimen], records: Records
) -> str:
    if stated is None:
        return ""
    known = specimens.get(records.local(stated.reference)) if stated.reference else None
    return (words(known.type) if known else "") or stated.display or ""


def _laboratories(records: Records, subject: Subject) -> dict[str, str]:
    """The performer that each result's report names, by the reference of the result."""
    found = {}
    for report in subject.own(DiagnosticReport):
        stated = report.performer
        performers = (stated,) if isinstance(stated, Reference) else stated
        name = next((each.display for each in performers if each.display), "")
        for result in report.result if name else ():
            if result.reference:
                found[records.local(result.reference)] = name
    return found


def _specimens(records: Records, subject: Subject) -> Iterator[Happening]:
    for each in subject.own(Specimen):
        if each.status in _NOT_DONE:
            continue
        day = _day(each)
        text = words(each.type) or "Specimen, type not recorded"
        yield Happening("Specimen", text, day, records.reference_to(each))


def _procedures(records: Records, subject: Subject) -> Iterator[Happening]:
    for each in subject.own(Procedure):
        if each.status not in _NOT_DONE:
            text = words(each.code) or "Procedure, not named"
            yield Happening("Procedure", text, _day(each), records.reference_to(each))


def _performance(records: Records, observations: list[Observation]) -> Happening | None:
    """The newest final score on one of the two scales."""
    found = []
    for each in observations:
        scale = _PERFORMANCE.get(loinc(each.code) or "")
        score = _score(each)
        if scale and score and each.status in FINAL:
            day = observation_date(each)
            reference = records.reference_to(each)
            found.append(Happening("Performance", f"{scale} {score}", day, reference))
    return max(
        found, key=lambda each: each.date.latest.toordinal() if each.date else 0, default=None
    )


def _score(observation: Observation) -> str:
    if observation.value_integer is not None:
        return str(observation.value_integer)
    return number(observation.value_quantity) if observation.value_quantity else ""


def _held(records: Records, subject: Subject) -> Iterator[Held]:
    """Everything that came of this patient, in the order received."""
    for name, kind in READ_TYPES.items():
        if kind in (Patient, Medication):
            continue
        for each in subject.own(kind):
            told = words(_concept(each))
            yield Held(name, records.reference_to(each), told, _day(each))


def _concept(resource: Any) -> CodeableConcept | None:
    for field in ("code", "medication_codeable_concept", "type", "relationship"):
        concept = getattr(resource, field, None)
        if isinstance(concept, CodeableConcept):
            return concept
    return None


def _day(resource: Any) -> PartialDate | None:
    if isinstance(resource, Specimen):
        taken = resource.collection or SpecimenCollection()
        return parse_date(taken.collected_date_time) or _of_period(taken.collected_period)
    for field in _DAYS:
        value = getattr(resource, field, None)
        day = _of_period(value) if isinstance(value, Period) else parse_date(value)
        if day is not None:
            return day
    return None


def _of_period(period: Period | None) -> PartialDate | None:
    return parse_date(period.end or period.start) if period else None
