"""Who was erased does not come back as a lead of a bought list."""

from typing import Any

import pytest
from django.core.files.base import ContentFile

from kizuna.base.identity import SYSTEM
from kizuna.base.jobs import run_waiting
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.transfer import services as transfer
from kizuna.base.transfer.models import Import
from kizuna.customers.consent import services as consent
from kizuna.customers.leads.models import Lead


@pytest.fixture(autouse=True)
def own_storage(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def test_a_list_of_leads_does_not_bring_an_erased_person_back(alice: Any) -> None:
    values = {"family_name": "Yamamoto", "emails": [{"value": "yoko@aoba.example"}]}
    yoko = records.create(actor=SYSTEM, resource=registry.get("contact"), values=values)
    consent.erase_person(actor=alice, contact=yoko)
    run_waiting()
    file = ContentFile(b"Family name,E-mail\nYamamoto,Yoko@aoba.example\nSato,haru@aoba.example\n", "leads.csv")
    draft = transfer.prepare_import(actor=alice, resource=registry.get("lead"), file=file, name="leads.csv")
    transfer.start_import(actor=alice, imported=draft, mapping=draft.mapping, options=draft.options)
    run_waiting()
    done = Import.objects.get(pk=draft.pk)
    assert (done.created_count, done.rejected_count) == (1, 1)
    assert Lead.objects.get().emails[0]["value"] == "haru@aoba.example"
