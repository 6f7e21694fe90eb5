"""The tool behind the USPSTF gate: PAT, unless a site chooses another."""

from __future__ import annotations

from msgspec.structs import replace

from oncology.guidance.artifact import Artifact, FactUse
from oncology.guidance.library import Guidance

# USPSTF 2019 names these among the tools it reviewed; PAT at 8 points is the default.
TOOLS = ("pat", "fhat", "fhs7", "manchester", "rst")
_GATE, _TOOL = "uspstf-2019", "tool"


def with_family_tool(guidance: Guidance, criterion: str) -> Guidance:
    """The guidance with this tool behind the gate; the tool that stood there is shown beside it.

    Raises ValueError when the guidance has no such tool. Without a gate there is nothing to choose.
    """
    gated = next((each for each in guidance.artifacts.values() if _has(each, _GATE)), None)
    chosen = next((each for each in guidance.artifacts.values() if _has(each, criterion)), None)
    if gated is None:
        return guidance
    if criterion not in TOOLS or chosen is None or _TOOL not in gated.facts:
        raise ValueError(
            f"guidance.family_tool = {criterion!r}: choose one of {', '.join(TOOLS)} that the "
            "guidance has an artifact for."
        )
    if chosen.id == gated.id:
        return guidance
    use = next(each for each in chosen.facts.values() if each.criterion == criterion)
    before = gated.facts[_TOOL]
    facts: dict[str, FactUse] = {
        **gated.facts,
        _TOOL: replace(use, name=_TOOL, ask=before.ask),
        before.criterion: replace(before, name=before.criterion),
    }
    changed = replace(gated, facts=facts, sources={**gated.sources, **chosen.sources})
    return replace(guidance, artifacts={**guidance.artifacts, gated.id: changed})


def _has(artifact: Artifact, criterion: str) -> bool:
    return any(use.criterion == criterion for use in artifact.facts.values())
