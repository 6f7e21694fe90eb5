"""Load the order rules beside the guidance; what is incomplete, unsourced or unknown is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from oncology.findings import Source
from oncology.guidance import schema
from oncology.guidance.artifact import Artifact, Label, Row
from oncology.guidance.library import Guidance
from oncology.guidance.load import (
    GuidanceFault,
    Table,
    read_approval,
    read_orders,
    read_row,
    read_sources,
)
from oncology.orders.products import load_drug_names
from oncology.orders.rules import (
    DRUGS,
    KINDS,
    NEEDS,
    TESTS,
    URGENCIES,
    Evidence,
    OrderArtifact,
    OrderRow,
    OrderRules,
)

FOLDER = "order-rules"
_FILE = "rules.toml"
_TOPIC = re.compile(r"[A-Za-z0-9]{1,100}\Z")
_VERSION = re.compile(r"\d+\.\d+\.\d+\Z")
ARTIFACT_KEYS = {
    "id": "name of the artifact and of its folder",
    "version": "like 1.0.0; raised when an answer changes",
    "status": "draft, active or retired",
    "judges": "drugs, by its rows; or tests: whether one on the screen is answered already",
    "kind": "pharmacogenomics or order-check",
    "topic": "letters and digits, fixed across releases",
    "title": "what it is about",
    "question": "the clinical question it answers",
    "review": "day of the next review",
    "adults": "years of age from which it holds; left out for all ages",
    "why": "the closing words of a card",
    "limits": "what is left out, and why",
    "approval": "name, role and date of who signed it",
    "source": "where each statement was read",
    "row": "one requirement",
}
ROW_KEYS = {
    "id": "name of the row",
    "status": "draft (never used) or active",
    "topic": "topic of its card, fixed across releases",
    "drugs": "ingredients it is about",
    "needs": "present, absent, result (any) or normal (of a gene that handles the drug)",
    "like": "artifact/row of the evidence lists: its tests, its cancer and its label facts",
    "changes": "protein changes the label names; another one is a conflict",
    "against": "results of a drug-gene test that are a conflict",
    "unless_drugs": "drugs on the same screen with which unless_changes are no conflict",
    "unless_changes": "protein changes that unless_drugs are for",
    "urgency": "warning or info, when something is missing or in conflict",
    "labelled_for": "what the label limits the drug to, as a card says it",
}


def load_order_rules(folder: Path, guidance: Guidance) -> OrderRules:
    """The order rules in `folder`/order-rules; they lean on the evidence lists of `guidance`.

    Raises GuidanceFault with all faults found.
    """
    place = folder / FOLDER
    orders = read_orders(folder / "orders.toml")
    artifacts: dict[str, OrderArtifact] = {}
    faults: list[str] = []
    for path in sorted(place.glob(f"*/{_FILE}")):
        table = Table(path, orders)
        artifact = _read(table, guidance) if not table.faults else None
        faults += table.faults
        if artifact is not None and not table.faults:
            artifacts[artifact.id] = artifact
    if faults:
        raise GuidanceFault(faults)
    return OrderRules(artifacts, load_drug_names(place, guidance.terminology))


def _read(table: Table, guidance: Guidance) -> OrderArtifact | None:
    for fault in schema.unknown_keys(table.data, ARTIFACT_KEYS):
        table.fault(fault.split("'")[1], fault)
    for source in table.get("source", []):
        for fault in schema.unknown_keys(source, schema.SOURCE_KEYS):
            table.fault(f'id = "{source.get("id")}"', fault)
    sources = read_sources(table)
    topic, version = table.text("topic"), table.text("version")
    review = table.get("review")
    if not _TOPIC.match(topic):
        table.fault("topic =", f"topic {topic!r} must be letters and digits, at most 100.")
    if not _VERSION.match(version):
        table.fault("version =", f"version {version!r} is not like 1.0.0.")
    if not isinstance(review, date):
        table.fault("review =", "review is missing. Add the day of the next review, unquoted.")
        review = date.min
    if not (table.path.parent / "cases.toml").is_file():
        table.fault("id =", "no cases.toml beside it. An artifact without cases is not tested.")
    judges = table.choice("judges", (DRUGS, TESTS))
    rows = tuple(
        row for each in table.get("row", []) for row in _order_row(table, each, sources, guidance)
    )
    if judges == DRUGS and not rows:
        table.fault("judges =", "an artifact that judges drugs without rows. Add a [[row]].")
    return OrderArtifact(
        id=table.text("id"),
        version=version,
        status=table.choice("status", ("draft", "active", "retired")),
        judges=judges,
        kind=table.choice("kind", KINDS),
        topic=topic,
        title=table.text("title"),
        question=table.text("question"),
        review=review,
        adults=table.get("adults", 0),
        why=table.text("why", ""),
        limits=tuple(table.get("limits", ())),
        sources=sources,
        rows=rows,
        approval=read_approval(table),
        path=str(table.path),
    )


def _order_row(
    table: Table, row: dict[str, Any], sources: dict[str, Source], guidance: Guidance
) -> Iterator[OrderRow]:
    """The row, when its words are all known."""
    identifier = row.get("id", "")
    owner = f'id = "{identifier}"'
    before = len(table.faults)
    for fault in _row_faults(row, guidance):
        table.fault(owner, f"row {identifier}: {fault}")
    evidence = _evidence(table, row, sources, guidance) if len(table.faults) == before else ()
    labels = tuple(
        Label(each["drug"], str(each["revised"]), each["url"]) for each in row.get("label", ())
    ) + tuple(label for each in evidence for label in each.row.labels if "like" in row)
    if evidence and "like" in row:
        unlabelled = set(row.get("drugs", ())) - {label.drug for label in labels}
        for drug in sorted(unlabelled):
            table.fault(owner, f"row {identifier}: no label fact on {drug} in its evidence.")
    if len(table.faults) > before:
        return
    yield OrderRow(
        id=identifier,
        status=row.get("status", "active"),
        topic=row.get("topic", ""),
        drugs=tuple(row.get("drugs", ())),
        needs=row.get("needs", ""),
        evidence=evidence,
        changes=tuple(row.get("changes", ())),
        against=tuple(row.get("against", ())),
        unless_drugs=tuple(row.get("unless_drugs", ())),
        unless_changes=tuple(row.get("unless_changes", ())),
        urgency=row.get("urgency", "warning"),
        labelled_for=row.get("labelled_for", ""),
        labels=labels,
        sources=tuple(row.get("sources", ())) or tuple(sources),
        note=row.get("note", ""),
    )


def _row_faults(row: dict[str, Any], guidance: Guidance) -> Iterator[str]:
    known = {**ROW_KEYS, **schema.ROW_KEYS}
    yield from schema.unknown_keys(row, known)
    yield from schema.not_one_of("status", row.get("status", "active"), ("draft", "active"))
    yield from schema.not_one_of("needs", row.get("needs", ""), NEEDS)
    yield from schema.not_one_of("urgency", row.get("urgency", "warning"), URGENCIES)
    if not _TOPIC.match(row.get("topic", "")):
        yield "topic must be letters and digits, at most 100."
    if not row.get("drugs") or not row.get("labelled_for"):
        yield "it lacks drugs or labelled_for."
    for drug in (*row.get("drugs", ()), *row.get("unless_drugs", ())):
        if drug not in guidance.terminology.ingredients:
            yield f"drug {drug!r} is not in drugs.csv. Add it there with its source."
    if "like" not in row:
        own = {key: value for key, value in row.items() if key not in ROW_KEYS}
        yield from schema.row_faults({**own, "id": row.get("id")}, guidance.terminology)


def _evidence(
    table: Table, row: dict[str, Any], sources: dict[str, Source], guidance: Guidance
) -> tuple[Evidence, ...]:
    if "like" not in row:
        own = read_row(table, {**row, "status": "active"}, sources, {})
        return (Evidence(_home(table, own), own),)
    found = []
    for name in row["like"]:
        home_id, _, row_id = name.partition("/")
        home = guidance.artifacts.get(home_id)
        like = next((each for each in home.rows if each.id == row_id), None) if home else None
        if home is None or like is None:
            table.fault(f'id = "{row.get("id")}"', f"like names {name!r}, which is no row.")
        else:
            found.append(Evidence(home, like))
    if len({each.home.cancer for each in found}) > 1:
        table.fault(f'id = "{row.get("id")}"', "like names rows of several cancers.")
    return tuple(found)


def _home(table: Table, row: Row) -> Artifact:
    """The evidence list a drug-gene row is by itself; it is about no cancer."""
    return Artifact(
        id=table.text("id"),
        version=table.text("version"),
        status="active",
        shape="evidence-list",
        kind=table.text("kind"),
        topic=table.text("topic"),
        title=table.text("title"),
        question=table.text("question"),
        cancer="",
        site="",
        site_question="",
        site_explained_by=(),
        names={},
        includes_past=False,
        applies_criterion="",
        review=date.max,
        grace_days=0,
        shows="card",
        why="",
        order=None,
        on_file=(),
        limits=(),
        sources={},
        facts={},
        rows=(row,),
    )
