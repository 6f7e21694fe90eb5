"""What stands under a symbol: number, age, cancers with the age they were found at, variants."""

from __future__ import annotations

from oncology.dates import Span
from oncology.family.model import Cancer, Person
from oncology.family.tree import Member
from smartapp.pages.words import capital

_WIDEST = 15


def labels_of(member: Member, number: str) -> list[str]:
    """The lines under one symbol, each short enough to stand beside its neighbour's."""
    person = member.person
    if person is None:
        return ["not recorded"]
    if member.count > 1:
        return [number, f"{member.count} alike"]
    lines = [" · ".join(each for each in (number, age_label(person)) if each)]
    seen: dict[str, None] = {}
    for cancer in person.cancers:
        seen[cancer_label(cancer)] = None
    for trait in person.traits:
        seen[trait.display + ("" if trait.is_certain else "?")] = None
    for label in seen:
        lines += _wrapped(label)
    return lines


def age_label(person: Person) -> str:
    """`56 y`, `d. 58`; empty when neither age nor death is known."""
    age = span_label(person.age) if _is_told(person.age) else ""
    if person.is_deceased:
        return f"d. {age}" if age else "d."
    return f"{age} y" if age else ""


def _is_told(age: Span) -> bool:
    """An age bounded on one side only says too little for a label."""
    return age.low is not None and age.high is not None and (age.low > 0 or age.high < 18)


def cancer_label(cancer: Cancer) -> str:
    """`Breast 44`, `Ovarian? 50–54`, as short as a label must be."""
    name = capital(cancer.name.removesuffix(" cancer") or "Cancer")
    if cancer.site is None:
        name = "Cancer"
    both = " (both)" if cancer.is_bilateral else ""
    doubt = "" if cancer.is_certain else "?"
    age = f" {span_label(cancer.age)}" if _is_told(cancer.age) else ""
    return f"{name}{both}{doubt}{age}"


def span_label(age: Span) -> str:
    """`46`, `40–43`, `<50`, `50+`; empty when nothing is known."""
    if not age.low and age.high is None:
        return ""
    if age.low == age.high:
        return str(age.low)
    if not age.low:
        return f"<{age.high + 1}" if age.high is not None else ""
    return f"{age.low}+" if age.high is None else f"{age.low}–{age.high}"


def _wrapped(text: str) -> list[str]:
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > _WIDEST:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return [line if len(line) <= _WIDEST + 3 else f"{line[: _WIDEST + 2]}…" for line in lines]
