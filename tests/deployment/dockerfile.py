"""The Dockerfile's instructions, as the tests carry them out."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path
from string import Template
from typing import NamedTuple

ROOT = Path(__file__).parents[2]


class Step(NamedTuple):
    """One instruction with its words."""

    stage: int
    instruction: str
    words: str


def _steps() -> list[Step]:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    stage, steps = 0, []
    for line in "\n".join(lines).replace("\\\n", " ").splitlines():
        instruction, _, words = line.partition(" ")
        stage += instruction == "FROM"
        steps.append(Step(stage, instruction, re.sub(r"\s+", " ", words).strip()))
    return steps


STEPS = _steps()


def words(stage: int, instruction: str) -> list[str]:
    """The words of every such instruction of a stage; stage 0 is what stands before the first."""
    return [step.words for step in STEPS if step[:2] == (stage, instruction)]


def environment(stage: int, path: str) -> dict[str, str]:
    """What ENV sets in a stage, in an image that begins with this PATH."""
    told = {"PATH": path}
    for line in words(stage, "ENV"):
        for pair in shlex.split(line):
            name, _, value = pair.partition("=")
            told[name] = Template(value).substitute(told)
    return told


def copy(source: Path, target: Path) -> None:
    """What COPY does with one file or folder, less what `.dockerignore` keeps away."""
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(source, target)
