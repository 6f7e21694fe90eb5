"""Opened charts made from the synthetic stories, and the app that serves their pages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from flask import Flask, abort
from msgspec.structs import replace

from oncocue.folders import fixtures_folder, guidance_folder
from oncology.chart.model import Chart
from oncology.chart.read import read_chart
from oncology.evaluate import evaluate
from oncology.findings import Finding
from oncology.guidance.library import Guidance
from oncology.guidance.load import load_guidance
from oncology.reading.decode import read_records
from smartapp.answers import Answers
from smartapp.beside import read_beside
from smartapp.opened import EarlierCards, Loaded, OpenedChart, Patient, Reading, Sent, Step, User
from smartapp.pages import attach_pages
from smartapp.pages.drafts.request import Coded, OrderCodes, no_codes
from smartapp.trials.places import Place
from smartapp.trials.registry import RecordedRegistry
from smartapp.trials.search import TrialSearch
from tests.support.hook_calls import chart

TODAY = date(2026, 11, 22)
ENDED = "ended"
LUNG = "lung-adenocarcinoma-partial-results"
FAMILY = "family-history-pat-met"
PANEL = Coded("urn:example:orders", "NGS-LUNG", "Lung NGS panel, tissue")


@cache
def guidance() -> Guidance:
    """The guidance of this repository."""
    return load_guidance(guidance_folder())


def judged(found: Chart) -> tuple[Finding, ...]:
    """Every finding of a chart, as the app has them."""
    return tuple(evaluate(found, guidance(), TODAY, explain=True))


def opened_bundle(bundle: dict[str, Any], launch: str, **changes: Any) -> OpenedChart:
    """A bundle as a launch would hand it over; `changes` replace fields of the opened chart."""
    records = read_records(json.dumps(bundle).encode())
    found = read_chart(records, guidance().terminology, None)
    resources = [entry["resource"] for entry in bundle["entry"] if "resource" in entry]
    person = next(each for each in resources if each["resourceType"] == "Patient")
    name = (person.get("name") or [{}])[0]
    given = " ".join(name.get("given") or [])
    types = dict.fromkeys(each["resourceType"] for each in resources)
    loaded = tuple(
        Loaded(kind, Reading.READ, sum(1 for r in resources if r["resourceType"] == kind))
        for kind in types
    )
    opened = OpenedChart(
        launch=launch,
        site="the sandbox EHR",
        user=User("Practitioner", "Dr Ada Example"),
        patient=Patient(
            id=person["id"],
            name=", ".join(part for part in (name.get("family", ""), given) if part),
            sex=person.get("gender", ""),
            birth_date=person.get("birthDate", ""),
            mrn=(person.get("identifier") or [{}])[0].get("value", ""),
        ),
        chart=found,
        findings=judged(found),
        notes=found.notes,
        loaded=loaded,
        read_at=datetime(2026, 11, 22, 14, 2, tzinfo=UTC),
        today=TODAY,
        guidance_version=guidance().version,
        beside=read_beside(records, None),
    )
    return replace(opened, **changes)


def opened_story(story: str, **changes: Any) -> OpenedChart:
    """One of the synthetic charts; its launch id is the story's name."""
    return opened_bundle(chart(story), changes.pop("launch", story), **changes)


class FixtureCharts:
    """Any story by its name, and the charts a test adds; one launch has ended."""

    def __init__(self) -> None:
        self.added: dict[str, OpenedChart] = {}
        self.shown: dict[str, EarlierCards] = {}
        self.typed: dict[tuple[str, str], str] = {}

    def open(self, launch: str) -> OpenedChart:
        """The chart; 401 for the ended launch, 404 for an unknown one."""
        if launch == ENDED:
            abort(401)
        if launch not in self.added:
            try:
                self.added[launch] = opened_story(launch)
            except FileNotFoundError:
                abort(404)
        return self.added[launch]

    def is_read(self, launch: str) -> bool:
        """Fixtures are at hand."""
        return True

    def reading(self, launch: str) -> Iterator[Step]:
        """One search after the other, as the fixture holds them."""
        loaded = self.open(launch).loaded
        return (Step(each, at, len(loaded)) for at, each in enumerate(loaded, 1))

    def reread(self, launch: str) -> None:
        """Nothing changes in a fixture."""

    def cards(self, launch: str) -> EarlierCards:
        """Fixtures keep no record of cards, save those a test adds."""
        return self.shown.get(launch, EarlierCards())

    def create(self, launch: str, resource: dict[str, object]) -> Sent:
        """A fixture takes no drafts."""
        return Sent(problem="This EHR takes no drafts.")

    def kept(self, launch: str, name: str) -> str:
        """What was typed."""
        return self.typed.get((launch, name), "")

    def keep(self, launch: str, name: str, text: str) -> None:
        """Keep it as long as the test runs."""
        self.typed[launch, name] = text


def recorded_trials() -> TrialSearch:
    """The recorded registry, asked from Boston."""
    registry = RecordedRegistry(fixtures_folder() / "trials" / "registry.json", "2026-11-20")
    boston = Place("Boston, MA, US", 42.3601, -71.0589)
    return TrialSearch(registry, lambda site: boston)


def lung_panel(_opened: OpenedChart, order: str) -> Coded | None:
    """The codes of a site that has mapped one order."""
    return PANEL if order == "tumour-panel-lung" else None


def app_of(
    charts: FixtureCharts,
    trials: TrialSearch | None = None,
    codes: OrderCodes = no_codes,
    answers: Answers | None = None,
) -> Flask:
    """The pages alone."""
    app = Flask("pages-under-test")
    app.config["SECRET_KEY"] = "for the forms of tests only"
    attach_pages(app, charts, guidance(), trials or recorded_trials(), codes, answers)
    return app
