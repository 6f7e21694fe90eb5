"""Bundle and the union of all resources a chart can arrive in."""

from __future__ import annotations

from typing import Any, Union

import msgspec

from oncology.reading.condition import Condition
from oncology.reading.elements import CodeableConcept, DomainResource, Element
from oncology.reading.family_member_history import FamilyMemberHistory
from oncology.reading.medication import (
    Medication,
    MedicationAdministration,
    MedicationRequest,
    MedicationStatement,
)
from oncology.reading.observation import Observation
from oncology.reading.orders import (
    DiagnosticReport,
    DocumentReference,
    Procedure,
    ServiceRequest,
    Specimen,
)
from oncology.reading.patient import Patient

# Every other resource type of DSTU2 to R5. They are named so that one of them among the
# entries does not send the whole body down the tolerant path.
_OTHER_TYPES = """
Account ActivityDefinition ActorDefinition AdministrableProductDefinition AdverseEvent
AllergyIntolerance Appointment AppointmentResponse ArtifactAssessment AuditEvent Basic Binary
BiologicallyDerivedProduct BiologicallyDerivedProductDispense BodySite BodyStructure
CapabilityStatement CarePlan CareTeam CatalogEntry ChargeItem ChargeItemDefinition Citation
Claim ClaimResponse ClinicalImpression ClinicalUseDefinition CodeSystem Communication
CommunicationRequest CompartmentDefinition Composition ConceptMap ConditionDefinition
Conformance Consent Contract Coverage CoverageEligibilityRequest CoverageEligibilityResponse
DataElement DetectedIssue Device DeviceAssociation DeviceComponent DeviceDefinition
DeviceDispense DeviceMetric DeviceRequest DeviceUsage DeviceUseRequest DeviceUseStatement
DiagnosticOrder DocumentManifest EffectEvidenceSynthesis EligibilityRequest EligibilityResponse
Encounter EncounterHistory Endpoint EnrollmentRequest EnrollmentResponse EpisodeOfCare
EventDefinition Evidence EvidenceReport EvidenceVariable ExampleScenario ExpansionProfile
ExplanationOfBenefit Flag FormularyItem GenomicStudy Goal GraphDefinition Group GuidanceResponse
HealthcareService ImagingManifest ImagingObjectSelection ImagingSelection ImagingStudy
Immunization ImmunizationEvaluation ImmunizationRecommendation ImplementationGuide Ingredient
InsurancePlan InventoryItem InventoryReport Invoice Library Linkage List Location
ManufacturedItemDefinition Measure MeasureReport Media MedicationDispense MedicationKnowledge
MedicationOrder MedicinalProductDefinition MessageDefinition MessageHeader MolecularSequence
NamingSystem NutritionIntake NutritionOrder NutritionProduct ObservationDefinition
OperationDefinition Order OrderResponse Organization OrganizationAffiliation
PackagedProductDefinition Parameters PaymentNotice PaymentReconciliation Permission Person
PlanDefinition Practitioner PractitionerRole ProcedureRequest ProcessRequest ProcessResponse
Provenance Questionnaire QuestionnaireResponse ReferralRequest RegulatedAuthorization
RelatedPerson RequestGroup RequestOrchestration Requirements ResearchDefinition
ResearchElementDefinition ResearchStudy ResearchSubject RiskAssessment RiskEvidenceSynthesis
Schedule SearchParameter Sequence ServiceDefinition Slot SpecimenDefinition StructureDefinition
StructureMap Subscription SubscriptionStatus SubscriptionTopic Substance SubstanceDefinition
SubstanceNucleicAcid SubstancePolymer SubstanceProtein SubstanceReferenceInformation
SubstanceSourceMaterial SubstanceSpecification SupplyDelivery SupplyRequest Task
TerminologyCapabilities TestPlan TestReport TestScript Transport ValueSet VerificationResult
VisionPrescription
"""


class OutcomeIssue(Element, frozen=True, gc=False):
    """OperationOutcome.issue, without its text."""

    severity: str | None = None
    code: str | None = None
    details: CodeableConcept | None = None


class OperationOutcome(Element, frozen=True, gc=False, tag_field="resourceType"):
    """FHIR OperationOutcome: in a search result it says why data is lacking."""

    id: str | None = None
    issue: tuple[OutcomeIssue, ...] = ()


class OtherResource(Element, frozen=True, gc=False, tag_field="resourceType"):
    """A resource of a type this product does not read."""

    id: str | None = None


_OTHERS = tuple(
    msgspec.defstruct(name, [], bases=(OtherResource,), frozen=True, gc=False, tag=name)
    for name in _OTHER_TYPES.split()
)

READ_TYPES: dict[str, type[DomainResource]] = {
    kind.__name__: kind
    for kind in (
        Patient,
        Condition,
        Observation,
        FamilyMemberHistory,
        DiagnosticReport,
        ServiceRequest,
        MedicationRequest,
        MedicationAdministration,
        MedicationStatement,
        Medication,
        Procedure,
        Specimen,
        DocumentReference,
    )
}


FHIR_TYPES = frozenset({"Bundle", "OperationOutcome", *READ_TYPES, *_OTHER_TYPES.split()})


class Link(Element, frozen=True, gc=False):
    """Bundle.link: paging."""

    relation: str | None = None
    url: str | None = None


class Entry(Element, frozen=True, gc=False):
    """Bundle.entry."""

    full_url: str | None = None
    resource: Resource | None = None


class Bundle(Element, frozen=True, gc=False, tag_field="resourceType", tag="Bundle"):
    """FHIR Bundle of any type."""

    id: str | None = None
    type: str | None = None
    link: tuple[Link, ...] = ()
    entry: tuple[Entry, ...] = ()


# Built at run time because the list of other types is data; mypy sees Any.
Resource: Any = Union[(Bundle, OperationOutcome, *READ_TYPES.values(), *_OTHERS)]

RESOURCE_DECODER: msgspec.json.Decoder[Any] = msgspec.json.Decoder(Resource)
RESOURCES_DECODER: msgspec.json.Decoder[Any] = msgspec.json.Decoder(tuple[Resource, ...])
ENTRY_DECODER: msgspec.json.Decoder[Entry] = msgspec.json.Decoder(Entry)
