"""Kinds of records that an administrator makes: like built-in ones, and gone only when that was said twice."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kizuna.base import conditions
from kizuna.base.access import policy
from kizuna.base.access import services as access
from kizuna.base.access.models import Grant
from kizuna.base.collaboration import services as together
from kizuna.base.collaboration.models import Comment
from kizuna.base.jobs.inline import run_waiting
from kizuna.base.records import services as records
from kizuna.base.records.history import history
from kizuna.base.records.models import CustomField, CustomObject, CustomRecord
from kizuna.base.resources import editions, registry
from kizuna.base.resources.models import Key
from kizuna.base.resources.reader import Reader
from kizuna.base.resources.resource import Resource
from kizuna.base.resources.schema import ResourceSchema
from kizuna.base.resources.table import Sort, Table
from kizuna.base.search import queries as search
from kizuna.base.testing.library.models import Author
from kizuna.base.types.errors import Denied, Invalid, Missing, Stale

pytestmark = pytest.mark.django_db

KEY = "x_reading"


@pytest.fixture
def reading(alice: Any) -> CustomObject:
    """Readings that authors give, with a day and a room."""
    labels = {"": "Reading", "ja": "朗読会"}
    made = records.add_custom_object(actor=alice, labels=labels, plural_labels="Readings", icon="school")
    resource = registry.get(KEY)
    for kind, name, settings in (
        ("relation", "author", {"target": "author"}),
        ("choice", "room", {"choices": ["Garden", "Hall"]}),
        ("date", "held_on", {}),
        ("text", "code", {}),
    ):
        records.add_custom_field(actor=alice, resource=resource, kind=kind, labels=name, name=name, settings=settings)
    return made


@pytest.fixture
def readings(reading: CustomObject) -> Resource:
    return registry.get(KEY)


@pytest.fixture
def soseki(alice: Any) -> Author:
    return records.create(actor=alice, resource=registry.get("author"), values={"name": "夏目漱石"})  # type: ignore[return-value]


def grant(alice: Any, person: Any, **scopes: int) -> None:
    for operation, scope in scopes.items():
        access.set_grant(actor=alice, role=person.roles.get(), resource=KEY, operation=operation, scope=scope)
    policy.forget(person)


def give(actor: Any, name: str, **values: Any) -> CustomRecord:
    return records.create(actor=actor, resource=registry.get(KEY), values={"name": name, **values})  # type: ignore[return-value]


def work() -> None:
    connection.check_constraints()
    assert all(job.state == "done" for job in run_waiting())


def titles(actor: Any, resource: Resource, tree: dict[str, Any]) -> list[str]:
    asked = conditions.compile(tree, schema=ResourceSchema(resource, actor), viewer=actor)
    return sorted(resource.visible_to(actor).filter(asked).values_list("name", flat=True))


def test_it_is_known_by_its_names_and_in_the_language_of_the_reader(readings: Resource) -> None:
    assert (readings.key, readings.plural, readings.icon) == (KEY, "x_readings", "school")
    assert (str(readings.label), str(readings.plural_label)) == ("Reading", "Readings")
    assert registry.by_plural("x_readings") is readings
    assert registry.of(readings.model) is readings
    assert readings.columns[:4] == ("name", "author", "room", "held_on")
    assert (readings.board_by, readings.calendar_by) == ("room", "held_on")


def test_names_are_never_those_of_others(alice: Any, reading: CustomObject) -> None:
    def made(label: str, plural: str = "Things", name: str = "") -> tuple[str, str]:
        found = records.add_custom_object(actor=alice, labels=label, plural_labels=plural, name=name)
        return found.key, found.plural

    assert made("Reading", "Readings") == ("x_reading_2", "x_readings_2")
    assert made("訪問", "訪問") == ("x_record", "x_records")
    assert made("Book", "Books", name="book") == ("x_book", "x_books")
    for name in (KEY, "Book", "a__b", "x_" + "a" * 60):
        with pytest.raises(Invalid):
            made("Another", name=name)


def test_mistakes_are_told_all_at_once(alice: Any) -> None:
    with pytest.raises(Invalid) as invalid:
        records.add_custom_object(actor=alice, labels="", plural_labels={"": "x" * 61}, icon="sword", group="fun")
    assert set(invalid.value.errors) == {"labels", "plural_labels", "icon", "group"}


def test_nobody_else_makes_or_changes_them(haruto: Any, reading: CustomObject) -> None:
    with pytest.raises(Denied):
        records.add_custom_object(actor=haruto, labels="A", plural_labels="As")
    with pytest.raises(Denied):
        records.remove_custom_object(actor=haruto, definition=reading)


def test_a_stale_change_is_refused(alice: Any, reading: CustomObject) -> None:
    records.change_custom_object(actor=alice, definition=reading, changes={"icon": "star"}, version=1)
    with pytest.raises(Stale):
        records.change_custom_object(actor=alice, definition=reading, changes={"icon": "gift"}, version=1)
    assert registry.get(KEY).icon == "star"


def test_only_administrators_have_a_right_until_a_role_is_given_one(
    alice: Any, haruto: Any, readings: Resource
) -> None:
    """Also who may read and create records of every kind."""
    Grant.objects.update_or_create(role=haruto.roles.get(), resource="*", operation="read", defaults={"scope": 3})
    policy.forget(haruto)
    evening = give(alice, "Evening")

    assert not policy.permissions_of(haruto).can(KEY, "read")
    assert not readings.visible_to(haruto).exists()
    with pytest.raises(Denied):
        give(haruto, "Morning")

    grant(alice, haruto, read=1, create=1, update=1)
    mine = give(haruto, "Morning")
    assert list(readings.visible_to(haruto)) == [mine]
    with pytest.raises(Missing):
        records.update(actor=haruto, record=evening, changes={"name": "Night"})


def test_kinds_that_share_a_table_never_see_each_other(alice: Any, readings: Resource) -> None:
    records.add_custom_object(actor=alice, labels="Prize", plural_labels="Prizes")
    evening = give(alice, "Evening")
    prize = records.create(actor=alice, resource=registry.get("x_prize"), values={"name": "Bunkasho"})

    assert list(readings.visible_to(alice)) == [evening]
    assert not registry.get("x_prize").model.objects.filter(pk=evening.pk).exists()
    assert not readings.model._default_manager.filter(pk=prize.pk).exists()
    other = registry.get("x_prize")
    settings = {"target": "x_prize"}
    records.add_custom_field(actor=alice, resource=other, kind="relation", labels="of", name="of", settings=settings)
    with pytest.raises(Invalid, match="no such record"):
        records.create(actor=alice, resource=registry.get("x_prize"), values={"name": "Second", "of": evening.pk})


def test_lists_conditions_and_search_work_as_for_any_record(alice: Any, readings: Resource, soseki: Author) -> None:
    give(alice, "Autumn evening", author=soseki.pk, room="hall", held_on="2026-10-01", code="AB-1")
    give(alice, "Spring morning", room="garden", held_on="2026-04-01")

    table = Table(readings, alice, columns=[readings.fields["author"]], sort=Sort.of(readings, alice, "-held_on"))
    first = table.page().rows[0].values[0]
    assert (first.title, first.is_visible) == (("夏目漱石", ""), True)
    assert titles(alice, readings, {"field": "room", "op": "any_of", "value": ["hall"]}) == ["Autumn evening"]
    assert titles(alice, readings, {"field": "author.name", "op": "contains", "value": "漱石"}) == ["Autumn evening"]
    assert [hit.title["text"] for hit in search.find(alice, "spring")] == ["Spring morning"]
    assert [hit.title["text"] for hit in search.find(alice, "ab-1")] == ["Autumn evening"]


def test_a_relation_keeps_a_title_that_is_hidden_to_itself(
    alice: Any, haruto: Any, readings: Resource, soseki: Author, hide: Any
) -> None:
    grant(alice, haruto, read=3)
    Author.objects.update(owner=haruto)
    give(alice, "Autumn evening", author=soseki.pk)
    hide(haruto, "author", "name")
    field = readings.fields["author"]
    table = Table(readings, haruto, columns=[field], sort=Sort.of(readings, haruto, None))
    found = table.page().rows[0].values[0]
    assert (found.id, found.title, found.is_visible) == (soseki.pk, None, True)
    assert field.to_text(found, Reader.of(haruto)) == f"#{soseki.pk}"


def test_the_other_side_of_a_relation_knows_it(alice: Any, readings: Resource, soseki: Author) -> None:
    give(alice, "Autumn evening", author=soseki.pk)
    authors = registry.get("author")

    assert "x_readings.author" in [panel.name for panel in authors.related_lists]
    tree = {"related": "x_readings", "measure": "count", "op": "gte", "value": 1}
    assert titles(alice, authors, tree) == ["夏目漱石"]


def test_history_undo_and_trash_keep_it_as_any_record(alice: Any, readings: Resource) -> None:
    evening = give(alice, "Evening", room="hall")
    changed = records.update(actor=alice, record=evening, changes={"room": "garden"}, version=1)
    assert history(actor=alice, record=changed)[0].changes == {"room": ("hall", "garden")}

    back = records.undo(actor=alice, record=changed, version=2)
    assert readings.fields["room"].read(back) == "hall"
    records.delete(actor=alice, record=back)
    assert not readings.visible_to(alice).exists()
    records.restore(actor=alice, record=back)
    assert readings.visible_to(alice).get().name == "Evening"


def test_another_process_sees_it_with_its_next_look(alice: Any) -> None:
    assert not editions.current().resources
    records.add_custom_object(actor=alice, labels="Prize", plural_labels="Prizes")
    seen = registry.get("x_prize")

    with CaptureQueriesContext(connection) as asked:
        editions.look_again()
        assert registry.get("x_prize") is seen
    assert len(asked) == 1


def test_removed_it_is_nowhere_and_comes_back_whole(
    alice: Any, haruto: Any, reading: CustomObject, soseki: Author
) -> None:
    grant(alice, haruto, read=3)
    resource = registry.get("author")
    settings = {"target": KEY}
    records.add_custom_field(
        actor=alice, resource=resource, kind="relation", labels="Debut", name="debut", settings=settings
    )
    evening = give(alice, "Evening", author=soseki.pk)
    records.update(actor=alice, record=soseki, changes={"debut": evening.pk})
    records.remove_custom_object(actor=alice, definition=reading)

    with pytest.raises(Missing):
        registry.get(KEY)
    assert "debut" not in registry.get("author").fields
    assert not search.find(alice, "evening")
    assert not [one for one in registry.get("author").related_lists if one.resource.key == KEY]

    records.restore_custom_object(actor=alice, definition=reading)
    assert registry.get(KEY).visible_to(haruto).get().name == "Evening"
    soseki.refresh_from_db()
    assert registry.get("author").fields["debut"].read(soseki) == evening.pk
    assert [hit.title["text"] for hit in search.find(alice, "evening")] == ["Evening"]


def test_what_happened_to_a_kind_that_was_removed_since_breaks_no_job(
    alice: Any, haruto: Any, reading: CustomObject
) -> None:
    evening = give(alice, "Evening", owner=haruto.pk)
    together.comment(actor=alice, record=evening, text="Who comes?")
    records.remove_custom_object(actor=alice, definition=reading)
    work()


def test_for_good_needs_its_name_and_leaves_nothing(
    alice: Any, haruto: Any, reading: CustomObject, soseki: Author
) -> None:
    grant(alice, haruto, read=3)
    settings = {"target": KEY}
    records.add_custom_field(
        actor=alice, resource=registry.get("author"), kind="relation", labels="Debut", name="debut", settings=settings
    )
    evening = give(alice, "Evening", code="AB-1")
    records.update(actor=alice, record=soseki, changes={"debut": evening.pk})
    together.comment(actor=alice, record=evening, text="Who comes?")
    with pytest.raises(Missing):
        records.purge_custom_object(actor=alice, definition=reading, confirmation=KEY)
    records.remove_custom_object(actor=alice, definition=reading)
    with pytest.raises(Invalid, match=KEY):
        records.purge_custom_object(actor=alice, definition=reading, confirmation="reading")
    records.purge_custom_object(actor=alice, definition=reading, confirmation=KEY)
    work()

    assert not CustomRecord.objects.exists()
    assert not CustomObject.objects.exists()
    assert not CustomField.objects.filter(resource=KEY).exists()
    assert not CustomField.objects.filter(name="debut").exists()
    assert not Key.objects.filter(resource=KEY).exists()
    assert not Grant.objects.filter(resource=KEY).exists()
    assert not Comment.objects.exists()
    soseki.refresh_from_db()
    assert soseki.custom == {}
    records.add_custom_object(actor=alice, labels="Reading", plural_labels="Readings")
    assert not registry.get(KEY).visible_to(alice).exists()
