"""Companies, contacts, leads and deals lie in territories: from the first moment, and when the tree changes."""

import datetime as dt
import threading
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kizuna.base import conditions
from kizuna.base.assignment import services as assignment
from kizuna.base.identity import SYSTEM
from kizuna.base.jobs.inline import run_waiting
from kizuna.base.records import services as records
from kizuna.base.records.history import history
from kizuna.base.resources import editions, registry
from kizuna.base.resources.schema import ResourceSchema
from kizuna.base.territories import queries, services, trees
from kizuna.base.territories.models import Territory
from kizuna.base.testing.visiting import undo_of
from kizuna.base.types.errors import Refused
from kizuna.domains.sales.models import OpportunityState
from kizuna.domains.sales.services.states import note_states
from kizuna.domains.sales.tests.conftest import Make, made
from kizuna.domains.sales.tests.market import EARLIER, LATER, MILLION, at, change, company, of, territory, where
from kizuna.domains.sales.views import territories as views

JPY = {"amount": "1000000", "currency": "JPY"}


def test_a_record_goes_where_it_belongs_when_it_is_made_and_when_it_changes(kanto: Territory) -> None:
    hotel, inn, shop = company("Aoba Hotel"), company("Nara Inn", "奈良市"), company("Le Coin", "Lyon", "FR")
    assert [where(one) for one in (hotel, inn, shop)] == ["Kanto", "Japan", ""]
    change(hotel, addresses=[{"country": "JP", "city": "奈良市"}])
    assert where(hotel) == "Japan"
    assert [entry.changes["territory"] for entry in history(actor=SYSTEM, record=hotel) if "territory" in entry.changes]


def test_a_territory_takes_only_what_those_above_it_take(japan: Territory) -> None:
    territory("Hotels", parent=japan, takes_company={"field": "industry", "op": "is", "value": "hospitality"})
    assert where(company("Aoba Hotel", industry="hospitality")) == "Hotels"
    assert where(company("Hôtel du Port", "Lyon", "FR", industry="hospitality")) == ""


def test_of_several_the_priority_decides_and_then_the_depth(kanto: Territory) -> None:
    assert where(company("Aoba Hotel")) == "Kanto"
    territory("Key accounts", priority=5, takes_company={"field": "employees", "op": "gte", "value": 1000})
    assert where(company("Minato Holdings", employees=4000)) == "Key accounts"


def test_a_change_that_moved_a_record_is_taken_back_like_any_other(kanto: Territory, alice: Any, visit: Any) -> None:
    territory("Key accounts", priority=5, takes_company={"field": "employees", "op": "gte", "value": 1000})
    hotel, hers = company("Aoba Hotel", employees=240), visit(alice)
    saved = hers.post(f"/companies/{hotel.pk}/cells/employees", employees="4321", version=hotel.version)
    assert where(hotel) == "Key accounts"
    hers.post(undo_of(saved))
    hotel.refresh_from_db()
    assert (hotel.employees, where(hotel)) == (240, "Kanto")


def test_deals_and_people_follow_their_company_unless_a_rule_of_their_own_takes_them(
    kanto: Territory, deal: Make
) -> None:
    hotel = company("Aoba Hotel")
    yoko = made("contact", family_name="Sato", company=hotel.pk)
    lounge = deal("Lounge", "500000 JPY", contact=yoko.pk)
    assert (where(yoko), where(lounge)) == ("Kanto", "Kanto")
    change(hotel, addresses=[{"country": "JP", "city": "奈良市"}])
    assert (where(yoko), where(lounge)) == ("Japan", "Japan")
    territory("Large deals", takes_opportunity={"field": "amount", "op": "gte", "value": MILLION})
    run_waiting()
    assert where(lounge) == "Japan"
    change(lounge, amount="3000000 JPY")
    assert where(lounge) == "Large deals"


