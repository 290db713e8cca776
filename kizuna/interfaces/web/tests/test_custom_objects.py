"""Kinds of records made in the settings, and at work on every page that built-in ones have."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kizuna.base import conditions
from kizuna.base.access import services as access
from kizuna.base.jobs.inline import run_waiting
from kizuna.base.merging import services as merging
from kizuna.base.merging.models import Merge
from kizuna.base.records import services as records
from kizuna.base.records.models import CustomObject
from kizuna.base.resources import editions, registry
from kizuna.base.resources.schema import ResourceSchema
from kizuna.base.saved_views.services import save_view
from kizuna.base.testing.visiting import page_of

pytestmark = pytest.mark.django_db
SETTINGS = "/settings/objects"
NAMES = {"label": "Showroom visit", "plural": "Showroom visits", "label_ja": "来店", "plural_ja": "来店"}


@pytest.fixture
def admin(visit: Any, alice: Any) -> Any:
    return visit(alice)


@pytest.fixture
def visits(admin: Any, alice: Any) -> Any:
    """Showroom visits of authors, with a room, a day, a moment, a price and what one hour of it costs."""
    answer = admin.post(f"{SETTINGS}/new", icon="armchair", group="customers", name_label="Reason", **NAMES)
    assert (answer.status_code, answer["location"]) == (302, "/settings/fields/x_showroom_visit")
    for kind, name, settings in (
        ("relation", "author", {"target": "author"}),
        ("choice", "room", {"choices": ["Kitchen", "Study"]}),
        ("choices", "topics", {"choices": ["Oak", "Ash"]}),
        ("date", "held_on", {}),
        ("moment", "begins_at", {}),
        ("money", "price", {}),
        ("number", "hours", {"places": 1}),
        ("position", "place", {}),
        ("formula", "hourly", {"expression": "price / hours"}),
    ):
        resource = registry.get("x_showroom_visit")
        label = name.replace("_", " ").capitalize()
        records.add_custom_field(actor=alice, resource=resource, kind=kind, labels=label, name=name, settings=settings)
    return registry.get("x_showroom_visit")


def give(actor: Any, name: str, **values: Any) -> Any:
    return records.create(actor=actor, resource=registry.get("x_showroom_visit"), values={"name": name, **values})


def test_only_administrators_come_in(visit: Any, mika: Any) -> None:
    for path in (SETTINGS, f"{SETTINGS}/new"):
        assert visit(mika).get(path).status_code == 403


def test_what_is_wrong_is_said_beside_the_input_and_nothing_typed_is_lost(admin: Any) -> None:
    answer = admin.post(f"{SETTINGS}/new", label="Visit", plural="", name="Bad Name", icon="armchair", group="nowhere")
    page = page_of(answer)
    assert answer.status_code == 422
    for words in ("Bad Name", "Visit", "A name has small letters", "This is needed.", "Choose a group."):
        assert words in page


def test_it_is_changed_removed_brought_back_and_deleted_for_good(admin: Any, visits: Any) -> None:
    made = CustomObject.objects.get()
    assert "Showroom visits" in page_of(admin.get(SETTINGS))
    assert admin.get(f"{SETTINGS}/{made.pk}").status_code == 200
    admin.post(f"{SETTINGS}/{made.pk}", label="Tour", plural="Tours", icon="star", group="sales", version="1")
    assert "Tours" in page_of(admin.get("/x_showroom_visits"))

    admin.post(f"{SETTINGS}/{made.pk}/remove")
    assert admin.get("/x_showroom_visits").status_code == 404
    assert "Bring back" in page_of(admin.get(SETTINGS))
    answer = admin.post(f"{SETTINGS}/{made.pk}/purge", confirmation="tours")
    assert (answer.status_code, "x_showroom_visit" in page_of(answer)) == (422, True)
    admin.post(f"{SETTINGS}/{made.pk}/restore")
    assert admin.get("/x_showroom_visits").status_code == 200
    admin.post(f"{SETTINGS}/{made.pk}/remove")
    admin.post(f"{SETTINGS}/{made.pk}/purge", confirmation="x_showroom_visit")
    assert all(job.state == "done" for job in run_waiting())
    assert not CustomObject.objects.exists()


def test_every_page_of_a_record_works(admin: Any, alice: Any, visits: Any) -> None:
    soseki = records.create(actor=alice, resource=registry.get("author"), values={"name": "夏目漱石"})
    shown = {"author": soseki.pk, "room": "study", "held_on": "2026-11-20", "hours": "2.5", "topics": ["oak"]}
    chair = give(alice, "New chair", price={"amount": "1000", "currency": "JPY"}, **shown)
    give(alice, "Old desk", hours="0", price={"amount": "10", "currency": "JPY"})
    url = f"/x_showroom_visits/{chair.pk}"

    listed = page_of(admin.get("/x_showroom_visits", columns="name,author,room,topics,hourly", sort="-hourly"))
    assert all(words in listed for words in ("New chair", "夏目漱石", "Study", "Oak", "¥400", "Old desk", "Reason"))
    page = page_of(admin.get(url))
    assert all(words in page for words in ("New chair", "Hourly", "¥400", "Showroom visits"))
    desk = page_of(admin.get("/x_showroom_visits", filter=json.dumps({"field": "hourly", "op": "is_empty"})))
    assert "Old desk" in desk
    assert "New chair" not in desk
    assert "New chair" in page_of(admin.ask(f"/authors/{soseki.pk}/panels"))
    assert "New chair" in page_of(admin.get("/x_showroom_visits", mode="board", by="room"))
    assert "¥1,000" in page_of(admin.ask("/x_showroom_visits/board/heads", mode="board", by="room"))
    assert "New chair" in page_of(admin.get("/x_showroom_visits", mode="calendar", by="held_on", at="2026-11-20"))
    for path in ("/x_showroom_visits/new", f"{url}/edit", f"{url}/history", f"{url}/timeline", f"{url}/files"):
        assert admin.ask(path).status_code == 200, path
    assert url in page_of(admin.ask("/palette", q="chair"))
    topics = {"field": "topics", "op": "has_any", "value": ["oak"]}
    (chip,) = conditions.describe(topics, ResourceSchema(registry.get("x_showroom_visit"), alice), alice)
    assert chip.text == "Topics has any of Oak"


def test_a_moment_that_was_added_gives_a_calendar_in_the_readers_zone(admin: Any, alice: Any, visits: Any) -> None:
    give(alice, "Late visit", begins_at="2026-11-20T20:00:00Z")
    alice.time_zone = "Asia/Tokyo"
    alice.save()
    page = page_of(admin.get("/x_showroom_visits", mode="calendar", by="begins_at", at="2026-11-21", span="agenda"))
    assert page.index("2026-11-21") < page.index("Late visit") < page.index("2026-11-22")


def test_a_form_makes_one_and_a_card_is_dragged(admin: Any, alice: Any, visits: Any) -> None:
    answer = admin.post("/x_showroom_visits/new", name="Sofa", room="kitchen", once="a1")
    assert answer.status_code in (204, 302), page_of(answer)
    sofa = visits.model.objects.get()
    admin.send(f"/x_showroom_visits/{sofa.pk}/move", field="room", value="study", version="1", at="/x_showroom_visits")
    sofa.refresh_from_db()
    assert visits.fields["room"].read(sofa) == "study"


def test_a_role_is_given_rights_on_the_roles_screen(
    admin: Any, alice: Any, haruto: Any, visit: Any, visits: Any
) -> None:
    give(alice, "New chair", owner=haruto.pk)
    assert visit(haruto).get("/x_showroom_visits").status_code == 404
    assert "x_showroom_visit" in page_of(admin.get(f"/settings/roles/{haruto.roles.get().pk}"))
    right = {"resource": "x_showroom_visit", "operation": "read", "scope": "1"}
    admin.send(f"/settings/roles/{haruto.roles.get().pk}/rights", **right)
    page = page_of(visit(haruto).get("/x_showroom_visits"))
    assert "New chair" in page
    assert "/x_showroom_visits" in page_of(visit(haruto).get("/books"))


def test_what_still_points_to_a_removed_kind_says_so_and_breaks_no_page(
    admin: Any, alice: Any, haruto: Any, visits: Any
) -> None:
    role = haruto.roles.get()
    access.set_grant(actor=alice, role=role, resource="x_showroom_visit", operation="read", scope=3)
    soseki = records.create(actor=alice, resource=registry.get("author"), values={"name": "夏目漱石"})
    chair = give(alice, "New chair", author=soseki.pk)
    tree = {"related": "x_showroom_visits", "measure": "count", "op": "gte", "value": 1}
    asked = save_view(actor=alice, resource="author", name="With visits", condition=tree)
    save_view(
        actor=alice,
        resource="x_showroom_visit",
        name="Chairs",
        condition={"field": "name", "op": "contains", "value": "chair"},
    )
    admin.send(f"/x_showroom_visits/{chair.pk}/favourite", on="true")
    records.remove_custom_object(actor=alice, definition=CustomObject.objects.get())
    editions.look_again()

    page = page_of(admin.get("/authors", view=asked.pk))
    assert "x_showroom_visits" in page
    assert "夏目漱石" not in page
    paths = (f"/authors/{soseki.pk}", f"/authors/{soseki.pk}/history", f"/settings/roles/{role.pk}", "/notifications",
             "/settings/fields/author", "/favourites")  # fmt: skip
    for path in paths:
        assert admin.get(path).status_code == 200, path
    assert "Chairs" not in page_of(admin.ask("/palette", q="chairs"))
    for path in (f"/x_showroom_visits/{chair.pk}", "/settings/fields/x_showroom_visit"):
        assert admin.get(path).status_code == 404


def test_a_place_is_set_by_the_name_of_a_city_and_seen_on_the_map(admin: Any, alice: Any, visits: Any) -> None:
    answer = admin.post("/x_showroom_visits/new", name="Measuring", place="Yokohama, Japan")
    assert answer.status_code == 302
    give(alice, "Elsewhere", place="-33.9, 151.2")

    form = page_of(admin.get(f"{answer['location']}/edit"))
    assert "<kizuna-position" in form
    assert "35.43333, 139.65" in form
    assert "about 35.43, 139.65" in page_of(admin.get(answer["location"]))
    around = {"mode": "map", "by": "place", "box": "30,130,40,145", "zoom": "5"}
    assert "kizuna-map" in page_of(admin.get("/x_showroom_visits", **around))
    marks = page_of(admin.get("/x_showroom_visits/map/places", **around))
    assert "Measuring" in marks
    assert "Elsewhere" not in marks


@pytest.fixture
def circles(alice: Any) -> None:
    """Rooms that lie in rooms and have a main shelf, which stands in a room."""
    for label in ("Room", "Shelf"):
        records.add_custom_object(actor=alice, labels=label, plural_labels=f"{label} list")
    for kind, name, target in (
        ("x_room", "parent", "x_room"),
        ("x_room", "main_shelf", "x_shelf"),
        ("x_shelf", "room", "x_room"),
    ):
        made: Any = {"kind": "relation", "labels": name, "name": name, "settings": {"target": target}}
        records.add_custom_field(actor=alice, resource=registry.get(kind), **made)


def make(actor: Any, kind: str, name: str, **values: Any) -> Any:
    return records.create(actor=actor, resource=registry.get(kind), values={"name": name, **values})


def test_relations_that_lead_in_a_circle_break_no_page_no_merge_and_no_job(
    admin: Any, alice: Any, circles: None
) -> None:
    hall = make(alice, "x_room", "Hall")
    nook = make(alice, "x_room", "Nook", parent=hall.pk)
    shelf = make(alice, "x_shelf", "Oak", room=hall.pk)
    hall = records.update(actor=alice, record=hall, changes={"parent": nook.pk, "main_shelf": shelf.pk})
    alone = make(alice, "x_room", "Cellar")
    alone = records.update(actor=alice, record=alone, changes={"parent": alone.pk})

    def works(*paths: str) -> None:
        for path in paths:
            assert admin.get(path).status_code == 200, path

    rooms = registry.get("x_room")
    for room in (hall, nook, alone):
        works(*(rooms.record_url(room.pk) + part for part in ("", "/edit", "/history", "/timeline")))
    works(f"{rooms.list_url}?columns=name,parent,main_shelf", f"{rooms.list_url}/export?format=csv")
    for tree, names in (
        ({"field": "parent.parent.main_shelf.room.name", "op": "is", "value": "Hall"}, ["Hall"]),
        ({"field": "parent", "op": "is", "value": alone.pk}, ["Cellar"]),
        ({"related": "x_room_list", "measure": "count", "op": "gte", "value": 1}, ["Cellar", "Hall", "Nook"]),
    ):
        asked = conditions.compile(tree, schema=ResourceSchema(rooms, alice), viewer=alice)
        found = rooms.visible_to(alice).filter(asked)
        assert sorted(found.values_list("name", flat=True)) == names
        works(f"{rooms.list_url}?filter={json.dumps(tree)}")

    merge = merging.merge_records(actor=alice, resource=rooms, survivor=hall, others=[nook])
    works(rooms.record_url(hall.pk), rooms.list_url)
    assert isinstance(merge, Merge)
    merging.unmerge_records(actor=alice, merge=merge)
    for key in ("x_shelf", "x_room"):
        made = CustomObject.objects.get(key=key)
        records.remove_custom_object(actor=alice, definition=made)
        records.purge_custom_object(actor=alice, definition=made, confirmation=key)
        assert all(job.state == "done" for job in run_waiting())
        if key == "x_shelf":
            editions.look_again()
            works(rooms.list_url, rooms.record_url(hall.pk))
