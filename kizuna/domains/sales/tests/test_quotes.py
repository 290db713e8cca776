"""Quotes: drawn up, reckoned, approved, and each version kept."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from kizuna.base import conditions
from kizuna.base.events import acting
from kizuna.base.identity import SYSTEM
from kizuna.base.jobs import run_waiting
from kizuna.base.notifications.models import Notification
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.resources.schema import ResourceSchema
from kizuna.base.types.check_digits import check_digit
from kizuna.base.types.errors import Denied, Invalid, Missing, Refused
from kizuna.base.types.money import Money
from kizuna.domains.sales import services
from kizuna.domains.sales.models import Quote, QuoteLine
from kizuna.domains.sales.queries.quotes import conceded, document_of
from kizuna.domains.sales.tests.conftest import made

pytestmark = pytest.mark.django_db


def lines(quote: Quote) -> list[QuoteLine]:
    return list(QuoteLine.objects.live().filter(quote=quote).order_by("position"))


def changed(record, **changes):
    return records.update(actor=SYSTEM, record=record, changes=changes)


def test_a_quote_begins_with_what_customer_and_seller_say(quote, seller) -> None:
    found = quote()
    assert (found.language, found.currency, found.country, found.rounding) == ("ja", "JPY", "JP", "ROUND_DOWN")
    assert found.payment_terms == seller.payment_terms
    assert found.valid_until_on == found.issued_on + dt.timedelta(days=30)
    assert check_digit(found.number[1:].replace("-", "")) == "0"  # as of every number with its check digit


@pytest.mark.parametrize(("key", "title"), [("quote", "subject"), ("opportunity", "name")])
def test_what_is_for_a_contact_is_for_their_company_too_where_it_is_seen(
    seller, sales, yoko, mika, nobody, grant, key, title
) -> None:
    rights = {"read": "all", "create": "all"}
    grant(nobody, contact={"read": "all"}, pipeline=rights, stage=rights, **{key: rights})

    def drawn_up(actor: Any) -> Any:
        with acting(actor):
            return records.create(actor=actor, resource=registry.get(key), values={title: "Chairs", "contact": yoko.pk})

    assert drawn_up(mika).company_id == yoko.company_id
    assert drawn_up(nobody).company_id is None


def test_lines_bring_in_words_price_and_tax_of_the_day(quote) -> None:
    found = quote()
    chairs, tea = lines(found)
    assert (chairs.words, chairs.unit, chairs.unit_price, chairs.tax_percent) == (
        "LINA 椅子", "set", Money(12000, "JPY"), Decimal(10),
    )  # fmt: skip
    assert (tea.tax_percent, tea.is_reduced, tea.total) == (Decimal(8), True, Money(15000, "JPY"))
    assert (found.net, found.tax, found.total) == (Money(63000, "JPY"), Money(6000, "JPY"), Money(69000, "JPY"))


def test_words_on_a_quote_are_taxed_like_those_on_an_order(quote) -> None:
    found = quote()
    delivery = made("quoteline", quote=found.pk, words="配送", unit_price="4000 JPY", quantity="1")
    assert (delivery.tax_percent, delivery.is_reduced) == (Decimal(10), False)
    cake = records.update(actor=SYSTEM, record=delivery, changes={"words": "お菓子", "tax_percent": "8"})
    assert (cake.tax_title, cake.is_reduced) == (lines(found)[1].tax_title, True)


def test_a_line_is_called_as_the_customer_of_the_quote_would_call_it(quote, chair) -> None:
    made("productname", product=chair.pk, language="en", name="LINA chair")
    english, korean = quote(language="en"), quote(language="ko")
    for found in (english, korean):
        made("quoteline", quote=found.pk, product=chair.pk, unit_price="1 JPY", quantity="1")
    assert lines(english)[-1].words == "LINA chair"
    assert lines(korean)[-1].words == "LINA 椅子", "nobody gave it a Korean name"


def test_a_product_has_one_name_in_a_language(chair) -> None:
    made("productname", product=chair.pk, language="en", name="LINA chair")
    with pytest.raises(Invalid):
        made("productname", product=chair.pk, language="en", name="Chair LINA")


def test_a_quote_keeps_its_prices_when_prices_change(quote, chair) -> None:
    found = quote()
    changed(chair, price="99000 JPY")
    changed(lines(found)[0], quantity="5")
    found.refresh_from_db()
    assert found.net == Money(75000, "JPY")


def test_whoever_changes_a_discount_is_told_what_it_comes_to_now(quote) -> None:
    """Sums are made by a handler: an answer from memory would tell those before the change."""
    answered = changed(quote(), discount="10%")
    stored = Quote.objects.get(pk=answered.pk)
    assert (answered.net, answered.total) == (stored.net, stored.total) == (Money(56700, "JPY"), Money(62100, "JPY"))
    line = changed(lines(answered)[1], quantity="1")
    assert line.total == QuoteLine.objects.get(pk=line.pk).total


def test_discounts_of_lines_and_quote_and_options_are_reckoned_at_once(quote) -> None:
    found = quote()
    changed(lines(found)[0], discount="10%")
    changed(found, discount="3200")
    made("quoteline", quote=found.pk, words="組立", quantity="1", unit_price="8000 JPY", is_optional=True)
    found.refresh_from_db()
    assert found.net == Money(48000 - 4800 + 15000 - 3200, "JPY")
    assert lines(found)[2].total == Money(8000, "JPY")


@pytest.mark.parametrize(
    "values",
    [
        {"words": "Nothing with a price"},
        {"unit_price": "100 JPY"},
        {"words": "Euros", "unit_price": "100 EUR"},
        {"words": "Half a yen", "unit_price": "0.5 JPY"},
        {"words": "Less than nothing", "unit_price": "100 JPY", "quantity": "-1"},
        {"words": "Too many", "unit_price": "100 JPY", "quantity": "10000000000"},
        {"words": "Paid for taking it", "unit_price": "-100 JPY"},
    ],
)
def test_what_cannot_be_sold_is_no_line(quote, values) -> None:
    found = quote()
    with pytest.raises((Invalid, Refused)):
        made("quoteline", quote=found.pk, **values)
    found.refresh_from_db()
    assert found.net == Money(63000, "JPY")


def test_a_line_keeps_a_price_and_its_quote(quote) -> None:
    found, other = quote(issued_on="9999-12-20"), quote()
    for wrong in ({"unit_price": None}, {"quote": other.pk}):
        with pytest.raises(Invalid):
            changed(lines(found)[0], **wrong)
    assert found.valid_until_on == dt.date.max


def test_numbers_of_a_year_have_no_gaps(quote) -> None:
    first = quote()
    with pytest.raises(Invalid):
        made("quote", subject="For nobody")
    second = quote()
    running = [one.number.partition("-")[2][:-1] for one in (first, second)]
    assert int(running[1]) == int(running[0]) + 1


def test_what_was_sent_stays_as_it_is(quote, haruto, mika) -> None:
    found = services.send_quote(actor=haruto, quote=quote(), by_hand=True)
    for record, values in ((found, {"discount": "50%"}), (lines(found)[0], {"quantity": "1"})):
        with pytest.raises((Refused, Denied)):
            changed(record, **values)
    with pytest.raises(Refused):
        made("quoteline", quote=found.pk, words="More", unit_price="1 JPY")
    with pytest.raises((Refused, Denied)):
        records.delete(actor=SYSTEM, record=lines(found)[0])
    assert changed(found, owner=mika.pk).owner_id == mika.pk


def test_a_large_discount_needs_a_second_pair_of_eyes(quote, haruto, make_user, tokyo) -> None:
    made("approvalrule", name="More than 10 %", above_percent="10")
    found = quote()
    changed(found, discount="20%")
    found.refresh_from_db()
    with pytest.raises(Refused, match="More than 10 %"):
        services.send_quote(actor=haruto, quote=found, by_hand=True)
    services.request_approval(actor=haruto, quote=found)
    with pytest.raises((Denied, Refused)):
        services.approve_quote(actor=haruto, quote=found)
    leader = make_user("Yui Morita", role="manager", team=haruto.team)
    services.return_quote(actor=leader, quote=found, why="15 % are enough")
    assert (found.status, found.why_returned) == ("draft", "15 % are enough")
    services.request_approval(actor=haruto, quote=found)
    run_waiting()
    assert Notification.objects.filter(user=leader, kind="quote_waiting").exists()
    services.approve_quote(actor=leader, quote=found)
    assert services.send_quote(actor=haruto, quote=found, by_hand=True).status == "sent"


def test_a_price_below_the_price_book_counts_as_a_discount(quote) -> None:
    found = quote()
    changed(lines(found)[0], unit_price="6000 JPY")
    assert conceded(*document_of(found)).quantize(Decimal("0.1")) == Decimal("38.1")


def test_the_price_follows_the_quantity_that_is_reached_unless_somebody_gave_another(quote, chair) -> None:
    """Asking for few at the price of many would be a discount that nobody approved."""
    book = made("pricebook", name="From ten on")
    made("price", book=book.pk, product=chair.pk, price="9000 JPY", from_quantity="10")
    found = quote()
    seats = changed(lines(found)[0], quantity="10")
    assert (seats.unit_price, seats.list_price) == (Money(9000, "JPY"), Money(9000, "JPY"))
    changed(seats, unit_price="8500 JPY")
    seats = changed(seats, quantity="9")
    assert (seats.unit_price, seats.list_price) == (Money(8500, "JPY"), Money(12000, "JPY"))
    changed(chair, price="99000 JPY")
    seats = changed(seats, quantity="10")
    assert seats.list_price == Money(12000, "JPY"), "prices are others now, and the quote keeps its own"


def test_a_line_says_from_which_price_book_its_price_came(quote, chair, haruto) -> None:
    found = quote()
    assert lines(found)[0].price_book is None, "it is the list price"
    book = made("pricebook", name="From ten on")
    made("price", book=book.pk, product=chair.pk, price="9000 JPY", from_quantity="10")
    seats = changed(lines(found)[0], quantity="10", unit_price="8500 JPY")
    assert seats.price_book == book, "whatever was agreed on"
    copy = services.copy_quote(actor=haruto, quote=found)
    assert lines(copy)[0].price_book == book
    assert changed(seats, quantity="2").price_book is None


def test_what_the_customer_may_add_is_no_way_around_approval(quote, haruto) -> None:
    made("approvalrule", name="More than 10 %", above_percent="10")
    found = quote()
    option = {"words": "組立", "unit_price": "90000 JPY", "quantity": "1", "discount": "50%", "is_optional": True}
    made("quoteline", quote=found.pk, **option)
    with pytest.raises(Refused, match="More than 10 %"):
        services.send_quote(actor=haruto, quote=found, by_hand=True)


def test_an_amount_above_the_limit_needs_approval_in_its_currency(quote, haruto) -> None:
    made("approvalrule", name="Large in euros", above_amount="1 EUR")
    services.send_quote(actor=haruto, quote=quote(), by_hand=True)
    made("approvalrule", name="Large", above_amount="60000 JPY")
    with pytest.raises(Refused, match="Large"):
        services.send_quote(actor=haruto, quote=quote(), by_hand=True)


def test_a_new_version_takes_the_place_of_the_one_before(quote, haruto) -> None:
    first = services.send_quote(actor=haruto, quote=quote(), by_hand=True)
    second = services.revise_quote(actor=haruto, quote=first)
    assert (first.status, second.status) == ("superseded", "draft")
    assert (second.name, second.total) == (f"{first.number}-2", first.total)
    assert [line.words for line in lines(second)] == [line.words for line in lines(first)]
    with pytest.raises(Refused):
        services.revise_quote(actor=haruto, quote=first)
    with pytest.raises(Refused):
        services.accept(by=SYSTEM, quote=first, name="Yoko")


def test_a_copy_is_a_quote_of_its_own(quote, haruto) -> None:
    first = quote()
    copy = services.copy_quote(actor=haruto, quote=first)
    assert copy.number != first.number
    assert (copy.total, copy.status) == (first.total, "draft")


def test_what_is_not_ready_is_not_sent(quote, yoko, haruto) -> None:
    empty = made("quote", subject="Empty", contact=yoko.pk, owner=haruto.pk)
    with pytest.raises(Refused, match="no lines"):
        services.send_quote(actor=haruto, quote=empty, by_hand=True)
    late = quote(valid_until_on=str(timezone.localdate() - dt.timedelta(days=1)))
    with pytest.raises(Refused, match="past"):
        services.send_quote(actor=haruto, quote=late, by_hand=True)


def test_a_withdrawn_quote_is_a_draft_again(quote, haruto) -> None:
    found = services.send_quote(actor=haruto, quote=quote(), by_hand=True)
    assert services.withdraw_quote(actor=haruto, quote=found).is_draft
    with pytest.raises(Refused):
        services.accept(by=SYSTEM, quote=found, name="Yoko")


def test_quotes_are_found_by_whether_their_time_is_over(quote, haruto) -> None:
    open_one, late = (services.send_quote(actor=haruto, quote=quote(), by_hand=True) for _number in range(2))
    Quote.objects.filter(pk=late.pk).update(valid_until_on=timezone.localdate() - dt.timedelta(days=1))
    draft = quote()

    def found(op: str, value: Any) -> set[str]:
        tree = {"field": "standing", "op": op, "value": value}
        asked = conditions.compile(tree, schema=ResourceSchema(registry.get("quote"), haruto), viewer=haruto)
        return set(Quote.objects.filter(asked).values_list("name", flat=True))

    assert found("is", "expired") == {late.name}
    assert found("is", "sent") == {open_one.name}
    assert found("any_of", ["expired", "draft"]) == {late.name, draft.name}
    assert found("is_not", "expired") == {open_one.name, draft.name}


def test_who_does_not_see_a_quote_does_nothing_with_it(quote, nobody) -> None:
    with pytest.raises((Denied, Missing)):
        services.send_quote(actor=nobody, quote=quote(), by_hand=True)


def test_owners_hear_once_that_a_quote_runs_out(quote, haruto) -> None:
    found = services.send_quote(actor=haruto, quote=quote(), by_hand=True)
    soon = found.valid_until_on - dt.timedelta(days=2)
    assert services.tell_owners_of_expiring(today=soon) == 1
    services.tell_owners_of_expiring(today=soon + dt.timedelta(days=1))
    assert Notification.objects.filter(user=haruto, kind="quote_expiring").count() == 1
