"""Comments on the page of a record, the people an @ offers, and following."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kizuna.base.collaboration import services as collaboration
from kizuna.base.collaboration.models import Comment
from kizuna.base.identity.models import User
from kizuna.base.testing.library.models import Book
from kizuna.base.testing.visiting import Visitor, page_of, said, undo_of
from kizuna.base.ui.comments import pieces

Visit = Callable[..., Visitor]


def test_web_addresses_become_links_and_mentioned_people_stand_out() -> None:
    found = list(pieces("@Sora, see https://x.example/a?b=1.\nNot javascript:alert(1)", ["Sora"]))
    assert found == [
        {"text": "@Sora", "mention": "1"},
        {"text": ", see "},
        {"text": "https://x.example/a?b=1", "url": "https://x.example/a?b=1"},
        {"text": ".\nNot javascript:alert(1)"},
    ]


def test_markup_in_a_comment_is_only_text(visit: Visit, haruto: User, kokoro: Book) -> None:
    answer = visit(haruto).send(f"/books/{kokoro.pk}/comments", text="<script>alert(1)</script>", once="x")
    assert said(answer) == "Comment added."
    page = page_of(visit(haruto).get(f"/books/{kokoro.pk}"))
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page


def test_an_empty_comment_comes_back_with_what_is_wrong(visit: Visit, haruto: User, kokoro: Book) -> None:
    answer = visit(haruto).send(f"/books/{kokoro.pk}/comments", text="  ")
    assert answer.status_code == 422
    assert "Write something." in page_of(answer)


def test_deleting_offers_undo(visit: Visit, haruto: User, kokoro: Book) -> None:
    made = collaboration.comment(actor=haruto, record=kokoro, text="Perhaps not.")
    answer = visit(haruto).send(f"/books/{kokoro.pk}/comments/{made.pk}/delete")
    assert not Comment.objects.live().exists()
    visit(haruto).send(undo_of(answer))
    assert Comment.objects.live().exists()


def test_only_its_author_sees_the_way_to_change_a_comment(visit: Visit, haruto: User, sora: User, kokoro: Book) -> None:
    made = collaboration.comment(actor=haruto, record=kokoro, text="Mine.")
    address = f"/books/{kokoro.pk}/comments/{made.pk}/edit"
    assert address in page_of(visit(haruto).get(f"/books/{kokoro.pk}"))
    assert address not in page_of(visit(sora).get(f"/books/{kokoro.pk}"))
    assert visit(sora).ask(address).status_code == 403
    visit(haruto).send(address, text="Mine, still.", version=made.version)
    assert "Mine, still." in page_of(visit(sora).get(f"/books/{kokoro.pk}"))


def test_an_at_offers_only_who_may_see_the_record(
    visit: Visit, haruto: User, sora: User, carol: User, kokoro: Book
) -> None:
    page = page_of(visit(haruto).ask(f"/books/{kokoro.pk}/people"))
    assert "Sora" in page
    assert "Carol" not in page


@pytest.mark.parametrize("way", ["comments", "people", "follow", "compose/comment"])
def test_a_stranger_finds_nothing(visit: Visit, carol: User, kokoro: Book, way: str) -> None:
    someone = visit(carol)
    ask: Any = someone.send if way in ("comments", "follow") else someone.ask
    assert ask(f"/books/{kokoro.pk}/{way}").status_code == 404


def test_following_is_switched_on_and_off(visit: Visit, sora: User, kokoro: Book) -> None:
    assert 'aria-pressed="true"' in page_of(visit(sora).send(f"/books/{kokoro.pk}/follow", on="1"))
    assert 'aria-pressed="false"' in page_of(visit(sora).send(f"/books/{kokoro.pk}/follow", on="0"))


def test_the_timeline_costs_the_same_however_much_was_said(
    visit: Visit, haruto: User, sora: User, kokoro: Book
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for number in range(2):
        for _comment in range(1 + number * 5):
            collaboration.comment(actor=haruto, record=kokoro, text="Look, @Sora.", mentions=[sora.pk])
        with CaptureQueriesContext(connection) as asked:
            visit(haruto).get(f"/books/{kokoro.pk}/timeline")
        counts.append(len(asked))
    assert counts[0] == counts[1]
