"""Writing the record behind the answers: no call waits for it."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Protocol

import msgspec
import structlog
from msgspec import Struct

from cds_hooks.account import Account
from cds_hooks.answer import Answer, Answered
from cds_hooks.audit.entry import AuditEntry, audit_entry, call_key, made_cards
from cds_hooks.audit.replay import Replay, ReplayVault, SealedReplay
from cds_hooks.feedback.ledger import IN_APP, Ledger
from cds_hooks.unreachable import Unreachable
from oncology.chart.model import Chart

_LOG = structlog.get_logger("cds_hooks")
# Who answers in the app writes the record before they are told that it is kept.
_NOT_AUDITED = ("discovery", "feedback", IN_APP)
_SECONDS_TO_GATHER = 0.2
_SECONDS_TO_LOOK_UP = 0.5
_SECONDS_TO_TRY_AGAIN = 1.0
_SECONDS_BETWEEN_PURGES = 3600.0
_MOST_AT_ONCE = 500
_MOST_CHARTS = 200


Count = Callable[[list[Answered]], None]
"""Counts answers."""


def count_nothing(answered: list[Answered]) -> None:
    """Nobody asks how many there were."""


class Audit(Protocol):
    """Where entries are kept. Raises Unreachable when it cannot."""

    def keep(self, entries: list[AuditEntry], replays: list[SealedReplay]) -> None:
        """Keep entries and replays, all or none."""
        ...

    def purge_replays(self, before: datetime) -> int:
        """Forget replays from before."""
        ...


class Replays(Struct, frozen=True):
    """Replays are kept for these days, sealed."""

    vault: ReplayVault
    days: int


class _Answered(Struct, frozen=True, gc=False):
    at: datetime
    service: str
    answer: Answer
    milliseconds: float

    @property
    def entry(self) -> AuditEntry:
        """For the audit."""
        return audit_entry(self.service, self.answer, self.milliseconds, self.at)


class Recorder:
    """Told of each answer, it keeps cards and audit entries a moment later, many at a time.

    `count` is told of many answers at a time too, each once, kept or not.
    What waits is bounded by `most_waiting`: when the database is away for long, the oldest is
    kept and what comes then is lost, which the log tells. A process that is killed loses what it
    gathered in the last moment; one that is ended writes it first.
    """

    def __init__(
        self,
        ledger: Ledger,
        audit: Audit,
        replays: Replays | None = None,
        most_waiting: int = 10_000,
        count: Count = count_nothing,
    ) -> None:
        self._ledger = ledger
        self._audit = audit
        self._replays = replays
        self._next_purge = 0.0
        self._most_waiting = most_waiting
        self._count = count
        self._waiting: deque[_Answered] = deque()
        self._uncounted: deque[Answered] = deque()
        self._news = threading.Event()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None
        self._is_closing = False
        self._lost = 0

    def __call__(self, service: str, answer: Answer, milliseconds: float) -> None:
        """Take note of an answer; returns at once."""
        light = self._lightened(answer)
        self._uncounted.append((service, light, milliseconds))
        if len(self._uncounted) > self._most_waiting:
            self._tell_counts()
        if service not in _NOT_AUDITED:
            if len(self._waiting) < self._most_waiting:
                self._waiting.append(_Answered(datetime.now(UTC), service, light, milliseconds))
            else:
                self._lost += 1
        if not self._news.is_set():
            self._news.set()
        if self._thread is None:
            self._start()

    def _lightened(self, answer: Answer) -> Answer:
        """Without what nobody will look at: charts are large, and many may wait.

        While the database is away for long, an entry waits without its replay.
        """
        account = answer.account
        if account and (self._replays is None or len(self._waiting) >= _MOST_CHARTS):
            account = msgspec.structs.replace(account, chart=None, drafts=None)
        return msgspec.structs.replace(answer, body=b"", account=account)

    def close(self) -> None:
        """Write what waits, and end."""
        self._is_closing = True
        self._news.set()
        if self._thread is not None:
            self._thread.join()

    def _start(self) -> None:
        """In the process that answers: a thread does not live on in the workers it forks."""
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="audit", daemon=False)
                self._thread.start()

    def _run(self) -> None:
        main = threading.main_thread()
        pause = threading.Event()
        while not self._is_closing:
            if self._news.wait(_SECONDS_TO_LOOK_UP):
                pause.wait(_SECONDS_TO_GATHER)
                self._news.clear()
                self._tell_counts()
                if not self._write():
                    pause.wait(_SECONDS_TO_TRY_AGAIN)
                    self._news.set()
            if not main.is_alive():
                break
        self._tell_counts()
        self._write()
        if self._waiting:
            _LOG.error("audit_lost", entries=len(self._waiting))

    def _tell_counts(self) -> None:
        """What fails to count is told; the record is kept all the same."""
        news: list[Answered] = []
        with suppress(IndexError):  # another thread may take the last one
            while self._uncounted:
                news.append(self._uncounted.popleft())
        try:
            self._count(news)
        except Exception as fault:
            _LOG.error("watch_failed", entries=len(news), fault=type(fault).__name__)

    def _write(self) -> bool:
        """Whether nothing waits any more."""
        while self._waiting:
            batch = [self._waiting[at] for at in range(min(len(self._waiting), _MOST_AT_ONCE))]
            if not self._written(batch):
                return False
            for _ in batch:
                self._waiting.popleft()
            if self._lost:
                _LOG.error("audit_lost", entries=self._lost)
                self._lost = 0
        return True

    def _written(self, batch: list[_Answered]) -> bool:
        """Whether the database took it. What cannot be written at all is told and left out."""
        try:
            self._ledger.keep_cards(
                [card for each in batch for card in made_cards(each.service, each.answer, each.at)]
            )
            self._audit.keep([each.entry for each in batch], self._sealed(batch))
            self._purge()
        except Unreachable:
            _LOG.warning("audit_waits", entries=len(self._waiting))
            return False
        except Exception as fault:
            _LOG.error("audit_failed", entries=len(batch), fault=type(fault).__name__)
        return True

    def _sealed(self, batch: list[_Answered]) -> list[SealedReplay]:
        if self._replays is None:
            return []
        vault = self._replays.vault
        return [
            SealedReplay(
                each.at,
                each.answer.site,
                each.service,
                call_key(account.memory.memory.secret, each.answer.site, account.hook_instance),
                " ".join(card.uuid for card, _ in account.made),
                vault.seal(_replay(each, account, account.chart)),
            )
            for each in batch
            if (account := each.answer.account) and account.chart
        ]

    def _purge(self) -> None:
        """Forget the replays whose days are over, now and then."""
        now = time.monotonic()
        if self._replays is None or now < self._next_purge:
            return
        self._next_purge = now + _SECONDS_BETWEEN_PURGES
        self._audit.purge_replays(datetime.now(UTC) - timedelta(days=self._replays.days))


def _replay(answered: _Answered, account: Account, chart: Chart) -> Replay:
    """What an answer was judged from."""
    site, service = answered.answer.site, answered.service
    return Replay(site, service, account.day, account.release, chart, account.drafts)
