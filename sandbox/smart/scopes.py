"""SMART scopes: both grammars, granular filters, and what a set of them allows."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlencode

# SMART App Launch 2.2, "Scopes for requesting FHIR resources": v1 words in v2 letters
_V1 = {"read": "rs", "write": "cud", "*": "cruds"}
_LETTERS = "cruds"
_SHAPE = re.compile(r"(patient|user|system)/(\*|[A-Z][A-Za-z]*)\.([^?]+)(?:\?(.+))?")
_V2 = re.compile(r"c?r?u?d?s?")
# Scopes that are not about resources; everything else is unknown to this server.
PLAIN_SCOPES = (
    "openid",
    "fhirUser",
    "profile",
    "launch",
    "launch/patient",
    "launch/encounter",
    "online_access",
    "offline_access",
)


class BadScope(ValueError):
    """A scope that looks like one for resources but is in neither grammar."""


@dataclass(frozen=True)
class ResourceScope:
    """One scope for resources: `patient/Observation.rs?category=…`."""

    level: str
    kind: str
    letters: str
    filters: tuple[tuple[str, str], ...] = ()
    is_v1: bool = False

    def covers(self, kind: str, letter: str) -> bool:
        """Whether it speaks of this type and interaction."""
        return self.kind in ("*", kind) and letter in self.letters

    def __str__(self) -> str:
        filters = f"?{urlencode(self.filters, safe=':/|,')}" if self.filters else ""
        return f"{self.level}/{self.kind}.{self._suffix}{filters}"

    @property
    def _suffix(self) -> str:
        words = {letters: word for word, letters in _V1.items()}
        return words.get(self.letters, self.letters) if self.is_v1 else self.letters


def parse_scope(scope: str) -> ResourceScope | None:
    """A scope for resources; None for any other kind of scope. Raises BadScope."""
    if scope.partition("/")[0] not in ("patient", "user", "system"):
        return None
    parts = _SHAPE.fullmatch(scope)
    if parts is None:
        raise BadScope(scope)
    level, kind, suffix, query = parts.groups()
    if suffix in _V1 and not query:
        return ResourceScope(level, kind, _V1[suffix], is_v1=True)
    filters = tuple(parse_qsl(query or "", keep_blank_values=True))
    if not _V2.fullmatch(suffix) or (query and not filters):
        raise BadScope(scope)
    return ResourceScope(level, kind, suffix, filters)


def resource_scopes(scope: str) -> tuple[ResourceScope, ...]:
    """The scopes for resources of a granted scope string."""
    parsed = (parse_scope(each) for each in scope.split())
    return tuple(each for each in parsed if each is not None)


@dataclass(frozen=True)
class ScopeRules:
    """What may be granted: the registration of the app, the grammar, and what is held back.

    `withheld` are types of resources the site does not give, `denied` scopes the user took away,
    `limited` filters put upon types; `is_split`: every letter comes in a scope of its own.
    """

    registered: str
    kinds: tuple[str, ...]
    grammars: tuple[str, ...] = ("v1", "v2")
    withheld: frozenset[str] = frozenset()
    denied: frozenset[str] = frozenset()
    plain: tuple[str, ...] = PLAIN_SCOPES
    limited: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    is_split: bool = False

    def grant(self, requested: str) -> str:
        """The scopes granted of those requested; what is not granted is left out silently.

        Raises BadScope for a scope in neither grammar.
        """
        granted: list[str] = []
        for scope in dict.fromkeys(requested.split()):
            parsed = parse_scope(scope)
            if parsed is None:
                granted += [scope] if self._is_plain(scope) else []
            else:
                granted += [str(s) for narrow in self._narrow(parsed) for s in self._split(narrow)]
        return " ".join(each for each in dict.fromkeys(granted) if each not in self.denied)

    def _is_plain(self, scope: str) -> bool:
        return scope in self.registered.split() and scope in self.plain

    def _narrow(self, wanted: ResourceScope) -> Iterable[ResourceScope]:
        if ("v1" if wanted.is_v1 else "v2") not in self.grammars:
            return
        for kind in self._kinds(wanted):
            letters = self._letters(replace(wanted, kind=kind))
            if letters:
                narrowed = replace(wanted, kind=kind, letters=letters)
                # What v1 has no word for is said in v2, as servers with both grammars do.
                is_v1 = wanted.is_v1 and letters in _V1.values()
                yield self._limit(replace(narrowed, is_v1=is_v1))

    def _limit(self, scope: ResourceScope) -> ResourceScope:
        filters = dict(self.limited).get(scope.kind, ())
        return replace(scope, filters=scope.filters + filters, is_v1=False) if filters else scope

    def _split(self, scope: ResourceScope) -> list[ResourceScope]:
        if not self.is_split or scope.is_v1:
            return [scope]
        return [replace(scope, letters=letter) for letter in scope.letters]

    def _kinds(self, wanted: ResourceScope) -> tuple[str, ...]:
        registered = resource_scopes(self.registered)
        everything = any(r.kind == "*" and r.level == wanted.level for r in registered)
        if wanted.kind == "*" and everything and not self.withheld and not self.limited:
            return ("*",)
        named = self.kinds if wanted.kind == "*" else (wanted.kind,)
        return tuple(each for each in named if each in self.kinds and each not in self.withheld)

    def _letters(self, wanted: ResourceScope) -> str:
        given = {
            letter
            for letter in wanted.letters
            for registered in resource_scopes(self.registered)
            if registered.level == wanted.level and registered.covers(wanted.kind, letter)
        }
        return "".join(letter for letter in _LETTERS if letter in given)
