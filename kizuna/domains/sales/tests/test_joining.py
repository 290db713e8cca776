"""A lead becomes part of a deal that is open already: chosen among theirs, filled where it is empty, and taken back."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from kizuna.base.identity import SYSTEM
from kizuna.base.records import services as records
from kizuna.base.resources.reader import Reader
from kizuna.base.types.errors import Denied, Missing, Refused
from kizuna.base.types.money import Money
from kizuna.customers.contacts.models import Contact
from kizuna.customers.leads.models import Lead
from kizuna.domains.sales.models import Opportunity, OpportunityContact
from kizuna.domains.sales.queries.conversion import Target, Wanted, plan
from kizuna.domains.sales.services import win_opportunity
from kizuna.domains.sales.services.conversion import convert, convert_lead, revert_conversion
from kizuna.domains.sales.tests.conftest import made
from kizuna.domains.sales.tests.test_conversion import lead_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def lobby(deal, haruto) -> Opportunity:
    """Haruto's open deal with Aoba Hotel, of which Ken takes care there."""
    aoba = made("company", name="Aoba Hotel", domain="aoba.example", owner=haruto.pk)
    ken = made("contact", family_name="Mori", given_name="Ken", company=aoba.pk, owner=haruto.pk)
    return deal("Lobby", company=aoba.pk, contact=ken.pk, source="event", owner=haruto)


def join(lead: Lead, actor: Any, lobby: Opportunity) -> Any:
    wanted = Wanted(Target(lobby.company), Target(is_new=True), deal=lobby)
    return convert(actor=actor, lead=lead, wanted=wanted)


def test_a_lead_joins_an_open_deal_which_gets_what_it_lacks_and_the_contact_a_part_in_it(lobby, haruto) -> None:
    lead = lead_of(haruto)
    shown = plan(haruto, lead, Wanted(Target(lobby.company), Target(is_new=True), deal=lobby))
    done = join(lead, haruto, lobby)
    lobby.refresh_from_db()
    assert (done.opportunity_id, lobby.about, lobby.source) == (lobby.pk, "Two sofas, please.", "event")
    assert OpportunityContact.objects.get(opportunity=lobby).contact_id == done.contact_id
    assert [(part.key, part.is_new) for part in shown] == [
        ("company", False), ("contact", True), ("opportunity", False), ("opportunitycontact", True),
    ]  # fmt: skip
    assert [line["text"] for line in shown[2].lines(haruto)] == ["Two sofas, please."]


def test_a_deal_of_nobody_gets_the_new_contact_and_the_page_says_so_first(lobby, haruto) -> None:
    Opportunity.objects.update(contact=None)
    lobby.refresh_from_db()
    lead = lead_of(haruto)
    *_others, part = plan(haruto, lead, Wanted(Target(lobby.company), Target(is_new=True), deal=lobby))
    assert {"label": "Contact", "text": "青葉 洋子"} in part.lines(haruto)
    done = join(lead, haruto, lobby)
    lobby.refresh_from_db()
    assert lobby.contact_id == done.contact_id
    assert not OpportunityContact.objects.exists()


def test_taking_it_back_takes_from_the_deal_what_it_brought_and_nothing_else(lobby, haruto) -> None:
    lead = lead_of(haruto)
    join(lead, haruto, lobby)
    revert_conversion(actor=haruto, lead=lead)
    lobby.refresh_from_db()
    assert (lobby.about, lobby.source, lobby.is_deleted) == ("", "event", False)
    assert not OpportunityContact.objects.live().exists()


def test_a_deal_that_went_on_keeps_what_it_got(lobby, haruto) -> None:
    lead = lead_of(haruto)
    join(lead, haruto, lobby)
    lobby.refresh_from_db()
    records.update(actor=haruto, record=lobby, changes={"next_step": "Call Ken"})
    with pytest.raises(Refused, match="Opportunity"):
        revert_conversion(actor=haruto, lead=lead)


def test_a_deal_that_got_nothing_may_go_on_before_it_is_taken_back(lobby, haruto) -> None:
    records.update(actor=haruto, record=lobby, changes={"about": "The lobby"})
    ken = Contact.objects.get(family_name="Mori")
    lead = lead_of(haruto, emails=[], family_name="Mori", given_name="Ken")
    convert(actor=haruto, lead=lead, wanted=Wanted(Target(), Target(ken), deal=lobby))
    records.update(actor=haruto, record=lobby, changes={"next_step": "Call Ken"})
    revert_conversion(actor=haruto, lead=lead)
    lobby.refresh_from_db()
    assert (lobby.next_step, lobby.about) == ("Call Ken", "The lobby")


