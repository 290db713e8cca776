"""History over the API: newest first, page by page, readable fields only."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kizuna.base.identity.models import User
from kizuna.base.testing.library.models import Book

pytestmark = pytest.mark.django_db


def test_history_says_who_when_whence_and_what(program, haruto: User, sora: User, kokoro: Book) -> None:
    program(sora).patch(f"/books/{kokoro.pk}", {"pages": 250, "author": None})
    changed, made = program(haruto).get(f"/books/{kokoro.pk}/history").json()["items"]
    assert (made["name"], made["changes"]) == ("records.RecordsCreated", {})
    assert changed["actor"] == {"id": sora.pk, "title": "Sora"}
    assert (changed["via"], changed["address"], changed["name"]) == ("api", "127.0.0.1", "records.RecordsUpdated")
    assert changed["occurred_at"].endswith("Z")
    assert changed["changes"] == {
        "pages": {"before": 248, "after": 250},
        "author": {"before": {"id": kokoro.author_id, "title": "夏目 漱石"}, "after": None},
    }


def test_long_histories_come_in_pages(program, haruto: User, kokoro: Book) -> None:
    api, path = program(haruto), f"/books/{kokoro.pk}"
    for pages in range(1, 10):
        api.patch(path, {"pages": pages})
    met: list[int] = []
    cursor: dict[str, str] = {}
    while True:
        page = api.get(f"{path}/history", limit=4, **cursor).json()
        met += [entry["id"] for entry in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert len(met) == len(set(met)) == 10
    assert met == sorted(met, reverse=True)


def test_a_long_history_takes_as_many_queries_as_a_short_one(program, haruto: User, kokoro: Book, sora: User) -> None:
    api, path = program(haruto), f"/books/{kokoro.pk}"

    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            api.get(f"{path}/history")
        return len(caught)

    api.patch(path, {"owner": sora.pk})
    few = queries()
    for owner in (haruto, sora) * 5:
        api.patch(path, {"owner": owner.pk})
    assert queries() == few


@pytest.mark.parametrize(
    "query", [{"cursor": "x"}, {"cursor": "-1"}, {"limit": "999"}, {"before": "3"}, {"cursor": "9" * 40}]
)
def test_a_parameter_that_cannot_be_used_is_named(program, haruto: User, kokoro: Book, query: dict[str, str]) -> None:
    answer = program(haruto).get(f"/books/{kokoro.pk}/history", **query)
    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (422, next(iter(query)))
