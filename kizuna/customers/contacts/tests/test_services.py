"""Two people in one household."""

import pytest
from django.db import transaction

from kizuna.base.types.errors import Denied, Missing, Refused
from kizuna.customers.contacts import services
from kizuna.customers.contacts.events import HouseholdFormed
from kizuna.customers.contacts.models import Household


def test_a_couple_gets_a_home_called_after_the_family(alice, person, published) -> None:
    yoko, ken = person("山本", "陽子", owner=alice), person("山本", "健")
    home = services.form_household(actor=alice, contact=yoko, partner=ken)
    yoko.refresh_from_db()
    ken.refresh_from_db()
    assert (home.name, home.owner_id) == ("山本家", alice.pk)
    assert yoko.household_id == ken.household_id == home.pk
    assert published.one(HouseholdFormed).contact_ids == (yoko.pk, ken.pk)
    assert {subject.resource for subject in published.subjects(HouseholdFormed)} == {"contact", "household"}


def test_the_home_can_have_another_name(alice, person) -> None:
    home = services.form_household(actor=alice, contact=person("山本"), partner=person("佐藤"), name="海の家")
    assert home.name == "海の家"


@pytest.mark.parametrize(
    ("family", "given", "title"),
    [
        ("김", "민서", "김민서님 댁"),
        ("Lovelace", "Ada", "Household of Lovelace"),
        ("", "Budiarti", "Household of Budiarti"),
    ],
)
def test_homes_are_called_as_people_there_call_them(alice, person, family, given, title) -> None:
    assert services.form_household(actor=alice, contact=person(family, given), partner=person("X")).name == title


def test_a_newcomer_moves_into_the_home_there_is(alice, person) -> None:
    yoko, ken, mio = person("山本", "陽子"), person("山本", "健"), person("山本", "澪")
    home = services.form_household(actor=alice, contact=yoko, partner=ken)
    ken.refresh_from_db()
    assert services.form_household(actor=alice, contact=mio, partner=ken) == home


def test_doing_it_twice_changes_nothing(alice, person, published) -> None:
    yoko, ken = person("山本", "陽子"), person("山本", "健")
    services.form_household(actor=alice, contact=yoko, partner=ken)
    yoko.refresh_from_db()
    ken.refresh_from_db()
    published.forget()
    services.form_household(actor=alice, contact=ken, partner=yoko)
    assert Household.objects.count() == 1
    assert published.names == []


def test_people_of_two_homes_are_not_torn_out(alice, person) -> None:
    yoko, ken, mio, rio = (person("山本", given) for given in ("陽子", "健", "澪", "凛"))
    services.form_household(actor=alice, contact=yoko, partner=ken)
    services.form_household(actor=alice, contact=mio, partner=rio)
    for one in (yoko, mio):
        one.refresh_from_db()
    with pytest.raises(Refused), transaction.atomic():
        services.form_household(actor=alice, contact=yoko, partner=mio)


def test_it_takes_two(alice, person) -> None:
    yoko = person("山本", "陽子")
    with pytest.raises(Refused), transaction.atomic():
        services.form_household(actor=alice, contact=yoko, partner=yoko)


def test_both_must_be_the_actors_to_change(haruto, carol, victor, person) -> None:
    mine, hers = person("山本", "陽子", owner=haruto), person("김", "민서", owner=carol)
    with pytest.raises((Denied, Missing)), transaction.atomic():
        services.form_household(actor=haruto, contact=mine, partner=hers)
    with pytest.raises(Denied), transaction.atomic():
        services.form_household(actor=victor, contact=mine, partner=hers)
