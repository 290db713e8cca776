"""The tree of territories in the settings, and what a realignment of it would move."""

from typing import Any

import pytest
from django.test import Client

from kizuna.base.identity import SYSTEM
from kizuna.base.jobs.inline import run_waiting
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.territories.models import Realignment, Territory


def made(key: str, **values: Any) -> Any:
    return records.create(actor=SYSTEM, resource=registry.get(key), values=values)


def of(country: str) -> dict[str, Any]:
    return {"field": "country", "op": "is", "value": country}


def visitor(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def japan(db: None) -> Territory:
    return made("territory", name="Japan", takes_company=of("JP"))


def hotel(name: str = "Aoba Hotel", country: str = "JP") -> Any:
    return made("company", name=name, addresses=[{"country": country, "city": "Nara"}])


def test_the_page_shows_the_tree_and_what_lies_in_it(japan: Territory, alice: Any) -> None:
    made("territory", name="Kanto", parent=japan.pk, takes_company={"field": "city", "op": "is", "value": "Yokohama"})
    hotel()
    web = visitor(alice)
    page = web.get("/settings/territories").content.decode()
    assert page.index("Japan") < page.index("Kanto")
    assert f'href="/territories/{japan.pk}"' in page
    assert "Companies 1" in page


def test_a_territory_is_hung_elsewhere_and_archived(japan: Territory, alice: Any) -> None:
    kanto = made("territory", name="Kanto")
    web = visitor(alice)
    web.post("/settings/territories", {"territory": kanto.pk, "parent": japan.pk})
    kanto.refresh_from_db()
    assert kanto.parent_id == japan.pk
    answer = web.post("/settings/territories", {"territory": japan.pk, "parent": kanto.pk})
    assert answer.status_code == 422
    assert "beneath it" in answer.content.decode()
    web.post("/settings/territories", {"territory": kanto.pk, "active": "0"})
    kanto.refresh_from_db()
    assert not kanto.is_active


def test_a_realignment_shows_what_would_move_and_of_whom(japan: Territory, alice: Any, mika: Any) -> None:
    inn = hotel("Nara Inn")
    records.update(actor=SYSTEM, record=inn, changes={"owner": mika.pk})
    spring = made("realignment", name="Spring")
    draft = spring.drafts.get()
    web = visitor(alice)
    url = f"/settings/territories/realignments/{spring.pk}"
    assert "It is being reckoned" in web.get(url).content.decode()
    web.post(url, {"territory": draft.pk, "active": "0"})
    run_waiting()
    page = web.get(f"{url}/moves").content.decode()
    assert "Companies 1" in page
    assert mika.name in page
    listed = web.get(f"{url}/records?kind=company&before={japan.pk}&after=0").content.decode()
    assert "Nara Inn" in listed
    assert "Nara Inn" not in web.get(f"{url}/records?kind=company&before=0&after={japan.pk}").content.decode()
    web.post(f"/realignments/{spring.pk}/actions/apply_realignment")
    run_waiting()
    assert Realignment.objects.get().state == "applied"
    inn.refresh_from_db()
    assert inn.territory_id is None


def test_only_administrators_draw_the_tree(japan: Territory, mika: Any) -> None:
    assert visitor(mika).get("/settings/territories").status_code == 403
