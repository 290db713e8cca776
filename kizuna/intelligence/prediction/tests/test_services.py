"""What goes with what is counted, and chance is left out."""

import random
from collections import Counter
from itertools import combinations
from math import isclose

import pytest

from kizuna.intelligence.prediction import services
from kizuna.intelligence.prediction.jobs import find_affinities
from kizuna.intelligence.prediction.models import Affinity

pytestmark = pytest.mark.django_db


def told(kind: str) -> dict[tuple[str, str], tuple[int, int]]:
    rows = Affinity.objects.filter(kind=kind).select_related("product", "other")
    return {(one.product.name, one.other.name): (one.both, one.bought) for one in rows}


@pytest.mark.usefixtures("history")
def test_what_is_bought_together_is_known_from_both_sides():
    assert told("order") == {("lamp", "bulb"): (12, 15), ("bulb", "lamp"): (12, 12)}


@pytest.mark.usefixtures("history")
def test_two_old_orders_two_alone_and_what_everybody_buys_say_nothing():
    """Vase and shade lie behind the window, vase and rug have two buyers, and a chair goes with everything."""
    named = {name for pair in [*told("order"), *told("customer")] for name in pair}
    assert named == {"lamp", "bulb"}


def test_a_customer_buys_for_their_company_and_on_different_days(basket, people, products):
    from kizuna.intelligence.prediction.tests.conftest import made

    for number in range(6):
        firm = made("company", name=f"Hotel {number}")
        basket(people[number], "lamp", company=firm)
        basket(people[number + 50], "shade", company=firm)
    for contact in people[60:]:
        basket(contact, "chair")
    services.find_affinities()
    assert told("order") == {}
    assert told("customer") == {("lamp", "shade"): (6, 6), ("shade", "lamp"): (6, 6)}


def test_what_was_cancelled_or_came_back_does_not_count(basket, people):
    for contact in people[:5]:
        basket(contact, "lamp", "bulb", status="cancelled")
        basket(contact, "lamp", "rug", returned=("rug",))
    for contact in people[5:]:
        basket(contact, "chair")
    services.find_affinities()
    assert not Affinity.objects.exists()


def test_a_trader_who_buys_everything_says_nothing(basket, people, monkeypatch):
    monkeypatch.setattr(services, "MOST_IN_BASKET", 2)
    for contact in people[:5]:
        basket(contact, "lamp", "bulb", "rug")
    for contact in people[5:]:
        basket(contact, "chair")
    services.find_affinities()
    assert not Affinity.objects.exists()


@pytest.mark.usefixtures("history")
def test_counting_again_replaces_what_was_counted():
    before = told("order")
    assert find_affinities.call() == Affinity.objects.count()
    assert told("order") == before


def test_the_database_counts_what_a_plain_count_finds(basket, people, products, monkeypatch):
    monkeypatch.setattr(services, "SURE", -1.0)
    drawn = random.Random(7)
    baskets = []
    for contact in people[:60]:
        chosen = drawn.sample(sorted(products), drawn.randint(1, 4))
        basket(contact, *chosen)
        baskets.append(frozenset(chosen))
    services.find_affinities()
    single = Counter(name for one in baskets for name in one)
    pairs = Counter(pair for one in baskets for pair in combinations(sorted(one), 2))
    wanted = {
        pair: count for pair, count in pairs.items() if count >= 3 and count * 60 > single[pair[0]] * single[pair[1]]
    }
    found = {(one, two): both for (one, two), (both, _bought) in told("order").items() if one < two}
    assert found == wanted


def test_the_likelihood_ratio_is_that_of_dunning():
    """From Dunning's paper, table 1: “the swiss” 110 of 2,552 and 221 of 31,777 words has 270.72."""
    assert isclose(services.likelihood_ratio(110, 110 + 2442, 110 + 111, 31777), 270.72, abs_tol=0.01)
    assert services.likelihood_ratio(10, 100, 100, 1000) == 0
