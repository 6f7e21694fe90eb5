"""The third-party charts beside the repository, one chart at a time."""

from __future__ import annotations

import gzip
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
ABSENT = (
    f"third-party charts are not at {DATA.parent.name}/{DATA.name} beside the repository; "
    "put them there to run these tests"
)
_CANCER_WORDS = re.compile(
    r"\"C[0-9]{2}|malig|cancer|carcino|neoplas|tumou?r|lymphom|leuk(a)?em|melanom|sarcom|glio|krebs|metasta",
    re.IGNORECASE,
)
_BY_TYPE = "synthea-bulk10-uscore"


class Chart(NamedTuple):
    """One chart: the source it is of, where it stands in it, and its bytes."""

    source: str
    place: str
    body: bytes


def sources() -> list[str]:
    """The folders that hold charts."""
    return sorted(folder.name for folder in DATA.iterdir() if folder.is_dir())


def charts(source: str) -> Iterator[Chart]:
    """Every chart of a source."""
    folder = DATA / source
    if source == _BY_TYPE:
        yield from _by_patient(folder)
        return
    for path in sorted(folder.rglob("*")):
        place = str(path.relative_to(folder))
        if "outcomes" in place or "models" in place:
            continue
        if path.name.endswith(".ndjson.gz"):
            lines = gzip.decompress(path.read_bytes()).splitlines()
            for number, line in enumerate(lines, 1):
                yield Chart(source, f"{place}:{number}", _unwrapped(line))
        elif path.name.endswith(".json.gz"):
            yield Chart(source, place, gzip.decompress(path.read_bytes()))
        elif path.suffix in (".json", ".ndjson"):
            yield Chart(source, place, path.read_bytes())


def _unwrapped(line: bytes) -> bytes:
    """A line that wraps its bundle in a test case."""
    document = json.loads(line)
    if isinstance(document, dict) and "resourceType" not in document and "bundle" in document:
        return json.dumps(document["bundle"]).encode()
    return line


def _by_patient(folder: Path) -> Iterator[Chart]:
    """A bulk export: one file a type, gathered here by patient."""
    resources: defaultdict[str, list[bytes]] = defaultdict(list)
    for path in sorted(folder.glob("*.ndjson.gz")):
        for line in gzip.decompress(path.read_bytes()).splitlines():
            resource = json.loads(line)
            if resource["resourceType"] == "Patient":
                resources[f"Patient/{resource['id']}"].insert(0, line)
            else:
                subject = resource.get("subject") or resource.get("patient") or {}
                resources[subject.get("reference", "")].append(line)
    for patient, lines in resources.items():
        yield Chart(folder.name, patient, b"\n".join(lines))


def names_cancer(body: bytes) -> bool:
    """Whether any Condition, family history or Z code of the chart mentions cancer at all.

    A crude look at the words, on purpose independent of the product's own reading.
    """
    return any(_CANCER_WORDS.search(text) for text in _problem_texts(_documents(body)))


def _documents(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return [json.loads(line) for line in body.splitlines() if line.strip()]


def _problem_texts(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for item in node:
            yield from _problem_texts(item)
    elif isinstance(node, dict):
        if node.get("resourceType") in ("Condition", "FamilyMemberHistory"):
            yield json.dumps(node)
        for value in node.values():
            yield from _problem_texts(value)
