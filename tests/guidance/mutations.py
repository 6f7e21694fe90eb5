"""Mutations of guidance: small wrongs that a case beside the artifact must notice.

Each is an artifact with one thing changed: a row or a gate gone, an age one year off, a window
twice as long, a code left out, another answer. `survivors` are those that no case notices.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from oncology.chart.model import Chart
from oncology.chart.read import read_chart
from oncology.dates import PartialDate
from oncology.evaluate import Evaluation
from oncology.facts.case import UNKNOWN
from oncology.findings import Verdict
from oncology.guidance.artifact import Artifact, FactUse, Row, Rule
from oncology.guidance.case_charts import chart_of
from oncology.guidance.case_words import WrittenCase
from oncology.guidance.cases import CaseBook, differences, read_cases
from oncology.guidance.library import Guidance
from oncology.reading.decode import read_records
from oncology.reading.records import Reach
from oncology.terminology import Terminology

_TABLES = (
    "conditions",
    "condition_prefixes",
    "observations",
    "answers",
    "histologies",
    "orders",
)


@dataclass(frozen=True)
class Mutant:
    """Guidance with one thing wrong in one artifact or in the terminology, and what that is."""

    what: str
    guidance: Guidance


@dataclass(frozen=True)
class Judged:
    """A case with its chart, read once."""

    case: WrittenCase
    body: bytes
    chart: Chart
    day: PartialDate


@dataclass(frozen=True)
class Score:
    """How many mutants of an artifact there were, and which no case noticed."""

    tried: int
    survivors: tuple[str, ...]


def score(artifact: Artifact, guidance: Guidance) -> Score:
    """Judge the artifact's cases with every mutant of it."""
    book = read_cases(Path(artifact.path).parent / "cases.toml")
    cases = [_judged(case, book, guidance) for case in book.cases]
    mutants = [
        Mutant(what, replace(guidance, artifacts={**guidance.artifacts, artifact.id: wrong}))
        for what, wrong in mutants_of(artifact, book, guidance.terminology)
    ]
    mutants += [
        Mutant(f"code {word} not known", replace(guidance, terminology=terminology))
        for word, terminology in _without_codes(book, guidance.terminology)
    ]
    alive = [each.what for each in mutants if not _is_noticed(each, artifact, cases, book)]
    return Score(len(mutants), tuple(alive))


def _judged(case: WrittenCase, book: CaseBook, guidance: Guidance) -> Judged:
    body = chart_of(case, book.words, guidance.terminology)
    day = case.as_of or book.as_of
    return Judged(case, body, _read(case, body, guidance.terminology), PartialDate(day, day))


def _read(case: WrittenCase, body: bytes, terminology: Terminology) -> Chart:
    records = read_records(body)
    records.reach.update(dict.fromkeys(case.not_read, Reach.LACKING))
    return read_chart(records, terminology)


def _is_noticed(mutant: Mutant, artifact: Artifact, cases: list[Judged], book: CaseBook) -> bool:
    guidance = mutant.guidance
    is_reread = guidance.artifacts[artifact.id] is artifact
    for each in cases:
        chart = each.chart
        if is_reread:
            chart = _read(each.case, each.body, guidance.terminology)
        finding = Evaluation(chart, guidance, each.day).finding(artifact.id)
        if differences(finding, each.case, book, artifact):
            return True
    return False


def _without_codes(book: CaseBook, terminology: Terminology) -> Iterator[tuple[str, Terminology]]:
    """Terminology without one code of the cases' own words."""
    for word, written in book.words.codes.items():
        rest = without_code(written, terminology)
        if rest is not None:
            yield word, rest


def without_code(written: str, terminology: Terminology) -> Terminology | None:
    """Terminology without the code written `system code`; None when no table has it."""
    system, code = written.split()
    rest = replace(
        terminology,
        **{
            table: {
                key: value
                for key, value in getattr(terminology, table).items()
                if key not in (code, (system, code))
            }
            for table in _TABLES
        },
    )
    is_known = any(len(getattr(rest, each)) < len(getattr(terminology, each)) for each in _TABLES)
    return rest if is_known else None


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
        for what, other in _of_rule(rule):
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
    if artifact.site:
        yield ("site removed", replace(artifact, site=""))
        yield ("site's question removed", replace(artifact, site_question=""))
    # A certain diagnosis of the cancer itself settles the site in any case.
    for cancer in sorted({*artifact.site_explained_by} - {artifact.cancer}):
        rest = tuple(each for each in artifact.site_explained_by if each != cancer)
        yield (f"site not explained by {cancer}", replace(artifact, site_explained_by=rest))


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
    elif isinstance(value, list) and value:
        for each in value:
            yield f"{key} without {each}", [item for item in value if item != each]


def _of_row(
    row: Row, artifact: Artifact, terminology: Terminology, is_excused: bool
) -> Iterator[tuple[str, Row]]:
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


def _of_results(row: Row, terminology: Terminology) -> Iterator[tuple[str, Row]]:
    for each in sorted(row.sees & _methods(row, terminology)):
        yield f"does not see {each}", replace(row, sees=row.sees - {each})
    origin = "germline" if row.origin == "somatic" else "somatic"
    yield f"origin {origin}", replace(row, origin=origin)
    yield "no longer pending", replace(row, pending_days=0)
    yield "pending for years", replace(row, pending_days=3650)


def _methods(row: Row, terminology: Terminology) -> frozenset[str]:
    """What results on the row's genes can see, by their codes; variants are seen by sequencing."""
    genes = {gene for name in row.biomarkers for gene in row.genes.get(name, (name,))}
    return frozenset({"mutation", "fusion"}).union(
        *(each.sees for each in terminology.observations.values() if genes & set(each.biomarkers))
    )


def _of_rule(rule: Rule) -> Iterator[tuple[str, Rule]]:
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
