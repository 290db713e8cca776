"""Lines drive the amount of a deal: from the catalogue, into quotes, and back from what was accepted."""

from __future__ import annotations

from typing import Any

import pytest

from kizuna.base import conditions
from kizuna.base.events.models import Subject
from kizuna.base.identity import SYSTEM
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.resources.schema import ResourceSchema
from kizuna.base.types.errors import Denied, Invalid, Missing, Refused
from kizuna.base.types.money import Money
from kizuna.domains.sales import services
from kizuna.domains.sales.models import Opportunity, OpportunityLine, Quote, QuoteLine
from kizuna.domains.sales.tests.conftest import made

pytestmark = pytest.mark.django_db


@pytest.fixture
def lounge(deal, seller, yoko, haruto) -> Opportunity:
    """Haruto's deal with the hotel of Yoko, whose worth nobody knows yet."""
    return deal("ラウンジ", owner=haruto, company=yoko.company_id, contact=yoko.pk)


@pytest.fixture
def line(lounge) -> Any:
    """`line(chair, quantity="4")`: another line of the lounge."""

    def make(product: Any = None, **values: Any) -> OpportunityLine:
        found = made("opportunityline", opportunity=lounge.pk, product=product and product.pk, **values)
        lounge.refresh_from_db()
        return found

    return make


def amounts_told(deal: Opportunity) -> list[str]:
    """What its history says that the amount became, in order."""
    told = Subject.objects.filter(resource="opportunity", record_id=deal.pk).order_by("event_id")
    return [one.changes["amount"][1]["amount"] for one in told if "amount" in (one.changes or {})]


def test_lines_are_the_amount_until_the_last_one_goes(lounge, line, chair, tea, haruto) -> None:
    chairs = line(chair, quantity="4")
    assert (str(lounge.amount), lounge.has_lines) == ("48000 JPY", True)
    tins = line(tea, quantity="10", discount="10 %")
    assert str(lounge.amount) == "61500 JPY"
    records.update(actor=haruto, record=chairs, changes={"quantity": "2"})
    lounge.refresh_from_db()
    assert str(lounge.amount) == "37500 JPY"
    records.delete(actor=haruto, record=chairs)
    records.delete(actor=haruto, record=tins)
    lounge.refresh_from_db()
    assert (str(lounge.amount), lounge.has_lines) == ("13500 JPY", False)
    records.update(actor=haruto, record=lounge, changes={"amount": "90000 JPY"})
    records.restore(actor=haruto, record=OpportunityLine.objects.get(pk=chairs.pk))
    lounge.refresh_from_db()
    assert (str(lounge.amount), lounge.has_lines) == ("24000 JPY", True)


def test_a_price_of_many_holds_as_long_as_there_are_many(lounge, line, chair) -> None:
    book = made("pricebook", name="From ten on")
    made("price", book=book.pk, product=chair.pk, price="9000 JPY", from_quantity="10")
    seats = line(chair, quantity="10")
    seats = records.update(actor=SYSTEM, record=seats, changes={"quantity": "2"})
    lounge.refresh_from_db()
    assert (str(seats.unit_price), str(lounge.amount)) == ("12000 JPY", "24000 JPY")


def test_an_amount_with_lines_is_changed_by_no_door(lounge, line, chair, haruto, client) -> None:
    line(chair)
    with pytest.raises(Invalid, match="lines"):
        records.update(actor=haruto, record=lounge, changes={"amount": "1 JPY"})
    with pytest.raises(Invalid, match="lines"):
        services.win_opportunity(actor=haruto, opportunity=lounge, amount=Money(1, "JPY"))
    client.force_login(haruto)
    assert client.get(f"/opportunities/{lounge.pk}/fields/amount?edit").status_code == 422
    page = client.get(f"/opportunities/{lounge.pk}").content.decode()
    assert "It is what the lines come to" in page
    assert f"/opportunities/{lounge.pk}/fields/amount?edit" not in page
    form = client.get(f"/opportunities/{lounge.pk}/edit").content.decode()
    assert 'name="amount"' not in form
    assert "It is what the lines come to" in form
    records.update(actor=haruto, record=lounge, changes={"amount": "12000 JPY", "next_step": "Call"})
    services.win_opportunity(actor=haruto, opportunity=Opportunity.objects.get(pk=lounge.pk))


