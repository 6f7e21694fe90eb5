"""Load guidance from its folder; what is incomplete, unsourced or unknown is refused.

Every fault names the file, the line, and what to do.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from oncology.facts.registry import FACTS
from oncology.findings import Orderable, Source, Verdict
from oncology.guidance import schema
from oncology.guidance.artifact import (
    KINDS,
    Approval,
    Artifact,
    FactUse,
    Label,
    Row,
    Rule,
    When,
)
from oncology.guidance.criteria import (
    criteria_faults,
    not_assessed_faults,
    read_criteria,
    read_not_assessed,
)
from oncology.guidance.decision_table import TableFault, build_table
from oncology.guidance.library import Guidance
from oncology.terminology import Terminology, load_terminology

# Reflex testing is under way in the first days after a diagnosis. Our choice, not published;
# an artifact may set its own.
_GRACE_DAYS = 14
_RELEASE = "release.toml"
_ORDERS = "orders.toml"
_CRITERIA = "criteria.toml"
_NOT_ASSESSED = "not_assessed.toml"
_ARTIFACT = "guidance.toml"
_TOPIC = re.compile(r"[A-Za-z0-9]{1,100}\Z")
_VERSION = re.compile(r"\d+\.\d+\.\d+\Z")
_SHAPES = ("evidence-list", "decision-table")
_STATUSES = ("draft", "active", "retired")
_RESERVED = ("fact", "ask", "criterion", "question", "met", "like")


class GuidanceFault(ValueError):
    """Guidance that must not be used. `faults` are messages with file, line and remedy."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


def load_guidance(folder: Path) -> Guidance:
    """Every artifact under `folder` and the terminology beside them.

    Raises GuidanceFault with all faults found.
    """
    version = guidance_version(folder)
    artifacts: dict[str, Artifact] = {}
    faults: list[str] = []
    paths = sorted(folder.glob(f"*/{_ARTIFACT}"))
    terminology = load_terminology(folder / "terminology")
    orders = read_orders(folder / _ORDERS)
    criteria = read_criteria(folder / _CRITERIA)
    not_assessed = read_not_assessed(folder / _NOT_ASSESSED)
    faults += not_assessed_faults(folder / _NOT_ASSESSED, not_assessed, criteria)
    tables = {path: Table(path, orders) for path in paths}
    shared = {table.get("id"): table for table in tables.values()}
    for path in paths:
        artifact = _read(tables[path], shared, terminology)
        if artifact is not None:
            for near, fault in criteria_faults(artifact, criteria):
                tables[path].fault(near, fault)
        faults += tables[path].faults
        if artifact is None:
            continue
        if artifact.id in artifacts:
            faults.append(f"{path}:1: id {artifact.id} is used twice. Give each artifact its own.")
        artifacts[artifact.id] = artifact
    if not paths:
        faults.append(f"{folder}: no */{_ARTIFACT} found. Name the folder that holds them.")
    if faults:
        raise GuidanceFault(faults)
    return Guidance(version, artifacts, terminology, criteria, orders, not_assessed)


def guidance_version(folder: Path) -> str:
    """The release a guidance folder holds. Raises GuidanceFault when it does not say."""
    release = folder / _RELEASE
    if not release.is_file():
        raise GuidanceFault([f"{release}: missing. A guidance folder has release.toml in it."])
    return str(tomllib.loads(release.read_text(encoding="utf-8")).get("version", ""))


def read_orders(path: Path) -> dict[str, Orderable]:
    """What cards may offer to order: name to the words on the button."""
    if not path.is_file():
        return {}
    listed = tomllib.loads(path.read_text(encoding="utf-8"))
    return {
        name: Orderable(name, order["label"], order.get("means", ""))
        for name, order in listed.items()
    }


