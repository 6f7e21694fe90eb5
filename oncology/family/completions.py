"""Every person a record may stand for, as far as a rule can tell them apart."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from itertools import chain, product
from math import prod

from msgspec import Struct

from oncology.dates import Span
from oncology.family.model import Cancer, Pathology, Pedigree, Person
from oncology.family.paths import MATERNAL, PATERNAL, PATIENT, degree_of, on_side
from oncology.family.records import holds
from oncology.family.rule import (
    ANY_SITE,
    BILATERAL,
    HISTOLOGY,
    MENOPAUSE,
    PATHOLOGY,
    PRIMARIES,
    SEX,
    SIDE,
    SITES,
    Member,
    Rule,
    Tumour,
)

_OLDEST = 120
# Beyond so many the record says too little of a person to be told by questions.
_MOST = 4000
# Found before this age breast cancer is taken as premenopausal; later it is asked. Our reading:
# no source names an age.
_ELSEWHERE, _NONE = "elsewhere", "none"
# What an unknown relation may be: one of each kind that some rule tells apart.
_RELATIONS = ("M", "F", "S", "C", "MM", "FM", "MS", "FS", "SC", "MSC", "FSC")
_ONE_OF_A_KIND = ("M", "F", "MM", "FM")
_FEMALE_PATHS = ("M", "MM", "FM")
_PARENT = "P"
_PARENTS = {"M": "female", "F": "male"}


class Fact(Struct, frozen=True, gc=False):
    """Something not recorded: of which person, of what kind, of which of their cancers."""

    place: int
    kind: str
    cancer: int = -1


# What a cancer is, and what can be asked of it only then.
PREMISES = ("site", "cancer")
OF_A_CANCER = ("age", "bilateral", "histology", "menopause", "kind")
_GRADES = (1, 2, 3)
# Stands among the traits of a patient with adoptive parents and nobody of the blood on record.
_ADOPTED = "adopted"
Answers = dict[Fact, Hashable]
Choice = tuple[object, Answers]


class Completion(Struct, frozen=True, gc=False):
    """One way a person may be: the answers that make it so, and what it adds to the rule."""

    answers: Answers
    adds: Hashable | None


def completions(pedigree: Pedigree, place: int, rule: Rule) -> list[Completion] | None:
    """All that a person may be to the rule; None when that is too much to go through.

    A person who adds nothing whatever the answers has one completion, without facts.
    """
    person = pedigree.people[place]
    path = person.path
    if path == PATIENT and not rule.with_patient:
        return [Completion({}, None)]
    if person.degree is not None and person.degree > rule.furthest:
        return [Completion({}, None)]
    if _is_told(pedigree, person, rule):
        return [Completion({}, rule.counts(_as_told(person, place, rule)))]
    choices = [
        _paths(pedigree, place, rule),
        _sexes(person, place, rule),
        *[
            _tumours(cancer, place, number, rule, _others(pedigree, person, cancer, rule))
            for number, cancer in enumerate(person.cancers)
            if cancer.site is None or is_about(rule, cancer.site)
        ],
    ]
    if person.may_be_ill:
        choices.append(_health(pedigree, place, rule))
    if person.traits and rule.traits:
        choices += _traits(person, place, rule)
    if person.is_patient and PATHOLOGY in rule.asks:
        is_adopted = bool(pedigree.by_adoption) and not pedigree.relatives
        choices += [_pathologies(person, place), [((_ADOPTED,) if is_adopted else (), {})]]
    count = prod(map(len, choices))
    if count > _MOST:
        return None
    found = [
        _completion(place, rule, combination)
        for combination in product(*choices)
        if path != _PARENT or _agree(combination[0][1], combination[1][1])
    ]
    if count == 1 or len({each.adds for each in found}) == 1:
        return [Completion({}, found[0].adds)]
    return _telling(found)


def _is_told(pedigree: Pedigree, person: Person, rule: Rule) -> bool:
    """Whether nothing that the rule may ask of a person is open; most people are so."""
    if person.traits or person.may_be_ill or person.path is None:
        return False
    if person.is_patient and PATHOLOGY in rule.asks:
        return False
    if (SIDE in rule.asks and person.side is None) or (SEX in rule.asks and person.sex is None):
        return False
    return all(
        _is_told_of(cancer, rule) and not _others(pedigree, person, cancer, rule)
        for cancer in person.cancers
    )


def _as_told(person: Person, place: int, rule: Rule) -> Member:
    tumours = tuple(
        Tumour(
            cancer.site,
            cancer.age.low or 0,
            bool(cancer.is_bilateral),
            cancer.histology,
            cancer.is_in_situ,
            cancer.premenopausal,
        )
        for cancer in person.cancers
        if cancer.site is not None and is_about(rule, cancer.site)
    )
    return Member(place, person.path or PATIENT, person.sex, tumours)


def _is_told_of(cancer: Cancer, rule: Rule) -> bool:
    if cancer.site is None:
        return False
    if not is_about(rule, cancer.site):
        return True
    if not cancer.is_certain or cancer.age.low is None or cancer.age.low != cancer.age.high:
        return False
    if cancer.site == "breast" and (BILATERAL in rule.asks or MENOPAUSE in rule.asks):
        return False
    return HISTOLOGY not in rule.asks or cancer.site not in rule.histologies


def _telling(ways: list[Completion]) -> list[Completion]:
    """The same ways without the facts that make no difference to what the person adds."""
    facts = dict.fromkeys(fact for way in ways for fact in way.answers)
    # That there is an age to tell says already that there was a cancer: details go first.
    for fact in sorted(facts, key=lambda each: each.kind in PREMISES):
        if fact.kind in PREMISES and any(
            other.cancer == fact.cancer and other.kind in OF_A_CANCER
            for way in ways
            for other in way.answers
        ):
            continue
        without: dict[frozenset[object], Completion] = {}
        for way in ways:
            rest = {each: told for each, told in way.answers.items() if each != fact}
            known = without.setdefault(frozenset(rest.items()), Completion(rest, way.adds))
            if known.adds != way.adds:
                break
        else:
            ways = list(without.values())
    return ways


def _completion(place: int, rule: Rule, combination: tuple[Choice, ...]) -> Completion:
    (path, path_answers), (sex, sex_answers), *rest = combination
    answers = {**path_answers, **sex_answers}
    tumours: list[Tumour] = []
    traits: list[str] = []
    pathology = Pathology()
    for part, told in rest:
        if told:
            answers.update(told)
        for each in part:  # type: ignore[attr-defined]
            if isinstance(each, Pathology):
                pathology = each
            else:
                (traits if isinstance(each, str) else tumours).append(each)
    if path is None or degree_of(path) > rule.furthest:
        return Completion(answers, None)
    member = Member(
        place,
        path,  # type: ignore[arg-type]
        sex,  # type: ignore[arg-type]
        tuple(tumours),
        tuple(traits),
        pathology,
        _ADOPTED in traits,
    )
    return Completion(answers, rule.counts(member))


def _pathologies(person: Person, place: int) -> list[Choice]:
    """Every way the breast cancer may be; one who has none asks for nothing."""
    if not any(each.site in ("breast", None) for each in person.cancers):
        return [((), {})]
    told = person.pathology
    open_ones = [name for name in ("grade", "er", "pr", "her2") if getattr(told, name) is None]
    found: list[Choice] = []
    markers = [(True, False) if each is None else (each,) for each in (told.er, told.pr, told.her2)]
    for grade in _GRADES if told.grade is None else (told.grade,):
        for er, pr, her2 in product(*markers):
            way = Pathology(grade, er, pr, her2)
            found.append(((way,), {Fact(place, name): getattr(way, name) for name in open_ones}))
    return found


def _paths(pedigree: Pedigree, place: int, rule: Rule) -> list[Choice]:
    person = pedigree.people[place]
    path = person.path
    if path is None:
        fact = Fact(place, "relation")
        return [(each, {fact: each or _NONE}) for each in _relations(pedigree, person, rule)]
    if person.side is None and SIDE in rule.asks:
        if path == _PARENT and (parents := _as_parents(pedigree, place)):
            known = Fact(place, "sex")
            return [(each, {known: sex}) for each, sex in parents]
        fact = Fact(place, "side")
        return [(on_side(path, side), {fact: side}) for side in (MATERNAL, PATERNAL)]
    return [(path, {})]


def _as_parents(pedigree: Pedigree, place: int) -> list[tuple[str | None, str]]:
    """The paths of a parent whom the sex tells, each with that sex; None for nobody further.

    The mother on record is the one mother (`records.people_in`). Empty where what the two records
    tell of her together is more than either says: then side and sex stay open each for itself.
    """
    person = pedigree.people[place]
    found: list[tuple[str | None, str]] = []
    for path, sex in _PARENTS.items():
        others = [
            each
            for number, each in enumerate(pedigree.people)
            if number != place and not {path, _PARENT}.isdisjoint(each.paths)
        ]
        if any(each.path != path or not holds(each, person) for each in others):
            return []
        found.append((None if others else path, sex))
    return found


def _relations(pedigree: Pedigree, person: Person, rule: Rule) -> list[str | None]:
    """The paths of one whose relation is not known; None for none by blood."""
    if person.may_be:
        sides = (MATERNAL, PATERNAL) if SIDE in rule.asks else ()
        told = [
            [on_side(each, side) for side in sides] if each and sides else [each]
            for each in person.may_be
        ]
        return list(dict.fromkeys(chain.from_iterable(told)))
    taken = {each.path for each in pedigree.people}
    return [
        each
        for each in (*_RELATIONS, None)
        if each not in _ONE_OF_A_KIND or (each not in taken and _fits(each, person.sex))
    ]


def _fits(path: str, sex: str | None) -> bool:
    return sex is None or (sex == "female") == (path in _FEMALE_PATHS)


def _agree(one: Answers, other: Answers) -> bool:
    """Whether two parts of a person answer no fact differently: a mother is a woman."""
    return all(one.get(fact, told) == told for fact, told in other.items())


def _sexes(person: Person, place: int, rule: Rule) -> list[Choice]:
    if person.sex is None and SEX in rule.asks:
        return [(sex, {Fact(place, "sex"): sex}) for sex in ("female", "male")]
    return [(person.sex, {})]


def is_about(rule: Rule, site: str) -> bool:
    """Whether the rule is about cancers of this site."""
    return site in rule.sites or ANY_SITE in rule.sites


def _others(pedigree: Pedigree, person: Person, cancer: Cancer, rule: Rule) -> list[str]:
    """The sites beside its own, or beside the stand-ins, of which a recorded cancer may be.

    Those that another cancer is recorded by, of this person or of any, where the rule asks whether
    the two are one or alike.
    """
    recorded: Iterable[str | None] = ()
    if SITES in rule.asks:
        recorded = pedigree.sites
    elif PRIMARIES in rule.asks and len(person.cancers) > 1:
        recorded = dict.fromkeys(each.site for each in person.cancers)
    told = rule.stand_ins if cancer.site is None else (cancer.site,)
    return [
        site
        for site in recorded
        if site and site not in told and pedigree.kinds.may_be(cancer.site, site)
    ]


def _tumours(
    cancer: Cancer, place: int, number: int, rule: Rule, others: list[str]
) -> list[Choice]:
    """What one recorded cancer may be: another site, none at all, another age, …"""
    if cancer.site is not None:
        kind = Fact(place, "kind", number)
        found = [
            (part, {**told, kind: site} if others else told)
            for site in (cancer.site, *others)
            for part, told in _details(cancer, site, place, number, rule)
        ]
        if not cancer.is_certain:
            fact = Fact(place, "cancer", number)
            found = [(part, {**told, fact: cancer.site}) for part, told in found]
            found.append(((), {fact: _NONE}))
        return found
    fact = Fact(place, "site", number)
    found = [
        (part, {**told, fact: site})
        for site in (*rule.stand_ins, *others)
        for part, told in _details(cancer, site, place, number, rule)
    ]
    if ANY_SITE not in rule.sites:
        found.append(((), {fact: _ELSEWHERE}))
    if not cancer.is_certain:
        found.append(((), {fact: _NONE}))
    return found


def _details(cancer: Cancer, site: str, place: int, number: int, rule: Rule) -> Iterator[Choice]:
    ages = _cells(cancer.age, rule.cuts)
    both = _bilateral(cancer, site, rule)
    kinds = _histologies(cancer, site, rule)
    for age, bilateral, histology in product(ages, both, kinds):
        before = _menopause(cancer, site, age, rule)
        for premenopausal in before:
            told: Answers = {}
            if len(ages) > 1:
                told[Fact(place, "age", number)] = age
            if len(both) > 1:
                told[Fact(place, "bilateral", number)] = bilateral
            if len(kinds) > 1:
                told[Fact(place, "histology", number)] = histology
            if len(before) > 1:
                told[Fact(place, "menopause", number)] = premenopausal
            tumour = Tumour(site, age, bilateral, histology, cancer.is_in_situ, premenopausal)
            yield (tumour,), told


def _cells(age: Span, cuts: tuple[int, ...]) -> list[int]:
    """One age of each band between the cuts that the recorded age may lie in."""
    low = age.low or 0
    high = _OLDEST if age.high is None else age.high
    return [low, *(cut for cut in cuts if low < cut <= high)]


def _bilateral(cancer: Cancer, site: str, rule: Rule) -> list[bool]:
    if BILATERAL not in rule.asks or site != "breast":
        return [bool(cancer.is_bilateral)]
    return [True, False] if cancer.is_bilateral is None else [cancer.is_bilateral]


def _histologies(cancer: Cancer, site: str, rule: Rule) -> list[str]:
    if HISTOLOGY not in rule.asks or site not in rule.histologies:
        return [cancer.histology]
    vague = ("", "unknown", "adenocarcinoma", *rule.may_be_telling)
    return ["telling", "other"] if cancer.histology in vague else [cancer.histology]


def _menopause(cancer: Cancer, site: str, age: int, rule: Rule) -> list[bool]:
    if MENOPAUSE not in rule.asks or site != "breast" or cancer.premenopausal:
        return [cancer.premenopausal]
    return [True, False]


def _health(pedigree: Pedigree, place: int, rule: Rule) -> list[Choice]:
    """Where nothing could be told: no cancer, one of each kind at each age, or all of them."""
    fact = Fact(place, "health")
    person = pedigree.people[place]
    open_cancer = Cancer(None, Span(0, person.age.high))
    sites = (*rule.stand_ins, *_others(pedigree, person, open_cancer, rule))
    found: list[Choice] = [((), {fact: _NONE})]
    for site in sites:
        for age in _cells(open_cancer.age, rule.cuts):
            tumour = Tumour(site, age, histology="other")
            found.append(((tumour,), {fact: (site, age)}))
    every = tuple(
        Tumour(site, age, BILATERAL in rule.asks and site == "breast", "telling", False, True)
        for site in sites
        for age in _cells(open_cancer.age, rule.cuts)
    )
    found.append((every, {fact: "all"}))
    return found


def _traits(person: Person, place: int, rule: Rule) -> list[list[Choice]]:
    found: list[list[Choice]] = []
    for number, trait in enumerate(person.traits):
        if trait.name not in rule.traits:
            continue
        if trait.is_certain:
            found.append([((trait.name,), {})])
        else:
            fact = Fact(place, "trait", number)
            found.append([((trait.name,), {fact: True}), ((), {fact: False})])
    return found
