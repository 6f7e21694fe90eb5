"""Does a blood relative carry a known pathogenic variant?"""

from __future__ import annotations

from collections.abc import Iterator

from oncology.facts.case import NO, UNKNOWN, YES, Answer, Case
from oncology.facts.family import family_of
from oncology.family.completeness import completeness, unread_of
from oncology.family.descent import not_passed_on
from oncology.family.model import Pedigree, Person, Trait
from oncology.family.variant_test import test_due
from oncology.family.wording import relation_question, spoken
from oncology.findings import Because

NOT_PASSED_ON = "not_passed_on"
DISTANT = "distant"
ANSWERS = (YES, NO, NOT_PASSED_ON, DISTANT, UNKNOWN)
_HEREDITARY = "fh_hereditary_disease"


def answer(case: Case, carried_by: str) -> Answer:
    """Yes for a finding, syndrome or germline result on record by its code in a blood relative.

    `carried_by`: the fact of the same artifact that tells which they are, and of which genes.
    Not passed on: the one relative through whom it would have come was tested for that variant
    and does not carry it. Distant: known, or possible, only beyond the third degree.

    One known by words, by a code that names no gene, or in someone whose relation is not known is
    possible: the report is to be asked for. The nearest relative is named first, and decides
    which test is due. Sources: ASCO
    2020, doi:10.1200/JCO.19.02960; ASCO 2024, doi:10.1200/JCO.24.00662; NICE NG241 2024; CDC,
    About Cascade Testing.
    """
    family = family_of(case)
    found = [each for each in carriers_of(family) if not each[0].is_distant]
    carried = case.artifact.facts[carried_by].parameters["carried"]
    sure = [
        each
        for each in found
        if each[1].is_certain and each[1].name in carried and each[0].is_by_blood
    ]
    ended = [each for each in sure if not_passed_on(family, *each, carried[each[1].name])]
    tested = tuple(_tests(family, {gene for each in sure for gene in carried[each[1].name]}))
    inherited = [each for each in sure if each not in ended]
    if inherited:
        person, trait = inherited[0]
        genes = carried[trait.name]
        due = test_due(person, trait, genes, _had_founder_test_only(case, genes))
        return Answer(YES, tuple(_because(*each) for each in inherited) + tested, text=due)
    open_ones = [each for each in found if each not in ended]
    coded = [item for item in case.chart.history if item.cancer == _HEREDITARY]
    because = tuple(_because(*each) for each in found) + tested
    because += tuple(Because(item.display, item.reference, item.date) for item in coded)
    if open_ones or coded:
        who = f"the {open_ones[0][0].label}" if open_ones else "the relative"
        return Answer(
            UNKNOWN,
            because,
            (f"the report of {who}'s genetic test",),
            question=_question(*(open_ones[0] if open_ones else (None, None))),
        )
    if family.hides_relatives or not family.is_read or family.is_unknown:
        return Answer(UNKNOWN, because, (unread_of(family),))
    if ended:
        return Answer(NOT_PASSED_ON, because)
    far = tuple(_because(*each) for each in carriers_of(family))
    told = completeness(family)
    return Answer(DISTANT, far, completeness=told) if far else Answer(NO, completeness=told)


def carriers_of(family: Pedigree) -> list[tuple[Person, Trait]]:
    """Everyone in whom a variant or syndrome is or may be known, the nearest first."""
    return sorted(
        ((person, trait) for person in family.relatives for trait in person.traits),
        key=lambda pair: 9 if pair[0].degree is None else pair[0].degree,
    )


def _tests(family: Pedigree, genes: set[str]) -> Iterator[Because]:
    """Who was tested for one of these genes and is no carrier by that."""
    for person in family.relatives:
        for test in person.other_tests:
            if test.gene in genes:
                text = f"{person.label.capitalize()}: tested for {test.text}"
                yield Because(text, _source(person, test.reference))


def _had_founder_test_only(case: Case, genes: list[str]) -> bool:
    """Whether the patient's only germline test of these genes looked for founder variants."""
    tests = [each for each in case.results_on(genes) if each.origin == "germline"]
    return bool(tests) and all(each.sees == {"founder-variant"} for each in tests)


def _question(person: Person | None, trait: Trait | None) -> str:
    who = spoken(person) if person else "the relative"
    if trait is not None and trait.is_certain and person is not None:
        if person.may_be and not person.is_by_blood:
            return relation_question(person)
        if person.is_by_blood:
            return f"Does genetics advise testing relatives for the {trait.display} of {who}?"
    return f"Which variant was found in {who}? The report is needed."


def _because(person: Person, trait: Trait) -> Because:
    text = f"{person.label.capitalize()}: {trait.display}"
    return Because(text, _source(person, trait.reference))


def _source(person: Person, reference: str) -> str:
    """The relative's record, also of a result that it links: an Observation names the patient."""
    return reference if reference.startswith("FamilyMemberHistory") else person.reference
