"""A program imports a file: looks, tries it out, starts it, is told what could not be used, and takes it back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kizuna.base.identity.models import User
from kizuna.base.jobs.inline import run_waiting
from kizuna.base.records import services as records
from kizuna.base.testing.library.models import Book
from kizuna.interfaces.api.tests.conftest import ROOT

pytestmark = pytest.mark.django_db

FILE = "Title,Pages,Shelf mark\nKokoro,260,A1\nBotchan,180,A2\nSanshiro,many,A3\n"
MAPPING = ["title", "pages", None]


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def give(program: Any, content: str = FILE, path: str = "/books/imports", encoding: str = "utf-8") -> Any:
    return program._client.post(ROOT + path, {"file": SimpleUploadedFile("books.csv", content.encode(encoding))})


@pytest.fixture
def shelf(program, mika: User, kokoro: Book) -> tuple[Any, str, dict[str, Any]]:
    """Mika's program, the address of an import of three rows about her shelf, and how it is settled."""
    records.update(actor=mika, record=kokoro, changes={"owner": mika.pk})
    mine = program(mika)
    given = give(mine, f"No,Title,Pages\nbook:{kokoro.pk},Kokoro,260\n,Botchan,180\n,Sanshiro,many\n")
    found = given.json()
    here = f"/imports/{found['id']}"
    assert (given.status_code, given["Location"]) == (201, ROOT + here)
    assert (found["state"], found["columns"]) == ("draft", ["No", "Title", "Pages"])
    assert found["mapping"][1:] == ["title", "pages"]
    return mine, here, {"mapping": ["id", "title", "pages"], "options": {"dates": "dmy"}}


def test_a_file_is_tried_out_and_then_imported_as_foreseen(shelf, kokoro: Book) -> None:
    mine, here, settled = shelf
    tried = mine.post(f"{here}/dry-run", settled)
    assert (tried.status_code, tried.json()["dry_run"]["state"]) == (202, "waiting")
    run_waiting()
    foreseen = mine.get(here).json()["dry_run"]
    assert (foreseen["state"], foreseen["done"]) == ("done", 3)
    (row,) = mine.get(f"{here}/dry-run/rows", verdict="update").json()["items"]
    assert (row["record_id"], row["changes"]) == (kokoro.pk, {"pages": [248, 260]})
    assert Book.objects.count() == 1
    assert mine.post(f"{here}/start", settled).status_code == 202
    run_waiting()
    done = mine.get(here).json()
    assert (done["state"], done["done"], done["counts"]) == ("done", 3, foreseen["counts"])
    assert (done["counts"]["create"], done["counts"]["update"], done["counts"]["rejected"]) == (1, 1, 1)
    (rejected,) = mine.get(f"{here}/rejected").json()["items"]
    assert (rejected["row"], rejected["cells"]) == (4, ["", "Sanshiro", "many"])
    assert "Pages" in rejected["reason"]


def test_an_import_is_taken_back_but_for_what_was_changed_since(shelf, mika: User, kokoro: Book) -> None:
    mine, here, settled = shelf
    mine.post(f"{here}/start", settled)
    run_waiting()
    records.update(actor=mika, record=Book.objects.get(title="Kokoro"), changes={"pages": 270})
    assert mine.post(f"{here}/undo").status_code == 202
    run_waiting()
    undone = mine.get(here).json()["undo"]
    assert (undone["state"], undone["removed"], undone["kept"]) == ("done", 1, 1)
    (kept,) = mine.get(f"{here}/undo/kept").json()["items"]
    values = {"field": "pages", "imported": 260, "now": 270, "why": "changed"}
    assert kept == {"resource": "books", "record_id": kokoro.pk} | values
    assert not Book.objects.live().filter(title="Botchan").exists()


