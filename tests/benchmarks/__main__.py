"""`make bench`: measure and write docs/benchmarks.md. Ratios from one run on one machine."""

from __future__ import annotations

import gc
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import orjson

from cds_hooks.answer import HookAnswers
from cds_hooks.request import HookRequest
from cds_hooks.trust.keys import FileKeys, read_key_set
from cds_hooks.trust.replay import SqlReplays
from cds_hooks.trust.site import Site
from cds_hooks.trust.verify import SignedCallers, TrustedSite
from oncocue.clients import development_caller
from oncocue.settings import HooksSection, Settings
from oncocue.wiring import hook_answers, load_guidance_of
from oncology.guidance.library import Guidance
from tests.benchmarks import load
from tests.benchmarks.bodies import request_body
from tests.benchmarks.families import measure_families
from tests.benchmarks.recording import measure_recording
from tests.benchmarks.whole_charts import chart_requests
from tests.support.databases import database
from tests.support.tokens import NOW, PUBLIC_URL, Signer, key_of, key_set

REPORT = Path(__file__).parents[2] / "docs" / "benchmarks.md"
SIZES = {"S": (10, 20), "100 KB": (65, 20), "M": (100, 20), "1 MB": (1000, 20), "L": (5000, 100)}
TODAY = date(2026, 11, 22)
ROUNDS = 15
_PER_ROUND_BYTES = 4_000_000
_FURTHER_RULES = 500
_STARTS = 7
_LOAD = "## Under load"
_TOKENS = 1000
_RECORDED = ("100 KB", "1 MB")

_START = """
import io, sys
from wsgi import create_dev_app
body = sys.stdin.buffer.read()
environ = {
    "REQUEST_METHOD": "POST",
    "PATH_INFO": "/cds-services/biomarker-testing",
    "CONTENT_LENGTH": str(len(body)),
    "wsgi.input": io.BytesIO(body),
}
told = []
reply = b"".join(create_dev_app()(environ, lambda status, headers: told.append(status)))
assert told == ["200 OK"] and b'"summary"' in reply, told
"""


