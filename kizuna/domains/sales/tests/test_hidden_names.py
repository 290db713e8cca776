"""What deals are called, where a role may not know it, on the pages that lists do not draw."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from kizuna.base.identity.models import User
from kizuna.base.types.days import server_day
from kizuna.domains.sales.services.states import note_states

pytestmark = pytest.mark.django_db
Make = Callable[..., Any]


def test_a_deal_whose_name_is_hidden_is_a_number_behind_every_figure(
    client: Client, deal: Make, stage: Make, haruto: User, hide: Make
) -> None:
    yesterday = server_day() - dt.timedelta(days=1)
    before = yesterday - dt.timedelta(days=1)
    deal("Old", "1 JPY", owner=haruto, stage=stage("Enquiry"), closes_on=before.isoformat())
    note_states(day=before)
    roof = deal(
        "Roof garden", "1200000 JPY", owner=haruto, stage=stage("Enquiry"), closes_on=yesterday.isoformat(),
        forecast_category="commit",
    )  # fmt: skip
    note_states(day=yesterday)
    period = f"on={yesterday}&currency=JPY"
    pages = (
        f"/forecast/stood?as_of={yesterday}&categories=commit&{period}",
        f"/forecast/changes/new?as_of={before}&{period}",
        "/sales/panels/attention",
    )
    for is_hidden in (False, True):
        if is_hidden:
            hide(haruto, "opportunity", "name")
        client.force_login(haruto)
        for page in pages:
            told = client.get(page, headers={"HX-Request": "true"}).content.decode()
            assert ("Roof garden" in told, f"#{roof.pk}" in told) == (not is_hidden, is_hidden), page
