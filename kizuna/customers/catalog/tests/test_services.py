"""Products come and go, prices rise, bundles and shelves stay finite."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import translation

from kizuna.base.events.models import EventRow
from kizuna.base.identity import SYSTEM
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.resources.reader import Reader
from kizuna.base.types.errors import Denied, Invalid, Refused
from kizuna.customers.catalog import queries, services
from kizuna.customers.catalog.models import BundleItem, Price, Product, TaxClass
from kizuna.customers.catalog.tests.conftest import made

TODAY = dt.date(2026, 11, 20)


def test_a_product_is_sold_until_the_day_it_is_discontinued(product, mika) -> None:
    lina = product("LINA", sold_from_on="2026-01-01")
    lina = services.discontinue_product(actor=mika, product=lina, on=dt.date(2026, 12, 31))
    sold = [lina.is_sold(dt.date(*day)) for day in ((2025, 12, 31), (2026, 1, 1), (2026, 12, 31), (2027, 1, 1))]
    assert sold == [False, True, True, False]
    with pytest.raises(Refused):
        services.discontinue_product(actor=mika, product=lina)
    lina = services.offer_product_again(actor=mika, product=lina)
    assert lina.is_sold(dt.date(2030, 1, 1))
    named = EventRow.objects.filter(name__startswith="catalog.").order_by("pk").values_list("name", flat=True)
    assert [name.rpartition(".")[2] for name in named] == ["ProductDiscontinued", "ProductOfferedAgain"]


def test_a_salesperson_reads_the_catalogue_and_decides_nothing_in_it(product, book, haruto) -> None:
    lina, everybody = product("LINA"), book("Everybody")
    assert Product.objects.visible_to(haruto).get() == lina
    with pytest.raises(Denied):
        services.discontinue_product(actor=haruto, product=lina)
    with pytest.raises(Denied):
        services.adjust_prices(actor=haruto, price_book=everybody, percent=Decimal(-50))
    with pytest.raises(Denied):
        records.update(actor=haruto, record=lina, changes={"price": "1 JPY"})


def test_a_book_for_a_company_is_a_secret_of_those_who_see_it(product, book, costs, haruto, carol) -> None:
    firm = made("company", name="Aoba", owner=haruto.pk)
    secret = costs(book("Only Aoba", company=firm), product("LINA"), "1 JPY")
    assert Price.objects.visible_to(haruto).get() == secret
    assert not Price.objects.visible_to(carol).exists()


def test_all_prices_of_a_book_rise_by_per_cents_to_what_can_be_paid(product, book, costs, mika) -> None:
    everybody, lina = book("Everybody"), product("LINA")
    costs(everybody, lina, "999 JPY")
    costs(everybody, lina, "9.99 EUR")
    other = costs(book("Other"), lina, "100 JPY")
    services.adjust_prices(actor=mika, price_book=everybody, percent=Decimal("2.5"))
    found = {str(one.price) for one in Price.objects.filter(book=everybody)}
    assert found == {"1024 JPY", "10.24 EUR"}
    other.refresh_from_db()
    assert str(other.price) == "100 JPY"
    with pytest.raises(Refused):
        services.adjust_prices(actor=mika, price_book=everybody, percent=Decimal(-101))


def test_a_copied_book_has_the_same_prices_for_everybody(product, book, costs, aoba, mika) -> None:
    own = book("Aoba", company=aoba, until_on="2026-12-31", includes_tax=True)
    costs(own, product("LINA"), "1000 JPY", start=10)
    copied = services.copy_price_book(actor=mika, price_book=own, name="Spring", percent=Decimal(10))
    (price,) = Price.objects.filter(book=copied)
    assert (str(price.price), price.from_quantity, copied.includes_tax) == ("1100 JPY", Decimal(10), True)
    assert (copied.company_id, copied.until_on) == (None, None)


def test_who_copies_a_book_copies_the_prices_that_they_see(product, book, costs, haruto, grant) -> None:
    own = book("Everybody")
    costs(own, product("LINA", owner=haruto.pk), "1000 JPY")
    costs(own, product("SECRET"), "7 JPY")
    Price.objects.update(owner=haruto)
    grant(
        haruto,
        pricebook={"read": "all", "create": "all", "update": "all"},
        price={"read": "all", "create": "all"},
        product={"read": "own"},
    )
    copied = services.copy_price_book(actor=haruto, price_book=own, name="Spring")
    assert [str(one.price) for one in Price.objects.filter(book=copied)] == ["1000 JPY"]


def test_a_shelf_is_never_within_itself(category) -> None:
    home = category("Home")
    chairs = category("Chairs", category("Living room", home))
    with pytest.raises(Refused, match="within"), transaction.atomic():
        records.update(actor=SYSTEM, record=home, changes={"parent": chairs.pk})


def test_bundles_are_opened_to_the_last_piece(product, contains) -> None:
    room, corner = product("Room", kind="bundle"), product("Corner", kind="bundle")
    lina, rug = product("LINA"), product("Rug")
    contains(room, corner, 2)
    contains(room, rug, "1.5")
    contains(corner, lina, 3)
    contains(corner, rug, 1)
    assert queries.contents_of(room) == {lina.pk: Decimal(6), rug.pk: Decimal("3.5")}
    assert queries.contents_of(lina) == {}


def test_a_bundle_never_contains_itself_over_others_either(product, contains) -> None:
    room, corner, nook = (product(name, kind="bundle") for name in ("Room", "Corner", "Nook"))
    contains(room, corner)
    contains(corner, nook)
    with pytest.raises(Invalid):
        contains(nook, nook)
    with pytest.raises(Refused, match="itself"), transaction.atomic():
        contains(nook, room)
    last = contains(nook, product("Lamp"))
    with pytest.raises(Refused, match="itself"), transaction.atomic():
        records.update(actor=SYSTEM, record=last, changes={"product": room.pk})
    assert queries.contents_of(room) == {last.product_id: Decimal(1)}


def test_a_circle_that_two_people_made_at_once_is_not_opened_for_ever(product, contains) -> None:
    room, corner, lamp = product("Room", kind="bundle"), product("Corner", kind="bundle"), product("Lamp")
    contains(room, corner)
    contains(room, lamp)
    BundleItem.objects.create(bundle=corner, product=room)
    assert queries.contents_of(room).keys() == {lamp.pk}


def test_only_subscriptions_are_paid_again_and_again(product) -> None:
    assert product("Care", kind="subscription").billing == "monthly"
    assert product("LINA", kind="goods", billing="yearly").billing == ""


def test_a_code_belongs_to_one_product(product) -> None:
    first = product("LINA", code="L-1")
    with pytest.raises(Invalid, match="code"):
        product("NORD", code="L-1")
    records.delete(actor=SYSTEM, record=first)
    assert product("NORD", code="L-1").code == "L-1"


@pytest.mark.parametrize(
    ("country", "on", "percent"),
    [("JP", (2026, 11, 20), "8"), ("JP", (2019, 9, 30), None), ("DE", (2026, 11, 20), "7"), ("KR", (2026, 1, 1), None)],
)
def test_tax_is_that_of_the_class_the_country_and_the_day(product, country: str, on, percent: str | None) -> None:
    tea = product("Tea", tax_class=TaxClass.objects.get(name="Reduced rate").pk)
    found = queries.tax_of(tea, country=country, on=dt.date(*on))
    assert (None if found is None else f"{found.percent.normalize():f}") == percent


def test_a_later_rate_takes_over_on_its_day(product) -> None:
    standard = TaxClass.objects.get(name="Standard rate")
    made("taxrate", tax_class=standard.pk, country="JP", percent="12", since_on="2027-04-01", title="消費税")
    lina = product("LINA", tax_class=standard.pk)
    days = (dt.date(2027, 3, 31), dt.date(2027, 4, 1))
    assert [int(queries.tax_of(lina, country="JP", on=day).percent) for day in days] == [10, 12]


def test_a_tax_class_is_called_as_the_reader_speaks_until_somebody_renames_it(haruto) -> None:
    title = registry.get("taxclass").title_field
    haruto.language = "ja"
    with translation.override("ja"):
        cells = [title.cell((name, ""), Reader.of(haruto)) for name in ("Standard rate", "Books")]
    assert [(cell["text"], cell["initials"]) for cell in cells] == [("標準税率", "標"), ("Books", "B")]
