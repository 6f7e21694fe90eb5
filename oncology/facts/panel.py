"""The tools side by side: points per relative, agreement and disagreement, never added up."""

from __future__ import annotations

from msgspec import Struct

from oncology.facts.criteria import rule_of
from oncology.family.model import Pedigree
from oncology.family.points import ToolScore, score
from oncology.family.verdict import Verdict
from oncology.guidance.library import Guidance


class Tool(Struct, frozen=True, gc=False):
    """One tool on this family; `is_population` False: it was made for women, the patient is a man.

    `criterion` and `guidance` say where its numbers and sources stand.
    """

    criterion: str
    guidance: str
    title: str
    is_population: bool
    score: ToolScore


class Panel(Struct, frozen=True, gc=False):
    """All tools of the guidance; a tool that is not reached is no low risk."""

    tools: tuple[Tool, ...]

    @property
    def disagree(self) -> bool:
        """Whether one tool is reached and another is not."""
        return {True, False} <= {each.score.answer for each in self.tools}


_FOR_WOMEN = ("pat", "fhs7", "fhat", "rst")


def tool_panel(pedigree: Pedigree, guidance: Guidance) -> Panel:
    """Every active artifact's criterion that scores, judged on the pedigree."""
    tools: dict[str, Tool] = {}
    for artifact in guidance.of_kinds(None):
        for use in artifact.facts.values():
            rule = rule_of(use.fact, use.parameters) if use.criterion else None
            # A tool that a site put behind the gate stands in two artifacts.
            if rule is None or rule.scores is None or use.criterion in tools:
                continue
            verdict = Verdict(rule, pedigree)
            fits = use.criterion not in _FOR_WOMEN or pedigree.patient.sex != "male"
            scored = score(verdict, artifact.title)
            tools[use.criterion] = Tool(use.criterion, artifact.id, artifact.title, fits, scored)
    return Panel(tuple(tools.values()))
