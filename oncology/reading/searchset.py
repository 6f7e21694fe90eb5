"""What a search result says of itself: whether there is more, whether something is withheld."""

from __future__ import annotations

import msgspec
from msgspec import Raw, Struct

from oncology.reading.bundle import Link, OperationOutcome

# Epic answers a search without hits with a warning of this code instead of an empty Bundle.
_EPIC_NO_HITS = "4101"
# OperationOutcome issue types (FHIR R4) that mean the search did not give all there is.
_WITHHELD = frozenset(
    [
        "forbidden",
        "incomplete",
        "login",
        "security",
        "suppressed",
        "throttled",
        "timeout",
        "too-costly",
        "unknown",
    ]
)


class Paging(Struct, frozen=True):
    """What a page says of itself, whatever its entries are like."""

    resourceType: str | None = None
    link: tuple[Link, ...] = ()

    @property
    def resource_type(self) -> str | None:
        """The type of the resource."""
        return self.resourceType

    @property
    def has_next(self) -> bool:
        """Whether there is a further page."""
        return has_next(self.link)


def has_next(links: tuple[Link, ...]) -> bool:
    """Whether one of these links leads to a further page."""
    return any(link.relation == "next" for link in links)


def paging_of(body: bytes | Raw) -> Paging | None:
    """Type and links of a page; None when it is not a JSON object."""
    try:
        return msgspec.json.decode(body, type=Paging)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return None


def says_no_hits(outcome: OperationOutcome) -> bool:
    """Whether it stands for an empty search."""
    codes = [
        coding.code for issue in outcome.issue if issue.details for coding in issue.details.coding
    ]
    return _EPIC_NO_HITS in codes


def withholds(outcome: OperationOutcome) -> bool:
    """Whether it says that the search did not give all there is."""
    return any(
        issue.severity in ("error", "fatal") or issue.code in _WITHHELD for issue in outcome.issue
    )
