"""Address books as Google, Outlook, Salesforce, HubSpot and Japanese and Korean offices write them."""

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.base import ContentFile

from kizuna.base.identity import SYSTEM
from kizuna.base.resources import registry
from kizuna.base.transfer import queries
from kizuna.base.transfer import services as transfer
from kizuna.base.transfer.mapping import guess
from kizuna.base.transfer.models import Import
from kizuna.customers.contacts.models import Company, Contact

pytestmark = pytest.mark.django_db

GOOGLE = {
    "First Name": "given_name",
    "Middle Name": "middle_name",
    "Last Name": "family_name",
    "Phonetic First Name": "given_reading",
    "Phonetic Last Name": "family_reading",
    "Name Prefix": "name_prefix",
    "Name Suffix": "name_suffix",
    "Nickname": None,
    "Organization Name": "company",
    "Organization Title": "job_title",
    "Organization Department": "department",
    "Birthday": "birth_on",
    "Notes": "about",
    "Labels": "tags",
    "E-mail 1 - Label": "emails.label",
    "E-mail 1 - Value": "emails",
    "E-mail 2 - Label": "emails.label",
    "E-mail 2 - Value": "emails",
    "Phone 1 - Label": "phones.label",
    "Phone 1 - Value": "phones",
    "Address 1 - Label": "addresses.label",
    "Address 1 - Country": "addresses.country",
    "Address 1 - Street": "addresses.line1",
    "Address 1 - Extended Address": "addresses.line2",
    "Address 1 - City": "addresses.city",
    "Address 1 - Region": "addresses.region",
    "Address 1 - Postal Code": "addresses.postal_code",
    "Address 1 - PO Box": None,
    "Website 1 - Value": "company.website",
}
OUTLOOK = {
    "Title": "name_prefix",
    "First Name": "given_name",
    "Last Name": "family_name",
    "Suffix": "name_suffix",
    "Given Yomi": "given_reading",
    "Surname Yomi": "family_reading",
    "Company": "company",
    "Department": "department",
    "Job Title": "job_title",
    "E-mail Address": "emails",
    "E-mail 2 Address": "emails",
    "Home Phone": "phones:home",
    "Business Phone": "phones:work",
    "Mobile Phone": "phones:mobile",
    "Business Fax": "phones:fax",
    "Business Street": "addresses.line1:work",
    "Business City": "addresses.city:work",
    "Business State": "addresses.region:work",
    "Business Postal Code": "addresses.postal_code:work",
    "Business Country/Region": "addresses.country:work",
    "Home City": "addresses.city:home",
    "Birthday": "birth_on",
    "Categories": "tags",
    "Gender": "gender",
    "Web Page": "company.website",
}
SALESFORCE = {
    "Salutation": "name_prefix",
    "First Name": "given_name",
    "Last Name": "family_name",
    "Title": "job_title",
    "Account Name": "company",
    "Email": "emails",
    "Phone": "phones",
    "Mobile": "phones:mobile",
    "Fax": "phones:fax",
    "Mailing Street": "addresses.line1:work",
    "Mailing City": "addresses.city:work",
    "Mailing State/Province": "addresses.region:work",
    "Mailing Zip/Postal Code": "addresses.postal_code:work",
    "Mailing Country": "addresses.country:work",
    "Lead Source": "tags",
    "Birthdate": "birth_on",
}
HUBSPOT = {
    "First Name": "given_name",
    "Last Name": "family_name",
    "Email": "emails",
    "Phone Number": "phones",
    "Mobile Phone Number": "phones:mobile",
    "Company name": "company",
    "Website URL": "company.website",
    "Street Address": "addresses.line1",
    "City": "addresses.city",
    "State/Region": "addresses.region",
    "Postal Code": "addresses.postal_code",
    "Country/Region": "addresses.country",
    "Job Title": "job_title",
    "Lifecycle Stage": "stage",
}
JAPANESE = {
    "氏名": "name",
    "フリガナ": "name.reading",
    "会社名": "company",
    "部署名": "department",
    "役職": "job_title",
    "メールアドレス": "emails",
    "電話番号": "phones",
    "携帯電話番号": "phones:mobile",
    "FAX番号": "phones:fax",
    "〒郵便番号": "addresses.postal_code",
    "都道府県": "addresses.region",
    "市区町村": "addresses.city",
    "番地": "addresses.line1",
    "建物名": "addresses.line2",
    "生年月日": "birth_on",
    "性別": "gender",
    "備考": "about",
    "タグ": "tags",
}
JAPANESE_IN_PARTS = {
    "姓": "family_name",
    "名": "given_name",
    "セイ": "family_reading",
    "メイ": "given_reading",
    "会社": "company",
    "メール1": "emails",
    "メール2": "emails",
    "電話番号(自宅)": "phones:home",
    "会社電話": "phones:work",
    "自宅住所": "addresses.line1:home",
    "自宅郵便番号": "addresses.postal_code:home",
    "姓(フリガナ)": None,
}
KOREAN = {
    "이름": "name",
    "회사명": "company",
    "부서": "department",
    "직책": "job_title",
    "이메일": "emails",
    "휴대폰": "phones:mobile",
    "전화번호": "phones",
    "팩스": "phones:fax",
    "우편번호": "addresses.postal_code",
    "주소": "addresses.line1",
    "상세주소": "addresses.line2",
    "생년월일": "birth_on",
    "비고": "about",
}
GERMAN = {
    "Name": "family_name",
    "Vorname": "given_name",
    "Anrede": "name_prefix",
    "Firma": "company",
    "E-Mail": "emails",
    "Telefon": "phones",
    "Straße": "addresses.line1",
    "PLZ": "addresses.postal_code",
    "Ort": "addresses.city",
    "Geburtsdatum": "birth_on",
}


