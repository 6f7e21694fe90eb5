"""Judge the orders on the screen: one call behind order cards and the command line."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from oncology.chart.model import ANY_TEST, Chart, Order
from oncology.dates import PartialDate
from oncology.evaluate import Evaluation
from oncology.facts.adult import answer as is_adult
from oncology.facts.case import NO, UNKNOWN, Case
from oncology.findings import (
    Because,
    BiomarkerEntry,
    Biomarkers,
    Finding,
    Orderable,
    OrderCheck,
    Source,
    Unresolved,
    Verdict,
)
from oncology.guidance.applicability import applicability
from oncology.guidance.finding import finding_of
from oncology.guidance.library import Guidance
from oncology.orders.drafts import DraftOrder, Drafts, Known
from oncology.orders.repeated import judge_tests
from oncology.orders.rules import TESTS, OrderArtifact, OrderRow, OrderRules
from oncology.orders.standing import (
    CONFLICT,
    MET,
    MISSING,
    PENDING,
    UNUSABLE,
    Standing,
    standing,
)
from oncology.orders.standing import UNKNOWN as NOT_KNOWN

_PLACES = ("missing", "pending", "resulted", "unusable", "repeat", "unknown")
_GAPS = (MISSING, UNUSABLE)
_ASK_AGE = "What is the patient's birth date?"
_ON_SCREEN = "among these orders"


class Screen(Struct, frozen=True):
    """What a judgement of orders looks at: the chart, the orders, the rules, the day."""

    chart: Chart
    drafts: Drafts
    guidance: Guidance
    rules: OrderRules
    today: date


def evaluate_orders(screen: Screen, explain: bool = False) -> list[Finding]:
    """A finding of each order artifact that has to do with what is selected on the screen.

    What has not is left out unless `explain`.
    """
    judging = _Judging(screen)
    findings = [judging.finding(artifact) for artifact in screen.rules.active]
    if explain:
        return findings
    return [each for each in findings if each.answer is not Verdict.DOES_NOT_APPLY]


class _Judging:
    """One screen on one day."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._today = PartialDate(screen.today, screen.today)
        # The orders on the screen may be stored already; they are not what is on its way.
        mine = screen.drafts.references
        stored = tuple(each for each in screen.chart.orders if each.reference not in mine)
        self.recorded = replace(screen.chart, orders=stored)
        asked = tuple(
            Order(each.test, True, False, self._today, each.reference)
            for each in screen.drafts.orders
            if each.test is not None
        )
        self._evaluation = self._over(replace(screen.chart, orders=(*stored, *asked)))
        # An order that names no test may be any; for a drug-gene pair that settles nothing.
        named = tuple(each for each in (*stored, *asked) if each.asked != ANY_TEST)
        self._of_genes = self._over(replace(screen.chart, orders=named))

    def _over(self, chart: Chart) -> Evaluation:
        return Evaluation(chart, self._screen.guidance, self._today)

    def finding(self, artifact: OrderArtifact) -> Finding:
        """What one artifact comes to."""
        if artifact.judges == TESTS:
            of_genes = [
                row
                for each in self._screen.rules.active
                for row in each.active_rows
                if row.is_of_gene
            ]
            recorded = self._over(self.recorded)
            return judge_tests(artifact, self._screen.drafts, recorded, of_genes)
        rows = [(row, orders) for row in artifact.active_rows if (orders := self._orders_of(row))]
        if not rows:
            return finding_of(artifact, Verdict.DOES_NOT_APPLY)
        if artifact.review < self._today.earliest:
            late = Unresolved("review date", "This guidance is past its review date")
            return finding_of(artifact, Verdict.CANNOT_TELL, unresolved=(late,))
        adult = self._adult(artifact)
        if adult == NO:
            return finding_of(artifact, Verdict.DOES_NOT_APPLY)
        if adult == UNKNOWN:
            asked = Unresolved("adult", f"{_ASK_AGE} These rules are for adults.")
            return finding_of(artifact, Verdict.CANNOT_TELL, unresolved=(asked,))
        return self._judge(artifact, rows)

    def _orders_of(self, row: OrderRow) -> list[DraftOrder]:
        """The selected orders of the row's drugs; nothing for the skin."""
        return [
            order
            for order in self._screen.drafts.selected
            if not order.is_topical and set(order.drugs) & set(row.drugs)
        ]

    def _adult(self, artifact: OrderArtifact) -> str:
        if not artifact.adults or not artifact.active_rows:
            return "yes"
        home = artifact.active_rows[0].evidence[0].home
        return is_adult(Case(self._evaluation, home), artifact.adults).value

    def _judge(
        self, artifact: OrderArtifact, rows: list[tuple[OrderRow, list[DraftOrder]]]
    ) -> Finding:
        checks: list[OrderCheck] = []
        places: dict[str, list[BiomarkerEntry]] = {place: [] for place in _PLACES}
        unresolved: dict[Unresolved, None] = {}
        cancers: dict[str, None] = {}
        applied = False
        for row, orders in rows:
            cases, open_questions = self._cases(row)
            unresolved.update(dict.fromkeys(open_questions))
            applied = applied or bool(cases or open_questions)
            if not cases:
                continue
            cancers[row.cancer] = None
            stands = standing(cases, row)
            for part in stands.parts:
                places[part.place].append(part.entry)
            checks.append(self._check(artifact, row, orders, stands))
        if not applied:
            return finding_of(artifact, Verdict.DOES_NOT_APPLY)
        known = Biomarkers(**{place: tuple(entries) for place, entries in places.items()})
        labels = [check.source for check in checks if check.source]
        return finding_of(
            artifact,
            _verdict(checks, bool(unresolved)),
            cancer=next(iter(cancers), ""),
            biomarkers=known,
            checks=tuple(checks),
            because=tuple(dict.fromkeys(fact for each in checks for fact in each.because)),
            unresolved=tuple(unresolved) + tuple(_open(checks)),
            sources=tuple(dict.fromkeys([*labels, *artifact.sources.values()])),
        )

    def _cases(self, row: OrderRow) -> tuple[dict[str, Case], tuple[Unresolved, ...]]:
        """The chart as each piece of evidence sees it; none when the cancer is another one."""
        evaluation = self._of_genes if row.is_of_gene else self._evaluation
        if row.cancer and not evaluation.chart.was_read("Condition"):
            return {}, (Unresolved("diagnosis"),)
        cases: dict[str, Case] = {}
        for evidence in row.evidence:
            applies = applicability(evidence.home, evaluation.chart)
            if applies.applies is None:
                return {}, applies.unresolved
            if applies.applies:
                case = Case(evaluation, evidence.home)
                case.diagnoses = applies.diagnoses
                cases[evidence.home.id] = case
        return cases, ()

    def _check(
        self, artifact: OrderArtifact, row: OrderRow, orders: list[DraftOrder], stands: Standing
    ) -> OrderCheck:
        state = stands.state
        if state == CONFLICT and self._is_excused(row, stands):
            state = MET
        given = self._given(row)
        gap = state in _GAPS or (state == PENDING and row.is_of_gene)
        drugs = tuple(sorted({each for order in orders for each in order.drugs} & set(row.drugs)))
        by_name = any(order.known_by is Known.NAME for order in orders)
        first = orders[0].known_by
        entries = [part.entry for part in stands.deciding]
        text = entries[0].text if entries else ""
        if state == PENDING and self._on_screen(entries):
            text = _ON_SCREEN
        return OrderCheck(
            row=row.id,
            topic=row.topic,
            drugs=drugs,
            orders=tuple(order.reference for order in orders),
            known_by=Known.NAME.value if by_name else (first.value if first else ""),
            state=state,
            shows=tuple(dict.fromkeys(entry.show for entry in entries)),
            text=text,
            because=tuple(
                dict.fromkeys(
                    replace(fact, text=f"{each.show}: {fact.text}")
                    for each in entries
                    for fact in each.because
                )
            ),
            given=given,
            unread=stands.unread,
            labelled_for=row.labelled_for,
            is_urgent=state == CONFLICT or (row.urgency == "warning" and gap and not given),
            is_of_gene=row.is_of_gene,
            order=self._order(entries, state, stands),
            source=_source(artifact, row, drugs),
        )

    def _is_excused(self, row: OrderRow, stands: Standing) -> bool:
        """A partner drug on the screen or in use makes these changes what the label wants."""
        if not row.unless_drugs:
            return False
        used = {each.ingredient for each in self.recorded.drugs if each.phase == "current"}
        partner = (self._screen.drafts.drugs | used) & set(row.unless_drugs)
        return bool(partner) and all(
            part.entry.text in row.unless_changes for part in stands.deciding
        )

    def _given(self, row: OrderRow) -> tuple[Because, ...]:
        """Earlier administrations of one of the row's drugs, the newest first."""
        found = [
            each
            for each in self.recorded.drugs
            if each.phase == "given" and each.ingredient in row.drugs
        ]
        found.sort(key=lambda each: each.date.latest if each.date else date.min, reverse=True)
        return tuple(Because(each.ingredient, each.reference, each.date) for each in found)

    def _on_screen(self, entries: list[BiomarkerEntry]) -> bool:
        mine = self._screen.drafts.references
        return any(fact.reference in mine for each in entries for fact in each.because)

    def _order(
        self, entries: list[BiomarkerEntry], state: str, stands: Standing
    ) -> Orderable | None:
        """The test to offer: none over a report nobody read, nor when it was ordered already."""
        if state not in _GAPS or stands.unread:
            return None
        may_be_ordered = (each for each in entries if state == UNUSABLE or not each.because)
        return next((each.order for each in may_be_ordered if each.order), None)


def _verdict(checks: list[OrderCheck], is_open: bool) -> Verdict:
    states = {each.state for each in checks}
    waiting = any(each.state == PENDING and each.is_of_gene for each in checks)
    if states & {CONFLICT, *_GAPS} or waiting:
        return Verdict.ADVISE
    if NOT_KNOWN in states or is_open:
        return Verdict.CANNOT_TELL
    return Verdict.NOTHING_TO_ADD


def _open(checks: list[OrderCheck]) -> Iterator[Unresolved]:
    for check in checks:
        if check.state == NOT_KNOWN:
            yield Unresolved(
                check.row, f"Which result on {', '.join(check.shows)} holds? Check the report."
            )


def _source(artifact: OrderArtifact, row: OrderRow, drugs: tuple[str, ...]) -> Source | None:
    """The label of the drug ordered, else the row's own first source."""
    own = artifact.sources[row.sources[0]]
    for label in row.labels:
        if label.drug in drugs:
            words = f"FDA label of {label.drug}, revised {label.revised}"
            return Source(f"label-{label.drug}", words, label.url, own.checked)
    return own
