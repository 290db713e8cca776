"""Lines, roles, competitors and shares are parts of their deal: whoever sees it sees them, whoever changes it them."""

from typing import Any

import pytest
from django.test import Client

from kizuna.base.access import audience, policy
from kizuna.base.identity.models import Token, User
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.resources.table import Sort, Table
from kizuna.base.search import queries as search
from kizuna.base.search import selecting
from kizuna.base.territories.models import Territory
from kizuna.base.types.errors import Denied, Invalid, Missing
from kizuna.customers.contacts.models import Contact
from kizuna.domains.sales.models import (
    Opportunity,
    OpportunityCompetitor,
    OpportunityContact,
    OpportunityLine,
    OpportunitySplit,
)
from kizuna.domains.sales.tests.conftest import made
from kizuna.domains.sales.tests.market import MILLION, change, company
from kizuna.domains.sales.tests.test_import_files import brought_in

PARTS = (OpportunityLine, OpportunityContact, OpportunityCompetitor, OpportunitySplit)
OFFERED = {"unit_price": MILLION, "quantity": "1", "words": "Kotatsu"}


def seen(person: User) -> list[int]:
    """How many parts of each kind."""
    policy.forget(person)
    return [model.objects.visible_to(person).count() for model in PARTS]


@pytest.fixture
def hotel_deal(deal: Any, kanto: Territory, haruto: User, yoko: Contact) -> Opportunity:
    """A deal of Haruto's in Kanto, with a part of each kind."""
    hotel = company("Aoba Hotel", owner=haruto.pk)
    found: Opportunity = deal("Lobby", company=hotel.pk, owner=haruto)
    rival = made("competitor", name="Rival").pk
    parts: dict[str, dict[str, Any]] = {
        "opportunityline": OFFERED,
        "opportunitycontact": {"contact": yoko.pk},
        "opportunitycompetitor": {"competitor": rival},
        "opportunitysplit": {"person": haruto.pk, "percent": "50"},
    }
    for key, values in parts.items():
        made(key, opportunity=found.pk, **values)
    return found


@pytest.fixture
def carol(carol: User, kanto: Territory, grant: Any) -> User:
    """Works in Kanto, and reaches by it deals, and of everything else what is hers."""
    there, own = {"read": "own+territory", "update": "own+territory"}, {"read": "own", "update": "own", "delete": "own"}
    grant(carol, opportunity=there, contact={"read": "all"}, **{"*": own})
    made("territorymember", territory=kanto.pk, user=carol.pk)
    return carol


@pytest.mark.parametrize("reach", [{"read": "all", "delete": "all"}, {"read": "own", "delete": "own"}])
def test_what_belongs_to_a_deal_in_the_trash_is_listed_and_found_when_it_is_brought_back(
    hotel_deal: Opportunity, haruto: User, grant: Any, client: Client, reach: dict[str, str]
) -> None:
    grant(haruto, **{"*": reach})
    resource, line = registry.get("opportunityline"), OpportunityLine.objects.get()
    _token, secret = Token.issue(haruto, "Lists")

    def listed() -> list[list[int]]:
        policy.forget(haruto)
        sort = Sort.of(resource, haruto, None)
        called = client.get("/api/v1/opportunitylines?search=Kotatsu", headers={"authorization": f"Bearer {secret}"})
        return [
            [row.id for row in Table(resource, haruto, columns=[], sort=sort).page().rows],
            [hit.id for hit in search.find(haruto, "Kotatsu", resources=[resource])],
            [one["id"] for one in called.json()["items"]],
            [pk for (pk,) in selecting.matching(resource, haruto).values_list("pk")],
        ]

    assert listed() == [[line.pk]] * 4
    records.delete(actor=haruto, record=hotel_deal)
    assert listed() == [[]] * 4
    assert resource.visible_to(haruto).filter(pk=line.pk).exists(), "the page of the deal in the trash shows it"
    records.restore(actor=haruto, record=Opportunity.objects.get(pk=hotel_deal.pk))
    assert listed() == [[line.pk]] * 4


def test_who_reaches_a_deal_by_its_territory_sees_its_parts_whoever_wrote_them(
    hotel_deal: Opportunity, carol: User
) -> None:
    assert seen(carol) == [1, 1, 1, 1]
    found = search.find(carol, "Kotatsu", resources=[registry.get("opportunityline")])
    line = OpportunityLine.objects.get()
    assert [hit.id for hit in found] == [line.pk]
    assert audience.who_sees([carol], OpportunityLine, line.pk) == [carol]
    change(hotel_deal.company, addresses=[{"country": "FR", "city": "Lyon"}])
    assert seen(carol) == [0, 0, 0, 0], "sight goes where the deal goes"


