"""The sample company's deals: two pipelines, a year of them, won, lost for a reason, and on their way."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils import timezone

from kizuna.base.events import current_origin
from kizuna.base.events.origin import originating
from kizuna.domains.sales.demo import cases, conversions, forecast, playbooks, quotes, territories
from kizuna.domains.sales.demo.deals import Deals


@transaction.atomic
def load(actor: Any, today: dt.date | None = None) -> None:
    """Make the pipelines and tell the story of their deals; companies and contacts must be there. It is the past:
    nobody gets letters about it."""
    today = today or timezone.localdate()
    with originating(replace(current_origin(), is_quiet=True)):
        territories.load(actor, today)
        Deals(actor, today).tell()
        conversions.load(today)
        forecast.load(actor, today)
        territories.Market(actor, today).set_quotas()
        quotes.load(actor, today)
        playbooks.load(actor)
        cases.load(actor)
