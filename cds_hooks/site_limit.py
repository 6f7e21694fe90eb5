"""Calls of a site counted in this process, or in Redis for all processes and machines."""

from __future__ import annotations

import math
import time

import structlog
from limits import RateLimitItemPerMinute
from limits.errors import StorageError
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter

IN_PROCESS = "memory://"
_LOG = structlog.get_logger("cds_hooks")
_SECONDS_TO_WAIT = 0.2


class SiteLimit:
    """So many calls a minute for each site.

    Limits protect the service from a caller that runs wild; a counter that cannot be reached
    refuses nobody, which the log tells.
    """

    def __init__(self, calls_per_minute: int, storage: str = IN_PROCESS) -> None:
        self._item = RateLimitItemPerMinute(calls_per_minute)
        options = {
            "socket_timeout": _SECONDS_TO_WAIT,
            "socket_connect_timeout": _SECONDS_TO_WAIT,
            "wrap_exceptions": True,
        }
        reached = storage_from_string(storage, **(options if storage != IN_PROCESS else {}))
        self._limiter = FixedWindowRateLimiter(reached)

    def __call__(self, site: str) -> int:
        """Count a call of this site: 0, or the seconds until it may go on."""
        try:
            if self._limiter.hit(self._item, site):
                return 0
            ends = self._limiter.get_window_stats(self._item, site).reset_time
        except StorageError:
            _LOG.error("limits_unreachable", site=site)
            return 0
        return max(1, math.ceil(ends - time.time()))
