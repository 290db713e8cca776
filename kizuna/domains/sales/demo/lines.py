"""What the sample company's deals are about: furniture from the catalogue, at the prices of each customer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.resources.lines import GAP
from kizuna.customers.catalog import queries as catalog
from kizuna.customers.catalog.models import Product
from kizuna.customers.contacts.demo.draw import Draw
from kizuna.domains.sales.models import Opportunity, OpportunityLine
from kizuna.domains.sales.queries.deal_lines import worth_of


class Furnishing:
    """Lines for most deals that have an amount; what they come to is the amount from the first day on."""

    def __init__(self, actor: Any, today: dt.date) -> None:
        self.actor, self.today, self.draw = actor, today, Draw("hinata lines")
        self.products = list(Product.objects.live().filter(price__isnull=False).order_by("pk")[:30])
        self.lines: list[OpportunityLine] = []

    def choose(self, deals: Sequence[Opportunity]) -> None:
        """To be asked before the deals are stored."""
        for deal in deals:
            if deal.amount is None or not self.products or self.draw.maybe(0.35):
                continue
            found = [line for place in range(1, self.draw.randint(2, 4)) if (line := self._line(deal, place))]
            if found:
                deal.amount = worth_of(found).amount
                self.lines += found

    def _line(self, deal: Opportunity, place: int) -> OpportunityLine | None:
        assert deal.amount is not None
        product = self.draw.choice(self.products)
        quantity = Decimal(self.draw.choice((4, 6, 8, 12, 24, 40, 60)))
        line = OpportunityLine(
            opportunity=deal, product=product, words=product.name, quantity=quantity, position=place * GAP,
            owner_id=deal.owner_id, discount_percent=Decimal(5) if self.draw.maybe(0.2) else None,
        )  # fmt: skip
        currency = deal.amount.currency
        line.unit_price = catalog.price_for(line, buyer=deal.company, currency=currency, on=self.today)
        return line if line.unit_price else None

    def tell(self) -> None:
        """To be asked when the deals are stored."""
        for line in self.lines:
            line.opportunity_id = line.opportunity.pk
        if self.lines:
            records.create_many(actor=self.actor, resource=registry.get("opportunityline"), records=self.lines)
