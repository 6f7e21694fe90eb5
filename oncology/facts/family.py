"""Who is in the family, for the facts that judge it?"""

from __future__ import annotations

from oncology.chart.model import HistoryItem
from oncology.facts.case import Case
from oncology.family.relatives import Family, Relative, read_relatives
from oncology.findings import Because


def family_of(case: Case) -> Family:
    """The relatives of the patient, read once for a chart."""
    evaluation = case.evaluation
    if evaluation.family is None:
        chart = case.chart
        relatives = read_relatives(chart.family, evaluation.guidance.terminology, case.today)
        evaluation.family = Family(
            relatives=relatives,
            is_read=chart.was_read("FamilyMemberHistory"),
            # "Family history of …" on the problem list is a relative of whom nothing is recorded;
            # a problem that could not be read may say so.
            hides_relatives=chart.hides("FamilyMemberHistory")
            or chart.hides("Condition", about=frozenset(_CODED_HISTORY))
            or bool(coded_history(case)),
        )
    return evaluation.family


def coded_history(case: Case) -> list[HistoryItem]:
    """Breast or ovarian cancer in the family by a problem-list code alone."""
    return [item for item in case.chart.history if item.cancer in _CODED_HISTORY]


# "Family history of …" on the problem list names a cancer, but no relation and no age.
_CODED_HISTORY = ("fh_breast", "fh_ovarian")
_NAMES = {
    "breast": "breast cancer",
    "ovarian": "ovarian cancer",
    "crc": "colorectal cancer",
    None: "cancer, site not recorded",
}


def recorded_cancers(relative: Relative, *cancers: str) -> list[Because]:
    """The cancers of a relative in words: `Mother: breast cancer at 46`."""
    found = []
    for disease in relative.diseases:
        if disease.cancer not in cancers:
            continue
        age = disease.age.words()
        at = f" at {age}" if disease.age.low not in (None, 0) and age else ", age not recorded"
        name = _NAMES.get(disease.cancer, disease.cancer)
        text = f"{relative.label.capitalize()}: {name}{at}"
        found.append(Because(text, relative.reference))
    return list(dict.fromkeys(found))
