"""Orders on the screen: lines edited in place, purchase history, sales by channel."""

from __future__ import annotations

import datetime as dt
import html
import re
from decimal import Decimal
from typing import Any

import pytest

from kizuna.base.identity import SYSTEM
from kizuna.base.records import services as records
from kizuna.base.testing.visiting import page_of, said, undo_of
from kizuna.customers.orders import queries, services
from kizuna.customers.orders.models import OrderLine
from kizuna.customers.orders.services import Draft, Sold
from kizuna.customers.orders.tests.conftest import made


@pytest.fixture
def bought(order: Any, chair: Any, tea: Any) -> Any:
    return order((chair, 2), (tea, 1))


def lines(order: Any) -> list[OrderLine]:
    return list(OrderLine.objects.live().filter(order=order).order_by("position"))


def test_a_product_is_chosen_and_its_price_and_tax_come_along(alice, bought, tea, visit) -> None:
    hers = visit(alice)
    url = f"/orders/{bought.pk}/lines"
    page = page_of(hers.get(f"/orders/{bought.pk}"))
    once = re.findall(r'name="once" value="(\w+)"', page)[0]
    assert "¥27,485" in page
    for _twice in range(2):
        answer = hers.send(url, product=tea.pk, quantity="3", once=once)
        assert answer.status_code == 200
    assert "¥30,741" in page_of(answer)
    assert "<html" not in page_of(answer)
    assert [f"{line.words} × {line.quantity:.0f}" for line in lines(bought)] == ["Chair LINA × 2", "Tea × 1", "Tea × 3"]


def test_a_cell_is_edited_with_its_version_and_an_undo(alice, bought, visit) -> None:
    hers, line = visit(alice), lines(bought)[0]
    url = f"/orders/{bought.pk}/lines/{line.pk}/cells/quantity"
    assert 'value="2"' in page_of(hers.ask(url))
    answer = hers.send(url, quantity="3", version=line.version)
    assert said(answer) == "Quantity saved."
    assert "¥40,685" in page_of(answer)
    stale = hers.send(url, quantity="4", version=line.version)
    assert (stale.status_code, stale["HX-Retarget"]) == (412, f"#line-{line.pk}-quantity-cell")
    wrong = hers.send(url, quantity="-4", version=line.version + 1)
    assert (wrong.status_code, 'value="-4"' in page_of(wrong)) == (422, True)
    hers.send(undo_of(answer), at=f"/orders/{bought.pk}")
    assert lines(bought)[0].quantity == 2


def test_a_discount_is_typed_as_a_percentage_or_an_amount(alice, bought, visit) -> None:
    hers, line = visit(alice), lines(bought)[0]
    url = f"/orders/{bought.pk}/lines/{line.pk}/cells/discount"
    assert "10%" in page_of(hers.send(url, discount="10％", version=line.version))
    assert str(lines(bought)[0].total) == "21600 JPY"
    hers.send(url, discount="500", version=line.version + 1)
    assert str(lines(bought)[0].total) == "23500 JPY"
    assert hers.send(url, discount="24001", version=line.version + 2).status_code == 422


def test_a_line_is_removed_and_brought_back(alice, bought, visit) -> None:
    hers, line = visit(alice), lines(bought)[0]
    answer = hers.send(f"/orders/{bought.pk}/lines/{line.pk}/remove", version=line.version)
    assert said(answer) == "Chair LINA removed."
    assert len(lines(bought)) == 1
    assert hers.send(undo_of(answer)).status_code == 204
    assert len(lines(bought)) == 2


def test_lines_are_put_in_another_order(alice, bought, visit) -> None:
    first, second = lines(bought)
    answer = visit(alice).send(f"/orders/{bought.pk}/lines/order", line=[second.pk, first.pk])
    assert answer.status_code == 200
    assert [line.pk for line in lines(bought)] == [second.pk, first.pk]


