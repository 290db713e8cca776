"""Data made for measuring is exactly what would be stored if somebody had typed it."""

import datetime as dt

import pytest

from kizuna.base.identity.models import User
from kizuna.base.records import indexes
from kizuna.base.resources import registry
from kizuna.base.resources.models import Key
from kizuna.base.search.contents import contents_of
from kizuna.base.search.lexemes import lowest_id
from kizuna.base.search.models import Entry
from kizuna.base.testing.people import bring_built_in_roles
from kizuna.customers.contacts.demo.volume import load_volume
from kizuna.customers.contacts.models import Company, Contact

TODAY = dt.date(2026, 11, 21)


@pytest.fixture
def volume(transactional_db):
    bring_built_in_roles()
    return load_volume(contacts=300, today=TODAY)


def test_it_has_everything_in_proportion(volume) -> None:
    assert (volume.contacts, volume.companies, volume.users) == (300, 30, 40)
    assert Contact.objects.count() == 300
    assert Contact.objects.exclude(company=None).count() > 50
    assert User.objects.exclude(team=None).count() == 40
    for contact in Contact.objects.all():
        before = {**contact.__dict__}
        place = contact.position
        contact.normalise()
        contact.position = place  # one in ten is on the map, so that maps of 100,000 are measured at a million
        contact.clean()
        contact.validate_constraints()
        assert {name: value for name, value in contact.__dict__.items() if name != "_state"} == {
            name: value for name, value in before.items() if name != "_state"
        }
    _is_indexed_as_if_typed("contact")
    _is_indexed_as_if_typed("company")
    _goes_on_after_it()


def _is_indexed_as_if_typed(key: str) -> None:
    resource = registry.get(key)
    entries = dict(Entry.objects.values_list("pk", "lexemes"))
    for record in resource.model.objects.all()[:60]:
        stored = set(Key.objects.filter(resource=key, record_id=record.pk).values_list("kind", "key"))
        assert stored == indexes.keys_of(resource, record)
        assert set(entries[lowest_id(key) + record.pk].replace("'", "").split()) == set(
            contents_of(resource).of(record).split()
        )


def _goes_on_after_it() -> None:
    """More can be made beside it, by hand and again."""
    yoko = Contact(family_name="山本")
    yoko.normalise()
    yoko.save()
    again = load_volume(contacts=20, today=TODAY)
    assert again.above >= yoko.pk
    assert Contact.objects.count() == 321
    assert Company.objects.count() == 32
