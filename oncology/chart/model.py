"""The chart: what the records say about one patient, each item with its reference and date."""

from __future__ import annotations

from enum import Enum

from msgspec import Struct

from oncology.dates import PartialDate, Span, until
from oncology.reading.elements import CodeableConcept
from oncology.reading.family_member_history import FamilyMemberHistory
from oncology.reading.records import Note, Reach

UNKNOWN_AGE = Span()


class Activity(Enum):
    """Condition.clinicalStatus, or what the code itself says of it."""

    ACTIVE = "active"
    RECURRENCE = "recurrence"
    RELAPSE = "relapse"
    REMISSION = "remission"
    INACTIVE = "inactive"
    RESOLVED = "resolved"
    HISTORY = "history of"
    UNKNOWN = "unknown"

    @property
    def is_present(self) -> bool:
        """Whether the disease is there now."""
        return self in (Activity.ACTIVE, Activity.RECURRENCE, Activity.RELAPSE)


PAST = (Activity.REMISSION, Activity.INACTIVE, Activity.RESOLVED, Activity.HISTORY)


class Verification(Enum):
    """Condition.verificationStatus; NOT_STATED is absence, which FHIR allows."""

    CONFIRMED = "confirmed"
    NOT_STATED = "not stated"
    UNCONFIRMED = "unconfirmed"
    UNKNOWN = "unknown"

    @property
    def is_usable(self) -> bool:
        """Whether the condition stands as recorded."""
        return self in (Verification.CONFIRMED, Verification.NOT_STATED)


class Certainty(Enum):
    """Whether the code names this cancer, or only a site that may hold several."""

    EXACT = "exact"
    SITE = "site"
    CONFLICT = "conflict"


class Outcome(Enum):
    """What a test came to. REPORTED: a score without a verdict of its own."""

    POSITIVE = "positive"
    NEGATIVE = "negative"
    REPORTED = "reported"
    INDETERMINATE = "indeterminate"
    FAILED = "failed"
    PENDING = "pending"
    UNKNOWN = "unknown"

    @property
    def is_usable(self) -> bool:
        """Whether the result answers the question the test was done for."""
        return self in (Outcome.POSITIVE, Outcome.NEGATIVE, Outcome.REPORTED)


class Person(Struct, frozen=True, gc=False):
    """The patient: sex is sex at birth when recorded, else administrative gender."""

    reference: str
    sex: str | None = None
    birth: PartialDate | None = None
    deceased: bool = False

    def age_on(self, day: PartialDate) -> Span:
        """Completed years on a day; an open span when the birth date is not known."""
        from oncology.dates import years_between  # noqa: PLC0415

        return years_between(self.birth, day) if self.birth else UNKNOWN_AGE


class Stage(Struct, frozen=True, gc=False):
    """A stage group or M category; `value` None: recorded, but not understood."""

    kind: str
    value: str | None
    date: PartialDate | None
    reference: str
    conditions: tuple[str, ...] = ()


class Diagnosis(Struct, frozen=True, gc=False):
    """One Condition that names a cancer. `words` is its own text, for stated facts only.

    `says_relapse`: its code itself says so, as ICD-10-CM C92.02 does.

    `recurred`: the day it came back, when the code itself says recurrence. As a clinical status
    recurrence has no date of its own: `onset` is then the day the cancer was first found.

    `may_be`: what it may be when its histology is recorded and cannot be told.

    `side`: of a breast cancer, left, right or both; empty when it is not recorded.
    """

    cancer: str
    display: str
    certainty: Certainty
    histology: str
    activity: Activity
    verification: Verification
    onset: PartialDate | None
    recorded: PartialDate | None
    recurred: PartialDate | None
    onset_age: Span
    stages: tuple[Stage, ...]
    implies: tuple[tuple[str, str], ...]
    sex: str
    words: str
    reference: str
    says_relapse: bool = False
    may_be: tuple[str, ...] = ()
    side: str = ""

    @property
    def date(self) -> PartialDate | None:
        """Onset, else the day it was recorded."""
        return self.onset or self.recorded

    @property
    def when(self) -> PartialDate | None:
        """The days it may have been found on."""
        return self.onset or until(self.recorded)


class Metastasis(Struct, frozen=True, gc=False):
    """A Condition that says disease has spread; `lymph_node` alone is regional.

    `date` is the best there is to show; `when` are the days it may have been found on.
    """

    display: str
    lymph_node: bool
    activity: Activity
    verification: Verification
    date: PartialDate | None
    reference: str
    when: PartialDate | None = None


class HistoryItem(Struct, frozen=True, gc=False):
    """A Condition that is not a present cancer: family history, receptor status, syndrome, …"""

    kind: str
    cancer: str
    display: str
    implies: tuple[tuple[str, str], ...]
    is_certain: bool
    date: PartialDate | None
    reference: str


class DiseaseStatus(Struct, frozen=True, gc=False):
    """Cancer disease status (LOINC 97509-4); `trend` None: recorded, but not understood."""

    trend: str | None
    date: PartialDate | None
    reference: str
    conditions: tuple[str, ...] = ()
    when: PartialDate | None = None


class Variant(Struct, frozen=True, gc=False):
    """A variant as reported: HGVS texts as received, genes by HGNC symbol."""

    genes: tuple[str, ...]
    protein: str | None = None
    coding: str | None = None
    significance: str | None = None


