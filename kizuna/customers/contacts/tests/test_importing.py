"""An address book brought in twice: the second time nothing changes, also for people with nothing but a name."""

import datetime as dt
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kizuna.base.duplicates import services as duplicates
from kizuna.base.duplicates.models import Pair, Scan
from kizuna.base.identity import SYSTEM
from kizuna.base.jobs.inline import run_waiting
from kizuna.base.records import bulk
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.testing.plans import explained, only, reluctant
from kizuna.base.transfer.importing.matching import Matching
from kizuna.base.transfer.models import Import
from kizuna.base.transfer.values.drafts import Said
from kizuna.customers.contacts.models import Company, Contact

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


def test_who_may_have_been_here_already_waits_to_be_looked_at(take_in, person):
    yoko = person("山本", "陽子", family_reading="やまもと", given_reading="ようこ", birth_on=dt.date(1980, 12, 5))
    take_in("Yoko,Yamamoto,,,1980-12-05\n山下,優斗,,,1980-12-05\n")
    run_waiting()
    newcomer = Contact.objects.get(given_name="Yamamoto")
    [pair] = Pair.objects.all()
    assert (pair.record_id, pair.other_id) == (yoko.pk, newcomer.pk)
    duplicates.tell_apart(actor=SYSTEM, pair=pair)
    assert duplicates.look_through(imported=Import.objects.get()) == 1
    assert Pair.objects.get().apart_at is not None


def test_two_of_one_file_who_may_be_one_are_one_pair_and_a_large_file_is_left_to_the_search(take_in, monkeypatch):
    take_in("Yoko,Yamamoto,,y.yamamoto@mail.example,1980-12-05\nYoko,Yamamoto,,yoko@mail.example,1980-12-05\n")
    imported = Import.objects.get()
    assert duplicates.look_through(imported=imported) == Pair.objects.count() == 1
    monkeypatch.setattr(duplicates, "MOST_ASKED", 1)
    assert (duplicates.look_through(imported=imported), Scan.objects.count()) == (0, 1)


def test_a_company_is_found_however_its_name_is_written(take_in):
    aoba = records.create(actor=SYSTEM, resource=registry.get("company"), values={"name": "Aoba Construction"})
    take_in(
        "Lee,Ann,AOBA Construction,ann@mail.example,\nBerg,Bo,ａｏｂａ　ｃｏｎｓｔｒｕｃｔｉｏｎ,bo@mail.example,\n"
    )
    assert {contact.company_id for contact in Contact.objects.all()} == {aoba.pk}
    assert Company.objects.count() == 1


@pytest.mark.once
def test_full_text_indexes_are_fed_in_the_order_of_ids(take_in):
    """SQLite writes all that such an index holds to its file where an id is lower than the last."""
    fed = []

    def watch(execute, statement, values, many, context):
        if many and statement.startswith(("INSERT INTO search_", "INSERT INTO contacts_contact_folded")):
            fed.append([row[0] for row in values])
        elif statement.startswith("INSERT INTO search_entry"):
            fed.append(values[0])
        return execute(statement, values, many, context)

    with connection.execute_wrapper(watch):
        take_in("".join(f"Doe,{chr(90 - n % 26)}{n},,doe{n}@mail.example,\n" for n in range(60)))
    assert max(map(len, fed)) == 60
    assert all(ids == sorted(ids) for ids in fed)


def test_namesakes_with_an_address_are_not_read_for_a_row_without(take_in, django_assert_max_num_queries):
    take_in("".join(f"山下,優斗,,yuto{n}@mail.example,\n" for n in range(40)))
    people = Matching(registry.get("contact"), SYSTEM, ("emails", "phones"))
    said = Said(values={"family_name": "山下", "given_name": "優斗"})
    with django_assert_max_num_queries(3):
        people.load([said] * 500)
    assert people.find(said) is None


def test_a_batch_of_names_is_looked_up_in_an_index(db):
    wanted = {(f"山下{n}", "優斗") for n in range(100)}
    Contact.objects.bulk_create(Contact(family_name=f"山本{n}", given_name="優斗") for n in range(1000))
    with CaptureQueriesContext(connection) as captured:
        bulk.records_holding(Contact, ("family_name", "given_name"), wanted, without=("contact", ["emails"]))
    reluctant()
    only("contacts_contact_named")
    plan = explained(captured.captured_queries[0]["sql"])
    assert "contacts_contact_named" in plan
    assert "resources_key_" in plan