def test_without_script_plain_forms_lead_back_to_the_page(alice, bought, tea, visit) -> None:
    hers = visit(alice)
    answer = hers.post(f"/orders/{bought.pk}/lines", product=tea.pk, quantity="1")
    assert (answer.status_code, answer["Location"]) == (302, f"/orders/{bought.pk}")
    refused = hers.post(f"/orders/{bought.pk}/lines", product=tea.pk, quantity="0")
    assert refused.status_code == 422
    assert "The quantity is above zero" in page_of(refused)
    assert "<html" in page_of(refused)


def test_lines_of_what_was_shipped_are_only_read(alice, victor, bought, tea, visit) -> None:
    assert "k-line-add" not in page_of(visit(victor).get(f"/orders/{bought.pk}"))
    services.ship_order(actor=SYSTEM, order=bought)
    page = page_of(visit(alice).get(f"/orders/{bought.pk}"))
    assert "Chair LINA" in page
    assert "k-line-edit" not in page
    line = lines(bought)[0]
    for url, data in (
        (f"/orders/{bought.pk}/lines", {"product": tea.pk, "quantity": "1"}),
        (f"/orders/{bought.pk}/lines/{line.pk}/cells/quantity", {"quantity": "1"}),
        (f"/orders/{bought.pk}/lines/{line.pk}/remove", {}),
    ):
        assert visit(alice).send(url, **data).status_code in (403, 422), url
    assert len(lines(bought)) == 2


def test_a_line_of_another_order_does_not_exist_here(alice, bought, order, chair, visit) -> None:
    other = lines(order((chair, 1)))[0]
    url = f"/orders/{bought.pk}/lines/{other.pk}"
    assert visit(alice).ask(f"{url}/cells/quantity").status_code == 404
    assert visit(alice).send(f"{url}/remove").status_code == 404


def test_a_customers_page_tells_what_they_bought(alice, yoko, bought, order, chair, visit) -> None:
    services.ship_order(actor=SYSTEM, order=order((chair, 3)))
    home = made("household", name="山本")
    records.update(actor=SYSTEM, record=yoko, changes={"household": home.pk})
    hers = visit(alice)
    for page in (hers.ask(f"/contacts/{yoko.pk}/panels"), hers.ask(f"/households/{home.pk}/panels")):
        assert "¥67,085" in page_of(page)
        assert "bought 2 times" in page_of(page)
    everything = page_of(hers.get(f"/contacts/{yoko.pk}/purchases", by="times"))
    assert everything.index("Chair LINA") < everything.index("Tea")
    assert "¥66,000" in everything
    assert hers.get(f"/products/{chair.pk}/purchases").status_code == 404


def test_figures_of_what_was_bought_lead_to_their_lines_and_orders(alice, yoko, bought, order, chair, visit) -> None:
    home = made("household", name="山本")
    records.update(actor=SYSTEM, record=yoko, changes={"household": home.pk})
    others = services.place_order(actor=SYSTEM, draft=Draft(channel=bought.channel, lines=[Sold(Decimal(1), chair)]))
    hers = visit(alice)
    for url in (f"/contacts/{yoko.pk}/purchases", f"/households/{home.pk}/purchases"):
        page = html.unescape(page_of(hers.get(url)))
        for kind in ("orders", "orderlines"):
            found = re.search(rf'href="(/{kind}\?[^"]+)"', page)
            assert found
            listed = page_of(hers.get(found[1]))
            assert bought.number in listed
            assert others.number not in listed


def test_products_beyond_the_first_hundred_are_shown_when_somebody_asks(
    alice, yoko, bought, visit, monkeypatch
) -> None:
    monkeypatch.setattr(queries, "MOST", 1)
    hers, url = visit(alice), f"/contacts/{yoko.pk}/purchases"
    first = page_of(hers.get(url, by="times"))
    found = re.search(r'hx-get="([^"]+after=1)"', first)
    assert found
    further = page_of(hers.ask(found[1].replace("&amp;", "&")))
    assert "<html" not in further
    assert "k-line-words" in further
    assert "after=" not in further
    names = {name for name in ("Chair LINA", "Tea") if name in further}
    assert len(names) == 1
    whole = page_of(hers.get(found[1].replace("&amp;", "&")))
    assert "<html" in whole


