"""What is not recorded, in words: as a need, and as one question to the clinician."""

from __future__ import annotations

from oncology.family.completions import Fact
from oncology.family.model import Pedigree, Person

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
        "grade": f"the grade of the breast cancer of {who}",
        **{
            kind: f"whether the breast cancer of {who} is {kind.upper()} positive"
            for kind in ("er", "pr", "her2")
        },
        "kind": f"the type of {cancer} of {who}",
        "menopause": f"whether the {cancer} of {who} was before the menopause",
        "health": f"the cancers of {who}",
        "trait": f"the finding of {who}: {_trait(person, fact)}",
    }[fact.kind]


def question_of(fact: Fact, pedigree: Pedigree) -> str:
    """The fact as a question to the clinician: `How old was the father's brother when his colon
    cancer was found?`
    """
    person = pedigree.people[fact.place]
    if person.is_patient:
        return _asked_of_patient(fact, person)
    who, cancer = spoken(person), _cancer(person, fact)
    if fact.kind == "link":
        return f"Are {who} and {spoken(pedigree.people[fact.cancer])} parent and child?"
    return {
        "age": f"How old was {who} when {_whose(person)} {cancer} was found?",
        "sex": f"Is {who} a man or a woman?",
        "side": f"Is {who} on the mother's or the father's side?",
        "relation": relation_question(person),
        "site": f"Which cancer did {who} have?",
        "cancer": f"Was {cancer} confirmed in {who}?",
        "bilateral": f"Did {who} have {cancer} in both breasts?",
        "histology": f"Which type of {cancer} did {who} have?",
        "kind": f"Which type of {cancer} did {who} have?",
        "menopause": f"Was the {cancer} of {who} found before the menopause?",
        "health": f"Which cancers did {who} have, and at what ages?",
        "trait": f"Was {_trait(person, fact)} confirmed in {who}?",
    }[fact.kind]


def relation_question(person: Person) -> str:
    """How somebody is related, or which of the few ways it is that the record leaves."""
    if not person.may_be:
        return f"How is the relative with {_cancers(person)} related to the patient?"
    who = f"{spoken(person)} with {_cancers(person)}" if person.cancers else spoken(person)
    if None in person.may_be:
        return f"Is {who} related to the patient by blood?"
    return f"Is {who} related by full or by half blood?"


def _asked_of_patient(fact: Fact, person: Person) -> str:
    cancer = _cancer(person, fact)
    return {
        "age": f"How old was the patient when the {cancer} was found?",
        "sex": "Which sex was recorded at birth?",
        "site": "Which cancer did the patient have?",
        "cancer": f"Was {cancer} confirmed in the patient?",
        "bilateral": f"Did the patient have {cancer} in both breasts?",
        "histology": f"Which type of {cancer} did the patient have?",
        "grade": "Which grade was the patient's breast cancer?",
        **{
            kind: f"Was the patient's breast cancer {kind.upper()} positive?"
            for kind in ("er", "pr", "her2")
        },
        "kind": f"Which type of {cancer} did the patient have?",
        "menopause": f"Was the patient's {cancer} found before the menopause?",
        "trait": f"Was {_trait(person, fact)} confirmed in the patient?",
    }[fact.kind]


def spoken(person: Person) -> str:
    """A relative as a clinician speaks of them: `the mother's sister`.

    One of several is told by the name the record has for them.
    """
    said = _SPOKEN.get((person.path or "", person.sex or ""))
    if said is None:
        return f"the {person.label}"
    return f"the {said} ({person.label})" if person.label[-1:].isdigit() else f"the {said}"


_SPOKEN = {
    ("MS", "female"): "mother's sister",
    ("MS", "male"): "mother's brother",
    ("FS", "female"): "father's sister",
    ("FS", "male"): "father's brother",
    ("MM", "female"): "mother's mother",
    ("MF", "male"): "mother's father",
    ("FM", "female"): "father's mother",
    ("FF", "male"): "father's father",
    **{("MSC", sex): "cousin on the mother's side" for sex in ("", "female", "male")},
    **{("FSC", sex): "cousin on the father's side" for sex in ("", "female", "male")},
    **{("C", sex): word for sex, word in (("female", "daughter"), ("male", "son"))},
    **{("M", "female"): "mother", ("F", "male"): "father"},
}


def _whose(person: Person) -> str:
    return {"female": "her", "male": "his"}.get(person.sex or "", "their")


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
