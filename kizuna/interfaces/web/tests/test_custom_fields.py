"""The settings page of custom fields, and the field that it makes at work on the other pages."""

from __future__ import annotations

import re
from typing import Any

import pytest

from kizuna.base.jobs.inline import run_waiting
from kizuna.base.layouts import services as layouts
from kizuna.base.records import services as records
from kizuna.base.records.models import CustomField
from kizuna.base.resources import editions, registry
from kizuna.base.saved_views.services import save_view
from kizuna.base.testing.library.models import Book
from kizuna.base.testing.visiting import content_of, page_of, said

pytestmark = pytest.mark.django_db
SETTINGS = "/settings/fields/book"


@pytest.fixture
def admin(visit: Any, alice: Any) -> Any:
    return visit(alice)


def add(admin: Any, kind: str, label: str, **more: Any) -> CustomField:
    answer = admin.post(f"{SETTINGS}/new", kind=kind, label=label, **more)
    assert answer.status_code == 302, page_of(answer)
    editions.look_again()
    return CustomField.objects.latest("pk")


def test_only_administrators_come_in(visit: Any, mika: Any) -> None:
    for path in ("/settings/fields", SETTINGS, f"{SETTINGS}/new"):
        assert visit(mika).get(path).status_code == 403


def test_the_picker_leads_to_the_fields_of_a_kind_of_record(admin: Any) -> None:
    offered = re.findall(r'<option value="(\w+)"', page_of(admin.get(SETTINGS)))
    assert len(offered) == len(set(offered))
    assert "book" in offered
    assert admin.get("/settings/fields", kind="book").headers["Location"] == SETTINGS
    assert admin.get("/settings/fields").status_code == 302
    assert admin.get("/settings/fields", kind="nothing").status_code == 404


def test_every_kind_has_a_form_and_makes_a_field(admin: Any) -> None:
    assert admin.get(SETTINGS).status_code == 200
    for kind in CustomField.Kind:
        assert admin.get(f"{SETTINGS}/new", kind=kind).status_code == 200
        more = {"target": "author", "choices": "One\nTwo", "places": "0", "currency": "EUR", "expression": "pages * 2"}
        made = add(admin, kind, f"My {kind}", **more)
        page = page_of(admin.get(f"{SETTINGS}/{made.pk}"))
        assert made.name in page
        assert f"My {kind}" in page
    listed = page_of(admin.get(SETTINGS))
    assert all(f"My {kind}" in listed for kind in CustomField.Kind)


def test_what_is_wrong_is_said_beside_the_input_and_nothing_typed_is_lost(admin: Any) -> None:
    answer = admin.post(f"{SETTINGS}/new", kind="choice", label="", name="Bad Name", choices="")
    page = page_of(answer)
    assert answer.status_code == 422
    assert "Bad Name" in page
    assert "Give at least one choice." in page
    assert "A name has small letters" in page
    answer = admin.post(f"{SETTINGS}/new", kind="text", label="Title", name="title")
    assert "This name is taken." in page_of(answer)


def test_choices_are_renamed_coloured_ordered_retired_and_added(admin: Any, mika: Any) -> None:
    room = add(admin, "choice", "Room", choices="Window\nGarden")
    book = records.create(actor=mika, resource=registry.get("book"), values={"title": "Kokoro", "room": "garden"})
    rows = {
        "choice.0.code": "window", "choice.0.place": "2", "choice.0.label": "By the window", "choice.0.tone": "good",
        "choice.0.label_ja": "窓際", "choice.1.code": "garden", "choice.1.place": "1", "choice.1.label": "",
        "choices": "Harbour", "label": "Room", "kind": "choice", "version": str(room.version),
    }  # fmt: skip
    assert admin.post(f"{SETTINGS}/{room.pk}", **rows).status_code == 302
    editions.look_again()
    field: Any = registry.get("book").fields["room"]
    assert [(code, str(label)) for code, label in field.choices] == [
        ("window", "By the window"),
        ("harbour", "Harbour"),
    ]
    assert field.tones == {"window": "good"}
    assert field.read(Book.objects.get(pk=book.pk)) == "garden"
    assert "Garden" in page_of(admin.get(f"/books/{book.pk}"))
    kept = records.update(actor=mika, record=book, changes={"room": "garden", "title": "Kokoro 2"})
    assert kept.version == book.version + 1


