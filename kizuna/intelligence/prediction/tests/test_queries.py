"""What might suit somebody: with its reason, and never what they have, had, or may not be sold."""

import datetime as dt

import pytest

from kizuna.base.identity import SYSTEM
from kizuna.base.records import services as records
from kizuna.customers.catalog import services as catalog
from kizuna.intelligence.prediction import queries
from kizuna.intelligence.prediction.models import Affinity
from kizuna.intelligence.prediction.tests.conftest import made

pytestmark = pytest.mark.django_db


@pytest.fixture
def goes(products):
    """`goes("lamp", "bulb", 5)`: says so, as surely as that."""

    def say(product: str, other: str, score: float = 20.0, kind: str = "order", lift: float = 4.0) -> None:
        Affinity.objects.create(
            product=products[product], other=products[other], kind=kind, both=3, bought=5, lift=lift, score=score
        )

    return say


@pytest.fixture
def yoko(people):
    return people[0]


def named(actor, record, **more):
    return [one.product.name for one in queries.suggestions(actor, record, **more)]


def test_what_goes_with_what_they_have_is_suggested_with_the_surest_reason(alice, yoko, basket, goes):
    basket(yoko, "lamp", "rug")
    goes("lamp", "bulb", 30.0)
    goes("rug", "bulb", 90.0, kind="customer")
    goes("lamp", "shade", 200.0)
    goes("chair", "vase", 500.0)
    found = queries.suggestions(alice, yoko)
    assert [(one.product.name, one.because.name, one.kind) for one in found] == [
        ("bulb", "rug", "customer"),  # two of theirs speak for it
        ("shade", "lamp", "order"),
    ]


def test_never_what_they_own_returned_or_got_in_a_bundle(alice, yoko, basket, goes, products):
    made("bundleitem", bundle=products["set"].pk, product=products["shade"].pk, quantity=1)
    basket(yoko, "lamp", "bulb", "set", returned=("bulb",))
    for name in ("bulb", "shade", "set"):
        goes("lamp", name)
    assert named(alice, yoko) == []


def test_what_came_back_speaks_for_nothing(alice, yoko, basket, goes):
    basket(yoko, "lamp", returned=("lamp",))
    goes("lamp", "bulb")
    assert named(alice, yoko) == []


def test_only_what_is_sold_today(alice, yoko, basket, goes, products):
    basket(yoko, "lamp")
    goes("lamp", "bulb")
    goes("lamp", "vase")
    catalog.discontinue_product(actor=SYSTEM, product=products["bulb"], on=dt.date(2020, 1, 1))
    records.delete(actor=SYSTEM, record=products["vase"])
    assert named(alice, yoko) == []


def test_a_company_has_what_it_bought_and_its_people_what_they_bought(alice, yoko, basket, goes):
    hotel = made("company", name="Aoba Hotel")
    records.update(actor=SYSTEM, record=yoko, changes={"company": hotel.pk})
    basket(None, "lamp", company=hotel)
    goes("lamp", "bulb")
    assert named(alice, hotel) == ["bulb"]
    assert named(alice, yoko) == []


def test_a_deal_is_about_its_customer_and_its_lines(alice, yoko, basket, goes):
    basket(yoko, "lamp")
    goes("lamp", "bulb")
    deal = made("opportunity", name="Living room", contact=yoko.pk)
    assert named(alice, deal) == ["bulb"]


def test_who_may_not_read_orders_is_told_nothing(nobody, alice, yoko, basket, goes):
    basket(yoko, "lamp")
    goes("lamp", "bulb")
    assert named(nobody, yoko) == []
    assert named(alice, yoko) == ["bulb"]


def test_orders_that_a_colleague_does_not_see_speak_for_nothing(haruto, carol, alice, grant, yoko, basket, goes):
    basket(yoko, "lamp", owner=carol)
    goes("lamp", "bulb")
    grant(haruto, contact={"read": "all"}, order={"read": "own"}, product={"read": "all"})
    assert (named(haruto, yoko), named(alice, yoko)) == ([], ["bulb"])


@pytest.mark.usefixtures("history")
def test_as_many_queries_for_many_orders_as_for_one(alice, people, basket, django_assert_max_num_queries):
    for _number in range(30):
        basket(people[12], "lamp", "chair")
    with django_assert_max_num_queries(4):
        assert named(alice, people[12]) == ["bulb"]
