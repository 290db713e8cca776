"""How the pipeline stood: a row for each change, whatever happens between two looks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from kizuna.base.identity import SYSTEM
from kizuna.base.records import services as records
from kizuna.base.retention import services as retention
from kizuna.domains.sales import services
from kizuna.domains.sales.models import Opportunity, OpportunityState

pytestmark = pytest.mark.django_db
Make = Callable[..., Any]

MARCH, APRIL, MAY = dt.date(2026, 3, 31), dt.date(2026, 4, 1), dt.date(2026, 5, 4)


def stood(day: dt.date) -> dict[str, str]:
    rows = OpportunityState.objects.as_of(day).values_list("opportunity__name", "amount", "amount_currency")
    return {name: f"{amount:f}".partition(".")[0] + f" {currency}" for name, amount, currency in rows}


def change(deal: Opportunity, **values: Any) -> None:
    deal.refresh_from_db()
    records.update(actor=SYSTEM, record=deal, changes=values)


def test_the_pipeline_is_told_as_it_stood_on_a_day(deal: Make, stage: Make) -> None:
    roof = deal("Roof garden", "100 JPY")
    assert services.note_states(day=MARCH) == 1
    deal("Annex", "50 JPY")
    change(roof, amount="300 JPY")
    services.note_states(day=APRIL)
    assert stood(MARCH) == {"Roof garden": "100 JPY"}
    assert stood(APRIL) == stood(MAY) == {"Roof garden": "300 JPY", "Annex": "50 JPY"}
    assert OpportunityState.objects.count() == 3


def test_noting_twice_notes_once_and_the_last_look_of_a_day_counts(deal: Make) -> None:
    roof = deal("Roof garden", "100 JPY")
    services.note_states(day=MARCH)
    assert services.note_states(day=MARCH) == 0
    change(roof, amount="200 JPY")
    services.note_states(day=MARCH)
    assert stood(MARCH) == {"Roof garden": "200 JPY"}
    assert OpportunityState.objects.count() == 1
    assert services.note_states(day=MAY) == 0


def test_a_clock_that_went_back_changes_nothing(deal: Make) -> None:
    roof = deal("Roof garden", "100 JPY")
    services.note_states(day=APRIL)
    change(roof, amount="200 JPY")
    assert services.note_states(day=MARCH) == 0
    assert stood(APRIL) == {"Roof garden": "100 JPY"}


def test_what_went_to_the_trash_stands_where_it_stood(deal: Make) -> None:
    roof = deal("Roof garden", "100 JPY")
    services.note_states(day=MARCH)
    records.delete(actor=SYSTEM, record=roof)
    services.note_states(day=APRIL)
    assert stood(MARCH) == {"Roof garden": "100 JPY"}
    assert stood(APRIL) == {}
    assert retention.purge(now=timezone.now() + dt.timedelta(days=91)) == 0, "the past would be another"


@pytest.mark.parametrize("values", [{"closes_on": "2026-06-01"}, {"owner": None}, {"forecast_category": "commit"}])
def test_what_is_set_or_emptied_is_a_change(deal: Make, haruto: Any, values: dict[str, Any]) -> None:
    roof = deal("Roof garden", "100 JPY", owner=haruto)
    services.note_states(day=MARCH)
    change(roof, **values)
    assert services.note_states(day=APRIL) == 1
    assert services.note_states(day=MAY) == 0


def test_the_day_of_the_server_is_noted_whoever_asks(deal: Make, monkeypatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: dt.datetime(2026, 11, 20, 20, tzinfo=dt.UTC))
    deal("Roof garden", "100 JPY")
    with timezone.override("Asia/Tokyo"):
        services.note_states()
    assert OpportunityState.objects.get().from_on == dt.date(2026, 11, 20)
