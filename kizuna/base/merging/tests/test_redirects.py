"""Old ids lead on: in imports, in conditions and saved views, in titles; and stragglers come after."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.base import ContentFile

from kizuna.base import conditions
from kizuna.base.identity.models import User
from kizuna.base.jobs import run_waiting
from kizuna.base.merging import services as merging
from kizuna.base.merging.jobs import keep_former_keys
from kizuna.base.merging.models import Merge
from kizuna.base.merging.tests.conftest import make
from kizuna.base.records import bulk
from kizuna.base.records import services as records
from kizuna.base.records.services import update
from kizuna.base.resources import registry
from kizuna.base.resources.models import Key
from kizuna.base.resources.schema import ResourceSchema
from kizuna.base.testing.library.models import Author, Book, Review
from kizuna.base.transfer import services as transfer
from kizuna.base.transfer.importing.matching import Matching
from kizuna.base.transfer.models import Import
from kizuna.base.transfer.values.drafts import Said

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
    """The first of two with its own name."""
    found = merging.merge_records(
        actor=actor, resource=registry.get("author"), survivor=one, others=[two], choices={"name": one.pk}
    )
    assert isinstance(found, Merge)
    return found


def drafted(actor: User, text: str) -> Import:
    file = ContentFile(text.encode(), "authors.csv")
    return transfer.prepare_import(actor=actor, resource=registry.get("author"), file=file, name="authors.csv")


def brought_in(actor: User, text: str) -> Import:
    draft = drafted(actor, text)
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


def test_an_import_that_knows_only_the_lost_name_changes_the_survivor(
    haruto: User, pair: tuple[Author, Author]
) -> None:
    one, two = pair
    third = make(haruto, "author", name="Kinnosuke")
    merged(haruto, one, two)
    last = merged(haruto, third, one)
    done = brought_in(haruto, "name,reading\nK. Natsume,なつめ\nNatsume Soseki,なつめ\nK. Natsume,なつめ\n")
    assert (done.created_count, done.rejected_count) == (0, 0)
    third.refresh_from_db()
    assert (third.name, third.reading) == ("Kinnosuke", "なつめ")
    merging.unmerge_records(actor=haruto, merge=last)
    brought_in(haruto, "name,reading\nK. Natsume,そうせき\nKinnosuke,きんのすけ\n")
    assert [Author.objects.get(pk=author.pk).reading for author in (one, third)] == ["そうせき", "きんのすけ"]


def test_taken_apart_everybody_is_known_by_their_own_name_again(haruto: User, pair: tuple[Author, Author]) -> None:
    one, two = pair
    keys = set(Key.objects.values_list("resource", "kind", "key", "record_id"))
    made = merged(haruto, one, two)
    assert (two.pk, "name") in Key.objects.values_list("record_id", "kind")
    merging.unmerge_records(actor=haruto, merge=made)
    assert set(Key.objects.values_list("resource", "kind", "key", "record_id")) == keys
    done = brought_in(haruto, "name,reading\nK. Natsume,なつめ\n")
    assert (done.created_count, Author.objects.get(pk=two.pk).reading) == (0, "なつめ")


def test_who_was_merged_before_keys_were_kept_is_known_by_them_again(haruto: User, pair: tuple[Author, Author]) -> None:
    merged(haruto, *pair)
    keys = set(Key.objects.values_list("resource", "kind", "key", "record_id"))
    Key.objects.filter(record_id=pair[1].pk).delete()  # as merges were, once
    keep_former_keys.enqueue()
    run_waiting()
    assert set(Key.objects.values_list("resource", "kind", "key", "record_id")) == keys
    assert brought_in(haruto, "name,reading\nK. Natsume,なつめ\n").created_count == 0


def test_a_dry_run_knows_the_lost_name_as_well(haruto: User, pair: tuple[Author, Author]) -> None:
    merged(haruto, *pair)
    text = "name,reading\nNatsume Soseki,なつめ\nK. Natsume,なつめ\nK. Natsume,そうせき\n"
    draft = drafted(haruto, text)
    transfer.start_dry_run(actor=haruto, imported=draft, mapping=draft.mapping, options=draft.options, later=False)
    tried = transfer.run_dry_run(import_id=draft.pk, batch=1)
    assert (tried.counts.get("new", 0), Author.objects.live().count()) == (0, 1)
    done = brought_in(haruto, text)
    assert (done.created_count, Author.objects.live().count()) == (0, 1)


def test_who_has_a_name_comes_before_who_had_it(haruto: User, pair: tuple[Author, Author]) -> None:
    one, two = pair
    merged(haruto, one, two)
    other = records.create(actor=haruto, resource=registry.get("author"), values={"name": "K. Natsume"})
    brought_in(haruto, "name,reading\nK. Natsume,なつめ\n")
    assert [Author.objects.get(pk=author.pk).reading for author in (one, other)] == ["", "なつめ"]


def test_a_lost_name_that_could_mean_two_means_nobody(haruto: User) -> None:
    for name in ("Mori Ogai", "Futabatei"):
        merged(haruto, *(make(haruto, "author", name=one) for one in (name, "Twin")))
    done = brought_in(haruto, "name,reading\nTwin,ふたご\n")
    assert (done.created_count, done.updated_count, done.conflict_count) == (0, 0, 1)


def test_lost_names_take_as_many_queries_as_one(haruto: User, django_assert_num_queries: Any) -> None:
    for number in range(4):
        merged(haruto, make(haruto, "author", name=f"Stays {number}"), make(haruto, "author", name=f"Goes {number}"))
    people = Matching(registry.get("author"), haruto, ("name",))
    said = [Said(values={"name": f"Goes {n}"}, keys=[("name", f"goes {n}")]) for n in range(4)]
    for rows in (said[:1], said):
        with django_assert_num_queries(3):
            people.load(rows)
        assert [str(people.find(one)) for one in rows] == [f"Stays {n}" for n in range(len(rows))]


def test_a_record_that_was_merged_is_offered_to_nobody(haruto: User, pair: tuple[Author, Author]) -> None:
    merged(haruto, *pair)
    found = bulk.records_having("author", {("name", "k. natsume"), ("name", "natsume soseki")})
    assert {pk for _kind, _key, pk in found} == {pair[0].pk}
    tree = {"field": "name", "op": "is", "value": "K. Natsume"}
    asked = conditions.compile(tree, schema=ResourceSchema(registry.get("author"), haruto), viewer=haruto)
    assert not Author.objects.visible_to(haruto).filter(asked).exists()


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
