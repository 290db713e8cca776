"""What becomes of an order."""

from __future__ import annotations

import re
import threading
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, connections

from kizuna.base.identity import SYSTEM
from kizuna.base.records import services as records
from kizuna.base.resources.reader import Reader
from kizuna.base.types.errors import Denied, Invalid, Refused
from kizuna.base.types.money import Money
from kizuna.customers.catalog.reckoning import Discount
from kizuna.customers.orders import services
from kizuna.customers.orders.events import OrderShipped
from kizuna.customers.orders.models import Order, OrderLine, Payment, Return
from kizuna.customers.orders.queries import bought_of, lines_bought, purchases_of
from kizuna.customers.orders.services import Draft, Sold
from kizuna.customers.orders.tests.conftest import ZERO, line_of, made, now, yen


def test_changing_lines_changes_the_totals(order, chair, tea) -> None:
    found = order((chair, 2))
    made("orderline", order=found.pk, product=tea.pk, quantity=3)
    assert now(found)[1] == "29656 JPY"
    records.update(actor=SYSTEM, record=line_of(found), changes={"discount": "10%"})
    assert now(found)[1] == "27016 JPY"
    records.update(actor=SYSTEM, record=found, changes={"discount": "1000"})
    assert now(found)[1] == "25918 JPY"
    records.delete(actor=SYSTEM, record=line_of(found, 1))
    assert now(found)[1] == "22660 JPY"


def test_a_discount_larger_than_the_line_is_refused(order, chair) -> None:
    found = order((chair, 1))
    with pytest.raises(Refused):
        records.update(actor=SYSTEM, record=line_of(found), changes={"discount": "12001"})
    assert now(found)[1] == "13200 JPY"


def test_the_status_follows_from_what_happened(order, chair, published) -> None:
    found = order((chair, 2))
    assert now(found) == ("open", "26400 JPY", "0 JPY")
    services.record_payment(actor=SYSTEM, order=found, amount=yen(26000), method=Payment.Method.CARD)
    assert now(found)[0] == "open"
    services.record_payment(actor=SYSTEM, order=found, amount=yen(400), method=Payment.Method.CASH)
    assert now(found) == ("paid", "26400 JPY", "26400 JPY")
    services.ship_line(actor=SYSTEM, line=line_of(found), quantity=Decimal(1))
    assert now(found)[0] == "paid"
    services.ship_order(actor=SYSTEM, order=found, tracking="JP-1")
    assert len(published.of(OrderShipped)) == 2
    assert now(found)[0] == "completed"
    with pytest.raises(Refused):
        services.ship_order(actor=SYSTEM, order=found)


def test_no_more_goes_back_than_was_paid(order, chair) -> None:
    found = order((chair, 1))
    services.record_payment(actor=SYSTEM, order=found, amount=yen(13200), method=Payment.Method.CARD)
    services.record_chargeback(actor=SYSTEM, order=found, amount=yen(200))
    with pytest.raises(Refused, match="No more can go back"):
        services.refund_payment(actor=SYSTEM, order=found, amount=yen(13001), method=Payment.Method.CARD)
    services.refund_payment(actor=SYSTEM, order=found, amount=yen(13000), method=Payment.Method.CARD)
    assert now(found) == ("open", "13200 JPY", "0 JPY")
    with pytest.raises(Refused):
        services.refund_payment(actor=SYSTEM, order=found, amount=yen(1), method=Payment.Method.CARD)
    with pytest.raises(Refused):
        made("payment", order=found.pk, kind="refund", amount="1 JPY")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("other", ["refund", "chargeback"])
