"""Merging on the screens: side by side, chosen, merged, found again under the old address, taken apart."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from kizuna.base.identity.models import User
from kizuna.base.merging import services as merging
from kizuna.base.merging.models import Merge
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.testing.library.models import Book, Review

pytestmark = pytest.mark.django_db


def make(actor: User, key: str, **values: Any) -> Any:
    return records.create(actor=actor, resource=registry.get(key), values=values)


@pytest.fixture
def signed_in(client: Client, haruto: User) -> Client:
    client.force_login(haruto)
    return client


@pytest.fixture
def pair(haruto: User) -> tuple[Book, Book]:
    one = make(haruto, "book", title="Kokoro", summary="A student.", subjects=["novel"])
    return one, make(haruto, "book", title="Kokoro", summary="A teacher.", subjects=["Meiji"], pages=248)


def posted(*books: Book, **further: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"ids": [book.pk for book in books], "was": books[0].pk, "survivor": books[0].pk}
    found |= {f"version.{book.pk}": book.version for book in books}
    return found | further


def merged(actor: User, one: Book, two: Book) -> Merge:
    found = merging.merge_records(actor=actor, resource=registry.of(one), survivor=one, others=[two])
    assert isinstance(found, Merge)
    return found


def test_a_selection_is_led_to_the_page(signed_in: Client, pair: tuple[Book, Book]) -> None:
    ids = [book.pk for book in pair]
    answer = signed_in.get("/books/merge", {"ids": ids}, headers={"HX-Request": "true"})
    assert answer["HX-Redirect"] == f"/books/merge?ids={ids[0]}&ids={ids[1]}"


def test_the_page_shows_what_differs_and_why_it_stays(signed_in: Client, pair: tuple[Book, Book]) -> None:
    page = signed_in.get("/books/merge", {"ids": [book.pk for book in pair]}).content.decode()
    assert "A student." in page
    assert "A teacher." in page
    assert "Changed last" in page
    assert "The only value" in page
    assert "All of them together" in page


def test_one_record_or_all_that_match_is_no_pair(signed_in: Client, pair: tuple[Book, Book]) -> None:
    assert signed_in.get("/books/merge", {"ids": [pair[0].pk]}).status_code == 422
    assert signed_in.get("/books/merge", {"all": "1"}).status_code == 422


def test_a_choice_is_kept_and_told_while_the_rule_follows_the_survivor(
    signed_in: Client, pair: tuple[Book, Book]
) -> None:
    one, two = pair
    data = posted(one, two, **{"choose.summary": one.pk, "choose.pages": two.pk})
    page = signed_in.post("/books/merge?look=1", data | {"survivor": two.pk}, headers={"HX-Request": "true"})
    line = next(line for line in page.context["merge"]["lines"] if line["name"] == "summary")
    assert (line["by_hand"], [option["chosen"] for option in line["options"]]) == (True, [True, False])
    assert Book.objects.live().count() == 2


def test_merging_leads_to_the_survivor_and_offers_undo(signed_in: Client, pair: tuple[Book, Book]) -> None:
    one, two = pair
    answer = signed_in.post("/books/merge", posted(one, two, **{"choose.summary": one.pk}), follow=True)
    now = Book.objects.get(pk=one.pk)
    assert (now.summary, now.pages, now.subjects) == ("A student.", 248, ["novel", "Meiji"])
    undo = f"/merges/{Merge.objects.get().pk}/undo"
    assert undo in answer.content.decode()
    signed_in.post(undo)
    assert Book.objects.live().count() == 2


def test_pressing_twice_merges_once(signed_in: Client, pair: tuple[Book, Book]) -> None:
    data = posted(*pair)
    first, again = (signed_in.post("/books/merge", data) for _press in range(2))
    assert (again.status_code, again["Location"]) == (302, first["Location"])
    assert Merge.objects.count() == 1


def test_a_record_that_changed_meanwhile_is_shown_again(
    signed_in: Client, haruto: User, pair: tuple[Book, Book]
) -> None:
    data = posted(*pair)
    records.update(actor=haruto, record=pair[1], changes={"summary": "Quite new."})
    answer = signed_in.post("/books/merge", data)
    assert answer.status_code == 412
    assert "Quite new." in answer.content.decode()
    assert Merge.objects.count() == 0


def test_the_old_address_leads_to_the_survivor_for_those_who_may_see_it(
    signed_in: Client, client: Client, haruto: User, nobody: User, pair: tuple[Book, Book]
) -> None:
    one, two = pair
    merged(haruto, one, two)
    assert signed_in.get(f"/books/{two.pk}")["Location"] == f"/books/{one.pk}"
    assert signed_in.get(f"/books/{two.pk}/history?x=1")["Location"] == f"/books/{one.pk}/history?x=1"
    client.force_login(nobody)
    assert client.get(f"/books/{two.pk}").status_code == 404


def test_the_history_of_the_survivor_leads_to_taking_apart(
    signed_in: Client, haruto: User, pair: tuple[Book, Book]
) -> None:
    made = merged(haruto, *pair)
    page = signed_in.get(f"/books/{pair[0].pk}/history").content.decode()
    assert "merged records into one" in page
    assert f"/merges/{made.pk}" in page
    page = signed_in.get("/merges").content.decode()
    assert f"/merges/{made.pk}" in page
    assert "brought over" not in page


def test_what_came_since_is_given_to_whom_the_person_says(
    signed_in: Client, haruto: User, pair: tuple[Book, Book]
) -> None:
    one, two = pair
    made = merged(haruto, one, two)
    review = make(haruto, "review", body="For the second", book=one.pk)
    records.update(actor=haruto, record=Book.objects.get(pk=one.pk), changes={"pages": 300})
    page = signed_in.get(f"/merges/{made.pk}").content.decode()
    assert "For the second" in page
    assert 'value="pages"' in page
    signed_in.post(f"/merges/{made.pk}", {f"to.review:{review.pk}:book": two.pk, "put_back": ["pages"]})
    assert Review.objects.get().book_id == two.pk
    assert Book.objects.get(pk=one.pk).pages is None
    assert "took it apart" in signed_in.get(f"/merges/{made.pk}").content.decode()


def test_the_menu_asks_for_the_other_record(signed_in: Client, pair: tuple[Book, Book]) -> None:
    one, two = pair
    assert f"/books/{one.pk}/merge" in signed_in.get(f"/books/{one.pk}").content.decode()
    assert signed_in.get(f"/books/{one.pk}/merge").status_code == 200
    answer = signed_in.post(f"/books/{one.pk}/merge", {"other": two.pk})
    assert answer["Location"] == f"/books/merge?ids={one.pk}&ids={two.pk}"
    assert signed_in.post(f"/books/{one.pk}/merge", {"other": one.pk}).status_code == 422


def test_a_viewer_is_offered_nothing(client: Client, victor: User, pair: tuple[Book, Book]) -> None:
    client.force_login(victor)
    assert "/merge" not in client.get(f"/books/{pair[0].pk}").content.decode()
    assert client.get("/books/merge", {"ids": [book.pk for book in pair]}).status_code == 403


def test_a_hidden_title_is_in_no_list_of_merges(
    signed_in: Client, haruto: User, hide: Any, pair: tuple[Book, Book]
) -> None:
    made = merged(haruto, *pair)
    hide(haruto, "book", "title")
    for address in ("/merges", f"/merges/{made.pk}"):
        page = signed_in.get(address).content.decode()
        assert f"#{pair[1].pk}" in page
        assert pair[1].title not in page


def test_a_hidden_field_is_not_on_the_page(signed_in: Client, haruto: User, hide: Any, pair: tuple[Book, Book]) -> None:
    hide(haruto, "book", "summary")
    page = signed_in.get("/books/merge", {"ids": [book.pk for book in pair]}).content.decode()
    assert "A teacher." not in page
    assert "Summary" not in page
