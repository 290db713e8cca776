"""The sample company, loaded whole: believable, in order, and found the way everything else is found."""

import datetime as dt
import json
import re

import pytest
from django.core import mail

from kizuna.base.access import policy
from kizuna.base.bulk.models import Sheet
from kizuna.base.events.jobs import deliver
from kizuna.base.events.models import EventRow
from kizuna.base.identity import SYSTEM
from kizuna.base.identity.models import User
from kizuna.base.jobs.models import Job
from kizuna.base.records.history import history
from kizuna.base.resources.models import Key
from kizuna.base.testing.people import bring_built_in_roles
from kizuna.customers.contacts import demo as contacts_demo
from kizuna.customers.contacts.demo.staff import Crew
from kizuna.customers.contacts.models import Company, Contact, Household, Relationship
from kizuna.customers.timeline import demo as timeline_demo
from kizuna.customers.timeline import services
from kizuna.customers.timeline.demo import stories
from kizuna.customers.timeline.models import Meeting, Note, Task

TODAY = dt.date(2026, 11, 21)


@pytest.mark.parametrize("language", stories.LANGUAGES)
def test_every_word_in_braces_has_fillings_and_every_filling_is_used(language: str) -> None:
    book = stories.book(language)
    told = json.dumps([book["consumer"], book["business"], book["tasks"]], ensure_ascii=False)
    assert set(re.findall(r"\{(\w+)\}", told)) == set(book["slots"])
    assert all(len(story) >= 2 for kind in ("consumer", "business") for story in book[kind])


@pytest.fixture
def hinata(db) -> None:
    bring_built_in_roles()
    contacts_demo.load(SYSTEM, TODAY)
    timeline_demo.load(SYSTEM, TODAY)


def test_hinata_living(hinata) -> None:
    assert Company.objects.count() == 250
    assert 2900 <= Contact.objects.count() <= 3200
    assert Household.objects.count() > 100
    assert Relationship.objects.count() > 400
    assert Note.objects.count() > 2500
    _happened_before_today()
    _has_work_around_today()
    _meets_people_and_writes_to_nobody()
    _is_found_and_remembered()
    _is_seen_by_role()
    _nobody_is_told_of_events_that_are_not_there()
    _many_were_changed_at_once_and_can_be_taken_back()
    _nothing_is_told_of_whom_nobody_sees()


def _nothing_is_told_of_whom_nobody_sees() -> None:
    """Which of them a story would be told of depends on the day."""
    unseen = set(Contact.objects.exclude(deleted_at=None).values_list("pk", flat=True))
    told_of = set(Crew.stored().customers().values_list("pk", flat=True))
    assert unseen
    assert told_of
    assert not unseen & told_of


def _many_were_changed_at_once_and_can_be_taken_back() -> None:
    sheet = Sheet.objects.get()
    assert (sheet.state, sheet.can_be_undone, sheet.refused_count) == ("done", True, 0)
    assert 20 <= sheet.done_count <= 500


def _happened_before_today() -> None:
    end = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
    for model in (Company, Contact, Household, Relationship, Note, Task):
        assert not model.objects.filter(created_at__gte=end).exists()
        assert not model.objects.filter(updated_at__gte=end).exists()
    assert Contact.objects.earliest("created_at").created_at.date() > dt.date(2025, 5, 1)
    moments = list(
        EventRow.objects.exclude(name__startswith="identity.").order_by("pk").values_list("occurred_at", "name")
    )
    notes = [at for at, name in moments if name == "timeline.TaskCompleted"]
    assert notes == sorted(notes)


def _has_work_around_today() -> None:
    to_do = Task.objects.filter(done_at=None)
    assert to_do.filter(due_on=TODAY).count() >= 8
    assert to_do.filter(due_on__lt=TODAY).count() >= 20
    assert to_do.filter(due_on__gt=TODAY).count() >= 100
    mika = User.objects.get(email="mika.tanabe@hinata.example")
    assert mika.is_admin
    assert to_do.filter(owner=mika).count() >= 5


def _meets_people_and_writes_to_nobody() -> None:
    assert Meeting.objects.filter(day=TODAY).count() >= 5
    assert Meeting.objects.filter(day__gt=TODAY).count() >= 5
    assert Task.objects.exclude(repeats="").count() >= 5
    assert Meeting.objects.exclude(repeats="").count() >= 3
    for meeting in Meeting.objects.all():
        assert services.send_invitations(meeting_id=meeting.pk) == 0
    assert mail.outbox == []


def _is_found_and_remembered() -> None:
    yoko = Contact.objects.get(email="yoko@aoba-kensetsu.example")
    assert Key.objects.filter(resource="contact", kind="phones", key=yoko.phone, record_id=yoko.pk).exists()
    assert Note.objects.filter(contact=yoko).count() >= 6
    changed = EventRow.objects.filter(name="records.RecordsUpdated").count()
    assert changed > 80
    customer = Contact.objects.filter(version__gt=1, stage="customer").first()
    assert customer is not None
    entries = history(actor=SYSTEM, record=customer)
    assert [entry.occurred_at for entry in entries] == sorted((entry.occurred_at for entry in entries), reverse=True)
    assert entries[-1].occurred_at == customer.created_at
    assert entries[0].occurred_at == customer.updated_at


def _is_seen_by_role() -> None:
    for email in ("sho.kawabata@hinata.example", "elodie.marchand@hinata.example", "owen.hale@hinata.example"):
        user = User.objects.get(email=email)
        assert policy.permissions_of(user).can("contact", "read")
        assert Contact.objects.visible_to(user).exists()
        assert Note.objects.visible_to(user).exists()
    mistyped = Contact.objects.filter(family_name__contains="\u200b")
    assert not mistyped.exists()


def _nobody_is_told_of_events_that_are_not_there() -> None:
    told = Job.objects.filter(name=deliver.module_path).values_list("arguments__event_id", flat=True)
    assert not set(told) - set(EventRow.objects.values_list("pk", flat=True))
