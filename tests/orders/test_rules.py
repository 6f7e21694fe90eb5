"""What holds for every order rule: sources, withdrawn drugs, names, topics."""

from __future__ import annotations

import csv

from oncocue.folders import guidance_folder
from oncology.guidance.load import load_guidance
from oncology.orders.load import load_order_rules

GUIDANCE = load_guidance(guidance_folder())
RULES = load_order_rules(guidance_folder(), GUIDANCE)
ROWS = [row for artifact in RULES.artifacts.values() for row in artifact.rows]
# Withdrawn for one cancer only (withdrawn.csv): medullary thyroid cancer.
_ONLY = {"pralsetinib": "thyroid_mtc"}


def _rows(name: str) -> list[dict[str, str]]:
    with (guidance_folder() / name).open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


def test_no_rule_speaks_of_a_withdrawn_drug() -> None:
    """A drug taken from the market, or an indication withdrawn, never makes a card."""
    for withdrawn in _rows("terminology/withdrawn.csv"):
        drug = withdrawn["drug"]
        cancers = {row.cancer for row in ROWS if drug in row.drugs}
        assert cancers == set() or (drug in _ONLY and _ONLY[drug] not in cancers), drug


def test_every_label_requirement_has_a_dated_label_of_each_drug() -> None:
    """The card names the label and its revision, so each drug of a row must have one."""
    for row in ROWS:
        if not row.is_of_gene:
            dated = {label.drug for label in row.labels if label.revised and label.url}
            assert set(row.drugs) <= dated, row.id


def test_a_topic_belongs_to_one_artifact() -> None:
    """EHRs tie what was put aside to the topic: two rules must not share one by mistake."""
    owners: dict[str, str] = {}
    for artifact in RULES.artifacts.values():
        for row in artifact.rows:
            assert owners.setdefault(row.topic, artifact.id) == artifact.id, row.topic


def test_every_product_names_known_ingredients_and_its_source() -> None:
    """A product code stands for drugs of drugs.csv, and says where it was read."""
    known = set(GUIDANCE.terminology.ingredients)
    products = _rows("order-rules/drug_products.csv")
    assert products
    for product in products:
        assert set(product["ingredients"].split("|")) <= known, product
        assert product["source"], product
        assert product["form"] in ("", "topical"), product
        assert product["rxnorm"].isdigit(), product
    assert len({product["rxnorm"] for product in products}) == len(products)


def test_product_names_and_codes_agree() -> None:
    """Where a product's name was seen, it names the ingredient or its brand, not another drug."""
    known = GUIDANCE.terminology.ingredients
    for product in _rows("order-rules/drug_products.csv"):
        words = product["display"].lower().replace("/", " ").split()
        others = {name for name in known if name in words} - set(product["ingredients"].split("|"))
        assert not others, product


def test_drugs_that_only_unchecked_facts_speak_of_make_no_rule() -> None:
    """Tegafur, pazopanib, nilotinib and sacituzumab govitecan are unchecked drug-gene facts."""
    of_genes = {drug for row in ROWS if row.is_of_gene for drug in row.drugs}

    assert not of_genes & {
        "tegafur",
        "pazopanib",
        "nilotinib",
        "sacituzumab govitecan",
        "tamoxifen",
    }
