"""What a change of many contacts leaves alone has no part in what is derived from a contact."""

import pytest

from kizuna.base.identity.models import User
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.customers.contacts.models import Contact

pytestmark = pytest.mark.django_db

OTHER = {"tags": ["x"], "hobbies": ["x"], "interests": ["x"], "custom": {"f1": "x"}, "household_size": 9}


@pytest.mark.parametrize("column", sorted(Contact.apart))
def test_nothing_is_derived_from_a_column_that_stands_apart(haruto: User, column: str) -> None:
    values = {
        "family_name": "山田",
        "given_name": "葉子",
        "emails": ["yoko@aoba.example"],
        "phones": ["+81312345678"],
        "addresses": [{"country": "JP", "city": "渋谷区", "region": "東京都"}],
    }
    contact = records.create(actor=haruto, resource=registry.get("contact"), values=values)
    contact.refresh_from_db()
    before = dict(contact.__dict__)
    is_number = column.endswith("_id")
    setattr(contact, column, OTHER.get(column, 999_999 if is_number else "other"))
    contact.normalise()
    contact.clean()
    changed = {name for name, value in contact.__dict__.items() if value != before.get(name) and name[0] != "_"}
    assert changed == {column}
