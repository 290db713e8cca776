"""Adding, changing, removing and bringing back custom fields; who sees it when, and what it costs to look."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from kizuna.base.access import policy
from kizuna.base.events.models import EventRow
from kizuna.base.jobs.inline import run_waiting
from kizuna.base.records import jobs
from kizuna.base.records import services as records
from kizuna.base.records.custom import catalogue, storage
from kizuna.base.records.history import history
from kizuna.base.records.models import CustomField
from kizuna.base.resources import editions, registry
from kizuna.base.resources.models import Key
from kizuna.base.resources.resource import Resource
from kizuna.base.testing.library.models import Book
from kizuna.base.types.errors import Denied, Invalid, Missing, Refused, Stale

pytestmark = pytest.mark.django_db


@pytest.fixture
def books() -> Resource:
    return registry.get("book")


@pytest.fixture
def shelf(alice: Any, books: Resource) -> CustomField:
    return records.add_custom_field(actor=alice, resource=books, kind="text", labels={"en": "Shelf", "ja": "棚"})


def work() -> None:
    """Run what waits. PostgreSQL makes no index while a transaction, here the test's, has keys still to be checked."""
    connection.check_constraints()
    assert all(job.state == "done" for job in run_waiting())


def indexes_of(table: str) -> set[str]:
    with connection.cursor() as cursor:
        return set(connection.introspection.get_constraints(cursor, table))


def test_the_name_comes_from_the_label_and_never_takes_that_of_another(alice: Any, books: Resource) -> None:
    def added(label: str, **more: Any) -> str:
        return records.add_custom_field(actor=alice, resource=books, kind="text", labels=label, **more).name

    assert [added("Delivery notes"), added("Delivery notes"), added("配送")] == [
        "delivery_notes",
        "delivery_notes_2",
        "text",
    ]
    assert added("Title") == "title_2"
    for name in ("title", "author_id", "owner", "version", "Bad", "a__b", "a_", "9", "x" * 41, "delivery_notes"):
        with pytest.raises(Invalid) as refusal:
            added("Another", name=name)
        assert set(refusal.value.errors) == {"name"}, name


def test_labels_are_read_in_the_readers_language(shelf: CustomField, books: Resource) -> None:
    with translation.override("ja"):
        assert str(books.fields["shelf"].label) == "棚"
    with translation.override("ko"):
        assert str(books.fields["shelf"].label) == "Shelf"


