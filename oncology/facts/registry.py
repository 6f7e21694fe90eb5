"""All facts that guidance may name."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from types import ModuleType

from msgspec import Struct

from oncology.facts import (
    adult,
    advanced,
    age_at_diagnosis,
    all_tested,
    biomarker_status,
    cascade,
    family_cancers,
    genetics_done,
    germline_indicated,
    her2,
    histology_among,
    history_complete,
    hormone_receptor,
    lost_protein,
    marker_without_drug,
    mismatch_repair,
    new_line,
    own_cancer,
    polyposis,
    prior_drug,
    progressed_on,
    recurrent,
    relapsed,
    second_primary,
    sex,
    sporadic_cause,
    spread_or_recurrence,
    stage_among,
    treatment_planned,
    triple_negative,
    tumour_variant,
    uspstf_gate,
    variant_present,
)
from oncology.facts import criteria as family_criteria
from oncology.facts.case import Answer
from oncology.family.criteria import (
    amsterdam2,
    bethesda,
    chompret,
    crc_3q,
    fhat,
    fhs7,
    hboc_any_sex,
    hdgc,
    lfs_classic,
    manchester,
    melanoma_family,
    near,
    nice_cg164,
    pancreatic_family,
    pat,
    prostate_family,
    renal,
    rst,
    same_side,
)


class Fact(Struct, frozen=True):
    """A fact as guidance sees it: its question, answers, and the parameters it takes."""

    name: str
    question: str
    answers: tuple[str, ...]
    function: Callable[..., Answer]
    required: frozenset[str]
    optional: frozenset[str]


def _fact(module: ModuleType) -> Fact:
    parameters = list(inspect.signature(module.answer).parameters.values())[1:]
    return _described(module, module.ANSWERS, module.answer, parameters)


def _criterion(module: ModuleType) -> Fact:
    """A criterion of the family, with the numbers its rule takes."""
    parameters = list(inspect.signature(module.rule).parameters.values())
    judged = family_criteria.criterion(module.rule, _TOOLS.get(module, ""))
    return _described(module, family_criteria.ANSWERS, judged, parameters)


# What a tool is called beside its points.
_TOOLS = {
    pat: "PAT",
    fhs7: "FHS-7",
    fhat: "Ontario FHAT",
    manchester: "Manchester score",
    rst: "RST",
}


def _described(
    module: ModuleType,
    answers: tuple[str, ...],
    function: Callable[..., Answer],
    parameters: list[inspect.Parameter],
) -> Fact:
    return Fact(
        name=module.__name__.rsplit(".", 1)[-1].replace("_", "-"),
        question=(module.__doc__ or "").strip(),
        answers=answers,
        function=function,
        required=frozenset(p.name for p in parameters if p.default is p.empty),
        optional=frozenset(p.name for p in parameters if p.default is not p.empty),
    )


FACTS: dict[str, Fact] = {
    fact.name: fact
    for fact in map(
        _fact,
        (
            adult,
            advanced,
            age_at_diagnosis,
            all_tested,
            biomarker_status,
            cascade,
            family_cancers,
            genetics_done,
            germline_indicated,
            her2,
            histology_among,
            history_complete,
            hormone_receptor,
            lost_protein,
            marker_without_drug,
            mismatch_repair,
            new_line,
            own_cancer,
            polyposis,
            prior_drug,
            progressed_on,
            recurrent,
            relapsed,
            second_primary,
            sex,
            sporadic_cause,
            spread_or_recurrence,
            stage_among,
            treatment_planned,
            triple_negative,
            tumour_variant,
            uspstf_gate,
            variant_present,
        ),
    )
} | {
    fact.name: fact
    for fact in map(
        _criterion,
        (
            amsterdam2,
            bethesda,
            chompret,
            crc_3q,
            fhat,
            fhs7,
            hboc_any_sex,
            hdgc,
            lfs_classic,
            manchester,
            melanoma_family,
            near,
            nice_cg164,
            pancreatic_family,
            pat,
            prostate_family,
            renal,
            rst,
            same_side,
        ),
    )
}
