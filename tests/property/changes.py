"""What may go wrong with a chart on its way: fields masked, resources broken.

Every change is a pair of a name, for the message of a failing test, and the changed chart.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

from tests.property.charts import Chart
from tests.property.codes import MODIFIER, RELATIONS, ROLE, Resource, concept, status

Changed = tuple[str, Resource]
Change = tuple[str, Chart]

STRANGE = {"coding": [{"system": "https://hospital.example/codes", "code": "strange"}]}
_DATES = {
    "Observation": ("effectiveDateTime", "effectivePeriod", "issued"),
    "Condition": ("onsetDateTime", "onsetPeriod", "recordedDate"),
    "ServiceRequest": ("authoredOn",),
    "Procedure": ("performedDateTime", "performedPeriod"),
    "DiagnosticReport": ("effectiveDateTime",),
    "MedicationRequest": ("authoredOn",),
    "MedicationAdministration": ("effectiveDateTime",),
    "MedicationStatement": ("effectiveDateTime",),
    "FamilyMemberHistory": ("bornDate", "deceasedDate", "deceasedAge", "ageAge"),
    "Patient": ("birthDate",),
}
_EMPTIED = ("code", "medicationCodeableConcept", "relationship", "sex", "valueCodeableConcept")
_WITH_STATUS = frozenset(_DATES) - {"Condition", "Patient"}
MEDICATIONS = ("MedicationRequest", "MedicationAdministration", "MedicationStatement")


def _without(resource: Resource, *names: str) -> Resource:
    return {name: value for name, value in resource.items() if name not in names}


def _with(resource: Resource, path: tuple[Any, ...], value: Any) -> Resource:
    """A copy with the element at `path` replaced."""
    changed = copy.deepcopy(resource)
    place: Any = changed
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return changed


def masked(resource: Resource) -> Iterator[Changed]:
    """The resource with one field as a sender gives it who does not know it."""
    kind = resource["resourceType"]
    for mask in (_statuses, _dates, _values, _verdicts, _emptied, _parts, *_MASKS.get(kind, ())):
        for name, changed in mask(resource):
            yield f"{kind}/{resource['id']}: {name}", changed


def _statuses(resource: Resource) -> Iterator[Changed]:
    kind = resource["resourceType"]
    if kind in _WITH_STATUS:
        yield "no status", _without(resource, "status")
        if kind != "FamilyMemberHistory":
            yield "status unknown", {**resource, "status": "unknown"}


def _dates(resource: Resource) -> Iterator[Changed]:
    names = [name for name in _DATES.get(resource["resourceType"], ()) if name in resource]
    for name in names:
        yield f"no {name}", _without(resource, name)
        value = resource[name]
        if isinstance(value, str) and len(value) > 4:
            yield f"{name} by the year", {**resource, name: value[:4]}
    if len(names) > 1:
        yield "no dates", _without(resource, *names)


def _values(resource: Resource) -> Iterator[Changed]:
    names = [name for name in resource if name.startswith("value")]
    for name in names:
        bare = _without(resource, name)
        yield f"no {name}", bare
        for reason in ("unknown", "masked"):
            absent = {"dataAbsentReason": status("data-absent-reason", reason)}
            yield f"{name} {reason}", {**bare, **absent}


def _verdicts(resource: Resource) -> Iterator[Changed]:
    """What makes a number a verdict: the laboratory's interpretation, the unit."""
    if "interpretation" in resource:
        yield "no interpretation", _without(resource, "interpretation")
    quantity = resource.get("valueQuantity", {})
    if "unit" in quantity:
        bare = _without(quantity, "unit", "code", "system")
        yield "no unit", {**resource, "valueQuantity": bare}


def _emptied(resource: Resource) -> Iterator[Changed]:
    for name in _EMPTIED:
        if name in resource:
            yield f"{name} empty", {**resource, name: {}}


