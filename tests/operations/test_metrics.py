"""Metrics: what is counted, over all worker processes, at a port of their own."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests
from prometheus_client import CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families

from cds_hooks.feedback.ledger import InProcessLedger
from cds_hooks.metrics import HookMetrics
from oncocue.app_answers import app_answers
from oncocue.settings import Settings
from tests.pages.opened_charts import opened_story
from tests.support.product import STORY, Hospital, entry, shipped_guidance
from tests.support.servers import free_port
from tests.support.two_servers import Serving, write_config

SERVICE = {"service": "biomarker-testing"}


@pytest.fixture
def registry() -> CollectorRegistry:
    """Nothing counted yet."""
    return CollectorRegistry()


def _hospital(registry: CollectorRegistry, **hooks: object) -> Hospital:
    metrics = HookMetrics("2026.11.0", registry)
    return Hospital(shipped_guidance(), InProcessLedger(), watch=metrics, **hooks)


def test_answers_are_counted_and_timed(registry: CollectorRegistry) -> None:
    """By service and step, cards by rule."""
    hospital = _hospital(registry)
    hospital.look()
    answers = hospital.front.answers
    hospital.front.run("biomarker-testing", lambda: answers.answer("biomarker-testing", b"{}"))

    def value(name: str, **labels: str) -> float | None:
        return registry.get_sample_value(f"oncocue_{name}", labels)

    assert value("hook_answers_total", **SERVICE, status="200", silence="") == 1
    assert value("hook_answers_total", **SERVICE, status="400", silence="") == 1
    assert value("hook_seconds_count", **SERVICE) == 2
    steps = {"verify": 2, "receive": 2, "parse": 1, "gather": 1, "judge": 1, "render": 1}
    for step, times in steps.items():
        assert value("hook_step_seconds_count", **SERVICE, step=step) == times
    cards = {"topic": "BIOMARKERNSCLC", "kind": "advice", "shown": "shown"}
    assert value("cards_total", **SERVICE, **cards) == 1
    assert value("guidance_info", release="2026.11.0") == 1


def test_withheld_cards_and_feedback_are_counted(registry: CollectorRegistry) -> None:
    """Reasons by our own list: a made-up one would let a caller make labels without end."""
    hospital = _hospital(registry, silent=True)
    hospital.look()
    now = datetime.now(UTC)
    for reason in ("action-completed", "canary-reason"):
        given = {"reason": {"code": reason}}
        hospital.send(entry("4e0a3a1e-3283-4575-ab82-028d55fe2719", now, overrideReason=given))

    labels = {**SERVICE, "topic": "BIOMARKERNSCLC", "kind": "advice"}
    assert registry.get_sample_value("oncocue_cards_total", {**labels, "shown": "withheld"}) == 1
    for reason in ("action-completed", "other"):
        told = {"outcome": "overridden", "reason": reason}
        assert registry.get_sample_value("oncocue_feedback_total", told) == 1


def test_an_answer_in_the_app_is_counted_as_feedback(registry: CollectorRegistry) -> None:
    """And not as a call: none was made."""
    answers = app_answers(Settings(), _hospital(registry).front)
    answers.give(opened_story(STORY), "nsclc-biomarkers", "patient-refuses")

    told = {"outcome": "overridden", "reason": "patient-refuses"}
    assert registry.get_sample_value("oncocue_feedback_total", told) == 1
    named = [sample.labels for family in registry.collect() for sample in family.samples]
    assert not [labels for labels in named if labels.get("service") == "app"]


def test_fetching_that_runs_out_of_time_is_counted(registry: CollectorRegistry) -> None:
    """The budget is the limit of what an EHR may cost a clinician."""
    hospital = _hospital(registry, fetch_seconds=0.0)
    hospital.look()

    assert registry.get_sample_value("oncocue_hook_deadline_hits_total", SERVICE) == 1


def _counted(port: int, counts: int) -> dict[tuple[str, str | None], float]:
    """What the port tells once it counts so many answers and refusals: a moment after them."""
    deadline = time.monotonic() + 60
    while True:
        told = requests.get(f"http://127.0.0.1:{port}/metrics", timeout=10).text
        samples = {
            (sample.name, sample.labels.get("status") or sample.labels.get("cause")): sample.value
            for family in text_string_to_metric_families(told)
            for sample in family.samples
            if sample.name in ("oncocue_hook_answers_total", "oncocue_callers_refused_total")
        }
        if sum(samples.values()) >= counts or time.monotonic() > deadline:
            return samples


def test_the_port_tells_of_all_workers_and_the_service_port_of_none(tmp_path: Path) -> None:
    """Every call is counted, whichever worker answered it."""
    port = free_port()
    url = f"sqlite:///{tmp_path}/state/oncocue.sqlite"
    config = write_config(tmp_path, url, f"[metrics]\nport = {port}\n")
    with Serving(config, servers=1).running() as serving:
        for _ in range(12):
            assert serving.post(0).status_code == 200
        assert serving.post(0, "bad").status_code == 401
        samples = _counted(port, 13 + 1)
        missing = requests.get(f"http://127.0.0.1:{serving.ports[0]}/metrics", timeout=10)

    assert samples["oncocue_hook_answers_total", "200"] == 12
    assert samples["oncocue_hook_answers_total", "401"] == 1
    assert samples["oncocue_callers_refused_total", "not-a-token"] == 1
    assert missing.status_code == 404
