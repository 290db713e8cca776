"""Notes and tasks made for measuring are what would be stored if somebody had written them."""

import datetime as dt

import pytest

from kizuna.base.identity import SYSTEM
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.testing.people import bring_built_in_roles
from kizuna.customers.contacts.demo.volume import load_volume as load_contacts
from kizuna.customers.timeline.demo.volume import load_volume
from kizuna.customers.timeline.models import Note, Task

TODAY = dt.date(2026, 11, 21)


@pytest.fixture
def earlier(transactional_db):
    bring_built_in_roles()
    return records.create(actor=SYSTEM, resource=registry.get("contact"), values={"family_name": "山本"})


def test_everybody_made_gets_their_share_and_nobody_else(earlier) -> None:
    contacts = load_contacts(contacts=400, today=TODAY)
    made = load_volume(above=contacts.above, today=TODAY)
    assert (Note.objects.count(), Task.objects.count()) == (made.notes, made.tasks)
    assert made.notes > 60
    assert made.tasks > 40
    assert not Note.objects.filter(contact=earlier).exists()
    for row in [*Note.objects.select_related("contact")[:50], *Task.objects.select_related("contact")[:50]]:
        before = row.title, row.body
        row.normalise()
        row.validate_constraints()
        assert (row.title, row.body) == before
        assert (row.owner_id, row.company_id) == (row.contact.owner_id, row.contact.company_id)
    assert records.create(actor=SYSTEM, resource=registry.get("task"), values={"title": "Next"}).pk > made.tasks - 1
