"""How contacts and companies present themselves."""

import pytest
from django.utils import translation

from kizuna.base.identity import SYSTEM
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.resources.models import Key
from kizuna.base.resources.reader import Reader
from kizuna.base.resources.table import Sort, Table
from kizuna.base.types.errors import Invalid

pytestmark = pytest.mark.django_db

ENGLISH = Reader(SYSTEM, language="en")


def names(reader: Reader, sort: str = "name") -> list[str]:
    resource = registry.get("contact")
    field = resource.fields["name"]
    page = Table(resource, SYSTEM, columns=[field], sort=Sort.of(resource, SYSTEM, sort)).page()
    return [field.to_text(row.values[0], reader) for row in page.rows]


def test_the_list_shows_names_in_their_own_order_and_sorts_by_reading(person) -> None:
    person("渡辺", "直樹", family_reading="わたなべ", given_reading="なおき")
    person("青木", "楓", family_reading="あおき", given_reading="かえで")
    person("Lovelace", "Ada")
    person("김", "민서")
    assert names(ENGLISH) == ["Ada Lovelace", "青木 楓", "渡辺 直樹", "김민서"]
    assert names(Reader(SYSTEM, name_order="family_first"))[0] == "Lovelace Ada"


def test_who_has_no_name_goes_by_the_address_or_the_number(person) -> None:
    person(emails=["okyakusama@kazemail.example"])
    person(phones=["+81 90-0777-0101"])
    assert sorted(names(ENGLISH)) == ["+819007770101", "okyakusama@kazemail.example"]


def test_contacts_are_found_by_every_address_number_and_tag(person) -> None:
    yoko = person("山本", emails=["yoko@aoba.example", "y@home.example"], phones=["+81 90-0123-4567"], tags=["VIP"])
    keys = set(Key.objects.filter(resource="contact", record_id=yoko.pk).values_list("kind", "key"))
    assert {
        ("emails", "yoko@aoba.example"),
        ("emails", "y@home.example"),
        ("phones", "+819001234567"),
        ("tags", "vip"),
    } <= keys


def test_companies_are_found_by_domain_and_by_name(firm) -> None:
    aoba = firm("株式会社 青葉建設", domain="https://WWW.Aoba-Kensetsu.example/")
    keys = set(Key.objects.filter(resource="company", record_id=aoba.pk).values_list("kind", "key"))
    assert ("domain", "aoba-kensetsu.example") in keys
    assert any(kind == "name" and "青葉建設" in key for kind, key in keys)


def test_a_domain_that_is_none_is_told_beside_the_field(firm) -> None:
    with pytest.raises(Invalid) as problem:
        firm("青葉建設", domain="no domain")
    assert list(problem.value.errors) == ["domain"]


@pytest.mark.parametrize(("given", "stored"), [("ja", "ja"), ("Japanese", "ja"), ("de-AT", "de"), ("zh-TW", "zh-TW")])
def test_a_language_is_understood_as_address_books_write_it(person, given, stored) -> None:
    assert person("山本", language=given).language == stored


def test_a_language_that_nobody_knows_is_refused(person) -> None:
    with pytest.raises(Invalid):
        person("山本", language="klingon")


def test_countries_are_named_in_the_readers_language(person) -> None:
    country = registry.get("contact").fields["country"]
    with translation.override("ja"):
        assert country.to_text("KR", Reader(SYSTEM, language="ja")) == "韓国"
    assert country.to_text("KR", ENGLISH) == "South Korea"


def test_derived_columns_cannot_be_written(person) -> None:
    with pytest.raises(Invalid):
        person("山本", city="Atlantis")


def test_a_relationship_reads_in_one_line(person, firm, relate) -> None:
    row = relate(person("Lovelace", "Ada"), "employee", firm("Analytical Engines Ltd"))
    field = registry.get("relationship").fields["tie"]
    assert field.to_text(field.read(row), ENGLISH) == "Ada Lovelace · Analytical Engines Ltd: Employee → Employer"
    page = Table(
        registry.get("relationship"), SYSTEM, columns=[field], sort=Sort.of(registry.get("relationship"), SYSTEM, None)
    ).page()
    assert (
        field.to_text(page.rows[0].values[0], ENGLISH) == "Ada Lovelace · Analytical Engines Ltd: Employee → Employer"
    )


def test_a_contact_is_written_in_few_questions(haruto, django_assert_max_num_queries) -> None:
    contacts = registry.get("contact")
    records.create(
        actor=haruto, resource=contacts, values={"family_name": "森"}
    )  # rights and layouts are known from here
    with django_assert_max_num_queries(13):
        records.create(actor=haruto, resource=contacts, values={"family_name": "山本", "emails": ["y@aoba.example"]})


def test_a_foreign_number_stays_what_it_was_when_somebody_here_saves_the_form(person, make_user) -> None:
    seoul = make_user("Minseo", role="manager", time_zone="Asia/Seoul")
    tokyo = make_user("Yui", is_admin=True, time_zone="Asia/Tokyo")
    jiwoo = person("김", "지우", owner=seoul)
    records.update(actor=seoul, record=jiwoo, changes={"phones": ["010-2345-6789"]})
    saved = records.update(
        actor=tokyo, record=jiwoo, changes={"phones": [{"value": "010-2345-6789"}], "job_title": "대표"}
    )
    assert saved.phones[0]["key"] == "+821023456789"


def test_companies_beneath_a_company_are_its_subsidiaries(firm, alice, client) -> None:
    group = firm("Aoba Holdings")
    firm("Aoba Kensetsu", parent=group)
    client.force_login(alice)
    page = client.get(f"/companies/{group.pk}/panels").content.decode()
    assert "Subsidiaries" in page
    assert "Aoba Kensetsu" in page
