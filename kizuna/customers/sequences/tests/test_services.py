"""People go through a sequence: each step once, at work hours where they are, until they answer."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kizuna.base.identity import SYSTEM
from kizuna.base.identity.services import rights
from kizuna.base.jobs import run_waiting
from kizuna.base.merging.services import merge_records
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.resources.reader import Reader
from kizuna.base.types.errors import Denied, Invalid, Refused
from kizuna.customers.consent import services as consent
from kizuna.customers.consent.models import Source, State
from kizuna.customers.contacts.models.channels import IN
from kizuna.customers.leads import services as leads
from kizuna.customers.leads.models import UnfitReason
from kizuna.customers.sequences import services
from kizuna.customers.sequences.models import Enrolment, MailDraft, SequencePlan, StepTaken
from kizuna.customers.sequences.tests.conftest import made, purpose
from kizuna.customers.timeline import services as timeline
from kizuna.customers.timeline.models import Interaction, Task

YEAR = dt.timedelta(days=365)


def enrolled(person: Any, sequence: Any, actor: Any = SYSTEM) -> Enrolment:
    verb = services.enrol_lead if person._meta.model_name == "lead" else services.enrol_contact
    verb(actor=actor, **{person._meta.model_name: person}, sequence=sequence)
    return Enrolment.objects.get(sequence=sequence, **{person._meta.model_name: person})


def step(now: dt.datetime | None = None) -> int:
    """The job runs when everything that waits is due."""
    return services.take_due_steps(now=now or timezone.now() + YEAR)


def state(one: Enrolment) -> tuple[str, str]:
    one.refresh_from_db()
    return one.status, one.reason


def press(draft: MailDraft, actor: Any) -> None:
    services.send_draft.run(actor=actor, record_id=draft.pk, raw={}, reader=Reader.of(actor))
    run_waiting()


def say(contact: Any, **values: Any) -> Any:
    return made("interaction", contact=contact.pk, kind="call", direction=IN, body="はい", **values)


# ── enrolling ──


def test_somebody_is_in_a_sequence_at_most_once(sequence, person, haruto) -> None:
    after, yoko = sequence(), person("Yoko", owner=haruto)
    enrolled(yoko, after, haruto)
    with pytest.raises(Refused):
        services.enrol_contact(actor=haruto, contact=yoko, sequence=after)
    found = services.enrol(actor=haruto, sequence=after, people=[yoko, person("Ren", owner=haruto)])
    assert found.unchanged == [yoko.pk]
    assert len(found.done) == 1


def test_a_lead_that_is_known_as_a_contact_is_the_same_person(sequence, person, lead) -> None:
    after, yoko = sequence(), person("Yoko")
    asked = lead("Yoko", emails=["yoko@aoba.example"])
    enrolled(yoko, after)
    assert services.enrol(actor=SYSTEM, sequence=after, people=[asked]).unchanged == [asked.pk]


def test_a_sequence_without_steps_or_put_away_takes_in_nobody(sequence, person) -> None:
    empty, away = sequence("Empty", steps=()), sequence("Away")
    records.update(actor=SYSTEM, record=away, changes={"is_active": False})
    for one in (empty, away):
        with pytest.raises(Refused):
            services.enrol(actor=SYSTEM, sequence=one, people=[person("Yoko")])


def test_only_who_may_change_somebody_enrols_them(sequence, person, haruto, victor) -> None:
    with pytest.raises(Denied):
        services.enrol_contact(actor=victor, contact=person("Yoko", owner=haruto), sequence=sequence())


def test_no_question_is_asked_for_each_person(sequence, person, haruto) -> None:
    def questions(after: Any, count: int) -> tuple[int, int]:
        people = [person(f"P{number}", owner=haruto) for number in range(count)]
        with CaptureQueriesContext(connection) as enrolling:
            services.enrol(actor=SYSTEM, sequence=after, people=people)
        with CaptureQueriesContext(connection) as stepping:
            assert step() == count
        return len(enrolling), len(stepping)

    questions(sequence("Warm-up"), 1)
    few, many = questions(sequence("Few"), 12), questions(sequence("Many"), 24)
    assert max(more - less for less, more in zip(few, many, strict=True)) < 6  # a statement stores ten rows


# ── steps ──


def test_a_step_says_only_what_is_known(sequence) -> None:
    with pytest.raises(Invalid) as told:
        sequence("Wrong", steps=({"kind": "mail", "subject": "Hello {{ nickname }}"},))
    assert "subject" in told.value.errors


def test_the_mail_is_drafted_then_the_call_comes_once_it_was_sent(sequence, person, haruto) -> None:
    company = made("company", name="Aoba Hotel")
    yoko = person("Yoko", owner=haruto, company=company.pk)
    one = enrolled(yoko, sequence(), haruto)
    assert step() == 1
    draft = MailDraft.objects.get()
    assert (draft.subject, draft.owner) == ("The sofas for Aoba Hotel", haruto)
    assert draft.body.startswith("Dear Yoko,")
    assert step() == 0, "the call waits for the mail"
    press(draft, haruto)
    assert [one.to for one in mail.outbox] == [["yoko@aoba.example"]]
    said = Interaction.objects.get(contact=yoko)
    assert (said.subject, said.direction, said.handled_by) == (draft.subject, "out", haruto)
    assert step() == 1
    call = Task.objects.get()
    assert (call.title, call.owner, call.contact) == ("Call Yoko", haruto, yoko)
    timeline.complete_task(actor=haruto, task=call)
    assert step() == 1
    timeline.complete_task(actor=haruto, task=Task.objects.get(title="Send the fabric samples"))
    assert state(one) == ("finished", "")


def test_a_step_is_made_once_however_often_the_job_runs(sequence, person, haruto) -> None:
    one = enrolled(person("Yoko", owner=haruto), sequence(), haruto)
    later = timezone.now() + YEAR
    assert [step(later), step(later)] == [1, 0]
    one.refresh_from_db()
    assert (one.number, one.due_at, StepTaken.objects.count()) == (1, None, 1)


def test_who_began_goes_through_the_steps_as_they_were(sequence, person, haruto) -> None:
    after = sequence()
    first = enrolled(person("Yoko", owner=haruto), after)
    opening = after.steps.order_by("position").first()
    records.update(actor=SYSTEM, record=opening, changes={"subject": "Something else"})
    second = enrolled(person("Ren", owner=haruto), after)
    third = enrolled(person("Mio", owner=haruto), after)
    assert first.plan_id != second.plan_id == third.plan_id
    assert SequencePlan.objects.count() == 2
    step()
    assert {one.subject for one in MailDraft.objects.all()} == {"The sofas for you", "Something else"}


def test_nothing_comes_for_who_is_away_until_they_are_back(sequence, person, haruto) -> None:
    one = enrolled(person("Yoko", owner=haruto), sequence(), haruto)
    now = timezone.now() + dt.timedelta(days=10)
    today = now.astimezone(haruto.zone).date()
    made("absence", owner=haruto.pk, since_on=today.isoformat(), until_on=(today + dt.timedelta(days=6)).isoformat())
    assert step(now) == 0
    one.refresh_from_db()
    assert one.due_at.astimezone(haruto.zone).date() > today + dt.timedelta(days=6)
    assert step(one.due_at) == 1


def test_what_nobody_looks_after_is_paused_and_says_so(sequence, person) -> None:
    one = enrolled(person("Yoko"), sequence())
    assert step() == 0
    assert state(one) == ("paused", "nobody")


def test_what_paused_for_want_of_an_owner_goes_on_when_one_is_given(
    sequence, person, lead, haruto, sora, alice
) -> None:
    after, left, new, asked = sequence(), person("Yoko", owner=sora), person("Ren"), lead("Hafen")
    given = [enrolled(left, after, sora), enrolled(new, after), enrolled(asked, after)]
    apart = enrolled(person("Mio"), after)
    rights.deactivate_user(actor=alice, user=sora)
    assert step() == 0
    assert {state(one) for one in (*given, apart)} == {("paused", "nobody")}
    for one in (left, new, asked):
        records.update(actor=SYSTEM, record=one, changes={"owner": haruto.pk})
    assert [state(one) for one in given] == [("running", "")] * 3
    assert state(apart) == ("paused", "nobody")
    assert step() == 3


def test_who_comes_back_goes_on_where_their_sequences_paused(sequence, person, sora, alice) -> None:
    one = enrolled(person("Yoko", owner=sora), sequence(), sora)
    rights.deactivate_user(actor=alice, user=sora)
    step()
    rights.reactivate_user(actor=alice, user=sora)
    assert state(one) == ("running", "")


def test_a_task_that_is_thrown_away_is_skipped(sequence, person, haruto) -> None:
    one = enrolled(person("Yoko", owner=haruto), sequence(steps=({"kind": "task", "subject": "Look"},)), haruto)
    step()
    records.delete(actor=haruto, record=Task.objects.get())
    assert state(one) == ("finished", "")
    assert StepTaken.objects.get().outcome == "skipped"


# ── mails ──


def test_a_mail_with_open_braces_is_not_sent(sequence, person, haruto) -> None:
    enrolled(person("Yoko", owner=haruto), sequence(steps=({"kind": "mail", "subject": "For {{ company }}"},)), haruto)
    step()
    draft = MailDraft.objects.get()
    with pytest.raises(Refused):
        press(draft, haruto)
    records.update(actor=haruto, record=draft, changes={"subject": "For you"})
    press(draft, haruto)
    assert mail.outbox[0].subject == "For you"


def test_advertising_needs_consent_and_carries_the_way_out(sequence, person, haruto) -> None:
    yoko = person("Yoko", owner=haruto)
    enrolled(yoko, sequence(of="marketing"), haruto)
    step()
    draft = MailDraft.objects.get()
    with pytest.raises(Refused) as told:
        press(draft, haruto)
    assert "consent" in str(told.value.message)
    consent.keep(
        by=SYSTEM, contact_id=yoko.pk, purpose=purpose("marketing"), channel="email", state=State.GRANTED,
        source=Source.PAPER,
    )  # fmt: skip
    press(draft, haruto)
    (sent,) = mail.outbox
    assert "List-Unsubscribe" in sent.extra_headers
    assert "/leave/" in sent.body


def test_who_is_only_a_lead_gets_service_mail_and_no_advertising(sequence, lead, haruto) -> None:
    asked = lead("Hafen", owner=haruto)
    enrolled(asked, sequence("Advertising", of="marketing"), haruto)
    step()
    with pytest.raises(Refused):
        press(MailDraft.objects.get(), haruto)
    services.discard_draft(actor=haruto, draft=MailDraft.objects.get())
    enrolled(asked, sequence("Service"), haruto)
    step(timezone.now() + dt.timedelta(days=30))
    press(MailDraft.objects.get(status="waiting"), haruto)
    asked.refresh_from_db()
    assert [one.to for one in mail.outbox] == [["hafen@harbour.example"]]
    assert asked.answered_at is not None


def test_who_says_no_after_send_was_pressed_gets_nothing(sequence, person, haruto) -> None:
    yoko = person("Yoko", owner=haruto)
    enrolled(yoko, sequence(), haruto)
    step()
    draft = MailDraft.objects.get()
    services.send_draft(actor=haruto, draft=draft)
    records.update(actor=SYSTEM, record=yoko, changes={"emails": []})
    run_waiting()
    draft.refresh_from_db()
    assert (mail.outbox, draft.status) == ([], "waiting")


def test_a_mail_leaves_once_whoever_delivers_it(sequence, person, haruto) -> None:
    enrolled(person("Yoko", owner=haruto), sequence(), haruto)
    step()
    draft = MailDraft.objects.get()
    services.send_draft(actor=haruto, draft=draft)
    assert [services.deliver_draft(draft_id=draft.pk), services.deliver_draft(draft_id=draft.pk)] == [True, False]
    assert len(mail.outbox) == 1
    with pytest.raises(Refused):
        press(draft, haruto)


def test_a_refusing_mail_server_is_asked_again(sequence, person, haruto, monkeypatch) -> None:
    enrolled(person("Yoko", owner=haruto), sequence(), haruto)
    step()
    draft = MailDraft.objects.get()
    services.send_draft(actor=haruto, draft=draft)
    with monkeypatch.context() as patched:
        patched.setattr("django.core.mail.EmailMessage.send", _refuse)
        with pytest.raises(OSError, match="busy"):
            services.deliver_draft(draft_id=draft.pk)
    assert services.deliver_draft(draft_id=draft.pk)


def _refuse(*_args: Any) -> None:
    raise OSError("busy")


# ── stopping ──


def test_it_stops_when_the_customer_answers_and_takes_back_what_waits(sequence, person, haruto) -> None:
    yoko = person("Yoko", owner=haruto)
    one = enrolled(yoko, sequence(), haruto)
    step()
    say(yoko)
    assert state(one) == ("stopped", "answered")
    assert MailDraft.objects.get().status == "discarded"
    assert step() == 0


def test_what_was_said_before_is_no_answer_nor_what_we_said(sequence, person, haruto) -> None:
    yoko = person("Yoko", owner=haruto)
    one = enrolled(yoko, sequence(), haruto)
    say(yoko, happened_at=(timezone.now() - dt.timedelta(days=1)).isoformat())
    made("interaction", contact=yoko.pk, kind="call", direction="out", body="Hello")
    assert state(one) == ("running", "")


def test_a_task_that_nobody_touched_goes_and_one_in_hand_stays(sequence, person, haruto) -> None:
    calls = ({"kind": "call", "subject": "Call {{ name }}"},)
    yoko, ren = person("Yoko", owner=haruto), person("Ren", owner=haruto)
    after = sequence(steps=calls)
    enrolled(yoko, after, haruto), enrolled(ren, after, haruto)
    step()
    records.update(actor=haruto, record=Task.objects.get(contact=ren), changes={"body": "At noon"})
    say(yoko), say(ren)
    assert [task.contact for task in Task.objects.live()] == [ren]


def test_a_lead_that_asks_again_or_is_no_match_or_converted_is_out(sequence, lead, haruto) -> None:
    after = sequence()
    asks, unfit = lead("Asks", owner=haruto), lead("Unfit", owner=haruto)
    ones = [enrolled(asks, after, haruto), enrolled(unfit, after, haruto)]
    said = {"given_name": "Asks", "emails": ["asks@harbour.example"], "message": "Two sofas, please."}
    leads.capture_lead(actor=SYSTEM, values=said)
    leads.disqualify_lead(actor=haruto, lead=unfit, reason=UnfitReason.NO_NEED)
    assert [state(one) for one in ones] == [("stopped", "answered"), ("stopped", "unfit")]


def test_a_no_to_its_purpose_ends_it_and_a_no_to_another_does_not(sequence, person) -> None:
    yoko = person("Yoko")
    one = enrolled(yoko, sequence(of="marketing"))
    for code, expected in (("survey", "running"), ("marketing", "stopped")):
        consent.withdraw(by=SYSTEM, contact_id=yoko.pk, purpose=purpose(code), channel="email", source=Source.FORM)
        assert state(one)[0] == expected
    assert one.reason == "opted_out"


def test_what_goes_to_the_trash_is_out(sequence, person) -> None:
    yoko = person("Yoko")
    one = enrolled(yoko, sequence())
    records.delete(actor=SYSTEM, record=yoko)
    assert state(one) == ("stopped", "deleted")


def test_an_erased_person_is_out_and_their_mails_are_gone(sequence, person, haruto) -> None:
    yoko = person("Yoko", owner=haruto)
    one = enrolled(yoko, sequence(), haruto)
    step()
    consent.erase_person.service(actor=SYSTEM, contact=yoko)
    run_waiting()
    assert state(one) == ("stopped", "erased")
    assert one.contact_id is None
    assert not MailDraft.objects.exists()


def test_of_two_that_are_one_the_kept_record_keeps_one_enrolment(sequence, person) -> None:
    yoko, twin = person("Yoko"), person("Yohko")
    after, other = sequence(), sequence("Another")
    for whom, what in ((yoko, after), (twin, after), (twin, other)):
        enrolled(whom, what)
    merge_records(actor=SYSTEM, resource=registry.get("contact"), survivor=yoko, others=[twin])
    found = Enrolment.objects.live().filter(status="running")
    assert sorted(found.values_list("contact", "sequence")) == sorted([(yoko.pk, after.pk), (yoko.pk, other.pk)])


def test_by_hand_it_pauses_goes_on_and_stops(sequence, person, haruto) -> None:
    one = enrolled(person("Yoko", owner=haruto), sequence(), haruto)
    services.pause_enrolment(actor=haruto, enrolment=one)
    assert step() == 0
    services.resume_enrolment(actor=haruto, enrolment=one)
    assert step() == 1
    services.stop_enrolment(actor=haruto, enrolment=one)
    assert state(one) == ("stopped", "by_hand")
    with pytest.raises(Refused):
        services.stop_enrolment(actor=haruto, enrolment=one)
