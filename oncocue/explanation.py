"""`oncocue explain`: one artifact in plain words, with its sources and cases."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

import msgspec

from oncocue.folders import guidance_folder
from oncocue.order_pages import explained_order
from oncocue.page_parts import closing, opening
from oncocue.source_attributes import order_attributes, source_attributes
from oncology.facts.registry import FACTS
from oncology.guidance.artifact import Artifact, FactUse, Row, Rule, When
from oncology.guidance.library import Guidance
from oncology.guidance.load import load_guidance
from oncology.orders.load import load_order_rules
from oncology.orders.rules import OrderRules


def explain_artifact(identifier: str, folder: Path | None = None) -> str:
    """The artifact as Markdown. Raises ValueError naming the known ids when there is none."""
    chosen = folder or guidance_folder()
    guidance = load_guidance(chosen)
    rules = load_order_rules(chosen, guidance)
    if identifier in rules.artifacts:
        return "\n".join(explained_order(rules.artifacts[identifier]))
    return "\n".join(explained(_named(identifier, guidance, rules)))


def artifact_sheet(identifier: str, folder: Path | None = None) -> str:
    """The artifact's source attributes as JSON. Raises ValueError as `explain_artifact` does."""
    chosen = folder or guidance_folder()
    guidance = load_guidance(chosen)
    rules = load_order_rules(chosen, guidance)
    if identifier in rules.artifacts:
        sheet = order_attributes(rules.artifacts[identifier], guidance, rules)
    else:
        sheet = source_attributes(_named(identifier, guidance, rules), guidance)
    return msgspec.json.format(msgspec.json.encode(sheet), indent=2).decode()


def _named(identifier: str, guidance: Guidance, rules: OrderRules) -> Artifact:
    artifact = guidance.artifacts.get(identifier)
    if artifact is None:
        known = "\n  ".join((*guidance.artifacts, *rules.artifacts))
        raise ValueError(f"There is no guidance {identifier!r}. Known:\n  {known}")
    return artifact


def explained(artifact: Artifact) -> Iterator[str]:
    """The lines of an artifact's page."""
    yield from opening(artifact)
    yield "\n## Facts asked of the chart\n"
    for use in artifact.facts.values():
        yield _fact(use)
    if artifact.rows:
        yield "\n## Biomarkers\n"
        for row in artifact.rows:
            yield from _row(row)
    if artifact.rules:
        yield "\n## Decision table\n"
        for rule in artifact.rules:
            yield _rule(rule)
    yield from closing(artifact)
    yield from _cases(artifact)


def _fact(use: FactUse) -> str:
    question = FACTS[use.fact].question
    told = ", ".join(f"{name} = {value}" for name, value in use.parameters.items())
    line = f"- **{use.name}**: {question}"
    line += f" ({told})" if told else ""
    line += f" Criterion `{use.criterion}`." if use.criterion else ""
    return line + (f" If unknown, asks: “{use.ask}”" if use.ask else "")


def _row(row: Row) -> Iterator[str]:
    draft = "" if row.status == "active" else f" ({row.status}: never on a card)"
    yield f"### {row.show or ', '.join(row.biomarkers)}: {row.alteration}{draft}\n"
    if row.draft_because:
        yield f"- Not active: {row.draft_because}"
    yield f"- Row `{row.id}`, {row.origin}, strength {row.strength}"
    yield f"- Due: {', or '.join(_when(gates) for gates in row.when) or 'always'}"
    yield f"- Specimen: {row.specimen}"
    yield f"- An open order counts as pending for {row.pending_days} days"
    if row.repeat_when:
        yield f"- Repeat when: {row.repeat_when}, if the newest result is older"
    if row.why:
        yield f"- Why: {row.why}"
    if row.note:
        yield f"- Note: {row.note}"
    for label in row.labels:
        yield f"- Label fact: {label.drug}, revised {label.revised} <{label.url}>"
    yield f"- Sources: {', '.join(row.sources)}\n"


def _rule(rule: Rule) -> str:
    return f"- When {_when(rule.when)}: **{rule.answer.replace('_', ' ')}**. {rule.say}."


def _when(when: When) -> str:
    return " and ".join(f"{name} is {' or '.join(sorted(allowed))}" for name, allowed in when)


def _cases(artifact: Artifact) -> Iterator[str]:
    path = Path(artifact.path).parent / "cases.toml"
    for case in tomllib.loads(path.read_text(encoding="utf-8")).get("case", []):
        yield f"- {case['name']}: {case['expect']['answer'].replace('_', ' ')}"
