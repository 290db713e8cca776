"""The tree of territories in the settings, and what a realignment of it would move."""

from typing import Any

import pytest
from django.test import Client

from kizuna.base.identity import SYSTEM
from kizuna.base.jobs.inline import run_waiting
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.resources.patience import TooLong
from kizuna.base.territories.models import Realignment, Territory
from kizuna.interfaces.web.views import territories as views
from kizuna.interfaces.web.views import territory_rows


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
    assert 'hx-get="/settings/territories/figures"' in page
    assert "Companies 1" in web.get("/settings/territories/figures").content.decode()


def test_a_manager_draws_the_tree_and_looks_before_a_realignment_counts(
    japan: Territory, mika: Any, haruto: Any
) -> None:
    hotel()
    plan = made("realignment", name="Spring")
    web = visitor(mika)
    page = web.get("/settings/territories").content.decode()
    assert "Japan" in page
    assert "/settings/people" not in page
    assert web.get(f"/settings/territories/realignments/{plan.pk}").status_code == 200
    assert visitor(haruto).get("/settings/territories").status_code == 403


def test_of_a_large_tree_the_page_shows_one_branch_at_a_time(
    japan: Territory, alice: Any, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any
) -> None:
    monkeypatch.setattr(territory_rows, "MOST_SHOWN", 2)
    kanto, *_others = (made("territory", name=name, parent=japan.pk) for name in ("Kanto", "Kansai", "Kyushu"))
    made("territory", name="Yokohama", parent=kanto.pk)
    web = visitor(alice)
    top = web.get("/settings/territories").content.decode()
    assert "4 beneath it" in top
    assert "Kanto" not in top
    with django_assert_max_num_queries(20):
        page = web.get(f"/settings/territories?in={japan.pk}").content.decode()
    assert [one for one in ("Kansai", "Kanto", "Kyushu", "Yokohama") if f"<b>{one}</b>" in page] == ["Kansai", "Kanto"]
    assert "Kyushu" in web.get(f"/settings/territories?in={japan.pk}&skip=2").content.decode()
    assert "Yokohama" in web.get(f"/settings/territories?in={kanto.pk}").content.decode()
    assert web.get("/settings/territories?in=999999").status_code == 404


def test_figures_that_take_too_long_are_left_out(japan: Territory, alice: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def takes_long() -> None:
        raise TooLong("")

    monkeypatch.setattr(views.queries, "counts", takes_long)
    assert "takes too long" in visitor(alice).get("/settings/territories/figures").content.decode()


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
    assert "It is being calculated" in web.get(url).content.decode()
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


def test_what_a_record_is_called_is_not_told_here_to_whom_it_is_hidden_from(
    japan: Territory, mika: Any, hide: Any
) -> None:
    inn = hotel("Nara Inn")
    spring = made("realignment", name="Spring")
    visitor(mika).post(
        f"/settings/territories/realignments/{spring.pk}", {"territory": spring.drafts.get().pk, "active": "0"}
    )
    hide(mika, "company", "name")
    listed = visitor(mika).get(f"/settings/territories/realignments/{spring.pk}/records?kind=company").content.decode()
    assert "Nara Inn" not in listed
    assert f"#{inn.pk}" in listed