def test_who_changes_a_deal_changes_its_lines(hotel_deal: Opportunity, carol: User, grant: Any) -> None:
    line = OpportunityLine.objects.get()
    records.update(actor=carol, record=line, changes={"quantity": "2"})
    hotel_deal.refresh_from_db()
    assert hotel_deal.amount is not None
    assert hotel_deal.amount.amount == 2_000_000
    grant(carol, opportunity={"read": "own+territory", "update": "own"}, **{"*": {"read": "own", "update": "own"}})
    with pytest.raises(Denied):
        records.update(actor=carol, record=line, changes={"quantity": "3"})


def test_what_others_wrote_into_ones_own_deal_is_there_to_see_and_to_change(
    deal: Any, haruto: User, mika: User, grant: Any
) -> None:
    grant(haruto, **{"*": {"read": "own", "update": "own", "delete": "own"}})
    mine, others = deal("Lobby", owner=haruto), deal("Roof", owner=mika)
    rival = made("competitor", name="Rival", owner=mika.pk)
    theirs, hidden = (made("opportunitycompetitor", opportunity=one.pk, competitor=rival.pk, owner=mika.pk)
                      for one in (mine, others))  # fmt: skip
    records.delete(actor=haruto, record=theirs)
    with pytest.raises(Missing):
        records.delete(actor=haruto, record=hidden)


def test_a_right_to_parts_that_was_taken_stays_taken(hotel_deal: Opportunity, carol: User, grant: Any) -> None:
    grant(carol, opportunity={"read": "all"}, opportunityline={"read": "none"}, **{"*": {"read": "all"}})
    assert seen(carol) == [0, 1, 1, 1]


def test_parts_of_what_everybody_sees_are_asked_for_without_their_whole(carol: User, grant: Any) -> None:
    grant(carol, opportunity={"read": "all"}, **{"*": {"read": "own"}})
    assert not policy.predicate(carol, OpportunityLine)
    assert policy.sees_all(carol, OpportunityLine)


@pytest.fixture
def sora_deal(deal: Any, haruto: User, sora: User, grant: Any) -> Opportunity:
    """A deal of Sora's, which Haruto reads and does not change; of parts he may add whichever he likes."""
    own = {"create": "own", "update": "own", "import": "own"}
    grant(haruto, opportunity={"read": "all", **own}, **{"*": {"read": "all", **own}})
    found: Opportunity = deal("Lobby", "500 JPY", owner=sora)
    return found


def test_nobody_adds_to_a_deal_that_they_may_only_read(sora_deal: Opportunity, deal: Any, haruto: User) -> None:
    lines = registry.get("opportunityline")
    with pytest.raises(Invalid) as refused:
        records.create(actor=haruto, resource=lines, values={"opportunity": sora_deal.pk, **OFFERED})
    assert list(refused.value.errors) == ["opportunity"]
    mine = deal("Roof", owner=haruto)
    records.create(actor=haruto, resource=lines, values={"opportunity": mine.pk, **OFFERED})
    sora_deal.refresh_from_db()
    assert sora_deal.amount is not None
    assert sora_deal.amount.amount == 500
    assert OpportunityLine.objects.get().opportunity_id == mine.pk


def test_a_part_does_not_move_to_a_deal_that_one_may_only_read(sora_deal: Opportunity, deal: Any, haruto: User) -> None:
    mine, rival = deal("Roof", owner=haruto), made("competitor", name="Rival").pk
    part = made("opportunitycompetitor", opportunity=mine.pk, competitor=rival)
    with pytest.raises(Invalid):
        records.update(actor=haruto, record=part, changes={"opportunity": sora_deal.pk})
    records.update(actor=haruto, record=part, changes={"opportunity": mine.pk, "note": "Cheaper"})


def test_form_and_api_say_why_nothing_can_be_added(sora_deal: Opportunity, haruto: User, client: Any) -> None:
    rival = made("competitor", name="Rival").pk
    given = {"opportunity": sora_deal.pk, "competitor": rival}
    _token, secret = Token.issue(haruto, "parts")
    told = {"content_type": "application/json", "headers": {"Authorization": f"Bearer {secret}"}}
    answer = client.post("/api/v1/opportunitycompetitors", given, **told)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/opportunity")
    client.force_login(haruto)
    page = client.post("/opportunitycompetitors/new", given)
    assert "you can add nothing to it" in page.content.decode()
    panels = client.get(f"/opportunities/{sora_deal.pk}/panels").content.decode()
    assert "/opportunitycompetitors/new" not in panels
    assert not OpportunityCompetitor.objects.exists()


def test_a_file_adds_only_to_deals_that_one_may_change(
    sora_deal: Opportunity, deal: Any, haruto: User, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    deal("Roof", owner=haruto)
    made("competitor", name="Rival")
    done = brought_in(haruto, "Opportunity,Competitor\nLobby,Rival\nRoof,Rival\n", "opportunitycompetitor")
    assert (done.created_count, done.rejected_count) == (1, 1)
    assert OpportunityCompetitor.objects.get().opportunity.name == "Roof"
