"""Orders, procedures and reports: what was asked for, done, or still under way."""

from __future__ import annotations

import re

from oncology.chart.answers import LABELS, word
from oncology.chart.model import ANY_TEST, Asked, Order, Outcome, Report
from oncology.dates import parse_date
from oncology.reading.elements import CodeableConcept, is_empty
from oncology.reading.orders import DiagnosticReport, Procedure, ServiceRequest
from oncology.terminology import SYSTEMS, ObservationConcept, OrderConcept, Terminology

# ServiceRequest.status: these are orders somebody still waits for.
_OPEN = ("active", "on-hold", "draft")
_ENDED = ("completed", "revoked")
_PROCEDURE_DONE = "completed"
_PROCEDURE_OPEN = ("preparation", "in-progress", "on-hold")
_REPORT_FINAL = ("final", "amended", "corrected", "appended")
UNCODED = "report without coded results"
IN_WORDS = "possible result on file: check the report"
_REPORT_PENDING = ("registered", "partial", "preliminary")
# Drug-gene tests look at how the gene's product works.
_PHENOTYPE = frozenset({"phenotype"})
# Genes of tumours in capitals, with what makes the words a test of one; KIT and MET are words
# too. Genes that are tested for inheritance as often (BRCA1, RET) are left to their codes.
_GENE_TEST = re.compile(
    r"\b(EGFR|KRAS|NRAS|BRAF|ALK|ROS1|NTRK[123]|ERBB2|PIK3CA|ESR1|FLT3|NPM1|IDH[12]|PDGFRA|FGFR[23])\b"
    r"(?=.{0,40}?(?i:\bgenes?\b|mutation|variant|exon|V600|rearrange|fusion|\bFISH\b|sequenc|"
    r"\bPCR\b|\bITD\b))|"
    r"\b(KIT|MET)\b(?= (?:\([^)]*\) )?(?i:gene|exon|mutation|amplification))"
)
# EGFR is the filtration rate as well, ALK the alkaline phosphatase; PCR is one of a virus too, and
# the protein-creatinine ratio.
_OF_SERUM = re.compile(
    r"creatinin|CKD-?EPI|MDRD|U&E|urine|urea|metabolic panel|health panel|\bALK(?:ALINE)?\s?PHOS|"
    r"hepatitis|virus|viral|\bHCV|\bHBV",
    re.I,
)
_OF_CHROMOSOME = re.compile(r"rearrange|fusion|FISH|amplif", re.I)
_OF_SEQUENCE = re.compile(r"\bgenes?\b|mutation|variant|exon|V600|sequenc|PCR|ITD", re.I)
_CHANGES = frozenset({"mutation", "itd", "tkd"})
_STRUCTURES = frozenset({"fusion", "copies"})
_INHERITED = re.compile(r"germline|heredit|famil|carrier|inherit|constitutional", re.I)
# Beside "germline": a test of how drugs are handled, or the word that it was not looked at.
_GENETIC_TEST = "genetic-test"
_NOT_OF_RISK = re.compile(
    r"pharmacogen|\bpgx\b|\b(?:no|not|without)\b.{0,20}\bgermline|"
    r"\bgermline\b.{0,20}\b(?:no|not|declined|excluded|filtered|subtract\w+)\b",
)
_CANCELLED = "cancelled"
_REPORT_REFUSED = ("entered-in-error", _CANCELLED)


def ordered_test(code: CodeableConcept | None, terminology: Terminology) -> Asked | None:
    """By code first; else by the words used for these tests. None: not a test we know.

    Without any code or text it may be any test.
    """
    if code is None or is_empty(code):
        return ANY_TEST
    if terminology.plain_orders.has(code):
        return None
    for coding in code.coding:
        system = SYSTEMS.get(coding.system or "", "")
        order = terminology.orders.get((system, coding.code or ""))
        known = order or terminology.site_orders.get((coding.system, coding.code))
        if known is not None:
            return _asked(known)
    observed = terminology.observation(code)
    if observed is not None and observed.biomarkers:
        return _asked(observed)
    texts = [code.text or "", *(coding.display or "" for coding in code.coding)]
    words = " ".join(texts).lower()
    for phrase, means in terminology.order_words:
        if phrase.search(words) and not (means == _GENETIC_TEST and _NOT_OF_RISK.search(words)):
            return _meant(means)
    named = _named(words, terminology) or _of_genes(" ".join(texts))
    if named is None:
        terminology.plain_orders.add(code)
    return named


