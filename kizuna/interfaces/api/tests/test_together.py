"""Comments, following and notifications over the API: the same rights as on the screen."""

from __future__ import annotations

from typing import Any

import pytest

from kizuna.base.collaboration import queries
from kizuna.base.identity.models import User
from kizuna.base.jobs import run_waiting
from kizuna.base.resources.resource import Resource
from kizuna.base.testing.library.models import Book

pytestmark = pytest.mark.django_db


@pytest.fixture
def path(kokoro: Book) -> str:
    return f"/books/{kokoro.pk}/comments"


def test_a_comment_is_written_read_changed_deleted_and_brought_back(program: Any, haruto: User, path: str) -> None:
    api = program(haruto)
    made = api.post(path, {"text": "Torn on page 12."})
    assert (made.status_code, made["ETag"]) == (201, '"1"')
    one = f"{path}/{made.json()['id']}"
    assert api.get(path).json()["items"] == [made.json()]
    assert api.patch(one, {"text": "Torn on page 13."}, if_match='"1"').json()["text"] == "Torn on page 13."
    stale = api.patch(one, {"text": "Late."}, if_match='"1"')
    assert (stale.status_code, stale.json()["code"]) == (412, "stale")
    assert api.delete(one).status_code == 204
    assert api.get(path).json()["items"] == []
    assert api.post(f"{one}/restore").status_code == 200


def test_what_is_no_comment_is_refused_with_a_pointer(program: Any, haruto: User, path: str) -> None:
    answer = program(haruto).post(path, {"text": "", "mentions": ["Sora"], "colour": "red"})
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")


def test_a_stranger_finds_neither_comments_nor_a_way_to_follow(program: Any, carol: User, path: str) -> None:
    api = program(carol)
    assert api.get(path).status_code == api.post(path, {"text": "Let me in."}).status_code == 404
    assert api._send("PUT", path.replace("comments", "follow")).status_code == 404


def test_a_colleague_does_not_change_what_another_said(program: Any, haruto: User, sora: User, path: str) -> None:
    said = program(haruto).post(path, {"text": "Mine."}).json()["id"]
    assert program(sora).patch(f"{path}/{said}", {"text": "Ours."}).status_code == 403
    assert program(sora).delete(f"{path}/{said}").status_code == 403


def test_following_said_twice_is_the_same(program: Any, sora: User, path: str, books: Resource, kokoro: Book) -> None:
    api, follow = program(sora), path.replace("comments", "follow")
    assert [api._send("PUT", follow).status_code for _time in range(2)] == [204, 204]
    assert queries.following(sora, books, kokoro)[0]
    assert api.delete(follow).status_code == 204
    assert not queries.following(sora, books, kokoro)[0]


def test_what_somebody_was_told_is_theirs_alone_to_read(
    program: Any, haruto: User, sora: User, mika: User, path: str
) -> None:
    program(haruto).post(path, {"text": "Look, @Sora.", "mentions": [sora.pk]})
    run_waiting()
    api = program(sora)
    (line,) = api.get("/notifications").json()["items"]
    assert (line["text"], line["excerpt"]) == ("Haruto mentioned you on Kokoro", "Look, @Sora.")
    assert program(mika).post(f"/notifications/{line['id']}/read").status_code == 404
    assert api.post(f"/notifications/{line['id']}/read").status_code == 204
    assert api.get("/notifications").json()["items"][0]["read_at"] is not None
    assert api.post("/notifications/read").status_code == 204
