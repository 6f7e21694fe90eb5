"""The command `oncocue`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from oncocue.key_commands import keys

USAGE = 2

app = typer.Typer(
    help="Precision oncology at the point of care: CDS Hooks service and SMART app.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
database = typer.Typer(help="The database.", no_args_is_help=True)
app.add_typer(database, name="db")
app.add_typer(keys, name="keys")


class Format(Enum):
    """How `evaluate` prints."""

    TEXT = "text"
    JSON = "json"
    CARDS = "cards"


class PedigreeFormat(Enum):
    """The files `pedigree` writes."""

    CANRISK = "canrisk"
    PED = "ped"
    GA4GH = "ga4gh"


class ReportFormat(Enum):
    """How `report` prints."""

    TEXT = "text"
    JSON = "json"


Port = Annotated[int, typer.Option(min=1, max=65534, help="Port of the service.")]
GuidanceFolder = Annotated[
    Path | None, typer.Argument(help="Folder of the guidance; the shipped one without it.")
]


def main() -> None:
    """Run the command line; a fault of the input is one message, not a traceback."""
    app()


def _say(text: str) -> None:
    typer.echo(text, err=True)


@contextmanager
def _usage_errors() -> Iterator[None]:
    """Turn the errors a user can mend into a message and exit code 2."""
    from pydantic import ValidationError

    from cds_hooks.profiles import ProfileFault
    from oncology.guidance.load import GuidanceFault

    try:
        yield
    except ValidationError as error:
        for fault in error.errors():
            place = ".".join(str(part) for part in fault["loc"])
            _say(f"Configuration: {place}: {fault['msg']}")
        raise typer.Exit(USAGE) from None
    except (GuidanceFault, ProfileFault, OSError, ValueError) as error:
        _say(str(error))
        raise typer.Exit(USAGE) from None


def _day(text: str | None) -> date:
    if text is None:
        return datetime.now().astimezone().date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        _say(f"--as-of {text!r} is not a date like 2026-11-22.")
        raise typer.Exit(USAGE) from None


@app.command()
def evaluate(
    files: Annotated[
        list[str] | None, typer.Argument(help="Bundles, NDJSON or hook requests; - reads stdin.")
    ] = None,
    output: Annotated[Format, typer.Option("--format", help="How to print.")] = Format.TEXT,
    as_of: Annotated[str | None, typer.Option(help="Judge as of this day, YYYY-MM-DD.")] = None,
    profile: Annotated[str, typer.Option(help="Client profile of --format cards.")] = "standard",
    explain: Annotated[
        bool, typer.Option(help="List what does not apply, and every criterion judged.")
    ] = False,
    replay: Annotated[
        str | None, typer.Option(help="The hookInstance of a call, or the id of a card.")
    ] = None,
    folder: Annotated[
        Path | None, typer.Option(help="Folder of the guidance; the shipped one without it.")
    ] = None,
) -> None:
    """Judge one patient a file, or again what was judged for an EHR."""
    from oncocue.evaluate_files import evaluate_files, printing_of

    if bool(files) == bool(replay):
        _say("Name the files to judge, or a call by --replay.")
        raise typer.Exit(USAGE)
    day = _day(as_of)
    with _usage_errors():
        printing = printing_of(output.value, profile, explain, folder)
        if replay:
            from oncocue.replaying import evaluate_replays
            from oncocue.wiring import load_settings

            code = evaluate_replays(load_settings(), replay, day if as_of else None, printing)
        else:
            code = evaluate_files(files or [], day, printing)
    raise typer.Exit(code)


@app.command()
def pedigree(
    file: Annotated[str, typer.Argument(help="Bundle, NDJSON or hook request; - reads stdin.")],
    output: Annotated[PedigreeFormat, typer.Option("--format", help="Which file to write.")],
    affected: Annotated[
        str, typer.Option(help="With ped: who is affected by this cancer, e.g. breast; any if not.")
    ] = "",
    as_of: Annotated[str | None, typer.Option(help="Ages as of this day, YYYY-MM-DD.")] = None,
) -> None:
    """The family as a file for another program; what it cannot carry goes to stderr."""
    from oncocue.pedigree_file import pedigree_file

    day = _day(as_of)
    with _usage_errors():
        made = pedigree_file(file, output.value, affected, day)
    typer.echo(made.text, nl=False)
    _say(made.legend)


@app.command()
def validate(folder: GuidanceFolder = None) -> None:
    """Check the knowledge: shape, codes, sources, cases, review dates."""
    from oncocue.validation import validate_guidance

    with _usage_errors():
        faults, told = validate_guidance(folder, _day(None))
    for fault in faults:
        typer.echo(fault)
    typer.echo(told)
    raise typer.Exit(1 if faults else 0)


@app.command()
def explain(
    artifact: Annotated[str, typer.Argument(help="Id of a guidance artifact.")],
    folder: Annotated[Path | None, typer.Option(help="Folder of the guidance.")] = None,
    sheet: Annotated[
        bool, typer.Option("--sheet", help="Its 13 source attributes (45 CFR 170.315) as JSON.")
    ] = False,
) -> None:
    """One guidance artifact in plain words with sources and cases."""
    from oncocue.explanation import artifact_sheet, explain_artifact

    with _usage_errors():
        typer.echo((artifact_sheet if sheet else explain_artifact)(artifact, folder))


@app.command()
def cards() -> None:
    """Every model card in every client profile, one JSON object a line."""
    from oncocue.model_cards import model_cards

    with _usage_errors():
        for line in model_cards():
            typer.echo(line)


@app.command()
def serve(
    port: Port = 8000,
    host: Annotated[str, typer.Option(help="Address to listen at.")] = "127.0.0.1",
    dev: Annotated[
        bool, typer.Option("--dev", help="No configuration, no authentication, loopback only.")
    ] = False,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Worker processes; one for each core if not given.")
    ] = None,
    issuer: Annotated[
        list[str] | None,
        typer.Option(help="With --dev: FHIR base URL of an EHR to launch from, for a try-out."),
    ] = None,
) -> None:
    """The service for real, from the configuration that ONCOCUE_CONFIG names."""
    if issuer and not dev:
        _say("--issuer is for --dev: for real, give the site's file a [smart] table.")
        raise typer.Exit(USAGE)
    if dev and host not in ("127.0.0.1", "localhost"):
        _say("--dev has no authentication, so it listens on 127.0.0.1 only: leave --host out.")
        raise typer.Exit(USAGE)
    with _usage_errors():
        if dev:
            from oncocue.serving import serve_dev

            serve_dev(port, issuer or [])
        else:
            from oncocue.production import serve as serve_sites

            serve_sites(host, port, workers)


@app.command()
def demo(port: Port = 8000) -> None:
    """Service, sandbox EHR and synthetic patients; Ctrl-C ends it."""
    from oncocue.serving import serve_demo

    with _usage_errors():
        serve_demo(port)


@app.command()
def docs(
    check: Annotated[bool, typer.Option(help="Only tell whether they are up to date.")] = False,
) -> None:
    """Write the documents that are generated from guidance and services."""
    from oncocue.generated_docs import stale_docs, write_docs

    with _usage_errors():
        if not check:
            for path in write_docs():
                _say(f"wrote {path}")
            return
        stale = stale_docs()
    for path in stale:
        typer.echo(f"{path} is not up to date: run make docs")
    raise typer.Exit(1 if stale else 0)


@database.command()
def upgrade() -> None:
    """Bring the tables to what this release needs; make a backup first."""
    from oncocue.database.opening import open_engine
    from oncocue.database.schema import upgrade as upgrade_tables
    from oncocue.wiring import load_settings

    with _usage_errors():
        engine = open_engine(load_settings().database)
        before, after = upgrade_tables(engine)
    was = f"was {before}" if before else "was empty"
    typer.echo(f"{engine.url.render_as_string()}: at revision {after} ({was})")


@database.command()
def purge(
    days: Annotated[
        int | None, typer.Option(min=1, help="Keep so many days; record.keep_days without it.")
    ] = None,
    replays: Annotated[
        bool, typer.Option("--replays", help="Forget all replays, and nothing else.")
    ] = False,
) -> None:
    """Forget audit, cards, feedback and replays older than the days to keep."""
    from oncocue.keeping import purge_records
    from oncocue.wiring import load_settings

    with _usage_errors():
        for line in purge_records(load_settings(), days, replays):
            typer.echo(line)


@app.command()
def report(
    days: Annotated[int, typer.Option(min=1, help="How many days to look back.")] = 30,
    output: Annotated[
        ReportFormat, typer.Option("--format", help="How to print.")
    ] = ReportFormat.TEXT,
) -> None:
    """What became of cards: shown, accepted, overridden, by reason and rule."""
    from oncocue.keeping import report_outcomes
    from oncocue.wiring import load_settings

    with _usage_errors():
        typer.echo(report_outcomes(load_settings(), days, output.value))


@app.command()
def check(
    site: Annotated[str, typer.Argument(help="Name of a site of the configuration.")],
    sheet: Annotated[bool, typer.Option("--sheet", help="Print the hand-over form.")] = False,
) -> None:
    """A site's file against the live EHR: keys, scopes, searches, clock, order codes."""
    from oncocue.site_commands import check_lines, sheet_lines

    with _usage_errors():
        if sheet:
            for line in sheet_lines(site):
                typer.echo(line)
            return
        sound, lines = check_lines(site)
    for line in lines:
        typer.echo(line)
    raise typer.Exit(0 if sound else 1)


@app.command()
def doctor() -> None:
    """What is installed and configured, no secrets."""
    from oncocue.diagnosis import diagnose

    with _usage_errors():
        healthy, lines = diagnose()
    for line in lines:
        typer.echo(line)
    raise typer.Exit(0 if healthy else 1)


if __name__ == "__main__":
    main()
