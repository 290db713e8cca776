"""Sums of days: whatever happens to orders, and whenever days are added up, a page tells what counting them tells."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from kizuna.base.identity import SYSTEM
from kizuna.base.records import bulk
from kizuna.base.records import services as records
from kizuna.base.types.money import Money
from kizuna.customers.orders import queries, services
from kizuna.customers.orders.models import DaySales, Order, OrderLine, SalesChannel, TouchedDay
from kizuna.customers.orders.queries import days
from kizuna.customers.orders.services import Draft, Sold
from kizuna.customers.orders.services import days as adding
from kizuna.customers.orders.tests.conftest import made

ZONES = ("UTC", "Asia/Tokyo", "America/New_York", "Pacific/Chatham")


@pytest.fixture
def channels(web: SalesChannel) -> list[SalesChannel]:
    return [web, made("saleschannel", name="Europe", code="eu", currency="EUR", country="DE")]


def sell(channel: SalesChannel, price: Any, at: dt.datetime, **more: Any) -> Order:
    line = Sold(quantity=Decimal(1), words="Lamp", unit_price=Money(price, channel.currency), tax_percent=Decimal(0))
    return services.place_order(actor=SYSTEM, draft=Draft(channel=channel, lines=[line], ordered_at=at, **more))


def counted(actor: Any, since: dt.datetime, until: dt.datetime) -> dict[tuple[int, str], tuple[int, Decimal]]:
    rows = Order.objects.visible_to(actor).filter(ordered_at__gte=since, ordered_at__lt=until)
    rows = rows.exclude(status=Order.Status.CANCELLED).order_by()
    found: dict[tuple[int, str], tuple[int, Decimal]] = {}
    for one in rows:
        count, total = found.get((one.channel_id, one.currency), (0, Decimal(0)))
        left = one.total - one.given_back if one.given_back else one.total
        found[one.channel_id, one.currency] = (count + 1, total + left.amount)
    return found


def told(actor: Any, since: dt.datetime, until: dt.datetime) -> dict[tuple[int, str], tuple[int, Decimal]]:
    found: dict[tuple[int, str], tuple[int, Decimal]] = {}
    for one in days.sold(actor, since=since, until=until):
        count, total = found.get((one.channel_id, one.currency), (0, Decimal(0)))
        found[one.channel_id, one.currency] = (count + one.orders, total + one.total)
    return found


class Shop:
    """Everything that can become of orders, by the doors that there are and past them."""

    def __init__(self, draw: Random, channels: list[SalesChannel], people: list[Any]) -> None:
        self.draw, self.channels, self.people = draw, channels, people
        self.noon = timezone.now().replace(hour=12, minute=0, second=0, microsecond=0)

    def moment(self) -> dt.datetime:
        return self.noon - dt.timedelta(minutes=self.draw.randrange(0, 45 * 24 * 60))

    def one(self) -> Order | None:
        found = list(Order.objects.live().exclude(status=Order.Status.CANCELLED).order_by("pk"))
        return self.draw.choice(found) if found else None

    def place(self) -> None:
        sell(self.draw.choice(self.channels), self.draw.randrange(1, 90) * 10, self.moment(),
             owner_id=self.draw.choice(self.people).pk)  # fmt: skip

    def dearer(self) -> None:
        if order := self.one():
            line = OrderLine.objects.filter(order=order).order_by("pk")[0]
            records.update(actor=SYSTEM, record=line, changes={"quantity": str(self.draw.randrange(1, 9))})

    def on_another_day(self) -> None:
        if order := self.one():
            records.update(actor=SYSTEM, record=order, changes={"ordered_at": self.moment().isoformat()})

    def somebody_elses(self) -> None:
        if order := self.one():
            records.update(actor=SYSTEM, record=order, changes={"owner": self.draw.choice(self.people).pk})

    def cancel(self) -> None:
        if order := self.one():
            services.cancel_order(actor=SYSTEM, order=order)

    def give_back(self) -> None:
        if order := self.one():
            some = Money(5, order.currency)
            services.record_payment(actor=SYSTEM, order=order, amount=some, method="card")
            services.refund_payment(actor=SYSTEM, order=order, amount=some, method="card")

    def behind_our_backs(self) -> None:
        if order := self.one():
            order.total = Money(7, order.currency)
            bulk.update(Order, [order], ("total",))

    def to_the_trash(self) -> None:
        if order := self.one():
            Order.objects.filter(pk=order.pk).update(deleted_at=timezone.now())

    def gone(self) -> None:
        if order := self.one():
            OrderLine.objects.filter(order=order).delete()
            Order.objects.filter(pk=order.pk).delete()

    def add_up(self) -> None:
        services.add_up_days()


@pytest.mark.parametrize("zone", ZONES)
def test_whatever_happens_sums_tell_what_counting_tells(zone, settings, channels, alice, mika, haruto) -> None:
    settings.TIME_ZONE = zone
    draw = Random(zone)
    shop = Shop(draw, channels, [mika, haruto])
    doors = [shop.place, shop.place, shop.dearer, shop.on_another_day, shop.somebody_elses, shop.cancel, shop.give_back,
             shop.behind_our_backs, shop.to_the_trash, shop.gone, shop.add_up]  # fmt: skip
    for _order in range(12):
        shop.place()
    services.add_up_days()
    for _step in range(24):
        draw.choice(doors)()
        reader = draw.choice([alice, mika, haruto, SYSTEM])
        where = ZoneInfo(draw.choice(ZONES))
        until = (shop.noon + dt.timedelta(days=1)).astimezone(where).replace(hour=0)
        since = until - dt.timedelta(days=draw.randrange(1, 47))
        assert told(reader, since, until) == counted(reader, since, until)
    services.add_up_days()
    assert not TouchedDay.objects.exists()
    assert services.look_over_days() == 0


def test_a_day_that_was_added_up_is_read_from_its_sum_and_one_that_changed_is_not(web, alice) -> None:
    noon = timezone.now().replace(hour=12) - dt.timedelta(days=3)
    order = sell(web, 500, noon)
    services.add_up_days()
    DaySales.objects.update(orders=41)
    since, until = noon - dt.timedelta(days=9), noon + dt.timedelta(days=2)
    assert told(alice, since, until)[web.pk, "JPY"][0] == 41
    order.total = Money(900, "JPY")
    bulk.update(Order, [order], ("total",))
    assert told(alice, since, until)[web.pk, "JPY"] == (1, Decimal(900))


def test_a_wrong_sum_is_found_at_night_and_mended(web, alice, caplog) -> None:
    noon = timezone.now().replace(hour=12) - dt.timedelta(days=3)
    sell(web, 500, noon)
    services.add_up_days()
    DaySales.objects.update(orders=41)
    assert services.look_over_days() == 1
    assert "differed from their orders" in caplog.text
    assert services.look_over_days() == 0
    assert told(alice, noon - dt.timedelta(days=9), noon + dt.timedelta(days=2))[web.pk, "JPY"][0] == 1


def test_the_first_order_of_a_day_that_comes_at_night_stays_added_up(web, alice, monkeypatch) -> None:
    noon = timezone.now().replace(hour=12) - dt.timedelta(days=3)
    sell(web, 500, noon)

    def meanwhile(first: dt.date, last: dt.date) -> int:
        sell(web, 700, noon + dt.timedelta(days=1))
        services.add_up_days()
        return 0

    monkeypatch.setattr(adding, "_look_over", meanwhile)
    assert services.look_over_days() == 0
    assert told(alice, noon - dt.timedelta(days=9), noon + dt.timedelta(days=9))[web.pk, "JPY"] == (2, Decimal(1200))


def test_another_zone_has_days_told_apart_anew_and_until_then_orders_are_counted(web, alice, settings) -> None:
    late = timezone.now().replace(hour=20, minute=0) - dt.timedelta(days=5)
    sell(web, 500, late)
    services.add_up_days()
    DaySales.objects.update(orders=41)
    settings.TIME_ZONE = "Asia/Tokyo"
    since, until = late - dt.timedelta(days=9), late + dt.timedelta(days=2)
    assert told(alice, since, until)[web.pk, "JPY"][0] == 1
    services.add_up_days()
    assert told(alice, since, until)[web.pk, "JPY"][0] == 1
    assert DaySales.objects.get().day == late.astimezone(ZoneInfo("Asia/Tokyo")).date()


def test_a_payment_touches_no_day(web) -> None:
    order = sell(web, 500, timezone.now())
    services.add_up_days()
    services.record_payment(actor=SYSTEM, order=order, amount=Money(500, "JPY"), method="card")
    assert not TouchedDay.objects.exists()


def test_the_month_that_decides_the_rate_is_that_of_the_business(channels, alice, settings) -> None:
    settings.TIME_ZONE = "Asia/Tokyo"
    _web, europe = channels
    sell(europe, 100, dt.datetime(2026, 3, 31, 15, 30, tzinfo=dt.UTC))  # April in Tokyo
    made("exchangerate", currency="EUR", into="JPY", rate="100", since_on="2026-01-01")
    made("exchangerate", currency="EUR", into="JPY", rate="200", since_on="2026-04-02")
    since, until = dt.datetime(2026, 3, 30, tzinfo=dt.UTC), dt.datetime(2026, 5, 1, tzinfo=dt.UTC)
    for _time in range(2):
        found = queries.sales_by_channel(alice, since=since, until=until, currency="JPY")
        assert str(found.sold) == "20000 JPY"
        services.add_up_days()


def test_the_rate_of_the_last_day_counts_wherever_the_reader_is(channels, alice, settings) -> None:
    settings.TIME_ZONE = "UTC"
    _web, europe = channels
    sell(europe, 100, dt.datetime(2026, 3, 9, 10, tzinfo=dt.UTC))
    made("exchangerate", currency="EUR", into="JPY", rate="100", since_on="2026-01-01")
    made("exchangerate", currency="EUR", into="JPY", rate="200", since_on="2026-03-09")
    tokyo = ZoneInfo("Asia/Tokyo")  # where the 9th of March is over at three in the afternoon
    since, until = dt.datetime(2026, 3, 9, tzinfo=tokyo), dt.datetime(2026, 3, 10, tzinfo=tokyo)
    assert str(queries.sales_by_channel(alice, since=since, until=until, currency="JPY").sold) == "20000 JPY"
