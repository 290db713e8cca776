"""People of one family name at one address are suggested as a household; accepted at once, refused for good."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kizuna.base.identity.models import User
from kizuna.base.records import services as records
from kizuna.base.testing.visiting import page_of
from kizuna.customers.contacts import queries, services
from kizuna.customers.contacts.models import Contact, Household, HouseholdSuggestion

HOME = {"line1": "元町1-2-3", "city": "横浜市中区", "postal_code": "231-0861", "country": "JP"}
PART = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
def yamamoto(person: Any, haruto: User) -> tuple[Contact, Contact]:
    """Yoko and Ken live together; a namesake lives elsewhere, and a friend with them has another name."""
    yoko = person("山本", "陽子", owner=haruto, addresses=[HOME])
    ken = person("山本", "健", owner=haruto, addresses=[HOME | {"line1": "元町１-２-３", "postal_code": "2310861"}])
    person("山本", "太郎", owner=haruto, addresses=[HOME | {"line1": "元町9-9-9"}])
    person("田中", "太郎", owner=haruto, addresses=[HOME])
    person("山本", "花子", owner=haruto)
    return yoko, ken


def test_a_contact_is_asked_about_and_one_click_makes_the_household(
    haruto: User, visit: Any, yamamoto: tuple[Contact, Contact]
) -> None:
    yoko, ken = yamamoto
    his = visit(haruto)
    assert "One household?" not in page_of(his.get(f"/contacts/{yoko.pk}/panels"))
    services.suggest_households()
    page = page_of(his.get(f"/contacts/{yoko.pk}/panels"))
    assert "One household?" in page
    assert f"/contacts/{yoko.pk}/housemates/share" in page
    assert his.post(f"/contacts/{yoko.pk}/housemates/share").status_code == 302
    home = Household.objects.get()
    assert set(Contact.objects.filter(household=home)) == {yoko, ken}
    assert home.name == "山本家"
    assert "One household?" not in page_of(his.get(f"/contacts/{ken.pk}/panels"))


def test_who_has_a_household_takes_the_others_in_and_two_households_stay_two(
    haruto: User, person: Any, yamamoto: tuple[Contact, Contact]
) -> None:
    home = services.share_household(actor=haruto, people=list(yamamoto))
    mother = person("山本", "和子", owner=haruto, addresses=[HOME])
    services.suggest_households()
    mates = queries.housemates(haruto, mother)
    assert [one.pk for one in mates] == [yamamoto[0].pk]
    assert services.share_household(actor=haruto, people=[mother, *mates]) == home
    other, lodger = person("山本", "翔", owner=haruto, addresses=[HOME]), person("鈴木", "翔", owner=haruto)
    services.suggest_households()
    services.form_household(actor=haruto, contact=other, partner=lodger)
    assert queries.housemates(haruto, Contact.objects.get(pk=other.pk)) == []


def test_colleagues_of_one_name_are_no_household(person: Any, firm: Any) -> None:
    aoba = firm("青葉建設")
    for given in ("健", "花子"):
        person("山本", given, company=aoba.pk, addresses=[HOME | {"label": "work"}])
    assert services.suggest_households() == 0
    for given in ("陽子", "太郎"):
        person("山本", given, company=aoba.pk, addresses=[HOME | {"label": "home"}])
    assert services.suggest_households() == 1


def test_who_lives_apart_is_not_asked_about_again(haruto: User, visit: Any, yamamoto: tuple[Contact, Contact]) -> None:
    yoko, ken = yamamoto
    services.suggest_households()
    visit(haruto).post(f"/contacts/{ken.pk}/housemates/refuse")
    assert queries.housemates(haruto, yoko) == []
    assert services.suggest_households() == 0
    assert queries.waiting(haruto) == []
    assert HouseholdSuggestion.objects.count() == 1


def test_all_suggestions_stand_in_one_list(haruto: User, visit: Any, yamamoto: tuple[Contact, Contact]) -> None:
    yoko, ken = yamamoto
    his = visit(haruto)
    assert "Nobody waits for a household" in page_of(his.get("/household-suggestions"))
    assert [services.suggest_households(), services.suggest_households()] == [1, 1]
    one = HouseholdSuggestion.objects.get()
    assert {one.contact_id, one.other_id} == {yoko.pk, ken.pk}
    assert "Put in one household" in page_of(his.get("/household-suggestions"))
    apart = his.post(f"/household-suggestions/{one.pk}/refuse", headers=PART)
    assert "live apart" in apart.content.decode()
    assert f"home-{one.pk}" in his.post(f"/household-suggestions/{one.pk}/allow", headers=PART).content.decode()
    shared = his.post(f"/household-suggestions/{one.pk}/share", headers=PART)
    assert "are one household" in shared.content.decode()
    assert queries.waiting(haruto) == []


def test_who_does_not_see_both_is_told_of_neither(
    carol: User, nobody: User, haruto: User, visit: Any, yamamoto: tuple[Contact, Contact]
) -> None:
    services.suggest_households()
    one = HouseholdSuggestion.objects.get()
    assert queries.housemates(haruto, yamamoto[0]) == [yamamoto[1]]
    Contact.objects.filter(pk=one.other_id).update(owner=carol)
    assert queries.waiting(haruto) == []
    assert queries.housemates(haruto, yamamoto[0]) == []
    assert visit(haruto).post(f"/household-suggestions/{one.pk}/share", headers=PART).status_code == 404
    assert visit(nobody).get("/household-suggestions").status_code == 403
    assert visit(nobody).post(f"/contacts/{one.contact_id}/housemates/share").status_code in (403, 404)
    assert not Household.objects.exists()


def test_the_list_takes_the_same_queries_for_more(haruto: User, person: Any, visit: Any, yamamoto: Any) -> None:
    his = visit(haruto)
    services.suggest_households()
    his.get("/household-suggestions")
    with CaptureQueriesContext(connection) as few:
        his.get("/household-suggestions")
    for number in range(6):
        person("山本", f"子{number}", owner=haruto, addresses=[HOME])
    services.suggest_households()
    with CaptureQueriesContext(connection) as many:
        assert page_of(his.get("/household-suggestions")).count("<article") == 7
    assert len(many) <= len(few)


def test_an_office_is_no_household(person: Any, haruto: User) -> None:
    for number in range(services.MOST_AT_HOME + 1):
        person("佐藤", f"職員{number}", owner=haruto, addresses=[HOME])
    assert services.suggest_households() == 0


def test_who_has_moved_since_is_not_asked_about(haruto: User, yamamoto: tuple[Contact, Contact]) -> None:
    yoko, ken = yamamoto
    services.suggest_households()
    records.update(actor=haruto, record=ken, changes={"addresses": [HOME | {"line1": "山下町5-5"}]})
    assert queries.housemates(haruto, yoko) == []
    assert queries.waiting(haruto) == []
    assert services.suggest_households() == 0
    assert not HouseholdSuggestion.objects.exists()