def test_of_two_who_give_money_back_at_once_one_is_refused(order, chair, other) -> None:
    found = order((chair, 1))
    services.record_payment(actor=SYSTEM, order=found, method=Payment.Method.CARD)
    start, said = threading.Barrier(2), list[str]()

    def give_back(kind: str) -> None:
        try:
            mine = Order.objects.get(pk=found.pk)
            start.wait(60)
            if kind == "refund":
                services.refund_payment(actor=SYSTEM, order=mine, amount=yen(8000), method=Payment.Method.CARD)
            else:
                services.record_chargeback(actor=SYSTEM, order=mine, amount=yen(8000))
            said.append("done")
        except Refused as problem:
            said.append(str(problem.message))
        finally:
            connections.close_all()

    people = [threading.Thread(target=give_back, args=(kind,)) for kind in ("refund", other)]
    for one in people:
        one.start()
    for one in people:
        one.join(60)
    assert sorted(said) == ["No more can go back than was paid.", "done"]
    assert now(found)[2] == str(found.total - yen(8000))
    assert Payment.objects.filter(order=found).exclude(kind="payment").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_refund_all_at_once_give_it_back_once(order, chair) -> None:
    found = order((chair, 1))
    services.record_payment(actor=SYSTEM, order=found, method=Payment.Method.CARD)
    start, said = threading.Barrier(2), list[str]()

    def refund() -> None:
        try:
            mine = Order.objects.get(pk=found.pk)
            start.wait(60)
            services.refund_payment(actor=SYSTEM, order=mine, method=Payment.Method.CARD)
            said.append("done")
        except Refused:
            said.append("refused")
        finally:
            connections.close_all()

    people = [threading.Thread(target=refund) for _ in range(2)]
    for one in people:
        one.start()
    for one in people:
        one.join(60)
    assert sorted(said) == ["done", "refused"]
    assert now(found)[2] == "0 JPY"


def test_money_of_another_currency_is_refused(order, chair) -> None:
    found = order((chair, 1))
    with pytest.raises(Refused, match="This order is in JPY"):
        services.record_payment(actor=SYSTEM, order=found, amount=Money(1, "EUR"), method=Payment.Method.CARD)
    with pytest.raises(Invalid):
        made("orderline", order=found.pk, words="Delivery", quantity=1, unit_price="5 EUR")


def test_goods_come_back_once(order, chair) -> None:
    found = order((chair, 3))
    services.ship_order(actor=SYSTEM, order=found)
    line = line_of(found)
    services.take_back_line(actor=SYSTEM, line=line, quantity=Decimal(1), reason=Return.Reason.FIT)
    with pytest.raises(Refused, match="No more can come back"):
        services.take_back_line(actor=SYSTEM, line=line, quantity=Decimal(3), reason=Return.Reason.FIT)
    services.take_back(actor=SYSTEM, order=found, reason=Return.Reason.DAMAGED)
    assert line_of(found).returned == 3
    with pytest.raises(Refused):
        services.take_back(actor=SYSTEM, order=found, reason=Return.Reason.DAMAGED)


def test_what_was_given_back_is_goods_or_money_whichever_is_more(order, chair) -> None:
    found = order((chair, 2))
    services.ship_order(actor=SYSTEM, order=found)
    services.record_payment(actor=SYSTEM, order=found, amount=yen(27000), method=Payment.Method.CARD)
    services.refund_payment(actor=SYSTEM, order=found, amount=yen(600), method=Payment.Method.CARD)
    assert given_back(found) == (None, "26400 JPY")
    services.take_back_line(actor=SYSTEM, line=line_of(found), quantity=Decimal(1), reason=Return.Reason.FIT)
    assert given_back(found) == ("13200 JPY", "13200 JPY")
    services.refund_payment(actor=SYSTEM, order=found, amount=yen(13200), method=Payment.Method.CARD)
    assert given_back(found) == ("13200 JPY", "13200 JPY")
    services.record_chargeback(actor=SYSTEM, order=found, amount=yen(200))
    assert given_back(found) == ("13400 JPY", "13000 JPY")
    services.take_back(actor=SYSTEM, order=found, reason=Return.Reason.FIT)
    assert given_back(found) == ("26400 JPY", "0 JPY")


