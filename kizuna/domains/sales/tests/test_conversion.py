"""A lead becomes a contact, a company and a deal: all of it or nothing, once, and back while untouched."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from kizuna.base.identity import SYSTEM
from kizuna.base.records import services as records
from kizuna.base.testing.visiting import page_of
from kizuna.base.types.errors import Refused
from kizuna.customers.consent.models import Consent, OptIn, Purpose, Source, Standing, State
from kizuna.customers.consent.services import confirm_opt_in, keep
from kizuna.customers.contacts.models import Company, Contact
from kizuna.customers.leads.events import LeadConverted
from kizuna.customers.leads.models import Lead
from kizuna.customers.leads.services import Said, capture_lead, disqualify_lead
from kizuna.customers.timeline.models import Interaction, Task
from kizuna.customers.timeline.services import complete_task
from kizuna.domains.sales.models import Opportunity
from kizuna.domains.sales.queries.conversion import Target, Wanted, plan
from kizuna.domains.sales.services.conversion import convert, convert_lead, revert_conversion
from kizuna.domains.sales.tests.conftest import made

pytestmark = pytest.mark.django_db
YOKO = {
    "family_name": "青葉", "given_name": "洋子", "emails": ["yoko@aoba.example"], "company_name": "Aoba Hotel",
    "job_title": "Manager", "city": "Yokohama", "country": "JP", "message": "Two sofas, please.", "source": "web",
}  # fmt: skip


def lead_of(owner: Any = None, said: Any = (), **values: Any) -> Lead:
    given = {**YOKO, **values} | ({"owner": owner.pk} if owner else {})
    return capture_lead(actor=SYSTEM, values=given, said=said).lead


def everything(lead: Lead, actor: Any = SYSTEM) -> Any:
    wanted = Wanted(Target(is_new=True), Target(is_new=True), "Sofas for the lobby")
    return convert(actor=actor, lead=lead, wanted=wanted)


def test_all_three_are_made_and_know_each_other(sales, haruto, published) -> None:
    lead = lead_of(haruto)
    score = lead.score
    done = everything(lead, haruto)
    contact, company = Contact.objects.get(pk=done.contact_id), Company.objects.get(pk=done.company_id)
    deal = Opportunity.objects.get(pk=done.opportunity_id)
    assert (str(contact), contact.email, contact.company_id, contact.stage) == (
        "青葉 洋子", "yoko@aoba.example", company.pk, "prospect",
    )  # fmt: skip
    assert (company.name, company.domain, company.city, company.owner_id) == (
        "Aoba Hotel", "aoba.example", "Yokohama", haruto.pk,
    )  # fmt: skip
    assert (deal.name, deal.contact_id, deal.company_id, deal.source) == (
        "Sofas for the lobby", contact.pk, company.pk, "web",
    )  # fmt: skip
    lead.refresh_from_db()
    assert (lead.status, lead.contact_id, lead.company_id, lead.score_then) == (
        "converted", contact.pk, company.pk, score,
    )  # fmt: skip
    assert Interaction.objects.get(contact=contact).body == "Two sofas, please."
    assert published.one(LeadConverted).opportunity_id == deal.pk


def test_what_exists_is_filled_only_where_it_is_empty(haruto) -> None:
    yoko = made("contact", family_name="青葉", given_name="洋子", job_title="Owner", owner=haruto.pk)
    lead = lead_of(haruto, emails=["yoko.new@aoba.example"])
    convert_lead(actor=haruto, lead=lead, contact=yoko)
    yoko.refresh_from_db()
    assert (yoko.job_title, yoko.email) == ("Owner", "yoko.new@aoba.example")
    assert (Contact.objects.count(), Company.objects.count(), Opportunity.objects.count()) == (1, 0, 0)


def test_a_contact_who_lacks_nothing_else_gets_the_new_company(haruto) -> None:
    lead = lead_of(haruto, phones=[], job_title="", city="", country="")
    known = {"family_name": "青葉", "given_name": "洋子", "emails": ["yoko@aoba.example"], "language": "ja"}
    yoko = made("contact", **known, source="web", tags=["hotel"], job_title="Owner", owner=haruto.pk)
    done = convert(actor=haruto, lead=lead, wanted=Wanted(Target(is_new=True), Target(yoko)))
    yoko.refresh_from_db()
    assert yoko.company_id == done.company_id
    revert_conversion(actor=haruto, lead=lead)
    yoko.refresh_from_db()
    assert yoko.company_id is None


def test_a_contact_that_may_not_be_changed_is_joined_and_stays_as_it_is(haruto, carol, grant) -> None:
    yoko = made("contact", family_name="青葉", owner=carol.pk)
    grant(haruto, lead={"read": "all", "update": "all"}, contact={"read": "all"})
    lead = lead_of(haruto)
    convert_lead(actor=haruto, lead=lead, contact=yoko)
    yoko.refresh_from_db()
    assert (yoko.email, yoko.version) == ("", 1)


def test_the_plan_is_what_happens(sales, haruto) -> None:
    lead = lead_of(haruto)
    parts = plan(haruto, lead, Wanted(Target(is_new=True), Target(is_new=True), "Sofas"))
    shown = {part.key: {line["label"]: line["text"] for line in part.lines(haruto)} for part in parts}
    assert shown["contact"]["Job title"] == "Manager"
    assert shown["company"]["Name"] == "Aoba Hotel"
    assert shown["opportunity"]["Name"] == "Sofas"
    assert Contact.objects.count() == 0


def test_a_failure_in_the_middle_leaves_nothing(sales, haruto, grant) -> None:
    grant(haruto, lead={"read": "all", "update": "all"}, contact={"read": "all", "create": "all"},
          company={"read": "all", "create": "all"})  # fmt: skip
    lead = lead_of(haruto)
    with pytest.raises(Exception, match="permission"):
        everything(lead, haruto)  # may make no opportunity
    lead.refresh_from_db()
    assert (lead.status, Contact.objects.count(), Company.objects.count()) == ("new", 0, 0)


def test_twice_is_once_and_what_is_closed_is_opened_first(sales, haruto) -> None:
    lead = lead_of(haruto)
    assert everything(lead, haruto) == everything(lead, haruto)
    assert (Contact.objects.count(), Opportunity.objects.count()) == (1, 1)
    closed = lead_of(haruto, emails=["ken@mori.example"])
    disqualify_lead(actor=haruto, lead=closed, reason="no_need")
    with pytest.raises(Refused):
        everything(closed, haruto)


def test_a_lead_without_a_company_makes_none_by_mistake(haruto) -> None:
    lead = lead_of(haruto, company_name="")
    with pytest.raises(Refused):
        convert(actor=haruto, lead=lead, wanted=Wanted(Target(is_new=True), Target(is_new=True)))
    with pytest.raises(Refused):
        convert(actor=haruto, lead=lead, wanted=Wanted(Target(), Target()))


@pytest.mark.parametrize(
    ("held", "said", "holds"),
    [
        (None, State.GRANTED, State.REQUESTED),
        (State.GRANTED, State.GRANTED, State.GRANTED),
        (State.GRANTED, State.WITHDRAWN, State.WITHDRAWN),
        (State.WITHDRAWN, State.GRANTED, State.WITHDRAWN),
        (State.REQUESTED, State.GRANTED, State.REQUESTED),
    ],
)
def test_consent_is_carried_over_at_its_strictest(haruto, held, said, holds) -> None:
    marketing = Purpose.objects.get(code="marketing")
    yoko = made("contact", family_name="青葉", owner=haruto.pk)
    if held:
        keep(by=SYSTEM, contact_id=yoko.pk, purpose=marketing, channel="email", state=held, source="person")
    lead = lead_of(haruto, said=[Said(marketing, "email", state=said)])
    convert_lead(actor=haruto, lead=lead, contact=yoko)
    assert Standing.objects.get(contact=yoko, purpose=marketing, channel="email").state == holds
    assert Consent.objects.filter(contact=yoko, source="form").exists() == (holds != held)


@pytest.mark.parametrize("is_converted_first", [True, False])
def test_what_a_lead_confirms_holds_for_the_contact_who_came_of_it(haruto, is_converted_first) -> None:
    lead = lead_of(haruto, said=[Said(Purpose.objects.get(code="marketing"), "email")])
    done = everything(lead, haruto) if is_converted_first else None
    confirm_opt_in(asked=OptIn.objects.get())  # the one letter that was written
    done = done or everything(lead, haruto)
    standing = Standing.objects.get(contact_id=done.contact_id)
    assert (standing.state, standing.consent.source) == (State.GRANTED, Source.DOUBLE)


def test_consent_goes_along_to_a_contact_that_somebody_named_by_hand(haruto) -> None:
    """What was said before the lead was known is not with the contact yet."""
    marketing = Purpose.objects.get(code="marketing")
    yoko = made("contact", family_name="青葉", owner=haruto.pk)
    keep(by=SYSTEM, contact_id=yoko.pk, purpose=marketing, channel="email", state="granted", source="person")
    lead = lead_of(haruto, said=[Said(marketing, "email", state="withdrawn")])
    records.update(actor=haruto, record=lead, changes={"contact": yoko.pk})
    convert_lead(actor=haruto, lead=lead, contact=yoko)
    assert Standing.objects.get(contact=yoko, purpose=marketing, channel="email").state == State.WITHDRAWN


def test_a_no_that_was_kept_at_once_and_taken_back_since_is_not_said_again(haruto) -> None:
    marketing = Purpose.objects.get(code="marketing")
    yoko = made("contact", family_name="青葉", emails=YOKO["emails"], owner=haruto.pk)
    lead = lead_of(haruto, said=[Said(marketing, "email", state="withdrawn")])
    assert lead.contact_id == yoko.pk
    keep(by=SYSTEM, contact_id=yoko.pk, purpose=marketing, channel="email", state="granted", source="person")
    convert_lead(actor=haruto, lead=lead, contact=yoko)
    assert Standing.objects.get(contact=yoko, purpose=marketing, channel="email").state == State.GRANTED


def test_a_conversion_is_taken_back_while_nobody_touched_it(sales, haruto) -> None:
    ken = made("contact", family_name="Mori", owner=haruto.pk)
    lead = lead_of(haruto, phones=["+81 3-1234-5678"])
    wanted = Wanted(Target(is_new=True), Target(ken), "Sofas")
    done = convert(actor=haruto, lead=lead, wanted=wanted)
    revert_conversion(actor=haruto, lead=lead)
    lead.refresh_from_db()
    ken.refresh_from_db()
    assert (lead.status, lead.contact_id, lead.outcome, lead.due_at) == ("new", None, {}, lead.first_due_at)
    assert (ken.phone, ken.email, ken.is_deleted) == ("", "", False)
    assert Company.objects.get(pk=done.company_id or 0).is_deleted
    assert Opportunity.objects.get(pk=done.opportunity_id or 0).is_deleted
    again = everything(lead, haruto)  # and once more, from the beginning
    assert again.opportunity_id != done.opportunity_id


def call_of_the_playbook(haruto: Any, stage: Any) -> Any:
    """The task that a deal begins with, once a lead was converted."""
    playbook = made("playbook", name="Enquiry", stage=stage("Enquiry").pk)
    made("playbookstep", playbook=playbook.pk, kind="task", words="Call {{ contact }}")
    lead = lead_of(haruto)
    done = everything(lead, haruto)
    return lead, done, Task.objects.get(contact=done.contact_id, company=done.company_id)


def test_what_the_playbook_made_is_nobodys_touch_and_goes_with_the_deal(stage, haruto) -> None:
    lead, done, call = call_of_the_playbook(haruto, stage)
    revert_conversion(actor=haruto, lead=lead)
    call.refresh_from_db()
    assert call.is_deleted
    assert Contact.objects.get(pk=done.contact_id).is_deleted
    again = everything(lead, haruto)
    assert Task.objects.live().filter(contact=again.contact_id).count() == 1


@pytest.mark.parametrize("touch", ["changed", "done"])
def test_a_task_of_the_playbook_that_somebody_works_on_is_a_touch(stage, haruto, touch) -> None:
    lead, _done, call = call_of_the_playbook(haruto, stage)
    if touch == "changed":
        records.update(actor=haruto, record=call, changes={"title": "Call in the evening"})
    else:
        complete_task(actor=haruto, task=call)
    with pytest.raises(Refused, match="Contact"):
        revert_conversion(actor=haruto, lead=lead)
    call.refresh_from_db()
    assert not call.is_deleted


@pytest.mark.parametrize("touch", ["contact", "task"])
def test_what_was_touched_stays_and_is_named(sales, haruto, touch) -> None:
    lead = lead_of(haruto)
    done = everything(lead, haruto)
    contact = Contact.objects.get(pk=done.contact_id)
    if touch == "contact":
        records.update(actor=haruto, record=contact, changes={"job_title": "Owner"})
    else:
        made("task", title="Call", contact=contact.pk)
    with pytest.raises(Refused, match="Contact"):
        revert_conversion(actor=haruto, lead=lead)
    lead.refresh_from_db()
    assert lead.status == "converted"


@pytest.mark.django_db(transaction=True)
def test_two_at_once_make_one_contact_and_get_the_same_answer(haruto) -> None:
    lead = lead_of(haruto)
    start = threading.Barrier(2)
    found: list[Any] = []

    def submit() -> None:
        try:
            start.wait()
            wanted = Wanted(Target(is_new=True), Target(is_new=True))
            found.append(convert(actor=SYSTEM, lead=lead, wanted=wanted).contact_id)
        finally:
            connection.close()

    threads = [threading.Thread(target=submit) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 2
    assert len(set(found)) == 1
    assert Contact.objects.count() == 1


def test_the_page_shows_the_plan_and_converts(sales, haruto) -> None:
    lead = lead_of(haruto)
    client = Client()
    client.force_login(haruto)
    page = client.get(f"/leads/{lead.pk}/convert").content.decode()
    assert "Aoba Hotel" in page
    assert "New: Opportunity" in page
    assert f"/leads/{lead.pk}/convert" in client.get(f"/leads/{lead.pk}").content.decode()
    without = client.get(f"/leads/{lead.pk}/convert", {"contact": "new", "company": "none", "opportunity": "Sofas"})
    assert "New: Opportunity" not in without.content.decode()
    assert client.post(f"/leads/{lead.pk}/convert", {"contact": "none", "company": "none"}).status_code == 422
    chosen = {"contact": "new", "company": "new", "deal": "new", "opportunity": "Sofas"}
    answer = client.post(f"/leads/{lead.pk}/convert", chosen)
    deal = Opportunity.objects.get()
    assert answer.headers["Location"] == f"/opportunities/{deal.pk}"
    assert "only tells what was" in client.get(f"/leads/{lead.pk}").content.decode()
    client.post(f"/leads/{lead.pk}/revert")
    lead.refresh_from_db()
    assert lead.status == "new"


def test_names_that_are_hidden_are_told_neither_before_nor_after(sales, haruto, hide, visit) -> None:
    made("contact", family_name="Himitsu", emails=[{"value": "yoko@aoba.example"}], owner=haruto.pk)
    lead = lead_of(haruto)
    hide(haruto, "contact", "name")
    (known,) = Contact.objects.all()
    his = visit(haruto)
    page = page_of(his.get(f"/leads/{lead.pk}/convert", contact=str(known.pk), company="none"))
    assert ("Himitsu" in page, f"#{known.pk}" in page) == (False, True)
    convert_lead(actor=haruto, lead=lead, contact=known)
    page = page_of(his.get(f"/leads/{lead.pk}"))
    assert ("Himitsu" in page, f"#{known.pk}" in page) == (False, True)
