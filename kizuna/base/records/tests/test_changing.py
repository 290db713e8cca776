"""Changes: versions, differences, bulk, and two people at once."""

import threading

import pytest
from django.db import connection

from kizuna.base.events import registry as handlers
from kizuna.base.identity.models import User
from kizuna.base.records import services as records
from kizuna.base.records.events import RecordsUpdated
from kizuna.base.records.history import history
from kizuna.base.resources.models import Key
from kizuna.base.resources.resource import Resource
from kizuna.base.testing.library.models import Author, Book
from kizuna.base.types.errors import Denied, Invalid, Missing, Refused, Stale

pytestmark = pytest.mark.django_db


def test_a_change_is_kept_with_before_and_after(haruto: User, sora: User, kokoro: Book) -> None:
    changed = records.update(actor=sora, record=kokoro, changes={"title": "Kokoro (こころ)", "pages": 250})
    assert (changed.version, changed.updated_by) == (2, sora)
    entry = history(actor=haruto, record=kokoro)[0]
    assert entry.actor_id == sora.pk
    assert entry.changes == {"title": ("Kokoro", "Kokoro (こころ)"), "pages": (248, 250)}


def test_saving_the_same_again_is_no_change(haruto: User, kokoro: Book, published) -> None:
    published.forget()
    assert records.update(actor=haruto, record=kokoro, changes={"title": "Kokoro"}).version == 1
    assert published.names == []


def test_an_answer_holds_what_a_handler_made_of_the_row(haruto: User, kokoro: Book, monkeypatch) -> None:
    def shout(event: RecordsUpdated) -> None:
        Book.objects.filter(pk__in=event.ids).update(title="KOKORO")

    monkeypatch.setattr(handlers, "_handlers", list(handlers._handlers))
    handlers.on(RecordsUpdated)(shout)
    assert records.update(actor=haruto, record=kokoro, changes={"pages": 250}).title == "KOKORO"


def test_a_stale_version_is_refused_with_the_record_as_it_is_now(haruto: User, sora: User, kokoro: Book) -> None:
    records.update(actor=sora, record=kokoro, changes={"title": "Heart"}, version=1)
    with pytest.raises(Stale) as caught:
        records.update(actor=haruto, record=kokoro, changes={"title": "Soul"}, version=1)
    assert caught.value.current.title == "Heart"


@pytest.mark.django_db(transaction=True)
def test_of_two_people_who_save_at_once_one_is_told(haruto: User, sora: User, kokoro: Book) -> None:
    outcomes: list[str] = []
    start = threading.Barrier(2)

    def save(who: User, title: str) -> None:
        try:
            start.wait()
            records.update(actor=who, record=Book.objects.get(pk=kokoro.pk), changes={"title": title}, version=1)
            outcomes.append("saved")
        except Stale:
            outcomes.append("told")
        finally:
            connection.close()

    people = [threading.Thread(target=save, args=pair) for pair in ((haruto, "Heart"), (sora, "Soul"))]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert sorted(outcomes) == ["saved", "told"]
    kokoro.refresh_from_db()
    assert kokoro.version == 2


def test_a_stranger_finds_nothing_to_change(carol: User, kokoro: Book) -> None:
    with pytest.raises(Missing):
        records.update(actor=carol, record=kokoro, changes={"title": "Stolen"})


def test_a_viewer_sees_it_and_is_denied(victor: User, kokoro: Book) -> None:
    with pytest.raises(Denied):
        records.update(actor=victor, record=kokoro, changes={"title": "Seen"})


def test_a_record_cannot_be_given_out_of_reach(haruto: User, carol: User, kokoro: Book) -> None:
    with pytest.raises(Denied):
        records.update(actor=haruto, record=kokoro, changes={"owner": carol.pk})


def test_forty_books_are_tagged_at_once(mika: User, haruto: User, books: Resource, published) -> None:
    shelf = [Book(title=f"Volume {n}", owner=haruto, subjects=["set"]) for n in range(40)]
    records.create_many(actor=haruto, resource=books, records=shelf)
    published.forget()
    changes = {"subjects": {"add": ["Autumn", "SET"]}}
    assert records.update_many(actor=mika, queryset=Book.objects.all(), changes=changes) == 40
    assert published.names == ["records.RecordsUpdated"]
    assert Book.objects.first().subjects == ["set", "Autumn"]
    assert Key.objects.filter(kind="subjects", key="autumn").count() == 40
    assert records.update_many(actor=mika, queryset=Book.objects.all(), changes=changes) == 0
    records.update_many(actor=mika, queryset=Book.objects.all(), changes={"subjects": {"remove": ["autumn"]}})
    assert Book.objects.first().subjects == ["set"]


def test_bulk_edit_leaves_out_what_the_person_may_not_change(
    haruto: User, sora: User, books: Resource, kokoro: Book
) -> None:
    theirs = records.create(actor=sora, resource=books, values={"title": "Sora's"})
    assert records.update_many(actor=haruto, queryset=Book.objects.all(), changes={"pages": 100}) == 1
    theirs.refresh_from_db()
    assert theirs.pages is None


def test_bulk_edit_is_a_right_of_its_own(grant, haruto: User, kokoro: Book) -> None:
    grant(haruto, book={"read": "all", "update": "all"})
    with pytest.raises(Denied):
        records.update_many(actor=haruto, queryset=Book.objects.all(), changes={"pages": 1})


def test_one_bad_value_changes_no_row(mika: User, kokoro: Book) -> None:
    with pytest.raises(Invalid):
        records.update_many(actor=mika, queryset=Book.objects.all(), changes={"pages": -5})


def test_an_edit_is_taken_back(haruto: User, kokoro: Book, soseki: Author) -> None:
    changed = records.update(actor=haruto, record=kokoro, changes={"author": None, "pages": 1, "subjects": []})
    back = records.undo(actor=haruto, record=changed, version=changed.version)
    assert (back.author_id, back.pages, back.subjects) == (soseki.pk, 248, ["novel", "Meiji"])


def test_an_edit_that_somebody_built_upon_is_not_taken_back(haruto: User, sora: User, kokoro: Book) -> None:
    changed = records.update(actor=haruto, record=kokoro, changes={"pages": 1})
    records.update(actor=sora, record=kokoro, changes={"pages": 2})
    with pytest.raises(Stale):
        records.undo(actor=haruto, record=changed, version=2)


def test_making_a_record_is_not_taken_back_by_undo(haruto: User, kokoro: Book) -> None:
    with pytest.raises(Refused):
        records.undo(actor=haruto, record=kokoro, version=1)


def test_history_leaves_out_fields_that_are_hidden(haruto: User, kokoro: Book, hide) -> None:
    records.update(actor=haruto, record=kokoro, changes={"pages": 1, "title": "New"})
    hide(haruto, "book", "pages")
    assert list(history(actor=haruto, record=kokoro)[0].changes) == ["title"]
