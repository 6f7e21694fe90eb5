"""Charts of launches: read once, judged by the same calls as the cards, kept in memory only."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator
from datetime import date, datetime
from typing import Any

import msgspec
import requests
import structlog
from msgspec import Struct

from oncology.chart.model import Chart
from oncology.chart.read import read_chart
from oncology.evaluate import evaluate
from oncology.findings import Finding
from oncology.guidance.library import Guidance
from oncology.orders.rules import OrderRules
from oncology.terminology import Terminology
from smartapp.beside import read_beside
from smartapp.fhir.banner import banner
from smartapp.fhir.capability import Capability, read_capability
from smartapp.fhir.drafts import digest_of, may_create, refusal, send
from smartapp.fhir.reader import reading
from smartapp.fhir.searches import MORE, Search, plan
from smartapp.fhir.server import FhirServer
from smartapp.fhir.style import Styles
from smartapp.launch.attempt import Launching
from smartapp.launch.problems import LaunchFailed
from smartapp.launch.scopes import Grants
from smartapp.opened import EarlierCards, Focus, OpenedChart, Sent, Step
from smartapp.order_cards import finding_behind
from smartapp.outbound import get_json
from smartapp.registration import Ehr
from smartapp.sessions.renewal import Renewal
from smartapp.sessions.session import Held, Session

_LOG = structlog.get_logger("smartapp.fhir")
_SECONDS_TO_READ = 20.0
_SECONDS_FRESH = 3600.0
_MOST_KEPT = 200
_NOT_WRITABLE = "This EHR does not let OncoCue write. Copy the draft or print it."


def no_history(_site: str, _patient: str) -> EarlierCards:
    """Where no record is kept."""
    return EarlierCards()


class Judging(Struct, frozen=True):
    """What a chart is judged with: guidance, the searches cards rest on, the day and the hour.

    `order_rules` are read when the first order card is followed; `history` finds earlier cards by
    site and patient. `terminology` is that of a site, which knows its codes for our orders.
    """

    guidance: Guidance
    searches: tuple[Search, ...]
    today: Callable[[], date]
    clock: Callable[[], datetime]
    order_rules: Callable[[], OrderRules]
    history: Callable[[str, str], EarlierCards] = no_history
    terminology: Callable[[str], Terminology] | None = None

    def terminology_of(self, site: str) -> Terminology:
        """The words and codes the charts of a site are read with."""
        return self.terminology(site) if self.terminology else self.guidance.terminology

    def findings(self, chart: Chart, focus: Focus, today: date) -> tuple[list[Finding], bool]:
        """What is found of a chart opened on this card, and whether every rule is approved."""
        found = evaluate(chart, self.guidance, today, explain=True)
        artifacts = self.guidance.artifacts
        approved = all(artifacts[each.guidance].is_approved for each in found)
        if not focus.topic or any(each.topic in focus.topics for each in found):
            return found, approved
        rules = self.order_rules()
        ordered = finding_behind(focus, chart, self.guidance, rules, today)
        if ordered is None:
            return found, approved
        return [ordered, *found], approved and rules.artifacts[ordered.guidance].is_approved


class Opened(Struct, frozen=True):
    """A chart as this process keeps it: until when, and how often it had been read anew."""

    chart: OpenedChart
    ends_at: float
    readings: int


class LaunchedCharts:
    """The charts behind `/l/{launch}/…`. `browser` gives the mark of the browser that asks."""

    def __init__(
        self,
        launching: Launching,
        renewal: Renewal,
        judging: Judging,
        browser: Callable[[], str | None],
        get: Callable[..., tuple[int, Any]] = get_json,
    ) -> None:
        self._launching = launching
        self._renewal = renewal
        self._judging = judging
        self._browser = browser
        self._get = get
        self._styles = Styles(get)
        self._lock = threading.Lock()
        self._opened: dict[str, Opened] = {}
        self._reading: dict[str, threading.Lock] = {}
        self._capabilities: dict[str, tuple[float, Capability]] = {}

    def open(self, launch: str) -> OpenedChart:
        """The chart of a launch, for the browser it belongs to. Raises LaunchFailed."""
        held = self._launching.sessions.find(launch, self._browser())
        return _end_of(self._steps(held))

    def reading(self, launch: str) -> Iterator[Step]:
        """Read the chart, told search by search; nothing is told of one that is at hand.

        Raises LaunchFailed.
        """
        yield from self._steps(self._launching.sessions.find(launch, self._browser()))

    def _steps(self, held: Held) -> Generator[Step, None, OpenedChart]:
        """The chart is read by one at a time; the others wait, and find it."""
        with self._lock:
            if opened := self._of_this_reading(held):
                return opened
            alone = self._reading.setdefault(held.launch, threading.Lock())
        with alone:
            with self._lock:
                if opened := self._of_this_reading(held):
                    return opened
            opened = yield from self._read(held)
            self._keep(held, opened)
            if self._launching.sessions.look(held.launch) is None:
                # Ended meanwhile: nobody will ask for it, and nothing is left of its patient.
                self.forget(held.launch)
        return opened

    def is_read(self, launch: str) -> bool:
        """Whether this process holds the chart. Raises LaunchFailed."""
        held = self._launching.sessions.find(launch, self._browser())
        with self._lock:
            return self._of_this_reading(held) is not None

    def reread(self, launch: str) -> None:
        """Let the next `open` read the chart anew, in each process. Raises LaunchFailed."""
        self._launching.sessions.find(launch, self._browser())
        self._change(launch, lambda each: msgspec.structs.replace(each, readings=each.readings + 1))
        self.forget(launch)

    def _of_this_reading(self, held: Held) -> OpenedChart | None:
        """The chart kept here, unless it was to be read anew since, perhaps by another process."""
        kept = self._opened.get(held.launch)
        return kept.chart if kept and kept.readings == held.session.readings else None

    def cards(self, launch: str) -> EarlierCards:
        """The cards of the patient of this launch. Raises LaunchFailed."""
        session = self._launching.sessions.find(launch, self._browser()).session
        return self._judging.history(session.site, session.context.patient)

    def forget(self, launch: str) -> None:
        """Drop what is kept of a launch."""
        with self._lock:
            self._opened.pop(launch, None)
            self._reading.pop(launch, None)

    def create(self, launch: str, resource: dict[str, object]) -> Sent:
        """Create a draft in the EHR, once. Raises LaunchFailed."""
        held = self._launching.sessions.find(launch, self._browser())
        ehr = self._ehr(held)
        kind = str(resource.get("resourceType"))
        grants = Grants.of(held.session.tokens.scope)
        if not may_create(ehr, grants, self._capability(ehr), kind):
            return Sent(problem=_NOT_WRITABLE)
        problem = refusal(resource, held.session.context.patient)
        if problem:
            return Sent(problem=problem)
        digest = digest_of(resource)
        if digest in held.session.drafts:
            return Sent(held.session.drafts[digest])
        sent = send(self._server(ehr, held), resource)
        _LOG.info("draft_sent", site=ehr.site, type=kind, created=bool(sent.reference))
        if sent.reference:
            self._note(launch, digest, sent.reference)
        return sent

    def kept(self, launch: str, name: str) -> str:
        """What a page keeps in the session. Raises LaunchFailed."""
        held = self._launching.sessions.find(launch, self._browser())
        return held.session.kept.get(name, "")

    def keep(self, launch: str, name: str, text: str) -> None:
        """Keep what is being typed in the session. Raises LaunchFailed."""
        self._launching.sessions.find(launch, self._browser())

        def kept(session: Session) -> Session:
            others = {key: value for key, value in session.kept.items() if key != name}
            changed = {**others, name: text} if text else others
            return msgspec.structs.replace(session, kept=changed)

        self._change(launch, kept)

    def _note(self, launch: str, digest: str, reference: str) -> None:
        """Remember a draft that was sent."""
        self._change(
            launch,
            lambda session: msgspec.structs.replace(
                session, drafts={**session.drafts, digest: reference}
            ),
        )

    def _change(self, launch: str, changed: Callable[[Session], Session]) -> None:
        """Change a session, whatever else changes it at the same time."""
        while (held := self._launching.sessions.look(launch)) is not None:
            if self._launching.sessions.change(held, changed(held.session)):
                return

    def _read(self, held: Held) -> Generator[Step, None, OpenedChart]:
        session, judging = held.session, self._judging
        ehr = self._ehr(held)
        grants = Grants.of(session.tokens.scope)
        can = self._capability(ehr)
        searches = tuple(s for s in (*judging.searches, *MORE) if s.resource_type != "Patient")
        patient_id = session.context.patient
        planned = plan(searches, patient_id, can, grants)
        try:
            read = yield from reading(self._server(ehr, held), patient_id, planned)
        except LaunchFailed as failed:
            failed.site = ehr.site
            raise
        today = judging.today()
        chart = read_chart(read.records, judging.terminology_of(ehr.label), patient_id)
        findings, approved = judging.findings(chart, session.context.focus, today)
        return OpenedChart(
            launch=held.launch,
            site=ehr.label,
            user=session.user,
            patient=banner(read.patient),
            chart=chart,
            findings=tuple(findings),
            notes=chart.notes,
            loaded=read.loaded,
            read_at=judging.clock(),
            today=today,
            guidance_version=judging.guidance.version,
            need_patient_banner=session.context.need_patient_banner,
            intent=session.context.intent,
            focus=session.context.focus,
            style=self._styles.style(ehr, session.context.style_url),
            may_write=may_create(ehr, grants, can),
            may_write_family=may_create(ehr, grants, can, "FamilyMemberHistory"),
            demonstration=not approved,
            beside=read_beside(read.records, patient_id),
            site_id=session.site,
        )

    def _keep(self, held: Held, opened: OpenedChart) -> None:
        """Keep a chart until its session ends; the oldest give way when there are many."""
        now = self._launching.sessions.now()
        with self._lock:
            session = held.session
            self._opened[opened.launch] = Opened(opened, session.ends_at, session.readings)
            surplus = list(self._opened)[: max(0, len(self._opened) - _MOST_KEPT)]
            ended = [launch for launch, each in self._opened.items() if each.ends_at <= now]
            for launch in {*surplus, *ended}:
                self._opened.pop(launch)
                self._reading.pop(launch, None)

    def _ehr(self, held: Held) -> Ehr:
        ehr = self._launching.ehrs.at(held.session.site)
        if ehr is None:
            site = held.session.site
            raise LaunchFailed("launch-over", "the site is no longer registered", site)
        return ehr

    def _server(self, ehr: Ehr, held: Held) -> FhirServer:
        """The EHR's server, with the tokens of this launch, renewed when they must be."""
        current = held

        def token(stale: str | None) -> str:
            nonlocal current
            if stale is None or stale != current.session.tokens.access:
                current = self._renewal.fresh(current)
            else:
                current = self._renewal.renewed(current)
            return current.session.tokens.access

        return FhirServer(ehr.base, token, _SECONDS_TO_READ)

    def _capability(self, ehr: Ehr) -> Capability:
        """What the server can do, asked once an hour without a token; nothing known if it fails."""
        now = self._launching.sessions.now()
        with self._lock:
            held = self._capabilities.get(ehr.site)
        if held and held[0] > now:
            return held[1]
        try:
            _, statement = self._get(
                f"{ehr.base}/metadata", headers={"Accept": "application/fhir+json"}
            )
        except requests.RequestException:
            return Capability()
        capability = read_capability(statement)
        if capability.types is not None:
            with self._lock:
                self._capabilities[ehr.site] = (now + _SECONDS_FRESH, capability)
        return capability


def _end_of(steps: Generator[Step, None, OpenedChart]) -> OpenedChart:
    """What the steps lead to."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            opened: OpenedChart = end.value
            return opened
