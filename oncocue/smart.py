"""The SMART app, wired from the settings: registered EHRs, sessions, keys, charts, pages."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from flask import Flask

from cds_hooks.front import HookFront
from cds_hooks.services import Service
from cds_hooks.trust.site import SiteFault, load_sites
from oncocue.app_answers import app_answers
from oncocue.folders import state_folder
from oncocue.order_codes import order_codes, orders_by_site, terminologies
from oncocue.settings import AppSection, HooksSection, Settings
from oncocue.trials import trial_search
from oncology.guidance.library import Guidance
from smartapp.fhir.charts import Judging, LaunchedCharts, no_history
from smartapp.fhir.searches import Search
from smartapp.launch.attempt import Launching
from smartapp.launch.browser import known_browser
from smartapp.launch.client_keys import ClientKeys, KeyFolder, make_key
from smartapp.launch.discovery import Discovery
from smartapp.launch.identity import Identity
from smartapp.launch.routes import Face, attach_launch
from smartapp.opened import EarlierCards
from smartapp.pages import attach_pages
from smartapp.registration import Ehr, Ehrs, RegistrationFault, origin_of, registered
from smartapp.sessions.renewal import Renewal
from smartapp.sessions.session import Sessions
from smartapp.sessions.store import MemoryStore, Store
from smartapp.sessions.vault import Vault, VaultFault, make_vault_key

_OF_PATIENT = "{{context.patientId}}"


def attach_smart_app(app: Flask, settings: Settings, guidance: Guidance, front: HookFront) -> None:
    """Give the Flask app the SMART app of these settings.

    Raises ValueError with what to change in the configuration.
    """
    ehrs = registered_ehrs(settings)
    vault = vault_of(settings.app)
    sessions = Sessions(_store(settings), vault, time.time)
    keys = KeyFolder(key_folder(settings.app)) if settings.hooks.sites else _keys_of_this_process()
    launching = Launching(ehrs, sessions, Discovery(time.time), Identity(time.time), keys)
    renewal = Renewal(sessions, launching.oauth_of)
    hooks = front.answers
    labels = {ehr.site: ehr.label for ehr in ehrs}
    orders_of = orders_by_site(settings.hooks, labels)
    judging = Judging(
        guidance,
        searches_of(hooks.services.values()),
        hooks.today,
        lambda: datetime.now().astimezone(),
        hooks.order_rules,
        _history(settings, guidance, front),
        terminologies(guidance, orders_of),
    )
    charts = LaunchedCharts(launching, renewal, judging, known_browser)
    is_development = settings.hooks.sites is None
    diagnostics = settings.app.diagnostics or is_development
    attach_launch(
        app, Face(launching, charts, tuple(vault.derived("cookie")), _limit(settings), diagnostics)
    )
    trials = trial_search(settings.trials, ehrs)
    answers = app_answers(settings, front)
    attach_pages(app, charts, guidance, trials, order_codes(orders_of), answers)


def _history(
    settings: Settings, guidance: Guidance, front: HookFront
) -> Callable[[str, str], EarlierCards]:
    """Earlier cards from the record; a try-out keeps none."""
    if settings.hooks.sites is None:
        return no_history
    from cds_hooks.audit.history import CardHistory
    from oncocue.card_history import earlier_cards
    from oncocue.database.opening import open_engine

    answers = front.answers
    history = CardHistory(open_engine(settings.database), answers.memory.secret)
    sites = load_sites(settings.hooks.sites).values()
    return earlier_cards(history, sites, guidance, answers.order_rules)


def registered_ehrs(settings: Settings) -> Ehrs:
    """The EHRs of the sites' files, in development those of the settings.

    Raises RegistrationFault or SiteFault with the file and what to change.
    """
    hooks = settings.hooks
    if hooks.sites is None:
        return Ehrs(_tried_out(hooks, settings.app))
    if settings.app.issuers:
        raise RegistrationFault("app.issuers is for --dev: give each site's file a [smart] table.")
    ehrs = []
    for path, site in load_sites(hooks.sites).items():
        if site.smart:
            try:
                ehrs.append(registered(site.name, site.smart, path.parent, hooks.public_url))
            except RegistrationFault as fault:
                raise SiteFault(f"{path}: {fault}") from None
    return Ehrs(ehrs)


def _tried_out(hooks: HooksSection, section: AppSection) -> Iterable[Ehr]:
    """EHRs registered for a try-out; their own origin may embed the pages."""
    for issuer in section.issuers:
        table = {
            "issuer": issuer,
            "client_id": section.client_id,
            "auth": "auto",
            "label": _label(issuer, section),
            "frame_ancestors": [origin_of(issuer)],
            "endpoint_hosts": section.endpoint_hosts,
            "write": True,
        }
        name = issuer.partition("://")[2].rstrip("/")
        yield registered(name, table, Path(), hooks.public_url)


def _label(issuer: str, section: AppSection) -> str:
    """The name of an EHR: the one of the settings, with the path where they name several EHRs."""
    if not section.label:
        return issuer
    if issuer == section.issuers[0]:
        return section.label
    return f"{section.label} {urlsplit(issuer).path}"


def vault_of(section: AppSection) -> Vault:
    """What encrypts sessions; without a key in the settings, one that lives with the process."""
    keys = [each.get_secret_value() for each in section.store_keys]
    if keys:
        try:
            return Vault(keys)
        except VaultFault as fault:
            raise VaultFault(f"app.store_keys: {fault}") from None
    return Vault([make_vault_key()])


def check_smart_app(settings: Settings) -> None:
    """Raise ValueError when a server with these settings could not finish a launch."""
    ehrs = registered_ehrs(settings)
    if not list(ehrs):
        return
    if not settings.app.store_keys:
        raise VaultFault(
            "A site has a [smart] table, so sessions are kept: name a key to encrypt them in "
            "app.store_keys. `oncocue keys secret` makes one."
        )
    vault_of(settings.app)
    folder = KeyFolder(key_folder(settings.app))
    signs = [ehr.site for ehr in ehrs if ehr.smart.auth in ("asymmetric", "auto")]
    if signs and not folder().published(time.time()):
        raise RegistrationFault(
            f"{', '.join(signs)}: we prove who we are by a key, and {folder.folder} has none: run "
            "`oncocue keys make`."
        )


def key_folder(section: AppSection) -> Path:
    """Where our private keys are."""
    return section.keys or state_folder() / "keys"


def _keys_of_this_process() -> Callable[[], ClientKeys]:
    """A key for development, made at the start and gone at the end."""
    keys = ClientKeys((make_key("ES384", time.time()),))
    return lambda: keys


def _limit(settings: Settings) -> Callable[[str], int]:
    """How often a site may be launched from; in development as often as one likes."""
    most = settings.limits.launches_per_minute
    if settings.hooks.sites is None or not most:
        return lambda site: 0
    from cds_hooks.site_limit import SiteLimit

    counted = SiteLimit(most, settings.limits.storage.get_secret_value())
    return lambda site: counted(f"launch of {site}")


def _store(settings: Settings) -> Store:
    """A table that all processes share; in development, memory."""
    if settings.hooks.sites is None:
        return MemoryStore()
    from oncocue.database.opening import open_engine
    from smartapp.sessions.tables import SqlStore

    return SqlStore(open_engine(settings.database))


def searches_of(services: Iterable[Service]) -> tuple[Search, ...]:
    """The searches cards rest on, each once: page and card read the same.

    Those that differ by their codes alone become one for all codes.
    """
    codes: dict[tuple[str, tuple[tuple[str, str], ...]], list[str]] = {}
    for service in services:
        for item in service.prefetch:
            kind, _, query = item.query.partition("?")
            pairs = parse_qsl(query, keep_blank_values=True)
            others = tuple(pair for pair in pairs if pair[0] not in ("patient", "code"))
            if ("patient", _OF_PATIENT) not in pairs or any("{{" in value for _, value in others):
                continue
            asked = codes.setdefault((kind, others), [])
            asked += [code for code in dict(pairs).get("code", "").split(",") if code not in asked]
    return tuple(_search(kind, others, asked) for (kind, others), asked in codes.items())


def _search(kind: str, others: tuple[tuple[str, str], ...], codes: list[str]) -> Search:
    if "" in codes:  # some card asks for the type whatever its code
        return Search(kind, others)
    return Search(kind, (*others, ("code", ",".join(codes))), "codes that cards ask for")
