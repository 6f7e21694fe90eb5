"""The words of family-history comments, by phrase: `told_words.csv` and the relations' names."""

from __future__ import annotations

import re
from difflib import get_close_matches
from functools import lru_cache

from msgspec import Struct

from oncology.terminology import RelationshipConcept, Terminology

Phrase = tuple[str, ...]
# A word of a text: slash shortenings, `-ve`, names of variants, words with an inner apostrophe,
# numbers, single signs.
WORDS = re.compile(
    r"(?:w/o?|h/o|s/p|r/o|c/o|b/l|n/o|a/w|n/a)(?![a-z])|[-–]ve(?![a-z])|[cp]\.\d[\w>+]*|[^\W\d_]+(?:'[a-z]+)?|\d+|\n|\S",
    re.I,
)
_SHORTEST_MISSPELT = 6
_ALIKE = 0.83


class Vocabulary(Struct, frozen=True):
    """`means`: phrase → kind → meaning. `exact`: words that mean it with these
    capitals alone, as "ALL" and "BrCa".

    `relations`: the relation of a name; `named`: the name of a path and a sex.
    """

    means: dict[Phrase, dict[str, str]]
    exact: dict[str, dict[str, str]]
    relations: dict[str, RelationshipConcept]
    named: dict[tuple[str, str], str]
    longest: dict[str, int]
    known: frozenset[str]
    by_letter: dict[str, tuple[str, ...]]

    def corrected(self, word: str) -> str:
        """The word meant by a misspelt one; the word itself when none is near enough."""
        if len(word) < _SHORTEST_MISSPELT or word in self.known:
            return word
        near = get_close_matches(word, self.by_letter.get(word[0], ()), n=1, cutoff=_ALIKE)
        return near[0] if near else word


def split(text: str) -> list[str]:
    """The words of a text in small letters, possessives apart: `mom's` is `mom`, `'s`."""
    words: list[str] = []
    for word in WORDS.findall(text.lower().replace("’", "'")):
        words += [word[:-2], "'s"] if word.endswith("'s") and len(word) > 2 else [word]
    return words


def phrase(text: str) -> Phrase:
    """A phrase of the tables as it is looked for: without hyphens."""
    return tuple(word for word in split(text) if word != "-") or ("-",)


# Filled once for each terminology, which is loaded once in the life of a process.
_built: dict[int, tuple[Terminology, Vocabulary]] = {}


def vocabulary_of(terminology: Terminology) -> Vocabulary:
    """The words of the tables, put together once."""
    built = _built.get(id(terminology))
    if built is None:
        built = _built[id(terminology)] = terminology, _build(terminology)
    return built[1]


def _build(terminology: Terminology) -> Vocabulary:
    means: dict[Phrase, dict[str, str]] = {}
    relations = {
        name: concept
        for name, concept in terminology.relation_words.items()
        if concept.blood == "yes"
    }
    named: dict[tuple[str, str], str] = {}
    for name, concept in relations.items():
        named.setdefault((concept.path, concept.sex), name)
        for each in (name, *_plurals(name)):
            means.setdefault(phrase(each), {})["relation" if each == name else "relations"] = name
    exact: dict[str, dict[str, str]] = {}
    plain = set()
    for word in terminology.told_words():
        if word.kind == "plain":
            # English words that are near one of those below, and no misspelling of it.
            plain.add(word.words)
            continue
        if word.words != word.words.lower():
            exact[word.words] = {word.kind: word.means}
            continue
        kinds = means.setdefault(phrase(word.words), {})
        kinds.setdefault(word.kind, word.means)
        if word.kind == "relation":
            for each in _plurals(word.words):
                means.setdefault(phrase(each), {}).setdefault("relations", word.means)
    longest: dict[str, int] = {}
    for words in means:
        longest[words[0]] = max(longest.get(words[0], 0), len(words))
    known = frozenset(word for each in means for word in each) | plain
    letters: dict[str, list[str]] = {}
    for named_word in sorted(_worth_correcting(means)):
        letters.setdefault(named_word[0], []).append(named_word)
    by_letter = {letter: tuple(words) for letter, words in letters.items()}
    return Vocabulary(means, exact, relations, named, longest, known, by_letter)


def _worth_correcting(means: dict[Phrase, dict[str, str]]) -> set[str]:
    """Words that name people, organs and cancers: only these are looked for misspelt."""
    naming = {"relation", "relations", "organ", "alone", "malignant", "side"}
    return {
        word
        for each, kinds in means.items()
        if naming & kinds.keys()
        for word in each
        if len(word) >= _SHORTEST_MISSPELT and word.isalpha()
    }


@lru_cache(maxsize=1024)
def _plurals(name: str) -> tuple[str, ...]:
    if name.endswith("s"):
        return ()
    return (f"{name[:-1]}ies", f"{name}s") if name.endswith("y") else (f"{name}s",)
