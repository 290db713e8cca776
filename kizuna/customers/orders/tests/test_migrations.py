"""What was bought before a change of the tables is told as what is bought after it."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.db.migrations.loader import MigrationLoader

from kizuna.base.types.money import Money
from kizuna.customers.orders.models import Order, OrderLine, Payment, TouchedDay
from tests.database import EmptyDatabase

BEFORE = ("orders", "0005_sums_of_days")


def yen(amount: int) -> Money:
    return Money(amount, "JPY")


def sold(apps: Any, number: str, *, returned: int = 0, refunded: int = 0) -> None:
    """Two chairs at 10,000 yen and a tenth of tax, in the words of the tables of then."""
    channels = apps.get_model("orders", "SalesChannel").objects
    channel = channels.filter(code="web").first() or channels.create(
        name="Web", code="web", currency="JPY", country="JP"
    )
    order = apps.get_model("orders", "Order").objects.create(
        number=number, channel=channel, currency="JPY", country="JP", total=yen(22000), tax=yen(2000)
    )
    apps.get_model("orders", "OrderLine").objects.create(
        order=order, words="Chair", quantity=2, unit_price=yen(10000), tax_percent=10,
        total=yen(20000), shipped=2, returned=returned,
    )  # fmt: skip
    for kind, amount in (("payment", 22000), ("refund", refunded)):
        if amount:
            apps.get_model("orders", "Payment").objects.create(order=order, kind=kind, amount=yen(amount))


def test_orders_that_are_there_say_what_was_given_back_and_paid_for_each_line(empty_database: EmptyDatabase) -> None:
    with empty_database():
        call_command("migrate", *BEFORE, verbosity=0)
        apps = MigrationLoader(connection).project_state([BEFORE]).apps
        sold(apps, "kept")
        sold(apps, "one came back", returned=1, refunded=500)
        sold(apps, "refunded", refunded=500)
        apps.get_model("orders", "Payment").objects.create(order=apps.get_model("orders", "Order").objects.first())
        TouchedDay.objects.all().delete()
        call_command("migrate", "orders", verbosity=0)
        told = {order.number: order.given_back and str(order.given_back) for order in Order.objects.all()}
        assert TouchedDay.objects.exists()
        assert Payment.objects.filter(amount__isnull=True).count() == 1, "what somebody wrote down is kept"
        with pytest.raises(IntegrityError), transaction.atomic():
            Payment.objects.filter(amount__isnull=False).update(amount=yen(0))
        charged = set(OrderLine.objects.values_list("charged", flat=True))
    assert told == {"kept": None, "one came back": "11000 JPY", "refunded": "500 JPY"}
    assert charged == {22000}
