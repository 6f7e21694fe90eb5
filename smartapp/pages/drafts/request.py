"""What is written to the EHR: a draft order, and where it came from. Strict FHIR R4."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from msgspec import Struct

from oncology.findings import Finding, Orderable
from smartapp.opened import OpenedChart
from smartapp.pages.drafts.order import entries_of

DRAFTS = "urn:oncocue:draft"
_LABEL = "Draft order: "


class Coded(Struct, frozen=True):
    """The site's code for one of our orders."""

    system: str
    code: str
    display: str


# The site's code for an order, by its id; None where the site has mapped none.
OrderCodes = Callable[[OpenedChart, str], Coded | None]


def no_codes(_opened: OpenedChart, _order: str) -> Coded | None:
    """A site that has mapped no order: nothing is written back."""
    return None


def service_request(
    opened: OpenedChart, finding: Finding, order: Orderable, code: Coded
) -> dict[str, Any]:
    """The order as draft and proposal, checked by fhir.resources.

    Its identifier is made of what is asked on which facts, so that one draft sent twice is one.
    """
    from fhir.resources.R4B.servicerequest import ServiceRequest  # noqa: PLC0415  heavy, lazy

    facts = [each.reference for each in finding.because if "/" in each.reference]
    reasons = [each for each in dict.fromkeys(facts) if each.startswith("Condition/")]
    others = [each for each in dict.fromkeys(facts) if not each.startswith("Condition/")]
    resource: dict[str, Any] = {
        "resourceType": "ServiceRequest",
        "identifier": [{"system": DRAFTS, "value": _fingerprint(opened, finding, order)}],
        "status": "draft",
        "intent": "proposal",
        "code": {
            "coding": [{"system": code.system, "code": code.code, "display": code.display}],
            "text": code.display,
        },
        "subject": {"reference": opened.chart.person.reference},
        "authoredOn": opened.today.isoformat(),
        "reasonCode": [{"text": finding.subject or finding.title}],
        "note": [{"text": note(opened, finding, order)}],
    }
    if reasons:
        resource["reasonReference"] = [{"reference": each} for each in reasons]
    if others:
        resource["supportingInfo"] = [{"reference": each} for each in others]
    ServiceRequest.model_validate(resource)
    return resource


def note(opened: OpenedChart, finding: Finding, order: Orderable) -> str:
    """What the order must cover, and which rule drafted it."""
    entries = entries_of(finding, order)
    covers = f"Must cover: {', '.join(each.show for each in entries)}. " if entries else ""
    demonstration = (
        " Demonstration content, not clinically approved." if opened.demonstration else ""
    )
    return (
        f"{covers}Drafted by OncoCue, rule {finding.guidance} {finding.version}, guidance "
        f"{opened.guidance_version}.{demonstration}"
    )


def provenance(opened: OpenedChart, finding: Finding, created: str) -> dict[str, Any]:
    """Who assembled the draft and by which rule, checked by fhir.resources."""
    rule = f"Guidance {finding.guidance} {finding.version}, release {opened.guidance_version}"
    # The hour of the facts, so that the same draft sent again has the same one.
    return _provenance(opened, (created,), rule, [_ASSEMBLER], opened.read_at)


def provenance_of_relatives(opened: OpenedChart, created: tuple[str, ...]) -> dict[str, Any]:
    """That relatives were typed in the form, and who reviewed them, checked by fhir.resources.

    Who told of them is not asked, and so not said.
    """
    agents = [_ASSEMBLER]
    if opened.user.reference:
        who = {"reference": opened.user.reference}
        agents.append({"type": _participant("verifier", "Verifier"), "who": who})
    source = "OncoCue's family-history form, as told"
    return _provenance(opened, created, source, agents, datetime.now(UTC))


def _participant(code: str, display: str) -> dict[str, Any]:
    system = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"
    return {"coding": [{"system": system, "code": code, "display": display}]}


_ASSEMBLER: dict[str, Any] = {
    "type": _participant("assembler", "Assembler"),
    "who": {"display": "OncoCue"},
}


def _provenance(
    opened: OpenedChart,
    created: tuple[str, ...],
    source: str,
    agents: list[dict[str, Any]],
    recorded: datetime,
) -> dict[str, Any]:
    from fhir.resources.R4B.provenance import Provenance  # noqa: PLC0415  heavy, lazy

    resource: dict[str, Any] = {
        "resourceType": "Provenance",
        # The patient too: servers let apps write only what names the patient of the launch.
        "target": [{"reference": each} for each in (*created, opened.chart.person.reference)],
        "recorded": recorded.isoformat(),
        "agent": agents,
        "entity": [{"role": "source", "what": {"display": source}}],
    }
    Provenance.model_validate(resource)
    return resource


def _fingerprint(opened: OpenedChart, finding: Finding, order: Orderable) -> str:
    rows = sorted(f"{each.row} {each.biomarker}" for each in entries_of(finding, order))
    facts = sorted(f"{each.reference} {each.text}" for each in finding.because)
    parts = [opened.chart.person.reference, finding.guidance, order.id, *rows, *facts]
    return sha256("\n".join(parts).encode()).hexdigest()[:32]
