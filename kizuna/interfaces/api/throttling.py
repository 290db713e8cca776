"""How many requests one token may make in a minute."""

from __future__ import annotations

import time
from collections import Counter

from django.conf import settings
from django.http import HttpRequest
from ninja.throttling import BaseThrottle

MINUTE = 60


class PerMinute(BaseThrottle):
    """Counts in the memory of the process, which costs nothing; so each web process counts for itself.

    The limit is `settings.API_REQUESTS_PER_MINUTE`; 0 is none.
    """

    def __init__(self) -> None:
        self._minute = 0
        self._counts: Counter[str] = Counter()

    def allow_request(self, request: HttpRequest) -> bool:
        minute = int(time.time() // MINUTE)
        if minute != self._minute:
            self._minute, self._counts = minute, Counter()
        key: str = request.limit_key  # type: ignore[attr-defined]
        self._counts[key] += 1
        return not settings.API_REQUESTS_PER_MINUTE or self._counts[key] <= settings.API_REQUESTS_PER_MINUTE

    def wait(self) -> float:
        """Seconds until the next minute begins."""
        return MINUTE - time.time() % MINUTE
