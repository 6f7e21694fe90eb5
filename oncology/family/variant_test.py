"""Which test a relative's known variant calls for, and who is tested first."""

from __future__ import annotations

from collections.abc import Sequence

from oncology.family.model import Person, Trait

_STEPS = {"M": "mother", "F": "father", "P": "parent", "S": "sibling", "C": "child"}
_FINDING = "germline_"


def test_due(person: Person, trait: Trait, genes: Sequence[str], founder_only: bool) -> str:
    """What to test in words: the family's own variant, the whole gene, or a panel.

    The report names the variant: a test for it alone is enough. Without the report a syndrome of
    one gene calls for that gene, one of several for a panel. `founder_only`: the patient had a test
    of founder variants alone, which is none for another variant. An identical twin has the
    patient's germline. Source: ASCO 2024, doi:10.1200/JCO.24.00662.
    """
    if person.twin == "identical":
        return "an identical twin has the same germline: confirm by one variant-specific test"
    listed = ", ".join(genes)
    if trait.variant:
        said = f"variant-specific test of {listed} {trait.variant}"
    elif trait.name.startswith(_FINDING) or trait.name in genes:
        said = f"variant-specific test of {listed} by the relative's report"
    elif len(genes) == 1:
        said = f"variant-specific test of {listed}; without the relative's report the whole gene"
    else:
        said = f"variant-specific test by the relative's report; without it a panel of {listed}"
    if founder_only:
        said += "; the founder test on file answers only if it is one of those variants"
    between = connecting(person)
    return f"{said}; the {between} first, if that can be" if between else said


def connecting(person: Person) -> str:
    """The nearest relative through whom the variant would come; empty for a first-degree one."""
    path = (person.path or "").replace("I", "")
    return _STEPS[path[0]] if len(path) > 1 else ""