def interleaved(works: dict[str, Callable[[], object]], body: bytes) -> dict[str, float]:
    """Median seconds of each work; rounds alternate so that a disturbance hits all alike.

    Freeing what a work made is part of its time: a server frees it too.
    """
    repeats = max(1, _PER_ROUND_BYTES // len(body))
    seconds: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(ROUNDS):
        for name, work in works.items():
            started = time.perf_counter()
            for _ in range(repeats):
                work()
            seconds[name].append((time.perf_counter() - started) / repeats)
    return {name: statistics.median(each) for name, each in seconds.items()}


def with_further_rules(guidance: Guidance) -> Guidance:
    """The guidance with 500 further artifacts that no chart here meets."""
    artifacts = dict(guidance.artifacts)
    pattern = artifacts["colorectal-biomarkers"]
    for number in range(_FURTHER_RULES):
        name = f"further-{number}"
        artifacts[name] = msgspec.structs.replace(pattern, id=name, cancer=f"cancer-{number}")
    return msgspec.structs.replace(guidance, artifacts=artifacts)


def answers_of(guidance: Guidance) -> HookAnswers:
    """The product as `serve --dev` wires it, on a fixed day."""
    caller = development_caller(HooksSection(profile="sandbox"))
    return hook_answers(guidance, caller, lambda: TODAY)


def measure_sizes(guidance: Guidance) -> list[str]:
    """G1, G2 and G7: the whole call against the typed decode of the same bytes."""
    decode = msgspec.json.Decoder(HookRequest).decode
    product, larger = answers_of(guidance), answers_of(with_further_rules(guidance))
    lines = [
        "| body | bytes | resources | orjson.loads µs | typed decode µs | decode / orjson "
        "| whole call µs | **call / decode** | 500 further rules | µs a resource |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for name, (observations, conditions) in SIZES.items():
        body = request_body(observations, conditions)
        resources = observations + conditions + 11
        took = interleaved(
            {
                "orjson": lambda body=body: orjson.loads(body),
                "decode": lambda body=body: decode(body),
                "call": lambda body=body: product.answer("biomarker-testing", body),
                "larger": lambda body=body: larger.answer("biomarker-testing", body),
            },
            body,
        )
        lines.append(
            f"| {name} | {len(body):,} | {resources:,} | {took['orjson'] * 1e6:,.0f} "
            f"| {took['decode'] * 1e6:,.0f} | {took['decode'] / took['orjson']:.2f} "
            f"| {took['call'] * 1e6:,.0f} | **{took['call'] / took['decode']:.2f}** "
            f"| {(took['larger'] / took['call'] - 1) * 100:+.1f} % "
            f"| {took['call'] * 1e6 / resources:.2f} |"
        )
    return lines


def measure_whole_charts(guidance: Guidance) -> list[str]:
    """The whole call on charts of a generator that is not ours."""
    decode = msgspec.json.Decoder(HookRequest).decode
    product = answers_of(guidance)
    lines = [
        "| service | chart | bytes | resources | typed decode µs | whole call µs "
        "| **call / decode** |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, service in product.services.items():
        if service.hook != "patient-view":
            continue
        for size, (resources, body) in chart_requests(service).items():
            took = interleaved(
                {
                    "decode": lambda body=body: decode(body),
                    "call": lambda body=body, name=name: product.answer(name, body),
                },
                body,
            )
            lines.append(
                f"| {name} | {size} | {len(body):,} | {resources:,} "
                f"| {took['decode'] * 1e6:,.0f} | {took['call'] * 1e6:,.0f} "
                f"| **{took['call'] / took['decode']:.2f}** |"
            )
    return lines


def measure_fhir_resources(guidance: Guidance) -> list[str]:
    """G3: the whole call against parsing the same resources with fhir.resources."""
    from fhir.resources.R4B import get_fhir_model_class

    product = answers_of(guidance)
    bundle = get_fhir_model_class("Bundle")
    lines = [
        "| body | fhir.resources ms | whole call ms | call / fhir.resources |",
        "|---|---|---|---|",
    ]
    for name in ("100 KB", "1 MB"):
        body = request_body(*SIZES[name])
        parts = [
            value
            for value in orjson.loads(body)["prefetch"].values()
            if value and value["resourceType"] == "Bundle"
        ]
        took = interleaved(
            {
                "models": lambda parts=parts: [bundle.model_validate(part) for part in parts],
                "call": lambda body=body: product.answer("biomarker-testing", body),
            },
            body * 20,
        )
        lines.append(
            f"| {name} | {took['models'] * 1e3:.1f} | {took['call'] * 1e3:.2f} "
            f"| {took['call'] / took['models'] * 100:.1f} % |"
        )
    return lines


def verified(guidance: Guidance, signer: Signer, folder: Path) -> Callable[[bytes], object]:
    """A whole call with a token signed by `signer`, each used once, remembered in a file."""
    site = Site(name="bench", issuer=signer.issuer)
    client = development_caller(HooksSection(profile="sandbox")).client
    keys = FileKeys(read_key_set(key_set(signer.public())))
    callers = SignedCallers(
        [TrustedSite(site, keys, client)],
        PUBLIC_URL,
        SqlReplays(database(folder / f"{signer.algorithm}.sqlite")),
        lambda: NOW,
    )
    product = hook_answers(guidance, callers, lambda: TODAY)
    tokens = iter([f"Bearer {signer.token()}" for _ in range(_TOKENS)])

    def call(body: bytes) -> object:
        answer = product.answer("biomarker-testing", body, next(tokens))
        assert answer.status == 200, answer.refused
        return answer

    return call


def measure_tokens(guidance: Guidance) -> list[str]:
    """What it costs to verify the caller, on the whole call."""
    plain = answers_of(guidance)
    lines = [
        "| body | without token µs | with RS384 µs | with ES384 µs | RS384 adds | ES384 adds |",
        "|---|---|---|---|---|---|",
    ]
    with TemporaryDirectory() as folder:
        rsa = verified(guidance, Signer(key_of("RSA", 2048), "RS384"), Path(folder))
        curve = verified(guidance, Signer(key_of("EC", "P-384")), Path(folder))
        for name in ("100 KB", "1 MB"):
            body = request_body(*SIZES[name])
            took = interleaved(
                {
                    "plain": lambda body=body: plain.answer("biomarker-testing", body),
                    "RS384": lambda body=body: rsa(body),
                    "ES384": lambda body=body: curve(body),
                },
                body,
            )
            micro = {work: seconds * 1e6 for work, seconds in took.items()}
            lines.append(
                f"| {name} | {micro['plain']:,.0f} | {micro['RS384']:,.0f} "
                f"| {micro['ES384']:,.0f} | {micro['RS384'] - micro['plain']:,.0f} "
                f"| {micro['ES384'] - micro['plain']:,.0f} |"
            )
    return lines


def measure_start() -> list[str]:
    """G10: a fresh process from start to its first card, its modules compiled as installed."""
    body = request_body(*SIZES["100 KB"])
    seconds = []
    with TemporaryDirectory() as compiled:
        environment = {
            **os.environ,
            "PYTHONPYCACHEPREFIX": compiled,
            "PYTHONDONTWRITEBYTECODE": "",
        }
        for _ in range(_STARTS + 1):
            started = time.perf_counter()
            subprocess.run(
                [sys.executable, "-c", _START],
                input=body,
                check=True,
                cwd=REPORT.parents[1],
                env=environment,
                stderr=subprocess.DEVNULL,
            )
            seconds.append(time.perf_counter() - started)
    del seconds[0]  # the one that compiled
    return [
        "| process start to first card, s | median | least | most |",
        "|---|---|---|---|",
        f"| fresh interpreter, 100 KB request | {statistics.median(seconds):.2f} "
        f"| {min(seconds):.2f} | {max(seconds):.2f} |",
    ]


def machine() -> str:
    """The machine in one line."""
    model = "unknown processor"
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    return (
        f"{model}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"
    )


def write_load() -> None:
    """Measure the part about load alone and put it at the end of the report."""
    before = REPORT.read_text(encoding="utf-8").partition(f"\n{_LOAD}\n")[0].rstrip("\n")
    REPORT.write_text("\n".join([before, "", *load_part()]), encoding="utf-8")


def load_part() -> list[str]:
    """The part about load, with its heading."""
    return [_LOAD, "", f"- Day: {date.today().isoformat()}; {machine()}", "", *load.section(), ""]


def main() -> None:
    """Measure everything and write the report."""
    if sys.argv[1:] == ["load"]:
        write_load()
        return
    guidance = load_guidance_of(Settings())
    gc.collect()
    gc.freeze()
    artifacts = len(guidance.artifacts)
    rows = sum(len(artifact.rows) for artifact in guidance.artifacts.values())
    text = [
        "# Benchmarks",
        "",
        "Written by `make bench`; nothing here is typed by hand. Ratios from one run: compare "
        "those, not the absolute figures, which belong to the machine.",
        "",
        f"- Machine: {machine()}",
        f"- Day: {date.today().isoformat()}; load average at the start {os.getloadavg()[0]:.1f}",
        f"- Guidance: {guidance.version}, {artifacts} artifacts, {rows} evidence rows",
        f"- Medians of {ROUNDS} interleaved rounds; freeing the objects made is part of each time",
        "",
        "## One hook call in process",
        "",
        "Request bytes to response bytes of `biomarker-testing`, everything prefetched, one card. "
        "Goals: call / decode at most 1.30 (1.50 at S); decode / orjson at most 0.60 at 1 MB; "
        "µs a resource at L at most 1.5 times that at M; 500 further rules at most +5 %.",
        "",
        *measure_sizes(guidance),
        "",
        "## Whole charts",
        "",
        "The smallest, the median and the largest chart of `fixtures/synthea`, with every resource "
        "of the types a service asks for: procedures, reports, orders and drugs among them.",
        "",
        *measure_whole_charts(guidance),
        "",
        "## A family of sixty",
        "",
        "FamilyMemberHistory bytes decoded, against judging the chart made of them.",
        "",
        *measure_families(guidance),
        "",
        "## Against fhir.resources",
        "",
        "Goal: the whole call at most 3 % of parsing the same resources with fhir.resources R4B.",
        "",
        *measure_fhir_resources(guidance),
        "",
        "## Verifying the caller",
        "",
        "The same call in process, its token checked by a key on file (RSA of 2048 bits, P-384) "
        "and remembered as used in an SQLite file.",
        "",
        *measure_tokens(guidance),
        "",
        "## Remembering and recording",
        "",
        "Processor time of the whole process a call, the thread that writes the record included; "
        "SQLite, each call a card. The answer waits for none of the record.",
        "",
        *measure_recording(guidance, {name: request_body(*SIZES[name]) for name in _RECORDED}),
        "",
        "## Start",
        "",
        "Goal: at most 0.5 s from process start to the first card.",
        "",
        *measure_start(),
        "",
        *load_part(),
    ]
    REPORT.write_text("\n".join(text), encoding="utf-8")
    print("\n".join(text))


if __name__ == "__main__":
    main()
