"""Exports of other products are recognised by their headers, and come in whole without a word."""

from typing import Any

import pytest
from django.core.files.base import ContentFile

from kizuna.base.identity import SYSTEM
from kizuna.base.resources import registry
from kizuna.base.transfer import mapping as mappings
from kizuna.base.transfer import queries
from kizuna.base.transfer import services as transfer
from kizuna.base.transfer.models import Import
from kizuna.customers.contacts.models import Company, Contact

FILES = {
    "HubSpot": (
        "Record ID,First Name,Last Name,Email,Phone Number,Contact owner,Lead Status,Marketing contact status,"
        "Create Date,Last Activity Date,Associated Company IDs,Associated Company,Job Title,Street Address,"
        "City,State/Region,Postal Code,Country/Region",
        "5101,Anna,Berg,anna@berg.example,+49 30 901820,Max Muster,New,Marketing contact,2026-01-05 10:00,,77,"
        "Berg GmbH,Head of Sales,Torstr. 1,Berlin,Berlin,10119,Germany",
    ),
    "Zoho CRM": (
        "Record Id,Contact Owner.id,Contact Owner,Lead Source,First Name,Last Name,Account Name.id,Account Name,Email,"
        "Title,Department,Phone,Home Phone,Other Phone,Fax,Mobile,Date of Birth,Assistant,Asst Phone,Mailing Street,"
        "Other Street,Mailing City,Other City,Mailing State,Other State,Mailing Zip,Other Zip,Mailing Country,"
        "Other Country,Description,Email Opt Out,Secondary Email,Tag",
        "zcrm_410,zcrm_1,Max Muster,Trade Show,Anna,Berg,zcrm_9,Berg GmbH,anna@berg.example,Head of Sales,Sales,"
        "+49 30 901820,,,,,1980-02-03,Tom,+49 30 1,Torstr. 1,,Berlin,,Berlin,,10119,,Germany,,Met in May,false,,",
    ),
    "Salesforce": (
        "Id,IsDeleted,AccountId,LastName,FirstName,Salutation,Name,MailingStreet,MailingCity,MailingState,"
        "MailingPostalCode,MailingCountry,Phone,Fax,MobilePhone,Email,Title,Department,LeadSource,Birthdate,OwnerId,"
        "HasOptedOutOfEmail,CreatedDate",
        "0035g00000A,0,0015g00000B,Berg,Anna,Ms.,Anna Berg,Torstr. 1,Berlin,Berlin,10119,Germany,+49 30 901820,,,"
        "anna@berg.example,Head of Sales,Sales,Web,1980-02-03,0055g00000C,0,2026-01-05T10:00:00.000Z",
    ),
    "Salesforce report": (
        "Salutation,First Name,Last Name,Title,Account Name,Mailing Street,Mailing City,Mailing State/Province,"
        "Mailing Zip/Postal Code,Mailing Country,Phone,Fax,Mobile,Email,Account Owner",
        "Ms.,Anna,Berg,Head of Sales,Berg GmbH,Torstr. 1,Berlin,Berlin,10119,Germany,+49 30 901820,,,anna@berg.example,"
        "Max",
    ),
    "Salesforce report in Japanese": (
        "取引先責任者 ID,姓,名,敬称,役職,取引先名,町名・番地(郵送先),市区郡(郵送先),都道府県(郵送先),郵便番号(郵送先),"
        "国(郵送先),電話,メール,リードソース",
        "0035g00000A,Berg,Anna,Ms.,Head of Sales,Berg GmbH,Torstr. 1,Berlin,Berlin,10119,Germany,+49 30 901820,"
        "anna@berg.example,展示会",
    ),
}  # fmt: skip
FIRMS = {
    "HubSpot": (
        "Record ID,Company name,Company owner,Create Date,Phone Number,Last Activity Date,City,Country/Region,Industry,"
        "Company Domain Name,Number of Employees",
        "77,Berg GmbH,Max Muster,2026-01-05 10:00,+49 30 901820,,Berlin,Germany,COMPUTER_SOFTWARE,berg.example,40",
    ),
    "Zoho CRM": (
        "Record Id,Account Owner.id,Account Owner,Account Name,Phone,Website,Account Type,Industry,Employees,"
        "Annual Revenue,Billing Street,Billing City,Billing State,Billing Code,Billing Country",
        "zcrm_9,zcrm_1,Max Muster,Berg GmbH,+49 30 901820,https://berg.example,Customer,ASP,40,1200000,"
        "Torstr. 1,Berlin,Berlin,10119,Germany",
    ),
    "Salesforce": (
        "Id,IsDeleted,Name,Type,ParentId,BillingStreet,BillingCity,BillingState,BillingPostalCode,BillingCountry,Phone,"
        "Website,Industry,AnnualRevenue,NumberOfEmployees,OwnerId",
        "0015g00000B,0,Berg GmbH,Customer - Direct,,Torstr. 1,Berlin,Berlin,10119,Germany,+49 30 901820,berg.example,"
        "Apparel,1200000,40,0055g00000C",
    ),
    "Salesforce report in Japanese": (
        "取引先 ID,取引先名,取引先 種別,町名・番地(請求先),市区郡(請求先),都道府県(請求先),郵便番号(請求先),"
        "国(請求先),取引先 電話,Web サイト,従業員数",
        "0015g00000B,Berg GmbH,顧客,Torstr. 1,Berlin,Berlin,10119,Germany,+49 30 901820,berg.example,40",
    ),
}  # fmt: skip


