"""Settings: environment beats the secrets directory beats the TOML file beats defaults."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr
from pydantic_settings import (
    BaseSettings,
    NestedSecretsSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from cds_hooks.feedback.reasons import RestRules


class Section(BaseModel):
    """A section of the configuration; unknown keys are errors."""

    model_config = ConfigDict(extra="forbid")


class HooksSection(Section):
    """[hooks]: the CDS Hooks face.

    `sites` is the folder with one TOML file for each EHR; `public_url` is where they reach us.
    `profile` is that of the development client and of sites that name none; `fhir_servers` are
    the development client's. Cards switched off here, and silence, hold for every site.
    """

    sites: Path | None = None
    profile: str = "standard"
    public_url: str = "http://127.0.0.1:8000"
    fhir_servers: list[str] = []
    fetch_seconds: float = 0.4
    most_body_bytes: int = 32 * 1024 * 1024
    cors_origins: list[str] = []
    gap_cards: bool = True
    question_cards: bool = True
    silent: bool = False


class ServerSection(Section):
    """[server]: how TLS reaches us.

    `certificate` and `key` are PEM files for our own TLS; `behind_proxy`: a proxy ends TLS in
    front of us and says so in X-Forwarded-Proto. With neither we listen on loopback only.
    """

    certificate: Path | None = None
    key: Path | None = None
    behind_proxy: bool = False


class GuidanceSection(Section):
    """[guidance]: which knowledge is used, and the tool behind the USPSTF gate."""

    folder: Path | None = None
    family_tool: Literal["pat", "fhat", "fhs7", "manchester", "rst"] = "pat"


class DatabaseSection(Section):
    """[database]: an SQLite file in the state folder unless `url` names another, or PostgreSQL."""

    url: SecretStr | None = None


class AppSection(Section):
    """[app]: the SMART app.

    `store_keys` encrypt the sessions: the first one encrypts, all decrypt. `keys` is the folder of
    our private keys as a client. `diagnostics`: each step of a launch is shown to who launched it.
    The others are for --dev: EHRs registered for a try-out, and as what.
    """

    store_keys: list[SecretStr] = []
    keys: Path | None = None
    diagnostics: bool = False
    issuers: list[str] = []
    client_id: str = "oncocue"
    label: str = ""
    endpoint_hosts: list[str] = []


class MetricsSection(Section):
    """[metrics]: for Prometheus, at a port of their own; without a port there are none."""

    port: int | None = Field(default=None, ge=1, le=65535)
    host: str = "127.0.0.1"


class LimitsSection(Section):
    """[limits]: how often a site may call, and launch the app; 0: as often as it likes.

    `storage` is memory:// (each worker process counts for itself) or the address of a Redis.
    """

    calls_per_minute: int = Field(default=6000, ge=0)
    launches_per_minute: int = Field(default=600, ge=0)
    storage: SecretStr = SecretStr("memory://")


class TrialsSection(Section):
    """[trials]: the search of ClinicalTrials.gov.

    `near`: a city of the gazetteer (`Boston, MA`) or `latitude, longitude` that distances are
    measured from unless a site's `smart.near` says otherwise. Answers are kept for `keep_hours`.
    `recorded`: the synthetic studies of the demonstration instead of the registry.
    """

    near: str = ""
    keep_hours: int = Field(default=24, ge=1)
    recorded: bool = False


class RecordSection(Section):
    """[record]: what is kept of answers and feedback, and for how long a card rests.

    `hash_key` makes the keyed hashes that stand for patients, users and facts. For the days and
    reasons see `RestRules`; `keep_days` is what `oncocue db purge` keeps. `replays`: the facts of
    each answer are kept too, for `replay_days`, sealed with the first of `replay_keys`.
    """

    hash_key: SecretStr | None = None
    keep_days: int = Field(default=400, ge=1)
    keep_comments: bool = False
    replays: bool = False
    replay_days: int = Field(default=30, ge=1)
    replay_keys: list[SecretStr] = []
    override_days: int = Field(default=90, ge=0)
    pending_days: int = Field(default=14, ge=0)
    question_days: int = Field(default=90, ge=0)
    gap_days: int = Field(default=1, ge=0)
    factual_reasons: list[str] = sorted(RestRules().factual)
    pending_reasons: list[str] = sorted(RestRules().pending)


class Settings(BaseSettings):
    """The whole configuration."""

    model_config = SettingsConfigDict(
        env_prefix="ONCOCUE__", env_nested_delimiter="__", extra="forbid"
    )

    hooks: HooksSection = HooksSection()
    server: ServerSection = ServerSection()
    guidance: GuidanceSection = GuidanceSection()
    database: DatabaseSection = DatabaseSection()
    app: AppSection = AppSection()
    trials: TrialsSection = TrialsSection()
    record: RecordSection = RecordSection()
    metrics: MetricsSection = MetricsSection()
    limits: LimitsSection = LimitsSection()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The order of precedence that the contract fixes.

        `ONCOCUE_SECRETS` names a folder of files whose names are those of the environment,
        `ONCOCUE__SECTION__KEY` in any case, as containers are handed their secrets.
        """
        secrets, named = os.environ.get("ONCOCUE_SECRETS"), os.environ.get("ONCOCUE_CONFIG")
        files = (_secrets(file_secret_settings, secrets),) if secrets else ()
        toml = (TomlConfigSettingsSource(settings_cls, Path(named)),) if named else ()
        return (init_settings, env_settings, *files, *toml)


def _secrets(source: PydanticBaseSettingsSource, folder: str) -> NestedSecretsSettingsSource:
    return NestedSecretsSettingsSource(
        source,
        secrets_dir=folder,
        secrets_dir_missing="error",
        secrets_prefix="ONCOCUE__",
        secrets_nested_delimiter="__",
    )
