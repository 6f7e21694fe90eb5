"""How old the patient was when a cancer was found."""

from __future__ import annotations

from oncology.chart.model import Diagnosis, Person
from oncology.dates import PartialDate, Span


def age_at_diagnosis(person: Person, diagnosis: Diagnosis, today: PartialDate) -> Span:
    """Age in completed years when the cancer was found, as an interval.

    All that is recorded counts; what contradicts itself tells nothing. A diagnosis known only by
    the day it was recorded was made at that age or before.
    """
    age = diagnosis.onset_age
    if diagnosis.onset is not None:
        age = age.within(person.age_on(diagnosis.onset))
    latest = diagnosis.recorded or today
    return age.within(Span(0, person.age_on(latest).high))
