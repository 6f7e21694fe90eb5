"""What a gene test of one person is in CanRisk's words.

`S` a mutation search, `T` a direct gene test, which is for the variant known in the family; `P`
positive, `N` negative; `0` untested. Sources, read 2026-11-22: CCGE-BOADICEA/pedigreejs 5.0.0,
es/canrisk_file.js; CCGE-BOADICEA/bws, bws/cancer.py, which refuses a result without the kind of its
test.
"""

from __future__ import annotations

from oncology.family.model import GeneTest, Pedigree, Person, Trait

GENES = ("BRCA1", "BRCA2", "PALB2", "ATM", "CHEK2", "BARD1", "RAD51D", "RAD51C", "BRIP1", "HOXB13")
UNTESTED = "0:0"
# CanRisk asks of HOXB13 whether one copy or both carry it (es/popup_form.js); no record tells.
_NOT_WRITTEN = ("HOXB13",)
_CARRIED = {"germline_brca1_positive": "BRCA1", "germline_brca2_positive": "BRCA2"}


def gene_tests(pedigree: Pedigree, person: Person) -> dict[str, str]:
    """Gene → the word of its column, for each gene of which the record tells one.

    A variant counts where it is certain; it was found by a search unless the record says by a
    direct test. A negative counts where nothing else on record speaks against it: a search of the
    gene, or a direct test of the one variant known in the family.
    """
    words = {gene: _word(pedigree, person, gene) for gene in GENES if gene not in _NOT_WRITTEN}
    return {gene: word for gene, word in words.items() if word != UNTESTED}


def gene_of(trait: Trait) -> str:
    """The gene of a finding; its own name where that is one."""
    return _CARRIED.get(trait.name, trait.name)


def _word(pedigree: Pedigree, person: Person, gene: str) -> str:
    traits = [each for each in person.traits if gene_of(each) == gene]
    tests = [each for each in person.tests if each.gene == gene]
    direct = [each for each in tests if is_direct(pedigree, each)]
    negative = [
        each for each in tests if each.found is False and (each.is_of_gene or each in direct)
    ]
    if any(each.is_certain for each in traits):
        by_direct = any(each.found and each.is_for_known for each in tests)
        return UNTESTED if negative else "T:P" if by_direct else "S:P"
    if traits or not negative or any(each.found is not False for each in tests):
        return UNTESTED
    return "T:N" if any(each in direct for each in negative) else "S:N"


def is_direct(pedigree: Pedigree, test: GeneTest) -> bool:
    """Whether a test was for the one variant known in the family: said so, or that change named.

    Without a carrier on record it is not: CanRisk would take it for a test of the whole gene.
    """
    known = _changes_in(pedigree, test.gene)
    if test.is_for_known:
        return bool(known) and len(known - {""}) <= 1
    return bool(test.variant) and known == {test.variant}


def _changes_in(pedigree: Pedigree, gene: str) -> set[str]:
    """The certain changes of one gene in the family; empty text for one that is not named."""
    found: set[str] = set()
    for person in pedigree.people:
        own = {each.variant for each in person.traits if each.is_certain and gene_of(each) == gene}
        found |= own - {""} or own
    return found
