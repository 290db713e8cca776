"""The trash: nothing is lost, nothing is seen, nobody reaches what is not theirs."""

import pytest

from kizuna.base.identity.models import User
from kizuna.base.records import services as records
from kizuna.base.resources.models import Key
from kizuna.base.resources.resource import Resource
from kizuna.base.testing.library.models import Book
from kizuna.base.types.errors import Denied, Missing, Stale

pytestmark = pytest.mark.django_db


def test_a_book_goes_to_the_trash_and_comes_back_whole(haruto: User, books: Resource, kokoro: Book) -> None:
    records.delete(actor=haruto, record=kokoro)
    assert not books.visible_to(haruto).exists()
    assert not Key.objects.filter(resource="book").exists()
    records.restore(actor=haruto, record=Book.objects.get(pk=kokoro.pk))
    book = books.visible_to(haruto).get()
    assert (book.title, book.subjects) == ("Kokoro", ["novel", "Meiji"])
    assert Key.objects.filter(resource="book").count() == 2


def test_deleting_twice_finds_nothing_the_second_time(haruto: User, kokoro: Book) -> None:
    records.delete(actor=haruto, record=kokoro)
    with pytest.raises(Missing):
        records.delete(actor=haruto, record=kokoro)


def test_restoring_a_live_book_changes_nothing(haruto: User, kokoro: Book) -> None:
    assert records.restore(actor=haruto, record=kokoro).version == 1


def test_what_changed_meanwhile_is_not_deleted_unseen(haruto: User, sora: User, kokoro: Book) -> None:
    records.update(actor=sora, record=kokoro, changes={"pages": 9})
    with pytest.raises(Stale):
        records.delete(actor=haruto, record=kokoro, version=1)


def test_a_team_mate_may_change_but_not_delete(sora: User, kokoro: Book) -> None:
    with pytest.raises(Denied):
        records.delete(actor=sora, record=kokoro)


def test_many_go_and_come_back(mika: User, haruto: User, carol: User, books: Resource) -> None:
    for owner in (haruto, haruto, carol):
        records.create(actor=owner, resource=books, values={"title": "Copy"})
    assert records.delete_many(actor=mika, queryset=Book.objects.filter(owner=haruto)) == 2
    assert Book.objects.live().count() == 1
    assert records.restore_many(actor=mika, queryset=Book.objects.all()) == 2
    assert Book.objects.live().count() == 3
