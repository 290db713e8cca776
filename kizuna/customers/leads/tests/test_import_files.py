"""Leads as other products export them."""

import datetime as dt
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from kizuna.base.events import EventRow
from kizuna.base.events.jobs import origin_below
from kizuna.base.events.origin import originating
from kizuna.base.identity import SYSTEM
from kizuna.base.jobs.inline import run_waiting
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.resources.reader import Reader
from kizuna.base.transfer import services as transfer
from kizuna.base.transfer.models import Import, Kept, Undoing
from kizuna.customers.consent import queries as consent
from kizuna.customers.consent.models import State
from kizuna.customers.consent.queries import Why
from kizuna.customers.consent.tests.conftest import person
from kizuna.customers.leads.events import LeadCaptured
from kizuna.customers.leads.models import Lead, LeadConsent, LeadTouch, Status
from kizuna.customers.leads.services import capture_lead
from kizuna.customers.timeline.models import Interaction

SALESFORCE = (
    "Id,LastName,FirstName,Name,Company,Country,Phone,Email,LeadSource,Status,IsConverted,HasOptedOutOfEmail\n"
    "00Q5g,de Vries,Jan,Jan de Vries,Tulip BV,Netherlands,020 123 4567,jan@tulip.example,Cold Call,Contacted,0,0\n"
)
ZOHO = (
    "Record Id,Lead Owner,Company,First Name,Last Name,Email,Phone,Lead Source,Lead Status,Zip Code,Country\n"
    "zcrm_9,Mika,Tulip BV,Jan,de Vries,jan@tulip.example,020 123 4567,Cold Call,Contacted,1012 LG,Netherlands\n"
)