class Table:
    """One TOML file, and the faults found in it so far."""

    def __init__(self, path: Path, orders: dict[str, Orderable]) -> None:
        self.path = path
        self._orders = orders
        self.faults: list[str] = []
        self._text = path.read_text(encoding="utf-8")
        self.data: dict[str, Any] = {}
        try:
            self.data = tomllib.loads(self._text)
        except tomllib.TOMLDecodeError as error:
            self.faults.append(f"{path}: not valid TOML: {error}")

    def get(self, key: str, default: Any = None) -> Any:
        return self.data.get(key, default)

    def fault(self, near: str, message: str) -> None:
        """Report a fault at the first line that holds `near`."""
        line = next(
            (n for n, text in enumerate(self._text.splitlines(), 1) if near and near in text), 1
        )
        self.faults.append(f"{self.path}:{line}: {message}")

    def text(self, key: str, default: str | None = None) -> str:
        value = self.data.get(key, default)
        if not isinstance(value, str):
            self.fault(f"{key} =", f'{key} is missing or not a text. Add {key} = "…".')
            return ""
        return value

    def orderable(self, name: str, near: str) -> Orderable | None:
        """The order of this name from orders.toml; None when there is none to offer."""
        if name and name not in self._orders:
            self.fault(near, f"order {name!r} is not in {_ORDERS}. Add it there.")
        return self._orders.get(name)

    def choice(self, key: str, allowed: Iterable[str]) -> str:
        value = self.text(key)
        if value and value not in allowed:
            self.fault(f"{key} =", f"{key} = {value!r} is not one of {', '.join(allowed)}.")
        return value


def _read(table: Table, shared: dict[Any, Table], terminology: Terminology) -> Artifact | None:
    if table.faults:
        return None
    _check_words(table, terminology)
    if table.faults:
        return None
    shape = table.choice("shape", _SHAPES)
    shows = table.choice("shows", schema.SHOWS) if "shows" in table.data else "card"
    sources = read_sources(table)
    facts = _facts(table, shared)
    version, topic = table.text("version"), table.text("topic")
    if not _VERSION.match(version):
        table.fault("version =", f"version {version!r} is not like 1.0.0.")
    if not _TOPIC.match(topic):
        table.fault("topic =", f"topic {topic!r} must be letters and digits, at most 100.")
    review = table.get("review")
    if not isinstance(review, date):
        table.fault("review =", "review is missing. Add the day of the next review, unquoted.")
        review = date.min
    rows = tuple(read_row(table, row, sources, facts) for row in table.get("row", []))
    rules = tuple(_rule(table, rule, facts) for rule in table.get("rule", []))
    decides = tuple(table.get("decides", ()))
    built: dict[tuple[str, ...], Rule] = {}
    if shape == "decision-table":
        built = _build(table, facts, decides, rules)
    elif not rows:
        table.fault("shape =", "an evidence list without rows. Add a [[row]].")
    if not (table.path.parent / "cases.toml").is_file():
        table.fault("id =", "no cases.toml beside it. An artifact without cases is not tested.")
    _check_unique(table, rows)
    if table.faults:
        return None
    return Artifact(
        id=table.text("id"),
        version=version,
        status=table.choice("status", _STATUSES),
        shape=shape,
        kind=table.choice("kind", KINDS),
        topic=topic,
        title=table.text("title"),
        question=table.text("question"),
        cancer=table.text("cancer", ""),
        site=table.text("site", ""),
        site_question=table.text("site_question", ""),
        site_explained_by=tuple(table.get("site_explained_by", ())),
        names=dict(table.get("names", {})),
        includes_past=bool(table.get("includes_past", False)),
        on_file=tuple(table.get("on_file", ())),
        applies_criterion=table.text("applies_criterion", ""),
        review=review,
        grace_days=table.get("grace_days", _GRACE_DAYS),
        shows=shows,
        why=table.text("why", ""),
        order=table.orderable(table.text("order", ""), "order ="),
        limits=tuple(table.get("limits", ())),
        sources=sources,
        facts=facts,
        rows=rows,
        rules=rules,
        decides=decides,
        table=built,
        approval=read_approval(table),
        path=str(table.path),
    )


