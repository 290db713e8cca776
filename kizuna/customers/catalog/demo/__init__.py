"""The sample company's catalogue: what Hinata Living sells, what hotels with a contract and the shop in Europe pay, and
what the euro, the won and others were worth in yen month by month."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.types.money import Money
from kizuna.customers.catalog.demo import goods, korean
from kizuna.customers.catalog.models import (
    BundleItem,
    Category,
    ExchangeRate,
    Price,
    PriceBook,
    Product,
    ProductName,
    TaxClass,
)
from kizuna.customers.contacts.demo.draw import Draw
from kizuna.customers.contacts.models import Company

MONTHS = 18


@transaction.atomic
def load(actor: Any, today: dt.date | None = None) -> None:
    """Fill the shelves and write the price books."""
    Shop(actor, today or timezone.localdate()).fill()


class Shop:
    def __init__(self, actor: Any, today: dt.date) -> None:
        self.actor, self.today = actor, today
        self.draw = Draw("hinata catalogue")
        classes = {one.name: one.pk for one in TaxClass.objects.live()}
        self.standard, self.reduced = classes["Standard rate"], classes["Reduced rate"]
        self.shelves: dict[str, int] = {}
        self.products: dict[str, Product] = {}

    def fill(self) -> None:
        self._put_up_shelves()
        self._make_goods()
        self._make_wear()
        self._make_services()
        self._make_bundles()
        self._name_elsewhere()
        self._write_price_books()
        self._write_rates()

    def _made(self, key: str, rows: list[Any]) -> list[Any]:
        return list(records.create_many(actor=self.actor, resource=registry.get(key), records=rows))

    def _put_up_shelves(self) -> None:
        for name, inner in goods.SHELVES.items():
            (shelf,) = self._made("category", [Category(name=name)])
            within = self._made("category", [Category(name=one, parent=shelf) for one in inner])
            self.shelves |= {one.name.partition(" ")[0]: one.pk for one in (shelf, *within)}

    def _keep(self, products: list[Product]) -> None:
        self.products |= {one.code: one for one in self._made("product", products)}

    def _make_goods(self) -> None:
        self._keep([
            Product(
                name=name, code=code, about=english, category_id=self.shelves[shelf], tags=[tag] if tag else [],
                price=Money(price, "JPY"), cost=Money(cost, "JPY"),
                tax_class_id=self.reduced if code == goods.FOOD else self.standard,
                sold_from_on=self.draw.day(dt.date(2021, 4, 1), dt.date(2024, 9, 1)),
                sold_until_on=self._ended(code),
            )
            for shelf, rows in goods.GOODS.items()
            for name, english, code, price, cost, tag in rows
        ])  # fmt: skip

    def _make_wear(self) -> None:
        """Each with its sizes and colours."""
        for name, english, code, price, cost, shelf, brand, sizes, colours in goods.WEAR:
            same = {
                "about": english, "category_id": self.shelves[shelf], "brand": brand, "price": Money(price, "JPY"),
                "cost": Money(cost, "JPY"), "tax_class_id": self.standard,
                "sold_from_on": self.draw.day(dt.date(2021, 4, 1), dt.date(2024, 9, 1)),
            }  # fmt: skip
            self._keep([Product(name=name, code=code, **same)])
            self._keep([
                Product(
                    name=f"{name} {size} {colour.partition(' ')[0]}", code=goods.variant(code, size, colour, colours),
                    variant_of=self.products[code], size=size, colour=colour, **same,
                )
                for size in sizes
                for colour in colours
            ])  # fmt: skip

    def _ended(self, code: str) -> dt.date | None:
        days = goods.DISCONTINUED.get(code)
        return self.today - dt.timedelta(days=days) if days else None

    def _make_services(self) -> None:
        self._keep([
            Product(
                name=name, code=code, about=english, kind=kind, unit=unit, category_id=self.shelves["サービス"],
                price=Money(price, "JPY"), tax_class_id=self.standard, billing="yearly" if code.endswith("-Y") else "",
            )
            for name, english, code, kind, price, unit in goods.SERVICES
        ])  # fmt: skip

    def _make_bundles(self) -> None:
        self._keep([
            Product(
                name=name, code=code, about=english, kind="bundle", unit="set", price=Money(price, "JPY"),
                tax_class_id=self.standard,
            )
            for name, english, code, price, _contents in goods.BUNDLES
        ])  # fmt: skip
        self._made("bundleitem", [
            BundleItem(bundle=self.products[code], product=self.products[part], quantity=quantity)
            for _name, _english, code, _price, contents in goods.BUNDLES
            for part, quantity in contents.items()
        ])  # fmt: skip

    def _name_elsewhere(self) -> None:
        """What customers in Europe and Korea call the goods; sizes and colours are too many to be named one by one."""
        named = {code: english for rows in goods.GOODS.values() for _name, english, code, *_more in rows}
        named |= {code: english for _name, english, code, *_more in goods.WEAR}
        named |= {code: english for _name, english, code, *_more in goods.SERVICES}
        named |= {code: english for _name, english, code, *_more in goods.BUNDLES}
        called = [("en", code, name) for code, name in named.items()]
        called += [("ko", code, name) for code, name in korean.NAMES.items()]
        self._made("productname", [
            ProductName(product=self.products[code], language=language, name=name) for language, code, name in called
        ])  # fmt: skip

    def _write_price_books(self) -> None:
        sale = dt.date(self.today.year, 6, 1)
        until = sale + dt.timedelta(days=60)
        shop = "Prices of the web shop for customers in Europe."
        contracts = "For hotels and offices with a framework contract, from a number of rooms on."
        europe, contracted, summer = self._made("pricebook", [
            PriceBook(name="Online shop Europe", includes_tax=True, about=shop),
            PriceBook(name="基本契約 Framework contracts", tags=["Framework contract"], rank=5, about=contracts),
            PriceBook(name="夏のセール Summer sale", since_on=sale, until_on=until, rank=1),
        ])  # fmt: skip
        prices = [self._price(europe, code, price, "EUR") for code, price in goods.EUROPE.items()]
        prices += [
            self._price(contracted, code, price, "JPY", start) for code, (start, price) in goods.CONTRACTED.items()
        ]
        on_sale = [one for one in self.products.values() if one.code.startswith(("RUG", "LMP"))]
        prices += [self._price(summer, one.code, self._share(one.code, "0.8"), "JPY") for one in on_sale]
        prices += self._own_prices()
        self._made("price", prices)

    def _price(self, book: PriceBook, code: str, price: int, currency: str, start: int = 1) -> Price:
        return Price(book=book, product=self.products[code], price=Money(price, currency), from_quantity=start)

    def _share(self, code: str, share: str) -> int:
        listed = self.products[code].price
        assert listed is not None
        return int(listed.amount * Decimal(share))

    def _own_prices(self) -> list[Price]:
        """A book for the largest customer among the hotels and offices."""
        company = Company.objects.live().order_by("-employees", "pk").first()
        if company is None:
            return []
        (own,) = self._made(
            "pricebook", [PriceBook(name=f"{company.name} 特別価格", company=company, owner_id=company.owner_id)]
        )
        return [self._price(own, code, self._share(code, "0.85"), "JPY")
                for code in ("CHR-KIS-1", "DIN-ICH-240", "STO-TSU-5")]  # fmt: skip

    def _write_rates(self) -> None:
        """On the first of each month, wandering a little around what the currency was worth."""
        months = [self._first_of(back) for back in range(MONTHS, -1, -1)]
        rates = []
        for code, usual in goods.RATES.items():
            drift = Decimal(0)
            for month in months:
                drift += Decimal(self.draw.randint(-150, 160)) / 10000
                rate = (Decimal(usual) * (1 + drift)).quantize(Decimal("0.0001"))
                rates.append(ExchangeRate(currency=code, into="JPY", rate=rate, since_on=month, source="Sample"))
        self._made("exchangerate", rates)

    def _first_of(self, months_back: int) -> dt.date:
        count = self.today.year * 12 + self.today.month - 1 - months_back
        return dt.date(count // 12, count % 12 + 1, 1)
