"""Orders, procedures, reports and documents that are about a test."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import msgspec

from oncology.chart.model import Hidden, Order, Report
from oncology.chart.orders import (
    code_of,
    has_status,
    is_refused,
    ordered_test,
    read_order,
    read_procedure,
    read_report,
)
from oncology.chart.parts.aside import Aside
from oncology.chart.possible import possible_documents, possible_report
from oncology.chart.subject import Subject
from oncology.reading.bundle import RESOURCE_DECODER
from oncology.reading.elements import is_empty
from oncology.reading.observation import Observation
from oncology.reading.orders import (
    DiagnosticReport,
    DocumentReference,
    Procedure,
    ServiceRequest,
)
from oncology.reading.records import Records
from oncology.terminology import Terminology

Coded = TypeVar("Coded", ServiceRequest, Procedure, DiagnosticReport)


class Orders:
    """Reads what was asked for and reported; `possible` holds what only a person can read."""

    def __init__(
        self, records: Records, subject: Subject, aside: Aside, terminology: Terminology
    ) -> None:
        self._records = records
        self._subject = subject
        self._aside = aside
        self._terminology = terminology
        self.reports: list[Report] = []
        self.possible: list[Report] = []

    def read_reports(self) -> None:
        """Take in DiagnosticReports; results inside them join the records."""
        for each in self._of_tests(self._subject.own(DiagnosticReport)):
            reference = self._records.reference_to(each)
            report = read_report(each, reference, self._terminology)
            possible = possible_report(each, reference) if report is None else None
            self.reports += [report] if report else []
            self.possible += [possible] if possible else []
            if each.contained and not is_refused(each):
                self._open_contained(each, reference)

    def orders(self) -> list[Order]:
        """Requests, and procedures done."""
        plain = self._terminology.plain_orders
        requests = self._of_tests(plain.leave_out(self._subject.own(ServiceRequest)))
        procedures = self._of_tests(plain.leave_out(self._subject.own(Procedure)))
        reference_to = self._records.reference_to
        asked = [read_order(each, reference_to(each), self._terminology) for each in requests]
        done = [read_procedure(each, reference_to(each), self._terminology) for each in procedures]
        orders = [order for order in asked if order is not None]
        visits = [order for order in done if order is not None]
        self._aside.one_version("ServiceRequest", orders)
        self._aside.one_version("Procedure", visits)
        return orders + visits

    def documents(self) -> list[Report]:
        """Documents that may hold results; not the print of a report whose results came coded."""
        own = [
            (self._records.reference_to(each), each)
            for each in self._subject.own(DocumentReference)
        ]
        return possible_documents(own, tuple(self.reports), self._terminology)

    def _of_tests(self, own: Sequence[Coded]) -> list[Coded]:
        """Those of own resources that may ask for a test, without modifier elements."""
        return [each for each in own if self._may_be_test(each)]

    def _may_be_test(self, resource: ServiceRequest | Procedure | DiagnosticReport) -> bool:
        code = code_of(resource) if isinstance(resource, ServiceRequest) else resource.code
        if is_empty(code):
            reference = self._records.reference_to(resource)
            self._aside.note(reference, "has no code: what it is about is not known")
        elif ordered_test(code, self._terminology) is None:
            return True
        return not self._aside.is_modified(resource, code)

    def _open_contained(self, report: DiagnosticReport, reference: str) -> None:
        """Results inside a report hold as far as the report does."""
        for number, raw in enumerate(report.contained):
            try:
                resource = RESOURCE_DECODER.decode(raw)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                self._aside.note(reference, "a contained resource could not be read, not used")
                self._aside.hidden.append(Hidden("Observation", reference, None))
                continue
            if isinstance(resource, Observation):
                if not has_status(report):
                    resource = msgspec.structs.replace(resource, status=None)
                self._records.add(resource)
                self._aside.came_inside(resource, f"{reference}#{resource.id or number}")
