"""Cases beside the order rules: written by hand, judged like any screen, compared.

`cases.toml` is written in the words of `oncology/guidance/case_words.py`; `drafts` are the orders
on the screen. `expect` takes `answer`, the `checks` as `row: state`, the rows that are `urgent`,
what is `unresolved`, what was `given`, and how drugs are `known_by`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from oncology.chart.read import read_chart
from oncology.findings import Finding
from oncology.guidance.case_charts import CaseFault, ResourceWriter, chart_of
from oncology.guidance.case_words import DraftWords, WrittenCase
from oncology.guidance.cases import CaseBook, read_cases
from oncology.guidance.library import Guidance
from oncology.orders.judge import Screen, evaluate_orders
from oncology.orders.reading import Session, read_drafts
from oncology.orders.rules import OrderArtifact, OrderRules
from oncology.orders.standing import CONFLICT, MET, MISSING
from oncology.reading.decode import read_records
from oncology.reading.records import Reach

_FILE = "cases.toml"
_PATIENT = "patient"
# Each active row has a case in each of these states, or the file says why not.
_COVERED = (MET, CONFLICT, MISSING)


def order_cases(artifact: OrderArtifact) -> CaseBook:
    """The cases of one artifact."""
    return read_cases(Path(artifact.path).parent / _FILE)


def check_order_cases(artifact: OrderArtifact, guidance: Guidance, rules: OrderRules) -> list[str]:
    """All faults of the artifact's cases: not as expected, or a row's state left out."""
    book = order_cases(artifact)
    faults = list(book.faults)
    reached: set[tuple[str, str]] = set()
    for case in book.cases:
        place = f"{book.path}: case {case.name!r}"
        try:
            finding = find(case, book, artifact, guidance, rules)
        except CaseFault as fault:
            faults.append(f"{place}: {fault}. Correct it or add it to [codes].")
            continue
        reached |= {(check.row, check.state) for check in finding.checks}
        faults += [f"{place}: {each}" for each in differences(case.expect, finding)]
    return faults + _uncovered(book, artifact, reached)


def find(
    case: WrittenCase,
    book: CaseBook,
    artifact: OrderArtifact,
    guidance: Guidance,
    rules: OrderRules,
) -> Finding:
    """The artifact's finding for a case: the whole road from FHIR bytes on.

    Raises CaseFault when the words of the case have no meaning.
    """
    terminology = guidance.terminology
    records = read_records(chart_of(case, book.words, terminology))
    records.reach.update(dict.fromkeys(case.not_read, Reach.LACKING))
    chart = read_chart(records, terminology)
    bundle, chosen = draft_bundle(case, book, guidance)
    session = Session(_PATIENT, terminology, rules.names, selections=chosen)
    drafts = read_drafts(bundle, session)
    in_use = {**rules.artifacts, artifact.id: replace(artifact, status="active")}
    day = case.as_of or book.as_of
    screen = Screen(chart, drafts, guidance, replace(rules, artifacts=in_use), day)
    findings = evaluate_orders(screen, explain=True)
    return next(each for each in findings if each.guidance == artifact.id)


def draft_bundle(
    case: WrittenCase, book: CaseBook, guidance: Guidance
) -> tuple[bytes, tuple[str, ...]]:
    """The orders on the screen of a case as a FHIR Bundle, and which are selected.

    Raises CaseFault when the words of the case have no meaning.
    """
    writer = ResourceWriter(book.words, guidance.terminology)
    orders = [_draft(each, number, writer) for number, each in enumerate(case.drafts, 1)]
    entries = [{"resource": each} for each in orders]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    chosen = tuple(
        f"{order['resourceType']}/{order['id']}"
        for order, words in zip(orders, case.drafts, strict=True)
        if words.selected
    )
    return msgspec.json.encode(bundle), chosen


def _draft(words: DraftWords, number: int, writer: ResourceWriter) -> dict[str, Any]:
    order: dict[str, Any] = {
        "resourceType": "ServiceRequest" if words.test else "MedicationRequest",
        "id": words.id or f"draft-{number}",
        "status": words.status,
        "intent": "order",
        "subject": {"reference": f"Patient/{_PATIENT}"},
    }
    if words.test:
        order["code"] = writer.test(words.test)
    else:
        order["medicationCodeableConcept"] = writer.drug(words.drug, words.code, words.said)
    if words.route:
        order["dosageInstruction"] = [{"route": writer.concept(words.route)}]
    if words.modified:
        order["modifierExtension"] = [{"url": "https://example.org/changes-the-meaning"}]
    return order


def differences(expect: dict[str, Any], finding: Finding) -> list[str]:
    """What a case expects and its finding does not show; empty when it came out as written."""
    if "answer" not in expect:
        return ["expects no answer. Add answer = one of the four."]
    faults = []
    for key, wanted in expect.items():
        read = _READERS.get(key)
        if read is None:
            faults.append(f"cannot expect {key!r}. Known: {', '.join(_READERS)}.")
            continue
        got = read(finding)
        if got != (sorted(wanted) if isinstance(wanted, list) else wanted):
            faults.append(
                f"expected {key} = {wanted!r}, got {got!r}. "
                "Decide by the source which is right and correct the other."
            )
    return faults


_READERS: dict[str, Callable[[Finding], Any]] = {
    "answer": lambda finding: finding.answer.value,
    "checks": lambda finding: sorted(f"{each.row}: {each.state}" for each in finding.checks),
    "urgent": lambda finding: sorted(each.row for each in finding.checks if each.is_urgent),
    "given": lambda finding: sorted({fact.text for each in finding.checks for fact in each.given}),
    "known_by": lambda finding: sorted({each.known_by for each in finding.checks}),
    "unresolved": lambda finding: sorted(each.fact for each in finding.unresolved),
}


def _uncovered(book: CaseBook, artifact: OrderArtifact, reached: set[tuple[str, str]]) -> list[str]:
    """Active rows without a case in each state, and excuses that are none."""
    wanted = {(row.id, state) for row in artifact.active_rows for state in _COVERED}
    excused = {(each.row, each.place) for each in book.unreached}
    faults = [
        f"{book.path}: no case for {row!r} ({state}). Write one, or say under [[unreached]] why."
        for row, state in sorted(wanted - reached - excused)
    ]
    return faults + [
        f"{book.path}: [[unreached]] {row!r} ({state}) has a case or is no row. Remove it."
        for row, state in sorted(excused - (wanted - reached))
    ]