def _check_words(table: Table, terminology: Terminology) -> None:
    """Keys and closed words first: what is misspelt would pass in silence."""
    for fault in schema.unknown_keys(table.data, schema.ARTIFACT_KEYS):
        table.fault(fault.split("'")[1], fault)
    cancers = (table.get("cancer", ""), table.get("site", ""), *table.get("site_explained_by", ()))
    faults = schema.cancer_faults(cancers, terminology)
    for fault in faults + schema.on_file_faults(table.get("on_file", ()), terminology):
        table.fault("cancer =", fault)
    for source in table.get("source", []):
        for fault in schema.unknown_keys(source, schema.SOURCE_KEYS):
            table.fault(f'id = "{source.get("id")}"', fault)
    for row in table.get("row", []):
        faults = schema.row_faults(row, terminology)
        for label in row.get("label", ()):
            faults += schema.unknown_keys(label, schema.LABEL_KEYS)
        for fault in faults:
            table.fault(f'id = "{row.get("id")}"', f"row {row.get('id')}: {fault}")
    for rule in table.get("rule", []):
        faults = schema.unknown_keys(rule, schema.RULE_KEYS)
        for fault in faults + schema.not_one_of("reason", rule.get("reason", ""), schema.REASONS):
            table.fault(f'say = "{rule.get("say")}"', fault)
    for name, fact in table.get("facts", {}).items():
        for key in ("stages", "early", "m"):
            for fault in schema.stage_faults(name, fact.get(key, ())):
                table.fault(f"[facts.{name}]", fault)


def read_sources(table: Table) -> dict[str, Source]:
    """The sources of a file by id; each needs a label, an https address and the day read."""
    sources: dict[str, Source] = {}
    for source in table.get("source", []):
        identifier = source.get("id", "")
        url, checked = source.get("url", ""), source.get("checked")
        if not identifier or not source.get("label"):
            table.fault("[[source]]", "a source without id or label. Name it.")
        if not url.startswith("https://"):
            table.fault(f'id = "{identifier}"', f"source {identifier} has no https url.")
        if not isinstance(checked, date):
            table.fault(
                f'id = "{identifier}"', f"source {identifier} lacks checked, the day it was read."
            )
        sources[identifier] = Source(identifier, source.get("label", ""), url, str(checked))
    if not sources:
        table.fault("id =", "advice that cites nothing. Add a [[source]].")
    return sources


def _facts(table: Table, shared: dict[Any, Table]) -> dict[str, FactUse]:
    facts: dict[str, FactUse] = {}
    for name, declared in table.get("facts", {}).items():
        use = dict(declared)
        if "like" in use:
            use = _like(table, name, use, shared)
        fact = FACTS.get(use.get("fact", ""))
        if fact is None:
            known = ", ".join(sorted(FACTS))
            table.fault(
                f"[facts.{name}]", f"fact {use.get('fact')!r} is not known. Known: {known}."
            )
            continue
        parameters = {key: value for key, value in use.items() if key not in _RESERVED}
        missing = fact.required - parameters.keys()
        unknown = parameters.keys() - fact.required - fact.optional
        if missing or unknown:
            told = [f"lacks {', '.join(sorted(missing))}"] if missing else []
            told += [f"does not take {', '.join(sorted(unknown))}"] if unknown else []
            table.fault(f"[facts.{name}]", f"fact {fact.name} {' and '.join(told)}.")
            continue
        facts[name] = FactUse(
            name=name,
            fact=fact.name,
            answers=fact.answers,
            function=fact.function,
            parameters=parameters,
            ask=use.get("ask", ""),
            criterion=use.get("criterion", ""),
            met=use.get("met", "yes"),
            question=use.get("question", ""),
        )
    return facts


def _like(table: Table, name: str, use: dict[str, Any], shared: dict[Any, Table]) -> dict[str, Any]:
    """A fact taken over from another artifact, so that its lists stand in one place."""
    other = shared.get(use["like"])
    taken = other.get("facts", {}).get(name) if other else None
    if taken is None:
        table.fault(f"[facts.{name}]", f"artifact {use['like']!r} has no fact {name}.")
        return {}
    return {**taken, **{key: value for key, value in use.items() if key != "like"}}


def _when(table: Table, owner: str, when: dict[str, Any], facts: dict[str, FactUse]) -> When:
    gates = []
    for name, allowed in when.items():
        malformed = schema.texts(name, allowed)
        for fault in malformed:
            table.fault(owner, fault)
        if malformed:
            continue
        use = facts.get(name)
        if use is None:
            table.fault(owner, f"fact {name!r} is not declared under [facts].")
            continue
        for value in allowed:
            for fault in schema.not_one_of(name, value, use.answers):
                table.fault(owner, fault)
        gates.append((name, frozenset(allowed)))
    return tuple(gates)


