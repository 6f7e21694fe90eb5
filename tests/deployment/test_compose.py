"""compose.yaml by the Compose specification, and what we promise of every service in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import compose_spec
import pytest
import yaml

ROOT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
SERVICES = COMPOSE["services"]


def test_compose_takes_the_file() -> None:
    """Read strictly: with a key misspelt it would not be."""
    text = json.dumps(COMPOSE)

    read = compose_spec.PyCompose.from_json(text)
    assert set(read.services or {}) == {"migrate", "oncocue", "postgres", "redis"}
    with pytest.raises(ValueError, match="readonly"):
        compose_spec.PyCompose.from_json(text.replace('"read_only"', '"readonly"'))


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_a_service_is_locked_down(name: str) -> None:
    """Nothing written to the image, no new privileges, capabilities one by one, logs that end."""
    service = SERVICES[name]

    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["logging"]["options"]["max-size"]


@pytest.mark.parametrize("name", sorted(set(SERVICES) - {"migrate"}))
def test_what_stays_up_is_limited_and_restarted(name: str) -> None:
    """Cores, memory and processes."""
    service = SERVICES[name]

    assert service["restart"] == "unless-stopped"
    assert set(service["deploy"]["resources"]["limits"]) == {"cpus", "memory", "pids"}


def test_only_the_service_is_reachable_and_only_from_this_machine() -> None:
    """Database and Redis stay on a network without a way out."""
    published = {name: each["ports"] for name, each in SERVICES.items() if "ports" in each}

    assert published == {"oncocue": ["127.0.0.1:8000:8000", "127.0.0.1:9464:9464"]}
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    assert all(SERVICES[name]["networks"] == ["inside"] for name in ("postgres", "redis"))


def test_the_tables_are_upgraded_before_the_service_starts() -> None:
    """`oncocue db upgrade` has ended well, PostgreSQL and Redis answer."""
    assert SERVICES["migrate"]["command"] == ["db", "upgrade"]
    waits = {name: each["condition"] for name, each in SERVICES["oncocue"]["depends_on"].items()}

    assert waits == {"migrate": "service_completed_successfully", "redis": "service_healthy"}
    assert SERVICES["migrate"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}


def test_no_secret_is_written_into_the_file() -> None:
    """Passwords come from files; the folder of those files is not in the repository."""
    every = [name for service in SERVICES.values() for name in service.get("secrets", ())]

    assert set(every) == set(COMPOSE["secrets"])
    assert {each["file"].rpartition("/")[0] for each in COMPOSE["secrets"].values()} == {
        "./deploy/secrets"
    }
    assert "deploy/secrets/" in (ROOT / ".gitignore").read_text(encoding="utf-8")
    assert "deploy/keys/" in (ROOT / ".gitignore").read_text(encoding="utf-8")