def given_back(order: Order) -> tuple[str | None, str]:
    """As the order says it, and what its customer spent."""
    order.refresh_from_db()
    (spent,) = purchases_of(Order.objects.filter(contact=order.contact_id)).spent
    return str(order.given_back) if order.given_back else None, str(spent)


def test_taking_back_is_offered_while_the_customer_has_something(order, chair) -> None:
    found = order((chair, 3))
    assert not services.take_back.fits(found)
    services.ship_order(actor=SYSTEM, order=found)
    services.take_back_line(actor=SYSTEM, line=line_of(found), quantity=Decimal(1), reason=Return.Reason.FIT)
    found.refresh_from_db()
    assert services.take_back.fits(found)
    services.take_back(actor=SYSTEM, order=found, reason=Return.Reason.DAMAGED)
    found.refresh_from_db()
    assert not services.take_back.fits(found)


def test_an_order_is_cancelled_while_nothing_went_out_and_no_money_is_held(order, chair) -> None:
    found = order((chair, 1))
    services.record_payment(actor=SYSTEM, order=found, amount=yen(13200), method=Payment.Method.CARD)
    with pytest.raises(Refused, match="refund"):
        services.cancel_order(actor=SYSTEM, order=found)
    services.refund_payment(actor=SYSTEM, order=found, amount=yen(13200), method=Payment.Method.CARD)
    found.refresh_from_db()
    services.cancel_order(actor=SYSTEM, order=found, why="Out of stock")
    assert now(found)[0] == "cancelled"
    with pytest.raises(Refused):
        made("orderline", order=found.pk, product=chair.pk, quantity=1)
    with pytest.raises((Denied, Refused)):
        records.delete(actor=SYSTEM, record=line_of(found))
    with pytest.raises(Refused):
        services.record_payment(actor=SYSTEM, order=found, amount=yen(1), method=Payment.Method.CARD)


def test_lines_are_put_in_order_and_few_of_them_change(order, chair, tea) -> None:
    found = order((chair, 1), (tea, 1), (chair, 2), (tea, 2))
    rows = OrderLine.objects.filter(order=found)
    ids = list(rows.order_by("position").values_list("pk", flat=True))
    wanted = [ids[3], *ids[:3]]
    moved = records.arrange(actor=SYSTEM, rows=rows, order=wanted)
    assert [line.pk for line in moved] == [ids[3]]
    assert list(rows.order_by("position").values_list("pk", flat=True)) == wanted
    for _ in range(15):
        wanted = [wanted[1], wanted[0], *wanted[2:]]
        records.arrange(actor=SYSTEM, rows=rows, order=wanted[:3])
        assert list(rows.order_by("position").values_list("pk", flat=True)) == wanted


def test_for_what_came_back_nobody_owes_anything(order, chair, tea) -> None:
    found = order((chair, 2), (tea, 1))
    services.ship_order(actor=SYSTEM, order=found)
    services.take_back_line(actor=SYSTEM, line=line_of(found), quantity=Decimal(1), reason=Return.Reason.FIT)
    services.record_payment(actor=SYSTEM, order=found, amount=yen(14285), method=Payment.Method.CARD)
    assert now(found) == ("completed", "27485 JPY", "14285 JPY")
    services.take_back(actor=SYSTEM, order=found, reason=Return.Reason.DAMAGED)
    services.refund_payment(actor=SYSTEM, order=found, amount=yen(14285), method=Payment.Method.CARD)
    assert now(found) == ("completed", "27485 JPY", "0 JPY")


def test_without_an_amount_all_that_is_left_is_paid_and_all_that_was_paid_goes_back(order, chair) -> None:
    found = order((chair, 2))
    services.record_payment(actor=SYSTEM, order=found, amount=yen(400), method=Payment.Method.CASH)
    services.record_payment(actor=SYSTEM, order=found, method=Payment.Method.CARD)
    assert now(found) == ("paid", "26400 JPY", "26400 JPY")
    services.refund_payment(actor=SYSTEM, order=found, method=Payment.Method.CARD)
    assert now(found) == ("open", "26400 JPY", "0 JPY")


