"""What was learned from deals, and deals like an open one."""

import pytest

from kizuna.base.testing.visiting import page_of
from kizuna.domains.sales.queries.similar import similar_to
from kizuna.domains.sales.tests.conftest import made

pytestmark = pytest.mark.django_db


@pytest.fixture
def hotel(haruto):
    return lambda name: made("company", name=name, industry="hospitality", owner=haruto.pk)


def found(deal, actor) -> list[tuple[str, tuple[str, ...]]]:
    return [(one.deal.name, one.reasons) for one in similar_to(deal, actor=actor)]


def test_deals_like_an_open_one_are_told_with_the_reason(deal, stage, hotel, haruto, too_expensive) -> None:
    aoba, umi = hotel("Aoba"), hotel("Umi")
    deal("Old rooms", "900 JPY", owner=haruto, stage=stage("Won"), company=aoba.pk)
    deal("Umi lobby", "5000 JPY", owner=haruto, stage=stage("Lost"), company=umi.pk, reason=too_expensive.pk)
    deal("Clinic", "800 EUR", owner=haruto, stage=stage("Won"))
    deal("Still open", "1000 JPY", owner=haruto, company=aoba.pk)
    rooms = deal("New rooms", "1000 JPY", owner=haruto, company=aoba.pk)
    assert found(rooms, haruto) == [
        ("Old rooms", ("same customer", "similar size")),
        ("Umi lobby", ("same industry",)),
    ]


def test_deals_about_the_same_products_are_alike(deal, stage, chair, tea, haruto) -> None:
    old = deal("Old rooms", owner=haruto, stage=stage("Lost"))
    for product in (chair, tea):
        made("opportunityline", opportunity=old.pk, product=product.pk)
    tins = deal("Tea room", owner=haruto, stage=stage("Won"))
    made("opportunityline", opportunity=tins.pk, product=tea.pk, quantity="90")
    rooms = deal("New rooms", owner=haruto)
    for product in (tea, chair):
        made("opportunityline", opportunity=rooms.pk, product=product.pk, quantity="2")
    rooms.refresh_from_db()
    made("productname", product=chair.pk, language="en", name="LINA chair")
    made("productname", product=tea.pk, language="ko", name="야메차")
    assert found(rooms, haruto) == [
        ("Old rooms", ("LINA chair and 1 more in both", "similar size")),
        ("Tea room", ("八女茶 in both",)),
    ]


def test_deals_of_others_are_like_nothing(deal, stage, haruto, carol) -> None:
    deal("Secret", "1000 JPY", owner=haruto, stage=stage("Won"))
    mine = deal("Mine", "1000 JPY", owner=carol)
    assert found(mine, carol) == []


def test_a_lesson_is_found_and_stands_on_the_page_of_its_deal(deal, stage, haruto, carol, visit) -> None:
    old = deal("Old rooms", "900 JPY", owner=haruto, stage=stage("Won"))
    made("lesson", title="Sample room first", opportunity=old.pk, worked="They slept in it.", owner=haruto.pk)
    rooms = deal("New rooms", "1000 JPY", owner=haruto)
    browser = visit(haruto)
    assert "Sample room first" in page_of(browser.get(f"/opportunities/{old.pk}/panels"))
    page = page_of(browser.get(f"/opportunities/{rooms.pk}/panels"))
    assert "has a lesson" in page
    assert "Sample room first" in page_of(browser.get("/lessons", search="slept"))
    assert "Sample room first" not in page_of(visit(carol).get("/lessons"))


def test_whoever_may_read_the_library_learns_from_deals_that_they_do_not_see(
    deal, stage, haruto, carol, grant, visit
) -> None:
    old = deal("Himitsu rooms", "900 JPY", owner=haruto, stage=stage("Won"))
    lesson = made("lesson", title="Sample room first", opportunity=old.pk, worked="They slept in it.", owner=haruto.pk)
    grant(carol, lesson={"read": "all"}, opportunity={"read": "own"})
    browser = visit(carol)
    for address in ("/lessons", f"/lessons/{lesson.pk}"):
        page = page_of(browser.get(address))
        assert ("Sample room first" in page, "Himitsu" in page) == (True, False)
    assert "Sample room first" in page_of(browser.get("/lessons", search="slept"))
    assert browser.get(f"/opportunities/{old.pk}").status_code == 404
