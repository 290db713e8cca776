"""Custom fields go out as columns and come in again; a mapping to a field that was removed says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kizuna.base.records import services as records
from kizuna.base.records.history import history
from kizuna.base.records.models import CustomField
from kizuna.base.resources import registry
from kizuna.base.testing.library.models import Book
from kizuna.base.transfer import services as transfer
from kizuna.base.transfer.models import Import
from kizuna.base.transfer.tests.conftest import counts
from kizuna.base.types.refs import RecordRef

pytestmark = pytest.mark.django_db

ROOMS = {"choices": ["Window", "Garden"]}
VALUES: dict[str, tuple[str, dict[str, Any], Any]] = {
    "Shelf": ("text", {}, "A1, upper"),
    "Notes": ("long", {}, "one\ntwo"),
    "Copies": ("number", {"places": 2}, "12.50"),
    "Budget": ("money", {}, {"amount": "1200", "currency": "JPY"}),
    "Arrival": ("date", {}, "2026-11-20"),
    "Opened": ("moment", {}, "2026-11-20T06:30:00.123456Z"),
    "Room": ("choice", ROOMS, "garden"),
    "Moods": ("choices", ROOMS, ["window", "garden"]),
    "Signed": ("boolean", {}, True),
    "Page": ("url", {}, "https://aoba.example/x"),
    "Writer": ("email", {}, "yoko@aoba.example"),
    "Desk": ("phone", {}, "+81 3-1234-5678"),
}


@pytest.fixture
def fields(alice: Any) -> None:
    for label, (kind, settings, _value) in VALUES.items():
        books = registry.get("book")
        records.add_custom_field(actor=alice, resource=books, kind=kind, labels=label, settings=settings)


@pytest.fixture
def kokoro(mika: Any, fields: None) -> Book:
    given = {label.lower(): value for label, (_kind, _settings, value) in VALUES.items()}
    return records.create(actor=mika, resource=registry.get("book"), values={"title": "Kokoro", **given})  # type: ignore[return-value]


def test_records_of_a_kind_that_was_made_here_go_out_and_come_in(alice: Any, bring_in: Callable[..., Import]) -> None:
    records.add_custom_object(actor=alice, labels="Visit", plural_labels="Visits")
    for kind, label, settings in (("relation", "Author", {"target": "author"}), ("number", "Hours", {"places": 1})):
        visits = registry.get("x_visit")
        records.add_custom_field(actor=alice, resource=visits, kind=kind, labels=label, settings=settings)
    double = {"expression": "hours * 2", "places": 1}
    visits = registry.get("x_visit")
    records.add_custom_field(actor=alice, resource=visits, kind="formula", labels="Double", settings=double)
    records.create(actor=alice, resource=registry.get("author"), values={"name": "Soseki"})
    assert counts(bring_in(alice, "x_visit", "name,author,hours\nNew chair,Soseki,1.5\n")) == (1, 0, 0, 0)

    sheet = b"".join(transfer.export(actor=alice, resource=registry.get("x_visit")).chunks())
    assert all(words in sheet for words in (b"New chair", b"Soseki", b"1.5", b"3.0"))
    assert counts(bring_in(alice, "x_visit", sheet)) == (0, 0, 1, 0)


def test_everything_that_goes_out_comes_in_again_and_changes_nothing(
    mika: Any, kokoro: Book, bring_in: Callable[..., Import]
) -> None:
    made = transfer.export(actor=mika, resource=registry.get("book"))
    sheet = b"".join(made.chunks())
    assert b"Budget" in sheet
    assert counts(bring_in(mika, "book", sheet)) == (0, 0, 1, 0)


def test_new_records_and_changes_come_with_them_and_history_names_them(
    mika: Any, kokoro: Book, bring_in: Callable[..., Import]
) -> None:
    sheet = f"Kizuna ID,Title,Room,Copies\n{RecordRef('book', kokoro.pk)},Kokoro,Window,3\n,Botchan,garden,4.5\n"
    assert counts(bring_in(mika, "book", sheet.encode())) == (1, 1, 0, 0)
    fields = registry.get("book").fields
    assert fields["room"].read(Book.objects.get(title="Botchan")) == "garden"
    (entry, *_older) = history(actor=mika, record=Book.objects.get(pk=kokoro.pk))
    assert entry.changes == {"room": ("garden", "window"), "copies": ("12.50", "3.00")}


def test_what_does_not_fit_is_rejected_with_the_reason(
    mika: Any, fields: None, bring_in: Callable[..., Import]
) -> None:
    assert counts(bring_in(mika, "book", b"Title,Room\nKokoro,Attic\nBotchan,Garden\n")) == (1, 0, 0, 1)


def test_columns_of_a_removed_field_are_left_out_until_it_is_back(
    mika: Any, alice: Any, fields: None, bring_in: Callable[..., Import]
) -> None:
    room = CustomField.objects.get(name="room")
    records.remove_custom_field(actor=alice, field=room)
    assert counts(bring_in(mika, "book", b"Title,Room\nKokoro,Garden\n")) == (1, 0, 0, 0)
    assert Book.objects.get().custom == {}
    records.restore_custom_field(actor=alice, field=room)
    assert counts(bring_in(mika, "book", b"Title,Room\nBotchan,Garden\n")) == (1, 0, 0, 0)
    assert Book.objects.get(title="Botchan").custom == {room.slot: "garden"}


def test_a_relation_is_found_by_the_title_of_the_other_record(
    mika: Any, alice: Any, bring_in: Callable[..., Import]
) -> None:
    books, authors = registry.get("book"), registry.get("author")
    records.add_custom_field(
        actor=alice, resource=books, kind="relation", labels="Translator", settings={"target": "author"}
    )
    author = records.create(actor=mika, resource=authors, values={"name": "Sōseki"})
    assert counts(bring_in(mika, "book", "Title,Translator\nKokoro,Sōseki\n")) == (1, 0, 0, 0)
    assert books.fields["translator"].read(Book.objects.get()) == author.pk
    made = transfer.export(actor=mika, resource=books)
    assert "Sōseki" in b"".join(made.chunks()).decode("utf-8-sig")