def test_an_older_form_does_not_overwrite_a_newer_one(admin: Any) -> None:
    shelf = add(admin, "text", "Shelf")
    assert admin.post(f"{SETTINGS}/{shelf.pk}", label="Rack", version=str(shelf.version)).status_code == 302
    assert admin.post(f"{SETTINGS}/{shelf.pk}", label="Board", version=str(shelf.version)).status_code == 412
    assert CustomField.objects.get(pk=shelf.pk).labels == {"": "Rack"}


def test_fields_are_ordered_removed_brought_back_and_deleted_for_good(admin: Any, mika: Any) -> None:
    one, two = add(admin, "text", "One"), add(admin, "text", "Two")
    book = records.create(
        actor=mika, resource=registry.get("book"), values={"title": "Kokoro", "one": "Alcove", "two": "Bay"}
    )
    admin.post(f"{SETTINGS}/{two.pk}/move", to="up")
    admin.post(f"{SETTINGS}/{two.pk}/move", to="up")
    editions.look_again()
    assert list(registry.get("book").fields)[-2:] == ["two", "one"]
    admin.post(f"{SETTINGS}/{one.pk}/remove")
    assert "Removed fields" in page_of(admin.get(SETTINGS))
    page = content_of(admin.get(f"/books/{book.pk}"))
    assert ("Bay" in page, "Alcove" in page) == (True, False)
    admin.post(f"{SETTINGS}/{one.pk}/restore")
    editions.look_again()
    assert registry.get("book").fields["one"].read(Book.objects.get(pk=book.pk)) == "Alcove"
    admin.post(f"{SETTINGS}/{one.pk}/remove")
    refused = admin.post(f"{SETTINGS}/{one.pk}/purge", confirmation="two")
    assert refused.status_code == 422
    assert "Type “one”" in page_of(refused)
    assert admin.post(f"{SETTINGS}/{one.pk}/purge", confirmation="one").status_code == 302
    run_waiting()
    assert set(Book.objects.get(pk=book.pk).custom) == {two.slot}
    assert not CustomField.objects.filter(pk=one.pk).exists()


def test_a_field_is_on_the_form_the_page_the_list_and_in_its_filter(admin: Any, visit: Any, haruto: Any) -> None:
    add(admin, "choices", "Rooms", choices="Window\nGarden", section="Stay")
    add(admin, "money", "Budget", currency="KRW", section="Stay")
    add(admin, "date", "Arrival", section="Stay")
    add(admin, "phone", "Desk")
    his = visit(haruto)
    form = page_of(his.get("/books/new"))
    assert all(word in form for word in ("Stay", "Rooms", "Budget", "Arrival", "Desk"))
    assert "<option selected>KRW</option>" in form
    his.post(
        "/books/new", title="Kokoro", **{"rooms:text": "", "rooms": ["window", "garden"]},
        budget="120,000", budget_currency="KRW", arrival="2031-05-04", desk="+81 3-1234-5678",
    )  # fmt: skip
    book = Book.objects.get()
    page = page_of(his.get(f"/books/{book.pk}"))
    assert all(word in page for word in ("Window", "Garden", "120,000", "2031", "tel:+81312345678"))
    listed = page_of(his.get("/books", columns="title,rooms,budget,arrival,desk", sort="-budget"))
    assert "120,000" in listed
    cleared = his.send(f"/books/{book.pk}/fields/rooms", at=f"/books/{book.pk}", **{"rooms:text": ""})
    assert cleared.status_code == 200
    assert registry.get("book").fields["rooms"].read(Book.objects.get()) == []
    assert "rooms" in page_of(his.ask("/books/filter"))


