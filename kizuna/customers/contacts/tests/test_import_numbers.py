"""Telephone numbers as people write them at home, in a list that somebody elsewhere brings in."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.base import ContentFile

from kizuna.base.identity.models import User
from kizuna.base.resources import registry
from kizuna.base.transfer import queries
from kizuna.base.transfer import services as transfer
from kizuna.base.transfer.models import Import
from kizuna.customers.contacts.models import Contact

pytestmark = pytest.mark.django_db
Bring = Callable[..., Import]


@pytest.fixture
def bring_in(settings: Any, tmp_path: Any) -> Bring:
    settings.MEDIA_ROOT = tmp_path

    def bring_in(actor: User, data: str) -> Import:
        file = ContentFile(data.encode(), "people.csv")
        resource = registry.get("contact")
        draft = transfer.prepare_import(actor=actor, resource=resource, file=file, name="people.csv")
        options: dict[str, Any] = {"mapping": draft.mapping, "options": draft.options}
        transfer.start_import(actor=actor, imported=draft, later=False, **options)
        return transfer.run_import(import_id=draft.pk)

    return bring_in


@pytest.fixture
def anna(mika: User) -> User:
    """Somebody in Berlin."""
    mika.time_zone, mika.language = "Europe/Berlin", "en"
    mika.save()
    return mika


def numbers() -> dict[str, str]:
    return dict(Contact.objects.values_list("family_name", "phone"))


def test_a_number_belongs_to_the_country_of_the_address_then_of_the_name_then_of_the_reader(
    anna: User, bring_in: Bring
) -> None:
    bring_in(
        anna,
        "Last name,First name,Mobile,City,Country\n"
        "김,민수,010-2345-6789,,\n"
        "大久保,詩織,090-1234-5671,,\n"
        "Sommer,Greta,0176 04069401,,\n"
        "田中,健,0176 04069402,Berlin,Germany\n"
        "Åkesson,Anders,070-174 06 51,Malmö,Sweden\n"
        "Smith,John,090-1234-5672,渋谷区,\n",
    )
    assert numbers() == {
        "김": "+821023456789",
        "大久保": "+819012345671",
        "Sommer": "+4917604069401",
        "田中": "+4917604069402",
        "Åkesson": "+46701740651",
        "Smith": "+819012345672",
    }
    assert Contact.objects.get(family_name="Smith").country == "JP"


def test_a_korean_number_in_japan_is_not_taken_for_a_call_abroad(haruto: User, bring_in: Bring) -> None:
    bring_in(haruto, "Name,Mobile\n김민수,010-2345-6789\n")
    assert numbers() == {"김": "+821023456789"}


def test_a_name_in_one_cell_says_as_much(anna: User, bring_in: Bring) -> None:
    bring_in(anna, "Name,Mobile\n山田 太郎,090-1234-5671\n")
    assert numbers() == {"山田": "+819012345671"}


def test_a_second_number_of_the_country_joins_the_first(haruto: User, bring_in: Bring) -> None:
    for number in ("090-1234-5671", "090-1234-5672"):
        found = bring_in(haruto, f"Last name,E-mail,Mobile\n大久保,shiori@mail.example,{number}\n")
        assert not [row.reason for row in queries.rejections(found)]
    keys = [point["key"] for point in Contact.objects.get().phones]
    assert keys == ["+819012345671", "+819012345672"]