@pytest.mark.parametrize(
    "columns",
    [GOOGLE, OUTLOOK, SALESFORCE, HUBSPOT, JAPANESE, JAPANESE_IN_PARTS, KOREAN, GERMAN],
    ids=["Google", "Outlook", "Salesforce", "HubSpot", "Japanese", "Japanese in parts", "Korean", "German"],
)
def test_the_columns_of_an_address_book_are_known(columns: dict[str, str | None]) -> None:
    found = guess(registry.get("contact"), SYSTEM, list(columns), [])
    assert dict(zip(columns, [str(one) if one else None for one in found], strict=True)) == columns


def test_the_columns_of_a_list_of_companies_are_known() -> None:
    columns = {
        "取引先名": "name",
        "フリガナ": "reading",
        "ホームページ": "website",
        "業種": "industry",
        "従業員数": "employees",
        "年商": "revenue",
        "代表電話": None,
        "電話番号": "phones",
        "Billing City": "addresses.city:work",
        "Domain": "domain",
    }
    found = guess(registry.get("company"), SYSTEM, list(columns), [])
    assert dict(zip(columns, [str(one) if one else None for one in found], strict=True)) == columns


def test_a_name_beside_a_family_name_is_a_given_name() -> None:
    found = guess(registry.get("contact"), SYSTEM, ["성", "이름"], [])
    assert [str(one) for one in found] == ["family_name", "given_name"]


def test_addresses_are_known_by_what_stands_in_the_column() -> None:
    rows = [["Yoko", "yoko@x.example"], ["Ken", ""], ["Mika", "mika@x.example"]]
    found = guess(registry.get("contact"), SYSTEM, ["Name", "Kontakt"], rows)
    assert str(found[1]) == "emails"


@pytest.fixture
def bring_in(settings: Any, tmp_path: Any) -> Callable[..., Import]:
    """Rows as dictionaries, imported with everything as it is guessed."""
    settings.MEDIA_ROOT = tmp_path

    def bring(*rows: dict[str, str], encoding: str = "utf-8", **options: Any) -> Import:
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, list(rows[0]), restval="")
        writer.writeheader()
        writer.writerows(rows)
        file = ContentFile(text.getvalue().encode(encoding), "people.csv")
        draft = transfer.prepare_import(actor=SYSTEM, resource=registry.get("contact"), file=file, name="people.csv")
        started = transfer.start_import(
            actor=SYSTEM, imported=draft, mapping=draft.mapping, options=draft.options | options, later=False
        )
        return transfer.run_import(import_id=started.pk)

    return bring


def counts(imported: Import) -> tuple[int, int, int, int]:
    return imported.created_count, imported.updated_count, imported.unchanged_count, imported.rejected_count


def test_a_whole_card_arrives(bring_in: Callable[..., Import]) -> None:
    row = {
        "氏名": "山本　陽子 様",
        "フリガナ": "ﾔﾏﾓﾄ ﾖｳｺ",
        "会社名": "株式会社青葉建設",
        "メールアドレス": "Yoko@Aoba.example; yoko.home@mail.example",
        "携帯電話": "090-1234-5678",
        "会社電話": "03-3123-4567",
        "郵便番号": "1500001",
        "都道府県": "東京都",
        "市区町村": "渋谷区",
        "番地": "神宮前1-2-3",
        "生年月日": "昭和?",
        "性別": "女",
        "タグ": "VIP、法人",
    }
    assert counts(bring_in(row, encoding="cp932")) == (0, 0, 0, 1)
    assert counts(bring_in(row | {"生年月日": "1979年5月4日"}, encoding="cp932")) == (1, 0, 0, 0)
    yoko = Contact.objects.get()
    assert (yoko.family_name, yoko.given_name, yoko.family_reading) == ("山本", "陽子", "ﾔﾏﾓﾄ")
    assert [point["key"] for point in yoko.emails] == ["yoko@aoba.example", "yoko.home@mail.example"]
    assert [(p["key"], p["label"]) for p in yoko.phones] == [("+819012345678", "mobile"), ("+81331234567", "work")]
    (home,) = yoko.addresses
    assert (home["country"], home["postal_code"], home["city"], home["line1"]) == (
        "JP", "150-0001", "渋谷区", "神宮前1-2-3",
    )  # fmt: skip
    assert (yoko.gender, yoko.tags, str(yoko.birth_on)) == ("female", ["VIP", "法人"], "1979-05-04")
    assert yoko.company == Company.objects.get(name="株式会社青葉建設")