def test_what_somebody_chose_stays_until_the_field_is_emptied(kanto: Territory) -> None:
    hotel, keys = company("Aoba Hotel"), territory("Key accounts")
    change(hotel, territory=keys.pk)
    assert hotel.territory_pinned_at is None  # the record in hand is as it was read
    change(hotel, addresses=[{"country": "FR", "city": "Lyon"}])
    hotel.refresh_from_db()
    assert (where(hotel), bool(hotel.territory_pinned_at)) == ("Key accounts", True)
    change(hotel, territory=None, addresses=[{"country": "JP", "city": "横浜市"}])
    assert (where(hotel), hotel.territory_pinned_at) == ("Kanto", None)


def test_a_closed_deal_counts_for_the_territory_of_that_day(kanto: Territory, deal: Make, stage: Make) -> None:
    hotel = company("Aoba Hotel")
    won = deal("Lobby", "100000 JPY", company=hotel.pk, stage=stage("Won"))
    still = deal("Lounge", "100000 JPY", company=hotel.pk)
    change(hotel, addresses=[{"country": "JP", "city": "奈良市"}])
    assert (where(won), where(still)) == ("Kanto", "Japan")


def test_who_asks_for_a_territory_asks_for_those_beneath_it(kanto: Territory, japan: Territory) -> None:
    hotel = company("Aoba Hotel")
    schema = ResourceSchema(registry.get("company"), SYSTEM)
    for op, found in (("is", [hotel]), ("is_not", [])):
        tree = {"field": "territory", "op": op, "value": japan.pk}
        asked = conditions.compile(tree, schema=schema, viewer=SYSTEM)
        assert list(registry.get("company").model.objects.filter(asked)) == found


def test_without_territories_a_record_costs_no_further_query(db: None) -> None:
    company("Warm")
    with CaptureQueriesContext(connection) as before:
        company("Aoba Hotel")
    assert not any("territories_" in query["sql"] for query in before)


def test_the_statements_of_a_batch_do_not_grow_with_it(kanto: Territory) -> None:
    resource = registry.get("company")
    company("The tree is read once")

    def stored(count: int) -> int:
        batch = []
        for number in range(count):
            one = resource.model(name=f"Hotel {number}", addresses=[{"country": "JP", "city": "横浜市"}])
            one.normalise()
            batch.append(one)
        with CaptureQueriesContext(connection) as asked:
            records.create_many(actor=SYSTEM, resource=resource, records=batch)
        assert {where(one) for one in batch} == {"Kanto"}
        return sum("territor" in one["sql"] and one["sql"].startswith(("SELECT", "UPDATE")) for one in asked)

    assert stored(3) == stored(60)


ROUGHLY = {"any": [at("LYON"), {"all": [at("Nice"), {"field": "name", "op": "starts_with", "value": "le"}]}]}
AGREE = ("Aoba Hotel", "Nara Inn", "Le Coin", "Le Port", "Villa Sol", "Minato Holdings", "Osaka Inn")


def test_of_a_large_tree_each_record_goes_where_it_goes_by_asking_of_all(kanto: Territory, monkeypatch: Any) -> None:
    france = territory("France", takes_company=of("FR"))
    territory("Rough", parent=france, takes_company=ROUGHLY)
    territory("Key accounts", priority=5, takes_company={"field": "employees", "op": "gte", "value": 1000})
    territory("Towns", priority=1, takes_company={"field": "city", "op": "any_of", "value": ["大阪市", "神戸市"]})
    territory("Ended", parent=france, priority=9, takes_company=at("Lyon"), valid_until=EARLIER)
    company("Aoba Hotel")
    company("Nara Inn", "奈良市")
    company("Le Coin", "Lyon", "FR")
    company("Le Port", "Nice", "FR")
    company("Villa Sol", "Nice", "FR")
    company("Minato Holdings", employees=4000)
    inn = company("Osaka Inn", "大阪市")
    guest = made("contact", family_name="Mori", company=inn.pk)
    whole = [where(one) for one in (*_called(AGREE), guest)]
    assert whole == ["Kanto", "Japan", "Rough", "Rough", "France", "Key accounts", "Towns", "Towns"]
    for kind in ("company", "contact"):
        registry.get(kind).model.objects.update(territory=None)
    monkeypatch.setattr(trees, "LARGE", 0)
    monkeypatch.setattr(queries, "PART", 2)
    editions.renew()
    assert sum(one.count for one in queries.flows(trees.now())) == len(whole), "the preview says the same"
    assert sum(services.place_all()) == len(whole)
    assert [where(one) for one in (*_called(AGREE), guest)] == whole
    change(inn, addresses=[{"country": "JP", "city": "横浜市"}])
    assert (where(inn), where(guest)) == ("Kanto", "Kanto")


