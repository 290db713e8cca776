"""A shop system sends its orders."""

from __future__ import annotations

from typing import Any

from kizuna.base.identity import SYSTEM
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.customers.contacts.models import Contact


def made(key: str, **values: Any) -> Any:
    return records.create(actor=SYSTEM, resource=registry.get(key), values=values)


def test_an_order_that_is_sent_twice_is_answered_alike(alice, victor, program) -> None:
    made("saleschannel", name="Web shop", code="web", currency="JPY")
    made("product", name="LINA", code="LINA", price="12000 JPY")
    order = {"channel": "web", "external_id": "S-1", "lines": [{"sku": "LINA", "quantity": "2"}], "paid": True}
    first, second = (program(alice).post("/orders/intake", order) for _twice in range(2))
    assert first.status_code == 200
    assert first.json() == second.json()
    assert first.json()["order"]["total"] == {"amount": "24000", "currency": "JPY"}
    assert first.json()["order"]["status"] == "paid"

    batch = {"orders": [order, order | {"external_id": "S-2"}, {"channel": "web"}]}
    answer = program(alice).post("/orders/intake", batch).json()["orders"]
    assert [one["is_stored"] for one in answer] == [True, True, False]
    assert answer[0]["order"] == first.json()["order"]
    dearer = program(alice).post("/orders/intake", order | {"discount": "500"}).json()
    assert dearer == first.json() | {"differs": ["discount"]}
    assert set(answer[2]["errors"]) == {"external_id", "lines"}

    assert program(alice).post("/orders/intake", {"channel": "web"}).status_code == 422
    assert program(alice).post("/orders/intake", {"orders": []}).status_code == 422
    assert program(victor).post("/orders/intake", order).status_code == 403


def test_a_shop_asks_what_size_a_customer_has_and_what_they_like(program, alice, nobody) -> None:
    made("saleschannel", name="Web shop", code="web", currency="JPY")
    shirts = made("category", name="Shirts")
    made("product", name="Linen shirt", code="SH-M", price="8000 JPY", category=shirts.pk, size="M", brand="HINODE")
    who = {"family_name": "山本", "emails": [{"value": "yoko@aoba.example"}]}
    order = {"channel": "web", "customer": who, "shipped": True, "lines": [{"sku": "SH-M", "quantity": 1}]}
    batch = {"orders": [order | {"external_id": f"S-{number}"} for number in (1, 2)]}
    assert program(alice).post("/orders/intake", batch).status_code == 200
    yoko = Contact.objects.get(family_name="山本").pk
    program(alice).post("/customerpreferences", {"contact": yoko, "kind": "colour", "words": "Navy"})
    found = program(alice).get(f"/contacts/{yoko}/purchases").json()
    assert (found["orders"], found["spent"]) == (2, [{"amount": "16000", "currency": "JPY"}])
    assert found["sizes"] == [
        {"category": {"id": shirts.pk, "title": "Shirts"}, "size": "M", "bought": "2", "kept": "2", "fits": True,
         "is_noted": False},
    ]  # fmt: skip
    assert [(one["kind"], one["title"], one["times"]) for one in found["favourites"]] == [
        ("product", "Linen shirt", 2), ("category", "Shirts", 2), ("brand", "HINODE", 2), ("colour", "Navy", 0),
    ]  # fmt: skip
    assert program(nobody).get(f"/contacts/{yoko}/purchases").status_code == 404
    assert program(alice).get(f"/products/{yoko}/purchases").status_code == 404
