"""The chart summary: resources as the rows of small tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sandbox.charts import Chart
from sandbox.words import (
    age_on,
    age_words,
    codes,
    concept_words,
    date_words,
    first,
    items,
    quantity_words,
    text,
)

_GENE = "48018-6"  # LOINC: gene studied
_BLOOD_PRESSURE = ("8480-6", "8462-4")  # LOINC: systolic, diastolic
_ROUTINE = {"718-7", "777-3", "2160-0", "4548-4"}  # LOINC: blood counts and chemistry
_VITALS = "vital-signs"
_DRUG_TYPES = ("MedicationRequest", "MedicationStatement", "MedicationAdministration")

Resource = dict[str, Any]


@dataclass(frozen=True)
class Row:
    """One line of a table: what, its value, a note in small print, when, and a status."""

    name: str
    value: str = ""
    note: str = ""
    when: str = ""
    status: str = ""


@dataclass(frozen=True)
class Table:
    """What a small table of the chart shows, and of which resources."""

    id: str
    title: str
    columns: tuple[str, str, str]
    row: Callable[[Resource], Row]
    is_routine: bool = False


@dataclass(frozen=True)
class Section:
    """One small table with its rows."""

    table: Table
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Banner:
    """Who the patient is."""

    name: str
    age: str
    sex: str
    born: str
    record_number: str
    died: str


def banner(chart: Chart, today: date) -> Banner:
    """The patient banner on a day."""
    patient = chart.patient
    died = date_words(patient.get("deceasedDateTime"))
    end = patient.get("deceasedDateTime")
    day = date.fromisoformat(end[:10]) if isinstance(end, str) and len(end) >= 10 else today
    age = age_on(patient.get("birthDate"), day)
    return Banner(
        name=chart.name,
        age=f"{age} y" if age is not None else "age not recorded",
        sex=text(patient.get("gender")) or "sex not recorded",
        born=date_words(patient.get("birthDate")) or "not recorded",
        record_number=text(first(patient.get("identifier")).get("value")),
        died=died or ("yes" if patient.get("deceasedBoolean") is True else ""),
    )


def sections(chart: Chart) -> list[Section]:
    """The tables of a chart, newest first; a table without rows is left out."""
    observed = _of(chart, "Observation")
    vitals = [each for each in observed if _VITALS in codes(each.get("category"))]
    routine = [each for each in observed if codes(each.get("code")) & _ROUTINE]
    others = [each for each in observed if each not in vitals and each not in routine]
    filled = (
        (_PROBLEMS, _of(chart, "Condition")),
        (_RESULTS, others),
        (_ORDERS, _of(chart, "ServiceRequest", "ProcedureRequest")),
        (_DRUGS, _of(chart, *_DRUG_TYPES)),
        (_PROCEDURES, _of(chart, "Procedure")),
        (_FAMILY, _of(chart, "FamilyMemberHistory")),
        (_REPORTS, _of(chart, "DiagnosticReport")),
        (_BLOOD, routine),
        (_VITAL_SIGNS, vitals),
    )
    return [Section(table, tuple(map(table.row, found))) for table, found in filled if found]


def ordered(resource: Resource) -> str:
    """What an order or another filed resource is about, in words."""
    for name in ("code", "medicationCodeableConcept", "relationship", "type", "activity"):
        if words := concept_words(resource.get(name)):
            return words
    return text(resource.get("resourceType"))


def _of(chart: Chart, *kinds: str) -> list[Resource]:
    """The patient's own resources of these types, newest first."""
    mine = [each for each in chart.resources if each.get("resourceType") in kinds]
    mine = [each for each in mine if _is_of(each, chart.patient_id)]
    return sorted(mine, key=_date, reverse=True)


def _is_of(resource: Resource, patient_id: str) -> bool:
    who = first(resource.get("subject")) or first(resource.get("patient"))
    reference = text(who.get("reference"))
    return not reference or reference.endswith(patient_id)


def _date(resource: Resource) -> str:
    names = (
        "effectiveDateTime",
        "onsetDateTime",
        "recordedDate",
        "authoredOn",
        "performedDateTime",
        "issued",
        "date",
    )
    return next((text(resource[name]) for name in names if text(resource.get(name))), "")


def _unless(usual: tuple[str, ...], status: Any) -> str:
    """A status worth showing: not the usual one."""
    said = text(status)
    return "" if said in usual else said


def _problem(condition: Resource) -> Row:
    clinical = concept_words(condition.get("clinicalStatus")).lower()
    verified = concept_words(condition.get("verificationStatus")).lower()
    states = (_unless(("active",), clinical), _unless(("confirmed",), verified))
    icd = [
        text(coding.get("code"))
        for coding in items(first(condition.get("code")).get("coding"))
        if "icd-10" in text(coding.get("system"))
    ]
    histology = [
        concept_words(extension.get("valueCodeableConcept"))
        for extension in items(condition.get("extension"))
    ]
    return Row(
        name=concept_words(condition.get("code")) or "Problem without a code",
        note=" · ".join(part for part in (*icd, *histology) if part),
        when=date_words(condition.get("onsetDateTime") or condition.get("recordedDate")),
        status=", ".join(state for state in states if state),
    )


