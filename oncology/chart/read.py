"""From records to the chart: own resources only, known codes only, every refusal noted."""

from __future__ import annotations

from oncology.chart.contained import open_relatives
from oncology.chart.copies import in_order
from oncology.chart.linked import Linked
from oncology.chart.model import Chart, Person
from oncology.chart.parts.aside import Aside
from oncology.chart.parts.conditions import Conditions
from oncology.chart.parts.drugs import read_drugs
from oncology.chart.parts.observations import Observations
from oncology.chart.parts.orders import Orders
from oncology.chart.parts.relatives import read_relatives
from oncology.chart.relatives import RelativesResults
from oncology.chart.subject import Subject
from oncology.reading.condition import Condition
from oncology.reading.family_member_history import FamilyMemberHistory
from oncology.reading.observation import Observation
from oncology.reading.orders import DiagnosticReport
from oncology.reading.records import Records
from oncology.terminology import Terminology


def read_chart(records: Records, terminology: Terminology, patient_id: str | None = None) -> Chart:
    """The chart of one patient.

    `records` may hold any FHIR resources; those of another patient are refused with a note.
    `patient_id` is the logical id of the patient meant; without it the first Patient is.
    """
    subject = Subject(records, patient_id)
    aside = Aside(records, terminology)
    aside.keep_unreadable()
    linked = Linked(records, terminology)
    open_relatives(records, aside)
    # First: it takes the relatives' Observations out of the records.
    relatives = RelativesResults(records, terminology)
    orders = Orders(records, subject, aside, terminology)
    # Before the Observations: results inside reports join them.
    orders.read_reports()
    conditions = Conditions(aside, terminology)
    conditions.read(subject.own(Condition))
    observations = Observations(aside, terminology, linked, records.local)
    observations.read(subject.own(Observation))
    documents, asked = orders.documents(), orders.orders()
    drugs = read_drugs(records, subject, aside, terminology)
    family = read_relatives(subject.own(FamilyMemberHistory, "patient"), aside)
    aside.one_version("DiagnosticReport", orders.reports)
    reports = (*orders.reports, *documents, *orders.possible, *observations.possible)
    return Chart(
        person=_person(subject, aside),
        diagnoses=in_order(conditions.diagnoses),
        metastases=in_order(conditions.metastases),
        stages=in_order(observations.stages()),
        statuses=in_order(observations.statuses()),
        history=in_order(conditions.history),
        # Last of all that hides anything: a result counts as missing only if nothing hides it.
        results=in_order(observations.results(subject.own(DiagnosticReport))),
        orders=in_order(asked),
        reports=in_order(reports),
        drugs=in_order(drugs),
        family=family,
        hidden=tuple(aside.hidden),
        reach=records.reach,
        notes=tuple(dict.fromkeys(records.notes)),
        others=in_order(conditions.others),
        family_texts=tuple(observations.family_texts),
        family_results=tuple(map(relatives.of, family)),
    )


def _person(subject: Subject, aside: Aside) -> Person:
    """Who it is; nothing of a Patient with modifier elements is believed."""
    for patient in subject.copies:
        if aside.is_modified(patient, None):
            return Person(aside.reference_to(patient))
    return subject.person()
