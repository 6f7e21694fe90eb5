"""Mutations of guidance: small wrongs that a case beside the artifact must notice.

Each is an artifact with one thing changed, or one code not known or read as another.
`survivors` are those that no case notices.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace

from oncology.chart.model import Chart
from oncology.chart.read import read_chart
from oncology.dates import PartialDate
from oncology.evaluate import Evaluation
from oncology.guidance.artifact import Artifact
from oncology.guidance.case_charts import chart_of
from oncology.guidance.case_words import WrittenCase
from oncology.guidance.cases import CaseBook, differences, read_cases
from oncology.guidance.library import Guidance
from oncology.reading.decode import read_records
from oncology.reading.records import Reach
from oncology.terminology import Terminology
from tests.guidance.artifact_mutants import mutants_of
from tests.guidance.code_mutants import CodeMutant, code_mutants


@dataclass(frozen=True)
class Judged:
    """A case with its chart, read once."""

    case: WrittenCase
    body: bytes
    chart: Chart
    day: PartialDate


@dataclass(frozen=True)
class Score:
    """How many mutants of an artifact there were, and which no case noticed."""

    tried: int
    survivors: tuple[str, ...]


@dataclass(frozen=True)
class Judging:
    """An artifact and its cases, to be judged with wrong guidance."""

    artifact: Artifact
    book: CaseBook
    cases: list[Judged]

    def differs(self, chart: Chart, each: Judged, guidance: Guidance) -> bool:
        """Whether the finding is another than the case's author wrote."""
        finding = Evaluation(chart, guidance, each.day).finding(self.artifact.id)
        return bool(differences(finding, each.case, self.book, self.artifact))


def score(artifact: Artifact, guidance: Guidance) -> Score:
    """Judge the artifact's cases with every mutant of it."""
    book = read_cases(Path(artifact.path).parent / "cases.toml")
    cases = [_judged(case, book, guidance) for case in book.cases]
    judging = Judging(artifact, book, cases)
    alive = []
    tried = 0
    for what, wrong in mutants_of(artifact, book, guidance.terminology):
        tried += 1
        mutant = replace(guidance, artifacts={**guidance.artifacts, artifact.id: wrong})
        if not any(judging.differs(each.chart, each, mutant) for each in cases):
            alive.append(what)
    for code in code_mutants(artifact, book, guidance):
        tried += 1
        if not _is_code_noticed(code, judging, guidance):
            alive.append(code.what)
    return Score(tried, tuple(alive))


def _judged(case: WrittenCase, book: CaseBook, guidance: Guidance) -> Judged:
    body = chart_of(case, book.words, guidance.terminology)
    day = case.as_of or book.as_of
    return Judged(case, body, _read(case, body, guidance.terminology), PartialDate(day, day))


def _read(case: WrittenCase, body: bytes, terminology: Terminology) -> Chart:
    records = read_records(body)
    records.reach.update(dict.fromkeys(case.not_read, Reach.LACKING))
    return read_chart(records, terminology)


def _is_code_noticed(code: CodeMutant, judging: Judging, guidance: Guidance) -> bool:
    """Only charts that hold the code can be read otherwise without it."""
    mutant = replace(guidance, terminology=code.terminology)
    held = f'"code":"{code.code}'.encode()
    return any(
        judging.differs(_read(each.case, each.body, code.terminology), each, mutant)
        for each in judging.cases
        if held in each.body
    )