def _result(observation: Resource) -> Row:
    parts = items(observation.get("component"))
    genes = [_value(part) for part in parts if _GENE in codes(part.get("code"))]
    notes = [_value(part) for part in parts if _GENE not in codes(part.get("code"))]
    name = concept_words(observation.get("code")) or "Result without a code"
    value = _value(observation)
    if genes:
        name = f"{' / '.join(genes)}, {name[:1].lower()}{name[1:]}"
    elif not value and parts:
        value, notes = _pressure(parts), []
    return Row(
        name=name,
        value=value or concept_words(observation.get("dataAbsentReason")) or "no value",
        note=" · ".join(note for note in notes if note),
        when=date_words(observation.get("effectiveDateTime") or observation.get("issued")),
        status=_unless(("final", "amended", "corrected"), observation.get("status")),
    )


def _value(holder: Resource) -> str:
    ways = (
        concept_words(holder.get("valueCodeableConcept")),
        quantity_words(holder.get("valueQuantity")),
        text(holder.get("valueString")),
        text(holder.get("valueInteger")),
        concept_words(holder.get("dataAbsentReason")),
    )
    return next((way for way in ways if way), "")


def _pressure(parts: list[Resource]) -> str:
    """`128/78 mmHg`; any other parts are listed."""
    read = {code: part for part in parts for code in codes(part.get("code"))}
    if all(code in read for code in _BLOOD_PRESSURE):
        upper, lower = (first(read[code].get("valueQuantity")) for code in _BLOOD_PRESSURE)
        return f"{text(upper.get('value'))}/{text(lower.get('value'))} {text(lower.get('unit'))}"
    return ", ".join(f"{concept_words(part.get('code'))} {_value(part)}" for part in parts)


def _order(order: Resource) -> Row:
    return Row(
        name=concept_words(order.get("code")) or "Order without a code",
        when=date_words(order.get("authoredOn")),
        status=text(order.get("status")),
    )


def _drug(drug: Resource) -> Row:
    name = drug.get("medicationCodeableConcept") or drug.get("medication")
    taken = "not taken" if drug.get("taken") == "n" else ""
    return Row(
        name=concept_words(name) or "Drug without a code",
        note=concept_words(drug.get("reasonCode")),
        when=date_words(drug.get("authoredOn") or drug.get("effectiveDateTime")),
        status=taken or text(drug.get("status")),
    )


def _done(procedure: Resource) -> Row:
    return Row(
        name=concept_words(procedure.get("code")) or "Procedure without a code",
        when=date_words(procedure.get("performedDateTime")),
        status=text(procedure.get("status")),
    )


def _report(report: Resource) -> Row:
    results = len(items(report.get("result")))
    scans = [text(form.get("title")) or "document" for form in items(report.get("presentedForm"))]
    counted = f"{results} result{'' if results == 1 else 's'}" if results else ""
    return Row(
        name=concept_words(report.get("code")) or "Report without a code",
        note=" · ".join(part for part in (counted, *scans) if part),
        when=date_words(report.get("effectiveDateTime") or report.get("issued")),
        status=_unless(("final", "amended", "corrected"), report.get("status")),
    )


def _relative(relative: Resource) -> Row:
    illnesses = []
    for condition in items(relative.get("condition")):
        age = age_words(condition.get("onsetAge")) or text(condition.get("onsetString"))
        name = concept_words(condition.get("code"))
        illnesses.append(f"{name} at {age}" if age else name)
    died = age_words(relative.get("deceasedAge"))
    is_dead = bool(died) or relative.get("deceasedBoolean") is True
    name = (concept_words(relative.get("relationship")) or "Relative").capitalize()
    end = (f", died at {died}" if died else ", deceased") if is_dead else ""
    return Row(
        name=name + end,
        value=", ".join(illness for illness in illnesses if illness) or "no illness recorded",
        when=date_words(relative.get("date")),
        status=_unless(("completed",), relative.get("status")),
    )


_PROBLEMS = Table("problems", "Problems", ("Problem", "Code", "Since"), _problem)
_RESULTS = Table("results", "Stage, pathology and genetics", ("Test", "Result", "Date"), _result)
_ORDERS = Table("orders", "Orders", ("Order", "Status", "Ordered"), _order)
_DRUGS = Table("drugs", "Medications", ("Drug", "Status", "Since"), _drug)
_PROCEDURES = Table("procedures", "Procedures", ("Procedure", "Status", "Date"), _done)
_FAMILY = Table("family", "Family history", ("Relative", "Illnesses", "Recorded"), _relative)
_REPORTS = Table("reports", "Reports", ("Report", "Holds", "Date"), _report)
_BLOOD = Table("blood", "Blood tests", ("Test", "Result", "Date"), _result, is_routine=True)
_VITAL_SIGNS = Table("vitals", "Vital signs", ("Sign", "Result", "Date"), _result, is_routine=True)
