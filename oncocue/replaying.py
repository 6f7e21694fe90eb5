"""`oncocue evaluate --replay`: judge again what was judged for an EHR."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime

from cds_hooks.audit.entry import AuditEntry, call_key
from cds_hooks.audit.replay import Replay
from cds_hooks.audit.store import AuditStore
from cds_hooks.services import ORDER_HOOKS, Service, services
from cds_hooks.trust.site import load_sites
from oncocue.database.opening import open_database
from oncocue.evaluate_files import Printing, print_judged
from oncocue.judge import Judged, Ordering
from oncocue.keeping import while_reached
from oncocue.recording import hash_secret, replay_vault
from oncocue.settings import Settings
from oncology.evaluate import evaluate
from oncology.guidance.library import Guidance
from oncology.orders.judge import Screen, evaluate_orders
from oncology.orders.load import load_order_rules

_USAGE = 2
_READ = "evaluate --replay"


def evaluate_replays(settings: Settings, name: str, day: date | None, printing: Printing) -> int:
    """Print what the guidance of now says of a call, named by its hookInstance or a card's id.

    As of the day of the call unless another is given. That a replay was read is written into the
    audit. Raises ReplayFault without the key.
    """
    engine = open_database(settings.database)
    secret, vault, store = (
        hash_secret(settings.record, engine),
        replay_vault(settings.record),
        AuditStore(engine),
    )
    sites = load_sites(settings.hooks.sites).values() if settings.hooks.sites else ()
    with while_reached():
        kept = store.find_replays([call_key(secret, site.name, name) for site in sites], name)
        replays = [vault.open(content) for content in kept]
        store.keep([_read(replay, printing.guidance) for replay in replays])
    if not replays:
        print(f"{name}: no replay of this call or card is kept.", file=sys.stderr)
        return _USAGE
    for replay in replays:
        _print(replay, name, day or replay.day, printing)
    return 0


def _print(replay: Replay, name: str, day: date, printing: Printing) -> None:
    guidance = printing.guidance
    service = services(guidance.terminology).get(replay.service)
    told = f"{name}: {replay.service} at {replay.site}, {replay.day}, guidance {replay.release}"
    if service is None or (service.hook in ORDER_HOOKS and replay.drafts is None):
        print(f"{told}: not judged again: this release does not know it.", file=sys.stderr)
        return
    print(f"{told}; judged as of {day} by guidance {guidance.version}", file=sys.stderr)
    print_judged(_judged(replay, service, day, printing), name, printing)


def _judged(replay: Replay, service: Service, day: date, printing: Printing) -> Judged:
    chart, drafts, guidance = replay.chart, replay.drafts, printing.guidance
    if drafts is None:
        findings = evaluate(chart, guidance, day, service.kinds, printing.explain)
        return Judged(chart, findings, day)
    rules = load_order_rules(printing.folder, guidance)
    findings = evaluate_orders(Screen(chart, drafts, guidance, rules, day), printing.explain)
    return Judged(chart, findings, day, Ordering(service.hook, drafts, rules))


def _read(replay: Replay, guidance: Guidance) -> AuditEntry:
    return AuditEntry(
        at=datetime.now(UTC),
        site=replay.site,
        service=_READ,
        status=200,
        refused="",
        silence="",
        milliseconds=0.0,
        cards=0,
        notes=0,
        topics=(),
        release=guidance.version,
    )
