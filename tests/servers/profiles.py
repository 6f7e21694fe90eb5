"""`python -m tests.servers.profiles FOLDER RELEASE`: US Core over what we ship and write.

Writes docs/profiles.md. FOLDER holds US Core's StructureDefinitions, ValueSets and CodeSystems as
JSON, for example the package hl7.fhir.us.core unpacked. They are neither in this repository nor at
a registry that its tests use.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from smartapp.pages.drafts.catalog import drafts
from smartapp.pages.drafts.request import provenance, service_request
from smartapp.pages.history.resource import family_member_history
from smartapp.pages.history.typed import Typed, TypedCancer
from tests.pages.opened_charts import FAMILY, PANEL, guidance, opened_story
from tests.servers.artefacts import HOW, is_here
from tests.servers.charts import r4_stories, resources_of
from tests.servers.hapi import Hapi, errors, running_hapi

REPORT = Path(__file__).parents[2] / "docs" / "profiles.md"
_KINDS = ("StructureDefinition", "ValueSet", "CodeSystem")
_BASE = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-"
_PROFILES = {
    "Condition": "condition-problems-health-concerns",
    "DiagnosticReport": "diagnosticreport-lab",
    "DocumentReference": "documentreference",
    "FamilyMemberHistory": "familymemberhistory",
    "Medication": "medication",
    "MedicationRequest": "medicationrequest",
    "Observation": "observation-clinical-result",
    "Patient": "patient",
    "Procedure": "procedure",
    "Provenance": "provenance",
    "ServiceRequest": "servicerequest",
    "Specimen": "specimen",
}
_PARTICULARS = re.compile(r"\[\d+\]|\([^)]*\)|'[^']*'|Patient/\S+")
_HEAD = """\
# US Core's profiles over what we ship and write

Written by `python -m tests.servers.profiles FOLDER RELEASE`, with HAPI FHIR's validator {version}
and {count} definitions of US Core {release}, which are not in this repository.
No resource of ours claims a profile. Value sets of terminologies that are not here (LOINC, SNOMED
CT, RxNorm, VSAC) cannot be expanded: HAPI then only warns.

`written`: draft orders of every story with their Provenance, relatives typed into the app's form.
`fixtures`: of `fixtures/charts` in R4, a resource of each type and code.

| what | profile | resources | without error |
|---|---|---|---|
"""
_WORDS = """
## Errors, in the validator's words

| what | profile | resources | words |
|---|---|---|---|
"""
Resource = dict[str, Any]


def written() -> Iterator[Resource]:
    """What the app writes into a record."""
    for story in r4_stories():
        opened = opened_story(story)
        for draft in drafts(opened, guidance()):
            if draft.order is not None:
                yield service_request(opened, *draft.order, PANEL)
                yield provenance(opened, draft.order[0], "ServiceRequest/new")
    cancer = TypedCancer("254837009", age="45")
    for relation, side in (("mother", ""), ("aunt", "paternal"), ("sister", "")):
        typed = Typed(id="entry", relation=relation, side=side, health="some", cancers=(cancer,))
        yield family_member_history(opened_story(FAMILY), typed, guidance().terminology)


def fixtures() -> Iterator[Resource]:
    """Of the synthetic charts a resource of each type and code."""
    seen: dict[str, Resource] = {}
    for story in r4_stories():
        for each in resources_of(story):
            seen.setdefault(f"{each['resourceType']} {json.dumps(each.get('code'))}", each)
    yield from seen.values()


def load(hapi: Hapi, folder: Path) -> int:
    """Put the definitions of a folder onto a server; how many."""
    found = [json.loads(path.read_bytes()) for path in sorted(folder.rglob("*.json"))]
    kept = [each for each in found if each.get("resourceType") in _KINDS and each.get("id")]
    for each in kept:
        hapi.put(each)
    return len(kept)


def tally(hapi: Hapi, what: str, resources: Iterator[Resource]) -> tuple[list[str], list[str]]:
    """The lines of both tables."""
    counted: Counter[str] = Counter()
    good: Counter[str] = Counter()
    words: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for each in resources:
        kind = each["resourceType"]
        if kind not in _PROFILES:
            continue
        told = errors(hapi.validate(each, _BASE + _PROFILES[kind]))
        counted[kind] += 1
        good[kind] += not told
        words[kind].update({_PARTICULARS.sub("…", text) for text in told})
    rows = [
        f"| {what} | {_PROFILES[kind]} | {number} | {good[kind]} |"
        for kind, number in sorted(counted.items())
    ]
    said = [
        f"| {what} | {_PROFILES[kind]} | {number} | {text.replace('|', chr(92) + '|')} |"
        for kind in sorted(words)
        for text, number in sorted(words[kind].items())
    ]
    return rows, said


def main(arguments: list[str]) -> int:
    """Write docs/profiles.md; 2 when a folder is not named or HAPI is not here."""
    if len(arguments) != 2 or not is_here("hapi"):
        print(__doc__ if is_here("hapi") else HOW, file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder, running_hapi(Path(folder)) as hapi:
        count = load(hapi, Path(arguments[0]))
        version = hapi.get("metadata")["software"]["version"]
        head = _HEAD.format(version=version, count=count, release=arguments[1])
        ours, said = tally(hapi, "written", written())
        shipped, told = tally(hapi, "fixtures", fixtures())
    lines = [head, *ours, *shipped, _WORDS, *said, *told]
    REPORT.write_text("\n".join(each.rstrip("\n") for each in lines) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