def test_prices_are_those_of_the_day_for_this_customer_and_quantity(line, lounge, chair, yoko) -> None:
    book = made("pricebook", name="青葉ホテル", company=yoko.company_id)
    made("price", book=book.pk, product=chair.pk, price="11000 JPY", from_quantity="1")
    made("price", book=book.pk, product=chair.pk, price="9900 JPY", from_quantity="10")
    assert str(line(chair, quantity="2").unit_price) == "11000 JPY"
    assert str(line(chair, quantity="12").unit_price) == "9900 JPY"
    assert str(line(words="搬入", unit_price="5000 JPY").unit_price) == "5000 JPY"
    with pytest.raises(Invalid, match="There is no price"):
        line(words="組立")
    with pytest.raises(Invalid, match="Choose a product"):
        line()


def test_a_deal_has_one_currency_that_of_its_amount_or_its_first_line(deal, line, chair, yoko, haruto) -> None:
    line(words="Crates", unit_price="80 EUR")
    with pytest.raises(Invalid, match="in EUR"):
        line(words="搬入", unit_price="5000 JPY")
    euros = deal("Berlin", "500 EUR", owner=haruto, contact=yoko.pk)
    with pytest.raises(Invalid, match="no price in EUR"):
        made("opportunityline", opportunity=euros.pk, product=chair.pk)


def test_whoever_sees_the_deal_sees_its_lines_and_whoever_changes_it_them(
    line, lounge, chair, haruto, mika, carol, victor
) -> None:
    seats = records.create(
        actor=mika, resource=registry.get("opportunityline"), values={"opportunity": lounge.pk, "product": chair.pk}
    )
    assert seats.owner_id == haruto.pk
    assert registry.get("opportunityline").visible_to(haruto).filter(pk=seats.pk).exists()
    for stranger in (victor, carol):
        with pytest.raises((Denied, Invalid)):
            records.create(
                actor=stranger, resource=registry.get("opportunityline"),
                values={"opportunity": lounge.pk, "product": chair.pk},
            )  # fmt: skip
    with pytest.raises(Denied):
        records.update(actor=victor, record=seats, changes={"quantity": "9"})
    with pytest.raises(Missing):
        records.update(actor=carol, record=seats, changes={"quantity": "9"})
    records.update(actor=mika, record=lounge, changes={"owner": mika.pk})
    seats.refresh_from_db()
    assert seats.owner_id == mika.pk


def test_history_tells_what_the_amount_became_and_undo_takes_a_line_back(line, lounge, chair, haruto) -> None:
    chairs = line(chair, quantity="1")
    changed = records.update(actor=haruto, record=chairs, changes={"quantity": "3"})
    records.undo(actor=haruto, record=changed, version=changed.version)
    assert amounts_told(lounge) == ["12000", "36000", "12000"]


def test_deals_are_found_by_what_is_in_their_lines(line, lounge, deal, chair, tea, haruto) -> None:
    line(chair)
    made("opportunityline", opportunity=deal("Roof", owner=haruto).pk, product=tea.pk)
    of_chairs = {"field": "product", "op": "is", "value": chair.pk}
    tree = {"related": "opportunitylines", "measure": "count", "op": "gte", "value": 1, "where": of_chairs}
    schema = ResourceSchema(registry.get("opportunity"), haruto)
    found = conditions.compile(tree, schema=schema, viewer=haruto)
    assert list(Opportunity.objects.filter(found)) == [lounge]


