"""Who looks at whom: the people of this EHR, and the context of a launch."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

# Every kind of user that SMART and CDS Hooks know. Only the first two are clinicians.
USERS = {
    "practitioner": ("Practitioner/sandbox-oncologist", "Oncologist"),
    "role": ("PractitionerRole/sandbox-oncology", "Oncologist, in a role"),
    "patient": ("Patient/{patient}", "The patient"),
    "relative": ("RelatedPerson/related-to-{patient}", "A relative of the patient"),
    "person": ("Person/sandbox-person", "A person"),
}
USUAL_USER = "practitioner"


def user_reference(kind: str, patient: str) -> str:
    """The FHIR reference of a user of this kind; of the usual user for an unknown kind."""
    return USERS.get(kind, USERS[USUAL_USER])[0].format(patient=patient)


def user_resource(reference: str) -> dict[str, Any] | None:
    """The resource behind such a reference; None for patients, who are in the records."""
    kind, _, identifier = reference.partition("/")
    base = {"resourceType": kind, "id": identifier}
    name = [{"family": "Sandbox", "given": ["Olga"], "prefix": ["Dr."]}]
    if reference == USERS["practitioner"][0]:
        return {**base, "active": True, "name": name}
    if reference == USERS["role"][0]:
        who = {"reference": USERS["practitioner"][0], "display": "Dr. Olga Sandbox"}
        return {**base, "active": True, "practitioner": who}
    if kind == "RelatedPerson" and identifier.startswith("related-to-"):
        patient = f"Patient/{identifier.removeprefix('related-to-')}"
        name = [{"family": "Sandbox", "given": ["Rita"]}]
        return {**base, "active": True, "patient": {"reference": patient}, "name": name}
    if reference == USERS["person"][0]:
        return {**base, "active": True, "name": [{"family": "Sandbox", "given": ["Pat"]}]}
    return None


@dataclass(frozen=True)
class LaunchContext:
    """What an authorisation is about. Authlib calls this the user of a request."""

    user: str
    patient: str | None
    encounter: str | None = None
    fhir_context: tuple[dict[str, Any], ...] = ()
    intent: str | None = None
    app_context: str | None = None
    need_patient_banner: bool | None = True
    style: bool = True
    tenant: str | None = None
    extra: dict[str, Any] = field(default_factory=dict)
    faults: frozenset[str] = frozenset()
    withheld: frozenset[str] = frozenset()  # types of resources that are not given
    denied: frozenset[str] = frozenset()  # scopes that the user took away

    def parameters(self, host: str) -> dict[str, Any]:
        """The context parameters of a token response (SMART App Launch 2.2, "Launch context")."""
        said = {
            "patient": self.patient,
            "encounter": self.encounter,
            "fhirContext": list(self.fhir_context),
            "intent": self.intent,
            "need_patient_banner": self.need_patient_banner,
            "smart_style_url": f"{host}/smart-style.json" if self.style else None,
            "tenant": self.tenant,
            "appContext": self.app_context,
            **self.extra,
        }
        return {name: value for name, value in said.items() if value not in (None, [], "")}
