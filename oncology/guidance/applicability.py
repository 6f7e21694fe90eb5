"""Does an artifact apply to this chart, and to which diagnoses?"""

from __future__ import annotations

from msgspec import Struct

from oncology.chart.model import PAST, Activity, Certainty, Chart, Diagnosis, Verification
from oncology.chart.repeats import first_told
from oncology.findings import Because, Unresolved
from oncology.guidance.artifact import Artifact


class Applicability(Struct, frozen=True):
    """`applies` True, False, or None with what is unresolved.

    `doubtful`: diagnoses that may be of this cancer too, beside the `diagnoses` that are.
    """

    applies: bool | None
    diagnoses: tuple[Diagnosis, ...] = ()
    unresolved: tuple[Unresolved, ...] = ()
    because: tuple[Because, ...] = ()
    doubtful: tuple[Diagnosis, ...] = ()


NOT_HERE = Applicability(False)


def applicability(artifact: Artifact, chart: Chart) -> Applicability:
    """Judge the diagnoses: present and certain, only a site, in remission, or doubtful.

    An artifact without a cancer applies to every patient.
    """
    if not artifact.cancer:
        return Applicability(True)
    judged = _judged(artifact, chart)
    if judged.applies is False and _may_be_hidden(artifact, chart):
        return Applicability(None, unresolved=(Unresolved("diagnosis"),))
    return judged


def _judged(artifact: Artifact, chart: Chart) -> Applicability:
    named = tuple(
        each
        for each in chart.diagnoses
        if each.cancer == artifact.cancer and not _is_only_a_site(artifact, each)
    )
    exact = tuple(each for each in named if each.certainty is Certainty.EXACT)
    usable = tuple(each for each in exact if each.verification.is_usable)
    counted = tuple(each for each in usable if artifact.includes_past or each.activity.is_present)
    doubtful = tuple(each for each in chart.diagnoses if _is_doubtful(each, artifact))
    if counted:
        beside = tuple(each for each in doubtful if each not in counted)
        return Applicability(True, counted, doubtful=beside)
    asked = _asked(artifact, chart, named)
    if asked is not None:
        return asked
    if doubtful:
        return _open(list(doubtful), "verification status", "")
    return Applicability(False, because=tuple(_recorded(each) for each in exact))


def _asked(artifact: Artifact, chart: Chart, named: tuple[Diagnosis, ...]) -> Applicability | None:
    """What there is to ask when no diagnosis is certain; a work-up is its own answer."""
    title = artifact.title.lower()
    exact = [each for each in named if each.certainty is Certainty.EXACT]
    unsure = [
        each for each in exact if each.verification.is_usable and each.activity is Activity.UNKNOWN
    ]
    if unsure:
        return _open(unsure, "clinical status", f"Is the {title} active?")
    unverified = [each for each in named if not each.verification.is_usable]
    if any(artifact.includes_past or each.activity not in PAST for each in unverified):
        unclear = any(each.verification is Verification.UNKNOWN for each in unverified)
        question = f"Is the {title} confirmed?" if unclear else ""
        return _open(unverified, "verification status", question)
    conflicting = [each for each in named if each.certainty is Certainty.CONFLICT]
    if conflicting:
        question = f"Is it {title}? The code and the recorded histology disagree."
        return _open(conflicting, "histology", question)
    at_site = [] if exact else _at_site(artifact, chart)
    if not at_site:
        return None
    worked_up = all(each.verification is Verification.UNCONFIRMED for each in at_site)
    return _open(at_site, "histology", "" if worked_up else artifact.site_question)


def _may_be_hidden(artifact: Artifact, chart: Chart) -> bool:
    """Whether a Condition that could not be used may be this cancer."""
    return chart.hides("Condition", about=frozenset({artifact.cancer, artifact.site} - {""}))


def _is_doubtful(diagnosis: Diagnosis, artifact: Artifact) -> bool:
    """Whether it may be one of this cancer: status not known, or histology not understood."""
    if diagnosis.activity in PAST and not artifact.includes_past:
        return False
    if diagnosis.certainty is Certainty.CONFLICT and diagnosis.cancer == artifact.cancer:
        return True
    if diagnosis.certainty is not Certainty.EXACT:
        return artifact.cancer in diagnosis.may_be
    return diagnosis.cancer == artifact.cancer and (
        diagnosis.verification is Verification.UNKNOWN or diagnosis.activity is Activity.UNKNOWN
    )


def _at_site(artifact: Artifact, chart: Chart) -> list[Diagnosis]:
    """Diagnoses by a site code that may be this cancer, unless another one explains the site."""
    if not artifact.site:
        return []
    found = [
        each
        for each in chart.diagnoses
        if _is_only_a_site(artifact, each) and (artifact.includes_past or each.activity not in PAST)
    ]
    explained = any(_explains(each, artifact) for each in chart.diagnoses)
    return [] if explained else found


def _is_only_a_site(artifact: Artifact, diagnosis: Diagnosis) -> bool:
    """Whether a diagnosis says where the cancer is or was, and not which: C56, "history of"."""
    if diagnosis.cancer != artifact.site:
        return False
    is_history = diagnosis.activity is Activity.HISTORY and not diagnosis.histology
    return diagnosis.certainty is Certainty.SITE or is_history


def _explains(diagnosis: Diagnosis, artifact: Artifact) -> bool:
    """Whether it is an exact and certain diagnosis at the artifact's site, as SCLC for C34."""
    return (
        diagnosis.certainty is Certainty.EXACT
        and diagnosis.cancer in artifact.site_explained_by
        and diagnosis.activity is not Activity.HISTORY
        and diagnosis.verification.is_usable
    )


def _open(diagnoses: list[Diagnosis], fact: str, question: str) -> Applicability:
    return Applicability(
        None,
        tuple(diagnoses),
        (Unresolved(fact, question),),
        tuple(_recorded(each) for each in first_told(diagnoses)[0]),
    )


def _recorded(diagnosis: Diagnosis) -> Because:
    status = "" if diagnosis.activity.is_present else f", {diagnosis.activity.value}"
    return Because(f"{diagnosis.display}{status}", diagnosis.reference, diagnosis.date)
