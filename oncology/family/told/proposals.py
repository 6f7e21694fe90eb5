"""Told relatives beside the recorded ones: who may be the same person, and the family as told.

What is told stays apart from the record: the pedigree as told is only there to say what would be
met if a person confirmed it.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace

from oncology.dates import Span
from oncology.family.model import Cancer, Pedigree, Person, Trait
from oncology.family.told.model import Told, ToldCancer, ToldRelative
from oncology.family.told.reader import read_comment
from oncology.family.told.texts import Comment
from oncology.terminology import Terminology


class Proposal(Struct, frozen=True, gc=False):
    """A relative as told, where it is told, and the recorded person who is the same.

    `person`: the key of the person in the family as told, the same for one told twice. `is_news`
    False: it says no more than the record, or a comment before, does.
    """

    relative: ToldRelative
    comment: Comment
    person: str
    recorded: str = ""
    is_news: bool = True


class Proposals(Struct, frozen=True, gc=False):
    """All that the comments tell. `as_told`: the recorded family with it, never counted as such."""

    proposals: tuple[Proposal, ...]
    told: tuple[tuple[Comment, Told], ...]
    as_told: Pedigree


def propose(pedigree: Pedigree, comments: Iterable[Comment], terminology: Terminology) -> Proposals:
    """Read the comments and put what they tell beside the pedigree."""
    told = [(each, read_comment(each.text, terminology, each.subject)) for each in comments]
    joining = _Joining(pedigree, terminology)
    proposals = [
        proposal for comment, said in told for proposal in joining.add(comment, said.relatives)
    ]
    return Proposals(tuple(proposals), tuple(told), replace(pedigree, people=tuple(joining.people)))


class _Joining:
    """Takes one comment after the other into the family as told."""

    def __init__(self, pedigree: Pedigree, terminology: Terminology) -> None:
        self.people = list(pedigree.people)
        self._recorded = len(self.people)
        self._terminology = terminology

    def add(self, comment: Comment, relatives: Iterable[ToldRelative]) -> list[Proposal]:
        """The proposals of one comment; two sisters of one comment are two people."""
        taken: set[int] = set()
        found = []
        for relative in relatives:
            place = self._same(relative, comment, taken)
            is_new = place is None
            if place is None:
                place = len(self.people)
                self.people.append(_person(relative, f"told-{place}", comment))
            before = self.people[place]
            after = _with(before, relative, comment, self._terminology)
            if relative.is_affected:
                self.people[place] = after
            taken.add(place)
            recorded = before.key if place < self._recorded else ""
            is_news = relative.is_affected and (is_new or after != before)
            found.append(Proposal(relative, comment, before.key, recorded, is_news))
        return found

    def _same(self, relative: ToldRelative, comment: Comment, taken: set[int]) -> int | None:
        """The place of the person who is told of; None for somebody of whom nothing is known yet.

        One's mother is one person. Of several aunts it is one with a cancer that is told of her.
        """
        if relative.is_subject:
            return next((n for n, p in enumerate(self.people) if comment.key in p.references), None)
        if relative.path is None:
            return None
        for place, person in enumerate(self.people):
            if place in taken or person.is_patient or person.path is None:
                continue
            if person.path == relative.path and person.path in _ONE_OF_A_KIND:
                return place
            if _may_be(person, relative) and _share_a_cancer(person, relative):
                return place
        return None


_ONE_OF_A_KIND = ("M", "F", "MM", "MF", "FM", "FF", "I")


def _may_be(person: Person, relative: ToldRelative) -> bool:
    """Whether the relations fit, a side or a sex left open fitting any."""
    one, other = person.path or "", relative.path or ""
    if len(one) != len(other) or {person.sex, relative.sex} == {"female", "male"}:
        return False
    return all(
        step == further or ("P" in (step, further) and {step, further} <= set("MFP"))
        for step, further in zip(one, other, strict=True)
    )


def _share_a_cancer(person: Person, relative: ToldRelative) -> bool:
    told = {each.site for each in relative.cancers if not each.denied}
    recorded = {each.site for each in person.cancers}
    if not told:
        return not relative.is_affected or not recorded
    return bool(told & recorded) or (bool(recorded) and None in told)


def _person(relative: ToldRelative, key: str, comment: Comment) -> Person:
    return Person(
        key=key,
        label=relative.label,
        path=relative.path,
        sex=relative.sex or None,
        references=(comment.reference,),
    )


def _with(
    person: Person, relative: ToldRelative, comment: Comment, terminology: Terminology
) -> Person:
    """The person as told: recorded cancers confirmed, their open ages narrowed, others added."""
    cancers = list(person.cancers)
    for told in relative.cancers:
        if told.denied:
            continue
        place = _recorded_as(cancers, told)
        if place is None:
            cancers.append(_cancer(told, person, comment, terminology))
        else:
            cancers[place] = _confirmed(cancers[place], told)
    known = {trait.name for trait in person.traits}
    genes = [each.symbol for each in relative.genes if each.found and each.symbol not in known]
    traits = [Trait(each, f"{each} variant", False, comment.reference) for each in genes]
    path = relative.path if person.path and "P" in person.path and relative.path else person.path
    return replace(
        person,
        path=path,
        sex=person.sex or relative.sex or None,
        cancers=tuple(cancers),
        traits=(*person.traits, *traits),
        is_health_known=person.is_health_known or relative.is_affected,
    )


def _recorded_as(cancers: list[Cancer], told: ToldCancer) -> int | None:
    same = [n for n, each in enumerate(cancers) if each.site == told.site]
    if not same and told.site is None and len(cancers) == 1:
        return 0
    if not same and told.site is not None:
        same = [n for n, each in enumerate(cancers) if each.site is None]
    return same[0] if same else None


def _confirmed(recorded: Cancer, told: ToldCancer) -> Cancer:
    """Recorded and told together; where the ages contradict each other the record holds."""
    age = recorded.age.within(told.age)
    contradicts = age == Span() != recorded.age
    is_named = recorded.site is None and told.site is not None
    return replace(
        recorded,
        site=told.site if is_named else recorded.site,
        age=recorded.age if contradicts else age,
        is_certain=recorded.is_certain or told.is_certain,
    )


def _cancer(told: ToldCancer, person: Person, comment: Comment, terminology: Terminology) -> Cancer:
    site = terminology.family_sites.get(told.site or "")
    return Cancer(
        told.site,
        told.age.within(Span(0, person.age.high)),
        told.is_certain and told.site is not None,
        name=site.name if site else "cancer, site not told",
        reference=comment.reference,
    )
