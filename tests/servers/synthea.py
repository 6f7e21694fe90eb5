"""Synthea, MITRE's generator of made-up patients, with every seed and date fixed."""

from __future__ import annotations

import gzip
import hashlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from oncology.reading.bundle import READ_TYPES
from tests.servers.artefacts import JAVA, cache_folder, java

SEED = 20261122
DAY = "20261101"
_KEEP_CANCER = JAVA / "synthea" / "keep_cancer.json"
# Clinical notes as base64, of which the product reads the heading and nothing more.
_LEFT_OUT = {"DocumentReference"}
_SETTINGS = (
    # One thread, so that one seed gives one population.
    "--generate.thread_pool_size=1",
    "--exporter.hospital.fhir.export=false",
    "--exporter.practitioner.fhir.export=false",
    "--exporter.pretty_print=false",
    f"--exporter.fhir.included_resources={','.join(sorted(set(READ_TYPES) - _LEFT_OUT))}",
)
Bundle = dict[str, Any]


class Population(NamedTuple):
    """What is generated: how many living people, of which ages, and whether all have a cancer.

    `years` of each chart are kept, where Synthea's ten are more than is needed.
    Those who died on the way are kept too, so there are more charts than living people.
    """

    name: str
    size: int
    ages: str = "35-85"
    all_with_cancer: bool = False
    years: int | None = None

    def arguments(self) -> list[str]:
        """Synthea's arguments, without where to write."""
        keep = ["-k", _KEEP_CANCER.name] if self.all_with_cancer else []
        seeds = ["-s", str(SEED), "-cs", str(SEED), "-r", DAY, "-e", DAY]
        years = [f"--exporter.years_of_history={self.years}"] if self.years else []
        return [*seeds, "-p", str(self.size), "-a", self.ages, *keep, *_SETTINGS, *years]

    @property
    def path(self) -> Path:
        """Where the whole population is kept, outside the repository: a Bundle a line."""
        command = " ".join([*self.arguments(), _KEEP_CANCER.read_text(encoding="utf-8")])
        digest = hashlib.sha256(command.encode()).hexdigest()[:12]
        return cache_folder() / f"population-{self.name}-{digest}.ndjson.gz"


CANCER = Population("cancer", 25, all_with_cancer=True)
FEW = Population("few", 12)
# A server takes in some hundred resources a second: ten years of all these would take it hours.
GENERAL = Population("general", 160, years=2)


def charts(population: Population) -> Iterator[Bundle]:
    """The charts of a population that was kept; it is generated first if it was not."""
    if not population.path.is_file():
        print(f"Generating {population.path}, which takes minutes …", file=sys.stderr)
        draft = population.path.with_suffix(".part")
        with gzip.open(draft, "wt", encoding="utf-8") as file:
            file.writelines(json.dumps(each) + "\n" for each in generate(population))
        draft.replace(population.path)
    with gzip.open(population.path, "rt", encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def generate(population: Population) -> Iterator[Bundle]:
    """A Bundle for every patient, in the order of their files' names.

    Raises RuntimeError with Synthea's last words when it fails.
    """
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, _KEEP_CANCER.name).write_bytes(_KEEP_CANCER.read_bytes())
        place = f"--exporter.baseDirectory={folder}/"
        command = java("synthea", "1500m", "App", *population.arguments(), place)
        done = subprocess.run(
            command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, check=False
        )
        if done.returncode != 0:
            raise RuntimeError(f"Synthea failed:\n{done.stdout[-2000:]!r}\n{done.stderr[-2000:]!r}")
        for path in sorted(Path(folder, "fhir").glob("*.json")):
            yield json.loads(path.read_bytes())
