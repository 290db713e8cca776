"""The sample company has sold for two years."""

from __future__ import annotations

import datetime as dt

from kizuna.base.identity import SYSTEM
from kizuna.customers.catalog import demo as catalogue
from kizuna.customers.orders import demo
from kizuna.customers.orders.models import Order, OrderLine, Payment, Preference, Return
from kizuna.customers.orders.tests.conftest import made


def test_the_story_is_whole_and_always_the_same(alice, monkeypatch) -> None:
    monkeypatch.setattr(demo, "ORDERS", 60)
    monkeypatch.setattr(demo, "FIRMS", 6)
    for name in ("山本", "Berg", "김"):
        made("contact", family_name=name, owner=alice.pk)
    made("company", name="青葉ホテル", owner=alice.pk)
    today = dt.date(2026, 11, 20)
    catalogue.load(SYSTEM, today)
    demo.load(SYSTEM, today)
    worn = OrderLine.objects.exclude(size="")
    assert worn.filter(returned=0).count() == 2 * worn.filter(returned=1).count() > 0
    assert Preference.objects.filter(is_liked=False).exists()
    assert Order.objects.count() == 66 + worn.count()
    assert set(Order.objects.values_list("channel__code", flat=True)) >= {"web", "aoyama", "market", "phone"}
    assert Order.objects.filter(status=Order.Status.COMPLETED).count() > 30
    assert Return.objects.exists()
    assert Payment.objects.filter(kind=Payment.Kind.CHARGEBACK).count() <= 1
    assert not Order.objects.filter(total=None).exists()
