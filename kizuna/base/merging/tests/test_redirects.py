"""Old ids lead on: in imports, in conditions and saved views, in titles; and stragglers come after."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.base import ContentFile

from kizuna.base import conditions
from kizuna.base.identity.models import User
from kizuna.base.merging import services as merging
from kizuna.base.merging.models import Merge
from kizuna.base.records import services as records
from kizuna.base.records.services import update
from kizuna.base.resources import registry
from kizuna.base.resources.schema import ResourceSchema
from kizuna.base.testing.library.models import Author, Book, Review
from kizuna.base.transfer import services as transfer
from kizuna.base.transfer.models import Import

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_storage(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def pair(haruto: User) -> tuple[Author, Author]:
    found = [
        records.create(actor=haruto, resource=registry.get("author"), values={"name": name})
        for name in ("Natsume Soseki", "K. Natsume")
    ]
    return found[0], found[1]  # type: ignore[return-value]


def merged(actor: User, one: Author, two: Author) -> Merge:
    found = merging.merge_records(actor=actor, resource=registry.get("author"), survivor=one, others=[two])
    assert isinstance(found, Merge)
    return found


def brought_in(actor: User, text: str) -> Import:
    file = ContentFile(text.encode(), "authors.csv")
    draft = transfer.prepare_import(actor=actor, resource=registry.get("author"), file=file, name="authors.csv")
    begun = transfer.start_import(
        actor=actor, imported=draft, mapping=draft.mapping, options=draft.options, later=False
    )
    return transfer.run_import(import_id=begun.pk)


def test_an_import_that_names_the_old_id_changes_the_survivor(haruto: User, pair: tuple[Author, Author]) -> None:
    one, two = pair
    merged(haruto, one, two)
    done = brought_in(haruto, f"ID,name,reading\nauthor:{two.pk},K. Natsume,なつめ\n")
    assert (done.created_count, done.updated_count, done.rejected_count) == (0, 1, 0)
    assert Author.objects.get(pk=one.pk).reading == "なつめ"


def test_a_condition_that_names_the_old_id_means_the_survivor(haruto: User, pair: tuple[Author, Author]) -> None:
    one, two = pair
    book = records.create(actor=haruto, resource=registry.get("book"), values={"title": "Kokoro", "author": one.pk})
    made = merged(haruto, one, two)
    tree = {"field": "author", "op": "is", "value": two.pk}

    def found() -> list[int]:
        schema = ResourceSchema(registry.get("book"), haruto)
        asked = conditions.compile(tree, schema=schema, viewer=haruto)
        return list(Book.objects.visible_to(haruto).filter(asked).values_list("pk", flat=True))

    assert found() == [book.pk]
    merging.unmerge_records(actor=haruto, merge=made)
    assert found() == []


def test_the_title_of_a_merged_record_is_that_of_the_survivor(haruto: User, pair: tuple[Author, Author]) -> None:
    one, two = pair
    merged(haruto, one, two)
    field = registry.get("book").fields["author"]
    assert field.titles(haruto, [two.pk]) == {two.pk: str(Author.objects.get(pk=one.pk))}


def test_a_form_that_was_open_during_the_merge_keeps_the_survivor(haruto: User) -> None:
    books = [
        records.create(actor=haruto, resource=registry.get("book"), values={"title": "Kokoro"}) for _two in range(2)
    ]
    review = records.create(actor=haruto, resource=registry.get("review"), values={"body": "Good", "book": books[1].pk})
    merging.merge_records(actor=haruto, resource=registry.get("book"), survivor=books[0], others=[books[1]])
    update(actor=haruto, record=review, changes={"body": "Better", "book": books[1].pk}, version=review.version)
    assert Review.objects.get().book_id == books[0].pk