def test_what_is_paid_again_and_again_is_told_apart(line, lounge, chair, haruto, client) -> None:
    care = made("product", name="お手入れ", kind="subscription", billing="yearly", price="30000 JPY")
    line(chair)
    line(care, quantity="2")
    client.force_login(haruto)
    page = client.get(f"/opportunities/{lounge.pk}").content.decode()
    assert "Yearly" in page
    assert "¥60,000" in page
    assert "Amount before tax" in page


def test_a_quote_of_a_deal_begins_with_its_lines_at_their_prices(line, lounge, chair, tea, haruto, client) -> None:
    line(chair, quantity="4", unit_price="11000 JPY")
    line(tea, quantity="10", discount="10 %")
    client.force_login(haruto)
    assert "Make a quote" in client.get(f"/opportunities/{lounge.pk}").content.decode()
    answer = client.post(f"/opportunities/{lounge.pk}/actions/quote_opportunity")
    (quote,) = Quote.objects.filter(opportunity=lounge)
    assert answer["Location"] == f"/quotes/{quote.pk}"
    assert (str(quote.net), quote.company_id) == ("57500 JPY", lounge.company_id)
    seats, tins = QuoteLine.objects.filter(quote=quote).order_by("position")
    assert (str(seats.unit_price), str(seats.list_price), seats.unit) == ("11000 JPY", "12000 JPY", "set")
    assert tins.discount_percent == 10
    empty = made("quote", subject="Further", opportunity=lounge.pk, owner=haruto.pk)
    services.take_deal_lines(actor=haruto, quote=empty)
    empty.refresh_from_db()
    assert empty.net == quote.net
    with pytest.raises(Refused):
        services.take_deal_lines(actor=haruto, quote=empty)


def test_a_quote_of_a_deal_without_a_customer_asks_for_one_first(deal, yoko, haruto, client) -> None:
    records.update(actor=SYSTEM, record=yoko, changes={"owner": haruto.pk})
    found = deal("Lounge", owner=haruto)
    client.force_login(haruto)
    url = f"/opportunities/{found.pk}/actions/quote_opportunity"
    asked = client.post(url)
    assert (asked.status_code, asked["HX-Retarget"]) == (422, "#dialog")
    assert 'name="contact"' in asked.content.decode()
    answer = client.post(url, {"fields": ["company", "contact"], "company": "", "contact": yoko.pk})
    (quote,) = Quote.objects.filter(opportunity=found)
    assert (answer["Location"], quote.contact) == (f"/quotes/{quote.pk}", yoko)
    found.refresh_from_db()
    assert found.contact == yoko


@pytest.mark.parametrize("includes_tax", [False, True])
@pytest.mark.parametrize("discount", ["", "3 %", "1001"])
def test_what_was_accepted_is_what_the_deal_is_about(
    line, lounge, quote, seller, chair, tea, haruto, includes_tax, discount
) -> None:
    """The last word is the customer's: amount and lines of the deal are those of the quote, to the last yen."""
    records.update(actor=SYSTEM, record=seller, changes={"includes_tax": includes_tax})
    line(chair, quantity="1")
    offered = records.update(actor=haruto, record=quote(opportunity=lounge.pk), changes={"discount": discount})
    made("quoteline", quote=offered.pk, words="搬入", unit_price="777 JPY", quantity="3")
    made("quoteline", quote=offered.pk, words="組立", unit_price="9999 JPY", is_optional=True)
    offered = services.send_quote(actor=haruto, quote=Quote.objects.get(pk=offered.pk), by_hand=True)
    services.accept(by=SYSTEM, quote=offered, name="葉子")
    lounge.refresh_from_db()
    offered.refresh_from_db()
    assert lounge.amount == offered.net
    found = OpportunityLine.objects.live().filter(opportunity=lounge).order_by("position")
    assert [(one.words, int(one.quantity)) for one in found] == [(chair.name, 4), (tea.name, 10), ("搬入", 3)]
    assert sum(one.total.amount for one in found if one.total) == offered.net.amount
