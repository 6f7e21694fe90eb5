"""Protein changes in one spelling: `p.L858R`, `NP_005219.2:p.(Leu858Arg)` → `Leu858Arg`."""

from __future__ import annotations

import re

_THREE = {
    "A": "Ala", "R": "Arg", "N": "Asn", "D": "Asp", "C": "Cys", "Q": "Gln", "E": "Glu",
    "G": "Gly", "H": "His", "I": "Ile", "L": "Leu", "K": "Lys", "M": "Met", "F": "Phe",
    "P": "Pro", "S": "Ser", "T": "Thr", "W": "Trp", "Y": "Tyr", "V": "Val", "*": "Ter",
}  # fmt: skip
_ONE = {three: one for one, three in _THREE.items()}


# Exons of EGFR by residue (NM_005228): what laboratories call them in words. Deletions of exon 19
# start within 729-761; insertions of exon 20 cluster between 762 and 774
# (Arcila et al. 2013, doi:10.1158/1535-7163.MCT-12-0620).
_NAMED_CHANGES = {
    "exon 19 del": "del 729-761",
    "exon 20 ins": "ins 762-774",
}
_EXON = re.compile(
    r"(?:in-?frame )?(?:exon|ex\.?) ?(19|20) ?(?:in-?frame )?(del|ins)(?:etions?|ertions?)?\Z", re.I
)
_LEGACY = re.compile(r"\(?[A-Z*][a-z]{0,2}\d{1,5}(?:_[A-Z][a-z]{0,2}\d{1,5})?[A-Za-z*]{1,40}\)?\Z")


def protein_change(hgvs: str | None) -> str | None:
    """A change of the protein in three-letter form without reference and brackets.

    Substitutions and in-frame deletions, duplications, insertions and both at once. Legacy names
    count too: `L858R`, `E746_A750del`, `exon 19 deletion` (as `exon 19 del`). None when the text
    is not one of these.
    """
    if not hgvs:
        return None
    text = hgvs.strip()
    exon = _EXON.match(text)
    if exon:
        return f"exon {exon[1]} {exon[2].lower()}"
    if "p." not in text:
        if not _LEGACY.match(text):
            return None
        text = f"p.{text}"
    import tinyhgvs  # noqa: PLC0415  loaded only when a chart holds a variant

    try:
        description = tinyhgvs.parse_hgvs(text).description
    except tinyhgvs.TinyHGVSError:
        return None
    edit = getattr(description, "edit", None)
    location = getattr(edit, "location", None)
    start = getattr(location, "start", None)
    if start is None or _three(start.residue) not in _ONE:
        return None
    first = f"{_three(start.residue)}{start.ordinal}"
    end = getattr(location, "end", None)
    span = first if end is None else f"{first}_{_three(end.residue)}{end.ordinal}"
    changed = _edit(edit)
    return f"{span}{changed}" if changed else None


def _edit(edit: object) -> str:
    """What becomes of the residues; empty for kinds that are not read."""
    import tinyhgvs  # noqa: PLC0415

    if isinstance(edit, tinyhgvs.ProteinSubstitution):
        return _three(str(edit.to))
    if isinstance(edit, tinyhgvs.ProteinDeletion):
        return "del"
    if isinstance(edit, tinyhgvs.ProteinDuplication):
        return "dup"
    if isinstance(edit, tinyhgvs.KnownProteinInsertion):
        return "ins" + "".join(_three(str(each)) for each in edit.sequence)
    if isinstance(edit, tinyhgvs.ProteinDeletionInsertion):
        sequence = getattr(edit, "sequence", ())
        return "delins" + "".join(_three(str(each)) for each in sequence)
    return ""


def short(change: str) -> str:
    """The one-letter form clinicians say: `Gly12Asp` → `G12D`."""
    return re.sub(r"[A-Z][a-z]{2}", lambda match: _ONE.get(match.group(), match.group()), change)


def _three(residue: str) -> str:
    return _THREE.get(residue, residue)


def matches_change(hgvs: str | None, wanted: list[str]) -> bool:
    """Whether a reported protein change is one of `wanted`.

    `Gly12Cys` matches itself, `Gly719` any substitution there. `del 729-761` is a deletion that
    starts within these residues, with or without residues put in their place; `dup 572-631` a
    duplication there; `ins 762-774` an in-frame insertion or duplication there.
    """
    change = protein_change(hgvs)
    if change is None:
        return False
    return any(_matches(change, form) for form in wanted)


# How a change of a kind reads after its residues.
_KINDS = {
    "del": re.compile(r"(_[A-Z][a-z]{2}\d+)?(del|delins([A-Z][a-z]{2}){0,3})\Z"),
    "dup": re.compile(r"(_[A-Z][a-z]{2}\d+)?dup\Z"),
    "ins": re.compile(r"(_[A-Z][a-z]{2}\d+)?(ins([A-Z][a-z]{2})+|dup)\Z"),
}


def _matches(change: str, form: str) -> bool:
    if change in _NAMED_CHANGES:
        return _NAMED_CHANGES[change] == form
    kind = _KINDS.get(form[:3]) if form[3:4] == " " else None
    if kind is not None:
        first, last = (int(part) for part in form[4:].split("-"))
        start = re.match(r"[A-Z][a-z]{2}(\d+)", change)
        if start is None or not first <= int(start[1]) <= last:
            return False
        return kind.match(change[start.end() :]) is not None and _is_net(change, form[:3])
    if form[-1].isdigit():
        return re.fullmatch(rf"{form}[A-Z][a-z]{{2}}", change) is not None
    return change == form


def _is_net(change: str, kind: str) -> bool:
    """Whether a deletion with residues put in their place is shorter in the end."""
    if kind != "del" or "delins" not in change:
        return True
    span, _, put_in = change.partition("delins")
    numbers = [int(each) for each in re.findall(r"\d+", span)]
    return len(put_in) // 3 < numbers[-1] - numbers[0] + 1
