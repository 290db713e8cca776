"""Ownership of companies stays a tree."""

import pytest
from django.db import transaction

from kizuna.base.identity import SYSTEM
from kizuna.base.records import services as records
from kizuna.base.types.errors import Refused
from kizuna.customers.contacts import services


def test_a_company_cannot_belong_to_what_belongs_to_it(firm) -> None:
    group, hotel, annex = firm("Hafenlicht"), firm("Hafenlicht Kiel"), firm("Hafenlicht Kiel Garage")
    records.update(actor=SYSTEM, record=hotel, changes={"parent": group.pk})
    records.update(actor=SYSTEM, record=annex, changes={"parent": hotel.pk})
    with pytest.raises(Refused) as problem, transaction.atomic():
        records.update(actor=SYSTEM, record=group, changes={"parent": annex.pk})
    assert list(problem.value.errors) == ["parent"]
    group.refresh_from_db()
    assert group.parent_id is None


def test_other_changes_are_not_looked_at(firm, person, monkeypatch) -> None:
    group, yoko = firm("Hafenlicht"), person("山本")
    monkeypatch.delattr(services, "refuse_circular_ownership")
    records.update(actor=SYSTEM, record=group, changes={"employees": 12})
    records.update(actor=SYSTEM, record=yoko, changes={"company": group.pk})
