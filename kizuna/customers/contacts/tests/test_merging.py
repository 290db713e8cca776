"""Contacts that are one person, with what binds them to others."""

import pytest

from kizuna.base.identity import SYSTEM
from kizuna.base.merging.models import Merge
from kizuna.base.merging.services import merge_records, unmerge_records
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.types.positions import Position
from kizuna.customers.contacts.models import Company, Contact, Relationship

pytestmark = pytest.mark.django_db


def test_whoever_is_bound_to_a_company_is_merged_with_that(person, firm, relate) -> None:
    yoko, twin, ken, aoba = person("山本", "陽子"), person("Yamamoto", "Yoko"), person("山本", "健"), firm("青葉建設")
    relate(yoko, "employee", aoba)
    twice, moved = relate(twin, "employee", aoba), relate(twin, "adviser", aoba)
    relate(yoko, "spouse", ken)
    told_by_him = relate(ken, "spouse", twin)
    before = list(Relationship.objects.order_by("pk").values())

    merge = merge_records(actor=SYSTEM, resource=registry.get("contact"), survivor=yoko, others=[twin])
    assert isinstance(merge, Merge)
    of_yoko = set(Relationship.objects.live().filter(from_contact=yoko).values_list("pk", flat=True))
    assert moved.pk in of_yoko
    assert not {twice.pk, told_by_him.pk} & set(Relationship.objects.live().values_list("pk", flat=True))

    unmerge_records(actor=SYSTEM, merge=merge)
    assert list(Relationship.objects.order_by("pk").values()) == before


@pytest.mark.parametrize(
    ("older", "newer", "language", "kept"),
    [
        ("小林 美咲", "Kobayashi Misaki", "en", "小林 美咲"),
        ("김 민수", "Kim Minsu", "", "김민수"),
        ("小林 美咲", "こばやし みさき", "ja", "小林 美咲"),
        ("Smith John", "スミス ジョン", "en", "John Smith"),
        ("Kobayashi Misaki", "小林", "", "Misaki Kobayashi"),
        ("小林 美沙", "小林 美咲", "", "小林 美咲"),
    ],
)
def test_the_name_stays_as_the_family_writes_it(person, older, newer, language, kept) -> None:
    one, two = person(*older.split(), language=language), person(*newer.split())
    merge_records(actor=SYSTEM, resource=registry.get("contact"), survivor=one, others=[two])
    assert str(Contact.objects.get(pk=one.pk)) == kept


def test_the_position_goes_with_the_main_address(firm) -> None:
    lille, wien = (
        firm("Belle Rive", addresses=[{"country": country, "city": city}])
        for country, city in (("FR", "Lille"), ("AT", "Wien"))
    )
    records.update(actor=SYSTEM, record=wien, changes={"position": "48.2018, 16.3782"})
    records.update(actor=SYSTEM, record=lille, changes={"position": "50.6275, 3.0519"})
    records.update(actor=SYSTEM, record=wien, changes={"position": "48.2019, 16.3782"})

    merge_records(actor=SYSTEM, resource=registry.get("company"), survivor=lille, others=[wien])
    found = Company.objects.get(pk=lille.pk)
    assert (found.city, str(found.position)) == ("Lille", str(Position.parse("50.6275, 3.0519")))


def test_two_merges_come_apart_in_the_order_they_were_made_though_the_city_followed_from_both(person) -> None:
    yoko, lyon, lille = (
        person("山本", "陽子"),
        *(person("Yamamoto", "Yoko", addresses=[{"country": "FR", "city": city}]) for city in ("Lyon", "Lille")),
    )
    before = Contact.objects.filter(pk=yoko.pk).values().get()
    made = [
        merge_records(
            actor=SYSTEM, resource=registry.get("contact"), survivor=Contact.objects.get(pk=yoko.pk), others=[other]
        )
        for other in (lyon, lille)
    ]
    for merge in made:
        assert isinstance(merge, Merge)
        unmerge_records(actor=SYSTEM, merge=merge)
    now = Contact.objects.filter(pk=yoko.pk).values().get()
    assert now | {"version": before["version"]} == before
