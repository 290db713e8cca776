"""Lines, roles, competitors and shares are parts of their deal: whoever sees it sees them, whoever changes it them."""

from typing import Any

import pytest

from kizuna.base.access import audience, policy
from kizuna.base.identity.models import User
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.search import queries as search
from kizuna.base.territories.models import Territory
from kizuna.base.types.errors import Denied, Missing
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