def _called(names: tuple[str, ...]) -> list[Any]:
    known = {one.name: one for one in registry.get("company").model.objects.all()}
    return [known[name] for name in names]


def test_of_a_large_tree_only_those_are_asked_who_may_take_a_record(japan: Territory, monkeypatch: Any) -> None:
    monkeypatch.setattr(trees, "LARGE", 0)
    for town in ("Kobe", "Nara", "Otsu"):
        territory(town, parent=japan, takes_company=at(town))
    with CaptureQueriesContext(connection) as asked:
        inn = company("Inn", "Nara")
    assert where(inn) == "Nara"
    assert not any("Otsu" in one["sql"] for one in asked)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_hang_territories_into_each_other_at_once_one_is_refused() -> None:
    japan, korea = territory("Japan"), territory("Korea")
    start, said = threading.Barrier(2), list[str]()

    def hang(one: Territory, above: Territory) -> None:
        try:
            start.wait(60)
            records.update(actor=SYSTEM, record=Territory.objects.get(pk=one.pk), changes={"parent": above.pk})
            said.append("done")
        except (Refused, OperationalError):  # the second looks after the first, or PostgreSQL ends one of the two
            said.append("refused")
        finally:
            connection.close()

    people = [threading.Thread(target=hang, args=pair) for pair in ((japan, korea), (korea, japan))]
    for one in people:
        one.start()
    for one in people:
        one.join(60)
    assert sorted(said) == ["done", "refused"]


def test_a_tree_has_no_circles(kanto: Territory, japan: Territory) -> None:
    with pytest.raises(Refused, match="beneath it"):
        change(japan, parent=kanto.pk)
    japan.refresh_from_db()
    assert japan.parent_id is None


def test_a_territory_counts_from_its_first_day_to_its_last(japan: Territory) -> None:
    territory("Osaka", parent=japan, takes_company=at("大阪市"), valid_from=LATER)
    territory("Kobe", parent=japan, takes_company=at("神戸市"), valid_until=EARLIER)
    osaka, kobe = company("Naniwa", "大阪市"), company("Harbour", "神戸市")
    assert (where(osaka), where(kobe)) == ("Japan", "Japan")
    day = timezone.localdate() + dt.timedelta(days=9)
    assert {one.after for one in queries.flows(trees.stored(), day=day)} == {Territory.objects.get(name="Osaka").pk}


def test_a_condition_whose_field_is_gone_takes_nothing_and_says_so(japan: Territory) -> None:
    field = records.add_custom_field(
        actor=SYSTEM, resource=registry.get("company"), kind="number", labels="Rooms", name="rooms"
    )
    rooms = territory("Large", parent=japan, takes_company={"field": "rooms", "op": "gte", "value": 100})
    hotel = company("Aoba Hotel", rooms="200")
    assert where(hotel) == "Large"
    records.remove_custom_field(actor=SYSTEM, field=field)
    assert queries.broken(trees.now().nodes.values()) == {rooms.pk: ["company"]}
    change(hotel, employees=12)
    assert where(hotel) == "Japan"


def test_a_changed_tree_moves_what_lies_elsewhere_by_it(japan: Territory) -> None:
    hotel = company("Aoba Hotel")
    version = hotel.version
    territory("Kanto", parent=japan, takes_company=at("横浜市"))
    assert where(hotel) == "Japan"
    run_waiting()
    assert where(hotel) == "Kanto"
    assert hotel.version > version, "who has the record open is not to save the old territory over the new one"


def test_a_territory_that_is_deleted_lets_go_what_was_chosen(kanto: Territory, published: Any) -> None:
    keys = territory("Key accounts")
    hotel = company("Aoba Hotel", territory=keys.pk)
    assert where(hotel) == "Key accounts"
    version = hotel.version
    records.delete(actor=SYSTEM, record=keys)
    hotel.refresh_from_db()
    assert hotel.version > version, "who has the record open is not to choose it again unknowingly"
    assert "territories.RecordsReleased" in published.names
    run_waiting()
    assert where(hotel) == "Kanto"