def _asked(known: OrderConcept | ObservationConcept) -> Asked:
    if isinstance(known, OrderConcept):
        return _meant(known.means, known.display)
    return Asked("biomarkers", known.biomarkers, known.sees, known.origin, known.display)


def _meant(means: str, display: str = "") -> Asked:
    """By the words of the tables: a kind of order, or `pgx` and the genes of a drug-gene test."""
    kind, *genes = means.split()
    if not genes:
        return Asked(kind, display=display)
    return Asked("biomarkers", tuple(genes), _PHENOTYPE, "germline", display)


def _named(words: str, terminology: Terminology) -> Asked | None:
    """All stains and scores that the words name, as `ER, PR and HER2`."""
    named = terminology.named_tests.named(words)
    if not named:
        return None
    biomarkers = dict.fromkeys(name for each in named for name in each.biomarkers)
    sees = frozenset().union(*(each.sees for each in named))
    return Asked("biomarkers", tuple(biomarkers), sees, "", named[0].display)


def _of_genes(words: str) -> Asked | None:
    """The tumour genes that the words order a test of, as `BRAF V600 mutation analysis`."""
    found = [gene or other for gene, other in _GENE_TEST.findall(words)]
    if not found or _INHERITED.search(words) or _OF_SERUM.search(words):
        return None
    is_structure = bool(_OF_CHROMOSOME.search(words))
    sees = _STRUCTURES if is_structure else frozenset[str]()
    if _OF_SEQUENCE.search(words) and not (is_structure and "mutation" not in words.lower()):
        sees |= _CHANGES
    return Asked("biomarkers", tuple(dict.fromkeys(found)), sees, "", ", ".join(found))


def code_of(request: ServiceRequest) -> CodeableConcept | None:
    """What is ordered; R5 puts the concept one level deeper."""
    code = request.code
    return code.concept if code is not None and code.concept is not None else code


def read_order(request: ServiceRequest, reference: str, terminology: Terminology) -> Order | None:
    """An order for a test or a genetics referral; None when it is something else."""
    test = ordered_test(code_of(request), terminology)
    if test is None or request.do_not_perform or request.status == "entered-in-error":
        return None
    is_open: bool | None = None
    if request.status in _OPEN:
        is_open = True
    elif request.status in _ENDED:
        is_open = False
    return Order(
        asked=test,
        is_open=is_open,
        is_done=request.status == "completed",
        date=parse_date(request.authored_on),
        reference=reference,
    )


def read_procedure(procedure: Procedure, reference: str, terminology: Terminology) -> Order | None:
    """A counselling visit or genetic test that was done; not-done procedures say nothing."""
    test = ordered_test(procedure.code, terminology)
    if test is None or procedure.status in ("not-done", "entered-in-error", "stopped"):
        return None
    period = procedure.performed_period
    is_done = procedure.status == _PROCEDURE_DONE
    return Order(
        asked=test,
        is_open=False if is_done else (True if procedure.status in _PROCEDURE_OPEN else None),
        is_done=is_done,
        date=parse_date(
            procedure.performed_date_time
            or procedure.occurrence_date_time
            or (period.start if period else None)
        ),
        reference=reference,
    )


def is_refused(report: DiagnosticReport) -> bool:
    """Whether the report says nothing: entered in error, or never made."""
    return report.status in _REPORT_REFUSED


def has_status(report: DiagnosticReport) -> bool:
    """Whether the report's status is one we know."""
    return report.status in (*_REPORT_FINAL, *_REPORT_PENDING)


def read_report(
    report: DiagnosticReport, reference: str, terminology: Terminology
) -> Report | None:
    """A genomics or biomarker report; None when it is about something else or in error."""
    if is_refused(report) and report.status != _CANCELLED:
        return None
    test = ordered_test(report.code, terminology)
    if test is None:
        return None
    is_final: bool | None = None
    has_results = bool(report.result or report.contained)
    is_failed = report.status == _CANCELLED
    if report.status in _REPORT_FINAL:
        is_failed = not has_results and word(report.conclusion or "") == "failed"
    if report.status in _REPORT_FINAL or is_failed:
        is_final = True
    elif report.status in _REPORT_PENDING:
        is_final = False
    period = report.effective_period
    return Report(
        asked=test,
        is_final=is_final,
        has_results=has_results and not is_failed,
        date=parse_date(
            report.effective_date_time or report.issued or (period.end if period else None)
        ),
        reference=reference,
        text=LABELS[Outcome.FAILED] if is_failed else _held(report),
        is_failed=is_failed,
    )


def _held(report: DiagnosticReport) -> str:
    return IN_WORDS if report.conclusion or report.presented_form else UNCODED
