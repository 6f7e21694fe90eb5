"""Site files: what a mistake in one says, and what a good one makes of the client."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cds_hooks.client import Client
from cds_hooks.trust.site import SiteFault
from oncocue.callers import trusted_sites
from oncocue.settings import HooksSection
from tests.support.tokens import Signer, key_of, key_set

GOOD = {
    "name": '"general"',
    "issuer": '"https://ehr.example/fhir"',
    "jwks_file": '"general.jwks"',
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a key file and no site."""
    keys = key_set(Signer(key_of("EC", "P-384")).public())
    (tmp_path / "general.jwks").write_bytes(keys)
    return tmp_path


def _write(folder: Path, file: str = "general.toml", end: str = "", **changes: str | None) -> None:
    values = {key: value for key, value in {**GOOD, **changes}.items() if value is not None}
    lines = [f"{key} = {value}" for key, value in values.items()]
    (folder / file).write_text("\n".join([*lines, end]))


def _client(folder: Path, **hooks: Any) -> Client:
    [trusted], _ = trusted_sites(HooksSection(sites=folder, **hooks))
    return trusted.client


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"isuer": '"x"'}, "unknown field `isuer`"),
        ({"issuer": None}, "required field `issuer`"),
        ({"issuer": "7"}, "$.issuer"),
        ({"issuer": '" "'}, "issuer is empty"),
        ({"name": '""'}, "name is empty"),
        ({"name": "unquoted"}, "Invalid value"),
        ({"algorithms": '["HS256"]'}, "'HS256' is not one of"),
        ({"algorithms": '["none"]'}, "'none' is not one of"),
        ({"algorithms": "[]"}, "algorithms is empty"),
        ({"jwks_file": None}, "either jwks_file or jku"),
        ({"jku": '"https://ehr.example/jwks"'}, "either jwks_file or jku"),
        ({"jwks_file": None, "jku": '"http://ehr.example/jwks"'}, "must start with https://"),
        ({"jwks_file": '"missing.jwks"'}, "missing.jwks: No such file"),
        ({"jwks_file": '"general.toml"'}, "not a JSON Web Key Set"),
        ({"fhir_servers": '["http://ehr.example/fhir"]'}, "must start with https://"),
        ({"fhir_servers": '["https://u:p@ehr.example/"]'}, "must start with https://"),
        ({"audiences": '[""]'}, "empty text"),
        ({"lifetime_seconds": "86400"}, "between 1 and 3600"),
        ({"skew_seconds": "-1"}, "between 0 and 300"),
        ({"profile": '"nobody"'}, "'nobody' is not one of"),
        ({"end": '[orders.mri]\nsystem="s"\ncode="c"\ndisplay="d"'}, "orders.mri is none of our"),
        ({"end": '[orders.mmr-msi]\nsystem="s"\ncod="c"'}, "orders"),
    ],
)
def test_a_mistake_in_a_site_file_is_named(
    folder: Path, changes: dict[str, str | None], says: str
) -> None:
    """The file, and what is wrong in it."""
    _write(folder, **changes)  # type: ignore[arg-type]

    with pytest.raises((SiteFault, ValueError)) as fault:
        trusted_sites(HooksSection(sites=folder))

    assert says in str(fault.value)
    assert str(folder / "general.toml") in str(fault.value)


@pytest.mark.parametrize(
    ("first", "second", "says"),
    [
        ({}, {"name": '"general"', "issuer": '"https://b.example"'}, "name 'general' is that of"),
        ({}, {"name": '"b"'}, "each then needs tenants"),
        ({}, {"name": '"b"', "tenants": '["t"]'}, "each then needs tenants"),
        (
            {"tenants": '["t"]'},
            {"name": '"b"', "tenants": '["s", "t"]'},
            "tenant 't' belongs to",
        ),
    ],
)
def test_two_sites_must_be_told_apart(
    folder: Path, first: dict[str, str], second: dict[str, str], says: str
) -> None:
    """A token belongs to one site, never to either of two."""
    _write(folder, **first)
    _write(folder, "second.toml", **second)

    with pytest.raises(SiteFault, match=says):
        trusted_sites(HooksSection(sites=folder))


@pytest.mark.parametrize(
    ("hooks", "says"),
    [
        ({"sites": None}, "ONCOCUE_CONFIG"),
        ({"sites": Path("/no/such/folder")}, "is not a folder"),
        ({"public_url": "http://oncocue.example"}, "hooks.public_url must start with https"),
        ({"public_url": "oncocue.example"}, "hooks.public_url must start with https"),
        ({"fhir_servers": ["https://ehr.example"]}, "in each site's file"),
    ],
)
def test_settings_that_leave_callers_unknown_are_refused(
    folder: Path, hooks: dict[str, Any], says: str
) -> None:
    """Nothing is served with half a configuration."""
    _write(folder)

    with pytest.raises(ValueError, match=says):
        trusted_sites(HooksSection(**{"sites": folder, **hooks}))


def test_a_folder_without_a_site_is_a_fault(folder: Path) -> None:
    """Nobody could call."""
    with pytest.raises(SiteFault, match="has no site"):
        trusted_sites(HooksSection(sites=folder))


def test_a_site_decides_how_it_is_answered(folder: Path) -> None:
    """Profile, its own codes over the profile's, switches, link, FHIR servers."""
    _write(
        folder,
        profile='"standard"',
        fhir_servers='["https://ehr.example/fhir/"]',
        link_url='"https://oncocue.example/start"',
        gap_cards="false",
        silent="true",
        end='[orders.mmr-msi]\nsystem = "urn:site"\ncode = "77"\ndisplay = "MMR"',
    )

    client = _client(folder)

    assert client.site == "general"
    assert client.profile.orders["mmr-msi"].code == "77"
    assert client.profile.orders["germline-panel"].code == "405824009"
    assert (client.profile.gap_cards, client.profile.question_cards) == (False, True)
    assert client.profile.silent
    assert client.profile.link_url == "https://oncocue.example/start"
    assert client.gathering.servers.may_ask("https://ehr.example/fhir")
    assert not client.gathering.servers.may_ask("https://ehr.example/fhir/../other")
    assert not client.gathering.servers.may_ask("https://other.example/fhir")
    assert not client.gathering.servers.may_ask("http://127.0.0.1:8001/fhir")


def test_what_is_off_for_all_is_off_for_each(folder: Path) -> None:
    """[hooks] can silence every site, and no site can undo it."""
    _write(folder, gap_cards="true", question_cards="true", silent="false")

    profile = _client(folder, silent=True, gap_cards=False, question_cards=False).profile

    assert (profile.silent, profile.gap_cards, profile.question_cards) == (True, False, False)


def test_a_site_without_a_profile_takes_the_one_of_the_settings(folder: Path) -> None:
    """And links to our own launch page."""
    _write(folder)

    profile = _client(folder, profile="plain", public_url="https://oncocue.example/").profile

    assert profile.name == "plain"
    assert profile.link_url == "https://oncocue.example/launch.html"
