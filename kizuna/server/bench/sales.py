"""What is measured of selling: the pages of deals, orders and forecasts, orders that come in, papers that go out."""

from __future__ import annotations

import datetime as dt
import json
from random import Random
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count
from django.utils import timezone

from kizuna.customers.catalog.models import Product
from kizuna.customers.contacts.models import Contact
from kizuna.customers.orders.models import Order
from kizuna.domains.sales.models import Opportunity, Quote
from kizuna.server.bench.client import Make, Request
from kizuna.server.bench.scenarios import Scenario, World

BATCH = 100
"""Orders in one call."""
NEW_ONE_IN = 5
"""Of those who buy, one in so many is new."""
MONTH = dt.timedelta(days=30)


def scenarios(world: World) -> list[Scenario]:
    """Nothing where nothing was sold."""
    if not Opportunity.objects.exists():
        return []
    pages = {name: Scenario(name, make, "page") for name, make in _pages(world).items()}
    selling = Selling(world)
    return [
        *pages.values(),
        Scenario("Order intake, one order", selling.orders(1)),
        Scenario(f"Order intake, {BATCH} orders in a call", selling.orders(BATCH)),
    ]


def _pages(world: World) -> dict[str, Make]:
    page, sales = world.page, world.salesperson
    deal = Opportunity.objects.live().filter(status="open").order_by("-pk")[0]
    buyer = _best_buyer()
    ago = (timezone.localdate() - MONTH).isoformat()
    everybody = {"scope": "all", "currency": "JPY"}
    quote = Quote.objects.order_by("pk")[0]
    return {
        "Opportunities, first page": page("/opportunities"),
        "Board of all opportunities": page("/opportunities?mode=board&by=stage"),
        "Heads of that board, after the page": page("/opportunities/board/heads?mode=board&by=stage"),
        "Board of opportunities, team scope": page("/opportunities?mode=board&by=stage", sales),
        "Opportunity page": page(f"/opportunities/{deal.pk}"),
        "Suggestions for an opportunity, after the page": page(f"/opportunities/{deal.pk}/suggestions"),
        "Contact page with a thousand orders": page(f"/contacts/{buyer}"),
        "Everything that they bought": page(f"/contacts/{buyer}/purchases"),
        "Suggestions for them, after the page": page(f"/contacts/{buyer}/suggestions"),
        "Orders, first page": page("/orders"),
        "Order page": page(f"/orders/{Order.objects.order_by('-pk')[0].pk}"),
        "Forecast of everybody": page(f"/forecast?{urlencode(everybody)}"),
        "Forecast of everybody by product": page(f"/forecast/products?{urlencode(everybody)}"),
        "Forecast of a salesperson": page("/forecast?currency=JPY", sales),
        "Forecast as it stood a month ago": page(f"/forecast?{urlencode(everybody | {'as_of': ago})}"),
        "What changed in a month": page(f"/forecast/changes?{urlencode(everybody | {'as_of': ago})}"),
        "Projection, after the page": page(f"/forecast/projection?{urlencode(everybody)}"),
        "Deals that are new, when they are opened": page(
            f"/forecast/changes/new?{urlencode(everybody | {'as_of': ago})}"
        ),
        "Pipeline analysis": page(f"/pipeline-analysis?{urlencode(everybody)}"),
        **{
            f"Pipeline analysis, {key} after the page": page(f"/pipeline-analysis/panels/{key}?{urlencode(everybody)}")
            for key in ("funnel", "velocity", "endings", "cohorts", "activity")
        },
        "Sales by channel, 30 days": page("/sales-by-channel?period=30&currency=JPY"),
        "Sales by channel, this year": page("/sales-by-channel?period=year&currency=JPY"),
        "Home of a salesperson, figures": page("/today/panels/sales", sales),
        "Home of a salesperson, forecast": page("/today/panels/forecast", sales),
        "PDF of a quote": page(f"/quotes/{quote.pk}/paper"),
    }


def _best_buyer() -> int:
    """The contact with most of the latest orders."""
    latest = Order.objects.exclude(contact=None).order_by("-pk").values("pk")[:50_000]
    rows = Order.objects.filter(pk__in=latest).order_by().values("contact").annotate(count=Count("pk"))
    return int(rows.order_by("-count")[0]["contact"])


class Selling:
    """Orders as a web shop sends them: one to five lines each, paid by card, by customers who are known or new."""

    def __init__(self, world: World) -> None:
        self.headers = world.bearer() | {"Content-Type": "application/json"}
        self.run, self.draw = world.run, Random(7)  # noqa: S311 - for measuring
        known = Contact.objects.live().exclude(email="").order_by("pk")
        self.emails = list(known.values_list("email", flat=True)[:5000])
        priced = Product.objects.live().exclude(price=None).exclude(code="")
        self.codes = list(priced.order_by("pk").values_list("code", flat=True))

    def orders(self, count: int) -> Make:
        def make(number: int) -> Request:
            told = [self._order(f"{self.run}-{count}-{number}-{place}") for place in range(count)]
            body = json.dumps({"orders": told} if count > 1 else told[0])
            return Request("/api/v1/orders/intake", "POST", self.headers, body)

        return make

    def _order(self, number: str) -> dict[str, Any]:
        is_new = self.draw.randrange(NEW_ONE_IN) == 0
        email = f"{number.lower()}@bench.example" if is_new else self.draw.choice(self.emails)
        lines = [
            {"sku": code, "quantity": self.draw.randint(1, 3), "unit_price": "1200", "tax_percent": "10"}
            for code in self.draw.sample(self.codes, self.draw.choice((1, 2, 2, 3, 3, 5)))
        ]
        return {
            "channel": "web", "external_id": number, "lines": lines, "paid": True, "method": "card",
            "customer": {"family_name": "Bench", "emails": [{"value": email}]},
        }  # fmt: skip
