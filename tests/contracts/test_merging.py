"""Every kind of record that can be merged is: all that can point to it moves, and returns bit for bit."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from kizuna.base.identity.models import User
from kizuna.base.merging import services as merging
from kizuna.base.merging.checks import check_ties
from kizuna.base.merging.images import row_image
from kizuna.base.merging.models import Merge
from kizuna.base.merging.relations import Relation, relations_to
from kizuna.base.resources import registry
from kizuna.base.resources.models import Redirect
from kizuna.customers.timeline.services import keep_last_touches
from tests.contracts.samples import all_nouns, make, make_kind

MERGEABLE = [key for key in all_nouns() if key.startswith("x_") or registry.get(key).mergeable]


def stored(rows: list[Any]) -> list[dict[str, Any]]:
    """All columns as they are in the database, but for the version, which never comes twice."""
    found = [row_image(type(row)._default_manager.get(pk=row.pk)) for row in rows]
    return [{name: value for name, value in one.items() if name != "version"} for one in found]


def hung_on(relation: Relation, owner: User, record: Any, word: str) -> Any:
    """A record that points to `record` by this relation; None where it cannot be made from fields alone."""
    assert relation.resource is not None
    child = make(relation.resource, owner, word)
    relation.resource.fields[relation.field].assign(child, record.pk)
    try:
        with transaction.atomic():
            child.save()
    except IntegrityError:  # it already points somewhere else, and may only point to one
        return None
    return child


@pytest.mark.parametrize("key", MERGEABLE)
def test_all_that_hangs_on_a_record_moves_and_comes_back(key: str, alice: User) -> None:
    make_kind()
    resource = registry.get(key)
    one, two = make(resource, alice, "Aoba"), make(resource, alice, "Wakaba")
    children = [
        (relation, child)
        for relation in relations_to(key)
        if relation.resource is not None and "create" in relation.resource.operations
        if (child := hung_on(relation, alice, two, relation.name)) is not None
    ]
    keep_last_touches(contacts=[one.pk, two.pk], companies=[one.pk, two.pk])  # children were saved past services
    before = stored([one, two, *(child for _relation, child in children)])
    made = merging.merge_records(actor=alice, resource=resource, survivor=one, others=[two])
    assert isinstance(made, Merge)
    for relation, child in children:
        assert list(relation.rows([one.pk]).filter(pk=child.pk)), f"{relation.label}.{relation.name} did not move"
    left = [relation.label for relation in relations_to(key) if relation.is_record and relation.rows([two.pk]).exists()]
    assert left == []
    assert Redirect.objects.get(resource=key, record_id=two.pk).into_id == one.pk
    merging.unmerge_records(actor=alice, merge=made)
    assert stored([one, two, *(child for _relation, child in children)]) == before


def test_every_room_says_what_becomes_of_its_rows() -> None:
    assert check_ties() == []
