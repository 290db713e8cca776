"""Known by several columns together: a name and a date of birth, a company's name and its postal code."""

import datetime as dt
from collections import Counter

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kizuna.base.identity import SYSTEM
from kizuna.base.resources import registry
from kizuna.base.transfer import services as transfer
from kizuna.base.transfer.importing.matching import Matching
from kizuna.base.transfer.models import DryRun, Import, Line
from kizuna.base.transfer.values.combined import Combined
from kizuna.base.transfer.values.drafts import Said
from kizuna.base.types.errors import Invalid
from kizuna.customers.contacts.models import Company, Contact

BORN = dt.date(1980, 12, 5)
PEOPLE = "Last Name,First Name,E-mail 1 - Value,Birthday,Job Title\n"
FIRMS = "Company,Postal Code,Industry,Website\n"


@pytest.fixture
def draft(db, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path

    def draft(key: str, data: str) -> Import:
        file = ContentFile(data.encode(), "list.csv")
        return transfer.prepare_import(actor=SYSTEM, resource=registry.get(key), file=file, name="list.csv")

    return draft


@pytest.fixture
def take_in(draft):
    """(created, updated, unchanged, unused), after a dry run that said just that."""

    def take_in(key: str, data: str, *match: str) -> tuple[int, int, int, int]:
        imported = draft(key, data)
        given = {
            "actor": SYSTEM,
            "imported": imported,
            "mapping": imported.mapping,
            "options": imported.options | {"match": list(match)},
            "later": False,
        }
        transfer.start_dry_run(**given)
        foretold = Counter(transfer.run_dry_run(import_id=imported.pk).counts)
        transfer.start_import(**given)
        done = transfer.run_import(import_id=imported.pk)
        found = done.created_count, done.updated_count, done.unchanged_count, done.unused_count
        unused = foretold["conflict"] + foretold["reject"]
        assert (foretold["create"], foretold["update"], foretold["unchanged"], unused) == found
        return found

    return take_in


def test_a_name_and_a_birthday_tell_together_whom_a_row_means(take_in, person):
    yuto = person("山下", "優斗", birth_on=BORN)
    person("山下", "優斗", birth_on=dt.date(1955, 1, 31))
    rows = "山下,優斗,yuto@mail.example,1980-12-05,部長\n山下,優斗,,,課長\n山下,優斗,,1990-01-01,主任\n"
    assert take_in("contact", PEOPLE + rows, "name+birth_on") == (2, 1, 0, 0)
    yuto.refresh_from_db()
    assert (yuto.email, yuto.job_title) == ("yuto@mail.example", "部長")
    assert take_in("contact", PEOPLE + rows, "family_name+given_name+birth_on") == (0, 0, 3, 0)


def test_rows_of_one_file_are_known_to_each_other_by_what_they_say_together(take_in):
    rows = "Doe,Jane,jane@mail.example,,\nDoe,Jane,jane@mail.example,1980-12-05,\nDOE,Jane,,1980-12-05,Manager\n"
    assert take_in("contact", PEOPLE + rows, "emails", "name+birth_on") == (1, 2, 0, 0)
    assert Contact.objects.get().job_title == "Manager"


def test_several_who_are_the_same_in_all_of_it_are_a_conflict(take_in, person):
    person("山下", "優斗", birth_on=BORN)
    person("山下", "優斗", birth_on=BORN)
    assert take_in("contact", f"{PEOPLE}山下,優斗,,1980-12-05,部長\n", "name+birth_on") == (0, 0, 0, 1)
    assert not Contact.objects.filter(job_title="部長").exists()


def test_a_key_that_ranks_higher_tells_namesakes_of_one_day_apart(take_in, person):
    person("Doe", "Jane", emails=[{"value": "jane@here.example"}], birth_on=BORN)
    row = "Doe,Jane,jane@there.example,1980-12-05,\n"
    assert take_in("contact", PEOPLE + row, "emails", "name+birth_on") == (1, 0, 0, 0)


def test_a_company_is_known_by_its_name_and_postal_code(take_in):
    at = "アオバ商事,{code},{trade},\n"
    first = at.format(code="100-0001", trade="") + at.format(code="530-0001", trade="")
    assert take_in("company", FIRMS + first, "name+addresses.postal_code") == (2, 0, 0, 0)
    again = at.format(code="１０００００１", trade="retail")
    assert take_in("company", FIRMS + again, "name+addresses.postal_code") == (0, 1, 0, 0)
    assert [point["postal_code"] for point in Company.objects.get(industry="retail").addresses] == ["100-0001"]


def test_a_batch_is_asked_for_at_once(db, person):
    for number in range(9):
        person("山下", f"優斗{number}", birth_on=BORN)
    key = Combined(registry.get("contact"), "name+birth_on")
    people = Matching(registry.get("contact"), SYSTEM, ("emails", key.name))
    values = [{"family_name": "山下", "given_name": f"優斗{number}", "birth_on": BORN} for number in range(9)]
    said = [Said(values=one, keys=[(key.name, found) for found in key.keys(one.get)]) for one in values]

    def asked(some: list[Said]) -> int:
        with CaptureQueriesContext(connection) as captured:
            people.load(some)
        assert all(people.find(one) for one in some)
        return len(captured)

    assert asked(said[:1]) == asked(said)


@pytest.mark.parametrize(
    ("match", "words"),
    [
        ("name", "alone does not tell"),
        ("birth_on+job_title", "has to be one of these"),
        ("name+birth_on+job_title+emails", "at most 3"),
        ("name+addresses.postal_code", "No column goes into"),
        ("name+about", "No record is known by"),
    ],
)
def test_fields_that_are_no_key_together_are_refused_in_words(draft, match, words):
    imported = draft("contact", f"{PEOPLE}Doe,Jane,,1980-12-05,Manager\n")
    with pytest.raises(Invalid) as caught:
        transfer.start_dry_run(
            actor=SYSTEM, imported=imported, mapping=imported.mapping, options={"match": [match]}, later=False
        )
    assert words in str(caught.value.errors["match"][0])
    assert not DryRun.objects.exists()
    assert not Line.objects.exists()
