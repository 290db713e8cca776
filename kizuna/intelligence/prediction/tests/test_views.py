"""The panel beside a customer's timeline."""

import pytest

from kizuna.base.testing.visiting import page_of

pytestmark = pytest.mark.django_db


def test_the_panel_says_what_and_why(alice, visit, history, products):
    buyer = history[12]
    page = page_of(visit(alice).get(f"/contacts/{buyer.pk}/panels"))
    assert f'hx-get="/contacts/{buyer.pk}/suggestions"' in page
    panel = page_of(visit(alice).get(f"/contacts/{buyer.pk}/suggestions"))
    assert f'href="/products/{products["bulb"].pk}"' in panel
    assert "Bought together with lamp: in 12 of 15 orders" in panel
    assert "hx-post" not in panel


def test_where_nothing_is_known_it_says_so(alice, visit, people):
    panel = page_of(visit(alice).get(f"/contacts/{people[0].pk}/suggestions"))
    assert "Not enough is known yet" in panel


def test_it_is_not_there_for_who_may_not_see_the_person_or_the_orders(nobody, visit, people, products):
    assert visit(nobody).get(f"/contacts/{people[0].pk}/suggestions").status_code == 404
    assert visit(nobody).send(f"/contacts/{people[0].pk}/suggestions/{products['lamp'].pk}").status_code == 404


def test_kinds_of_records_that_buy_nothing_have_none(alice, visit, products):
    assert visit(alice).get(f"/products/{products['lamp'].pk}/suggestions").status_code == 404
