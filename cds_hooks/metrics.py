"""Metrics of this face: how fast, how often, with which cards. No label tells of a person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge, Histogram

from cds_hooks.answer import Answer, Answered
from cds_hooks.feedback.ledger import IN_APP
from cds_hooks.feedback.reasons import RestRules

# The goal for a call is 500 ms (CDS Hooks, "Performance").
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
_KNOWN_REASONS = RestRules().factual | {"action-not-priority", "wrong-time-workflow", ""}


class HookMetrics:
    """Told of each answer, it counts."""

    def __init__(self, release: str, registry: CollectorRegistry = REGISTRY) -> None:
        def counts(name: str, told: str, *labels: str) -> Counter:
            return Counter(f"oncocue_{name}", told, labels, registry=registry)

        def times(name: str, told: str, *labels: str) -> Histogram:
            return Histogram(f"oncocue_{name}", told, labels, buckets=_BUCKETS, registry=registry)

        self._seconds = times("hook_seconds", "Time to answer", "service")
        self._steps = times("hook_step_seconds", "Time of each step", "service", "step")
        self._answers = counts("hook_answers", "Answers", "service", "status", "silence")
        self._refused = counts("callers_refused", "Callers refused", "cause")
        self._late = counts("hook_deadline_hits", "Fetching ran out of time", "service")
        self._cards = counts("cards", "Cards made", "service", "topic", "kind", "shown")
        self._unresolved = counts("unresolved_orders", "Drug orders of no known drug", "service")
        self._feedback = counts("feedback", "Feedback taken", "outcome", "reason")
        guidance = Gauge(
            "oncocue_guidance_info",
            "Release of the guidance",
            ["release"],
            registry=registry,
            multiprocess_mode="max",
        )
        guidance.labels(release).set(1)

    def __call__(self, service: str, answer: Answer, milliseconds: float) -> None:
        """Count an answer."""
        self.count([(service, answer, milliseconds)])

    def count(self, answered: Iterable[Answered]) -> None:
        """Count answers, many at once: what is added up first is written once."""
        added: dict[tuple[Counter, tuple[str, ...]], int] = defaultdict(int)
        timed: dict[tuple[Histogram, tuple[str, ...]], list[float]] = defaultdict(list)
        for service, answer, milliseconds in answered:
            for entry in answer.feedback:
                reason = entry.reason if entry.reason in _KNOWN_REASONS else "other"
                added[self._feedback, (entry.outcome, reason)] += 1
            if service == IN_APP:  # feedback without a call
                continue
            added[self._answers, (service, str(answer.status), answer.silence)] += 1
            if answer.refused:
                added[self._refused, (answer.refused,)] += 1
                continue
            timed[self._seconds, (service,)].append(milliseconds / 1000)
            for step, seconds in answer.steps:
                timed[self._steps, (service, step)].append(seconds)
            if answer.ran_out_of_time:
                added[self._late, (service,)] += 1
            if answer.unresolved:
                added[self._unresolved, (service,)] += answer.unresolved
            if answer.account:
                shown = "shown" if answer.account.rendered.cards else "withheld"
                for _, candidate in answer.account.made:
                    rule = (candidate.draft.topic, candidate.kind)
                    added[self._cards, (service, *rule, shown)] += 1
        for (counter, labels), number in added.items():
            counter.labels(*labels).inc(number)
        for (times, labels), all_seconds in timed.items():
            found = times.labels(*labels)
            for seconds in all_seconds:
                found.observe(seconds)
