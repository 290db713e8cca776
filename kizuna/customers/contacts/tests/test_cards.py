"""Contacts and companies as vCards: out, and in again unchanged."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.base import ContentFile

from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.transfer import services as transfer
from kizuna.base.transfer.models import Import
from kizuna.customers.contacts.models import Company, Contact

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_storage(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def yoko(mika: Any) -> Contact:
    company = records.create(actor=mika, resource=registry.get("company"), values={"name": "ひなた建築"})
    values = {
        "family_name": "山本",
        "given_name": "陽子",
        "family_reading": "やまもと",
        "given_reading": "ようこ",
        "company": company.pk,
        "department": "営業部; 東",
        "job_title": "部長",
        "birth_on": "1980-05-12",
        "gender": "female",
        "tags": ["VIP", "a, b"],
        "about": "two\nlines, and a \\ sign" + " long" * 60,
        "emails": [{"value": "home@x.example", "label": "home"}, {"value": "y@x.example", "primary": True}],
        "phones": [{"value": "+81 90-1234-5678", "label": "mobile"}, {"value": "+81 3-1234-5678", "label": "fax"}],
        "handles": [{"value": "yoko_y", "label": "line"}],
        "addresses": [
            {"country": "JP", "postal_code": "160-0022", "region": "東京都", "city": "新宿区", "line1": "新宿1-2"}
            | {"label": "home"}
        ],
    }  # fmt: skip
    records.create(actor=mika, resource=registry.get("contact"), values=values | {"emails": values["emails"]})
    records.create(actor=mika, resource=registry.get("contact"), values={"given_name": "Anna", "family_name": "Berg"})
    return Contact.objects.get(family_name="山本")


def exported(actor: Any, key: str, kind: str, **given: Any) -> bytes:
    return b"".join(transfer.export(actor=actor, resource=registry.get(key), kind=kind, **given).chunks())


def brought_in(actor: Any, key: str, raw: bytes) -> Import:
    draft = transfer.prepare_import(
        actor=actor, resource=registry.get(key), file=ContentFile(raw, "x.vcf"), name="x.vcf"
    )
    started = transfer.start_import(
        actor=actor, imported=draft, mapping=draft.mapping, options=draft.options, later=False
    )
    return transfer.run_import(import_id=started.pk)


def counts(imported: Import) -> tuple[list[str], int, int, int]:
    reasons = [row.reason for row in imported.rejections.all()]
    return reasons, imported.created_count, imported.updated_count, imported.unchanged_count


@pytest.mark.parametrize("kind", ["vcf", "vcf4", "xlsx", "jsonl"])
def test_contacts_come_back_and_nothing_changes(mika: Any, yoko: Contact, kind: str) -> None:
    assert counts(brought_in(mika, "contact", exported(mika, "contact", kind))) == ([], 0, 0, 2)
    yoko.refresh_from_db()
    assert yoko.version == 1


@pytest.mark.parametrize("kind", ["vcf", "vcf4"])
def test_elsewhere_the_cards_make_the_same_people(mika: Any, yoko: Contact, kind: str) -> None:
    before = exported(mika, "contact", kind, with_ids=False)
    Contact.objects.all().delete()
    assert counts(brought_in(mika, "contact", before)) == ([], 2, 0, 0)
    assert exported(mika, "contact", kind, with_ids=False) == before


@pytest.mark.parametrize("kind", ["vcf", "vcf4"])
def test_companies_are_cards_too(mika: Any, kind: str) -> None:
    values: dict[str, Any] = {"name": "Hinata, Ltd.", "website": "https://hinata.example", "tags": ["VIP"]}
    values |= {"emails": [{"value": "info@hinata.example"}]}
    records.create(actor=mika, resource=registry.get("company"), values=values)
    raw = exported(mika, "company", kind)
    assert b"ORG:Hinata\\, Ltd." in raw
    assert counts(brought_in(mika, "company", raw)) == ([], 0, 0, 1)
    assert Company.objects.get().version == 1


def test_lines_are_folded_between_characters(mika: Any, yoko: Contact) -> None:
    raw = exported(mika, "contact", "vcf")
    assert all(len(line) <= 75 and line.decode() for line in raw.split(b"\r\n") if line)
