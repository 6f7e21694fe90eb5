"""Who is in the family, for the facts that judge it?"""

from __future__ import annotations

from msgspec.structs import replace

from oncology.chart.model import HistoryItem
from oncology.facts.case import Case
from oncology.family.conditions import FAMILY_HISTORY_OF
from oncology.family.model import Pedigree, Person
from oncology.family.read import read_pedigree
from oncology.findings import Because


def family_of(case: Case) -> Pedigree:
    """The pedigree of the patient, read once for a chart."""
    evaluation = case.evaluation
    if evaluation.pedigree is None:
        chart = case.chart
        pedigree = read_pedigree(chart, evaluation.guidance.terminology, case.today)
        # "Family history of …" on the problem list is a relative of whom nothing is recorded;
        # a problem that could not be read may say so.
        evaluation.pedigree = replace(
            pedigree,
            hides_relatives=pedigree.hides_relatives
            or chart.hides("Condition", about=frozenset(_CODED_HISTORY)),
            coded=frozenset(
                FAMILY_HISTORY_OF[item.cancer]
                for item in chart.history
                if item.cancer in FAMILY_HISTORY_OF
            ),
        )
    return evaluation.pedigree


def coded_history(case: Case) -> list[HistoryItem]:
    """Breast or ovarian cancer in the family by a problem-list code alone."""
    return [item for item in case.chart.history if item.cancer in _CODED_HISTORY]


# "Family history of …" on the problem list names a cancer, but no relation and no age.
_CODED_HISTORY = ("fh_breast", "fh_ovarian")


def recorded_cancers(person: Person, *sites: str) -> list[Because]:
    """The cancers of a relative in words: `Mother: breast cancer at 46`."""
    found = []
    for cancer in person.cancers:
        if cancer.site not in sites:
            continue
        age = cancer.age.words()
        at = f" at {age}"
        if not cancer.age.low:
            at = f", age not recorded ({age})" if age else ", age not recorded"
        text = f"{person.label.capitalize()}: {cancer.name}{at}"
        found.append(Because(text, cancer.reference or person.reference))
    return list(dict.fromkeys(found))
