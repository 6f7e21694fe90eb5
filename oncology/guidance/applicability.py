"""Does an artifact apply to this chart, and to which diagnoses?"""

from __future__ import annotations

from msgspec import Struct

from oncology.chart.model import Activity, Certainty, Chart, Diagnosis, Verification
from oncology.findings import Because, Unresolved
from oncology.guidance.artifact import Artifact


class Applicability(Struct, frozen=True):
    """`applies` True, False, or None with what is unresolved."""

    applies: bool | None
    diagnoses: tuple[Diagnosis, ...] = ()
    unresolved: tuple[Unresolved, ...] = ()
    because: tuple[Because, ...] = ()


NOT_HERE = Applicability(False)
_PAST = (Activity.REMISSION, Activity.INACTIVE, Activity.RESOLVED, Activity.HISTORY)


def applicability(artifact: Artifact, chart: Chart) -> Applicability:
    """Judge the diagnoses: present and certain, only a site, in remission, or doubtful.

    An artifact without a cancer applies to every patient.
    """
    if not artifact.cancer:
        return Applicability(True)
    mine = tuple(each for each in chart.diagnoses if each.cancer == artifact.cancer)
    exact = tuple(
        each
        for each in mine
        if each.certainty is Certainty.EXACT and not _is_only_a_site(artifact, each)
    )
    if exact:
        found = _by_status(artifact, exact)
        if found.applies is False and _may_be_hidden(artifact, chart):
            return _open(list(exact), "diagnosis", "")
        return found
    conflicting = [each for each in mine if each.certainty is Certainty.CONFLICT]
    if conflicting:
        return _open(conflicting, "histology", "The code and the recorded histology disagree")
    at_site = _at_site(artifact, chart)
    if at_site:
        # A diagnosis still being worked up asks nothing: the work-up is the answer.
        worked_up = all(each.verification is Verification.UNCONFIRMED for each in at_site)
        return _open(at_site, "histology", "" if worked_up else artifact.site_question)
    if _may_be_hidden(artifact, chart):
        return Applicability(None, unresolved=(Unresolved("diagnosis"),))
    return NOT_HERE


def _may_be_hidden(artifact: Artifact, chart: Chart) -> bool:
    """Whether a Condition that could not be used may be this cancer."""
    return chart.hides("Condition", about=frozenset({artifact.cancer, artifact.site} - {""}))


def _by_status(artifact: Artifact, exact: tuple[Diagnosis, ...]) -> Applicability:
    usable = tuple(each for each in exact if each.verification.is_usable)
    if artifact.includes_past and usable:
        return Applicability(True, usable)
    present = tuple(each for each in usable if each.activity.is_present)
    if present:
        return Applicability(True, present)
    unsure = [each for each in usable if each.activity is Activity.UNKNOWN]
    if unsure:
        return _open(unsure, "clinical status", f"Is the {artifact.title.lower()} active?")
    doubtful = [each for each in exact if not each.verification.is_usable]
    if any(artifact.includes_past or each.activity not in _PAST for each in doubtful):
        # A diagnosis still being worked up asks nothing: the work-up is the answer.
        unclear = any(each.verification is Verification.UNKNOWN for each in doubtful)
        question = f"Is the {artifact.title.lower()} confirmed?" if unclear else ""
        return _open(doubtful, "verification status", question)
    return Applicability(False, because=tuple(_recorded(each) for each in exact))


def _at_site(artifact: Artifact, chart: Chart) -> list[Diagnosis]:
    """Diagnoses by a site code that may be this cancer, unless another one explains the site."""
    if not artifact.site:
        return []
    found = [
        each
        for each in chart.diagnoses
        if _is_only_a_site(artifact, each)
        and (artifact.includes_past or each.activity not in _PAST)
    ]
    explained = any(
        each.certainty is Certainty.EXACT and _site_of(each, artifact) for each in chart.diagnoses
    )
    return [] if explained else found


def _is_only_a_site(artifact: Artifact, diagnosis: Diagnosis) -> bool:
    """Whether a diagnosis says where the cancer is or was, and not which: C56, "history of"."""
    if diagnosis.cancer != artifact.site:
        return False
    is_history = diagnosis.activity is Activity.HISTORY and not diagnosis.histology
    return diagnosis.certainty is Certainty.SITE or is_history


def _site_of(diagnosis: Diagnosis, artifact: Artifact) -> bool:
    """Whether another exact diagnosis sits at the artifact's site, as SCLC does for C34."""
    return (
        diagnosis.cancer in artifact.site_explained_by
        and diagnosis.activity is not Activity.HISTORY
    )


def _open(diagnoses: list[Diagnosis], fact: str, question: str) -> Applicability:
    return Applicability(
        None,
        tuple(diagnoses),
        (Unresolved(fact, question),),
        tuple(_recorded(each) for each in diagnoses),
    )


def _recorded(diagnosis: Diagnosis) -> Because:
    status = "" if diagnosis.activity.is_present else f", {diagnosis.activity.value}"
    return Because(f"{diagnosis.display}{status}", diagnosis.reference, diagnosis.date)
