"""Somebody asks, through any door: one lead, known as whom, with everything that was said."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone

from kizuna.base.identity import SYSTEM
from kizuna.base.jobs import run_waiting
from kizuna.base.merging.services import merge_records
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.retention import services as retention
from kizuna.base.types.errors import Denied, Invalid
from kizuna.customers.consent import services as consent
from kizuna.customers.consent.models import Consent, OptIn, Purpose, Source, Standing, State, Suppression
from kizuna.customers.leads.events import LeadAskedAgain, LeadCaptured
from kizuna.customers.leads.models import Lead, LeadConsent, LeadTouch
from kizuna.customers.leads.queries import said_by
from kizuna.customers.leads.services import Said, capture_lead, disqualify_lead
from kizuna.customers.leads.tests.conftest import YOKO
from kizuna.customers.timeline.models import Interaction

pytestmark = pytest.mark.django_db


def ask(actor: Any = SYSTEM, **values: Any) -> Any:
    more = {name: values.pop(name) for name in ("said", "key", "happened_at") if name in values}
    return capture_lead(actor=actor, values={**YOKO, "message": "Two sofas, please.", **values}, **more)


def test_a_stranger_becomes_a_lead_with_an_enquiry(published) -> None:
    captured = ask(source="web", channel="web", campaign="Spring", landing="https://hinata.example/sofas")
    lead = captured.lead
    assert captured.is_new
    assert (lead.owner_id, lead.status, lead.contact_id, lead.enquiries) == (None, "new", None, 1)
    assert (captured.touch.body, captured.touch.campaign) == ("Two sofas, please.", "Spring")
    assert published.one(LeadCaptured).ids == (lead.pk,)
    assert Interaction.objects.count() == 0  # nobody yet to tell it of


def test_who_asks_again_joins_their_open_lead_and_fills_what_was_empty(published) -> None:
    first = ask(phones=[])
    again = ask(emails=["YOKO@AOBA.example"], family_name="Aoba", job_title="Manager", message="And a table.")
    assert (again.is_new, again.lead.pk) == (False, first.lead.pk)
    assert (again.lead.family_name, again.lead.job_title, again.lead.enquiries) == ("青葉", "Manager", 2)
    assert [one.body for one in LeadTouch.objects.order_by("pk")] == ["Two sofas, please.", "And a table."]
    assert published.one(LeadAskedAgain).lead_id == first.lead.pk
    assert Lead.objects.count() == 1


def test_a_lead_that_is_closed_or_long_ago_is_another_one() -> None:
    first = ask(happened_at=timezone.now() - dt.timedelta(days=100))
    second = ask()
    disqualify_lead(actor=SYSTEM, lead=second.lead, reason="no_need")
    third = ask()
    assert len({first.lead.pk, second.lead.pk, third.lead.pk}) == 3


def test_an_enquiry_that_is_told_twice_is_written_once() -> None:
    assert ask(key="form:77").is_new
    again = ask(key="form:77")
    assert (again.is_new, again.lead.enquiries, LeadTouch.objects.count()) == (False, 1, 1)


def test_a_customer_is_known_by_the_address_and_the_timeline_hears_of_it(make) -> None:
    aoba = make("company", name="Aoba Hotel", website="https://aoba.example")
    yoko = make("contact", family_name="青葉", emails=["yoko@aoba.example"], company=aoba)
    lead = ask().lead
    assert (lead.contact_id, lead.company_id) == (yoko.pk, aoba.pk)
    told = Interaction.objects.get(contact=yoko)
    assert (told.kind, told.direction, told.body) == ("enquiry", "in", "Two sofas, please.")


def test_a_colleague_is_known_by_the_domain_but_not_by_that_of_a_mail_provider(make) -> None:
    aoba = make("company", name="Aoba Hotel", website="https://aoba.example")
    make("company", name="Gmail", website="https://gmail.com")
    assert ask(emails=["ken@aoba.example"]).lead.company_id == aoba.pk
    assert ask(emails=["ken@gmail.com"]).lead.company_id is None


def test_a_colleague_is_known_by_the_domain_and_the_address_that_a_merge_has_put_away(make) -> None:
    aoba, old = (make("company", name="Aoba", website=f"https://{one}.example") for one in ("aoba", "aoba-old"))
    yoko, twin = (make("contact", family_name="青葉", emails=[f"{one}@y.example"]) for one in ("yoko", "yk"))
    for stays, goes in ((aoba, old), (yoko, twin)):
        chosen = dict.fromkeys(("website", "domain") if stays is aoba else ("emails",), stays.pk)
        merge_records(actor=SYSTEM, resource=registry.of(stays), survivor=stays, others=[goes], choices=chosen)
    assert ask(emails=["ken@aoba-old.example"]).lead.company_id == aoba.pk
    assert ask(emails=["yk@y.example"]).lead.contact_id == yoko.pk


def test_a_number_alone_says_who_only_with_the_name(make) -> None:
    ken = make("contact", family_name="Mori", given_name="Ken", phones=["+81 3-1234-5678"])
    same = ask(family_name="Mori", given_name="Ken", emails=[], phones=["+81 3-1234-5678"]).lead
    other = ask(family_name="Schneider", given_name="Petra", emails=[], phones=["+81 3-1234-5678"]).lead
    assert (same.contact_id, other.contact_id) == (ken.pk, None)


def test_a_name_alone_says_nothing(make) -> None:
    make("contact", family_name="青葉", given_name="洋子")
    assert ask().lead.contact_id is None


def test_consent_is_kept_with_the_lead_and_with_the_contact_at_once(make) -> None:
    marketing = Purpose.objects.get(code="marketing")
    yes = Said(marketing, "email", source=Source.PHONE, ip="203.0.113.7")
    lead = ask(said=[yes]).lead
    kept = LeadConsent.objects.get(lead=lead)
    assert (kept.state, kept.source, kept.ip) == (State.GRANTED, Source.PHONE, "203.0.113.7")
    assert Consent.objects.count() == 0
    ken = make("contact", family_name="Mori", emails=["ken@mori.example"])
    ask(emails=["ken@mori.example"], said=[yes])
    assert Standing.objects.get(contact=ken, channel="email").state == State.GRANTED


@pytest.mark.parametrize("source", [Source.FORM, Source.API, Source.IMPORT])
def test_a_yes_that_anybody_can_give_waits_until_it_is_confirmed_by_mail(source) -> None:
    yes = Said(Purpose.objects.get(code="marketing"), "email", source=source)
    lead = ask(said=[yes, Said(yes.purpose, "sms", source=source)]).lead
    ask(said=[yes])  # again: no second letter while the first can be answered
    assert [(one.channel, one.state) for one in said_by(lead)] == [("email", "requested"), ("sms", "granted")]
    assert mail.outbox == []
    run_waiting()
    (letter,) = mail.outbox
    assert letter.to == [lead.email]
    link = next(word for word in letter.body.split() if "/confirm/" in word)
    asked = consent.asked_by(link.rpartition("/")[2])
    assert asked is not None
    assert consent.confirm_opt_in(asked=asked, ip="203.0.113.7")
    last = said_by(lead)[0]
    assert (last.state, last.source, last.ip) == (State.GRANTED, Source.DOUBLE, "203.0.113.7")


def test_an_address_that_is_left_in_peace_is_not_asked_to_confirm() -> None:
    marketing = Purpose.objects.get(code="marketing")
    consent.suppress_address(actor=SYSTEM, channel="email", address=YOKO["emails"][0], reason="complaint")
    lead = ask(said=[Said(marketing, "email")]).lead
    run_waiting()
    assert (said_by(lead)[0].state, mail.outbox) == (State.REQUESTED, [])


def said_no_before(make, how: str) -> Any:
    """Ken, who refused advertising: as a contact, or before anybody made their record."""
    marketing = Purpose.objects.get(code="marketing")
    if how == "by what they said":
        ken = make("contact", family_name="Mori", emails=["ken@mori.example"])
        consent.withdraw(by=SYSTEM, contact_id=ken.pk, purpose=marketing, channel="email", source=Source.ONE_CLICK)
        return ken
    lead = ask(emails=["ken@mori.example"], phones=[], said=[Said(marketing, "email", state=State.WITHDRAWN)]).lead
    disqualify_lead(actor=SYSTEM, lead=lead, reason="no_need")
    return make("contact", family_name="Mori", emails=["ken@mori.example"])


@pytest.mark.parametrize("how", ["by what they said", "by their address"])
def test_a_form_into_which_anybody_types_beats_no_withdrawal(make, how) -> None:
    ken, marketing = said_no_before(make, how), Purpose.objects.get(code="marketing")
    lead = ask(emails=["ken@mori.example"], phones=[], said=[Said(marketing, "email")]).lead
    assert not consent.may_contact(person=ken, channel="email", purpose=marketing).allowed
    assert not Consent.objects.filter(contact=ken, state=State.GRANTED).exists()
    assert Suppression.objects.filter(lifted_at=None, purpose=marketing).count() == 1
    assert LeadConsent.objects.filter(lead=lead, state=State.REQUESTED).count() == 1  # the form itself is no secret
    assert not OptIn.objects.exists()  # and nobody is asked whether they meant their no


def test_who_agrees_anew_themselves_in_words_that_are_known_hears_from_us_again(make, alice) -> None:
    ken, marketing = said_no_before(make, "by what they said"), Purpose.objects.get(code="marketing")
    words = consent.publish_wording(actor=alice, purpose=marketing, language="en", title="News", text="We write.")
    before = timezone.now() - dt.timedelta(days=1)
    for wording, at, holds in ((None, None, False), (words, before, False), (words, None, True)):
        said = [Said(marketing, "email", source=Source.DOUBLE, wording=wording)]
        ask(emails=["ken@mori.example"], said=said, happened_at=at)
        assert (Standing.objects.get(contact=ken, channel="email").state == State.GRANTED) is holds


def test_a_no_holds_without_a_contact(make) -> None:
    marketing = Purpose.objects.get(code="marketing")
    ask(said=[Said(marketing, "email", state=State.WITHDRAWN)])
    assert Suppression.objects.filter(channel="email", purpose=marketing).count() == 1


def test_a_no_holds_for_the_address_that_was_given_with_it() -> None:
    """Known by their number, they refuse at another address than the first one: both are left in peace."""
    ask(phones=["+81 3-1234-5678"])
    said = [Said(Purpose.objects.get(code="marketing"), "email", state=State.WITHDRAWN)]
    again = ask(emails=["yoko@home.example"], phones=["+81 3-1234-5678"], said=said)
    assert not again.is_new
    assert Suppression.objects.filter(lifted_at=None).count() == 2


def test_who_may_not_make_leads_captures_none(victor) -> None:
    with pytest.raises(Denied):
        ask(victor)


def test_what_cannot_be_understood_is_said_by_field() -> None:
    with pytest.raises(Invalid) as caught:
        ask(emails=["not an address"], source="the moon")
    assert {path.split(".")[0] for path in caught.value.errors} == {"emails", "source"}
    with pytest.raises(Invalid):
        capture_lead(actor=SYSTEM, values={"message": "Hello"})


def test_a_sales_person_captures_for_the_queue_and_rules_give_it_to_somebody(make, haruto, sora) -> None:
    rule = make("assignmentrule", name="Everybody", kind="lead")
    make("assignmentmember", rule=rule, user=sora)
    lead = ask(haruto).lead
    assert lead.owner_id is None
    run_waiting()
    lead.refresh_from_db()
    assert lead.owner_id == sora.pk


def test_a_lead_made_by_hand_or_import_is_welcomed_like_any_other(make, haruto) -> None:
    aoba = make("company", name="Aoba Hotel", website="https://aoba.example")
    lead = make("lead", owner=haruto, **YOKO)
    lead.refresh_from_db()
    assert (lead.company_id, lead.touches.count(), lead.owner_id) == (aoba.pk, 1, haruto.pk)
    assert lead.score > 0
    assert lead.due_at is not None


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("key", ["", "form:77"])
def test_the_same_person_twice_at_one_moment_is_one_lead(db, key) -> None:
    start = threading.Barrier(2)
    found: list[Any] = []

    def submit(number: int) -> None:
        try:
            start.wait()
            emails = [f"{number}@aoba.example" if key else "yoko@aoba.example"]
            found.append(ask(message=f"Enquiry {number}", emails=emails, key=key).is_new)
        finally:
            connection.close()

    threads = [threading.Thread(target=submit, args=[number]) for number in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [False, True]
    assert (Lead.objects.count(), LeadTouch.objects.count()) == (1, 1 if key else 2)


def test_a_lead_that_leaves_the_trash_takes_its_enquiries_along() -> None:
    lead = ask().lead
    records.delete(actor=SYSTEM, record=lead)
    assert retention.purge(now=timezone.now() + dt.timedelta(days=91)) == 1
    assert not Lead.objects.filter(pk=lead.pk).exists()
    assert not LeadTouch.objects.filter(lead_id=lead.pk).exists()