@pytest.fixture
def bring_in(db: None, settings: Any, tmp_path: Any) -> Any:
    settings.MEDIA_ROOT = tmp_path

    def bring(key: str, rows: tuple[str, str]) -> Import:
        file = ContentFile("\n".join(rows).encode(), "export.csv")
        draft = transfer.prepare_import(actor=SYSTEM, resource=registry.get(key), file=file, name="export.csv")
        transfer.start_import(actor=SYSTEM, imported=draft, mapping=draft.mapping, options=draft.options, later=False)
        return transfer.run_import(import_id=draft.pk)

    return bring


@pytest.mark.parametrize("product", FILES)
def test_people_come_in_from_another_product(bring_in: Any, product: str) -> None:
    done = bring_in("contact", FILES[product])
    known = mappings.recognise(registry.get("contact"), done.header)
    assert known is not None
    assert known.product == product.partition(" report")[0]
    assert [row.reason for row in queries.rejections(done)] == []
    assert done.created_count == 1
    anna = Contact.objects.get()
    assert (anna.family_name, anna.given_name, anna.job_title) == ("Berg", "Anna", "Head of Sales")
    assert [point["key"] for point in anna.emails] == ["anna@berg.example"]
    assert [point["key"] for point in anna.phones] == ["+4930901820"]
    assert (anna.addresses[0]["postal_code"], anna.addresses[0]["line1"]) == ("10119", "Torstr. 1")
    if product != "Salesforce":  # its data export has nothing but the number of the account
        assert anna.company is not None
        assert anna.company.name == "Berg GmbH"


@pytest.mark.parametrize("product", FIRMS)
def test_companies_come_in_from_another_product(bring_in: Any, product: str) -> None:
    done = bring_in("company", FIRMS[product])
    known = mappings.recognise(registry.get("company"), done.header)
    assert known is not None
    assert known.product == product.partition(" report")[0]
    assert [row.reason for row in queries.rejections(done)] == []
    assert done.created_count == 1
    berg = Company.objects.get()
    assert (berg.name, berg.employees, berg.domain) == ("Berg GmbH", 40, "berg.example")
    assert (berg.phones[0]["key"], berg.addresses[0]["city"]) == ("+4930901820", "Berlin")


def test_an_ordinary_address_book_is_nobodys_export() -> None:
    header = ["First Name", "Last Name", "Organization Name", "E-mail 1 - Value", "Birthday"]
    assert mappings.recognise(registry.get("contact"), header) is None
