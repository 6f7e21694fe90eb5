"""The ages of a statement, dealt out to the people and the cancers it is told of."""

from __future__ import annotations

from itertools import pairwise

from msgspec.structs import replace

from oncology.dates import Span
from oncology.family.told.ages import AgeMark
from oncology.family.told.clauses import Statement
from oncology.family.told.entries import Entry, EntryCancer
from oncology.family.told.groups import Group
from oncology.family.told.marks import COLON, COMMA, SLASH, Mark
from oncology.family.told.onset import age_of

_SEVERAL = 2
_IN_ORDER = ("respectively", "resp", "in that order")


def share(statement: Statement, entries: list[Entry], people: list[int], marks: list[Mark]) -> None:
    """Give the cancers of a statement, with their ages, to the people it is told of."""
    group = statement.group
    counts = [entry.who.count or (2 if entry.who.is_plural else 1) for entry in entries]
    ages = [[age_of(marks[p]) for p in statement.ages.get(place, [])] for place in people]
    for number in range(1, len(people)):
        # "Both grandmothers (60s)" are two of one word.
        both = [*ages[number - 1], *ages[number]]
        if marks[people[number]].start == marks[people[number - 1]].start and len(both) == 1:
            ages[number - 1 : number + 1] = [both, both]
    last = max((p for places in statement.ages.values() for p in places), default=group.last)
    together = any(m.is_a("everyone") for m in marks[: max(last, group.last) + 1])
    if len(entries) > 1 and ages[-1] and not any(ages[:-1]):
        # "Cancer in father and two uncles, all in their 60s".
        of_all = statement.is_forward and marks[last - 1].is_a("everyone")
        of_all = of_all and not (marks[last - 1].text == "both" and counts[-1] == _SEVERAL)
        ages = _dealt(ages[-1], counts, together, statement.is_forward and not of_all)
    if len(group.sites) == len(entries) > 1 and any(m.text in _IN_ORDER for m in marks):
        # "Mother and father had breast and prostate cancer respectively".
        for entry, own, site in zip(entries, ages, group.sites, strict=True):
            one = replace(group, sites=(site,), shared=1)
            entry.cancers += _cancers(replace(statement, group=one), own, 1, together)
        return
    for entry, own, count in zip(entries, ages, counts, strict=True):
        if group.denied:
            # "No cancer at 70" tells how old; "no cancer before 50" leaves the years after open.
            limited = any(each.is_wide for each in own) or _is_over(entry, group, marks)
            entry.cancers += [EntryCancer(each, (), True) for each in group.sites if not limited]
        else:
            entry.cancers += _cancers(statement, own, count, together)


def _dealt(
    ages: list[AgeMark], counts: list[int], together: bool, is_forward: bool
) -> list[list[AgeMark]]:
    """Ages told after several people: one for each in order, or one for all."""
    total = sum(counts)
    if len(ages) == total:
        left = iter(ages)
        return [[next(left) for _ in range(count)] for count in counts]
    if len(ages) == 1 and not is_forward:
        return [ages if together or ages[0].is_wide else [] for _ in counts]
    return [[] for _ in counts[:-1]] + [ages if is_forward else []]


def _cancers(
    statement: Statement, ages: list[AgeMark], count: int, together: bool
) -> list[EntryCancer]:
    group = statement.group
    sites = group.sites
    spans = [each.span for each in ages] if len(ages) == count > 1 else _spans(ages)
    if count > 1:
        of_all = len(spans) > 1 or together or all(age.is_wide for age in ages)
        return [
            EntryCancer(each, tuple(spans), False, group.is_certain, not of_all) for each in sites
        ]
    if len(sites) > 1 and len(spans) == len(sites):
        return [
            EntryCancer(site, (span,), False, group.is_certain)
            for site, span in zip(sites, spans, strict=True)
        ]
    if len(sites) == 1 and len(spans) > 1:
        # Found twice: two primaries.
        return [EntryCancer(sites[0], (span,), False, group.is_certain) for span in spans]
    told = tuple(spans) if len(spans) == 1 else ()
    since = 0 if together else len(sites) - group.shared
    return [
        EntryCancer(site, told if number >= since else (), False, group.is_certain)
        for number, site in enumerate(sites)
    ]


def _spans(ages: list[AgeMark]) -> list[Span]:
    """`late 40s or early 50s` is one interval."""
    spans: list[Span] = []
    for age in ages:
        last = spans[-1] if spans else None
        goes_on = last is not None and last.low != last.high and last.high is not None
        if last and goes_on and age.is_wide and (last.high or 0) + 1 == age.span.low:
            spans[-1] = Span(last.low, age.span.high)
        else:
            spans.append(age.span)
    return spans


def _is_one_of_a_list(marks: list[Mark], person: int, first: int) -> bool:
    """`3 brothers: HTN, DM, colon ca (51)`: a list of what each of them has."""
    between = marks[person + 1 : first]
    return (
        len(between) > 1
        and between[0].is_a(COLON)
        and between[-1].is_a(COMMA)
        and all(m.is_a("disease", "well", COMMA, COLON, SLASH) for m in between)
    )


def _is_over(entry: Entry, group: Group, marks: list[Mark]) -> bool:
    """`Sister had breast cancer in 2016, and is cancer free`: now, and not always."""
    had = any(not each.denied for each in entry.cancers)
    return had and group.denied_at >= 0 and marks[group.denied_at].text == "free"


def count(entry: Entry, statement: Statement, marks: list[Mark]) -> None:
    """`2 sisters - one with …`, `sisters: breast ca x1`: how many of them it is told of."""
    if not entry.who.is_plural and entry.who.count < _SEVERAL:
        return
    group, numbers = statement.group, []
    after = marks[group.last + 1 : group.last + 3]
    if len(after) == 2 and after[0].text in ("x", "×", "in"):
        numbers.append(after[1])
    before = marks[max(statement.people, default=0) + 1 : group.first]
    numbers += [one for one, other in pairwise(before) if other.is_a("with")]
    if _is_one_of_a_list(marks, max(statement.people, default=0), group.first):
        entry.who = replace(entry.who, count=1, is_plural=False)
    for each in numbers:
        if each.is_a("number"):
            entry.who = replace(entry.who, count=int(each.means["number"]))