def test_what_was_chosen_goes_with_a_territory_that_is_merged_and_says_so(kanto: Territory, published: Any) -> None:
    keys, large = territory("Key accounts"), territory("Large customers")
    hotel = company("Aoba Hotel", territory=keys.pk)
    version = hotel.version
    services.merge_territory(actor=SYSTEM, territory=keys, into=large)
    run_waiting()
    assert where(hotel) == "Large customers"
    assert hotel.version > version
    assert "territories.RecordsCarriedOver" in published.names
    assert any("territory" in entry.changes for entry in history(actor=SYSTEM, record=hotel))
    with pytest.raises(Refused):
        services.merge_territory(actor=SYSTEM, territory=large, into=Territory.objects.get(pk=keys.pk))


def test_two_territories_become_one(kanto: Territory, japan: Territory, haruto: Any) -> None:
    kansai = territory("Kansai", parent=japan, takes_company=at("奈良市"))
    yokohama = territory("Yokohama", parent=kanto, takes_company=at("横浜市"))
    made("territorymember", territory=kanto.pk, user=haruto.pk)
    hotel, inn = company("Aoba Hotel", "横浜市"), company("Nara Inn", "奈良市")
    with pytest.raises(Refused):
        services.merge_territory(actor=SYSTEM, territory=kanto, into=yokohama)
    services.merge_territory(actor=SYSTEM, territory=kanto, into=kansai)
    run_waiting()
    assert (where(hotel), where(inn)) == ("Yokohama", "Kansai")
    assert [one.pk for one in queries.people_of([kansai.pk])[kansai.pk]] == [haruto.pk]
    kanto.refresh_from_db()
    assert not kanto.is_active


# Who gets them ------------------------------------------------------------------------------------------------------


def test_leads_go_in_turn_to_the_people_of_their_territory_or_of_the_one_above(
    kanto: Territory, japan: Territory, haruto: Any, sora: Any, make_user: Any
) -> None:
    made("assignmentrule", name="By territory", kind="lead", way="territory")
    hotel = company("Aoba Hotel")
    leads = [made("lead", family_name=f"Sato {number}", company=hotel.pk, owner=None) for number in range(3)]
    ids = [one.pk for one in leads]
    decided = assignment.assign(resource="lead", ids=ids, dry_run=True)
    assert {one.owner_id for one in decided} == {None}
    made("territorymember", territory=japan.pk, user=haruto.pk)
    assert {one.owner_id for one in assignment.assign(resource="lead", ids=ids, dry_run=True)} == {haruto.pk}
    made("territorymember", territory=kanto.pk, user=sora.pk)
    ren = make_user("Ren", role="salesperson")
    made("territorymember", territory=kanto.pk, user=ren.pk)
    given = [one.owner_id for one in assignment.assign(resource="lead", ids=ids)]
    assert given in ([sora.pk, ren.pk, sora.pk], [ren.pk, sora.pk, ren.pk])
    today = timezone.now().date()
    for who in (sora, ren):
        made("absence", owner=who.pk, since_on=(today - dt.timedelta(days=1)).isoformat(),
             until_on=(today + dt.timedelta(days=1)).isoformat())  # fmt: skip
    late = made("lead", family_name="Ito", company=hotel.pk, owner=None)
    assert assignment.assign(resource="lead", ids=[late.pk])[0].owner_id == haruto.pk


# The forecast -------------------------------------------------------------------------------------------------------


