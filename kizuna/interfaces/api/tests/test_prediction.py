"""A shop asks what could suit a customer."""

import pytest

from kizuna.intelligence.prediction.models import Affinity
from kizuna.intelligence.prediction.tests.conftest import basket, made, people, products, web  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db


def test_suggestions_come_with_their_reason(program, alice, basket, people, products):  # noqa: F811
    basket(people[0], "lamp")
    for other in ("bulb", "shade"):
        Affinity.objects.create(
            product=products["lamp"], other=products[other], kind="order", both=3, bought=5, lift=2.0, score=20.0
        )
    found = program(alice).get(f"/contacts/{people[0].pk}/suggestions", limit=1).json()["items"]
    assert found == [
        {
            "product": {"id": products["bulb"].pk, "title": "bulb"},
            "because": {"id": products["lamp"].pk, "title": "lamp"},
            "kind": "order",
            "both": 3,
            "bought": 5,
            "price": {"amount": "1000", "currency": "JPY"},
        }
    ]


def test_where_there_is_nothing_to_suggest_for(program, alice, nobody, people, products):  # noqa: F811
    assert program(alice).get(f"/contacts/{people[0].pk}/suggestions").json() == {"items": []}
    assert program(alice).get(f"/contacts/{people[0].pk}/suggestions", limit=0).status_code == 422
    assert program(alice).get(f"/products/{products['lamp'].pk}/suggestions").status_code == 404
    assert program(alice).get("/contacts/999999/suggestions").status_code == 404
    assert program(nobody).get(f"/contacts/{people[0].pk}/suggestions").status_code == 404
