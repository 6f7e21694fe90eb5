"""Our keys: made, published, rotated without a launch failing, never shown."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet
from typer.testing import CliRunner

from oncocue.command_line import app as command
from smartapp.launch.client_auth import assertion
from smartapp.launch.client_keys import ClientKeys, KeyFault, KeyFolder, make_key
from smartapp.launch.problems import LaunchFailed
from smartapp.registration import Ehr, SmartTable
from tests.support.smart_ehr import SmartEhr
from tests.support.smart_launches import Browser

NOW = 1_795_312_800.0
PRIVATE = ("d", "p", "q", "dp", "dq", "qi", "k")


@pytest.mark.conformance("smart-app", 25)
@pytest.mark.parametrize("algorithm", ["ES384", "RS384"])
def test_the_key_set_holds_public_parts_alone(algorithm: str) -> None:
    """kty, kid, alg, use and the bare parameters."""
    [entry] = ClientKeys((make_key(algorithm, NOW),)).published(NOW)

    assert not set(PRIVATE) & set(entry)
    assert {"kty", "kid", "alg", "use"} <= set(entry)
    assert (entry["alg"], entry["use"]) == (algorithm, "sig")
    assert {"x", "y", "crv"} <= set(entry) or {"n", "e"} <= set(entry)


@pytest.mark.conformance("smart-app", 25)
def test_a_rotation_lets_no_launch_fail(tmp_path: Path) -> None:
    """Whoever keeps our key set for an hour can check every assertion of that hour."""
    keys = KeyFolder(tmp_path / "keys")
    first = keys.make("ES384", NOW)
    second = keys.rotate("ES384", NOW + 100)
    ehr = Ehr("one", SmartTable("https://ehr.example/fhir", "x"), "https://us.example")

    for later in (100, 3000, 3699, 3701, 7299, 7301, 99_999):
        now = NOW + later
        signed = assertion(ehr, keys().signing("ES384", now), now, "https://e/token")
        for fetched in (now, now - 3599):
            if fetched >= NOW + 100:
                known = KeySet.import_key_set({"keys": keys().published(fetched)})
                assert jwt.decode(signed, known, algorithms=["ES384"]).claims["sub"] == "x"
    assert keys().signing("ES384", NOW + 100).kid == first.kid  # type: ignore[union-attr]
    assert keys().signing("ES384", NOW + 3701).kid == second.kid  # type: ignore[union-attr]
    assert [entry["kid"] for entry in keys().published(NOW + 7301)] == [second.kid]


def test_a_running_server_sees_a_new_key(tmp_path: Path) -> None:
    """Made by the command line while the server runs."""
    running, command_s = KeyFolder(tmp_path), KeyFolder(tmp_path)
    assert running().published(NOW) == []

    command_s.make("ES384", NOW)

    assert len(running().published(NOW)) == 1


def test_key_files_are_their_owner_s_alone(tmp_path: Path) -> None:
    """Like the key of a TLS certificate."""
    made = KeyFolder(tmp_path / "keys").make("ES384", NOW)

    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "keys" / f"{made.kid}.json").stat().st_mode) == 0o600


@pytest.mark.parametrize("content", ["{", "[]", '{"kid": "x"}', "", '"canary-key"'])
def test_a_file_that_is_no_key_is_named_and_not_quoted(tmp_path: Path, content: str) -> None:
    """The message says which file; what is in it may be a key all the same."""
    (tmp_path / "odd.json").write_text(content)

    with pytest.raises(KeyFault, match=r"odd\.json") as fault:
        KeyFolder(tmp_path)()
    assert "canary" not in str(fault.value)


def test_without_a_key_the_launch_says_what_to_run() -> None:
    """For the administrator: `oncocue keys make`."""
    ehr = Ehr("one", SmartTable("https://ehr.example/fhir", "x"), "https://us.example")

    with pytest.raises(LaunchFailed, match="oncocue keys make"):
        assertion(ehr, None, NOW, "https://e/token")


@pytest.mark.conformance("smart-app", 26)
@pytest.mark.parametrize("send", [True, False])
def test_jku_is_sent_by_switch_and_is_our_registered_address(send: bool) -> None:
    """Off unless the site asks for it."""
    table = SmartTable("https://ehr.example/fhir", "x", send_jku=send)
    ehr = Ehr("one", table, "https://us.example")
    key = make_key("ES384", NOW)
    known = KeySet.import_key_set({"keys": [key.public]})

    header = jwt.decode(assertion(ehr, key, NOW, "t"), known, algorithms=["ES384"]).header

    expected = "https://us.example/.well-known/jwks.json" if send else None
    assert header.get("jku") == expected


@pytest.mark.conformance("smart-app", 25)
def test_the_key_set_is_served_to_everybody_and_may_be_kept(
    browser: Browser, ehr: SmartEhr
) -> None:
    """Without authentication, with Cache-Control; no cookie is given."""
    answer = browser.get("/.well-known/jwks.json")

    assert answer.mimetype == "application/json"
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert "Set-Cookie" not in answer.headers
    assert len(answer.get_json()["keys"]) == 1


def run(folder: Path, *arguments: str) -> Any:
    """`oncocue keys …` with this folder."""
    environment = {"ONCOCUE__APP__KEYS": str(folder), "ONCOCUE_CONFIG": ""}
    return CliRunner().invoke(command, ["keys", *arguments], env=environment)


def test_the_command_makes_lists_rotates_and_prints(tmp_path: Path) -> None:
    """No private part on the terminal."""
    assert "has no keys" in run(tmp_path, "list").output
    made = run(tmp_path, "make").output.split()[0]
    rotated = run(tmp_path, "rotate").output.split()[0]
    rsa = run(tmp_path, "make", "--algorithm", "RS384").output.split()[0]
    listed = run(tmp_path, "list").output
    published = json.loads(run(tmp_path, "jwks").stdout)["keys"]

    assert f"{made} ES384" in listed
    assert listed.count(": signs") == 2
    assert listed.count(": published") == 1
    assert [each["kid"] for each in published] == [made, rotated, rsa]
    assert not [each for each in published if set(PRIVATE) & set(each)]
    private = json.loads((tmp_path / f"{made}.json").read_text())["jwk"]["d"]
    assert private not in listed
    assert run(tmp_path, "make", "--algorithm", "HS256").exit_code == 2


def test_the_command_makes_keys_for_sessions(tmp_path: Path) -> None:
    """Each time another."""
    from smartapp.sessions.vault import Vault

    one, two = (run(tmp_path, "secret").stdout.strip() for _ in range(2))

    assert one != two
    assert Vault([two]).open(Vault([two, one]).seal(b"x")) == b"x"
