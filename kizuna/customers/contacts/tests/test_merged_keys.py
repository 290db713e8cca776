"""A company that was merged does not come back by an import, by whatever it was known."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.base import ContentFile

from kizuna.base.identity import SYSTEM
from kizuna.base.merging import services as merging
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.transfer import services as transfer
from kizuna.customers.contacts.models import Company, Contact

FILE = "name,domain,city\nAoba KK,aoba-kk.example,Nara\nAoba,aoba.example,\nAoba KK,,\n,aoba-kk.example,\n"


@pytest.fixture
def aoba(db: None, settings: Any, tmp_path: Any) -> Company:
    settings.MEDIA_ROOT = tmp_path
    one, two = (
        records.create(actor=SYSTEM, resource=registry.get("company"), values={"name": name, "domain": domain})
        for name, domain in (("Aoba", "aoba.example"), ("Aoba KK", "aoba-kk.example"))
    )
    chosen = {"name": one.pk, "domain": one.pk}
    merging.merge_records(actor=SYSTEM, resource=registry.get("company"), survivor=one, others=[two], choices=chosen)
    return Company.objects.get(pk=one.pk)


def brought_in(key: str, data: str) -> Any:
    file = ContentFile(data.encode(), "list.csv")
    draft = transfer.prepare_import(actor=SYSTEM, resource=registry.get(key), file=file, name="list.csv")
    begun = transfer.start_import(
        actor=SYSTEM, imported=draft, mapping=draft.mapping, options=draft.options, later=False
    )
    return transfer.run_import(import_id=begun.pk)


def test_the_same_file_again_makes_no_company_and_renames_none(aoba: Company) -> None:
    for _time in range(2):
        done = brought_in("company", FILE)
        assert (done.created_count, done.conflict_count, done.rejected_count) == (0, 0, 0)
    found = Company.objects.live().get()
    assert (found.pk, found.name, found.domain) == (aoba.pk, "Aoba", "aoba.example")


def test_another_company_of_the_lost_name_is_another_company(aoba: Company) -> None:
    assert brought_in("company", "name,domain\nAoba KK,elsewhere.example\n").created_count == 1


def test_a_person_who_works_at_the_lost_name_works_at_the_survivor(aoba: Company) -> None:
    brought_in("contact", "family name,given name,company\nMori,Yui,Aoba KK\n")
    assert Contact.objects.get().company_id == aoba.pk
    assert Company.objects.live().count() == 1
