"""Layouts: who may arrange, what is understood, whose holds, and what it asks of everybody who writes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kizuna.base.access import policy
from kizuna.base.identity import SYSTEM
from kizuna.base.identity.models import Role, User
from kizuna.base.layouts import queries
from kizuna.base.layouts import services as layouts
from kizuna.base.layouts.events import LayoutChanged
from kizuna.base.layouts.models import Layout
from kizuna.base.records import services as records
from kizuna.base.records.models import CustomField
from kizuna.base.resources import editions, registry
from kizuna.base.resources.resource import Resource
from kizuna.base.testing.events import Published
from kizuna.base.types.errors import Denied, Invalid, Missing, Stale

pytestmark = pytest.mark.django_db

Arrange = Callable[..., Layout]


@pytest.fixture
def arrange(alice: User, books: Resource) -> Arrange:
    """Arrange books: `arrange({"Short": ["title"]}, hidden=["pages"], required=["author"], role=role)`."""

    def make(sections: dict[str, list[str]], *, role: Role | None = None, **more: Any) -> Layout:
        content = {
            "sections": [{"titles": {"": title}, "fields": fields} for title, fields in sections.items()],
            **more,
        }
        return layouts.arrange_layout(actor=alice, resource=books, role=role, content=content)

    return make


def drawn(books: Resource, actor: Any) -> dict[str, tuple[str, ...]]:
    return {str(section.title): section.fields for section in queries.of(books, actor).sections}


def test_a_layout_holds_for_everybody_and_new_fields_stand_in_a_clear_place(
    arrange: Arrange, books: Resource, haruto: User
) -> None:
    arrange({"Short": ["title", "author"], "Long": ["pages"]}, hidden=["subjects"])
    found = drawn(books, haruto)
    assert found["Short"] == ("title", "author")
    assert found["Long"] == ("pages",)
    assert "subjects" not in queries.of(books, haruto).shown
    assert list(found)[-1] == "New fields"


def test_the_first_role_in_the_settings_that_has_a_layout_counts(
    arrange: Arrange, books: Resource, haruto: User, victor: User
) -> None:
    sales, viewer = Role.objects.get(code="salesperson"), Role.objects.get(code="viewer")
    arrange({"Everybody": ["title"]})
    arrange({"Viewers": ["title"]}, role=viewer)
    haruto.roles.add(viewer)
    policy.forget(haruto)
    assert "Viewers" in drawn(books, haruto)
    arrange({"Sales": ["title"]}, role=sales)
    assert "Sales" in drawn(books, haruto)
    assert "Viewers" in drawn(books, victor)
    victor.roles.clear()
    policy.forget(victor)
    assert "Everybody" in drawn(books, victor)


def test_a_removed_field_is_left_out_and_a_new_one_joins_the_section_it_names(
    arrange: Arrange, alice: User, books: Resource, haruto: User
) -> None:
    shelf = records.add_custom_field(actor=alice, resource=books, kind="text", labels="Shelf", section="Where")
    arrange({"Short": ["title", "shelf"], "Where": ["pages"]})
    assert drawn(books, haruto)["Short"] == ("title", "shelf")
    records.remove_custom_field(actor=alice, field=CustomField.objects.get(pk=shelf.pk))
    assert drawn(books, haruto)["Short"] == ("title",)
    records.add_custom_field(actor=alice, resource=books, kind="text", labels="Room", section="Where")
    assert drawn(books, haruto)["Where"] == ("pages", "room")


def test_a_field_that_no_record_can_be_without_is_never_hidden(arrange: Arrange, books: Resource, haruto: User) -> None:
    with pytest.raises(Invalid) as refused:
        arrange({"Short": ["pages"]}, hidden=["title"])
    assert "hidden" in refused.value.errors
    arrange({"Short": ["pages"]})
    assert "title" in queries.of(books, haruto).shown


def test_a_required_field_is_refused_empty_on_every_way_in_and_only_where_it_can_be_filled(
    arrange: Arrange, books: Resource, haruto: User, hide: Callable[..., None]
) -> None:
    arrange({"Short": ["title", "pages", "author"]}, required=["pages"])
    with pytest.raises(Invalid) as refused:
        records.create(actor=haruto, resource=books, values={"title": "Kokoro"})
    assert list(refused.value.errors) == ["pages"]
    book = records.create(actor=haruto, resource=books, values={"title": "Kokoro", "pages": 248})
    with pytest.raises(Invalid):
        records.update(actor=haruto, record=book, changes={"pages": ""})
    records.update(actor=haruto, record=book, changes={"title": "Kokoro, again"})
    assert records.create(actor=SYSTEM, resource=books, values={"title": "From Kizuna itself"}).pk
    hide(haruto, "book", "pages", access="read_only")
    assert records.create(actor=haruto, resource=books, values={"title": "Botchan"}).pk


def test_a_record_from_before_may_be_changed_without_filling_what_is_required_since(
    arrange: Arrange, books: Resource, haruto: User
) -> None:
    book = records.create(actor=haruto, resource=books, values={"title": "Kokoro"})
    arrange({"Short": ["title", "pages"]}, required=["pages"])
    assert records.update(actor=haruto, record=book, changes={"title": "Kokoro, again"}).version == 2


def test_every_change_is_kept_and_can_be_put_back(
    arrange: Arrange, alice: User, books: Resource, haruto: User, published: Published
) -> None:
    layout = arrange({"First": ["title"]})
    arrange({"Second": ["title"]})
    assert [one.role_id for one in published.of(LayoutChanged)] == [None, None]
    newest, oldest = queries.past(layout)
    assert oldest.before is None
    layouts.put_back(actor=alice, layout=layout, event_id=newest.event_id, is_before=True)
    assert "First" in drawn(books, haruto)
    layouts.reset_layout(actor=alice, key=books.key, role=None)
    assert queries.of(books, haruto) == queries.of(books, SYSTEM)
    layouts.put_back(actor=alice, layout=layout, event_id=newest.event_id)
    assert "Second" in drawn(books, haruto)
    with pytest.raises(Missing):
        layouts.put_back(actor=alice, layout=layout, event_id=newest.event_id - 10_000)


def test_an_arrangement_that_somebody_overtook_is_refused(arrange: Arrange, alice: User, books: Resource) -> None:
    arrange({"First": ["title"]})
    content = {"sections": [{"titles": {"": "Late"}, "fields": ["title"]}]}
    with pytest.raises(Stale):
        layouts.arrange_layout(actor=alice, resource=books, role=None, content=content, version=0)


def test_only_administrators_arrange(books: Resource, mika: User) -> None:
    with pytest.raises(Denied):
        layouts.arrange_layout(actor=mika, resource=books, role=None, content={"sections": [{"fields": ["title"]}]})
    with pytest.raises(Denied):
        layouts.reset_layout(actor=mika, key=books.key, role=None)


def test_a_boolean_is_never_asked_for_and_an_empty_layout_is_none(arrange: Arrange, books: Resource) -> None:
    with pytest.raises(Invalid) as refused:
        arrange({"Nothing": []})
    assert "sections" in refused.value.errors
    with pytest.raises(Invalid) as refused:
        arrange({"x" * 61: ["title"]})
    assert "sections.0" in refused.value.errors


def test_reading_a_layout_asks_nothing_once_the_edition_is_known(
    arrange: Arrange, books: Resource, haruto: User
) -> None:
    arrange({"Short": ["title", "pages"]}, required=["pages"])
    editions.look_again()
    queries.needed(books, haruto)
    with CaptureQueriesContext(connection) as asked:
        queries.needed(books, haruto)
        queries.of(books, haruto)
    assert len(asked) == 0


def test_kinds_of_records_that_were_made_here_have_layouts_too(alice: User) -> None:
    records.add_custom_object(actor=alice, labels="Visit", plural_labels="Visits")
    visit = registry.get("x_visit")
    records.add_custom_field(actor=alice, resource=visit, kind="text", labels="Room")
    content = {"sections": [{"titles": {"": "Where"}, "fields": ["room", visit.title]}], "required": ["room"]}
    layouts.arrange_layout(actor=alice, resource=registry.get("x_visit"), role=None, content=content)
    visit = registry.get("x_visit")
    assert drawn(visit, alice)["Where"] == ("room", visit.title)
    with pytest.raises(Invalid) as refused:
        records.create(actor=alice, resource=visit, values={visit.title: "Showroom"})
    assert list(refused.value.errors) == ["room"]
