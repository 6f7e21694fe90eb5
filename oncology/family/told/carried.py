"""What one sentence tells of a cancer that stands in an earlier one."""

from __future__ import annotations

from oncology.family.told.clauses import Clause, Statement
from oncology.family.told.groups import Group
from oncology.family.told.marks import AGE, COMMA, DASH
from oncology.family.told.onset import AT, DIED, DISEASE, NOW, ONSET, introduced
from oncology.family.told.sayings import WITH_AN_AGE
from oncology.family.told.sites import SITE
from oncology.family.told.who import PERSON, who_of


def carried(clause: Clause, earlier: Statement, is_heading: bool, ending: str) -> list[Statement]:
    """The cancer of the line before, told of the first of this one's people.

    `is_heading`: it stood before its people, as those of a list do; `ending`: the sign behind it.
    """
    marks, first = clause.marks, clause.people[0]
    if any(m.is_a("disease", "benign", "well", "denied", SITE, "gene") for m in marks):
        return []
    if not who_of(marks[first]).is_blood:
        return []
    ages = [
        place
        for place, each in enumerate(marks)
        if each.is_a(AGE) and introduced(marks, place) not in (DIED, NOW, DISEASE)
    ]
    if ending == "." and not all(m.is_a(PERSON, *WITH_AN_AGE) for m in marks):
        return []
    others = [m for m in marks if not m.is_a(DASH, COMMA, "filler")]
    if is_heading and not ages and len(others) > 1:
        return []
    return [Statement(earlier.group, (first,), {first: ages}, True)]


def dated(clause: Clause, group: Group, is_of_family: bool) -> list[Statement]:
    """`FHx breast ca. Mother dx 48, aunt dx 52`: those of whom an age at diagnosis is told.

    `is_of_family`: the cancer was told of the family as a whole.
    """
    marks = clause.marks
    found: list[Statement] = []
    if group.denied or any(m.is_a(SITE) for m in marks):
        return []
    if not is_of_family and any(m.is_a("disease", "gene", "number") for m in marks):
        return []
    for person, end in zip(clause.people, [*clause.people[1:], len(marks)], strict=True):
        said = marks[person + 1 : end]
        # Behind the first, "and her aunt at 39" is told alike.
        told_as = (ONSET, AT) if found else (ONSET,)
        ages = [
            place
            for place in range(person + 1, end)
            if marks[place].is_a(AGE) and introduced(marks, place) in told_as
        ]
        told = who_of(marks[person]).is_blood and len(ages) == 1
        if told and not any(m.is_a("disease", "benign", "denied") for m in said):
            found.append(Statement(group, (person,), {person: ages}, True))
    return found
