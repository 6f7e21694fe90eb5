"""The comments and their labels.

    @O001
    Mom breast ca dx 42, no colon ca
    > M | breast 42
    ! crc

`> path | cancers` is one relative: the path from the patient (`?` when it is not said, `?m` and
`?p` on the mother's or father's side), and each cancer by its site with the age at onset. `-site`
is denied of that relative, `?site` is not certain, `+GENE` a variant found. `! sites` are denied of
the whole family, `= unknown` and `= language` say that nothing is known, or nothing is read.
`@O151 note:S` is a note in the record of a sister. `LABELS.md` has the rules of labelling.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from oncology.dates import Span
from oncology.family.told.model import Told
from oncology.family.told.reader import Subject, read_comment
from tests.family.builders import TERMINOLOGY

FOLDER = Path(__file__).parent
# Written to build the reader; the others by other writers, each opened once.
FILES = (
    "open.txt",
    "sealed.txt",
    "second.txt",
    "third.txt",
    "fourth.txt",
    "fifth.txt",
    "sixth.txt",
    "seventh.txt",
    "eighth.txt",
    "ninth.txt",
    "tenth.txt",
    "eleventh.txt",
    "twelfth.txt",
    "thirteenth.txt",
    "fourteenth.txt",
    "fifteenth.txt",
    "sixteenth.txt",
    "seventeenth.txt",
    "eighteenth.txt",
    "nineteenth.txt",
    "twentieth.txt",
    "twenty_first.txt",
    "twenty_second.txt",
    "twenty_third.txt",
    "twenty_fourth.txt",
)
# Opened last, by nobody who builds the reader: what it makes of comments that it never met.
UNSEEN = "unseen.txt"
ANY, CANCER = "any", "cancer"
_LABEL = re.compile(r"[>!=] ")


@dataclass(frozen=True)
class Item:
    """One cancer, or variant, of one relative."""

    site: str
    age: Span = field(default_factory=Span)
    denied: bool = False
    certain: bool = True


@dataclass(frozen=True)
class Relative:
    """One relative: the path, or `?`, `?m`, `?p`."""

    path: str
    items: tuple[Item, ...]

    @property
    def cancers(self) -> tuple[Item, ...]:
        """The cancers told of them."""
        return tuple(each for each in self.items if not each.denied and not _is_gene(each.site))


@dataclass(frozen=True)
class Reading:
    """What a comment says, as labelled or as read."""

    relatives: tuple[Relative, ...]
    denied: frozenset[str]
    notes: frozenset[str]


@dataclass(frozen=True)
class Comment:
    """A comment with its label."""

    id: str
    text: str
    subject: str
    gold: Reading


def comments(name: str) -> list[Comment]:
    """The comments of one file."""
    blocks = re.split(r"^@", (FOLDER / name).read_text(encoding="utf-8"), flags=re.M)[1:]
    return [_comment(block) for block in blocks]


@cache
def read(comment: Comment) -> Reading:
    """What the product reads of it."""
    subject = Subject("relative", comment.subject, _sex(comment.subject))
    told = read_comment(comment.text, TERMINOLOGY, subject if comment.subject else None)
    return reading_of(told)


def reading_of(told: Told) -> Reading:
    """A reading in the words of the labels."""
    relatives = []
    for each in told.relatives:
        items = [
            Item(
                cancer.site or (ANY if cancer.denied else CANCER),
                cancer.age,
                cancer.denied,
                cancer.is_certain,
            )
            for cancer in each.cancers
        ]
        items += [Item(gene.symbol, denied=not gene.found) for gene in each.genes]
        path = f"?{each.told_side[:1]}" if each.path is None else each.path
        relatives.append(Relative(path, tuple(sorted(items, key=repr))))
    notes = {"unknown"} if told.is_history_unknown else set()
    notes |= {"language"} if told.is_foreign else set()
    denied = frozenset(site or ANY for site in told.denied)
    return Reading(tuple(sorted(relatives, key=repr)), denied, frozenset(notes))


def _comment(block: str) -> Comment:
    lines = block.rstrip("\n").split("\n")
    identifier, _, note = lines[0].partition(" note:")
    text = "\n".join(line for line in lines[1:] if not _LABEL.match(line))
    labels = [line for line in lines[1:] if _LABEL.match(line)]
    return Comment(identifier, text, note, _gold(labels))


def _gold(labels: list[str]) -> Reading:
    relatives = sorted((_relative(each[2:]) for each in labels if each[0] == ">"), key=repr)
    denied = {site.strip() for each in labels if each[0] == "!" for site in each[2:].split(",")}
    notes = {each[2:].strip() for each in labels if each[0] == "="}
    return Reading(tuple(relatives), frozenset(denied), frozenset(notes))


def _relative(label: str) -> Relative:
    path, _, items = label.partition("|")
    found = [_item(each) for each in _parts(items)]
    return Relative(path.strip(), tuple(sorted(found, key=repr)))


def _parts(items: str) -> Iterator[str]:
    yield from (each.strip() for each in items.split(";") if each.strip())


def _item(words: str) -> Item:
    name, _, age = words.partition(" ")
    mark = name[0] if name[0] in "+-?" else ""
    site = name[len(mark) :]
    return Item(site, _age(age), denied=mark == "-", certain=mark != "?")


def _age(words: str) -> Span:
    if not words:
        return Span()
    if words.startswith("<="):
        return Span(0, int(words[2:]))
    if words[0] == "<":
        return Span(0, int(words[1:]) - 1)
    if words.startswith(">="):
        return Span(int(words[2:]), None)
    if words[0] == ">":
        return Span(int(words[1:]), None)
    low, _, high = words.partition("-")
    return Span(int(low), int(high or low))


def _sex(path: str) -> str:
    return {"M": "female", "F": "male", "S": "female"}.get(path, "")


def _is_gene(site: str) -> bool:
    return site[:1].isupper()
