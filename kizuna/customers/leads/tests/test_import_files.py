"""Leads as other products export them."""

from typing import Any

import pytest
from django.core.files.base import ContentFile

from kizuna.base.resources import registry
from kizuna.base.transfer import services as transfer
from kizuna.customers.leads.models import Lead

SALESFORCE = (
    "Id,LastName,FirstName,Name,Company,Country,Phone,Email,LeadSource,Status,IsConverted,HasOptedOutOfEmail\n"
    "00Q5g,de Vries,Jan,Jan de Vries,Tulip BV,Netherlands,020 123 4567,jan@tulip.example,Cold Call,Contacted,0,0\n"
)
ZOHO = (
    "Record Id,Lead Owner,Company,First Name,Last Name,Email,Phone,Lead Source,Lead Status,Zip Code,Country\n"
    "zcrm_9,Mika,Tulip BV,Jan,de Vries,jan@tulip.example,020 123 4567,Cold Call,Contacted,1012 LG,Netherlands\n"
)


@pytest.mark.django_db
@pytest.mark.parametrize("text", [SALESFORCE, ZOHO])
def test_leads_of_other_products_go_where_they_belong(alice: Any, settings: Any, tmp_path: Any, text: str) -> None:
    settings.MEDIA_ROOT = tmp_path
    file = ContentFile(text.encode(), "leads.csv")
    draft = transfer.prepare_import(actor=alice, resource=registry.get("lead"), file=file, name="leads.csv")
    given = draft.options | {"region": "JP"}
    transfer.start_import(actor=alice, imported=draft, mapping=draft.mapping, options=given, later=False)
    done = transfer.run_import(import_id=draft.pk)
    assert (done.created_count, done.rejections.count()) == (1, 0)
    jan = Lead.objects.get()
    assert (jan.family_name, jan.given_name, jan.company_name, jan.country) == ("de Vries", "Jan", "Tulip BV", "NL")
    assert (jan.emails[0]["key"], jan.phones[0]["key"]) == ("jan@tulip.example", "+31201234567")
    assert set(jan.tags) == {"Cold Call", "Contacted"}
