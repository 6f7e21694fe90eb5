"""`oncocue validate`: load the guidance, run its cases, look at its codes and dates."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from oncocue.folders import guidance_folder
from oncology.guidance.cases import check_cases, read_cases
from oncology.guidance.load import GuidanceFault, load_guidance


def validate_guidance(folder: Path | None, today: date) -> tuple[list[str], str]:
    """Faults with file, line and remedy, and one sentence on what was checked."""
    chosen = folder or guidance_folder()
    if not chosen.is_dir():
        raise ValueError(f"{chosen} is not a folder. Name the one that holds release.toml.")
    try:
        guidance = load_guidance(chosen)
    except GuidanceFault as fault:
        return fault.faults, f"{len(fault.faults)} faults in {chosen}"
    faults: list[str] = []
    cases = 0
    for artifact in guidance.artifacts.values():
        faults += check_cases(artifact, guidance)
        cases += len(read_cases(Path(artifact.path).parent / "cases.toml").cases)
        if artifact.review < today:
            faults.append(
                f"{artifact.path}:1: review date {artifact.review} is past. "
                "Review it, raise its version and set the next date."
            )
    told = (
        f"{len(guidance.artifacts)} artifacts, {cases} cases, "
        f"{len(faults)} faults; guidance {guidance.version}"
    )
    return faults, told
