"""Is this a woman whom USPSTF 2019 would have assessed with a family-history tool?"""

from __future__ import annotations

from oncology.chart.model import PAST, Diagnosis
from oncology.facts.case import NO, UNKNOWN, YES, Answer, Case
from oncology.facts.family import coded_history, family_of, recorded_cancers
from oncology.family.affected import has, open_facts_of
from oncology.family.completeness import completeness, unread_of
from oncology.family.conditions import FAMILY_HISTORY_OF
from oncology.family.model import Pedigree
from oncology.family.wording import need_of, question_of
from oncology.findings import Because

ANSWERS = (YES, NO, UNKNOWN)
_CANCERS = ("breast", "ovarian")
_OWN = frozenset(_CANCERS)


def answer(case: Case) -> Answer:
    """Women with a personal or family history of breast, ovarian, tubal or peritoneal cancer.

    Not women with such a cancer now: their own rules apply. Ancestry is not inferred.
    Source: USPSTF 2019, doi:10.1001/jama.2019.10987.
    """
    chart = case.chart
    if chart.person.sex == "male":
        return Answer(NO)
    own = [each for each in chart.diagnoses if each.cancer.split(":")[0] in _CANCERS]
    if any(each.activity.is_present and each.verification.is_usable for each in own):
        return Answer(NO)
    # Whether she has such a cancer now decides; the rest only when she has none.
    # Of no site, or in words alone: it may be such a cancer.
    vague = [each for each in chart.others if each.cancer in ("", *_CANCERS)]
    present = [each for each in own + vague if not _is_past(each)]
    is_open = bool(present) or chart.lacks("Condition", about=_OWN)
    because = [Because(f"Past {each.display}", each.reference, each.date) for each in own]
    family = family_of(case)
    doubtful = is_open or family.hides_relatives or not family.is_read or family.is_unknown
    doubtful = doubtful or bool(vague) or bool(coded_history(case))
    for relative in family.relatives:
        verdict = has(relative, *_CANCERS)
        if verdict:
            because += recorded_cancers(relative, *_CANCERS)
        doubtful = doubtful or verdict is None
    if not because and not doubtful:
        return Answer(NO, completeness=completeness(family))
    if chart.person.sex is None:
        return Answer(UNKNOWN, needs=("sex",), question="Which sex was recorded at birth?")
    if is_open:
        return _asks_own(present, family)
    if because:
        return Answer(YES, tuple(because))
    if vague:
        return _asks_own(vague, family)
    return _asks_family(case, family)


def _asks_own(own: list[Diagnosis], family: Pedigree) -> Answer:
    """What is not known of the patient's own cancer; what could not be read is nobody's to ask.

    Nor is which cancer it was where no relative is recorded: no tool could be run on the answer.
    """
    if not own:
        return Answer(UNKNOWN, needs=("the problem list that could not be read",))
    name = own[0].cancer.split(":")[0]
    if not name:
        need = "which cancer the patient has or had"
        question = "Which cancer did the patient have?" if family.relatives else ""
        return Answer(UNKNOWN, needs=(need,), question=question)
    need = f"whether the patient has {name} cancer now"
    return Answer(UNKNOWN, needs=(need,), question=f"Does the patient have {name} cancer now?")


def _asks_family(case: Case, family: Pedigree) -> Answer:
    """The relatives behind a coded family history, else what may be such a cancer in a relative."""
    coded = coded_history(case)
    if coded:
        needs = tuple(f"the relative and age behind {item.display}" for item in coded)
        cancers = " or ".join(dict.fromkeys(FAMILY_HISTORY_OF[each.cancer] for each in coded))
        question = f"Which relative had {cancers} cancer, and at what age?"
        return Answer(UNKNOWN, needs=needs, question=question)
    facts = [
        fact
        for place, person in enumerate(family.people)
        if not person.is_patient
        for fact in open_facts_of(person, place, *_CANCERS)
    ]
    needs = tuple(dict.fromkeys(need_of(fact, family) for fact in facts))
    if not facts:
        return Answer(UNKNOWN, needs=(unread_of(family),))
    return Answer(UNKNOWN, needs=needs, question=question_of(facts[0], family))


def _is_past(diagnosis: Diagnosis) -> bool:
    return diagnosis.activity in PAST and diagnosis.verification.is_usable
