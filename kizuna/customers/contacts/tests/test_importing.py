"""An address book brought in twice: the second time nothing changes, also for people with nothing but a name."""

from pathlib import Path

import pytest
from django.core.management import call_command

from kizuna.customers.contacts.models import Contact

BOOK = "Last Name,First Name,Organization Name,E-mail 1 - Value,Birthday\n"
PEOPLE = "山下,優斗,,,\n山下,優斗,,,1980-12-05\n山下,優斗,,yuto@mail.example,\n,Mika,アオバ商事,,\n"


@pytest.fixture
def take_in(db, tmp_path: Path, settings):
    settings.MEDIA_ROOT = tmp_path

    def take_in(rows: str) -> int:
        """How many contacts there are after a file with these rows."""
        file = tmp_path / "people.csv"
        file.write_text(BOOK + rows, encoding="utf-8")
        call_command("import", "contacts", str(file), verbosity=0)
        return Contact.objects.count()

    return take_in


def test_the_same_file_again_changes_nothing(take_in):
    once = take_in(PEOPLE)
    versions = set(Contact.objects.values_list("pk", "version"))
    assert take_in(PEOPLE) == once
    assert set(Contact.objects.values_list("pk", "version")) == versions


def test_namesakes_who_say_something_else_are_kept_apart(take_in):
    assert take_in("山下,優斗,,,1980-12-05\n") == 1
    assert take_in("山下,優斗,,,1955-01-31\n") == 2
    assert take_in("山下,優斗,,yuto@mail.example,\n") == 3
