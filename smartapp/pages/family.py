"""The family page: who is on record, which criteria they meet, and what would settle the rest."""

from __future__ import annotations

from msgspec import Struct

from oncology.dates import PartialDate
from oncology.facts.panel import Panel, tool_panel
from oncology.facts.registry import FACTS
from oncology.family.model import Pedigree, Person
from oncology.family.points import RelativePoints
from oncology.family.read import read_pedigree
from oncology.findings import Because, Criterion, Finding, Source, Verdict
from oncology.guidance.artifact import FactUse
from oncology.guidance.library import Guidance
from smartapp.opened import OpenedChart
from smartapp.pages.pedigree.drawing import Drawing, draw
from smartapp.pages.pedigree.labels import age_label, span_label
from smartapp.pages.words import Standing, capital, counted, listed

MET = Standing("Met", "✓", "met")
NOT_MET = Standing("Not met", "–", "absent")
CANNOT_TELL = Standing("Cannot tell", "?", "unclear")
_STANDINGS = {"met": MET, "not_met": NOT_MET, "cannot_tell": CANNOT_TELL}
_KINDS = ("genetic-counseling", "family-history")


class Relative(Struct, frozen=True):
    """One row of the table that says what the drawing says."""

    number: str
    relation: str
    side: str
    sex: str
    life: str
    cancers: str
    traits: str
    note: str
    references: tuple[str, ...]
    has_cancer: bool


class Judged(Struct, frozen=True):
    """One criterion of one finding. `text` is a tool's own outcome: `PAT 9 points`."""

    id: str
    question: str
    standing: Standing
    text: str
    needs: tuple[str, ...]
    ask: str


class Rule(Struct, frozen=True):
    """A finding about the family with its criteria."""

    guidance: str
    version: str
    title: str
    answer: str
    say: str
    applies: bool
    criteria: tuple[Judged, ...]
    because: tuple[Because, ...]
    questions: tuple[str, ...]
    sources: tuple[Source, ...]


class ToolRow(Struct, frozen=True):
    """One tool: its outcome in words, and whose points made it, `Mother: 5`.

    `is_population` False: it was made for women, and the patient is a man.
    """

    id: str
    text: str
    standing: Standing
    points: tuple[str, ...]
    is_population: bool


class Family(Struct, frozen=True):
    """Everything of the page."""

    relatives: tuple[Relative, ...]
    rules: tuple[Rule, ...]
    drawing: Drawing | None
    tools: tuple[ToolRow, ...]
    tools_disagree: bool
    words: str
    is_read: bool
    hides_relatives: bool

    @property
    def met(self) -> tuple[Judged, ...]:
        """The criteria met, each once."""
        found = {
            each.id: each for rule in self.rules for each in rule.criteria if each.standing is MET
        }
        return tuple(found.values())


def family(opened: OpenedChart, guidance: Guidance) -> Family:
    """The pedigree and its judgement; without relatives there is nothing to draw."""
    pedigree = pedigree_of(opened, guidance)
    drawing = draw(pedigree) if pedigree.relatives else None
    numbers = drawing.numbers if drawing else {}
    rules = [
        _rule(each, guidance) for each in opened.findings if each.kind in _KINDS and each.criteria
    ]
    rules.sort(key=lambda each: not each.applies)
    panel = tool_panel(pedigree, guidance)
    return Family(
        relatives=tuple(relative(each, numbers.get(each.key, "")) for each in pedigree.people),
        rules=tuple(rules),
        drawing=drawing,
        tools=_tools(panel, rules),
        tools_disagree=panel.disagree,
        words=said(pedigree),
        is_read=pedigree.is_read,
        hides_relatives=pedigree.hides_relatives,
    )


def pedigree_of(opened: OpenedChart, guidance: Guidance) -> Pedigree:
    """The family as judged on the day of the chart."""
    today = PartialDate(opened.today, opened.today)
    return read_pedigree(opened.chart, guidance.terminology, today)


