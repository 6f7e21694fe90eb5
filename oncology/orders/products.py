"""Which drug an order names: by ingredient, product or brand code, by the site's map, by name."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from msgspec import Struct

from oncology.orders.drafts import Known
from oncology.reading.elements import CodeableConcept
from oncology.terminology import SYSTEMS, Terminology

TABLE = "drug_products.csv"
TOPICAL = "topical"
# Dose forms and routes in words. Codes of the route: SNOMED CT (Global Patient Set) and HL7 v3.
_TOPICAL_WORDS = re.compile(r"\b(topical|cream|ointment|cutaneous)\b", re.I)
_TOPICAL_ROUTES = frozenset(
    [
        ("http://snomed.info/sct", "6064005"),
        ("http://terminology.hl7.org/CodeSystem/v3-RouteOfAdministration", "TOPICAL"),
    ]
)
# A site's own codes: (system, code) → ingredients.
SiteDrugs = Mapping[tuple[str, str], tuple[str, ...]]


class DrugProduct(Struct, frozen=True, gc=False):
    """A clinical drug or brand: its ingredients, and its form when it is topical."""

    ingredients: tuple[str, ...]
    form: str = ""


class DrugNames(Struct, frozen=True):
    """The tables a drug is looked up in."""

    ingredients: dict[str, str]
    products: dict[str, DrugProduct]
    words: re.Pattern[str]


class Named(Struct, frozen=True, gc=False):
    """The drug of one order; no `drugs`: not one of the tables."""

    drugs: tuple[str, ...] = ()
    known_by: Known | None = None
    is_topical: bool = False


def load_drug_names(folder: Path, terminology: Terminology) -> DrugNames:
    """The table of products, if there is one, beside the ingredients of the terminology."""
    path = folder / TABLE
    products = _products(path) if path.is_file() else {}
    names = sorted(terminology.ingredients, key=len, reverse=True)
    # `5-fluorouracil` and `trastuzumab-dkst` are meant, `ado-trastuzumab` is another drug.
    alternatives = "|".join(map(re.escape, names))
    words = re.compile(rf"(?<![a-z])(?<![a-z]-)({alternatives})(?:-[a-z]{{4}})?(?![a-z-])")
    return DrugNames(terminology.ingredient_names, products, words)


def _products(path: Path) -> dict[str, DrugProduct]:
    with path.open(encoding="utf-8", newline="") as table:
        return {
            row["rxnorm"]: DrugProduct(tuple(row["ingredients"].split("|")), row["form"])
            for row in csv.DictReader(table)
            if row["checked"] == "yes"
        }


def drug_of(concepts: Iterable[CodeableConcept], names: DrugNames, site: SiteDrugs) -> Named:
    """The drug of an order whose medication, or its ingredients, are `concepts`.

    A code outranks a name; a name is possible only, which is told.
    """
    listed = list(concepts)
    coded: dict[str, None] = {}
    local: dict[str, None] = {}
    topical = any(is_topical(concept) for concept in listed)
    for concept in listed:
        for coding in concept.coding:
            code = coding.code or ""
            if SYSTEMS.get(coding.system or "") == "rxnorm":
                product = names.products.get(code)
                if code in names.ingredients:
                    coded[names.ingredients[code]] = None
                elif product is not None:
                    coded.update(dict.fromkeys(product.ingredients))
                    topical = topical or product.form == TOPICAL
            local.update(dict.fromkeys(site.get((coding.system or "", code), ())))
    if coded:
        return Named(tuple(coded), Known.CODE, topical)
    if local:
        return Named(tuple(local), Known.SITE, topical)
    found = {word: None for text in _texts(listed) for word in names.words.findall(text.lower())}
    return Named(tuple(found), Known.NAME if found else None, topical)


def is_topical(concept: CodeableConcept | None) -> bool:
    """Whether a medication, dose form or route is one for the skin."""
    if concept is None:
        return False
    if any((each.system, each.code) in _TOPICAL_ROUTES for each in concept.coding):
        return True
    return any(_TOPICAL_WORDS.search(text) for text in _texts([concept]))


def _texts(concepts: Iterable[CodeableConcept]) -> list[str]:
    return [
        text
        for concept in concepts
        for text in (concept.text, *(coding.display for coding in concept.coding))
        if text
    ]
