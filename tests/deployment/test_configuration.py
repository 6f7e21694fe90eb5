"""The production example is a configuration that the product starts with."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml
from pydantic import ValidationError

from oncocue.production import check
from oncocue.settings import Settings
from oncocue.transport import check_transport
from oncocue.wiring import load_settings
from smartapp.launch.client_keys import KeyFolder
from smartapp.sessions.vault import make_vault_key

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"


@pytest.fixture
def example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The example's files as an operator lays them out: secrets in a folder of their own."""
    shutil.copytree(DEPLOY / "sites", tmp_path / "sites")
    shutil.copy(DEPLOY / "oncocue.toml", tmp_path)
    KeyFolder(tmp_path / "keys").make("ES384", 0.0)
    # As Kubernetes mounts a Secret: a folder of the day, and links into it.
    (tmp_path / "secrets" / "..2026_11_22").mkdir(parents=True)
    (tmp_path / "secrets" / "..data").symlink_to("..2026_11_22")
    for name, text in {
        "oncocue__database__url": f"sqlite:///{tmp_path}/oncocue.sqlite\n",
        "oncocue__record__hash_key": "k" * 32,
        "oncocue__app__store_keys": f'["{make_vault_key()}"]',
    }.items():
        (tmp_path / "secrets" / "..data" / name).write_text(text)
        (tmp_path / "secrets" / name).symlink_to(f"..data/{name}")
    monkeypatch.setenv("ONCOCUE_CONFIG", str(tmp_path / "oncocue.toml"))
    monkeypatch.setenv("ONCOCUE_SECRETS", str(tmp_path / "secrets"))
    return tmp_path


def test_the_product_starts_with_the_example(example: Path) -> None:
    """Settings, sites, keys, database and transport are all as `oncocue serve` wants them."""
    settings = load_settings()

    check_transport(settings.server, "0.0.0.0")
    assert check(settings) == ["general"]
    assert settings.hooks.silent
    assert (example / "oncocue.sqlite").is_file()


def test_the_environment_beats_a_secret_and_a_secret_beats_the_file(
    example: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The order that the contract fixes."""
    (example / "secrets" / "oncocue__record__keep_days").write_text("7")
    assert load_settings().record.keep_days == 7

    monkeypatch.setenv("ONCOCUE__RECORD__KEEP_DAYS", "8")
    assert load_settings().record.keep_days == 8


def test_a_misspelt_secret_is_an_error(example: Path) -> None:
    """Not a password that is silently not used."""
    (example / "secrets" / "oncocue__database__ulr").write_text("x")
    with pytest.raises(ValidationError, match=r"database\.ulr"):
        load_settings()


def test_a_secrets_folder_that_is_not_there_is_an_error(
    example: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A volume that was not mounted is not an empty one."""
    monkeypatch.setenv("ONCOCUE_SECRETS", str(example / "nowhere"))
    with pytest.raises(ValueError, match="nowhere"):
        load_settings()


@pytest.mark.parametrize("place", ["deploy/oncocue.toml", "configuration.yaml"])
def test_no_setting_of_the_examples_is_unknown(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The text in the Kubernetes ConfigMap is a configuration too."""
    if place.endswith(".toml"):
        path = ROOT / place
    else:
        listed = yaml.safe_load_all((DEPLOY / "kubernetes" / place).read_text())
        path = tmp_path / "oncocue.toml"
        path.write_text(next(each["data"]["oncocue.toml"] for each in listed))
    monkeypatch.setenv("ONCOCUE_CONFIG", str(path))

    settings = Settings()

    assert settings.hooks.public_url.startswith("https://")
    assert settings.server.behind_proxy
