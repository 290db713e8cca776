"""Sizes and favourites: told of what somebody bought and kept, noted and taken away by people who know them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kizuna.base.identity import SYSTEM
from kizuna.base.merging import services as merging
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.testing.visiting import page_of, said, undo_of
from kizuna.base.types.errors import Invalid, Refused
from kizuna.customers.orders import queries, services
from kizuna.customers.orders.models import Order, OrderLine, Preference, Return
from kizuna.customers.orders.services import Draft, Sold
from kizuna.customers.orders.tests.conftest import made


@pytest.fixture
def shirts(db: None) -> Any:
    return made("category", name="Shirts")


@pytest.fixture
def shirt(shirts: Any) -> dict[str, Any]:
    """The linen shirt of HINODE in M and L, navy and white, by code."""
    whole = made("product", name="Linen shirt", code="SH", price="8000 JPY", category=shirts.pk, brand="HINODE")
    found = {"SH": whole}
    for size in ("M", "L"):
        for colour in ("Navy", "White"):
            code = f"SH-{size}-{colour[0]}"
            found[code] = made(
                "product", name=f"Linen shirt {size} {colour}", code=code, variant_of=whole.pk, size=size, colour=colour
            )
    return found


def buy(web: Any, who: Any, *products: Any, **more: Any) -> Order:
    lines = [Sold(quantity=Decimal(1), product=one, shipped=True) for one in products]
    return services.place_order(actor=SYSTEM, draft=Draft(channel=web, contact_id=who.pk, lines=lines, **more))


def send_back(order: Order, code: str) -> None:
    line = OrderLine.objects.get(order=order, product__code=code)
    services.take_back_line(actor=SYSTEM, line=line, quantity=Decimal(1), reason=Return.Reason.FIT)


def tastes(who: Any, actor: Any = SYSTEM) -> queries.Tastes:
    lines = queries.lines_bought(actor, "contact", who.pk)
    return queries.tastes_of(lines, queries.preferences_of(actor, "contact", who.pk))


def sizes(who: Any) -> list[tuple[str, int, int, bool]]:
    return [(one.words, int(one.kept), int(one.bought), one.fits) for of in tastes(who).sizes for one in of.sizes]


def favourites(who: Any, kind: str) -> list[str]:
    return [one.words for one in tastes(who).favourites[kind]]


def test_a_variant_takes_over_what_it_does_not_say_and_has_no_variants(shirt, shirts) -> None:
    navy = shirt["SH-M-N"]
    assert (navy.category_id, navy.brand, str(navy.price)) == (shirts.pk, "HINODE", "8000 JPY")
    with pytest.raises(Refused, match="A variant has no variants"):
        made("product", name="Smaller", variant_of=navy.pk, size="S")
    with pytest.raises(Refused, match="A variant has no variants"):
        records.update(actor=SYSTEM, record=shirt["SH"], changes={"variant_of": made("product", name="Shirts").pk})


def test_a_size_fits_when_more_of_it_was_kept_than_came_back(web, yoko, shirt) -> None:
    for _time in range(2):
        buy(web, yoko, shirt["SH-M-N"], shirt["SH-M-W"])
    send_back(buy(web, yoko, shirt["SH-M-N"]), "SH-M-N")
    for _time in range(2):
        send_back(buy(web, yoko, shirt["SH-L-N"]), "SH-L-N")
    services.cancel_order(actor=SYSTEM, order=services.place_order(actor=SYSTEM, draft=Draft(
        channel=web, contact_id=yoko.pk, lines=[Sold(quantity=Decimal(9), product=shirt["SH-L-W"])],
    )))  # fmt: skip
    assert sizes(yoko) == [("M", 4, 5, True), ("L", 0, 2, False)]
    (of,) = tastes(yoko).sizes
    assert (of.category, of.best.words if of.best else "") == ("Shirts", "M")


def test_what_they_kept_of_late_says_more_than_what_they_once_wore(web, yoko, shirt) -> None:
    long_ago = timezone.now() - dt.timedelta(days=1500)
    for _time in range(3):
        buy(web, yoko, shirt["SH-M-N"], ordered_at=long_ago)
    buy(web, yoko, shirt["SH-L-N"])
    assert [words for words, *_rest in sizes(yoko)] == ["L", "M"]


def test_two_sizes_in_one_order_are_one_time_that_they_bought_it(web, yoko, shirt) -> None:
    buy(web, yoko, shirt["SH-M-N"], shirt["SH-L-N"])
    found = tastes(yoko).favourites
    assert not any(found.values())
    buy(web, yoko, shirt["SH-M-N"], shirt["SH-M-W"])
    found = tastes(yoko).favourites
    assert {kind: [one.times for one in of] for kind, of in found.items() if of} == {
        "product": [2], "category": [2], "brand": [2], "colour": [2],
    }  # fmt: skip


def test_favourites_are_what_is_bought_again_whole_products_and_not_their_sizes(web, yoko, shirt, tea) -> None:
    buy(web, yoko, shirt["SH-M-N"])
    buy(web, yoko, shirt["SH-L-N"])
    buy(web, yoko, tea)
    assert favourites(yoko, "product") == ["Linen shirt"]
    assert favourites(yoko, "category") == ["Shirts"]
    assert favourites(yoko, "brand") == ["HINODE"]
    assert favourites(yoko, "colour") == ["Navy"]


def test_a_favourite_that_was_taken_away_stays_away_whatever_they_buy(alice, web, yoko, shirt) -> None:
    def note(**more: Any) -> Preference:
        return services.note_preference(actor=alice, customer=yoko, **more)

    note(kind="product", product=shirt["SH-M-N"].pk)
    assert favourites(yoko, "product") == ["Linen shirt"]
    gone = note(kind="product", product=shirt["SH"].pk, is_liked=False)
    for _time in range(3):
        buy(web, yoko, shirt["SH-M-N"])
    assert favourites(yoko, "product") == []
    assert [one.pk for one in tastes(yoko).taken_away] == [gone.pk]
    note(kind="colour", words="ＮＡＶＹ", is_liked=False)
    assert favourites(yoko, "colour") == []
    note(kind="brand", words="AKANE")
    assert favourites(yoko, "brand") == ["AKANE", "HINODE"]


def test_a_size_that_somebody_noted_comes_first(alice, web, yoko, shirt, shirts) -> None:
    buy(web, yoko, shirt["SH-M-N"], shirt["SH-M-W"])
    services.note_preference(actor=alice, customer=yoko, kind="size", category=shirts.pk, words="l")
    assert [(words, fits) for words, _kept, _bought, fits in sizes(yoko)] == [("l", True), ("M", True)]
    with pytest.raises(Invalid, match="Say which"):
        services.note_preference(actor=alice, customer=yoko, kind="size", category=shirts.pk)


def test_what_a_shop_sends_carries_the_size(web, tea) -> None:
    told = {"sku": "TEA", "size": "Large", "colour": "Green"}
    entry = {
        "channel": "web",
        "external_id": "S-1",
        "lines": [told, {"words": "Cap", "unit_price": "10", "size": "58"}],
    }
    (verdict,) = services.take_in(actor=SYSTEM, entries=[entry])
    assert verdict.order is not None, verdict.errors
    lines = OrderLine.objects.filter(order=verdict.order).order_by("position")
    assert [(one.words, one.size, one.colour) for one in lines] == [
        ("Tea (Large, Green)", "Large", "Green"), ("Cap", "58", ""),
    ]  # fmt: skip


def test_the_page_of_a_customer_tells_it_and_takes_it_from_who_knows_better(mika, web, yoko, shirt, visit) -> None:
    for _time in range(2):
        buy(web, yoko, shirt["SH-M-N"])
    records.update(actor=SYSTEM, record=yoko, changes={"owner": mika.pk})
    Order.objects.update(owner=mika)
    OrderLine.objects.update(owner=mika)
    hers, url = visit(mika), f"/contacts/{yoko.pk}"
    panel = page_of(hers.ask(f"{url}/panels"))
    assert "M in Shirts" in panel
    assert "HINODE" in panel
    assert "2 of 2 kept" in page_of(hers.get(f"{url}/purchases"))
    answer = hers.send(f"{url}/preferences", kind="brand", words="HINODE", liked="0")
    assert said(answer) == "Taken away: HINODE."
    assert "<html" not in page_of(answer)
    assert "Bring back" in page_of(answer)
    answer = hers.send(f"{url}/preferences", kind="brand", words="hinode", liked="1")
    assert "noted by Mika" in page_of(answer)
    hers.send(undo_of(answer), at=url)
    assert not Preference.objects.get(kind="brand").is_liked
    assert hers.post(f"{url}/preferences", kind="size", words="M").status_code == 302
    assert hers.send(f"{url}/preferences", kind="product", product="99999999").status_code == 404


def test_who_may_not_change_a_customer_notes_nothing_and_who_sees_none_reads_none(haruto, victor, yoko, visit) -> None:
    noted = services.note_preference(actor=SYSTEM, customer=yoko, kind="brand", words="HINODE")
    url = f"/contacts/{yoko.pk}"
    assert "HINODE" in page_of(visit(victor).get(f"{url}/purchases"))
    assert "k-taste-one" in page_of(visit(victor).get(f"{url}/purchases"))
    assert visit(victor).send(f"{url}/preferences", kind="brand", words="AKANE").status_code == 403
    assert visit(haruto).send(f"{url}/preferences", kind="brand", words="AKANE").status_code == 404
    assert visit(haruto).get(f"/customerpreferences/{noted.pk}").status_code == 404


def test_preferences_follow_when_two_records_of_one_person_become_one(yoko) -> None:
    other = made("contact", family_name="山本", given_name="陽子")
    for who in (yoko, other):
        services.note_preference(actor=SYSTEM, customer=who, kind="brand", words="HINODE")
    services.note_preference(actor=SYSTEM, customer=other, kind="colour", words="Navy")
    merging.merge_records(actor=SYSTEM, resource=registry.get("contact"), survivor=yoko, others=[other])
    assert favourites(yoko, "brand") == ["HINODE"]
    assert favourites(yoko, "colour") == ["Navy"]


def test_a_customer_of_many_orders_costs_no_more_questions(web, yoko, shirt) -> None:
    buy(web, yoko, shirt["SH-M-N"])
    services.note_preference(actor=SYSTEM, customer=yoko, kind="colour", words="Navy")
    counts = []
    for count in (1, 12):
        for _time in range(count):
            buy(web, yoko, *shirt.values())
        with CaptureQueriesContext(connection) as asked:
            tastes(yoko)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 3
