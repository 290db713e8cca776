"""Rows of address books as Japanese offices and others write them, with everything as it is guessed."""

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.base import ContentFile

from kizuna.base.identity import SYSTEM
from kizuna.base.records.values import settle
from kizuna.base.resources import registry
from kizuna.base.transfer import queries
from kizuna.base.transfer import services as transfer
from kizuna.base.transfer.models import Import
from kizuna.customers.contacts.models import Company, Contact

pytestmark = pytest.mark.django_db


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
    assert counts(bring_in(row, encoding="cp932")) == (1, 0, 0, 0)
    assert counts(bring_in(row | {"生年月日": "1979年5月4日"}, encoding="cp932")) == (0, 1, 0, 0)
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


def test_a_number_in_an_export_is_the_one_we_have_wherever_it_comes_in_again(bring_in: Callable[..., Import]) -> None:
    bring_in({"Name": "Jan", "E-mail": "jan@tulip.example", "Phone": "020 123 4567"}, region="NL")
    bring_in({"Name": "Uwe", "E-mail": "uwe@dach.example", "Phone": "030 2345 6789"}, region="DE")
    before = list(Contact.objects.order_by("pk").values_list("phones", flat=True))
    rows = [
        {"Kizuna ID": f"contact:{one.pk}", "Name": str(one), "Phone": one.phones[0]["value"]}
        for one in Contact.objects.order_by("pk")
    ]
    again = bring_in(*rows, region="JP")
    assert (counts(again), again.rejections.count()) == ((0, 0, 2, 0), 0)
    assert list(Contact.objects.order_by("pk").values_list("phones", flat=True)) == before


def test_an_address_without_its_street_is_the_one_we_have(bring_in: Callable[..., Import]) -> None:
    row = {
        "Name": "Kim",
        "E-mail": "kim@seoul.example",
        "City": "Seoul",
        "Street": "Sejong-daero 110",
        "Country": "Korea",
    }
    bring_in(row)
    assert counts(bring_in(row | {"Street": ""})) == (0, 0, 1, 0)
    assert counts(bring_in(row | {"City": "Busan", "Street": ""})) == (0, 1, 0, 0)
    assert [address["city"] for address in Contact.objects.get().addresses] == ["Seoul", "Busan"]


def test_a_row_that_changes_a_job_alone_leaves_the_record_settled(
    bring_in: Callable[..., Import],
) -> None:
    row = {"氏名": "山本 陽子", "メールアドレス": "yoko@mail.example", "役職": "係長", "タグ": "VIP"}
    bring_in(row)
    assert counts(bring_in(row | {"役職": " 部長　", "タグ": "ＶＩＰ、法人"})) == (0, 1, 0, 0)
    yoko = Contact.objects.get()
    assert (yoko.job_title, yoko.tags, yoko.version) == ("部長", ["VIP", "法人"], 2)
    stored = {**vars(yoko), "_state": None}
    settle(yoko, registry.get("contact"))
    assert {**vars(yoko), "_state": None} == stored
