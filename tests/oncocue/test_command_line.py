"""The commands do what their help says, and say what is wrong in one message."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.hook_calls import CHARTS, request_for

FLAGSHIP = CHARTS / "lung-adenocarcinoma-partial-results" / "bundle.json"


def run(*arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[str]:
    """Run the command as a user does."""
    done = subprocess.run(
        [sys.executable, "-m", "oncocue.command_line", *arguments],
        input=stdin,
        capture_output=True,
        check=False,
        timeout=60,
    )
    return subprocess.CompletedProcess(
        done.args, done.returncode, done.stdout.decode(), done.stderr.decode()
    )


def test_text_names_what_is_missing_and_why() -> None:
    """The findings in plain words, with the chart's facts and references."""
    done = run("evaluate", str(FLAGSHIP), "--as-of", "2026-11-22")

    assert done.returncode == 0
    assert "no result on file: ALK, ROS1" in done.stdout
    assert "because: Stage IV, 5 Nov 2026 [Observation/" in done.stdout
    assert "Demonstration content, not clinically approved." in done.stdout


def test_json_has_the_contracts_names() -> None:
    """One object with the keys that others script against."""
    done = run("evaluate", str(FLAGSHIP), "--as-of", "2026-11-22", "--format", "json")

    judged = json.loads(done.stdout)
    finding = next(each for each in judged["findings"] if each["guidance"] == "nsclc-biomarkers")
    assert judged.keys() >= {
        "file", "patient", "asOf", "guidanceVersion", "findings", "notes", "cards",
    }  # fmt: skip
    assert judged["asOf"] == "2026-11-22"
    assert finding["answer"] == "advise"
    assert finding["settings"] == ["advanced"]
    missing = finding["biomarkers"]["missing"]
    assert {"biomarker": "ALK", "origin": "somatic", "row": "nsclc-alk"}.items() <= (
        missing[0].items()
    )
    assert all(source["checked"] for source in finding["sources"])


def test_several_files_are_a_line_each_and_a_bad_one_stops_none(tmp_path: Path) -> None:
    """Two charts and a broken file: two lines, one message, exit code 2."""
    broken = tmp_path / "broken.json"
    broken.write_text("{")

    done = run(
        "evaluate", str(FLAGSHIP), str(broken), str(FLAGSHIP), "--format", "json"
    )  # fmt: skip

    assert [json.loads(line)["file"] for line in done.stdout.splitlines()] == [str(FLAGSHIP)] * 2
    assert done.returncode == 2
    assert str(broken) in done.stderr
    assert "Traceback" not in done.stderr


def test_stdin_takes_a_hook_request() -> None:
    """A CDS Hooks request is judged from its prefetch."""
    body = json.dumps(request_for("lung-adenocarcinoma-partial-results")).encode()

    done = run("evaluate", "-", "--format", "cards", "--as-of", "2026-11-22", stdin=body)

    [card] = json.loads(done.stdout)["cards"]
    assert card["summary"].startswith("Stage IV lung adenocarcinoma")


def test_explain_lists_what_does_not_apply() -> None:
    """With --explain every artifact is listed."""
    done = run("evaluate", str(FLAGSHIP), "--explain", "--as-of", "2026-11-22")

    assert "does not apply  breast-biomarkers" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("evaluate", "/no/such/file"), "No such file"),
        (("evaluate", "-"), "empty"),
        (("evaluate", str(FLAGSHIP), "--as-of", "tomorrow"), "not a date"),
        (("evaluate", str(FLAGSHIP), "--profile", "nobody"), "--profile 'nobody'"),
        (("explain", "no-such-artifact"), "There is no guidance"),
        (("validate", "/no/such/folder"), "not a folder"),
        (("serve",), "--dev"),
        (("evaluate",), "Name the files to judge"),
        (("no-such-command",), "No such command"),
    ],
)
def test_wrong_use_is_exit_code_two_with_one_message(arguments: tuple[str, ...], says: str) -> None:
    """Usage and configuration errors end with 2, without a traceback."""
    done = run(*arguments)

    assert done.returncode == 2, done.stdout
    assert says in done.stderr + done.stdout
    assert "Traceback" not in done.stderr


def test_pedigree_writes_the_file_and_says_what_is_not_in_it() -> None:
    """The file alone goes to standard output; who is who and what is lacking beside it."""
    family = str(CHARTS / "family-history-pat-met" / "bundle.json")
    canrisk = run("pedigree", family, "--format", "canrisk", "--as-of", "2026-11-22")
    assert canrisk.returncode == 0 and canrisk.stdout.startswith("##CanRisk 4.0\n##FamID\t")
    assert "R2: mother" in canrisk.stderr and "Not in the file" in canrisk.stderr
    ped = run("pedigree", family, "--format", "ped", "--affected", "ovarian")
    phenotypes = [line.split("\t")[5] for line in ped.stdout.splitlines()]
    assert phenotypes.count("2") == 1
    ga4gh = run("pedigree", family, "--format", "ga4gh", "--as-of", "2026-11-22")
    assert json.loads(ga4gh.stdout)["indexPatients"] == ["P1"]
    wrong = run("pedigree", family, "--format", "ped", "--affected", "everything")
    assert wrong.returncode == 2 and "--affected is for" in wrong.stderr


def test_validate_finds_the_shipped_guidance_sound() -> None:
    """The knowledge in the repository passes its own check."""
    done = run("validate")

    assert done.returncode == 0, done.stdout
    assert " 0 faults" in done.stdout


def test_explain_shows_an_artifact_with_sources_and_cases() -> None:
    """One artifact in plain words."""
    done = run("explain", "colorectal-biomarkers")

    assert done.returncode == 0
    assert "## Sources" in done.stdout
    assert "https://doi.org/10.1200/JCO.2016.71.9807" in done.stdout
    assert "## Cases" in done.stdout


def test_cards_prints_model_cards_for_each_profile() -> None:
    """Every profile occurs, one JSON object a line."""
    lines = [json.loads(line) for line in run("cards").stdout.splitlines()]

    assert {line["profile"] for line in lines} >= {
        "standard", "epic", "oracle", "sandbox", "plain",
    }  # fmt: skip
    assert all(line["cards"] for line in lines)


def test_doctor_says_what_is_installed() -> None:
    """Versions and guidance, exit code 0 when all is there."""
    done = run("doctor")

    assert done.returncode == 0
    assert "artifacts" in done.stdout


def test_a_port_in_use_is_said_at_once() -> None:
    """The demonstration does not start half."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        done = run("serve", "--dev", "--port", str(port))

    assert done.returncode == 2
    assert f"Port {port} is in use" in done.stderr