def test_nothing_is_no_payment_and_no_refund(order, chair) -> None:
    found = order((chair, 1))
    with pytest.raises(Refused, match="above zero"):
        services.record_payment(actor=SYSTEM, order=found, amount=yen(0), method=Payment.Method.CARD)
    services.record_payment(actor=SYSTEM, order=found, method=Payment.Method.CARD)
    with pytest.raises(Refused, match="above zero"):
        services.refund_payment(actor=SYSTEM, order=found, amount=yen(0), method=Payment.Method.CARD)
    assert now(found) == ("paid", "13200 JPY", "13200 JPY")
    with pytest.raises(Invalid, match="needed"):
        made("payment", order=found.pk, kind="payment")


def test_a_part_of_a_unit_that_cannot_be_kept_neither_leaves_nor_comes_back(order, chair) -> None:
    found = order((chair, 2))
    with pytest.raises(Refused, match="three decimals"):
        services.ship_line(actor=SYSTEM, line=line_of(found), quantity=Decimal("0.0004"))
    services.ship_order(actor=SYSTEM, order=found)
    for wrong in ("1.0004", "0", "-1"):
        with pytest.raises(Refused):
            services.take_back_line(
                actor=SYSTEM, line=line_of(found), quantity=Decimal(wrong), reason=Return.Reason.FIT
            )
    assert line_of(found).kept == 2


def test_half_a_yen_of_what_came_back_is_the_customers(yoko) -> None:
    """A 22nd has no end in decimals: divided first, ¥121 / 22 would be ¥5.4999… instead of ¥5.5."""
    channel = made("saleschannel", name="Store", code="store", currency="JPY", country="JP", includes_tax=True)
    sold = [
        Sold(
            quantity=Decimal(22), words="Pencil", unit_price=yen(6), discount=Discount(amount=yen(11)), tax_percent=ZERO
        )
    ]
    found = services.place_order(actor=SYSTEM, draft=Draft(channel=channel, contact_id=yoko.pk, lines=sold))
    services.ship_order(actor=SYSTEM, order=found)
    services.take_back_line(actor=SYSTEM, line=line_of(found), quantity=Decimal(1), reason=Return.Reason.FIT)
    assert given_back(found) == ("6 JPY", "115 JPY")


def test_what_came_back_whole_is_in_nobodys_way(order, chair) -> None:
    found = order((chair, 2))
    services.ship_line(actor=SYSTEM, line=line_of(found), quantity=Decimal(1))
    with pytest.raises(Refused, match="take it back"):
        services.cancel_order(actor=SYSTEM, order=found)
    services.take_back_line(actor=SYSTEM, line=line_of(found), quantity=Decimal(1), reason=Return.Reason.FIT)
    services.cancel_order(actor=SYSTEM, order=found)
    assert now(found)[0] == "cancelled"


def test_what_somebody_kept_of_three_is_worth_two_thirds_to_the_cent(yoko) -> None:
    store = made("saleschannel", name="Store", code="store", currency="EUR")
    cent = Discount(amount=Money("0.02", "EUR"))
    lines = [Sold(quantity=Decimal(3), words="Lamp", unit_price=Money("33.34", "EUR"), discount=cent, tax_percent=ZERO)]
    found = services.place_order(actor=SYSTEM, draft=Draft(channel=store, contact_id=yoko.pk, lines=lines))
    services.ship_order(actor=SYSTEM, order=found)
    services.take_back_line(actor=SYSTEM, line=line_of(found), quantity=Decimal(1), reason=Return.Reason.FIT)
    (lamp,) = bought_of(lines_bought(SYSTEM, "contact", yoko.pk))
    assert (str(found.total), str(lamp.spent)) == ("100.00 EUR", "66.67 EUR")


