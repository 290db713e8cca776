"""A shop system asks what a customer pays."""

from __future__ import annotations

from typing import Any

from kizuna.base.identity import SYSTEM
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.customers.catalog.models import TaxClass


def made(key: str, **values: Any) -> Any:
    return records.create(actor=SYSTEM, resource=registry.get(key), values=values)


def test_a_program_asks_for_a_price_and_learns_where_it_stands(haruto, carol, program) -> None:
    aoba = made("company", name="Aoba", owner=haruto.pk)
    standard = TaxClass.objects.get(name="Standard rate").pk
    lina = made("product", name="LINA", price="12000 JPY", tax_class=standard)
    book = made("pricebook", name="Aoba only", company=aoba.pk, includes_tax=True)
    made("price", book=book.pk, product=lina.pk, from_quantity=10, price="9900 JPY")
    path = f"/products/{lina.pk}/price"

    plain = program(haruto).get(path).json()
    assert (plain["price"], plain["book"], plain["is_sold"]) == ({"amount": "12000", "currency": "JPY"}, None, True)
    asked = {"company": aoba.pk, "quantity": "12.5", "country": "JP", "on": "2026-11-20"}
    own = program(haruto).get(path, **asked).json()
    assert own["price"]["amount"] == "9900"
    assert own["book"] == {"id": book.pk, "title": "Aoba only"}
    assert (own["includes_tax"], own["tax_percent"]) == (True, "10.000")
    assert program(haruto).get(path, currency="EUR").json()["price"] is None

    assert program(carol).get(path, company=aoba.pk).status_code == 422  # a stranger's company does not exist for her
    for wrong in ({"currency": "YEN"}, {"quantity": "0"}, {"quantity": "NaN"}, {"on": "soon"}, {"country": "Japan"}):
        assert program(haruto).get(path, **wrong).status_code == 422, wrong
    assert program(haruto).get(f"/companies/{aoba.pk}/price").status_code == 404
    assert program(haruto).get("/products/999999/price").status_code == 404
