"""The family page: who is on record, which criteria they meet, and what would settle the rest."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from oncology.dates import PartialDate
from oncology.evaluate import Evaluation
from oncology.facts.panel import tool_panel
from oncology.facts.pathology import with_pathology
from oncology.family.model import Pedigree, Person
from oncology.family.read import read_pedigree
from oncology.guidance.criteria import NotAssessed
from oncology.guidance.library import Guidance
from smartapp.opened import OpenedChart
from smartapp.pages.criteria import MET, Judged, ToolRow, judged_criteria, tool_rows
from smartapp.pages.pedigree.drawing import Drawing, draw
from smartapp.pages.pedigree.labels import age_label, span_label
from smartapp.pages.words import capital, counted, listed


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


class Family(Struct, frozen=True):
    """Everything of the page. `adopted`: relatives by adoption, who count for nothing."""

    relatives: tuple[Relative, ...]
    adopted: tuple[Relative, ...]
    judged: tuple[Judged, ...]
    drawing: Drawing | None
    tools: tuple[ToolRow, ...]
    tools_disagree: bool
    words: str
    is_read: bool
    hides_relatives: bool
    not_assessed: tuple[NotAssessed, ...] = ()

    @property
    def met(self) -> tuple[Judged, ...]:
        """The criteria met, each once."""
        found = {each.id: each for each in reversed(self.judged) if each.standing is MET}
        return tuple(reversed(found.values()))

    @property
    def criteria(self) -> tuple[Judged, ...]:
        """Those that apply; a tool that leads to no referral stands among the tools alone."""
        tools = {each.id for each in self.tools}
        return tuple(e for e in self.judged if e.applies and (e.refers or e.id not in tools))

    @property
    def others(self) -> tuple[Judged, ...]:
        """Those of rules that do not apply to this patient."""
        return tuple(each for each in self.judged if not each.applies)


def family(opened: OpenedChart, guidance: Guidance) -> Family:
    """The pedigree and its judgement; without relatives there is nothing to draw."""
    pedigree = pedigree_of(opened, guidance)
    drawing = draw(pedigree) if pedigree.relatives or pedigree.by_adoption else None
    numbers = drawing.numbers if drawing else {}
    judged = judged_criteria(opened, guidance)
    today = PartialDate(opened.today, opened.today)
    scored = with_pathology(Evaluation(opened.chart, guidance, today), pedigree)
    panel = tool_panel(scored, guidance)
    return Family(
        relatives=tuple(relative(each, numbers.get(each.key, "")) for each in pedigree.people),
        adopted=tuple(
            by_adoption(each, numbers.get(each.key, "")) for each in pedigree.by_adoption
        ),
        judged=judged,
        drawing=drawing,
        tools=tool_rows(panel, judged),
        tools_disagree=panel.disagree,
        words=said(pedigree),
        is_read=pedigree.is_read,
        hides_relatives=pedigree.hides_relatives,
        not_assessed=tuple(guidance.not_assessed.values()),
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
    if each:
        told = f"{told} {'; '.join(each)}."
    if pedigree.by_adoption:
        told += f" {counted(len(pedigree.by_adoption), 'relative')} by adoption, not counted."
    if pedigree.is_unknown:
        told += " The family history is recorded as unknown."
    if pedigree.parents_are_related:
        told += " The patient's parents are recorded as related by blood."
    return told


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
    if person.is_adopted_out:
        note.append("adopted out of the family")
    if person.may_be:
        note.append("full or half is open" if person.is_by_blood else "perhaps not by blood")
    return Relative(
        number=number,
        relation="Patient" if person.is_patient else capital(person.label),
        side="" if person.is_patient else person.side or "not recorded",
        sex=person.sex or "not recorded",
        life=life_words(person),
        cancers=capital(cancer_words(person)),
        traits=listed(_findings(person)),
        note=", ".join(note),
        references=person.references,
        has_cancer=bool(person.cancers),
    )


def _findings(person: Person) -> list[str]:
    found = [each.display + ("" if each.is_certain else " (not certain)") for each in person.traits]
    return found + [f"tested for {each.text}" for each in person.other_tests]


def by_adoption(person: Person, number: str) -> Relative:
    """One row of a relative by adoption: nothing of their health tells of the patient's."""
    made = relative(person, number)
    return replace(made, side="by adoption", cancers="", note="health not used: not by blood")


def life_words(person: Person) -> str:
    """Living or dead, with the age; not recorded is neither."""
    label = age_label(person)
    if person.is_deceased:
        return f"died at {label.removeprefix('d. ')}" if " " in label else "dead, age not recorded"
    state = "living" if person.is_deceased is False else "whether living is not recorded"
    return f"{label.removesuffix(' y')}, {state}" if label else state