def test_what_was_spent_on_products_is_what_was_paid_for_them(order, chair, tea, yoko) -> None:
    """With tax and after the order's discount, to the last coin: together it is what the orders came to."""
    found = order((chair, 2), (tea, 1), discount=Discount(amount=Money(1000, "JPY")))
    spent = {one.product_id: one.spent for one in bought_of(lines_bought(SYSTEM, "contact", yoko.pk))}
    assert {pk: str(money) for pk, money in spent.items()} == {chair.pk: "25344 JPY", tea.pk: "1042 JPY"}
    assert Money.total(spent.values(), "JPY") == found.total
    records.update(actor=SYSTEM, record=found, changes={"discount": ""})
    spent_now = [one.spent for one in bought_of(lines_bought(SYSTEM, "contact", yoko.pk))]
    found.refresh_from_db()
    assert Money.total(spent_now, "JPY") == found.total == Money(27485, "JPY")


def test_products_add_up_to_what_was_spent_when_money_goes_back_without_goods(order, chair, tea, yoko) -> None:
    """What was refunded out of kindness is shared out over what the customer kept, to the last yen."""
    kind, back = order((chair, 2), (tea, 3)), order((chair, 3))
    for found in (kind, back):
        services.record_payment(actor=SYSTEM, order=found, method=Payment.Method.CARD)
        services.ship_order(actor=SYSTEM, order=found)
    services.refund_payment(actor=SYSTEM, order=kind, amount=yen(1000), method=Payment.Method.CARD)
    services.take_back_line(actor=SYSTEM, line=line_of(back), quantity=Decimal(1), reason=Return.Reason.FIT)
    services.record_chargeback(actor=SYSTEM, order=back, amount=yen(13_201))
    lines = lines_bought(SYSTEM, "contact", yoko.pk)
    spent = {one.product_id: str(one.spent) for one in bought_of(lines)}
    assert spent == {chair.pk: "51909 JPY", tea.pk: "3146 JPY"}, "of 26400 and 3256 less ¥1,000, and 26399"
    whole = purchases_of(Order.objects.filter(contact=yoko)).spent
    assert [str(money) for money in whole] == ["55055 JPY"]
    services.record_chargeback(actor=SYSTEM, order=back, amount=yen(26_399))
    assert [str(one.spent) for one in bought_of(lines)] == ["25510 JPY", "3146 JPY"], "kept, and not paid for"


def _ship(line: OrderLine) -> None:
    services.ship_line.run(actor=SYSTEM, record_id=line.pk, raw={"quantity": "1"}, reader=Reader.of(SYSTEM))


def _edit(line: OrderLine) -> None:
    records.update(actor=SYSTEM, record=line, changes={"quantity": "2"})


def _remove(line: OrderLine) -> None:
    records.delete(actor=SYSTEM, record=line)


def _move(line: OrderLine) -> None:
    rows = OrderLine.objects.filter(order=line.order_id)
    records.arrange(actor=SYSTEM, rows=rows, order=list(rows.order_by("-position").values_list("pk", flat=True)))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("do", [_ship, _edit, _remove, _move])
def test_whoever_touches_a_line_holds_its_order_first(order, chair, tea, do) -> None:
    """Two people on one order wait for each other in turn, and never both at once: verbs of the order begin with it,
    and what becomes of one line changes the sums of the others."""
    line, held = line_of(order((chair, 1), (tea, 1))), list[str]()

    def note(execute: Any, sql: str, *more: Any) -> Any:
        asked = re.search(r'FROM "orders_(order|orderline)".* FOR UPDATE', sql)
        held.extend(asked.groups() if asked else ())
        return execute(sql, *more)

    with connection.execute_wrapper(note):
        do(line)
    if connection.features.has_select_for_update:
        assert held[:2] == ["order", "orderline"]