def said(pedigree: Pedigree) -> str:
    """The drawing in two sentences."""
    ill = [each for each in pedigree.relatives if each.cancers]
    told = f"{counted(len(pedigree.relatives), 'relative')} on record, {len(ill)} with a cancer."
    each = [f"{capital(person.label)}: {cancer_words(person)}" for person in ill]
    return f"{told} {'; '.join(each)}." if each else told


def cancer_words(person: Person) -> str:
    """`breast cancer at 44`, certain or not, one after the other."""
    return listed(
        _cancer(each.name, span_label(each.age), each.is_certain, each.is_bilateral)
        for each in person.cancers
    )


def _cancer(name: str, age: str, is_certain: bool, both: bool | None) -> str:
    at = f" at {age}" if age else ""
    return f"{name}{', both sides' if both else ''}{at}{'' if is_certain else ' (not certain)'}"


def relative(person: Person, number: str) -> Relative:
    """One person as a row; what is not recorded is said to be so."""
    note = [] if person.is_health_known else ["health not known"]
    if person.is_partial and person.is_health_known:
        note.append("recorded in part")
    return Relative(
        number=number,
        relation="Patient" if person.is_patient else capital(person.label),
        side="" if person.is_patient else person.side or "not recorded",
        sex=person.sex or "not recorded",
        life=life_words(person),
        cancers=capital(cancer_words(person)),
        traits=listed(
            each.display + ("" if each.is_certain else " (not certain)") for each in person.traits
        ),
        note=", ".join(note),
        references=person.references,
        has_cancer=bool(person.cancers),
    )


def life_words(person: Person) -> str:
    """Living or dead, with the age; not recorded is neither."""
    label = age_label(person)
    if person.is_deceased:
        return f"died at {label.removeprefix('d. ')}" if " " in label else "dead, age not recorded"
    state = "living" if person.is_deceased is False else "whether living is not recorded"
    return f"{label.removesuffix(' y')}, {state}" if label else state


def _rule(finding: Finding, guidance: Guidance) -> Rule:
    return Rule(
        guidance=finding.guidance,
        version=finding.version,
        title=finding.title,
        answer=finding.answer.value.replace("_", " "),
        say=finding.say,
        applies=finding.answer is not Verdict.DOES_NOT_APPLY,
        criteria=tuple(_judged(each, finding, guidance) for each in finding.criteria),
        because=finding.because,
        questions=tuple(each.question for each in finding.unresolved if each.question),
        sources=finding.sources,
    )


def _judged(criterion: Criterion, finding: Finding, guidance: Guidance) -> Judged:
    artifact = guidance.artifacts[finding.guidance]
    use = next((u for u in artifact.facts.values() if u.criterion == criterion.id), None)
    asked = {each.fact: each.question for each in finding.unresolved}
    return Judged(
        id=criterion.id,
        question=_question(use) if use else artifact.question,
        standing=_STANDINGS[criterion.answer],
        text=criterion.text,
        needs=criterion.needs,
        ask=asked.get(use.name, "") if use and criterion.answer == "cannot_tell" else "",
    )


def _tools(panel: Panel, rules: list[Rule]) -> tuple[ToolRow, ...]:
    """The tools of the panel that were judged, with the words of their criterion."""
    judged = {each.id: each for rule in rules for each in rule.criteria}
    return tuple(
        ToolRow(
            id=tool.criterion,
            text=judged[tool.criterion].text,
            standing=judged[tool.criterion].standing,
            points=tuple(_points(row) for row in tool.score.rows),
            is_population=tool.is_population,
        )
        for tool in panel.tools
        if tool.criterion in judged
    )


def _points(row: RelativePoints) -> str:
    points = row.points
    told = f"{points.low}" if points.low == points.high else f"{points.low} to {points.high}"
    return f"{capital(row.label)}: {told} ({listed(row.items)})"


def _question(use: FactUse) -> str:
    """The fact's question with the numbers this rule asks it with."""
    told = [
        f"{name.replace('_', ' ')} {value}"
        for name, value in use.parameters.items()
        if _is_number(value)
    ]
    return FACTS[use.fact].question + (f" ({', '.join(told)})" if told else "")


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
