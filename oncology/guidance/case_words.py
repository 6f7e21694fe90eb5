"""The words a case is written in: who the patient is, what is on file, what should happen.

A code is written `system code` (`snomed 254626006`) or as a word of the file's [codes] table,
a date as in FHIR, also in part (`2026-10`). What a case leaves out gets the plain default:
active, confirmed, final, completed. `status = "none"` leaves the element itself out, and
`modified = true` adds a modifier extension that nobody understands. `each = ["IIA", "IIB"]` makes
one case of each word, put in the place of every `{each}`, in the name too.
"""

from __future__ import annotations

import datetime
from typing import Any

from msgspec import Struct


class _Words(Struct, frozen=True, forbid_unknown_fields=True):
    """Base: a word that is not known is a fault."""


class PatientWords(_Words, frozen=True, kw_only=True):
    """Whose chart it is; `birth_sex` is US Core's sex at birth (F, M, UNK)."""

    sex: str = ""
    birth_sex: str = ""
    born: str = ""


class ConditionWords(_Words, frozen=True, kw_only=True):
    """A problem: `stage` as `IV`, `said` its text, `histology` a code of its own."""

    code: str | list[str] = ""
    id: str = ""
    said: str = ""
    status: str = "active"
    verification: str = "confirmed"
    onset: str = ""
    onset_age: int | None = None
    recorded: str = ""
    stage: str = ""
    histology: str = ""
    modified: bool = False


class StageWords(_Words, frozen=True, kw_only=True):
    """A stage Observation: `group` as `IIIB` or `m` as `M1a`; `of` the id of a condition."""

    group: str = ""
    m: str = ""
    of: str = ""
    date: str = ""
    status: str = "final"
    modified: bool = False


class ResultWords(_Words, frozen=True, kw_only=True):
    """A result: `value` a code, `said` a text, `number` with `unit` and `comparator`.

    `test` is what it is called, beside or instead of its `code`; `of` the id of the condition it
    is about.
    """

    code: str = ""
    test: str = ""
    value: str = ""
    said: str = ""
    number: int | float | None = None
    unit: str = ""
    comparator: str = ""
    interpretation: str = ""
    absent: str = ""
    of: str = ""
    date: str = ""
    status: str = "final"
    modified: bool = False


class VariantWords(_Words, frozen=True, kw_only=True):
    """A sequencing result: a `gene`, several `genes` with one result each, or a `fusion`.

    A gene is its HGNC symbol, or `HGNC:1316 EML4` for one outside genes.csv. `present` is
    true, false, `indeterminate`, `no call` or `not said`.
    """

    gene: str = ""
    genes: list[str] = []
    fusion: list[str] = []
    present: bool | str = True
    protein: str = ""
    coding: str = ""
    copies: int | float | None = None
    source: str = ""
    significance: str = ""
    absent: str = ""
    of: str = ""
    date: str = ""
    status: str = "final"
    modified: bool = False


class DrugWords(_Words, frozen=True, kw_only=True):
    """A drug by its ingredient; `use` is order, given or stated."""

    drug: str
    use: str = "order"
    date: str = ""
    status: str = ""
    modified: bool = False


class ActWords(_Words, frozen=True, kw_only=True):
    """An order, a procedure or a report, by `code` or by what it `said`."""

    id: str = ""
    code: str = ""
    said: str = ""
    date: str = ""
    status: str = ""
    modified: bool = False


class DraftWords(_Words, frozen=True, kw_only=True):
    """An order on the screen: of a drug by ingredient, `code` or what it `said`, or of a `test`.

    `test` is a code, or text when it is none; `route` a code. `selected` as in order-select.
    """

    drug: str = ""
    code: str = ""
    said: str = ""
    test: str = ""
    route: str = ""
    id: str = ""
    status: str = "draft"
    selected: bool = True
    modified: bool = False


class RelativeWords(_Words, frozen=True, kw_only=True):
    """A relative by v3-RoleCode, `called` in words beside it; `cancers` are codes, `said` is text.

    `results` and `variants` are genetic results of the relative. `age` at those cancers: 42,
    `<50`, `40-49`, or any text; `died_at`: age at death.
    """

    relation: str
    called: str = ""
    cancers: list[str] = []
    said: str = ""
    age: int | str = ""
    died_at: int | None = None
    sex: str = ""
    status: str = "completed"
    absent: str = ""
    results: list[ResultWords] = []
    variants: list[VariantWords] = []
    modified: bool = False


class WrittenCase(_Words, frozen=True, kw_only=True):
    """One case; without a `patient` it is the one at the top of the file.

    `unreadable`: kinds of which one resource is there that cannot be read; `not_read`: kinds
    that could not be had at all.
    """

    name: str
    expect: dict[str, Any]
    as_of: datetime.date | None = None
    patient: PatientWords | None = None
    conditions: list[ConditionWords] = []
    stages: list[StageWords] = []
    results: list[ResultWords] = []
    variants: list[VariantWords] = []
    drugs: list[DrugWords] = []
    orders: list[ActWords] = []
    procedures: list[ActWords] = []
    reports: list[ActWords] = []
    relatives: list[RelativeWords] = []
    drafts: list[DraftWords] = []
    unreadable: list[str] = []
    not_read: list[str] = []


class Words(Struct, frozen=True):
    """What the cases of one file share: [codes], [groups] of rows or genes, and the patient."""

    codes: dict[str, str] = {}
    groups: dict[str, list[str]] = {}
    patient: PatientWords = PatientWords()

    def spelled(self, words: list[str]) -> list[str]:
        """The list with its groups written out; `-word` takes one away again."""
        found: dict[str, None] = {}
        for word in words:
            if word.startswith("-"):
                found.pop(word[1:], None)
            else:
                found.update(dict.fromkeys(self.groups.get(word, [word])))
        return list(found)


class Unreached(_Words, frozen=True, kw_only=True):
    """A `row` without a case in one `place`, or a `rule` (its sentence) without any, and why."""

    row: str = ""
    place: str = ""
    rule: str = ""
    because: str
