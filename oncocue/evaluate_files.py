"""`oncocue evaluate`: several files, three formats, one message for each file at fault."""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path

from msgspec import Struct

from cds_hooks.profiles import Profile, load_profiles
from oncocue.folders import guidance_folder
from oncocue.judge import BadRequest, Judged, Lacking, NotFhirJson, cards_of, judge
from oncocue.reports.finding_json import judged_json
from oncocue.reports.finding_text import judged_text
from oncology.guidance.library import Guidance
from oncology.guidance.load import load_guidance

_USAGE = 2


class Printing(Struct, frozen=True):
    """How results are printed."""

    guidance: Guidance
    output: str
    profile: Profile
    explain: bool
    folder: Path


def printing_of(
    output: str, profile_name: str, explain: bool, folder: Path | None = None
) -> Printing:
    """How to print, with the guidance of `folder`, the shipped one without it.

    Raises ValueError for an unknown profile, GuidanceFault for guidance with a fault.
    """
    chosen = folder or guidance_folder()
    return Printing(load_guidance(chosen), output, _profile(profile_name), explain, chosen)


def evaluate_files(files: list[str], as_of: date, printing: Printing) -> int:
    """Print one result a file, in the order given; 2 when one could not be used, else 0."""
    code = 0
    for file in files:
        try:
            judged = judge(_read(file), printing.guidance, as_of, printing.explain, printing.folder)
        except (OSError, NotFhirJson, BadRequest, Lacking) as problem:
            reason = problem.strerror if isinstance(problem, OSError) else str(problem)
            print(f"{file}: {reason}", file=sys.stderr)
            code = _USAGE
            continue
        print_judged(judged, file, printing)
    return code


def _profile(name: str) -> Profile:
    profiles = load_profiles()
    if name not in profiles:
        raise ValueError(f"--profile {name!r} is not one of: {', '.join(sorted(profiles))}.")
    return profiles[name]


def _read(file: str) -> bytes:
    return sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()


def print_judged(judged: Judged, name: str, printing: Printing) -> None:
    """Print one result to standard output."""
    guidance = printing.guidance
    if printing.output == "json":
        found = judged_json(judged, name, guidance)
        print(json.dumps(found, ensure_ascii=False))
    elif printing.output == "cards":
        cards = cards_of(judged, guidance, printing.profile)
        print(json.dumps({"cards": cards}, ensure_ascii=False))
    else:
        print(judged_text(judged, name, guidance))
