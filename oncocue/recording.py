"""What remembers and records, wired from the settings."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from sqlalchemy import Engine

from cds_hooks.audit.recorder import Count, Recorder, Replays, count_nothing
from cds_hooks.audit.replay import ReplayVault
from cds_hooks.audit.store import AuditStore
from cds_hooks.feedback.memory import CardMemory, Secret
from cds_hooks.feedback.reasons import RestRules
from cds_hooks.feedback.sql_ledger import SqlLedger
from cds_hooks.limits import Wait, no_limit
from cds_hooks.site_limit import SiteLimit
from oncocue.folders import guidance_folder
from oncocue.settings import LimitsSection, RecordSection, Settings
from oncology.guidance.load import guidance_version

_LEAST_CHARACTERS = 32


def card_memory(section: RecordSection, engine: Engine) -> CardMemory:
    """The memory of cards in a durable database.

    Raises ValueError when the key is too short, or missing where machines must share it.
    """
    rules = RestRules(
        override_days=section.override_days,
        pending_days=section.pending_days,
        question_days=section.question_days,
        gap_days=section.gap_days,
        factual=frozenset(section.factual_reasons),
        pending=frozenset(section.pending_reasons),
    )
    ledger = SqlLedger(engine, section.keep_comments)
    return CardMemory(ledger, hash_secret(section, engine), rules)


def recorder(section: RecordSection, engine: Engine, count: Count = count_nothing) -> Recorder:
    """What writes cards and audit behind the answers, and counts them; `engine` need not be
    durable.

    Raises ReplayFault when replays are on and cannot be sealed.
    """
    replays = Replays(replay_vault(section), section.replay_days) if section.replays else None
    return Recorder(SqlLedger(engine), AuditStore(engine), replays, count=count)


def replay_vault(section: RecordSection) -> ReplayVault:
    """What seals and opens replays. Raises ReplayFault without a good key."""
    return ReplayVault([each.get_secret_value() for each in section.replay_keys])


def metrics(settings: Settings) -> Count:
    """What counts answers for Prometheus; nothing unless the settings give it a port."""
    if settings.metrics.port is None:
        return count_nothing
    from cds_hooks.metrics import HookMetrics

    folder = settings.guidance.folder or guidance_folder()
    return HookMetrics(guidance_version(folder)).count


def site_limit(section: LimitsSection) -> Wait:
    """How often a site may call."""
    if not section.calls_per_minute:
        return no_limit
    return SiteLimit(section.calls_per_minute, section.storage.get_secret_value())


def hash_secret(section: RecordSection, engine: Engine) -> Secret:
    """The key of the keyed hashes: from the settings, else made once, beside the SQLite file."""
    if section.hash_key is not None:
        text = section.hash_key.get_secret_value()
        if len(text) < _LEAST_CHARACTERS:
            raise ValueError(f"record.hash_key has fewer than {_LEAST_CHARACTERS} characters.")
        return Secret(text.encode())
    if engine.dialect.name != "sqlite":
        raise ValueError(
            "record.hash_key is missing: machines that share a database share this key. Make one "
            "with `openssl rand -hex 32`."
        )
    return Secret(_own_key(Path(engine.url.database or "").with_name("hash.key")))


def _own_key(path: Path) -> bytes:
    """The key in this file, made at its first use; of processes starting together one makes it."""
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        new = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        new.touch(mode=0o600, exist_ok=False)
        new.write_text(secrets.token_hex(32), encoding="ascii")
        with suppress(FileExistsError):
            os.link(new, path)
        new.unlink()
    return path.read_bytes()
