"""The comments of a chart: notes on relatives, conditions in words alone, family texts."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from oncology.chart.model import Chart
from oncology.dates import PartialDate
from oncology.family.relations import read_relation
from oncology.family.told.reader import Subject
from oncology.reading.family_member_history import FamilyMemberHistory, texts_in
from oncology.terminology import Terminology


class Comment(Struct, frozen=True, gc=False):
    """A text about the family. `key`: the record of the relative it is a note on, if it is one."""

    text: str
    reference: str
    key: str = ""
    subject: Subject | None = None
    date: PartialDate | None = None


def comments_of(chart: Chart, terminology: Terminology) -> list[Comment]:
    """Every text of the chart that may tell of the family; none from relatives not by blood."""
    found = [Comment(each.text, each.reference, date=each.date) for each in chart.family_texts]
    for member in chart.family:
        texts = tuple(_texts(member))
        relation = read_relation(member.relationship, terminology) if texts else None
        if relation is None or not relation.is_blood:
            continue
        reference = f"FamilyMemberHistory/{member.id}" if member.id else "FamilyMemberHistory"
        subject = Subject(relation.label, relation.path, relation.sex)
        found += [Comment(text, reference, reference, subject) for text in texts]
    return found


def _texts(member: FamilyMemberHistory) -> Iterator[str]:
    """Notes, and conditions that came in words alone: a code says what it says."""
    yield from texts_in(member.note)
    for condition in member.condition:
        yield from texts_in(condition.note)
        code = condition.code
        if code is not None and code.text and not any(each.code for each in code.coding):
            yield code.text
