"""Contacts that are one person, with what binds them to others."""

import pytest

from kizuna.base.identity import SYSTEM
from kizuna.base.merging.services import merge_records, unmerge_records
from kizuna.base.resources import registry
from kizuna.customers.contacts.models import Relationship

pytestmark = pytest.mark.django_db


def test_whoever_is_bound_to_a_company_is_merged_with_that(person, firm, relate) -> None:
    yoko, twin, ken, aoba = person("山本", "陽子"), person("Yamamoto", "Yoko"), person("山本", "健"), firm("青葉建設")
    relate(yoko, "employee", aoba)
    twice, moved = relate(twin, "employee", aoba), relate(twin, "adviser", aoba)
    relate(yoko, "spouse", ken)
    told_by_him = relate(ken, "spouse", twin)
    before = list(Relationship.objects.order_by("pk").values())

    merge = merge_records(actor=SYSTEM, resource=registry.get("contact"), survivor=yoko, others=[twin])
    of_yoko = set(Relationship.objects.live().filter(from_contact=yoko).values_list("pk", flat=True))
    assert moved.pk in of_yoko
    assert not {twice.pk, told_by_him.pk} & set(Relationship.objects.live().values_list("pk", flat=True))

    unmerge_records(actor=SYSTEM, merge=merge)
    assert list(Relationship.objects.order_by("pk").values()) == before