class Result(Struct, frozen=True, gc=False):
    """One biomarker result: what was tested, what the method can see, what it came to.

    `conditions` are the diagnoses the sender says it is about, often none; `cancer` is the one
    the test's own code names ("… in Breast cancer specimen"). `leans`: positive or negative, which
    way a measurement without a verdict points. `proteins`: each mismatch repair protein that was
    stained, and whether it is intact, lost or doubtful. `date` is the best there is to show; `when`
    are the days the result may be of, for comparing.
    """

    biomarkers: tuple[str, ...]
    sees: frozenset[str]
    outcome: Outcome
    origin: str
    text: str
    date: PartialDate | None
    reference: str
    variant: Variant | None = None
    problem: str = ""
    conditions: tuple[str, ...] = ()
    cancer: str = ""
    leans: str = ""
    when: PartialDate | None = None
    proteins: tuple[tuple[str, str], ...] = ()

    @property
    def is_actionable(self) -> bool:
        """Positive, and not of uncertain or benign significance."""
        if self.outcome is not Outcome.POSITIVE:
            return False
        significance = self.variant.significance if self.variant else None
        return significance in (None, "P", "LP")


class Asked(Struct, frozen=True, gc=False):
    """A kind of test or referral; one for single biomarkers says what it can see, and where."""

    means: str
    biomarkers: tuple[str, ...] = ()
    sees: frozenset[str] = frozenset()
    origin: str = ""
    display: str = ""


# Something was asked for, and the record does not say what.
ANY_TEST = Asked("unknown")


class Order(Struct, frozen=True, gc=False):
    """A test or referral asked for; `is_open` None: its status is not known."""

    asked: Asked
    is_open: bool | None
    is_done: bool
    date: PartialDate | None
    reference: str


class Report(Struct, frozen=True, gc=False):
    """A laboratory or genomics report; `has_results`: it points to results sent with it.

    `text` says what it is when it has none: a report in words may hold a result, never one we use.
    `names`: the markers it may hold a result of, where only these. `is_failed`: the test was
    cancelled, or its sample did not do.
    """

    asked: Asked
    is_final: bool | None
    has_results: bool
    date: PartialDate | None
    reference: str
    text: str = "report without coded results"
    names: tuple[str, ...] = ()
    is_failed: bool = False


class DrugUse(Struct, frozen=True, gc=False):
    """A cancer drug on file; `taken` None: the record does not tell.

    Without an `ingredient` it is a drug that the record does not name. `phase`: planned, current,
    given (on that day), past, or empty when the record does not tell.
    """

    ingredient: str
    groups: frozenset[str]
    taken: bool | None
    date: PartialDate | None
    reference: str
    phase: str = ""


class FamilyText(Struct, frozen=True, gc=False):
    """A family history told in words, in an Observation: read only as proposals."""

    text: str
    reference: str
    date: PartialDate | None = None


class Hidden(Struct, frozen=True, gc=False):
    """A resource that is there but could not be used, so every fact it may carry is unknown.

    `about`: the biomarkers or cancers it can be about by its code; empty when that is not known.
    "variant" stands for any gene, "stage" and "status" for what those Observations carry.
    `sites`: as what a Condition may count in the patient's family, a site or a syndrome; None when
    that is not known.
    """

    resource_type: str
    reference: str
    code: CodeableConcept | None
    about: frozenset[str] = frozenset()
    sites: frozenset[str] | None = None


class Chart(Struct, frozen=True):
    """Everything the judgement may use."""

    person: Person
    diagnoses: tuple[Diagnosis, ...]
    metastases: tuple[Metastasis, ...]
    stages: tuple[Stage, ...]
    statuses: tuple[DiseaseStatus, ...]
    history: tuple[HistoryItem, ...]
    results: tuple[Result, ...]
    orders: tuple[Order, ...]
    reports: tuple[Report, ...]
    drugs: tuple[DrugUse, ...]
    family: tuple[FamilyMemberHistory, ...]
    # The genetic results of each relative, in the order of `family`.
    family_results: tuple[tuple[Result, ...], ...]
    hidden: tuple[Hidden, ...]
    reach: dict[str, Reach]
    notes: tuple[Note, ...]
    # Cancers that no testing guidance is about: they count in the family history alone.
    others: tuple[Diagnosis, ...] = ()
    family_texts: tuple[FamilyText, ...] = ()

    def was_read(self, resource_type: str) -> bool:
        """Whether the resources of this type could be had."""
        return self.reach.get(resource_type, Reach.READ) is Reach.READ

    def lacks(self, *resource_types: str, about: frozenset[str] = frozenset()) -> bool:
        """Whether something of these types may be on file that was not read."""
        for resource_type in resource_types:
            if not self.was_read(resource_type):
                return True
        return self.hides(*resource_types, about=about)

    def hides(self, *resource_types: str, about: frozenset[str] = frozenset()) -> bool:
        """Whether a resource of one of these types, or of unknown type, could not be used.

        With `about` only those that can be about one of these biomarkers or cancers.
        """
        if not self.hidden:
            return False
        return any(
            item.resource_type in (*resource_types, "unknown")
            and (not about or not item.about or bool(item.about & about))
            for item in self.hidden
        )
