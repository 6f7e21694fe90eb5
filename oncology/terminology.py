"""The codes this product understands, read from `guidance/terminology/*.csv`.

Each row names where the code was confirmed. Rows with checked=no are not loaded.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from decimal import Decimal
from functools import cache, partial
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import force_setattr

from oncology.histology_words import HistologyWords
from oncology.named import NamedTests
from oncology.plain import PlainCodes
from oncology.reading.elements import CodeableConcept, Coding
from oncology.site_kinds import SiteKinds

SYSTEMS = {
    "http://snomed.info/sct": "snomed",
    "urn:oid:2.16.840.1.113883.6.96": "snomed",
    "http://loinc.org": "loinc",
    "urn:oid:2.16.840.1.113883.6.1": "loinc",
    "http://hl7.org/fhir/sid/icd-10-cm": "icd-10-cm",
    "urn:oid:2.16.840.1.113883.6.90": "icd-10-cm",
    "http://hl7.org/fhir/sid/icd-10": "icd-10",
    "urn:oid:2.16.840.1.113883.6.3": "icd-10",
    "http://hl7.org/fhir/sid/icd-10-gm": "icd-10",
    "http://fhir.de/CodeSystem/bfarm/icd-10-gm": "icd-10",
    "http://fhir.de/CodeSystem/dimdi/icd-10-gm": "icd-10",
    "urn:oid:2.16.840.1.113883.6.43.1": "icd-o-3",
    "http://terminology.hl7.org/CodeSystem/icd-o-3": "icd-o-3",
    "http://hl7.org/fhir/sid/icd-o-3": "icd-o-3",
    "http://www.nlm.nih.gov/research/umls/rxnorm": "rxnorm",
    "urn:oid:2.16.840.1.113883.6.88": "rxnorm",
    "http://www.genenames.org": "hgnc",
    "http://www.genenames.org/geneId": "hgnc",
    "http://hl7.org/fhir/uv/genomics-reporting/CodeSystem/tbd-codes-cs": "genomics-reporting",
    "http://hl7.org/fhir/uv/genomics-reporting/CodeSystem/TbdCodes": "genomics-reporting",
    "http://terminology.hl7.org/CodeSystem/v3-RoleCode": "role",
    "http://hl7.org/fhir/v3/RoleCode": "role",
    "http://hl7.org/fhir/familial-relationship": "role",
    "urn:oid:2.16.840.1.113883.5.111": "role",
    "http://cancerstaging.org": "ajcc",
    "http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl": "ncit",
    "http://ncimeta.nci.nih.gov": "ncit",
    "urn:oid:2.16.840.1.113883.3.26.1.1": "ncit",
}

# The ICD-10-CM chapters of the condition table.
ICD_CHAPTERS = "CDZQE"


_GENE_ID = re.compile(r"HGNC:[0-9]{1,6}\Z")
_GENE_SYMBOL = re.compile(r"[A-Z][A-Za-z0-9-]{1,14}\Z")


class ConditionConcept(Struct, frozen=True, gc=False):
    """What a Condition code says: a primary cancer, a site, a metastasis, a history, …"""

    code: str
    system: str
    display: str
    kind: str
    cancer: str
    histology: str
    stage: str
    implies: tuple[tuple[str, str], ...]
    sex: str


class ObservationConcept(Struct, frozen=True, gc=False):
    """How an Observation code is read, which biomarkers it is about and what it can see."""

    code: str
    system: str
    display: str
    reads: str
    biomarkers: tuple[str, ...]
    sees: frozenset[str]
    origin: str
    cancer: str


class RelationshipConcept(Struct, frozen=True, gc=False):
    """A relation by v3-RoleCode or by its words: the path from the patient, sex, blood or not.

    The steps of a path: M to the mother, F to the father, P to a parent not said which, S to a
    full sibling, C to a child, I to an identical twin. Without a path it has no degree.
    """

    code: str
    display: str
    path: str
    sex: str
    blood: str


class FamilyCancerConcept(Struct, frozen=True, gc=False):
    """A cancer that counts in a family and that no testing guidance is about."""

    code: str
    system: str
    is_prefix: bool
    display: str
    cancer: str


class FamilySite(Struct, frozen=True, gc=False):
    """What a cancer of a relative is called, and the words that name it in a text.

    `sex`: of those who have the organ by birth; empty where everyone has.
    """

    name: str
    words: tuple[str, ...]
    sex: str = ""


class FamilyCode(Struct, frozen=True, gc=False):
    """The code by which we write a cancer of a relative, and what a person calls it.

    `is_whole` False: the code is narrower than the cancer it is read as.
    """

    name: str
    cancer: str
    is_whole: bool
    code: str
    system: str
    display: str


class ToldWord(Struct, frozen=True, gc=False):
    """A phrase of family-history comments, what kind of thing it says, and its meaning."""

    words: str
    kind: str
    means: str


class OrderConcept(Struct, frozen=True, gc=False):
    """What a ServiceRequest, Procedure or DiagnosticReport code is an order of."""

    code: str
    system: str
    display: str
    means: str


class CancerConcept(Struct, frozen=True, gc=False):
    """A cancer, the site code that may hide it, and the histologies that make it this one."""

    id: str
    name: str
    site: str
    histologies: frozenset[str]


class Terminology(Struct, frozen=True):
    """All tables, keyed for look-up by code."""

    conditions: dict[str, ConditionConcept]
    condition_prefixes: dict[str, ConditionConcept]
    observations: dict[str, ObservationConcept]
    answers: dict[tuple[str, str], str]
    histologies: dict[tuple[str, str], str]
    stages: dict[tuple[str, str], str]
    relationships: dict[str, RelationshipConcept]
    relation_words: dict[str, RelationshipConcept]
    family_cancers: dict[str, FamilyCancerConcept]
    family_sites: dict[str, FamilySite]
    site_kinds: SiteKinds
    family_codes: tuple[FamilyCode, ...]
    # Read when a comment is: no other question asks for them.
    told_words: Callable[[], tuple[ToldWord, ...]]
    genes: dict[str, str]
    gene_names: dict[str, str]
    drugs: dict[str, frozenset[str]]
    ingredients: dict[str, str]
    ingredient_names: dict[str, str]
    orders: dict[tuple[str, str], OrderConcept]
    order_words: tuple[tuple[re.Pattern[str], str], ...]
    cancers: dict[str, CancerConcept]
    thresholds: dict[str, Decimal]
    sides: dict[tuple[str, str], str]
    observation_codes: frozenset[str] = frozenset()
    # What a site's own order codes are of, by system and code as the site writes them.
    site_orders: dict[tuple[str | None, str | None], OrderConcept | ObservationConcept] = {}
    named_tests: NamedTests[ObservationConcept] = NamedTests()
    histology_words: HistologyWords = HistologyWords()
    plain_conditions: PlainCodes = field(default_factory=PlainCodes)
    plain_observations: PlainCodes = field(default_factory=PlainCodes)
    plain_orders: PlainCodes = field(default_factory=PlainCodes)
    plain_drugs: PlainCodes = field(default_factory=PlainCodes)
    plain_illnesses: PlainCodes = field(default_factory=PlainCodes)

    def __post_init__(self) -> None:
        """Codes are plain by these very tables: a copy with other tables begins anew."""
        for name in self.__struct_fields__:
            if name.startswith("plain_"):
                force_setattr(self, name, PlainCodes())

    def condition(self, coding: Coding) -> ConditionConcept | None:
        """The concept of a Condition coding; ICD codes fall back to their category."""
        code = coding.code
        if not code:
            return None
        concept = self.conditions.get(code)
        if concept is not None:
            return concept if SYSTEMS.get(coding.system or "") == concept.system else None
        if code[0] not in ICD_CHAPTERS:
            return None
        system = SYSTEMS.get(coding.system or "")
        if system == "icd-10-cm":
            return self._icd(_dotted(code))
        # WHO and national ICD-10 share the three-character malignancy categories only.
        if system == "icd-10" and code[0] == "C":
            return self._icd(code[:3])
        return None

    def family_cancer(self, coding: Coding) -> FamilyCancerConcept | None:
        """The concept of a cancer that only family criteria know; ICD by the longest prefix."""
        code, system = coding.code or "", SYSTEMS.get(coding.system or "", "")
        if system == "icd-10-cm":
            code = _dotted(code)
        while len(code) > 2:
            concept = self.family_cancers.get(code)
            if concept is not None and concept.system == system:
                return concept if concept.is_prefix or code == coding.code else None
            if system != "icd-10-cm":
                return None
            code = code[:-1].rstrip(".")
        return None

    def site_named(self, words: str) -> str:
        """The site of a cancer that words in lower case name; empty when they name none."""
        for site, named in self.family_sites.items():
            if any(word in words for word in named.words):
                return site
        return ""

    def _icd(self, code: str) -> ConditionConcept | None:
        exact = self.conditions.get(code)
        if exact is not None:
            return exact
        while len(code) > 2:
            concept = self.condition_prefixes.get(code)
            if concept is not None:
                return concept
            code = code[:-1].rstrip(".")
        return None

    def observation(self, concept: CodeableConcept) -> ObservationConcept | None:
        """The first coding of an Observation.code that the table knows, in its own system.

        The system of genomics-reporting has had several names, so its words count in any. A gene
        as the code is an assessment of variants of that gene.
        """
        for coding in concept.coding:
            found = self.observations.get(coding.code or "")
            system = SYSTEMS.get(coding.system or "", "")
            if found is not None and found.system in (system, _NAMED_FREELY):
                return found
            if system == "hgnc" and coding.code in self.genes:
                return _GENE_AS_CODE
        return None

    def named_test(self, words: str) -> ObservationConcept | None:
        """The test a text names when it names one alone, and a result of it may be read."""
        found = self.named_tests.named(words)
        return found[0] if len(found) == 1 and found[0].reads != ONLY_ORDERED else None

    def answer(self, concept: CodeableConcept) -> str | None:
        """What a coded answer means (`positive`, `msi-high`, …); None when not in the table."""
        for coding in concept.coding:
            means = self.answers.get((SYSTEMS.get(coding.system or "", ""), coding.code or ""))
            if means is not None:
                return means
        return None

    def gene(self, coding: Coding) -> tuple[str, ...]:
        """The HGNC symbol of a gene coding; both symbols when id and display disagree.

        A gene outside our table, the partner of a fusion for one, goes by the symbol or id it
        came with. Nothing when no gene is named: a bare number under the HGNC system may be a
        gene group, so only `HGNC:` ids count.
        """
        if SYSTEMS.get(coding.system or "") != "hgnc" or not coding.code:
            return ()
        code, display = coding.code, (coding.display or "").strip()
        if code.isdigit():
            # A bare number is a gene only when the display names the same gene.
            symbol = self.genes.get(f"HGNC:{code}")
            return (symbol,) if symbol and symbol == self.gene_names.get(display.upper()) else ()
        symbol = self.genes.get(code) or self.gene_names.get(code.upper())
        named = self.gene_names.get(display.upper())
        if symbol is None:
            if not _GENE_ID.match(code) and not _GENE_SYMBOL.match(code):
                return ()
            symbol = display if _GENE_SYMBOL.match(display) and named is None else code
        return tuple(dict.fromkeys((symbol, named or symbol)))


# Names that tell what is ordered and no more: results of these tests come with codes.
ONLY_ORDERED = "order"
_NAMED_FREELY = "genomics-reporting"
_GENE_AS_CODE = ObservationConcept("", "hgnc", "gene", "variant", (), frozenset(), "", "")


def _dotted(code: str) -> str:
    return code if "." in code or len(code) <= 3 else f"{code[:3]}.{code[3:]}"


def _rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / name).open(encoding="utf-8", newline="") as table:
        return [row for row in csv.DictReader(table) if row.get("checked", "yes") == "yes"]


def _told_words(folder: Path) -> tuple[ToldWord, ...]:
    return tuple(
        ToldWord(row["words"], row["kind"], row["means"]) for row in _rows(folder, "told_words.csv")
    )


def load_terminology(folder: Path) -> Terminology:
    """Read the tables of `guidance/terminology`."""
    conditions, prefixes = _conditions(folder)
    genes = _rows(folder, "genes.csv")
    drugs = _rows(folder, "drugs.csv")
    return Terminology(
        conditions=conditions,
        condition_prefixes=prefixes,
        observations={row["code"]: _observation(row) for row in _rows(folder, "observations.csv")},
        answers=_by_code(folder, "answers.csv", "means"),
        histologies=_by_code(folder, "histologies.csv", "histology"),
        stages=_by_code(folder, "stages.csv", "stage"),
        relationships={
            row["code"]: _relationship(row) for row in _rows(folder, "relationships.csv")
        },
        relation_words={
            row["words"]: RelationshipConcept(
                "", row["words"], row["path"], row["sex"], row["blood"]
            )
            for row in _rows(folder, "relation_words.csv")
        },
        family_cancers={
            row["code"]: FamilyCancerConcept(
                row["code"], row["system"], row["prefix"] == "yes", row["display"], row["cancer"]
            )
            for row in _rows(folder, "family_cancers.csv")
        },
        family_sites={
            row["id"]: FamilySite(
                row["name"], tuple(filter(None, row["words"].split("|"))), row["sex"]
            )
            for row in _rows(folder, "family_sites.csv")
        },
        site_kinds=SiteKinds.of(
            (row["site"], row["within"], row["at_one_age"])
            for row in _rows(folder, "site_kinds.csv")
        ),
        family_codes=tuple(
            FamilyCode(
                row["name"],
                row["cancer"],
                row["whole"] == "yes",
                row["code"],
                row["system"],
                row["display"],
            )
            for row in _rows(folder, "family_codes.csv")
        ),
        told_words=cache(partial(_told_words, folder)),
        genes={row["hgnc_id"]: row["symbol"] for row in genes},
        gene_names=_gene_names(genes),
        drugs={row["rxnorm"]: frozenset(row["groups"].split()) for row in drugs},
        ingredients={row["ingredient"]: row["rxnorm"] for row in drugs},
        ingredient_names={row["rxnorm"]: row["ingredient"] for row in drugs},
        orders={
            (row["system"], row["code"]): OrderConcept(
                row["code"], row["system"], row["display"], row["means"]
            )
            for row in _rows(folder, "orders.csv")
        },
        order_words=tuple(
            (re.compile(rf"\b{re.escape(row['words'])}\b"), row["means"])
            for row in _rows(folder, "order_words.csv")
        ),
        cancers={row["id"]: _cancer(row) for row in _rows(folder, "cancers.csv")},
        thresholds={row["name"]: Decimal(row["value"]) for row in _rows(folder, "thresholds.csv")},
        sides=_by_code(folder, "sides.csv", "side"),
        observation_codes=frozenset(
            [*(row["code"] for row in _rows(folder, "observations.csv"))]
            + [row["hgnc_id"] for row in genes]
        ),
        histology_words=HistologyWords(
            (row["words"], row["histology"]) for row in _rows(folder, "histology_words.csv")
        ),
        named_tests=NamedTests(
            (row["words"], row["beside"] == "stain", _named(row))
            for row in _rows(folder, "named_tests.csv")
        ),
    )


def _by_code(folder: Path, name: str, meaning: str) -> dict[tuple[str, str], str]:
    return {(row["system"], row["code"]): row[meaning] for row in _rows(folder, name)}


def _conditions(
    folder: Path,
) -> tuple[dict[str, ConditionConcept], dict[str, ConditionConcept]]:
    exact: dict[str, ConditionConcept] = {}
    prefixes: dict[str, ConditionConcept] = {}
    for row in _rows(folder, "conditions.csv"):
        implied = (pair.split("=") for pair in row["implies"].split())
        concept = ConditionConcept(
            row["code"],
            row["system"],
            row["display"],
            row["kind"],
            row["cancer"],
            row["histology"],
            row["stage"],
            tuple((marker, value) for marker, value in implied),
            row["sex"],
        )
        (prefixes if row["prefix"] == "yes" else exact)[row["code"]] = concept
    return exact, prefixes


def _observation(row: dict[str, str]) -> ObservationConcept:
    return ObservationConcept(
        row["code"],
        row["system"],
        row["display"],
        row["reads"],
        _biomarkers(row),
        frozenset(row["sees"].split()),
        row["origin"],
        row["cancer"],
    )


def _named(row: dict[str, str]) -> ObservationConcept:
    return ObservationConcept(
        "",
        "",
        row["display"],
        row["reads"],
        _biomarkers(row),
        frozenset(row["sees"].split()),
        "",
        "",
    )


def _biomarkers(row: dict[str, str]) -> tuple[str, ...]:
    """Names apart by spaces; a space inside a name is written `_`."""
    return tuple(name.replace("_", " ") for name in row["biomarkers"].split())


def _relationship(row: dict[str, str]) -> RelationshipConcept:
    return RelationshipConcept(row["code"], row["display"], row["path"], row["sex"], row["blood"])


def _gene_names(genes: list[dict[str, str]]) -> dict[str, str]:
    names: dict[str, str] = {}
    for row in genes:
        for alias in row["aliases"].replace("|", " ").split():
            names.setdefault(alias.upper(), row["symbol"])
    names.update({row["symbol"].upper(): row["symbol"] for row in genes})
    return names


def _cancer(row: dict[str, str]) -> CancerConcept:
    return CancerConcept(row["id"], row["name"], row["site"], frozenset(row["histologies"].split()))
