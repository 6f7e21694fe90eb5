"""The synthetic charts: one folder a story, with `bundle.json` and `story.md`.

Of `expected.json`, if there is one, only the release of FHIR is read.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.words import codings, first, items, text

GROUPS = {
    "lung": "Lung cancer",
    "breast": "Breast cancer",
    "colorectal": "Colorectal cancer",
    "ovarian": "Ovarian cancer",
    "family": "Family history",
    "other": "Other cancers, other charts",
}
_SLUG_WORDS = {
    "lung": "lung",
    "breast": "breast",
    "colon": "colorectal",
    "colorectal": "colorectal",
    "ovarian": "ovarian",
    "family": "family",
    "relative": "family",
    "relatives": "family",
}
# ICD-10-CM categories, for stories whose slug names no cancer
_ICD_GROUPS = {
    "C34": "lung",
    "C50": "breast",
    "C18": "colorectal",
    "C19": "colorectal",
    "C20": "colorectal",
    "C56": "ovarian",
}
# What the list promises, read from the story's own words
_PROMISES = {
    "testing card": "Testing card",
    "card with the label row": "Testing card",
    "genetics card": "Genetics card",
    "trial search is offered": "Trial search",
    "question": "Question",
    "cannot tell:": "Question",
}
_SILENCES = ("silence", "no card", "no testing card")


class ChartFault(ValueError):
    """A chart folder that cannot be used; the message names the file."""


@dataclass(frozen=True)
class Chart:
    """One synthetic patient: the story and every resource on file.

    `filed` are those of the resources that were created since the sandbox started.
    """

    slug: str
    title: str
    who: str
    should: str
    why: str
    patient: dict[str, Any]
    resources: tuple[dict[str, Any], ...]
    fhir: str = "R4"
    filed: tuple[dict[str, Any], ...] = ()

    @property
    def patient_id(self) -> str:
        """The FHIR id of the patient."""
        return text(self.patient.get("id"))

    @property
    def name(self) -> str:
        """`Testcase, Flora`: family name first, as EHR lists do."""
        name = first(self.patient.get("name"))
        given = " ".join(text(part) for part in name.get("given") or [])
        return ", ".join(part for part in (text(name.get("family")), given) if part) or "No name"

    @property
    def group(self) -> str:
        """The group of the list this chart stands in: a key of GROUPS."""
        named = {_SLUG_WORDS[word] for word in self.slug.split("-") if word in _SLUG_WORDS}
        found = named or {group for group in map(_ICD_GROUPS.get, self._icd_categories()) if group}
        return found.pop() if len(found) == 1 else "other"

    @property
    def promises(self) -> tuple[str, ...]:
        """What should happen in a word or two each; empty when the story says it otherwise."""
        heard = [words for phrase, words in _PROMISES.items() if self._asks_for(phrase)]
        said = tuple(dict.fromkeys(heard))
        if said or not self.should.lower().startswith(_SILENCES):
            return said
        return ("No card",)

    def _asks_for(self, phrase: str) -> bool:
        found = re.finditer(rf"(\w+)?\s*{phrase}", self.should, re.IGNORECASE)
        return any((match[1] or "").lower() != "no" for match in found)

    def _icd_categories(self) -> list[str]:
        conditions = [each for each in self.resources if each.get("resourceType") == "Condition"]
        every = [coding for each in conditions for coding in codings(each.get("code"))]
        return [text(coding.get("code"))[:3] for coding in every]


def load_charts(folder: Path) -> dict[str, Chart]:
    """All charts of a folder by slug, in alphabetical order.

    Raises ChartFault with the file when one cannot be read or there are none.
    """
    charts = {path.parent.name: _load(path.parent) for path in sorted(folder.glob("*/bundle.json"))}
    if not charts:
        raise ChartFault(f"{folder}: no charts here. Expected <name>/bundle.json and story.md.")
    return charts


def _load(folder: Path) -> Chart:
    notes = folder / "expected.json"
    try:
        bundle = json.loads((folder / "bundle.json").read_text(encoding="utf-8"))
        story = (folder / "story.md").read_text(encoding="utf-8")
        expected = json.loads(notes.read_text(encoding="utf-8")) if notes.exists() else {}
    except (OSError, ValueError) as error:
        raise ChartFault(f"{folder}: {error}") from error
    resources = tuple(first(entry.get("resource")) for entry in items(bundle.get("entry")))
    patient = next((each for each in resources if each.get("resourceType") == "Patient"), None)
    if patient is None or not text(patient.get("id")):
        raise ChartFault(f"{folder}/bundle.json: it holds no Patient with an id.")
    title, who, should, why = _parse_story(story, folder.name)
    release = text(expected.get("fhir")) or "R4"
    return Chart(folder.name, title, who, should, why, patient, resources, release)


def _parse_story(story: str, slug: str) -> tuple[str, str, str, str]:
    """Title, who it is, what should happen, and why, without Markdown."""
    title = re.search(r"^#\s+(.+)$", story, re.MULTILINE)
    paragraphs = [part.strip() for part in re.split(r"\n\s*\n", story)]
    plain = [part for part in paragraphs if part and not part.startswith(("#", "**"))]
    return (
        title[1].strip() if title else slug,
        " ".join(plain[:1]),
        _marked(paragraphs, "Should happen"),
        _marked(paragraphs, "Why"),
    )


def _marked(paragraphs: list[str], label: str) -> str:
    start = f"**{label}:**"
    said = next((part[len(start) :].strip() for part in paragraphs if part.startswith(start)), "")
    return said[:1].upper() + said[1:]
