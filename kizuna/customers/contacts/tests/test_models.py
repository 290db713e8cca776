"""What contacts, companies and relationships are, and what they cannot be."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction

from kizuna.base.identity import SYSTEM
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.search import upkeep
from kizuna.base.types.errors import Invalid
from kizuna.base.types.firms import bare_name
from kizuna.customers.contacts.models import Company, Contact, Household, Relationship
from kizuna.customers.contacts.models.relationships import INVERSE, MUTUAL, Kind

pytestmark = pytest.mark.django_db


def contact(**values) -> Contact:
    found = Contact(**values)
    found.normalise()
    return found


def company(**values) -> Company:
    found = Company(**values)
    found.normalise()
    return found


# ── values are normalised once, at the door, and shown as typed ──


def test_an_address_is_matched_in_small_letters_and_shown_as_typed() -> None:
    ines = contact(emails=["Ines.Martinez@Courrier.EXAMPLE"])
    assert ines.emails[0]["value"] == "Ines.Martinez@Courrier.EXAMPLE"
    assert ines.emails[0]["key"] == ines.email == "ines.martinez@courrier.example"


def test_an_international_domain_is_matched_in_ascii() -> None:
    assert contact(emails=["ute@bücher-möbel.example"]).email == "ute@xn--bcher-mbel-kcb9d.example"
    assert company(name="会社", domain="www.会社.example").domain == "xn--6oq404h.example"


def test_a_number_is_read_as_people_dial_it_where_they_live() -> None:
    address = {"country": "JP", "city": "横浜市西区", "line1": "みなとみらい2-4-1"}
    assert contact(phones=["045-100-2210"], addresses=[address]).phone == "+81451002210"
    assert contact(phones=["010-2345-6789"], language="ko").phone == "+821023456789"
    assert contact(phones=["0176 04069001"], language="de").phone == "+4917604069001"


def test_a_number_without_country_is_refused_where_nobody_knows_the_country() -> None:
    with pytest.raises(Invalid) as problem:
        contact(phones=["045-100-2210"])
    assert list(problem.value.errors) == ["phones.0.value"]


def test_the_primary_point_is_the_one_repeated_in_the_columns() -> None:
    chloe = contact(
        emails=["chloe@atelier.example", {"value": "chloe@home.example", "label": "home", "primary": True}],
        addresses=[{"country": "FR", "city": "Bordeaux", "line1": "1, rue des Lilas"}],
    )
    assert chloe.email == "chloe@home.example"
    assert (chloe.country, chloe.city) == ("FR", "Bordeaux")


def test_columns_empty_again_when_the_point_goes() -> None:
    yoko = contact(family_name="山本", emails=["yoko@aoba.example"], addresses=[{"country": "JP", "city": "横浜市"}])
    yoko.emails, yoko.addresses = [], []
    yoko.normalise()
    assert (yoko.email, yoko.country, yoko.city) == ("", "", "")


def test_a_name_loses_what_nobody_can_see() -> None:
    kenji = contact(family_name="Ta\u200bna\u2060ka", given_name=" \u202eKen\u202c  ji ")
    assert (kenji.family_name, kenji.given_name) == ("Tanaka", "Ken ji")


def test_normalising_twice_changes_nothing() -> None:
    once = contact(family_name=" ヤマダ ", emails=["A@B.example"], phones=["+81 90-0123-4567"], about=" a \n\n b ")
    before = dict(once.__dict__)
    once.normalise()
    assert {name: value for name, value in once.__dict__.items() if name != "_state"} == {
        name: value for name, value in before.items() if name != "_state"
    }


# ── sorting ──


def test_people_sort_by_the_reading_of_their_names() -> None:
    people = [
        contact(family_name="渡辺", given_name="直樹", family_reading="わたなべ", given_reading="なおき"),
        contact(family_name="安藤", given_name="楓", family_reading="アンドウ", given_reading="かえで"),
        contact(family_name="Ärzen", given_name="Zoë"),
        contact(family_name="Arnold", given_name="Bea"),
        contact(family_name="김", given_name="민서", family_reading="Kim", given_reading="Minseo"),
        contact(family_name="강", given_name="지우", family_reading="Kang", given_reading="Jiwoo"),
    ]
    names = [one.family_name for one in sorted(people, key=lambda one: one.sort_key)]
    assert names == ["Arnold", "Ärzen", "安藤", "渡辺", "강", "김"]


def test_who_has_no_name_sorts_by_the_address() -> None:
    assert contact(emails=["info@aoba.example"]).sort_key == "info@aoba.example"


def test_a_firm_sorts_without_its_legal_form() -> None:
    assert company(name="株式会社青葉建設").sort_key == "青葉建設"
    assert company(name="(株)青葉建設", reading="アオバケンセツ").sort_key == "あおばけんせつ"
    assert company(name="한빛호텔", reading="Hanbit Hotel").sort_key == company(name="주식회사 한빛호텔").sort_key
    assert bare_name("株式会社") == "株式会社"


# ── what a contact must have ──


@pytest.mark.parametrize("values", [{"family_name": "山本"}, {"given_name": "Budiarti"}, {"emails": ["a@b.example"]}])
def test_a_name_or_an_address_is_enough(values: dict) -> None:
    contact(**values).save()


def test_somebody_without_name_address_and_number_is_nobody() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        contact(job_title="buyer").save()


def test_a_share_is_at_most_all_of_it() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        contact(family_name="山本", share_of_wallet=101).save()


def test_a_mistyped_time_zone_is_told_at_once(person) -> None:
    with pytest.raises(Invalid) as problem:
        person("山本", time_zone="Asia/Tokio")
    assert list(problem.value.errors) == ["time_zone"]


# ── companies ──


def test_a_company_is_found_by_the_domain_of_its_site() -> None:
    assert company(name="Nordlicht", website="WWW.Nordlicht.example/kontakt").domain == "nordlicht.example"


def test_a_company_has_a_name() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        company(name=" ").save()


def test_a_company_does_not_belong_to_itself(firm) -> None:
    aoba = firm("青葉建設")
    with pytest.raises(Invalid), transaction.atomic():
        records.update(actor=SYSTEM, record=aoba, changes={"parent": aoba.pk})
    with pytest.raises(IntegrityError), transaction.atomic():
        Company.objects.filter(pk=aoba.pk).update(parent_id=aoba.pk)


def test_a_household_has_a_name() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Household.objects.create(name="")


# ── relationships ──


def test_every_kind_reads_in_both_directions() -> None:
    assert set(INVERSE) == set(Kind)
    assert (str(Kind.PARENT.label), str(INVERSE[Kind.PARENT])) == ("Parent", "Child")
    assert all(INVERSE[kind] == kind.label for kind in MUTUAL)


def test_the_other_end_is_one_person_or_one_company(person, firm) -> None:
    yoko, ken, aoba = person("山本", "陽子"), person("山本", "健"), firm("青葉建設")
    refused(from_contact=yoko, kind="spouse")
    refused(from_contact=yoko, kind="adviser", to_contact=ken, to_company=aoba)


def test_nobody_is_related_to_themselves(person) -> None:
    yoko = person("山本", "陽子")
    refused(from_contact=yoko, kind="friend", to_contact=yoko)


def test_a_company_has_no_parents_and_a_person_no_employees(person, firm) -> None:
    yoko, ken, aoba = person("山本", "陽子"), person("山本", "健"), firm("青葉建設")
    refused(from_contact=yoko, kind="parent", to_company=aoba)
    refused(from_contact=yoko, kind="employee", to_contact=ken)


def test_nothing_ends_before_it_began(person, firm) -> None:
    refused(
        from_contact=person("山本", "陽子"),
        kind="employee",
        to_company=firm("青葉建設"),
        since_on=dt.date(2026, 4, 1),
        until_on=dt.date(2026, 3, 31),
    )


def refused(**values) -> None:
    """Both the form and the database say no."""
    row = Relationship(**values)
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()
    given = {name: getattr(value, "pk", value) for name, value in values.items()}
    with pytest.raises(Invalid), transaction.atomic():
        records.create(actor=SYSTEM, resource=registry.get("relationship"), values=given)


def test_a_relationship_is_told_once(person, firm, relate) -> None:
    yoko, ken, aoba = person("山本", "陽子"), person("山本", "健"), firm("青葉建設")
    relate(yoko, "manager", ken)
    relate(yoko, "employee", aoba)
    for kind, other in (("manager", ken), ("employee", aoba)):
        with pytest.raises(Invalid), transaction.atomic():
            relate(yoko, kind, other)
    relate(ken, "manager", yoko)  # the other way round it says something else


def test_a_mutual_one_is_told_from_one_side_only(person, relate) -> None:
    yoko, ken = person("山本", "陽子"), person("山本", "健")
    relate(yoko, "spouse", ken)
    with pytest.raises(Invalid, match="other side"), transaction.atomic():
        relate(ken, "spouse", yoko)


def test_what_lies_in_the_trash_may_be_told_again(person, relate) -> None:
    yoko, ken = person("山本", "陽子"), person("山本", "健")
    records.delete(actor=SYSTEM, record=relate(yoko, "spouse", ken))
    relate(ken, "spouse", yoko)


# ── the index of parts of names ──


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no such index")
def test_a_worker_merges_what_is_new_into_the_index_of_parts_of_names() -> None:
    contact(family_name="Lindqvist", given_name="Maja").save()
    upkeep.merge.call()
    with connection.cursor() as cursor:
        cursor.execute("SELECT gin_clean_pending_list('contacts_contact_folded')")  # the pages that were left to merge
        assert cursor.fetchone() == (0,)