@pytest.mark.parametrize(
    ("kind", "more", "where"),
    [
        ("colour", {}, "kind"),
        ("text", {"labels": ""}, "labels"),
        ("text", {"labels": {"fr": "Étagère"}}, "labels.fr"),
        ("text", {"labels": "x" * 61}, "labels."),
        ("number", {"settings": {"places": 9}}, "settings.places"),
        ("number", {"settings": {"default": "many"}}, "settings.default"),
        ("money", {"settings": {"currency": "ABC"}}, "settings.currency"),
        ("choice", {}, "settings.choices"),
        ("choice", {"settings": {"choices": ["One", "one"]}}, "settings.choices.1"),
        ("choice", {"settings": {"choices": [{"labels": "A", "code": "B C"}]}}, "settings.choices.0.code"),
        ("choices", {"settings": {"choices": [{"labels": "A", "tone": "pink"}]}}, "settings.choices.0.tone"),
        ("relation", {"settings": {"target": "planet"}}, "settings.target"),
        ("text", {"settings": "none"}, "settings"),
        ("text", {"section": "x" * 61}, "section"),
    ],
)
def test_what_is_wrong_with_a_definition_is_pointed_to(
    alice: Any, books: Resource, kind: str, more: dict[str, Any], where: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        records.add_custom_field(actor=alice, resource=books, kind=kind, **{"labels": "Extra", **more})
    assert any(path.startswith(where.rstrip(".")) for path in refusal.value.errors), refusal.value


def test_only_administrators_may(shelf: CustomField, mika: Any, books: Resource) -> None:
    for verb in (
        lambda: records.change_custom_field(actor=mika, field=shelf, changes={}),
        lambda: records.reorder_custom_fields(actor=mika, resource=books, ids=[]),
        lambda: records.remove_custom_field(actor=mika, field=shelf),
        lambda: records.restore_custom_field(actor=mika, field=shelf),
        lambda: records.purge_custom_field(actor=mika, field=shelf, confirmation="shelf"),
    ):
        with pytest.raises(Denied):
            verb()


def test_colleagues_and_people_are_no_records_to_add_fields_to(alice: Any) -> None:
    with pytest.raises(Missing):
        records.add_custom_field(actor=alice, resource=registry.get("user"), kind="text", labels="Desk")


def test_a_change_is_told_with_before_and_after(shelf: CustomField, alice: Any) -> None:
    records.change_custom_field(actor=alice, field=shelf, changes={"labels": "Rack", "required": True})
    told = EventRow.objects.filter(name="records.CustomFieldChanged").get().data
    assert told["before"] == {"labels": {"en": "Shelf", "ja": "棚"}, "required": False}
    assert told["after"] == {"labels": {"": "Rack"}, "required": True}
    with pytest.raises(Invalid):
        records.change_custom_field(actor=alice, field=shelf, changes={"kind": "number"})
    with pytest.raises(Stale):
        records.change_custom_field(actor=alice, field=shelf, changes={"labels": "Board"}, version=1)


def test_there_is_an_end_to_how_many(alice: Any, books: Resource, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kizuna.base.records.services.defining.MOST_FIELDS", 1)
    records.add_custom_field(actor=alice, resource=books, kind="text", labels="One")
    with pytest.raises(Refused):
        records.add_custom_field(actor=alice, resource=books, kind="text", labels="Two")


# ── who sees it when ──


def test_looking_costs_one_query_per_unit_of_work_and_nothing_is_read_twice(
    shelf: CustomField, books: Resource
) -> None:
    assert "shelf" in books.fields
    editions.look_again()
    with CaptureQueriesContext(connection) as asked:
        for _again in range(5):
            assert "shelf" in books.fields
            assert books.form_sections[-1].fields[-1] == "shelf"
    assert len(asked) == 1


def test_another_process_sees_a_change_with_its_next_request_and_not_before(
    shelf: CustomField, alice: Any, books: Resource
) -> None:
    seen = editions.current()
    alias = catalogue.alias()
    records.change_custom_field(actor=alice, field=shelf, changes={"labels": "Rack"})
    with editions.staying_with(seen, alias):  # another process, in the middle of a request
        assert str(books.fields["shelf"].label) == "Shelf"
        editions.look_again()  # its next request
        assert str(books.fields["shelf"].label) == "Rack"


def test_nothing_known_of_one_database_is_told_of_another(shelf: CustomField, monkeypatch: pytest.MonkeyPatch) -> None:
    books = registry.get("book")
    assert "shelf" in books.fields
    real = catalogue.look
    other = editions.Edition("another")
    monkeypatch.setattr(catalogue, "alias", lambda: "elsewhere")
    editions.provide(
        lambda: catalogue.alias(),
        lambda using: other if using == "elsewhere" else real(using),
        catalogue.publish_edition,
    )
    try:
        assert "shelf" not in books.fields
        monkeypatch.undo()
        assert "shelf" in books.fields
    finally:
        editions.provide(catalogue.alias, real, catalogue.publish_edition)


def test_a_change_that_is_rolled_back_is_seen_by_nobody(shelf: CustomField, alice: Any, books: Resource) -> None:
    with transaction.atomic():
        records.change_custom_field(actor=alice, field=shelf, changes={"labels": "Rack"})
        assert str(books.fields["shelf"].label) == "Rack"
        transaction.set_rollback(True)
    editions.look_again()
    assert str(books.fields["shelf"].label) == "Shelf"


# ── gone, back, gone for good ──


def test_a_removed_field_keeps_its_values_through_other_changes(
    shelf: CustomField, alice: Any, mika: Any, books: Resource
) -> None:
    book = records.create(actor=mika, resource=books, values={"title": "Kokoro", "shelf": "A1"})
    records.remove_custom_field(actor=alice, field=shelf)
    assert "shelf" not in books.fields
    with pytest.raises(Invalid):
        records.update(actor=mika, record=book, changes={"shelf": "B2"})
    records.update(actor=mika, record=book, changes={"title": "Kokoro 2"})
    assert not any("shelf" in entry.changes for entry in history(actor=mika, record=book))
    with pytest.raises(Invalid):
        records.add_custom_field(actor=alice, resource=books, kind="text", labels="Shelf", name="shelf")
    records.restore_custom_field(actor=alice, field=shelf)
    work()
    assert books.fields["shelf"].read(Book.objects.get(pk=book.pk)) == "A1"
    assert Key.objects.filter(kind="shelf", key="a1", record_id=book.pk).count() == 1


def test_history_shows_it_by_name_and_a_value_is_put_back(shelf: CustomField, mika: Any, books: Resource) -> None:
    book = records.create(actor=mika, resource=books, values={"title": "Kokoro", "shelf": "A1"})
    changed = records.update(actor=mika, record=book, changes={"shelf": "B2"})
    (entry, *_older) = history(actor=mika, record=changed)
    assert entry.changes == {"shelf": ("A1", "B2")}
    undone = records.undo(actor=mika, record=changed, version=changed.version)
    assert books.fields["shelf"].read(undone) == "A1"


def test_purging_takes_the_values_the_index_and_the_name(
    shelf: CustomField, alice: Any, mika: Any, books: Resource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage, "BATCH", 2)
    made = [
        records.create(actor=mika, resource=books, values={"title": f"Book {n}", "shelf": f"A{n}"}) for n in range(5)
    ]
    work()
    assert storage.index_name(shelf) in indexes_of("library_book")
    with pytest.raises(Missing):
        records.purge_custom_field(actor=alice, field=shelf, confirmation="shelf")
    records.remove_custom_field(actor=alice, field=shelf)
    with pytest.raises(Invalid):
        records.purge_custom_field(actor=alice, field=shelf, confirmation="Shelf?")
    records.purge_custom_field(actor=alice, field=shelf, confirmation="shelf")
    with pytest.raises(Missing):
        records.restore_custom_field(actor=alice, field=shelf)
    work()
    assert all(book.custom == {} for book in Book.objects.filter(pk__in=[one.pk for one in made]))
    assert storage.index_name(shelf) not in indexes_of("library_book")
    assert not CustomField.objects.exists()
    again = records.add_custom_field(actor=alice, resource=books, kind="number", labels="Shelf", name="shelf")
    assert again.slot != shelf.slot


def test_what_an_import_wrote_of_a_field_that_is_gone_for_good_is_swept_out_later(
    shelf: CustomField, alice: Any, mika: Any, books: Resource
) -> None:
    """The import began before the field was removed, and knows it to its end."""
    late, other = (records.create(actor=mika, resource=books, values={"title": title}) for title in ("Late", "Other"))
    records.remove_custom_field(actor=alice, field=shelf)
    records.purge_custom_field(actor=alice, field=shelf, confirmation="shelf")
    work()
    kept = {shelf.slot: "A1", "f999": "another field's"}
    Book.objects.filter(pk=late.pk).update(custom=kept)
    run_waiting(now=timezone.now() + jobs.LONGEST_WORK)
    late.refresh_from_db()
    other.refresh_from_db()
    assert (late.custom, other.custom) == ({"f999": "another field's"}, {})


def test_an_index_that_got_lost_is_made_again_at_night(shelf: CustomField) -> None:
    storage.make_index(shelf)
    storage.drop_index(shelf)
    assert jobs.tend_custom_fields.call() == 1
    assert storage.index_name(shelf) in indexes_of("library_book")


def test_a_role_is_kept_from_a_field_by_its_name(shelf: CustomField, haruto: Any, hide: Any, books: Resource) -> None:
    hide(haruto, "book", "shelf")
    assert "shelf" not in books.readable_fields(haruto)
    policy.forget(haruto)


@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_add_the_same_name_make_one_field(alice: Any) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite in memory has one connection; its writers wait for each other anyway.")
    outcomes: list[str] = []
    together = threading.Barrier(2)

    def add() -> None:
        try:
            together.wait(timeout=60)
            books = registry.get("book")
            records.add_custom_field(actor=alice, resource=books, kind="text", labels="Shelf", name="shelf")
            outcomes.append("added")
        except Invalid as refusal:
            outcomes.append(next(iter(refusal.errors)))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=add) for _one in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(outcomes) == ["added", "name"]
    made = CustomField.objects.get(name="shelf")
    run_waiting()  # outside a transaction, as a worker does
    assert storage.index_name(made) in indexes_of("library_book")
    storage.drop_index(made)
