"""The panel beside a customer's timeline."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kizuna.base.identity import SYSTEM
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.testing.visiting import page_of
from kizuna.base.types.money import Money
from kizuna.customers.catalog.models import TaxClass
from kizuna.domains.sales.models import QuoteLine
from kizuna.intelligence.prediction import queries
from kizuna.intelligence.prediction.models import Affinity
from kizuna.intelligence.prediction.tests.conftest import made

pytestmark = pytest.mark.django_db


def test_the_panel_says_what_and_why(alice, visit, history, products):
    buyer = history[12]
    page = page_of(visit(alice).get(f"/contacts/{buyer.pk}/panels"))
    assert f'hx-get="/contacts/{buyer.pk}/suggestions"' in page
    panel = page_of(visit(alice).get(f"/contacts/{buyer.pk}/suggestions"))
    assert f'href="/products/{products["bulb"].pk}"' in panel
    assert "Bought together with lamp: in 12 of 15 orders" in panel
    assert "hx-post" not in panel


def test_products_are_called_as_the_reader_calls_them(alice, visit, history, products):
    made("productname", product=products["bulb"].pk, language="en", name="LED bulb")
    made("productname", product=products["lamp"].pk, language="ja", name="影ランプ")
    address = f"/contacts/{history[12].pk}/suggestions"
    assert "LED bulb" in page_of(visit(alice).get(address))
    type(alice).objects.filter(pk=alice.pk).update(language="ja")
    panel = page_of(visit(alice).get(address))
    assert "LED bulb" not in panel
    assert "影ランプ" in panel


def test_where_nothing_is_known_it_says_so(alice, visit, people):
    panel = page_of(visit(alice).get(f"/contacts/{people[0].pk}/suggestions"))
    assert "Not enough is known yet" in panel


def test_it_is_not_there_for_who_may_not_see_the_person_or_the_orders(nobody, visit, people, products):
    assert visit(nobody).get(f"/contacts/{people[0].pk}/suggestions").status_code == 404
    assert visit(nobody).send(f"/contacts/{people[0].pk}/suggestions/{products['lamp'].pk}").status_code == 404


def test_kinds_of_records_that_buy_nothing_have_none(alice, visit, products):
    assert visit(alice).get(f"/products/{products['lamp'].pk}/suggestions").status_code == 404


# On a deal or a quote -----------------------------------------------------------------------------------------------


@pytest.fixture
def quote_in(history):
    """`quote_in("EUR")`: a quote for somebody who has a lamp, and may be sold bulbs."""

    def make(currency, **values):
        return made("quote", subject="Light", contact=history[12].pk, currency=currency, country="JP", **values)

    return make


def suggested(actor, record):
    """The price of the bulb."""
    return next(one.price for one in queries.suggestions(actor, record) if one.product.name == "bulb")


def test_a_price_is_in_the_currency_of_the_quote_from_the_book_that_holds_there(alice, visit, quote_in, products):
    euros, yen = quote_in("EUR"), quote_in("JPY")
    panel = page_of(visit(alice).get(f"/quotes/{euros.pk}/suggestions"))
    assert "No price in its currency" in panel
    assert "¥1,000" not in panel
    assert f"/quotes/{euros.pk}/suggestions/{products['bulb'].pk}" not in panel
    europe = made("pricebook", name="Europe")
    made("price", book=europe.pk, product=products["bulb"].pk, price="7.50 EUR")
    panel = page_of(visit(alice).get(f"/quotes/{euros.pk}/suggestions"))
    assert "€7.50" in panel
    assert f"/quotes/{euros.pk}/suggestions/{products['bulb'].pk}" in panel
    assert suggested(alice, yen) == Money(1000, "JPY")


def test_the_price_shown_is_the_price_that_is_added(alice, visit, quote_in, products):
    """With tax, from a book without; converted by the rate of the day; of a deal before tax, in its currency."""
    standard = TaxClass.objects.get(name="Standard rate")
    records.update(actor=SYSTEM, record=products["bulb"], changes={"tax_class": standard.pk})
    made("exchangerate", currency="EUR", into="JPY", rate="160", since_on="2020-01-01")
    seller = made("seller", name="Hinata", currency="JPY", country="JP", includes_tax=True)
    with_tax = quote_in("JPY", seller=seller.pk)
    in_euros = quote_in("EUR")
    deal = made("opportunity", name="Light", amount="50 EUR", contact=with_tax.contact_id)
    for record, key in ((with_tax, "quote"), (in_euros, "quote"), (deal, "opportunity")):
        shown = suggested(alice, record)
        place = f"/{registry.get(key).plural}/{record.pk}/suggestions/{products['bulb'].pk}"
        assert visit(alice).send(place).status_code == 200
        lines = registry.get(key).lines.resource.model.objects
        assert lines.get(**{key: record.pk}).unit_price == shown
    assert QuoteLine.objects.get(quote=with_tax).unit_price == Money(1100, "JPY")


def test_nothing_is_added_to_a_quote_that_is_sent(alice, visit, quote_in):
    quote = quote_in("JPY")
    assert "hx-post" in page_of(visit(alice).get(f"/quotes/{quote.pk}/suggestions"))
    type(quote).objects.filter(pk=quote.pk).update(status="sent")
    assert "hx-post" not in page_of(visit(alice).get(f"/quotes/{quote.pk}/suggestions"))


def test_five_prices_take_no_more_queries_than_one(alice, quote_in, products, django_assert_max_num_queries):
    quote = quote_in("JPY")
    with CaptureQueriesContext(connection) as one:
        assert len(queries.suggestions(alice, quote)) == 1
    for other in ("shade", "rug", "vase"):
        values = {"kind": Affinity.Kind.ORDER, "both": 3, "bought": 5, "lift": 2.0, "score": 1.0}
        Affinity.objects.create(product=products["lamp"], other=products[other], **values)
    with django_assert_max_num_queries(len(one)):
        assert len(queries.suggestions(alice, quote)) == 4


def test_who_may_not_read_list_prices_is_told_none(haruto, hide, quote_in, history, basket):
    quote = quote_in("JPY", owner=haruto.pk)
    basket(history[12], "lamp", owner=haruto)
    hide(haruto, "product", "price")
    assert [one.price for one in queries.suggestions(haruto, quote)] == [None]