def test_a_number_is_read_as_dialled_in_the_country_of_its_row(bring_in: Callable[..., Import]) -> None:
    bring_in(
        {"Name": "Kim", "Phone": "010-1234-5678", "Country": "Korea", "City": "Seoul"},
        {"Name": "Anna", "Phone": "030 123456", "Country": "Deutschland", "City": "Berlin"},
        {"Name": "Yoko", "Phone": "090-1234-5678", "Country": "", "City": ""},
        region="JP",
    )
    assert set(Contact.objects.values_list("phone", flat=True)) == {"+821012345678", "+4930123456", "+819012345678"}


def test_the_same_address_is_the_same_person_in_any_spelling(bring_in: Callable[..., Import]) -> None:
    bring_in({"Name": "Yoko Yamamoto", "E-mail": "yoko@aoba.example"})
    again = bring_in({"Name": "Yoko Yamamoto", "E-mail": " ＹＯＫＯ@AOBA.example ", "Job title": "CEO"})
    assert counts(again) == (0, 1, 0, 0)
    assert Contact.objects.get().job_title == "CEO"


def test_two_people_who_share_a_telephone_stay_two(bring_in: Callable[..., Import]) -> None:
    bring_in({"Name": "Taro Tanaka", "E-mail": "taro@x.example", "Phone": "+81312345678"})
    bring_in(
        {"Name": "Hanako Tanaka", "E-mail": "hanako@x.example", "Phone": "+81312345678"},
        {"Name": "Jiro Tanaka", "E-mail": "", "Phone": "+81312345678"},
    )
    assert Contact.objects.count() == 3
    known = bring_in({"Name": "Tanaka, Taro", "E-mail": "", "Phone": "+81 3-1234-5678", "Job title": "CEO"})
    assert counts(known) == (0, 1, 0, 0)
    assert Contact.objects.get(given_name="Taro").job_title == "CEO"


def test_a_company_is_found_by_its_domain_before_its_name(bring_in: Callable[..., Import], firm: Any) -> None:
    aoba = firm("Aoba Construction", domain="aoba.example")
    bring_in(
        {"Name": "Yoko", "E-mail": "y@x.example", "Company": "AOBA Construction", "Company domain": ""},
        {"Name": "Ken", "E-mail": "k@x.example", "Company": "Aoba", "Company domain": "www.aoba.example"},
        {"Name": "Mika", "E-mail": "m@x.example", "Company": "Aoba Construction", "Company domain": "other.example"},
        {"Name": "Jonas", "E-mail": "j@x.example", "Company": "", "Company domain": "aoba.example"},
    )
    assert set(Contact.objects.filter(company=aoba).values_list("given_name", flat=True)) == {"Yoko", "Ken", "Jonas"}
    assert Contact.objects.get(given_name="Mika").company.domain == "other.example"
    assert Company.objects.count() == 2


def test_everything_about_contacts_goes_out_and_comes_in_again(bring_in: Callable[..., Import]) -> None:
    bring_in(
        {"Name": "山本 陽子", "E-mail": "yoko@aoba.example", "LINE ID": "yoko_y", "Address": "1-2-3", "City": "渋谷区"},
        {"Name": "Dr. Anna van der Berg", "E-mail": "anna@x.example", "LINE ID": "", "Address": "", "City": "Köln"},
        {"Name": "김민수", "E-mail": "kim@x.example", "LINE ID": "", "Address": "", "City": ""},
    )
    made = transfer.export(actor=SYSTEM, resource=registry.get("contact"))
    file = ContentFile(b"".join(made.chunks()), "out.csv")
    draft = transfer.prepare_import(actor=SYSTEM, resource=registry.get("contact"), file=file, name="out.csv")
    started = transfer.start_import(
        actor=SYSTEM, imported=draft, mapping=draft.mapping, options=draft.options, later=False
    )
    done = transfer.run_import(import_id=started.pk)
    assert counts(done) == (0, 0, 3, 0), [row.reason for row in queries.rejections(done)]
