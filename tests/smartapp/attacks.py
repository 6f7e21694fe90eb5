"""Faults of an EHR and attacks on a launch, each with what the user sees: the table of the docs."""

from __future__ import annotations

from typing import NamedTuple


class Seen(NamedTuple):
    """The page of this problem, or the chart with these types marked as lacking."""

    code: str = ""
    lacking: tuple[str, ...] = ()


# Every search in parts: the chart opens, and says of each type that it may lack something.
ALL = (
    *("Condition", "Observation", "DiagnosticReport", "ServiceRequest", "MedicationRequest"),
    *("FamilyMemberHistory", "Procedure", "Specimen", "DocumentReference"),
)
FAULTS: dict[str, Seen] = {
    "no-configuration": Seen(),
    "configuration-down": Seen("discovery-failed"),
    "configuration-page": Seen(),
    "hostile-configuration": Seen(),
    "foreign-endpoints": Seen("discovery-unsafe"),
    "denied": Seen("access-denied"),
    "wrong-state": Seen("state-unknown"),
    "no-state": Seen("callback-unclear"),
    "foreign-issuer": Seen("mixed-up"),
    "expired-token": Seen(),
    "dead-refresh": Seen(),
    "no-patient": Seen("no-patient"),
    "no-expiry": Seen(),
    "odd-types": Seen(),
    "wrong-token-type": Seen("token-unusable"),
    "narrowed-scopes": Seen(lacking=("FamilyMemberHistory", "Observation")),
    "split-scopes": Seen(),
    "token-down": Seen("token-unreachable"),
    "wrong-key": Seen("identity-failed"),
    "unsigned-id-token": Seen("identity-failed"),
    "wrong-nonce": Seen("identity-failed"),
    "wrong-audience": Seen("identity-failed"),
    "old-id-token": Seen("identity-failed"),
    "foreign-user": Seen(),
    "relative-user": Seen(),
    "slow": Seen(),
    "forbidden": Seen(lacking=("Observation",)),
    "break-the-glass": Seen(lacking=("Observation",)),
    "too-many": Seen(),
    "down": Seen("chart-unreadable"),
    "down-midway": Seen("chart-unreadable"),
    "outcome-entries": Seen(lacking=ALL),
    "duplicates": Seen(),
    "hostile-next": Seen(lacking=ALL),
    "endless": Seen(lacking=ALL),
    "scripts": Seen(),
    "malformed": Seen(),
    "page-instead": Seen("chart-unreadable"),
}
