"""The forecast by product: deals shared out over their lines, to the last coin."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from kizuna.base.identity import SYSTEM
from kizuna.base.records import services as records
from kizuna.base.types.money import Money
from kizuna.domains.sales.models import Span
from kizuna.domains.sales.queries.forecast import Asked, forecast
from kizuna.domains.sales.queries.periods import Period
from kizuna.domains.sales.queries.products import NOWHERE, ByProduct, Shelves, by_product
from kizuna.domains.sales.queries.scopes import Scope
from kizuna.domains.sales.queries.territories import by_territory
from kizuna.domains.sales.queries.worth import UPWARDS, shared
from kizuna.domains.sales.tests.conftest import Make, made

ALL = UPWARDS[-1]


@pytest.fixture
def quarter(db: None) -> Period:
    return Period.around(timezone.localdate(), Span.QUARTER)


@pytest.fixture
def shelves(chair: Any, tea: Any) -> dict[str, Any]:
    """Furniture with seats in it, where the chair stands; the tea stands nowhere."""
    furniture = made("category", name="Furniture")
    seats = made("category", name="Seats", parent=furniture.pk)
    table = made("product", name="Table", price="30000 JPY", category=furniture.pk)
    records.update(actor=SYSTEM, record=chair, changes={"category": seats.pk})
    return {"furniture": furniture, "seats": seats, "table": table, "chair": chair, "tea": tea}


@pytest.fixture
def enter(deal: Make, stage: Make, quarter: Period) -> Make:
    """`enter("Lounge", haruto, (chair, "1000 JPY"), ("Crates", "80 JPY"))`: a deal with such lines."""

    def make(name: str, owner: Any, *lines: Any, amount: str | None = None, **values: Any) -> Any:
        given = {"closes_on": quarter.last_on.isoformat(), "stage": stage("Enquiry"), "forecast_category": "commit"}
        found = deal(name, amount, owner=owner, **given | values)
        for what, price in lines:
            said = {"words": what} if isinstance(what, str) else {"product": what.pk}
            made("opportunityline", opportunity=found.pk, unit_price=price, **said)
        found.refresh_from_db()
        return found

    return make


def told(actor: Any, period: Period, shelf: int | None = None, scope: Scope | None = None) -> ByProduct:
    return by_product(actor, Asked(period, scope or Scope(), "JPY"), shelf, Shelves(actor))


def worth(found: ByProduct) -> dict[str, int]:
    return {one.name or one.of: int(one.upto(ALL).amount) for one in found.lines}


def yen(found: Any) -> list[Money]:
    return [found.total.upto(one) for one in UPWARDS]


def added_up(found: ByProduct) -> list[Money]:
    return [Money.total((line.upto(one) for line in found.lines), "JPY") for one in UPWARDS]


@given(st.lists(st.decimals(-10_000, 10_000, places=5), max_size=12), st.sampled_from(["JPY", "EUR", "KWD"]))
def test_rounded_parts_add_up_and_none_is_off_by_a_coin(parts: list[Decimal], currency: str) -> None:
    whole = Money.rounded(sum(parts, Decimal(0)), currency)
    found = shared(whole, parts)
    assert Money.total(found, currency) == whole
    coin = {"JPY": Decimal(1), "EUR": Decimal("0.01"), "KWD": Decimal("0.001")}[currency]
    assert all(abs(money.amount - part) < coin for money, part in zip(found, parts, strict=True))
    assert all(money.amount == part for money, part in zip(found, parts, strict=True) if not part % coin)


@given(
    st.lists(st.decimals(-100, 100, places=3), min_size=1, max_size=6), st.integers(-20, 20),
    st.sampled_from(["JPY", "EUR", "KWD"]),
)  # fmt: skip
def test_what_parts_were_rounded_by_is_borne_by_shares_that_are_no_whole_coins(
    shares: list[Decimal], off: int, currency: str
) -> None:
    coin = {"JPY": Decimal(1), "EUR": Decimal("0.01"), "KWD": Decimal("0.001")}[currency]
    whole = Money(Money.rounded(sum(shares, Decimal(0)), currency).amount + off * coin, currency)
    found = shared(whole, shares)
    assert Money.total(found, currency) == whole
    if any(share % coin for share in shares):
        assert all(money.amount == share for money, share in zip(found, shares, strict=True) if not share % coin)


def test_a_deal_counts_with_each_of_its_lines_where_the_product_stands(
    enter: Make, shelves: dict[str, Any], quarter: Period, haruto: Any, alice: Any
) -> None:
    enter("Lounge", haruto, (shelves["chair"], "1000 JPY"), (shelves["table"], "300 JPY"), ("Crates", "50 JPY"))
    enter("Kitchen", haruto, (shelves["tea"], "20 JPY"))
    enter("Roof", haruto, amount="4 JPY")
    found = told(alice, quarter)
    assert worth(found) == {"Furniture": 1300, "no_category": 20, "no_product": 50, "no_lines": 4}
    assert added_up(found) == yen(found)
    assert worth(told(alice, quarter, shelves["furniture"].pk)) == {"Seats": 1000, "Table": 300}
    assert worth(told(alice, quarter, shelves["seats"].pk)) == {"LINA 椅子": 1000}
    assert worth(told(alice, quarter, NOWHERE)) == {"八女茶": 20}


def test_without_categories_products_stand_at_the_top(
    enter: Make, chair: Any, tea: Any, quarter: Period, haruto: Any, alice: Any
) -> None:
    enter("Lounge", haruto, (chair, "1000 JPY"), (tea, "20 JPY"), ("Crates", "50 JPY"))
    assert worth(told(alice, quarter)) == {"LINA 椅子": 1000, "八女茶": 20, "no_product": 50}


@pytest.mark.parametrize("seed", range(3))
def test_every_forecast_says_the_same_to_the_last_coin(
    seed: int, enter: Make, shelves: dict[str, Any], quarter: Period, rate: Make, stage: Make, haruto: Any, mika: Any,
    tokyo: Any, alice: Any,
) -> None:  # fmt: skip
    draw, today = Random(seed), timezone.localdate()
    rate("EUR", "JPY", "161.337", quarter.first_on - dt.timedelta(days=9))
    rate("USD", "JPY", "149.7771", quarter.first_on - dt.timedelta(days=9))
    things = [shelves["chair"], shelves["table"], shelves["tea"], "Crates"]
    for number in range(12):
        currency = draw.choice(("EUR", "USD", "JPY", "KRW"))
        cents = draw.choice((0, 1, 99)) if currency in ("EUR", "USD") else 0
        chosen = draw.sample(things, draw.choice((0, 1, 3)))
        coins = f".{cents:02}" if cents else ""
        lines = [(what, f"{draw.randint(1, 999)}{coins} {currency}") for what in chosen]
        ends = {"stage": stage("Won"), "closes_on": today.isoformat()} if draw.random() < 0.3 else {}
        if "stage" in ends:
            ends["forecast_category"] = "closed"
        amount = None if lines else f"{draw.randint(1, 999)} {currency}"
        one = enter(f"Deal {number}", draw.choice((haruto, mika)), *lines, amount=amount, **ends)
        if draw.random() < 0.5:
            percent = draw.choice(("33.333", "50", "7.5"))
            made("opportunitysplit", opportunity=one.pk, person=draw.choice((haruto, mika)).pk, percent=percent)
    for scope in (Scope(), Scope(team=tokyo), Scope(person=haruto)):
        asked = Asked(quarter, scope, "JPY")
        people, found = forecast(alice, asked), told(alice, quarter, scope=scope)
        assert yen(found) == yen(people)
        assert added_up(found) == yen(people)
        assert found.total.counts == people.total.counts
        assert found.missing == people.missing
        inside = told(alice, quarter, shelves["furniture"].pk, scope)
        assert added_up(inside) == yen(inside)
        seen = next((one for one in found.lines if one.name == "Furniture"), None)
        assert seen is None or yen(inside) == [seen.upto(one) for one in UPWARDS]
    assert yen(by_territory(alice, Asked(quarter, Scope(), "JPY"), None)) == yen(told(alice, quarter))


def test_people_are_credited_with_their_part_of_each_product(
    enter: Make, chair: Any, tea: Any, quarter: Period, haruto: Any, mika: Any, alice: Any
) -> None:
    lounge = enter("Lounge", haruto, (chair, "1000 JPY"), (tea, "100 JPY"))
    made("opportunitysplit", opportunity=lounge.pk, person=mika.pk, percent="40")
    assert worth(told(alice, quarter, scope=Scope(person=haruto))) == {"LINA 椅子": 600, "八女茶": 60}
    assert worth(told(alice, quarter, scope=Scope(person=mika))) == {"LINA 椅子": 400, "八女茶": 40}


def test_a_product_in_the_trash_counts_as_none(
    enter: Make, shelves: dict[str, Any], quarter: Period, haruto: Any, alice: Any
) -> None:
    enter("Lounge", haruto, (shelves["chair"], "1000 JPY"))
    records.delete(actor=SYSTEM, record=shelves["chair"])
    assert worth(told(alice, quarter)) == {"no_product": 1000}


def test_the_number_of_questions_does_not_grow(
    enter: Make, shelves: dict[str, Any], quarter: Period, haruto: Any, alice: Any
) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            told(alice, quarter, shelves["seats"].pk)
        return len(queries)

    enter("Lounge", haruto, (shelves["chair"], "1000 JPY"))
    before = asked()
    for number in range(4):
        chair = made("product", name=f"Chair {number}", price="1 JPY", category=shelves["seats"].pk)
        enter(f"Hall {number}", haruto, (chair, "2000 JPY"), (shelves["table"], "10 JPY"))
    assert asked() == before <= 8


# On the page --------------------------------------------------------------------------------------------------------


def test_each_figure_opens_exactly_its_deals(
    client: Client, enter: Make, shelves: dict[str, Any], haruto: Any, alice: Any
) -> None:
    made_ = {
        "Lounge": enter("Lounge", haruto, (shelves["chair"], "1000 JPY"), ("Crates", "50 JPY")),
        "Hall": enter("Hall", haruto, (shelves["table"], "300 JPY")),
        "Kitchen": enter("Kitchen", haruto, (shelves["tea"], "20 JPY")),
        "Roof": enter("Roof", haruto, amount="4 JPY"),
    }
    client.force_login(alice)

    def behind(page: Any) -> dict[str, set[str]]:
        found = {}
        for line in page.context["lines"]:
            listed = client.get(line["cells"][3]["url"]).content.decode()
            found[line["name"]] = {name for name, one in made_.items() if f'href="/opportunities/{one.pk}"' in listed}
        return found

    page = client.get("/forecast/products?currency=JPY&scope=all")
    assert behind(page) == {
        "Furniture": {"Lounge", "Hall"}, "Without a category": {"Kitchen"}, "Lines without a product": {"Lounge"},
        "Deals without lines": {"Roof"},
    }  # fmt: skip
    urls = {line["name"]: line["url"] for line in page.context["lines"]}
    inside = client.get(urls["Furniture"])
    assert behind(inside) == {"Seats": {"Lounge"}, "Table": {"Hall"}}
    assert inside.context["total"]["cells"][1]["title"] == "¥1,300"
    assert behind(client.get(urls["Without a category"])) == {"八女茶": {"Kitchen"}}
    mine = client.get(f"/forecast/products?currency=JPY&scope=person-{haruto.pk}")
    assert behind(mine)["Furniture"] == {"Lounge", "Hall"}
    assert client.get("/forecast/products?category=99999").status_code == 404


def test_many_products_end_with_the_others_together(
    client: Client, enter: Make, chair: Any, tea: Any, haruto: Any, alice: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr("kizuna.domains.sales.queries.products.MOST", 1)
    lounge, kitchen = enter("Lounge", haruto, (chair, "1000 JPY")), enter("Kitchen", haruto, (tea, "20 JPY"))
    client.force_login(alice)
    lines = client.get("/forecast/products?currency=JPY&scope=all").context["lines"]
    assert [(one["name"], one["cells"][3]["title"]) for one in lines] == [
        ("LINA 椅子", "¥1,000"), ("Other products", "¥20"),
    ]  # fmt: skip
    listed = client.get(lines[1]["cells"][3]["url"]).content.decode()
    assert f'href="/opportunities/{kitchen.pk}"' in listed
    assert f'href="/opportunities/{lounge.pk}"' not in listed


def test_who_may_not_read_lines_or_products_sees_no_figures_of_them(
    client: Client, enter: Make, chair: Any, haruto: Any, sora: Any, hide: Make
) -> None:
    enter("Lounge", haruto, (chair, "1000 JPY"))
    client.force_login(haruto)
    assert "/forecast/products" in client.get("/forecast").content.decode()
    hide(haruto, "opportunityline", "product")
    assert client.get("/forecast/products").status_code == 403
    assert "/forecast/products" not in client.get("/forecast").content.decode()


def test_deals_that_somebody_does_not_see_are_in_no_figure(
    client: Client, enter: Make, chair: Any, haruto: Any, carol: Any
) -> None:
    enter("Lounge", haruto, (chair, "1000 JPY"))
    enter("Seoul", carol, (chair, "500 JPY"))
    client.force_login(haruto)
    found = client.get("/forecast/products?currency=JPY").context["total"]["cells"][3]["title"]
    assert found == "¥1,000"


def test_the_page_says_that_it_does_not_know_the_past(client: Client, enter: Make, chair: Any, haruto: Any) -> None:
    enter("Lounge", haruto, (chair, "1000 JPY"))
    client.force_login(haruto)
    day = (timezone.localdate() - dt.timedelta(days=30)).isoformat()
    tabs = client.get("/forecast", {"as_of": day}).context["tabs"]
    page = client.get(next(one["url"] for one in tabs if one["label"] == "By product"))
    assert "as it stands now" in page.content.decode()
    assert "as it stands now" not in client.get("/forecast/products").content.decode()