pytestmark = pytest.mark.django_db
PART = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture(autouse=True)
def own_storage(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def brought_in(alice: Any, text: str, **options: Any) -> Import:
    file = ContentFile(text.encode(), "leads.csv")
    draft = transfer.prepare_import(actor=alice, resource=registry.get("lead"), file=file, name="leads.csv")
    given = draft.options | options
    transfer.start_import(actor=alice, imported=draft, mapping=draft.mapping, options=given, later=False)
    return transfer.run_import(import_id=draft.pk)


@pytest.mark.parametrize("is_quiet", [False, True])
def test_leads_of_which_nobody_is_told_are_not_late_for_an_answer(alice: Any, is_quiet: bool) -> None:
    brought_in(alice, SALESFORCE, is_quiet=is_quiet)
    assert (Lead.objects.get().due_at is None) is is_quiet


@pytest.mark.parametrize("text", [SALESFORCE, ZOHO])
def test_leads_of_other_products_go_where_they_belong(alice: Any, text: str) -> None:
    done = brought_in(alice, text, region="JP")
    assert (done.created_count, done.rejections.count()) == (1, 0)
    jan = Lead.objects.get()
    assert (jan.family_name, jan.given_name, jan.company_name, jan.country) == ("de Vries", "Jan", "Tulip BV", "NL")
    assert (jan.emails[0]["key"], jan.phones[0]["key"]) == ("jan@tulip.example", "+31201234567")
    assert set(jan.tags) == {"Cold Call", "Contacted"}


@pytest.mark.parametrize(("text", "no"), [(SALESFORCE, ",0,0\n"), (ZOHO, "")])
def test_leads_who_refused_mail_in_another_product_have_refused_it_here(
    alice: Any, client: Client, text: str, no: str
) -> None:
    refused = text.replace(no, ",0,1\n") if no else text.replace(",Country\n", ",Country,Email Opt Out\n")
    refused = refused if no else refused.replace(",Netherlands\n", ",Netherlands,true\n")
    brought_in(alice, refused)
    said = LeadConsent.objects.filter(channel="email", state=State.WITHDRAWN)
    assert set(said.values_list("purpose", flat=True)) == {purpose.pk for purpose in consent.offered()}
    newsletter = consent.purpose_named("newsletter")
    jan = person("de Vries", "jan@tulip.example")
    assert Why.SUPPRESSED in consent.decide(person=jan, channel="email", purpose=newsletter).reasons
    client.force_login(alice)
    page = client.get(f"/leads/{Lead.objects.get().pk}/panels", headers=PART).content.decode()
    assert (page.count("Newsletter · E-mail"), page.count("Withdrawn")) == (1, len(consent.offered()))
    again = brought_in(alice, refused)
    assert (again.updated_count, LeadConsent.objects.count()) == (0, len(consent.offered()))


def test_rules_give_leads_that_a_file_brings_for_nobody_to_somebody(alice: Any, sora: Any, make: Any) -> None:
    make("assignmentmember", rule=make("assignmentrule", name="Everybody", kind="lead"), user=sora)
    brought_in(alice, SALESFORCE, owner=None)
    assert Lead.objects.get().owner_id is None
    run_waiting()
    assert Lead.objects.get().owner == sora


def test_a_lead_refused_on_the_day_that_it_was_where_the_reader_lives(alice: Any, client: Client) -> None:
    alice.time_zone = "Asia/Tokyo"
    alice.save()
    brought_in(alice, SALESFORCE.replace(",0,0\n", ",0,1\n"))
    LeadConsent.objects.update(happened_at=dt.datetime(2026, 3, 31, 16, tzinfo=dt.UTC))
    client.force_login(alice)
    page = client.get(f"/leads/{Lead.objects.get().pk}/panels", headers=PART).content.decode()
    assert f"Since {Reader.of(alice).day(dt.date(2026, 4, 1))}" in page


def test_a_lead_who_is_a_contact_refuses_as_that_contact(alice: Any) -> None:
    jan = person("de Vries", "jan@tulip.example")
    brought_in(alice, SALESFORCE.replace(",0,0\n", ",0,1\n"))
    newsletter = consent.purpose_named("newsletter")
    assert consent.decide(person=jan, channel="email", purpose=newsletter).reasons == (Why.WITHDRAWN,)


TWICE = (
    "Family name,E-mail,Lead source,Message\n"
    "de Vries,jan@tulip.example,event,A table for ten\n"
    "de Vries,jan@tulip.example,web,And chairs\n"
)


def test_who_asks_twice_in_a_file_keeps_what_they_asked_first(alice: Any) -> None:
    done = brought_in(alice, TWICE)
    jan = Lead.objects.get()
    assert (jan.message, jan.enquiries, done.created_count, done.updated_count) == ("A table for ten", 2, 1, 1)
    asked = list(LeadTouch.objects.order_by("pk").values_list("body", "source"))
    assert asked == [("A table for ten", "event"), ("And chairs", "web")]
    again = brought_in(alice, TWICE)
    assert (again.updated_count, LeadTouch.objects.count()) == (0, 2)


def test_a_row_that_names_its_lead_by_number_corrects_it(alice: Any) -> None:
    brought_in(alice, TWICE)
    jan = Lead.objects.get()
    brought_in(alice, f"ID,Family name,E-mail,Message\nlead:{jan.pk},de Vries,jan@tulip.example,A table for twelve\n")
    jan.refresh_from_db()
    assert (jan.message, LeadTouch.objects.count()) == ("A table for twelve", 2)


def taken_back(alice: Any, imported: Import) -> Undoing:
    transfer.start_undo(actor=alice, imported=imported, later=False)
    return transfer.run_undo(import_id=imported.pk)


def figures(undoing: Undoing) -> tuple[int, int, int, int]:
    return undoing.removed_count, undoing.restored_count, undoing.unchanged_count, undoing.kept_count


def test_leads_go_with_what_they_asked_when_their_import_is_taken_back(alice: Any) -> None:
    jan = person("de Vries", "jan@tulip.example")
    done = brought_in(alice, TWICE)
    assert Interaction.objects.live().filter(contact=jan).count() == 2
    assert figures(taken_back(alice, done)) == (1, 0, 0, 0)
    assert not Lead.objects.live().exists()
    assert not Interaction.objects.live().exists()


def test_leads_that_were_given_to_somebody_since_go_and_those_who_asked_again_stay(alice: Any) -> None:
    done = brought_in(alice, TWICE + "Bakker,piet@tulip.example,web,Lamps\n")
    jan, piet = Lead.objects.get(family_name="de Vries"), Lead.objects.get(family_name="Bakker")
    given = EventRow.objects.get(name=LeadCaptured.event_name)
    with originating(origin_below(given)):  # as the rule does that gives leads to people
        records.update(actor=SYSTEM, record=piet, changes={"tags": "given"})
    capture_lead(actor=SYSTEM, values={"emails": ["jan@tulip.example"], "message": "And a bed"})
    assert figures(taken_back(alice, done)) == (1, 0, 0, 1)
    assert list(Lead.objects.live()) == [jan]


def test_a_further_enquiry_goes_when_its_import_is_taken_back(alice: Any) -> None:
    brought_in(alice, TWICE.partition("de Vries,jan@tulip.example,web")[0])
    before = Lead.objects.values("enquiries", "score", "version").get()
    again = brought_in(alice, TWICE)
    assert Lead.objects.get().enquiries == 2
    assert figures(taken_back(alice, again)) == (0, 1, 0, 0)
    assert Lead.objects.values("enquiries", "score", "version").get() == before
    assert LeadTouch.objects.live().get().body == "A table for ten"
    assert brought_in(alice, TWICE).updated_count == 1


def test_a_further_enquiry_of_a_lead_that_is_a_contact_by_now_stays_and_is_named(alice: Any) -> None:
    brought_in(alice, TWICE.partition("de Vries,jan@tulip.example,web")[0])
    again = brought_in(alice, TWICE)
    asked = LeadTouch.objects.latest("pk")
    Lead.objects.update(status=Status.CONVERTED, converted_at=timezone.now())
    assert figures(taken_back(alice, again)) == (0, 0, 0, 1)
    assert Kept.objects.values_list("resource", "record_id", "why").get() == ("leadtouch", asked.pk, "changed")