def test_the_forecast_of_a_territory_holds_those_beneath_it_and_its_quota(
    kanto: Territory, japan: Territory, deal: Make, stage: Make, alice: Any
) -> None:
    today = timezone.localdate().isoformat()
    hotel, inn = company("Aoba Hotel"), company("Nara Inn", "奈良市")
    deal("Lobby", "1000 JPY", company=hotel.pk, stage=stage("Won"), closes_on=today)
    deal("Lounge", "3000 JPY", company=inn.pk, closes_on=today)
    deal("Kiosk", "500 JPY", closes_on=today)
    made("quota", territory=kanto.pk, span="quarter", begins_on=today, amount={"amount": "4000", "currency": "JPY"})
    client = Client()
    client.force_login(alice)
    page = client.get("/forecast/territories?currency=JPY")
    lines = {line["name"]: line for line in page.context["lines"]}
    assert {name: [cell["title"] for cell in line["cells"]][::3] for name, line in lines.items()} == {
        "Japan": ["¥1,000", "¥4,000"], "Without a territory": ["¥0", "¥500"],
    }  # fmt: skip
    assert lines["Japan"]["attainment"] == "25%"
    behind = client.get(lines["Japan"]["cells"][3]["url"]).content.decode()
    assert "Lobby" in behind
    assert "Lounge" in behind
    assert "Kiosk" not in behind
    inside = client.get(f"/forecast/territories?currency=JPY&territory={japan.pk}").context["lines"]
    assert [(line["name"], line["cells"][3]["title"]) for line in inside] == [
        ("Kanto", "¥1,000"), ("In none of them", "¥3,000"),
    ]  # fmt: skip
    assert "Lobby" not in client.get(inside[1]["cells"][3]["url"]).content.decode()
    assert client.get("/forecast/territories?territory=99999").status_code == 404


def test_of_very_many_territories_the_forecast_shows_those_that_say_something(
    japan: Territory, deal: Make, alice: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = timezone.localdate().isoformat()
    deal("Lounge", "3000 JPY", company=company("Nara Inn", "奈良市").pk, closes_on=today)
    web = Client()
    web.force_login(alice)
    monkeypatch.setattr(views, "MOST_SHOWN", 2)
    web.get("/forecast/territories")
    with CaptureQueriesContext(connection) as before:
        web.get("/forecast/territories")
    Territory.objects.bulk_create(Territory(name=f"Region {number}", sort_key=f"{number:04}") for number in range(300))
    editions.renew()
    with CaptureQueriesContext(connection) as after:
        page = web.get("/forecast/territories?currency=JPY")
    assert [line["name"] for line in page.context["lines"]] == ["Japan"]
    assert page.context["silent"].startswith("300 territories ")
    assert len(after) <= len(before) + 1, "the tree is read once"
    made("quota", territory=Territory.objects.get(name="Region 7").pk, span="quarter", begins_on=today,
         amount={"amount": "4000", "currency": "JPY"})  # fmt: skip
    made("quota", territory=Territory.objects.get(name="Region 8").pk, span="quarter", begins_on=today,
         amount={"amount": "4000", "currency": "JPY"})  # fmt: skip
    page = web.get("/forecast/territories?currency=JPY")
    assert [line["name"] for line in page.context["lines"]] == ["Region 7", "Region 8"]
    rest = web.get(page.context["more_url"]).context["lines"]
    assert [line["name"] for line in rest] == ["Japan"]


def test_the_forecast_of_the_past_counts_deals_where_they_lay_then(kanto: Territory, deal: Make) -> None:
    hotel = company("Aoba Hotel")
    deal("Lounge", "3000 JPY", company=hotel.pk, closes_on=timezone.localdate().isoformat())
    note_states(day=timezone.localdate() - dt.timedelta(days=2))
    change(hotel, addresses=[{"country": "JP", "city": "奈良市"}])
    note_states(day=timezone.localdate())
    stood = OpportunityState.objects.as_of(timezone.localdate() - dt.timedelta(days=1)).get()
    assert stood.territory_id == kanto.pk
    assert OpportunityState.objects.as_of(timezone.localdate()).get().territory_id == kanto.parent_id


def test_a_record_shows_that_its_territory_was_chosen(kanto: Territory, alice: Any) -> None:
    hotel, inn = company("Aoba Hotel"), company("Minato Inn")
    change(inn, territory=territory("Key accounts").pk)
    client = Client()
    client.force_login(alice)
    assert "Key accounts (chosen)" in client.get(f"/companies/{inn.pk}").content.decode()
    assert "Kanto (chosen)" not in client.get(f"/companies/{hotel.pk}").content.decode()