def test_who_uses_a_removed_field_is_told_and_has_it_back_when_it_comes_back(
    admin: Any, visit: Any, haruto: Any, alice: Any
) -> None:
    shelf = add(admin, "text", "Shelf")
    for title, place in (("Kokoro", "Alcove one"), ("Botchan", "B2")):
        records.create(actor=haruto, resource=registry.get("book"), values={"title": title, "shelf": place})
    his = visit(haruto)
    view = save_view(
        actor=haruto,
        resource="book",
        name="Shelf A",
        sort="-shelf",
        columns=["title", "shelf"],
        condition={"field": "shelf", "op": "is", "value": "alcove one"},
    )
    assert "Kokoro" in page_of(his.get("/books", view=view.pk))
    admin.post(f"{SETTINGS}/{shelf.pk}/remove")
    answer = his.get("/books", view=view.pk)
    assert answer.status_code == 200
    assert "This view cannot be shown" in page_of(answer)
    assert "Alcove one" not in page_of(answer)
    assert his.get("/books", sort="shelf").status_code in (200, 422)
    admin.post(f"{SETTINGS}/{shelf.pk}/restore")
    run_waiting()
    page = page_of(his.get("/books", view=view.pk))
    assert "Alcove one" in page
    assert "Botchan" not in page


def test_boards_calendars_maps_panels_and_layouts_outlive_the_field_they_are_made_of(
    admin: Any, visit: Any, haruto: Any, alice: Any
) -> None:
    """Nothing breaks, everything says why, and with the field all of it is back."""
    stage = add(admin, "choice", "Stage", choices="Early\nLate")
    fields = [stage, add(admin, "date", "Arrival"), add(admin, "position", "Spot")]
    values = {"title": "Kokoro", "stage": "early", "arrival": "2026-11-20", "spot": "35.4, 139.6"}
    book = records.create(actor=haruto, resource=registry.get("book"), values=values)
    his = visit(haruto)
    views = [
        save_view(actor=haruto, resource="book", name=kind, kind=kind, settings={"by": field.name})
        for kind, field in zip(("board", "calendar", "map"), fields, strict=True)
    ]
    arranged = {"sections": [{"titles": {"": "Short"}, "fields": ["title", "stage"]}], "required": ["stage"]}
    layouts.arrange_layout(actor=alice, resource=registry.get("book"), role=None, content=arranged)
    for field in fields:
        admin.post(f"{SETTINGS}/{field.pk}/remove")
    editions.look_again()

    for view in views:
        page = page_of(his.get("/books", view=view.pk))
        assert f"This {view.kind} cannot be shown" in page
        assert "was removed" in page
        assert his.ask(f"/today/panels/view-{view.pk}").status_code == 200
    for path in ("/books", "/books/new", f"/books/{book.pk}", f"/books/{book.pk}/edit", f"/books/{book.pk}/history"):
        assert his.get(path).status_code == 200, path
    assert admin.get("/settings/layouts/book").status_code == 200
    assert his.post("/books/new", title="Botchan", once="1").status_code == 302  # nobody is asked for what is gone
    card = {"field": "stage", "value": "late", "version": str(book.version)}
    assert "This field was removed" in said(his.send(f"/books/{book.pk}/move", at="/books?mode=board", **card))
    assert "This field was removed" in said(his.send(f"/books/{book.pk}/fields/stage", at="/books", stage="late"))

    for field in fields:
        admin.post(f"{SETTINGS}/{field.pk}/restore")
    editions.look_again()
    for view in views[:2]:
        assert "Kokoro" in page_of(his.get("/books", view=view.pk, at="2026-11-20"))
    assert "cannot be shown" not in page_of(his.get("/books", view=views[2].pk))
    assert his.post("/books/new", title="Sanshiro", once="2").status_code == 422
    assert his.send(f"/books/{book.pk}/move", at="/books?mode=board", **card).status_code == 204