@pytest.mark.parametrize("odd", ["won", "of somebody else", "not hers to change"])
def test_only_an_open_deal_of_theirs_that_one_may_change_is_joined(odd, lobby, haruto, carol, grant) -> None:
    actor, company = haruto, lobby.company
    if odd == "won":
        win_opportunity(actor=SYSTEM, opportunity=lobby, amount=Money("1000", "JPY"))
    elif odd == "of somebody else":
        company = made("company", name="Nordlicht", owner=haruto.pk)
    else:
        actor = carol
        grant(carol, lead={"read": "all", "update": "all"}, company={"read": "all"},
              contact={"read": "all", "create": "all"}, opportunity={"read": "all", "update": "own"})  # fmt: skip
    lead = lead_of(haruto)
    with pytest.raises(Refused, match="open opportunity"):
        convert(actor=actor, lead=lead, wanted=Wanted(Target(company), Target(is_new=True), deal=lobby))
    assert not Lead.objects.get(pk=lead.pk).converted_at


def test_the_page_offers_the_open_deals_of_whom_is_chosen(lobby, haruto) -> None:
    lead = lead_of(haruto)
    client = Client()
    client.force_login(haruto)
    with_it, without = (
        client.get(f"/leads/{lead.pk}/convert", {"contact": "new", "company": one, "deal": lobby.pk}).content.decode()
        for one in (str(lobby.company_id), "none")
    )
    name = f'name="deal" value="{lobby.pk}"'
    assert (f"{name} checked" in with_it, name in without) == (True, False)
    assert "New: Opportunity" not in with_it
    chosen = {"contact": "new", "company": str(lobby.company_id), "deal": str(lobby.pk), "opportunity": "Sofas"}
    assert client.post(f"/leads/{lead.pk}/convert", chosen | {"company": "none"}).status_code == 422
    answer = client.post(f"/leads/{lead.pk}/convert", chosen)
    assert answer.headers["Location"] == f"/opportunities/{lobby.pk}"
    assert Opportunity.objects.count() == 1


def test_over_the_api_it_is_named_by_its_number_and_the_answer_leads_to_it(lobby, haruto) -> None:
    lead = lead_of(haruto)
    both = {"company": lobby.company_id, "existing_opportunity": lobby.pk, "opportunity": "Sofas"}
    reader = Reader.of(haruto)
    with pytest.raises(Refused, match="not both"):
        convert_lead.run(actor=haruto, record_id=lead.pk, raw=both, reader=reader)
    made = convert_lead.run(actor=haruto, record_id=lead.pk, raw=both | {"opportunity": ""}, reader=reader)
    again = convert_lead.run(actor=haruto, record_id=lead.pk, raw={}, reader=reader)
    assert (made, again) == (lobby, lobby)


def test_a_program_sees_first_what_would_be_made_and_filled(lobby, haruto) -> None:
    lead, reader = lead_of(haruto), Reader.of(haruto)
    raw = {"company": lobby.company_id, "existing_opportunity": lobby.pk}
    seen = convert_lead.foresee(actor=haruto, record_id=lead.pk, raw=raw, reader=reader)
    assert [(one.resource, one.record_id) for one in seen] == [
        ("company", lobby.company_id), ("contact", None), ("opportunity", lobby.pk), ("opportunitycontact", None),
    ]  # fmt: skip
    assert (seen[1].values["family_name"], seen[2].values) == ("青葉", {"about": "Two sofas, please."})
    assert seen[3].links == ["contact"]
    lead.refresh_from_db()
    assert (lead.converted_at, Contact.objects.filter(family_name="青葉").exists()) == (None, False)
    convert_lead.run(actor=haruto, record_id=lead.pk, raw=raw, reader=reader)
    assert convert_lead.foresee(actor=haruto, record_id=lead.pk, raw=raw, reader=reader) == []


def test_what_would_be_refused_is_refused_when_one_only_looks(lobby, haruto, carol, grant) -> None:
    lead, reader = lead_of(haruto), Reader.of(haruto)
    both = {"company": lobby.company_id, "existing_opportunity": lobby.pk, "opportunity": "Sofas"}
    with pytest.raises(Refused, match="not both"):
        convert_lead.foresee(actor=haruto, record_id=lead.pk, raw=both, reader=reader)
    verb = {"read": "all", "convert_lead": "all"}
    for rights, problem in (({"read": "own"}, Missing), ({"read": "all"}, Denied), (verb, Denied)):
        grant(carol, lead=rights)
        with pytest.raises(problem):
            convert_lead.foresee(actor=carol, record_id=lead.pk, raw={}, reader=Reader.of(carol))
    grant(carol, lead=verb, contact={"read": "all", "create": "all"})
    (seen,) = convert_lead.foresee(actor=carol, record_id=lead.pk, raw={}, reader=Reader.of(carol))
    assert (seen.resource, seen.record_id) == ("contact", None)
