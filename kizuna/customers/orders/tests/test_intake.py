"""A shop system sends what it sold."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kizuna.base.identity import SYSTEM
from kizuna.base.records import services as records
from kizuna.base.types.errors import Denied, Invalid
from kizuna.customers.contacts.models import Contact
from kizuna.customers.orders import services
from kizuna.customers.orders.models import Order, Payment, Shipment
from kizuna.customers.orders.services import Verdict, buyers
from kizuna.customers.orders.tests.conftest import made


def told(external_id: str, **more: Any) -> dict[str, Any]:
    lines = [{"sku": "LINA", "quantity": 2}, {"words": "Gift wrapping", "unit_price": "300"}]
    return {"channel": "WEB", "external_id": external_id, "lines": lines} | more


def take_in(*entries: Any) -> list[Verdict]:
    return services.take_in(actor=SYSTEM, entries=list(entries))


def test_an_order_that_comes_twice_is_stored_once(web, chair) -> None:
    (first,), (second,) = take_in(told("S-1")), take_in(told("S-1", lines=[{"sku": "LINA"}]))
    assert first.order == second.order
    assert str(Order.objects.get().total) == "26730 JPY", "the wrapping is taxed, too"
    once, again = take_in(told("S-2"), told("S-2"))
    assert once.order == again.order
    assert Order.objects.count() == 2


def test_an_order_that_comes_again_otherwise_stays_and_says_what_differs(web, chair) -> None:
    """What the shop does not say, and what became of the order here, are no difference."""
    when = "2026-11-01T10:00:00+09:00"
    (first,) = take_in(told("S-1", ordered_at=when, discount="10%", note="Ring twice"))
    services.record_payment(actor=SYSTEM, order=first.order, method="card")
    (same,) = take_in(told("S-1", ordered_at="2026-11-01T01:00:00Z", discount="10%", paid=True))
    assert (list(first.differs), list(same.differs)) == ([], [])
    fewer = [{"sku": "LINA", "quantity": 1}, {"words": "Gift wrapping", "unit_price": "300"}]
    (other,) = take_in(told("S-1", lines=fewer, note="Ring once", discount="5", shipped=True))
    assert list(other.differs) == ["discount", "lines", "note", "shipped"]
    dearer = [{"sku": "LINA", "quantity": 2}, {"words": "Gift wrapping", "unit_price": "301"}]
    both = take_in(told("S-2"), told("S-2", lines=dearer, paid="100"), told("S-2", lines=dearer[:1]))
    assert [list(one.differs) for one in both] == [[], ["lines", "paid"], ["lines"]]
    assert {str(one.total) for one in Order.objects.all()} == {"24057 JPY", "26730 JPY"}


def test_nobody_orders_on_a_day_to_come(web, chair) -> None:
    now = timezone.now()
    soon, late = (now + dt.timedelta(hours=20)).isoformat(), (now + dt.timedelta(days=400)).isoformat()
    ahead, wrong = take_in(told("S-1", ordered_at=soon), told("S-2", ordered_at=late))
    assert set(wrong.errors) == {"ordered_at"}
    assert ahead.order is not None
    with pytest.raises(Invalid) as problem:
        records.update(actor=SYSTEM, record=ahead.order, changes={"ordered_at": late})
    assert set(problem.value.errors) == {"ordered_at"}


@pytest.mark.django_db(transaction=True)
def test_an_order_that_comes_twice_at_the_same_moment_is_stored_once(web, chair) -> None:
    start = threading.Barrier(2)
    stored: list[int] = []

    def send() -> None:
        try:
            start.wait()
            stored.extend(one.order.pk for one in take_in(told("S-1", customer={"family_name": "Berg"})) if one.order)
        finally:
            connection.close()

    shops = [threading.Thread(target=send) for _number in range(2)]
    for one in shops:
        one.start()
    for one in shops:
        one.join()
    assert stored == [Order.objects.get().pk] * 2
    assert Contact.objects.filter(family_name="Berg").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_orders_of_one_new_customer_at_the_same_moment_make_one_contact(web, chair, monkeypatch) -> None:
    """Both have looked, and found nobody, before either makes a contact; on SQLite only one at a time looks at all."""
    start, looked, is_waiting = threading.Barrier(2), threading.Barrier(2), threading.local()
    turn = buyers.wait_for_turn

    def wait_for_turn(name: str) -> None:
        if connection.vendor == "postgresql" and not hasattr(is_waiting, "done"):
            is_waiting.done = looked.wait(60)
        turn(name)

    monkeypatch.setattr(buyers, "wait_for_turn", wait_for_turn)
    buyer = {"family_name": "Berg", "emails": [{"value": "berg@aoba.example"}]}

    def send(number: str) -> None:
        try:
            start.wait(60)
            take_in(told(number, customer=buyer))
        finally:
            connection.close()

    shops = [threading.Thread(target=send, args=(number,)) for number in ("S-1", "S-2")]
    for one in shops:
        one.start()
    for one in shops:
        one.join(60)
    assert Order.objects.filter(contact=Contact.objects.get(family_name="Berg")).count() == 2


def test_an_order_that_the_actor_may_not_see_is_not_shown_to_them(web, chair, haruto, carol, grant) -> None:
    own, seen = {"read": "own", "create": "own"}, {"read": "all"}
    grant(haruto, order=own, orderline=own, payment=own, saleschannel=seen, product=seen)
    (first,) = take_in(told("S-1"))
    Order.objects.update(owner=carol)
    (again,) = services.take_in(actor=haruto, entries=[told("S-1", note="Ring")])
    assert first.order is not None
    assert (again.order, list(again.differs), set(again.errors)) == (None, [], {"external_id"})
    assert Order.objects.count() == 1


def test_each_order_has_its_own_verdict(web, chair) -> None:
    wrong = told("S-2", lines=[{"sku": "NONE"}, {"sku": "LINA", "quantity": "-1", "color": "red"}], paid="1.5")
    too_cheap = told("S-3", discount="999999")
    mine = take_in(told("S-1"), wrong, "nonsense", told("S-4", channel="fax"), too_cheap, told("S-5", paid=12.5))
    assert [one.order is not None for one in mine] == [True, False, False, False, False, False]
    assert set(mine[1].errors) == {"lines.0.sku", "lines.1.quantity", "lines.1.color", "paid"}
    assert [set(one.errors) for one in mine[2:]] == [{""}, {"channel"}, {"discount"}, {"paid"}]
    assert Order.objects.count() == 1


def test_a_country_that_is_none_and_a_tax_that_could_not_be_kept_are_refused(web, chair) -> None:
    lines = [{"sku": "LINA", "tax_percent": "8.1234"}]
    nowhere, finer, there = take_in(told("S-1", country="XX"), told("S-2", lines=lines), told("S-3", country="jp"))
    assert (set(nowhere.errors), set(finer.errors)) == ({"country"}, {"lines.0.tax_percent"})
    assert there.order is not None
    assert there.order.country == "JP"


def test_what_is_paid_and_shipped_is_done(web, chair) -> None:
    (verdict,) = take_in(told("S-1", paid=True, method="wallet", shipped=True, ordered_at="2026-11-01T10:00:00+09:00"))
    assert verdict.order is not None
    assert verdict.order.status == Order.Status.COMPLETED
    assert Payment.objects.get().method == Payment.Method.WALLET
    assert Shipment.objects.get().order == verdict.order
    (part,) = take_in(told("S-2", paid="100"))
    assert part.order is not None
    assert (part.order.status, str(part.order.paid)) == ("open", "100 JPY")
    (back,) = take_in(told("S-3", paid="-100"))
    assert back.errors == {"paid": ["The amount is above zero."]}


@pytest.mark.parametrize("nothing", [False, 0, "0", "0.00", "", None])
def test_nothing_paid_is_not_all_paid(web, chair, nothing) -> None:
    (verdict,) = take_in(told("S-1", paid=nothing))
    assert verdict.order is not None
    assert (verdict.order.status, str(verdict.order.paid)) == ("open", "0 JPY")
    assert not Payment.objects.exists()


def test_a_number_is_the_same_however_it_is_spaced(web, chair) -> None:
    (first,), (second,) = take_in(told("S\u00a01\x00 ")), take_in(told("S  1", lines=[{"sku": " LINA\x00"}]))
    assert first.order is not None
    assert first.order == second.order
    (unsure,) = take_in(told("S-2", shipped="no"))
    assert set(unsure.errors) == {"shipped"}


def test_an_order_finds_its_customer_or_makes_one(web, chair, yoko) -> None:
    def buyer(email: str, **more: Any) -> dict[str, Any]:
        return {"emails": [{"value": email}], "family_name": "Berg"} | more

    mine = take_in(
        told("S-1", customer=buyer("YOKO@aoba.example")),
        told("S-2", customer=buyer("ada@example.org", phones=[{"value": "+81 90 1234 5678"}])),
        told("S-3", customer=buyer("ada@example.org")),
        told("S-4", customer={"phones": [{"value": "+81-90-1234-5678"}], "family_name": "Berg"}),
        told("S-5"),
        told("S-6", customer=buyer("no address")),
    )
    holders = [one.order.contact_id if one.order else "refused" for one in mine]
    ada = Contact.objects.exclude(pk=yoko.pk).get()
    assert holders == [yoko.pk, ada.pk, ada.pk, ada.pk, None, "refused"]
    assert next(iter(mine[5].errors)).startswith("customer.emails")


def test_a_customer_whom_the_sender_does_not_see_becomes_one_of_their_own_and_no_more(
    web, chair, haruto, carol, grant
) -> None:
    """The oldest with that address is somebody else's: the second order finds the one that the first made."""
    own, seen = {"read": "own", "create": "own"}, {"read": "all"}
    grant(haruto, contact=own, order=own, orderline=own, payment=own, saleschannel=seen, product=seen)
    buyer = {"family_name": "Berg", "emails": [{"value": "berg@aoba.example"}]}
    made("contact", **buyer, owner=carol.pk)
    for number in ("S-1", "S-2"):
        services.take_in(actor=haruto, entries=[told(number, customer=buyer)])
    assert Contact.objects.filter(family_name="Berg", owner=haruto).count() == 1


