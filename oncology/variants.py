"""Protein changes in one spelling: `p.L858R`, `NP_005219.2:p.(Leu858Arg)` → `Leu858Arg`."""

from __future__ import annotations

import re

_THREE = {
    "A": "Ala", "R": "Arg", "N": "Asn", "D": "Asp", "C": "Cys", "Q": "Gln", "E": "Glu",
    "G": "Gly", "H": "His", "I": "Ile", "L": "Leu", "K": "Lys", "M": "Met", "F": "Phe",
    "P": "Pro", "S": "Ser", "T": "Thr", "W": "Trp", "Y": "Tyr", "V": "Val", "*": "Ter",
}  # fmt: skip
_ONE = {three: one for one, three in _THREE.items()}


def protein_change(hgvs: str | None) -> str | None:
    """A substitution, in-frame deletion or duplication, without reference and brackets.

    In three-letter form; None when the text is not HGVS of a protein change of one of these kinds.
    """
    if not hgvs or "p." not in hgvs:
        return None
    import tinyhgvs  # noqa: PLC0415  loaded only when a chart holds a variant

    try:
        description = tinyhgvs.parse_hgvs(hgvs.strip()).description
    except tinyhgvs.TinyHGVSError:
        return None
    edit = getattr(description, "edit", None)
    location = getattr(edit, "location", None)
    start = getattr(location, "start", None)
    if start is None:
        return None
    first = f"{_three(start.residue)}{start.ordinal}"
    end = getattr(location, "end", None)
    span = first if end is None else f"{first}_{_three(end.residue)}{end.ordinal}"
    if isinstance(edit, tinyhgvs.ProteinSubstitution):
        return f"{span}{_three(str(edit.to))}"
    if isinstance(edit, tinyhgvs.ProteinDeletion):
        return f"{span}del"
    if isinstance(edit, tinyhgvs.ProteinDuplication):
        return f"{span}dup"
    return None


def short(change: str) -> str:
    """The one-letter form clinicians say: `Gly12Asp` → `G12D`."""
    return re.sub(r"[A-Z][a-z]{2}", lambda match: _ONE.get(match.group(), match.group()), change)


def _three(residue: str) -> str:
    return _THREE.get(residue, residue)


def matches_change(hgvs: str | None, wanted: list[str]) -> bool:
    """Whether a reported protein change is one of `wanted`.

    `Gly12Cys` matches itself, `Gly719` any substitution there, and `del 729-761` or `dup 572-631`
    a deletion or duplication that starts within these residues.
    """
    change = protein_change(hgvs)
    if change is None:
        return False
    return any(_matches(change, form) for form in wanted)


def _matches(change: str, form: str) -> bool:
    if form.startswith(("del ", "dup ")):
        first, last = (int(part) for part in form[4:].split("-"))
        start = re.match(r"[A-Z][a-z]{2}(\d+)", change)
        return change.endswith(form[:3]) and start is not None and first <= int(start[1]) <= last
    if form[-1].isdigit():
        return re.fullmatch(rf"{form}[A-Z][a-z]{{2}}", change) is not None
    return change == form
