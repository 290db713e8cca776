"""Who works in a territory sees what lies there, where their role says so: while they work and while it lies there."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kizuna.base.access import audience, policy
from kizuna.base.identity import SYSTEM
from kizuna.base.identity.models import Team, User
from kizuna.base.jobs.inline import run_waiting
from kizuna.base.live.tests.conftest import Office
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.resources.table import Sort, Table
from kizuna.base.search import queries as search
from kizuna.base.territories import services
from kizuna.base.territories.models import Realignment, Territory, TerritoryDraft
from kizuna.base.testing.plans import explained, only, reluctant
from kizuna.base.types.errors import Denied
from kizuna.customers.contacts.models import Company
from kizuna.domains.sales.tests.conftest import made
from kizuna.domains.sales.tests.market import EARLIER, LATER, at, change, company, territory


def seen(person: User) -> set[str]:
    policy.forget(person)
    return set(Company.objects.visible_to(person).values_list("name", flat=True))


@pytest.fixture
def carol(carol: User, grant: Any) -> User:
    """A stranger to Tokyo, who sees her own records and those of her territories."""
    grant(carol, company={"read": "own+territory", "update": "own+territory"})
    return carol


def works(person: User, where: Territory, **days: Any) -> Any:
    return made("territorymember", territory=where.pk, user=person.pk, **days)


def test_members_see_what_lies_in_their_territory_and_beneath_it(
    japan: Territory, kanto: Territory, carol: User, haruto: User
) -> None:
    inn, hotel = company("Nara Inn", "奈良市", owner=haruto.pk), company("Aoba Hotel", owner=haruto.pk)
    company("Le Coin", "Lyon", "FR", owner=haruto.pk)
    assert seen(carol) == set()
    member = works(carol, kanto)
    assert seen(carol) == {"Aoba Hotel"}
    change(member, territory=japan.pk)
    assert seen(carol) == {"Aoba Hotel", "Nara Inn"}
    change(hotel, addresses=[{"country": "FR", "city": "Lyon"}])
    assert seen(carol) == {"Nara Inn"}, "sight goes where the record goes"
    with pytest.raises(Denied):
        records.update(actor=carol, record=inn, changes={"owner": haruto.pk})
    records.delete(actor=SYSTEM, record=member)
    assert seen(carol) == set()


def test_leaders_and_the_people_of_its_team_work_there_too(
    japan: Territory, carol: User, haruto: User, seoul: Team, headquarters: Team
) -> None:
    company("Aoba Hotel", owner=haruto.pk)
    for way in ({"leader": carol.pk}, {"team": seoul.pk}, {"team": headquarters.pk}):
        change(japan, leader=None, team=None)
        assert seen(carol) == set()
        change(japan, **way)
        assert seen(carol) == {"Aoba Hotel"}, way


def test_work_in_a_territory_begins_and_ends_on_its_days(japan: Territory, carol: User, haruto: User) -> None:
    company("Aoba Hotel", owner=haruto.pk)
    member = works(carol, japan, valid_from=LATER)
    assert seen(carol) == set()
    change(member, valid_from=EARLIER)
    assert seen(carol) == {"Aoba Hotel"}
    change(member, valid_until=timezone.localdate().isoformat())
    assert seen(carol) == {"Aoba Hotel"}, "the last day counts"
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    change(member, valid_until=yesterday.isoformat())
    assert seen(carol) == set()


def test_without_the_right_a_territory_shows_nobody_anything(japan: Territory, carol: User, haruto: User) -> None:
    company("Aoba Hotel", owner=haruto.pk)
    works(haruto, japan)
    works(carol, japan)
    carol.roles.set(haruto.roles.all())
    assert seen(carol) == set()
    assert seen(haruto) == {"Aoba Hotel"}


def test_a_realignment_moves_sight_with_it(japan: Territory, kanto: Territory, carol: User, haruto: User) -> None:
    company("Aoba Hotel", owner=haruto.pk)
    works(carol, kanto)
    spring = made("realignment", name="Spring")
    change(TerritoryDraft.objects.get(realignment=spring, territory=kanto), takes_company=at("大阪市"))
    assert seen(carol) == {"Aoba Hotel"}
    services.apply_realignment(actor=SYSTEM, realignment=spring)
    run_waiting()
    assert seen(carol) == set()
    services.undo_realignment(actor=SYSTEM, realignment=Realignment.objects.get())
    run_waiting()
    assert seen(carol) == {"Aoba Hotel"}


def test_everybody_who_is_told_of_a_record_sees_it_in_one_way_of_asking(
    japan: Territory, carol: User, haruto: User, make_user: Any, django_assert_num_queries: Any
) -> None:
    hotel, coin = company("Aoba Hotel", owner=haruto.pk), company("Le Coin", "Lyon", "FR", owner=haruto.pk)
    works(carol, japan)
    more = [make_user(f"Ren {number}", role=carol.roles.get()) for number in range(3)]
    people = list(User.objects.filter(pk__in=[carol.pk, *(one.pk for one in more)]).select_related("team"))
    with django_assert_num_queries(7):
        told = audience.seen_by(people, Company, [hotel.pk, coin.pk])
    assert told == {carol.pk: [hotel.pk]} | {one.pk: [] for one in more}


def test_search_finds_what_lies_in_ones_territory(japan: Territory, carol: User, haruto: User) -> None:
    hotel = company("Aoba Hotel", owner=haruto.pk)
    company("Aoba Lyon", "Lyon", "FR", owner=haruto.pk)
    works(carol, japan)
    resource = registry.get("company")
    assert [hit.id for hit in search.find(carol, "Aoba", resources=[resource])] == [hotel.pk]


def test_a_list_of_own_records_and_territories_walks_an_index_for_each(
    japan: Territory, carol: User, haruto: User
) -> None:
    """However many others there are: an index of the territory holds them in the order of the list, as one of the owner
    does."""
    hotel = company("Aoba Hotel", owner=haruto.pk)
    company("Le Coin", "Lyon", "FR", owner=haruto.pk)
    mine = company("Zao Ryokan", owner=carol.pk)
    works(carol, japan)
    resource = registry.get("company")
    table = Table(resource, carol, columns=[resource.title_field], sort=Sort.of(resource, carol, "name"))
    with CaptureQueriesContext(connection) as asked:
        page = table.page()
    assert [row.id for row in page.rows] == [hotel.pk, mine.pk]
    (sql,) = [one["sql"] for one in asked if "UNION ALL" in one["sql"]]
    reluctant()
    only("contacts_company_placed")
    assert "contacts_company_placed" in explained(sql)


def test_open_pages_follow_the_tree_and_those_who_work_in_it(
    japan: Territory, kanto: Territory, carol: User, haruto: User
) -> None:
    desk, hotel = Office(), company("Aoba Hotel", owner=haruto.pk)
    member = works(carol, kanto)
    page = desk.open(carol, f"list=company&rows=company:{hotel.pk}")
    records.delete(actor=SYSTEM, record=member)
    assert desk.said(page) == {"gone": {"company": [hotel.pk]}}
    works(carol, kanto)
    inn = company("Nara Inn", "奈良市", owner=haruto.pk)
    assert desk.said(page) == {}
    change(kanto, takes_company=at("奈良市"))
    run_waiting()
    assert desk.said(page)["new"] == {"company": [inn.pk]}


def test_the_day_on_which_somebody_begins_is_told(japan: Territory, carol: User, published: Any) -> None:
    works(carol, japan, valid_from=timezone.localdate().isoformat())
    ended = timezone.localdate() - dt.timedelta(days=1)
    works(carol, territory("Korea"), valid_until=ended.isoformat())
    works(carol, territory("France"), valid_from=LATER)
    assert services.turn_members(today=timezone.localdate()) == 2
    assert published.names[-1] == "territories.MembersTurned"


def test_who_may_do_anything_to_every_kind_may_still_not_make_themselves_members(
    japan: Territory, carol: User, grant: Any
) -> None:
    grant(carol, **{"*": {"read": "all", "create": "all", "update": "all"}})
    with pytest.raises(Denied):
        records.create(
            actor=carol, resource=registry.get("territorymember"), values={"territory": japan.pk, "user": carol.pk}
        )
