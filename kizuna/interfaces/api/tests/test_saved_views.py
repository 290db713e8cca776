"""Saved views over the API, and lists by them."""

import pytest

from kizuna.base.saved_views import services
from kizuna.base.saved_views.models import SavedView

pytestmark = pytest.mark.django_db

LONG = {"field": "pages", "op": "gt", "value": 300}


def sent(**more):
    return {"resource": "books", "name": "Long books", "condition": LONG, **more}


@pytest.fixture
def shelve(program, haruto):
    """`shelve("Kokoro", pages=248)`: a book of Haruto's."""
    return lambda title, **values: program(haruto).post("/books", {"title": title, **values})


def pointers(answer) -> set[str]:
    return {error["pointer"] for error in answer.json()["errors"]}


def titles(answer) -> list[str]:
    return [item["title"] for item in answer.json()["items"]]


def test_a_view_is_created_read_changed_and_deleted(program, haruto):
    his = program(haruto)
    made = his.post("/views", sent(sort="-pages", columns=["pages"]))
    assert made.status_code == 201
    path = made.headers["Location"].removeprefix("/api/v1")
    shown = his.get(path)
    assert shown.json() == made.json()
    assert (shown.json()["resource"], shown.json()["owner"]["title"], shown.headers["ETag"]) == (
        "books",
        "Haruto",
        '"1"',
    )
    changed = his.patch(path, {"name": "Longest"}, If_Match='"1"')
    assert (changed.json()["name"], changed.json()["version"], changed.json()["condition"]) == ("Longest", 2, LONG)
    assert his.delete(path).status_code == 204
    assert his.get(path).status_code == 404


def test_a_change_of_what_changed_meanwhile_is_refused_with_what_stands_there(program, haruto):
    his = program(haruto)
    path = f"/views/{his.post('/views', sent()).json()['id']}"
    his.patch(path, {"sort": "pages"})
    answer = his.patch(path, {"sort": "-pages"}, If_Match='"1"')
    assert answer.status_code == 412
    assert answer.json()["current"]["sort"] == "pages"
    assert answer.headers["ETag"] == '"2"'
    assert his.delete(path, If_Match='"1"').status_code == 412


@pytest.mark.parametrize(
    ("part", "pointer"),
    [
        ({"resource": "planets"}, "/resource"),
        ({"resource": 7}, "/resource"),
        ({"name": "  "}, "/name"),
        ({"condition": {"all": [{"field": "taste", "op": "is"}]}}, "/condition/all/0/field"),
        ({"colour": "red"}, "/colour"),
        ({"kind": "globe"}, "/kind"),
        ({"team": 10**30}, "/team"),
    ],
    ids=str,
)
def test_what_is_wrong_is_pointed_to(program, haruto, part, pointer):
    answer = program(haruto).post("/views", sent(**part))
    assert answer.status_code == 422
    assert pointers(answer) == {pointer}


def test_views_are_listed_page_by_page_as_far_as_they_are_seen(program, haruto, sora, alice, nobody):
    for number in range(3):
        program(haruto).post("/views", sent(name=f"View {number}"))
    program(alice).post("/views", sent(name="For everyone", audience="everyone"))
    program(haruto).post("/views", {"resource": "authors", "name": "Authors"})
    his = program(haruto)
    first = his.get("/views", resource="books", limit=3).json()
    rest = his.get("/views", resource="books", limit=3, cursor=first["next_cursor"]).json()
    assert [view["name"] for view in first["items"] + rest["items"]] == ["View 0", "View 1", "View 2", "For everyone"]
    assert rest["next_cursor"] is None
    assert [view["name"] for view in program(sora).get("/views").json()["items"]] == ["For everyone"]
    assert program(nobody).get("/views").json()["items"] == []


def test_a_list_by_a_view_has_its_rows_in_its_order(program, haruto, shelve):
    for title, pages in (("Sanshiro", 400), ("Kokoro", 248), ("Botchan", 320)):
        shelve(title, pages=pages)
    his = program(haruto)
    view = his.post("/views", sent(sort="-pages", columns=["pages"])).json()["id"]
    assert titles(his.get("/books", view=view)) == ["Sanshiro", "Botchan"]
    assert "status" in his.get("/books", view=view).json()["items"][0]
    assert titles(his.get("/books", view=view, sort="pages")) == ["Botchan", "Sanshiro"]
    assert titles(his.ask("/books", {}, view=view, search="Kokoro")) == ["Kokoro"]


def test_a_place_in_a_view_is_none_in_the_view_as_it_is_now(program, haruto, shelve):
    for number in range(3):
        shelve(f"Book {number}", pages=400)
    his = program(haruto)
    view = his.post("/views", sent()).json()["id"]
    cursor = his.get("/books", view=view, limit=1).json()["next_cursor"]
    assert his.get("/books", view=view, limit=1, cursor=cursor).status_code == 200
    his.patch(f"/views/{view}", {"condition": {}})
    assert his.get("/books", view=view, limit=1, cursor=cursor).status_code == 422


def test_a_view_that_is_not_there_lists_nothing_and_never_everything(program, haruto, sora, shelve):
    shelve("Kokoro")
    view = program(haruto).post("/views", sent()).json()["id"]
    authors = program(sora).post("/views", {"resource": "authors", "name": "All"}).json()["id"]
    for number in (view, authors, 10**17):
        answer = program(sora).get("/books", view=number)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["parameter"] == "view"


def test_a_view_that_asks_for_what_is_hidden_lists_nothing(program, alice, haruto, hide, shelve):
    shelve("Kokoro", pages=400)
    view = services.save_view(
        actor=alice, resource="book", name="Long", condition=LONG, sort="pages", audience="everyone"
    )
    assert titles(program(haruto).get("/books", view=view.pk)) == ["Kokoro"]
    hide(haruto, "book", "pages")
    answer = program(haruto).get("/books", view=view.pk)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["parameter"] == "view"
    SavedView.objects.update(condition={})
    assert titles(program(haruto).get("/books", view=view.pk)) == ["Kokoro"]