def test_who_may_not_create_orders_sends_none(victor, web, chair) -> None:
    with pytest.raises(Denied):
        services.take_in(actor=victor, entries=[told("S-1")])


def test_a_batch_takes_less_than_two_queries_an_order(web, chair, yoko, django_assert_max_num_queries) -> None:
    batch = [
        told(f"S-{number}", paid=True, shipped=True, customer={"emails": [{"value": "yoko@aoba.example"}]})
        for number in range(100)
    ]
    for entry in batch:
        entry["lines"] = [{"sku": "LINA", "quantity": 1, "unit_price": "100", "tax_percent": "10"}]
    with django_assert_max_num_queries(190):
        assert all(one.order for one in take_in(*batch))


def test_prices_and_taxes_that_are_missing_are_asked_for_once_for_all_orders(web, chair, tea, yoko) -> None:
    company = made("company", name="Aoba")
    records.update(actor=SYSTEM, record=yoko, changes={"company": company.pk})
    book = made("pricebook", name="For Aoba", company=company.pk, since_on="2026-11-02")
    made("price", book=book.pk, product=chair.pk, price="9000 JPY", from_quantity="1")
    made("exchangerate", currency="JPY", into="EUR", rate="0.01", since_on="2026-01-01")

    def batch(word: str, count: int) -> list[Any]:
        customer = {"emails": [{"value": "yoko@aoba.example"}]}
        lines = [{"sku": "LINA"}, {"sku": "TEA", "quantity": 2}]
        return [
            told(
                f"{word}-{number}", lines=lines, ordered_at=f"2026-11-{number % 9 + 1:02}T12:00:00+09:00",
                currency="EUR" if number % 4 == 3 else "JPY", customer=customer if number % 2 else None,
            )
            for number in range(count)
        ]  # fmt: skip

    take_in(*batch("WARM", 4))
    with CaptureQueriesContext(connection) as few:
        take_in(*batch("FEW", 8))
    with CaptureQueriesContext(connection) as many:
        verdicts = take_in(*batch("MANY", 16))
    asked = [sum("catalog_tax" in one["sql"] or "catalog_price" in one["sql"] for one in them) for them in (few, many)]
    assert asked[0] == asked[1] < 8
    totals = [str(one.order.total) for one in verdicts[:4] if one.order]
    assert totals == ["15370 JPY", "12070 JPY", "15370 JPY", "153.70 EUR"]
