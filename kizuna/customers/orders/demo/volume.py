"""Any number of orders, for measuring: every channel, baskets of one to five things that go with each other.

    load_volume(orders=10_000)

The catalogue of the sample company must be there, with the contacts; its products are joined by `PRODUCTS` more.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from kizuna.base.identity import SYSTEM
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.types.money import Money
from kizuna.customers.catalog.models import Product, TaxClass
from kizuna.customers.orders.demo import Tills
from kizuna.customers.orders.demo.baskets import SHARES
from kizuna.customers.orders.services import Draft

PRODUCTS = 500
GROUP = 10
"""So many products go with each other: seven of ten things in a basket are of one group."""
LINES = {1: 0.25, 2: 0.25, 3: 0.23, 4: 0.16, 5: 0.11}
"""How many lines an order has: 2.63 in the middle, eight million in three million orders."""
TOGETHER = 0.7


def load_volume(*, orders: int, today: dt.date | None = None) -> None:
    """Open the channels, put products on the shelves, sell."""
    with transaction.atomic():
        Volume(SYSTEM, today or timezone.localdate(), orders).sell()


class Volume(Tills):
    """Sells more of more, to more people."""

    def __init__(self, actor: Any, today: dt.date, count: int) -> None:
        self.count = count
        standard = TaxClass.objects.live().get(name="Standard rate")
        made = [
            Product(
                name=f"Article {number:04}", code=f"VOL-{number:04}", tax_class=standard,
                price=Money(900 + number * 7919 % 90_000, "JPY"),
            )
            for number in range(PRODUCTS)
        ]  # fmt: skip
        records.create_many(actor=actor, resource=registry.get("product"), records=made)
        super().__init__(actor, today, buyers=count)
        self.codes = [one.code for one in made]

    def _of_people(self) -> Iterator[Draft]:
        for number in range(self.count):
            contact_id, company_id, owner_id = self.people[number % len(self.people)]
            channel = self.channels[self.draw.one_of(SHARES)]
            buyer = company_id if channel.kind == "phone" else None
            lines = [self._line(channel, code, self.draw.randint(1, 3)) for code in self._codes()]
            found = [one for one in lines if one]
            yield self._draft(channel, found, contact_id=contact_id, company_id=buyer, owner_id=owner_id)

    def _of_firms(self) -> Iterator[Draft]:
        """They are among the people, by telephone."""
        return iter(())

    def _codes(self) -> list[str]:
        first = self.draw.randrange(0, len(self.codes), GROUP)
        group = self.codes[first : first + GROUP]
        wanted = self.draw.one_of(LINES)
        chosen = [self.draw.choice(group if self.draw.maybe(TOGETHER) else self.codes) for _line in range(wanted)]
        return list(dict.fromkeys(chosen))

    def _price(self, code: str, currency: str) -> Money | None:
        """In Europe for a hundred and sixtieth of the yen, where no book says otherwise."""
        listed = self.products[code].price
        if currency == "JPY" or listed is None:
            return listed
        return Money.rounded(listed.amount / Decimal(160), currency)