def _alternatives(
    table: Table,
    owner: str,
    when: dict[str, Any] | list[dict[str, Any]],
    facts: dict[str, FactUse],
) -> tuple[When, ...]:
    """One table of gates, or a list of tables of which one is enough."""
    choices = when if isinstance(when, list) else [when]
    return tuple(_when(table, owner, choice, facts) for choice in choices)


def read_row(
    table: Table, row: dict[str, Any], sources: dict[str, Source], facts: dict[str, FactUse]
) -> Row:
    """One evidence row; what it names must be declared in the same file."""
    identifier = row.get("id", "")
    owner = f'id = "{identifier}"'
    for key in ("biomarkers", "alteration", "origin", "sees", "specimen", "strength", "sources"):
        if not row.get(key):
            table.fault(owner, f"row {identifier} lacks {key}.")
    for source in row.get("sources", ()):
        if source not in sources:
            table.fault(owner, f"source {source!r} is not declared as a [[source]].")
    repeat = row.get("repeat_when", "")
    if repeat and repeat not in facts:
        table.fault(owner, f"repeat_when names {repeat!r}, which is not declared under [facts].")
    return Row(
        id=identifier,
        status=row.get("status", "active"),
        show=row.get("show", ""),
        biomarkers=tuple(row.get("biomarkers", ())),
        genes={name: tuple(genes) for name, genes in row.get("genes", {}).items()},
        alteration=row.get("alteration", ""),
        origin=row.get("origin", ""),
        sees=frozenset(row.get("sees", ())),
        answered_by=tuple(row.get("answered_by", ())),
        settings=tuple(row.get("settings", ())),
        when=_alternatives(table, owner, row.get("when", {}), facts),
        specimen=row.get("specimen", ""),
        strength=row.get("strength", ""),
        pending_days=row.get("pending_days", 28),
        repeat_when=repeat,
        repeat_until=row.get("repeat_until", ""),
        labelled=tuple(row.get("labelled", ())),
        labels=tuple(
            Label(label["drug"], str(label["revised"]), label["url"])
            for label in row.get("label", ())
        ),
        sources=tuple(row.get("sources", ())),
        order=table.orderable(row.get("order", ""), owner),
        why=row.get("why", ""),
        note=row.get("note", ""),
        draft_because=row.get("draft_because", ""),
        order_if_equivocal=table.orderable(row.get("order_if_equivocal", ""), owner),
    )


def _rule(table: Table, rule: dict[str, Any], facts: dict[str, FactUse]) -> Rule:
    say, answer = rule.get("say", ""), rule.get("answer", "")
    owner = f'say = "{say}"' if say else "[[rule]]"
    if answer not in {verdict.value for verdict in Verdict}:
        table.fault(owner, f"answer {answer!r} is not one of the four answers.")
    if not say:
        table.fault(owner, "a rule without say: the sentence that explains it.")
    return Rule(
        _when(table, owner, rule.get("when", {}), facts), answer, say, rule.get("reason", "")
    )


def _build(
    table: Table, facts: dict[str, FactUse], decides: tuple[str, ...], rules: tuple[Rule, ...]
) -> dict[tuple[str, ...], Rule]:
    undeclared = [name for name in decides if name not in facts]
    named = {name for rule in rules for name, _ in rule.when}
    if undeclared or not decides:
        table.fault("decides =", f"decides must name declared facts; not declared: {undeclared}.")
    elif named != set(decides):
        table.fault("decides =", f"rules name {sorted(named)}, decides {sorted(decides)}.")
    elif not table.faults:
        try:
            return build_table(facts, decides, rules)
        except TableFault as fault:
            table.fault("decides =", f"the table has {fault}. Make one rule fit, and only one.")
    return {}


def _check_unique(table: Table, rows: tuple[Row, ...]) -> None:
    seen: set[str] = set()
    for row in rows:
        if row.id in seen:
            table.fault(f'id = "{row.id}"', f"row id {row.id} is used twice.")
        seen.add(row.id)


def read_approval(table: Table) -> Approval | None:
    """Who signed the file, if anybody did."""
    approval = table.get("approval")
    if not approval:
        return None
    return Approval(approval["name"], approval["role"], approval["date"])
