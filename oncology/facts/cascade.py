"""Does a blood relative carry a known pathogenic variant?"""

from __future__ import annotations

from oncology.facts.case import NO, UNKNOWN, YES, Answer, Case
from oncology.facts.family import family_of
from oncology.family.model import Person, Trait
from oncology.family.variant_test import test_due
from oncology.family.wording import spoken
from oncology.findings import Because

ANSWERS = (YES, NO, UNKNOWN)
_HEREDITARY = "fh_hereditary_disease"


def answer(case: Case, carried_by: str) -> Answer:
    """Yes for a finding or syndrome recorded by its code in a blood relative.

    `carried_by`: the fact of the same artifact that tells which they are, and of which genes.

    One known by words, by a code that names no gene, or in someone whose relation is not known is
    possible: the report is to be asked for. The nearest relative is named first, and decides
    which test is due. Sources: ASCO
    2020, doi:10.1200/JCO.19.02960; ASCO 2024, doi:10.1200/JCO.24.00662; NICE NG241 2024.
    """
    family = family_of(case)
    found = sorted(
        ((person, trait) for person in family.relatives for trait in person.traits),
        key=lambda pair: 9 if pair[0].degree is None else pair[0].degree,
    )
    carried = case.artifact.facts[carried_by].parameters["carried"]
    sure = [
        each for each in found if each[1].is_certain and each[1].name in carried and each[0].path
    ]
    if sure:
        person, trait = sure[0]
        genes = carried[trait.name]
        due = test_due(person, trait, genes, _had_founder_test_only(case, genes))
        return Answer(YES, tuple(_because(*each) for each in sure), text=due)
    coded = [item for item in case.chart.history if item.cancer == _HEREDITARY]
    because = tuple(_because(*each) for each in found)
    because += tuple(Because(item.display, item.reference, item.date) for item in coded)
    if because:
        who = f"the {found[0][0].label}" if found else "the relative"
        return Answer(
            UNKNOWN,
            because,
            (f"the report of {who}'s genetic test",),
            question=_question(found[0][0] if found else None),
        )
    if family.hides_relatives or not family.is_read:
        return Answer(UNKNOWN)
    return Answer(NO)


def _had_founder_test_only(case: Case, genes: list[str]) -> bool:
    """Whether the patient's only germline test of these genes looked for founder variants."""
    tests = [each for each in case.results_on(genes) if each.origin == "germline"]
    return bool(tests) and all(each.sees == {"founder-variant"} for each in tests)


def _question(person: Person | None) -> str:
    who = spoken(person) if person else "the relative"
    return f"Which variant was found in {who}? The report is needed."


def _because(person: Person, trait: Trait) -> Because:
    return Because(f"{person.label.capitalize()}: {trait.display}", trait.reference)
