"""Findings: what the judgement came to, with the facts that decided it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum

from msgspec import Struct

from oncology.dates import PartialDate


class Verdict(Enum):
    """The four answers. `cannot tell` is an answer of its own, never a weak yes or no."""

    ADVISE = "advise"
    NOTHING_TO_ADD = "nothing_to_add"
    CANNOT_TELL = "cannot_tell"
    DOES_NOT_APPLY = "does_not_apply"


class Because(Struct, frozen=True, gc=False):
    """One fact of the chart in plain words, with the resource it stands in and its date."""

    text: str
    reference: str = ""
    date: PartialDate | None = None


# How a fact about the patient as a member of the family begins.
OWN_CANCER = "Patient: "
_AGED = re.compile(r" at \d")


def telling(facts: Iterable[Because]) -> tuple[Because, ...]:
    """The facts without those that another one of the same resource says more fully.

    Of the patient's own cancer that is the diagnosis as the chart has it, if it tells the age too.
    """
    kept = list(facts)
    aged = {
        fact.reference
        for fact in kept
        if not fact.text.startswith(OWN_CANCER) and _AGED.search(fact.text)
    }
    return tuple(
        fact
        for fact in kept
        if not (fact.text.startswith(OWN_CANCER) and fact.reference in aged)
        and not any(
            other is not fact
            and other.reference == fact.reference
            and other.text.startswith(f"{fact.text.partition(',')[0]} at ")
            for other in kept
        )
    )


class Unresolved(Struct, frozen=True, gc=False):
    """A fact that is not known, and the question that would settle it (empty: none defined)."""

    fact: str
    question: str = ""


class Orderable(Struct, frozen=True, gc=False):
    """Something a card may offer to order: the name a site maps, and the words on the button.

    `means`: what an open order of it is of, in the words of the table of order codes; empty when
    it is of the biomarkers of the rows that offer it.
    """

    id: str
    label: str
    means: str = ""


class BiomarkerEntry(Struct, frozen=True, gc=False):
    """A biomarker of one row of an evidence list, and where it stands.

    `is_due` False: whether the row is due here is not known. `is_actionable` None: results differ,
    and which of them holds cannot be told.
    """

    biomarker: str
    alteration: str
    origin: str
    row: str
    show: str
    strength: str
    because: tuple[Because, ...] = ()
    text: str = ""
    is_actionable: bool | None = False
    specimen: str = ""
    why: str = ""
    order: Orderable | None = None
    sources: tuple[str, ...] = ()
    is_due: bool = True


class Biomarkers(Struct, frozen=True, gc=False):
    """Where the biomarkers that are due stand."""

    missing: tuple[BiomarkerEntry, ...] = ()
    pending: tuple[BiomarkerEntry, ...] = ()
    resulted: tuple[BiomarkerEntry, ...] = ()
    unusable: tuple[BiomarkerEntry, ...] = ()
    repeat: tuple[BiomarkerEntry, ...] = ()
    unknown: tuple[BiomarkerEntry, ...] = ()

    @property
    def asked(self) -> tuple[BiomarkerEntry, ...]:
        """What advice asks for: never tested, not usable, or to be repeated."""
        return self.missing + self.unusable + self.repeat


class Criterion(Struct, frozen=True, gc=False):
    """A published criterion: met, not_met or cannot_tell, and the facts that would settle it.

    `because`: the relatives with their cancers and ages that decided it, or that it looked at.
    `title`: what the literature calls it. `question`: what to ask first when it is open; empty when
    no answer a person can give would settle it. `completeness`: of the family history behind a
    `not_met`, which means by the relatives recorded.
    """

    id: str
    answer: str
    needs: tuple[str, ...] = ()
    text: str = ""
    because: tuple[Because, ...] = ()
    title: str = ""
    question: str = ""
    completeness: str = ""


class Source(Struct, frozen=True, gc=False):
    """Where a statement was read, and when."""

    id: str
    label: str
    url: str
    checked: str


class OrderCheck(Struct, frozen=True, gc=False):
    """What one order rule came to for the drugs, or the test, on the screen.

    `state`: met, conflict, missing, pending, unusable or unknown. `known_by`: code, site or name;
    a drug known by its name alone is a possible one. `given`: earlier administrations. `shows`:
    the biomarkers that decide. `order`: the test that would settle it, when it is not on its way.
    """

    row: str
    topic: str
    drugs: tuple[str, ...]
    orders: tuple[str, ...]
    known_by: str
    state: str
    shows: tuple[str, ...]
    text: str = ""
    because: tuple[Because, ...] = ()
    given: tuple[Because, ...] = ()
    unread: tuple[Because, ...] = ()
    labelled_for: str = ""
    is_urgent: bool = False
    is_of_gene: bool = False
    order: Orderable | None = None
    source: Source | None = None


class Finding(Struct, frozen=True, gc=False):
    """The answer of one guidance artifact for one chart.

    `coded`: what a diagnosis code says of a biomarker that has no result, a claim and no result.
    `rests` says why advice makes no card yet; the answer stays what it is. `shows` is "app" for
    what never makes a card.
    """

    guidance: str
    version: str
    topic: str
    kind: str
    title: str
    answer: Verdict
    subject: str = ""
    cancer: str = ""
    settings: tuple[str, ...] = ()
    biomarkers: Biomarkers | None = None
    criteria: tuple[Criterion, ...] = ()
    because: tuple[Because, ...] = ()
    unresolved: tuple[Unresolved, ...] = ()
    sources: tuple[Source, ...] = ()
    say: str = ""
    reason: str = ""
    why: str = ""
    order: Orderable | None = None
    unread: tuple[Because, ...] = ()
    coded: tuple[Because, ...] = ()
    rests: str = ""
    shows: str = "card"
    checks: tuple[OrderCheck, ...] = ()
