"""A shop system sends its orders."""

from __future__ import annotations

from typing import Any

from kizuna.base.identity import SYSTEM
from kizuna.base.records import services as records
from kizuna.base.resources import registry


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
    assert set(answer[2]["errors"]) == {"external_id", "lines"}

    assert program(alice).post("/orders/intake", {"channel": "web"}).status_code == 422
    assert program(alice).post("/orders/intake", {"orders": []}).status_code == 422
    assert program(victor).post("/orders/intake", order).status_code == 403
