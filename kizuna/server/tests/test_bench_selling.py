"""Deals and orders copied for measuring: as many as were asked for, each that of another customer, found as ever."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, models
from django.db.models import Sum

from kizuna.base.identity.models import User
from kizuna.base.identity.system import SYSTEM
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.search import queries as search
from kizuna.base.types.money import Money
from kizuna.customers.contacts.models import Contact
from kizuna.customers.orders import services as orders
from kizuna.customers.orders.models import Order, OrderLine, SalesChannel
from kizuna.customers.orders.services import Draft, Sold
from kizuna.domains.sales.models import Opportunity, OpportunityState, StageVisit
from kizuna.domains.sales.services import note_states
from kizuna.server.bench import selling


def made(key: str, **values: Any) -> Any:
    return records.create(actor=SYSTEM, resource=registry.get(key), values=values)


@pytest.fixture
def people(transactional_db: None) -> list[int]:
    found = []
    for name in ("Mori", "Hayashi", "Ki"):
        company = made("company", name=name)
        found.append(made("contact", family_name=name, company=company.pk).pk)
    return found


@pytest.fixture
def order(people: list[int], alice: User) -> Order:
    channel = made("saleschannel", name="Web", code="web", currency="JPY")
    lines = [
        Sold(quantity=Decimal(2), words=words, unit_price=Money(price, "JPY"))
        for words, price in (("椅子", 500), ("机", 900))
    ]
    draft = Draft(channel=channel, lines=lines, contact_id=people[0], external_id="S-1")
    return orders.place_order(actor=alice, draft=draft)


@pytest.fixture
def deal(people: list[int], alice: User) -> Opportunity:
    pipeline = made("pipeline", name="Sales")
    stage = made("stage", name="Enquiry", pipeline=pipeline.pk, kind="open", position="10", probability="10")
    contact = Contact.objects.get(pk=people[0])
    found = made(
        "opportunity", name="屋上庭園", amount="300 JPY", contact=contact.pk, company=contact.company_id, stage=stage.pk
    )
    note_states()
    assert isinstance(found, Opportunity)
    return found


def test_copies_of_an_order_are_those_of_other_customers_with_lines_and_numbers_of_their_own(
    order: Order, people: list[int], alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selling, "DRAWN_CONTACTS", 1)
    before = indexes(Order)
    selling.multiply(selling.ORDER_TABLES, 3)
    assert sorted(Order.objects.values_list("contact_id", flat=True)) == people
    assert len(set(Order.objects.values_list("number", flat=True))) == 3
    assert set(Order.objects.values_list("external_id", flat=True)) == {"S-1", "S-1-1", "S-1-2"}
    sums = OrderLine.objects.values("order").annotate(sum=Sum("total")).order_by("order")
    assert [int(row["sum"]) for row in sums] == [2800, 2800, 2800]
    assert {hit.id for hit in search.find(alice, order.number)} == set(Order.objects.values_list("pk", flat=True))
    assert indexes(Order) == before


def test_copies_of_a_deal_stand_where_it_stands_and_stood_where_it_stood(
    deal: Opportunity, people: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selling, "DRAWN_CONTACTS", 1)
    selling.multiply(selling.DEAL_TABLES, 3)
    rows = Opportunity.objects.order_by("contact")
    assert [one.contact_id for one in rows] == people
    assert all(one.contact is not None and one.contact.company_id == one.company_id for one in rows)
    for model in (StageVisit, OpportunityState):
        assert sorted(model._default_manager.values_list("opportunity", flat=True)) == sorted(one.pk for one in rows)
    assert note_states() == 0


def test_what_was_sold_is_only_loaded_where_nothing_was(order: Order) -> None:
    with pytest.raises(CommandError, match="sold"):
        call_command("bench", "load", contacts=10, opportunities=10, orders=10)
    assert SalesChannel.objects.count() == 1


def indexes(model: type[models.Model]) -> set[str]:
    with connection.cursor() as cursor:
        return set(connection.introspection.get_constraints(cursor, model._meta.db_table))
