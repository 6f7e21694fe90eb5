"""Every artifact that differs from one by one wrong that a chart can show."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from oncology.facts.case import UNKNOWN, Answer, Case
from oncology.findings import Verdict
from oncology.guidance.artifact import Artifact, FactUse, Row, Rule
from oncology.guidance.cases import CaseBook
from oncology.terminology import Terminology

# The bound of an age band that has none.
_OLDEST = 121


def mutants_of(
    artifact: Artifact, book: CaseBook, terminology: Terminology
) -> Iterator[tuple[str, Artifact]]:
    """Every artifact that differs from this one by one wrong that a chart can show.

    Left out: facts that only drafts ask, and those taken over from another artifact, whose own
    mutants they are; rules and results that no chart can reach, as the cases say and why;
    methods no known code stands for.
    """
    declared = tomllib.loads(Path(artifact.path).read_text(encoding="utf-8")).get("facts", {})
    asked = _asked(artifact)
    own = {
        name: use
        for name, use in artifact.facts.items()
        if name in asked and "like" not in declared[name]
    }
    excused = {each.rule or each.row for each in book.unreached}
    yield from _of_the_whole(artifact)
    for name in sorted(asked & {*artifact.facts}):
        for what, wrong in _stuck(artifact.facts[name]):
            yield (f"fact {name}: {what}", _with_fact(artifact, name, wrong))
    for name, use in own.items():
        for what, wrong in _of_fact(use):
            yield (f"fact {name}: {what}", _with_fact(artifact, name, wrong))
    for row in artifact.active_rows:
        yield (f"row {row.id}: removed", _with_row(artifact, row, None))
        for what, changed in _of_row(row, artifact, terminology, row.id in excused):
            yield (f"row {row.id}: {what}", _with_row(artifact, row, changed))
    for number, rule in enumerate(artifact.rules):
        if rule.say in excused:
            continue
        for what, other in _of_rule(rule, artifact):
            yield (f"rule {number + 1}: {what}", _with_rule(artifact, rule, other))


def _asked(artifact: Artifact) -> set[str]:
    """The facts that a finding can depend on."""
    asked = {"adult", *artifact.decides}
    for row in artifact.active_rows:
        asked |= {name for alternative in row.when for name, _ in alternative} | {row.repeat_when}
    return asked | {use.name for use in artifact.facts.values() if use.criterion}


def _of_the_whole(artifact: Artifact) -> Iterator[tuple[str, Artifact]]:
    other_cancer = "crc" if artifact.cancer != "crc" else "breast"
    yield ("another cancer", replace(artifact, cancer=other_cancer))
    yield ("past its review", replace(artifact, review=artifact.review.replace(year=2000)))
    if artifact.cancer:
        past = not artifact.includes_past
        yield (f"includes past: {past}", replace(artifact, includes_past=past))
        yield from _of_grace(artifact)
    if artifact.applies_criterion:
        yield ("criterion not told", replace(artifact, applies_criterion=""))
    shown = "card" if artifact.shows == "app" else "app"
    yield (f"shown by {shown}", replace(artifact, shows=shown))
    if artifact.site:
        yield ("site removed", replace(artifact, site=""))
        yield ("site's question removed", replace(artifact, site_question=""))
    # A certain diagnosis of the cancer itself settles the site in any case.
    for cancer in sorted({*artifact.site_explained_by} - {artifact.cancer}):
        rest = tuple(each for each in artifact.site_explained_by if each != cancer)
        yield (f"site not explained by {cancer}", replace(artifact, site_explained_by=rest))


def _of_grace(artifact: Artifact) -> Iterator[tuple[str, Artifact]]:
    """The days after a diagnosis without a card: of lists of tests alone."""
    if artifact.shape != "evidence-list":
        return
    days = artifact.grace_days
    for each in (days - 1, days + 1) if days else (14,):
        yield (f"no card for {each} days", replace(artifact, grace_days=each))


def _stuck(use: FactUse) -> Iterator[tuple[str, FactUse]]:
    """The fact that gives one answer whatever the chart says."""
    for value in use.answers:

        def always(_: Case, value: str = value, **__: Any) -> Answer:
            return Answer(value)

        yield f"always {value}", replace(use, function=always)


def _of_fact(use: FactUse) -> Iterator[tuple[str, FactUse]]:
    for key, value in use.parameters.items():
        for what, other in _other_values(key, value):
            yield what, replace(use, parameters={**use.parameters, key: other})
    if use.ask:
        yield "question removed", replace(use, ask="")
    if use.criterion:
        rest = [each for each in use.answers if each not in (use.met, UNKNOWN)]
        yield f"met when {rest[0]}", replace(use, met=rest[0])


def _other_values(key: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, bool):
        yield f"{key} = {not value}", not value
    elif isinstance(value, int):
        changed = (value // 2, value * 2) if "days" in key else (value - 1, value + 1)
        for each in changed:
            yield f"{key} = {each}", each
    elif isinstance(value, dict):
        for name, held in value.items():
            for what, other in _other_held(held):
                yield f"{key}.{name} {what}", {**value, name: other}
    elif isinstance(value, list) and value:
        for each in value:
            yield f"{key} without {each}", [item for item in value if item != each]


def _other_held(value: Any) -> Iterator[tuple[str, Any]]:
    """Points one more or less; an age at which they change one year off, in both its bands."""
    if isinstance(value, int):
        yield f"= {value - 1}", value - 1
        yield f"= {value + 1}", value + 1
        return
    if not isinstance(value[0], list):
        for each in value:
            yield f"without {each}", [item for item in value if item != each]
        return
    for place, (low, high, points) in enumerate(value):
        for other in (points - 1, points + 1):
            band = [low, high, other]
            yield f"{low}-{high} = {other}", [*value[:place], band, *value[place + 1 :]]
    for age in sorted({age for band in value for age in band[:2]} - {0, _OLDEST}):
        for other in (age - 1, age + 1):
            moved = [[other if each == age else each for each in b[:2]] + b[2:] for b in value]
            yield f"from {other}", moved


def _of_row(
    row: Row, artifact: Artifact, terminology: Terminology, is_excused: bool
) -> Iterator[tuple[str, Row]]:
    yield "asks for another", replace(row, biomarkers=("VHL",), genes={})
    for name in row.biomarkers if len(row.biomarkers) > 1 else ():
        rest = tuple(each for each in row.biomarkers if each != name)
        yield f"{name} not asked", replace(row, biomarkers=rest)
    for place, alternative in enumerate(row.when):
        others = row.when[:place] + row.when[place + 1 :]
        if others:
            yield f"alternative {place + 1} removed", replace(row, when=others)
        for gate in alternative:
            rest = tuple(each for each in alternative if each != gate)
            when = (*row.when[:place], rest, *row.when[place + 1 :])
            yield f"gate {gate[0]} removed", replace(row, when=when if rest else ())
            closed = frozenset(artifact.facts[gate[0]].answers) - gate[1] - {UNKNOWN}
            turned = tuple((gate[0], closed) if each == gate else each for each in alternative)
            when = (*row.when[:place], turned, *row.when[place + 1 :])
            yield f"gate {gate[0]} turned round", replace(row, when=when)
    setting = "early" if "recurrent" in row.settings else "recurrent"
    yield f"setting {setting}", replace(row, settings=(setting,))
    if not is_excused:
        yield from _of_results(row, terminology)
    for name in row.genes:
        yield f"genes of {name} removed", replace(row, genes={**row.genes, name: ()})
    for name in row.answered_by:
        rest = tuple(each for each in row.answered_by if each != name)
        yield f"not answered by {name}", replace(row, answered_by=rest)
    if row.repeat_when:
        yield "never repeated", replace(row, repeat_when="")
    if row.repeat_until:
        yield "repeated for ever", replace(row, repeat_until="")


def _of_results(row: Row, terminology: Terminology) -> Iterator[tuple[str, Row]]:
    methods = list(_methods(row, terminology))
    for each in sorted(row.sees & frozenset().union(*methods)):
        yield f"does not see {each}", replace(row, sees=row.sees - {each})
    for each in sorted(frozenset().union(*(other for other in methods if not other & row.sees))):
        yield f"sees {each} too", replace(row, sees=row.sees | {each})
    origin = "germline" if row.origin == "somatic" else "somatic"
    yield f"origin {origin}", replace(row, origin=origin)
    yield "no longer pending", replace(row, pending_days=0)
    yield "pending for years", replace(row, pending_days=3650)


def _methods(row: Row, terminology: Terminology) -> Iterator[frozenset[str]]:
    """What each kind of result on the row's genes can see: a variant that sequencing found, a code.

    Nobody reports the fusion of an inherited gene.
    """
    genes = {gene for name in row.biomarkers for gene in row.genes.get(name, (name,))}
    if genes & {*terminology.genes.values()}:
        yield frozenset({"mutation"})
        if row.origin == "somatic":
            yield frozenset({"fusion"})
    for each in terminology.observations.values():
        if genes & set(each.biomarkers) and each.origin in ("", row.origin):
            yield each.sees


def _of_rule(rule: Rule, artifact: Artifact) -> Iterator[tuple[str, Rule]]:
    others = [each.say for each in artifact.rules if each.say != rule.say]
    if others:
        yield "says what another does", replace(rule, say=others[0])
    for verdict in Verdict:
        if verdict.value != rule.answer and verdict is not Verdict.DOES_NOT_APPLY:
            yield f"answers {verdict.value}", replace(rule, answer=verdict.value)
    # What unknown may come to is proven when the table is loaded, for every combination.
    for name, allowed in rule.when:
        for value in sorted(allowed - {UNKNOWN}) if len(allowed) > 1 else ():
            when = tuple((n, v - {value} if n == name else v) for n, v in rule.when)
            yield f"not for {name} = {value}", replace(rule, when=when)


def _with_fact(artifact: Artifact, name: str, use: FactUse) -> Artifact:
    return replace(artifact, facts={**artifact.facts, name: use})


def _with_row(artifact: Artifact, row: Row, changed: Row | None) -> Artifact:
    rows = (changed if each.id == row.id else each for each in artifact.rows)
    return replace(artifact, rows=tuple(each for each in rows if each is not None))


def _with_rule(artifact: Artifact, rule: Rule, other: Rule) -> Artifact:
    """The table with the rule's answer changed, or with a rule of its own for what it left."""
    left = replace(other, when=rule.when, answer=_another(rule.answer), say="left out")
    table = {
        combination: _instead(
            hit, rule, other, left, dict(zip(artifact.decides, combination, strict=True))
        )
        for combination, hit in artifact.table.items()
    }
    return replace(artifact, table=table)


def _instead(hit: Rule, rule: Rule, other: Rule, left: Rule, answers: dict[str, str]) -> Rule:
    if hit is not rule:
        return hit
    return other if all(answers[name] in allowed for name, allowed in other.when) else left


def _another(answer: str) -> str:
    return "cannot_tell" if answer == "nothing_to_add" else "nothing_to_add"
