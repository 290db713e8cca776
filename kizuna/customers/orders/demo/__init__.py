"""The sample company's orders of two years: the web shop, three stores, a marketplace, Europe and the telephone;
baskets of people who furnish a home and come back for cups, chairs by the dozen for hotels, what came back, and a
chargeback."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.types.money import Money
from kizuna.customers.catalog.models import Price, Product
from kizuna.customers.contacts.demo.draw import Draw
from kizuna.customers.contacts.models import Company, Contact
from kizuna.customers.orders import services
from kizuna.customers.orders.demo.baskets import BASKETS, CHANNELS, FOR_FIRMS, METHODS, SHARES, WEAR, WEARERS
from kizuna.customers.orders.models import Order, OrderLine, Payment, Return, SalesChannel, Shipment, ShipmentLine
from kizuna.customers.orders.services import Draft, Sold

TOKYO = ZoneInfo("Asia/Tokyo")
DAYS = 730
ORDERS = 640
FIRMS = 60
BATCH = 350


@transaction.atomic
def load(actor: Any, today: dt.date | None = None) -> None:
    """Open the channels and sell."""
    Tills(actor, today or timezone.localdate()).sell()


class Tills:
    def __init__(self, actor: Any, today: dt.date, *, buyers: int = ORDERS) -> None:
        self.actor, self.today, self.draw = actor, today, Draw("hinata orders")
        self.products = {one.code: one for one in Product.objects.live().select_related("tax_class")}
        europe = Price.objects.live().filter(book__name="Online shop Europe").select_related("product")
        self.euros = {one.product.code: one.per_unit for one in europe}
        people = Contact.objects.live().exclude(owner=None).order_by("pk").values_list("pk", "company_id", "owner_id")
        self.people = list(people[: buyers * 3 : 5]) or list(people)
        self.firms = list(Company.objects.live().exclude(owner=None).order_by("pk").values_list("pk", "owner_id")[:40])
        self.channels: dict[str, SalesChannel] = {}

    def sell(self) -> None:
        rows = [SalesChannel(code=code, **values) for code, values in CHANNELS.items()]
        records.create_many(actor=self.actor, resource=registry.get("saleschannel"), records=rows)
        self.channels = {row.code: row for row in rows}
        if not self.people or not self.products:
            return
        drafts = sorted((*self._of_people(), *self._of_firms()), key=lambda one: one.ordered_at)
        for start in range(0, len(drafts), BATCH):
            self._keep(drafts[start : start + BATCH])
        self._take_some_back()
        self._dress()
        self._cancel_some()

    # ── what is ordered ──

    def _of_people(self) -> Iterator[Draft]:
        """A third of the buyers buys again and again."""
        regulars = self.people[::3]
        for _number in range(ORDERS):
            contact_id, _company, owner_id = self.draw.choice(regulars if self.draw.maybe(0.6) else self.people)
            channel = self.channels[self.draw.one_of(SHARES)]
            lines = [self._line(channel, code, count) for code, count in self._basket(channel)]
            yield self._draft(channel, [one for one in lines if one], contact_id=contact_id, owner_id=owner_id)

    def _of_firms(self) -> Iterator[Draft]:
        """Hotels and offices, by telephone: many of one thing."""
        for _number in range(FIRMS if self.firms else 0):
            company_id, owner_id = self.draw.choice(self.firms)
            code, low, high = self.draw.choice(FOR_FIRMS)
            lines = [self._line(self.channels["phone"], code, self.draw.randint(low, high))]
            if self.draw.maybe(0.5):
                lines.append(self._line(self.channels["phone"], "SRV-DEL-1", 1))
            found = [one for one in lines if one]
            yield self._draft(self.channels["phone"], found, company_id=company_id, owner_id=owner_id)

    def _basket(self, channel: SalesChannel) -> Sequence[tuple[str, int]]:
        if channel.currency == "EUR":
            return [(self.draw.choice(sorted(self.euros)), self.draw.choice((1, 1, 1, 2, 4)))] if self.euros else []
        basket = self.draw.one_of(BASKETS)
        return [(code, self.draw.randint(low, high)) for code, low, high, share in basket if self.draw.maybe(share)]

    def _line(self, channel: SalesChannel, code: str, count: int) -> Sold | None:
        """At the list price, in shops with the tax in it."""
        product = self.products.get(code)
        if product is None:
            return None
        price = self._price(code, channel.currency)
        if price is None:
            return None
        is_reduced = product.tax_class is not None and product.tax_class.is_reduced
        percent = Decimal(19 if channel.country == "DE" else 8 if is_reduced else 10)
        if channel.includes_tax and channel.currency == "JPY":
            price = price.times((100 + percent) / 100)
        return Sold(quantity=Decimal(count), product=product, words=product.name, unit_price=price, tax_percent=percent)

    def _price(self, code: str, currency: str) -> Money | None:
        return self.euros.get(code) if currency == "EUR" else self.products[code].price

    def _draft(self, channel: SalesChannel, lines: Sequence[Sold], **who: Any) -> Draft:
        """More in spring, when people move, and more of late than two years ago."""
        ago = int(DAYS * self.draw.random() ** 1.4)
        day = self.today - dt.timedelta(days=ago)
        at = dt.datetime.combine(day, dt.time(self.draw.randint(10, 20), self.draw.randint(0, 59)), TOKYO)
        number = (
            f"{channel.code.upper()[:3]}-{self.draw.randint(10**7, 10**8 - 1)}"
            if channel.code in ("web", "market", "europe")
            else ""
        )
        if not lines:
            lines = [Sold(quantity=Decimal(1), words="ギフト包装 Gift wrapping", unit_price=Money(500, "JPY"))]
            channel = self.channels["aoyama"]
        is_gone = ago > 9 or channel.kind == SalesChannel.Kind.STORE
        return Draft(
            channel=channel, lines=[_shipped(one) for one in lines] if is_gone else lines,
            ordered_at=min(at, timezone.now()), external_id=number, **who,
        )  # fmt: skip

    # ── what became of it ──

    def _keep(self, drafts: Sequence[Draft]) -> None:
        orders = services.place_orders(actor=self.actor, drafts=drafts)
        gone = [order for order, draft in zip(orders, drafts, strict=True) if draft.lines[0].shipped]
        shipments = {
            one.pk: Shipment(
                order=one,
                shipped_at=one.ordered_at + dt.timedelta(days=2 if one.external_id else 0),
                owner_id=one.owner_id,
            )
            for one in gone
        }
        lines = OrderLine.objects.filter(order__in=shipments).only("pk", "order_id", "quantity")
        sent = [ShipmentLine(shipment=shipments[one.order_id], line=one, quantity=one.quantity) for one in lines]
        services.keep_shipments(actor=self.actor, shipments=list(shipments.values()), lines=sent)
        self._pay(orders)

    def _pay(self, orders: Sequence[Order]) -> None:
        totals = Order.objects.select_related("channel").in_bulk([order.pk for order in orders])
        month = timezone.now() - dt.timedelta(days=30)
        payments = []
        for order in totals.values():
            is_invoice = order.company_id is not None
            if order.total and not (is_invoice and order.ordered_at > month) and not self.draw.maybe(0.015):
                method = "transfer" if is_invoice else self.draw.one_of(METHODS[order.channel.kind])
                paid_at = min(order.ordered_at + dt.timedelta(days=25 if is_invoice else 0), timezone.now())
                paid = Payment(order=order, amount=order.total, method=method, paid_at=paid_at)
                paid.owner_id = order.owner_id
                payments.append(paid)
        records.create_many(actor=self.actor, resource=registry.get("payment"), records=payments)

    def _take_some_back(self) -> None:
        """One order in sixteen comes back in part, and the money with it; one customer's bank takes it back."""
        done = Order.objects.filter(status=Order.Status.COMPLETED, company=None).order_by("pk")
        for place, order in enumerate(done[5::16]):
            line = OrderLine.objects.filter(order=order).select_related("order").order_by("position").first()
            if line is None or line.total is None or not line.total:
                continue
            reason = self.draw.choice(list(Return.Reason))
            services.take_back_line(actor=self.actor, line=line, quantity=Decimal(1), reason=reason)
            amount = min(line.total.times(1 / line.quantity), order.paid or line.total)
            services.refund_payment(actor=self.actor, order=order, amount=amount, method=Payment.Method.CARD)
            if place == 0 and (left := Order.objects.get(pk=order.pk).paid):
                services.record_chargeback(actor=self.actor, order=order, amount=left, note="4837")

    def _dress(self) -> None:
        """Some have one size, try another, and send that back; of two it is noted what they like."""
        wear = [(one, of) for one in WEARERS for of in WEAR]
        regulars = self.people[: 3 * len(wear) : 3]
        for (contact_id, _company, owner_id), (sizes, (code, colours)) in zip(regulars, wear, strict=False):
            for kept, size in ((True, sizes[0]), (True, sizes[0]), (False, sizes[1])):
                draft = self._worn(f"{code}-{size}-{self.draw.choice(colours)}", contact_id, owner_id)
                if draft is None:
                    return
                self._keep([draft])
                order = Order.objects.order_by("-pk")[0]
                if not kept:
                    line = OrderLine.objects.select_related("order").get(order=order)
                    services.take_back_line(
                        actor=self.actor, line=line, quantity=Decimal(1), reason=Return.Reason.FIT, note="サイズ違い"
                    )
        for contact in Contact.objects.filter(pk__in=[one[0] for one in regulars[:2]]).order_by("pk"):
            services.note_preference(actor=self.actor, customer=contact, kind="brand", words="HINODE")
            services.note_preference(
                actor=self.actor, customer=contact, kind="colour", words="黒 Black", is_liked=False
            )

    def _worn(self, code: str, contact_id: int, owner_id: int) -> Draft | None:
        shop = self.channels["aoyama"]
        line = self._line(shop, code, 1)
        return self._draft(shop, [line], contact_id=contact_id, owner_id=owner_id) if line else None

    def _cancel_some(self) -> None:
        for order in Order.objects.filter(status=Order.Status.OPEN, paid=0).order_by("-pk")[:6:2]:
            services.cancel_order(actor=self.actor, order=order, why="お客様都合 The customer changed their mind")


def _shipped(sold: Sold) -> Sold:
    return Sold(
        quantity=sold.quantity, product=sold.product, words=sold.words, unit_price=sold.unit_price,
        tax_percent=sold.tax_percent, shipped=True,
    )  # fmt: skip
