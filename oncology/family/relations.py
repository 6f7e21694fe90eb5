"""How a relative is related: by the exact code, and by words that say it exactly."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from oncology.family.distant import Distant, distant_of
from oncology.family.paths import on_side, side_of
from oncology.family.relation_doubts import (
    Paths,
    doubt_of,
    doubt_of_notes,
    is_by_marriage,
    plain,
)
from oncology.reading.elements import CodeableConcept
from oncology.terminology import SYSTEMS, RelationshipConcept, Terminology

_TWINS = {
    **dict.fromkeys(("TWIN", "TWINSIS", "TWINBRO"), "twin"),
    **dict.fromkeys(("FTWIN", "FTWINSIS", "FTWINBRO"), "fraternal"),
    **dict.fromkeys(("ITWIN", "ITWINSIS", "ITWINBRO"), "identical"),
}
# Relations by adoption, as the tables call them: the place in the family, and the sex if told.
_ADOPTED = {
    "adoptive mother": ("M", "female"),
    "adoptive father": ("F", "male"),
    "adoptive parent": ("P", ""),
    **dict.fromkeys(("adopted sister", "adoptive sister"), ("S", "female")),
    **dict.fromkeys(("adopted brother", "adoptive brother"), ("S", "male")),
    "adopted daughter": ("C", "female"),
    "adopted son": ("C", "male"),
    "adopted child": ("C", ""),
}


_COUSINS = ("PSC", "MSC", "FSC")


class Relation(Struct, frozen=True, gc=False):
    """A relation as recorded: `is_blood` False leaves the person out, `path` None is not known.

    `may_be`: the paths that a relation in doubt may have, None among them when it is perhaps not
    by blood. `adopted`: the place of one who is related by adoption alone, empty for everyone else.
    `is_by_sex`: a parent or grandparent whom only the recorded sex makes a mother or father.
    """

    label: str
    path: str | None
    sex: str
    is_blood: bool
    twin: str = ""
    adopted: str = ""
    may_be: Paths = ()
    is_by_sex: bool = False


UNKNOWN = Relation("relative", None, "", True)
NOT_BLOOD = Relation("relative", None, "", False)


def read_relation(
    concept: CodeableConcept | None, terminology: Terminology, notes: Iterable[str] = ()
) -> Relation:
    """The relation a record names; unknown when it names none, or when code and words disagree.

    Adoptive, step, foster and in-law relations and the patient are told by their exact code,
    never by their place in a hierarchy. Words, and notes on the relative, may put it in doubt.
    """
    if concept is None:
        return UNKNOWN
    coded = _coded(concept, terminology)
    said = _said(concept, terminology)
    for told in (coded, said):
        if told is not None and told.blood == "no":
            return _not_blood(told)
    words = _unlisted(concept, terminology)
    if any(is_by_marriage(each, terminology) for each in words):
        return NOT_BLOOD
    if coded is None or coded.path in ("", *_COUSINS):
        for each in _words(concept):
            if (far := distant_of(each)) is not None:
                return _distant(far, coded)
    known = _closer(coded, said)
    if known is None or not known.path:
        return UNKNOWN
    doubt = doubt_of(known, words)
    return _relation(known, doubt if doubt is not None else doubt_of_notes(known, notes))


def with_sex(relation: Relation, sex: str | None, terminology: Terminology) -> Relation:
    """A parent of recorded sex is the mother or the father, a grandparent one of theirs."""
    last = {"female": "M", "male": "F"}.get(sex or "")
    named = relation.path or next(iter(relation.may_be), None) or ""
    if last is None or not named.endswith("P"):
        return relation
    path = named[:-1] + last
    known = terminology.relationships.values()
    return replace(
        relation,
        label=next((each.display for each in known if each.path == path), relation.label),
        path=path if relation.path else None,
        may_be=tuple(path if each == named else each for each in relation.may_be),
        is_by_sex=True,
    )


def _closer(
    coded: RelationshipConcept | None, said: RelationshipConcept | None
) -> RelationshipConcept | None:
    """The closer of code and words; None when the two exclude each other."""
    if coded is None or said is None:
        return coded or said
    if not coded.path:
        return said
    if said.path == coded.path and said.sex in ("", coded.sex or said.sex):
        return coded
    if _refines(said.path, coded.path) and said.sex in ("", coded.sex or said.sex):
        return replace(said, sex=said.sex or coded.sex)
    return coded if _refines(coded.path, said.path) else None


def _coded(concept: CodeableConcept, terminology: Terminology) -> RelationshipConcept | None:
    for coding in concept.coding:
        if SYSTEMS.get(coding.system or "") == "role" and coding.code:
            known = terminology.relationships.get(coding.code)
            if known is not None:
                return known
    return None


def _said(concept: CodeableConcept, terminology: Terminology) -> RelationshipConcept | None:
    """The relation of the first words that are in the list; one that denies blood goes before."""
    listed = [terminology.relation_words.get(words) for words in _words(concept)]
    found = [each for each in listed if each is not None]
    return min(found, key=lambda each: each.blood != "no", default=None)


def _words(concept: CodeableConcept) -> Iterator[str]:
    for text in (concept.text, *(coding.display for coding in concept.coding)):
        yield plain(text)


def _unlisted(concept: CodeableConcept, terminology: Terminology) -> list[str]:
    """The words that are no relation of the list, whose words say exactly what they say."""
    return [each for each in _words(concept) if each and each not in terminology.relation_words]


def _refines(closer: str, wider: str) -> bool:
    """Whether one path says the same as the other, or tells the parent that it leaves open."""
    if wider == "S" and closer in ("PC", "MC", "FC"):
        return True
    return len(closer) == len(wider) and all(
        other in (step, "P") for step, other in zip(closer, wider, strict=True)
    )


def _relation(found: RelationshipConcept, doubt: Paths | None) -> Relation:
    if doubt is None:
        return Relation(found.display, found.path, found.sex, True, _TWINS.get(found.code, ""))
    return Relation(found.display, None, found.sex, True, may_be=doubt) if doubt else UNKNOWN


def _distant(far: Distant, coded: RelationshipConcept | None) -> Relation:
    """On the side of a cousin's code; unknown when code and words name two sides."""
    side = side_of(coded.path) if coded is not None and coded.path else None
    paths = tuple(on_side(each, side) for each in far.paths) if side else far.paths
    if side and any(side_of(each) != side for each in paths):
        return UNKNOWN
    path, *others = paths
    return Relation(far.label, None if others else path, "", True, may_be=paths if others else ())


def _not_blood(found: RelationshipConcept) -> Relation:
    place, sex = _ADOPTED.get(found.display, ("", ""))
    return Relation(found.display, None, sex, False, adopted=place) if place else NOT_BLOOD
