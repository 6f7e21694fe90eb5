"""The pedigree as a PED file: the six columns of LINKAGE and PLINK.

Family, individual, father, mother, sex (1 male, 2 female, 0 not known), phenotype (1 unaffected,
2 affected, 0 missing). Source: PLINK 1.9, cog-genomics.org/plink/1.9/formats#fam ("'0' = no data",
"'-9'/'0'/non-numeric = missing data if case/control"), read 2026-11-22. 0 is the missing value of
LINKAGE too, so it is the one written.
"""

from __future__ import annotations

from collections.abc import Iterable

from oncology.family.export.file import (
    PedigreeFile,
    cancer_words,
    is_told,
    left_out,
    named,
    people_of,
    twin_words,
)
from oncology.family.export.places import FAMILY, Place, places_of, with_both_parents
from oncology.family.model import Pedigree, Person

_SEX = {"male": "1", "female": "2"}
_MISSING, _UNAFFECTED, _AFFECTED = "0", "1", "2"


def write_ped(pedigree: Pedigree, site: str = "") -> PedigreeFile:
    """One line a person; affected by the cancer of `site`, or by any cancer without it."""
    found = places_of(pedigree)
    placed = with_both_parents(found.placed)
    lines = [
        "\t".join(
            (
                FAMILY,
                each.id,
                each.father or "0",
                each.mother or "0",
                _SEX.get(each.sex or "", "0"),
                phenotype(each.person, site),
            )
        )
        for each in placed
    ]
    return PedigreeFile(
        name="pedigree.ped",
        media_type="text/plain",
        text="\n".join(lines) + "\n",
        people=people_of(placed),
        lost=tuple(_lost(placed, left_out(found, pedigree))),
    )


def phenotype(person: Person | None, site: str = "") -> str:
    """Affected for certain, certainly not, or missing; unknown is never unaffected."""
    if person is None:
        return _MISSING
    matching = [each for each in person.cancers if not site or each.site in (site, None)]
    if any(c.is_certain and not c.is_in_situ and (c.site or not site) for c in matching):
        return _AFFECTED
    # A record in part may lack the cancer, and a possible one is none and not none.
    known = person.is_health_known and not person.is_partial and not matching
    return _UNAFFECTED if known else _MISSING


def _lost(placed: tuple[Place, ...], absent: list[str]) -> Iterable[str]:
    yield "Which cancers, their ages, ages now or at death, deaths and variants have no column."
    for each in placed:
        if each.person is None or each.person.is_patient:
            continue
        if each.person.twin:
            yield named(each, f"{twin_words(each.person)}; PED has no twins.")
    for each in placed:
        if each.person is not None:
            told = _details(each.person)
            if told:
                yield named(each, told)
    yield from absent
    lone = [each.id for each in placed if each.person is None]
    if lone:
        yield f"Nobody recorded {', '.join(lone)}: links that the two parents of each child need."


def _details(person: Person) -> str:
    told = [cancer_words(each) for each in person.cancers]
    told += person.contradictions
    told += [each.display for each in person.traits]
    told += [f"tested for {each.text}" for each in person.other_tests]
    if is_told(person.age) and person.age.words():
        told.append(f"{'died at' if person.is_deceased else 'age'} {person.age.words()}")
    elif person.is_deceased:
        told.append("dead")
    if not person.is_health_known:
        told.append("health not known")
    elif person.is_partial:
        told.append("recorded in part")
    return "; ".join(told) + "." if told else ""