def test_sales_by_channel_are_converted_at_the_rate_of_the_month(alice, web, bought, chair, visit) -> None:
    hers = visit(alice)
    europe = made("saleschannel", name="Europe", code="eu", currency="EUR", country="DE")
    services.take_in(actor=SYSTEM, entries=[
        {"channel": "eu", "external_id": "E-1", "lines": [{"words": "Lamp", "unit_price": "100", "tax_percent": "0"}]},
    ])  # fmt: skip
    page = page_of(hers.get("/sales-by-channel"))
    assert "no rate" in page
    made("exchangerate", currency="EUR", into="JPY", rate="160", since_on="2020-01-01")
    page = page_of(hers.get("/sales-by-channel", period="365"))
    assert "¥16,000" in page
    assert "¥43,485" in page
    assert "of it €100.00" in page
    figure = re.findall(r'href="(/orders\?filter=[^"]+)"', page)[1]
    listed = page_of(hers.get(figure.replace("&amp;", "&")))
    assert europe.name in listed or web.name in listed
    assert "k-list-note" not in listed


def test_who_may_not_read_totals_learns_no_sums(haruto, bought, hide, visit) -> None:
    yoko = made("contact", family_name="青葉", owner=haruto.pk)
    hide(haruto, "order", "total")
    his = visit(haruto)
    assert his.get("/sales-by-channel").status_code == 403
    assert his.get(f"/contacts/{yoko.pk}/purchases").status_code == 403
    assert "Purchases" not in page_of(his.get(f"/contacts/{yoko.pk}"))
    assert "Purchases" not in page_of(his.get(f"/contacts/{yoko.pk}/panels"))


def test_an_order_on_the_page_of_a_company_names_nobody_whom_its_reader_does_not_see(
    haruto, carol, alice, web, chair, hide, visit
) -> None:
    firm = made("company", name="Aoba Hotel", owner=haruto.pk)
    stranger = made("contact", family_name="Himitsu", company=firm.pk, owner=carol.pk)
    draft = {"channel": web, "company_id": firm.pk, "contact_id": stranger.pk, "owner_id": haruto.pk}
    services.place_order(actor=SYSTEM, draft=Draft(**draft, lines=[Sold(quantity=Decimal(1), product=chair)]))
    assert re.search(r"Web shop, Himitsu, ¥13,200", page_of(visit(alice).get(f"/companies/{firm.pk}")))
    page = page_of(visit(haruto).get(f"/companies/{firm.pk}"))
    assert ("Himitsu" in page, "Web shop, ¥13,200" in page) == (False, True)
    hide(haruto, "order", "total")
    assert "¥13,200" not in page_of(visit(haruto).get(f"/companies/{firm.pk}"))


def test_who_may_not_read_the_totals_of_lines_learns_no_sum_of_them(mika, bought, hide, visit) -> None:
    assert "Subtotal" in page_of(visit(mika).get(f"/orders/{bought.pk}"))
    hide(mika, "orderline", "total")
    assert "Subtotal" not in page_of(visit(mika).get(f"/orders/{bought.pk}"))


def test_a_product_is_found_from_everywhere_and_its_lines_in_their_orders(alice, bought, chair, visit) -> None:
    page = page_of(visit(alice).get(f"/palette?q={chair.name[:4]}"))
    assert f"/products/{chair.pk}" in page
    assert "/orderlines/" not in page


def test_what_was_bought_last_was_bought_in_the_channel_of_that_order(order, chair, yoko) -> None:
    order((chair, 1), ordered_at=dt.datetime(2026, 5, 1, tzinfo=dt.UTC))
    store = made("saleschannel", name="Aoyama store", code="store", currency="JPY")
    sold = [Sold(quantity=Decimal(1), product=chair)]
    when = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)
    services.place_order(actor=SYSTEM, draft=Draft(channel=store, contact_id=yoko.pk, lines=sold, ordered_at=when))
    found = queries.lines_bought(SYSTEM, "contact", yoko.pk)
    assert queries.last_channels(found, queries.bought_of(found)) == ["Aoyama store"]
