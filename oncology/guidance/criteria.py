"""What published criteria and tools are called, and what they ask: criteria.toml.

Those that are not judged, and why: not_assessed.toml.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct, convert

from oncology.guidance.artifact import Artifact, CriterionName, FactUse

_NUMBER = re.compile(r"\{(\w*)\}")


class NotAssessed(Struct, frozen=True, forbid_unknown_fields=True):
    """A published criterion or tool that a reader may look for and that is not judged."""

    title: str
    why: str
    url: str


def read_not_assessed(path: Path) -> dict[str, NotAssessed]:
    """What is not judged, by id; nothing when there is no such file."""
    if not path.is_file():
        return {}
    return convert(tomllib.loads(path.read_text(encoding="utf-8")), dict[str, NotAssessed])


def not_assessed_faults(
    path: Path, listed: dict[str, NotAssessed], names: dict[str, CriterionName]
) -> list[str]:
    """Each entry that is judged after all, or that has no reason or public address."""
    faults = []
    for name, each in listed.items():
        if name in names:
            faults.append(
                f"{path}:1: {name} is judged: criteria.toml has it. Take one of them out."
            )
        if not (each.title and each.why and each.url.startswith("https://")):
            faults.append(f"{path}:1: {name} needs a title, a reason and an https address.")
    return faults


def read_criteria(path: Path) -> dict[str, CriterionName]:
    """The names by the id of the criterion; none when there is no such file."""
    if not path.is_file():
        return {}
    listed = tomllib.loads(path.read_text(encoding="utf-8"))
    return {name: CriterionName(each["title"], each["question"]) for name, each in listed.items()}


def criteria_faults(
    artifact: Artifact, names: dict[str, CriterionName]
) -> Iterator[tuple[str, str]]:
    """Where and what: each criterion without a name, each number its question asks in vain."""
    judged = [artifact.applies_criterion, *(use.criterion for use in artifact.facts.values())]
    for name in judged:
        if name and name not in names:
            yield f'"{name}"', f"criterion {name!r} is not in criteria.toml. Add it there."
    for use in artifact.facts.values():
        if use.criterion in names:
            for number in _NUMBER.findall(_question(use, names)):
                if number not in use.parameters:
                    told = f"{number!r} is no number of fact {use.name}; its question names it."
                    yield f'"{use.criterion}"', told


def asked_as(use: FactUse, names: dict[str, CriterionName]) -> str:
    """The question of a criterion with the numbers this artifact asks it with."""
    return _NUMBER.sub(lambda found: str(use.parameters[found[1]]), _question(use, names))


def _question(use: FactUse, names: dict[str, CriterionName]) -> str:
    return use.question or names[use.criterion].question
