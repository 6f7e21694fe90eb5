"""The page of one artifact of the order rules, in plain words."""

from __future__ import annotations

from collections.abc import Iterator

from oncocue.page_parts import closing, opening
from oncology.orders.cases import order_cases
from oncology.orders.rules import TESTS, OrderArtifact, OrderRow

_NEEDS = {
    "present": "one of these is found",
    "absent": "none of these is found",
    "result": "a result is on file, whatever it says",
    "normal": "the gene works as usual",
}


def explained_order(artifact: OrderArtifact) -> Iterator[str]:
    """The lines of an artifact's page."""
    yield from opening(artifact)
    yield f"\n**When.** An order on the screen, at order-select or order-sign. {_ages(artifact)}"
    if artifact.judges == TESTS:
        yield "\nJudged by the evidence lists and the drug-gene pairs: what a test can answer."
    else:
        yield "\n## Drugs and what they need\n"
        for row in artifact.rows:
            yield from _row(row)
    yield from closing(artifact)
    for case in order_cases(artifact).cases:
        yield f"- {case.name}: {case.expect['answer'].replace('_', ' ')}"


def _ages(artifact: OrderArtifact) -> str:
    return f"From {artifact.adults} years of age." if artifact.adults else "All ages."


def _row(row: OrderRow) -> Iterator[str]:
    draft = "" if row.status == "active" else f" ({row.status}: never on a card)"
    yield f"### {', '.join(row.drugs)}: {row.labelled_for}{draft}\n"
    yield f"- Row `{row.id}`, topic `{row.topic}`; a {row.urgency} when it is missing"
    yield f"- As needed when {_NEEDS[row.needs]}:"
    for each in row.evidence:
        names = ", ".join(each.row.biomarkers)
        place = f"`{each.home.id}/{each.row.id}`" if row.cancer else "this rule"
        yield f"  - {each.row.show or names} ({each.row.alteration}), {each.row.origin}, {place}"
    if row.changes:
        yield f"- Changes named by the label: {', '.join(row.changes)}"
    if row.against:
        yield f"- In conflict: {', '.join(row.against)}"
    if row.unless_drugs:
        drugs, changes = ", ".join(row.unless_drugs), ", ".join(row.unless_changes)
        yield f"- {changes} is no conflict with {drugs} on the same screen or in use"
    if row.note:
        yield f"- Note: {row.note}"
    for label in row.labels:
        if label.drug in row.drugs:
            yield f"- Label fact: {label.drug}, revised {label.revised} <{label.url}>"
    yield f"- Sources: {', '.join(row.sources)}\n"
