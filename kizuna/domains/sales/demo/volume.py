"""Any number of deals, for measuring: those of the sample company many times over, of two years and more.

load_volume(deals=3_000)

Companies with owners and their contacts must be there, and the catalogue with its rates and sellers.
"""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from kizuna.base.identity import SYSTEM
from kizuna.domains.sales.demo import forecast, quotes
from kizuna.domains.sales.demo.deals import COUNTS, Deals

DAYS = 1000


def load_volume(*, deals: int, today: dt.date | None = None) -> None:
    """Make the pipelines, deals with their visits and states, quotas, and the sample company's quotes."""
    today = today or timezone.localdate()
    times = max(1, round(deals / sum(COUNTS.values())))
    Deals(SYSTEM, today, times=times, days=DAYS).tell()
    forecast.load(SYSTEM, today)
    quotes.load(SYSTEM, today)
