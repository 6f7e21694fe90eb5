"""What is not recorded, in words: as a need, and as one question a clinician can ask."""

from __future__ import annotations

from oncology.family.completions import Fact
from oncology.family.model import Pedigree, Person

_SHE, _HE = ("she", "her"), ("he", "his")
_CANCER = "cancer"


def need_of(fact: Fact, pedigree: Pedigree) -> str:
    """The fact as a noun: `the age of the mother at breast cancer`."""
    person = pedigree.people[fact.place]
    who, cancer = f"the {person.label}", _cancer(person, fact)
    if fact.kind == "link":
        return f"whether {who} and the {pedigree.people[fact.cancer].label} are parent and child"
    return {
        "age": f"the age of {who} at {cancer}",
        "sex": f"the sex of {who}",
        "side": f"the side of {who}, mother's or father's",
        "relation": f"how {who} is related",
        "site": f"the cancer of {who}",
        "cancer": f"the diagnosis of {who}: {cancer} or not",
        "bilateral": f"whether the {cancer} of {who} was in both breasts",
        "histology": f"the type of {cancer} of {who}",
        "menopause": f"whether the {cancer} of {who} was before the menopause",
        "health": f"the cancers of {who}",
        "trait": f"the finding of {who}: {_trait(person, fact)}",
    }[fact.kind]


def question_of(fact: Fact, pedigree: Pedigree) -> str:
    """The fact as a question: `How old was the mother when her breast cancer was found?`"""
    person = pedigree.people[fact.place]
    who, cancer = f"the {person.label}", _cancer(person, fact)
    whose = _pronouns(person)[1]
    if fact.kind == "link":
        other = pedigree.people[fact.cancer].label
        return f"Are {who} and the {other} parent and child?"
    return {
        "age": f"How old was {who} when {whose} {cancer} was found?",
        "sex": f"Is {who} a man or a woman?",
        "side": f"Is {who} on the mother's or the father's side?",
        "relation": f"How is {who} with {_cancers(person)} related to the patient?",
        "site": f"Which cancer did {who} have?",
        "cancer": f"Did {who} have {cancer}?",
        "bilateral": f"Was the {cancer} of {who} in both breasts?",
        "histology": f"Which type was the {cancer} of {who}?",
        "menopause": f"Was the {cancer} of {who} found before the menopause?",
        "health": f"Which cancers did {who} have, and at what ages?",
        "trait": f"Does {who} have {_trait(person, fact)}?",
    }[fact.kind]


def _pronouns(person: Person) -> tuple[str, str]:
    if person.sex == "female":
        return _SHE
    return _HE if person.sex == "male" else ("they", "their")


def _cancer(person: Person, fact: Fact) -> str:
    if fact.kind == "link" or not 0 <= fact.cancer < len(person.cancers):
        return _CANCER
    cancer = person.cancers[fact.cancer]
    return cancer.name if cancer.site else _CANCER


def _cancers(person: Person) -> str:
    return ", ".join(dict.fromkeys(each.name for each in person.cancers)) or "no known health"


def _trait(person: Person, fact: Fact) -> str:
    known = 0 <= fact.cancer < len(person.traits)
    return person.traits[fact.cancer].display if known else "it"
