"""`oncocue evaluate`: several files, three formats, one message for each file at fault."""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path

from cds_hooks.profiles import Profile, load_profiles
from oncocue.folders import guidance_folder
from oncocue.judge import BadRequest, Judged, NotFhirJson, cards_of, judge
from oncocue.reports.finding_json import judged_json
from oncocue.reports.finding_text import judged_text
from oncology.guidance.library import Guidance
from oncology.guidance.load import load_guidance

_USAGE = 2


def evaluate_files(
    files: list[str], output: str, as_of: date, profile_name: str, explain: bool
) -> int:
    """Print one result a file, in the order given; 2 when one could not be used, else 0."""
    guidance = load_guidance(guidance_folder())
    profile = _profile(profile_name)
    code = 0
    for file in files:
        try:
            judged = judge(_read(file), guidance, as_of, explain)
        except (OSError, NotFhirJson, BadRequest) as problem:
            reason = problem.strerror if isinstance(problem, OSError) else str(problem)
            print(f"{file}: {reason}", file=sys.stderr)
            code = _USAGE
            continue
        print(_printed(judged, file, output, guidance, profile))
    return code


def _profile(name: str) -> Profile:
    profiles = load_profiles()
    if name not in profiles:
        raise ValueError(f"--profile {name!r} is not one of: {', '.join(sorted(profiles))}.")
    return profiles[name]


def _read(file: str) -> bytes:
    return sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()


def _printed(judged: Judged, file: str, output: str, guidance: Guidance, profile: Profile) -> str:
    if output == "json":
        return json.dumps(judged_json(judged, file, guidance.version), ensure_ascii=False)
    if output == "cards":
        return json.dumps({"cards": cards_of(judged, guidance, profile)}, ensure_ascii=False)
    return judged_text(judged, file)