def _parts(resource: Resource) -> Iterator[Changed]:
    """Components of a variant, stages of a diagnosis, conditions of a relative."""
    for number, part in enumerate(resource.get("component", ())):
        place = ("component", number)
        value = next(name for name in part if name.startswith("value"))
        yield f"{place} without a value", _with(resource, place, _without(part, value))
        yield f"{place} with an empty value", _with(resource, (*place, value), {})
        yield f"{place} with an empty code", _with(resource, (*place, "code"), {})
    for number, _ in enumerate(resource.get("stage", ())):
        yield "stage without a summary", _with(resource, ("stage", number), {})
        yield "stage with an empty summary", _with(resource, ("stage", number), {"summary": {}})
    for number, part in enumerate(resource.get("condition", ())):
        place = ("condition", number)
        yield f"{place} with an empty code", _with(resource, (*place, "code"), {})
        bare = {name: value for name, value in part.items() if not name.startswith("onset")}
        if bare != part:
            yield f"{place} without onset", _with(resource, place, bare)


def _mask_patient(patient: Resource) -> Iterator[Changed]:
    if "extension" in patient:
        place = ("extension", 0, "valueCode")
        yield "birth sex not known", _with(patient, place, "UNK")
        yield (
            "gender and birth sex not known",
            _with({**patient, "gender": "unknown"}, place, "UNK"),
        )
    yield "no gender", _without(patient, "gender")
    yield "gender unknown", {**patient, "gender": "unknown"}


def _mask_condition(condition: Resource) -> Iterator[Changed]:
    """An absent verificationStatus is left alone: FHIR makes it optional, it counts as asserted."""
    yield "no clinical status", _without(condition, "clinicalStatus")
    for name in ("clinicalStatus", "verificationStatus"):
        yield f"{name} empty", {**condition, name: {}}
        yield f"{name} strange", {**condition, name: STRANGE}
    for number, _ in enumerate(condition.get("extension", ())):
        place = ("extension", number, "valueCodeableConcept")
        yield "histology empty", _with(condition, place, {})


def _mask_medication(use: Resource) -> Iterator[Changed]:
    yield "no drug", _without(use, "medicationCodeableConcept", "medicationReference", "contained")


def _mask_relative(member: Resource) -> Iterator[Changed]:
    yield "no sex", _without(member, "sex")
    general = RELATIONS[member["relationship"]["coding"][0]["code"]]
    if general:
        yield f"only {general}", {**member, "relationship": concept(ROLE, general)}
    yield "no relationship", _without(member, "relationship")


_MASKS: dict[str, tuple[Callable[[Resource], Iterator[Changed]], ...]] = {
    "Patient": (_mask_patient,),
    "Condition": (_mask_condition,),
    "FamilyMemberHistory": (_mask_relative,),
    **dict.fromkeys(MEDICATIONS, (_mask_medication,)),
}


def every_mask(chart: Chart) -> Iterator[Change]:
    """The chart with one field of one resource masked, for every such field."""
    for number, resource in enumerate(chart):
        for name, changed in masked(resource):
            yield name, [*chart[:number], changed, *chart[number + 1 :]]


def broken(resource: Resource) -> Iterator[Changed]:
    """The resource as nobody may use it: malformed, of no type, or modified by who knows what."""
    kind = resource["resourceType"]
    name = f"{kind}/{resource['id']}"
    wrong_types = {"status": 7, "code": 7, "gender": 7, "clinicalStatus": 7, "component": {}}
    for field, value in wrong_types.items():
        if field in resource:
            yield f"{name}: {field} of the wrong type", {**resource, field: value}
    yield f"{name}: extension of the wrong type", {**resource, "extension": "none"}
    yield f"{name}: of no type", {**resource, "resourceType": f"{kind}X"}
    yield f"{name}: modified", {**resource, "modifierExtension": MODIFIER}
    yield f"{name}: by implicit rules", {**resource, "implicitRules": "https://example.org/rules"}


def is_well_formed(resource: Resource) -> bool:
    """Whether a broken resource is FHIR all the same, with a modifier element in it."""
    return "modifierExtension" in resource or "implicitRules" in resource


def every_break(chart: Chart) -> Iterator[tuple[str, Resource, Chart]]:
    """The chart with one resource broken in one way: name, the broken resource, the chart."""
    for number, resource in enumerate(chart):
        for name, changed in broken(resource):
            yield name, changed, [*chart[:number], changed, *chart[number + 1 :]]
