"""What a change leaves alone has no part in what is derived from a contact or a company."""

import pytest

from kizuna.base.identity.models import User
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.types import places
from kizuna.customers.contacts.models import Company, Contact

pytestmark = pytest.mark.django_db

YOKO = {
    "family_name": "山田",
    "given_name": "葉子",
    "emails": ["yoko@aoba.example"],
    "phones": ["+81312345678"],
    "addresses": [{"country": "JP", "city": "渋谷区", "region": "東京都"}],
}
AOBA = {"name": "株式会社青葉", "website": "aoba.example", "addresses": YOKO["addresses"]}
LISTS = {"tags": ["x"], "hobbies": ["x"], "interests": ["x"], "custom": {"f1": "x"}}
NUMBERS = {"household_size": 9, "employees": 9}


@pytest.mark.parametrize(
    ("model", "column"), [(model, column) for model in (Contact, Company) for column in sorted(model.apart)]
)
def test_nothing_is_derived_from_a_column_that_stands_apart(
    haruto: User, model: type[Contact | Company], column: str
) -> None:
    values = YOKO if model is Contact else AOBA
    record = records.create(actor=haruto, resource=registry.of(model), values=values)
    record.refresh_from_db()
    before = dict(record.__dict__)
    is_number = column.endswith("_id")
    setattr(record, column, (LISTS | NUMBERS).get(column, 999_999 if is_number else "other"))
    record.normalise()
    record.clean()
    changed = {name for name, value in record.__dict__.items() if value != before.get(name) and name[0] != "_"}
    assert changed == {column}


def test_a_job_title_asks_for_no_place_and_is_tidy_all_the_same(haruto: User, monkeypatch: pytest.MonkeyPatch) -> None:
    yoko = records.create(actor=haruto, resource=registry.get("contact"), values=YOKO)
    with monkeypatch.context() as patch:
        patch.setattr(places, "following", lambda *_asked: pytest.fail("The place of the address was looked up."))
        saved = records.update(
            actor=haruto, record=yoko, changes={"job_title": "  部長　代理 ", "about": " Likes tea. \n"}
        )
    saved.refresh_from_db()
    assert (saved.job_title, saved.about) == ("部長 代理", "Likes tea.")
    moved = records.update(actor=haruto, record=yoko, changes={"addresses": [{"country": "JP", "city": "札幌市"}]})
    assert moved.city == "札幌市"
    assert moved.position != yoko.position