def test_it_is_paused_gone_on_with_and_stopped(program, mika: User) -> None:
    mine = program(mika)
    here = f"/imports/{give(mine).json()['id']}"
    assert mine.post(f"{here}/pause").status_code == 422
    mine.post(f"{here}/start", {"mapping": MAPPING})
    assert mine.post(f"{here}/pause").json()["state"] == "paused"
    run_waiting()
    assert not Book.objects.exists()
    assert mine.post(f"{here}/resume").json()["state"] == "waiting"
    assert mine.post(f"{here}/cancel").json()["state"] == "cancelled"
    assert mine.post(f"{here}/start").status_code == 422


def test_pages_of_ones_own_imports(program, mika: User, sora: User, alice: User) -> None:
    mine, hers = program(mika), program(sora)
    first, second = (give(mine).json()["id"] for _ in range(2))
    page = mine.get("/imports", limit=1).json()
    assert ([one["id"] for one in page["items"]], page["next_cursor"]) == ([second], str(second))
    rest = mine.get("/imports", limit=1, cursor=page["next_cursor"]).json()
    assert ([one["id"] for one in rest["items"]], rest["next_cursor"]) == ([first], None)
    assert hers.get("/imports").json()["items"] == []
    for method, path in (
        ("get", ""),
        ("post", "/start"),
        ("get", "/rejected"),
        ("post", "/undo"),
        ("get", "/undo/kept"),
    ):
        assert getattr(hers, method)(f"/imports/{first}{path}").status_code == 404
    assert len(program(alice).get("/imports").json()["items"]) == 2


def test_who_may_not_import_cannot_give_a_file(program, victor: User) -> None:
    assert give(program(victor)).status_code in (403, 404)


def test_an_encoding_that_is_known_is_taken(program, mika: User) -> None:
    found = give(program(mika), "Title\n心\n", "/books/imports?encoding=cp932&delimiter=%2C", "cp932").json()
    assert (found["encoding"], found["rows"]) == ("cp932", 1)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"mapping": "title"}, "/mapping"),
        ({"mapping": [1, None, None]}, "/mapping"),
        ({"mapping": ["title"]}, "/mapping"),
        ({"mapping": [None, None, None]}, "/mapping"),
        ({"mapping": ["%%", None, None]}, "/mapping"),
        ({"mapping": ["password", None, None]}, "/mapping"),
        ({"options": []}, "/options"),
        ({"options": {"colour": "red"}}, "/options/colour"),
        ({"options": {"dates": "yyyy"}}, "/options/dates"),
        ({"options": {"owner": True}}, "/options/owner"),
        ({"options": {"owner": 2**70}}, "/options/owner"),
        ({"options": {"match": [1]}}, "/options/match"),
        ({"options": {"match": ["pages"]}}, "/options/match"),
        ({"options": {"match": ["shelf+reading"]}}, "/options/match"),
        ({"options": {"is_quiet": "yes"}}, "/options/is_quiet"),
        ({"options": {"policies": {"pages": "burn"}}}, "/policies"),
        ({"options": {"defaults": {"colour": "red"}}}, "/defaults"),
        ({"options": {"brings_new": False, "updates_known": False}}, "/brings_new"),
        ({"rows": 3}, "/rows"),
    ],
)
def test_what_cannot_be_settled_is_refused_where_it_stands(program, mika: User, body: Any, pointer: str) -> None:
    mine = program(mika)
    here = f"/imports/{give(mine).json()['id']}"
    for way in ("dry-run", "start"):
        answer = mine.post(f"{here}/{way}", body)
        assert answer.status_code == 422
        assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    assert mine.get(here).json()["state"] == "draft"


def test_what_is_no_table_is_refused(program, mika: User) -> None:
    mine = program(mika)
    assert give(mine, "").status_code == 422
    assert mine.post("/books/imports", {"file": "x"}).status_code == 415
    assert mine._client.post(ROOT + "/books/imports", {"name": "no file"}).status_code == 422
    assert give(mine, path="/books/imports?encoding=klingon").status_code == 422
