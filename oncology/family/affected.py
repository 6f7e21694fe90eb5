"""Has a relative had one of these cancers: yes, no, or perhaps?"""

from __future__ import annotations

from collections.abc import Iterator

from oncology.dates import Span
from oncology.family.completions import Fact
from oncology.family.model import Cancer, Person


def possible_cancers(person: Person) -> tuple[Cancer, ...]:
    """What is recorded; where nothing could be told, any cancer may be there too."""
    if person.is_health_known:
        return person.cancers
    return (*person.cancers, Cancer(None, Span(0, person.age.high), is_certain=False))


def has(relative: Person, *cancers: str) -> bool | None:
    """Whether a blood relative had one of these cancers: True, False, or None when it may be.

    A relative whose relation is not known may be none by blood; one beyond the third degree does
    not count.
    """
    if relative.is_distant:
        return False
    verdict: bool | None = False
    for disease in possible_cancers(relative):
        if disease.site in cancers and disease.is_certain and relative.is_by_blood:
            return True
        if disease.site in (None, *cancers):
            verdict = None
    return verdict


def open_facts_of(relative: Person, place: int, *cancers: str) -> Iterator[Fact]:
    """What would settle it where `has` says None: the relation, the site, whether it was cancer."""
    if relative.is_distant:
        return
    for number, disease in enumerate(relative.cancers):
        if disease.site in (None, *cancers):
            if not relative.is_by_blood:
                yield Fact(place, "relation")
            if disease.site is None:
                yield Fact(place, "site", number)
            elif not disease.is_certain:
                yield Fact(place, "cancer", number)
    if not relative.is_health_known:
        yield Fact(place, "health")
