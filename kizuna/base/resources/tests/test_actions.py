"""Actions: a typed signature is a form, an endpoint and a right."""

import datetime as dt
from typing import Any

import pytest

from kizuna.base.access import policy
from kizuna.base.access.models import Grant, Scope
from kizuna.base.identity.models import User
from kizuna.base.resources.actions import action
from kizuna.base.resources.reader import Reader
from kizuna.base.testing.library.models import Book
from kizuna.base.testing.library.services import lend_book
from kizuna.base.types.errors import Denied, Invalid, Missing, Refused

pytestmark = pytest.mark.django_db


def run(actor: User, book: Book, **raw: Any) -> Book:
    return lend_book.run(actor=actor, record_id=book.pk, raw=raw, reader=Reader.of(actor))


def test_the_signature_says_what_is_asked() -> None:
    assert lend_book.name == "lend_book"
    assert lend_book.model is Book
    asked = [(param.name, type(param.field).__name__, param.has_default) for param in lend_book.params]
    assert asked == [("to", "LongText", False), ("until", "Day", True)]


def test_a_salesperson_lends_a_book(haruto: User, kokoro: Book, published) -> None:
    published.forget()
    book = run(haruto, kokoro, to="Sora", until="2026-12-24")
    assert (book.status, book.summary) == (Book.Status.LENT, "Lent to Sora 2026-12-24")
    assert published.rows[0].actor_id == haruto.pk


def test_a_book_is_not_lent_twice(haruto: User, kokoro: Book) -> None:
    run(haruto, kokoro, to="Sora")
    with pytest.raises(Refused, match="not on the shelf"):
        run(haruto, kokoro, to="Mika")


def test_every_wrong_argument_is_named(haruto: User, kokoro: Book) -> None:
    with pytest.raises(Invalid) as caught:
        run(haruto, kokoro, to="", until="soon", whom="Sora")
    assert set(caught.value.errors) == {"to", "until", "whom"}


def test_a_stranger_lends_nothing(carol: User, victor: User, kokoro: Book) -> None:
    with pytest.raises(Missing):
        run(carol, kokoro, to="Carol")
    with pytest.raises(Denied):
        run(victor, kokoro, to="Victor")


def test_calling_the_service_checks_the_right_too(haruto: User, kokoro: Book) -> None:
    role = haruto.roles.get()
    Grant.objects.create(role=role, resource="book", operation="lend_book", scope=Scope.NONE)
    policy.forget(haruto)
    with pytest.raises(Denied):
        lend_book(actor=haruto, book=kokoro, to="Sora")


def test_a_signature_that_no_form_can_fill_is_refused_at_start() -> None:
    @action(label="Odd", done="Odd.")
    def odd(*, actor: Any, book: Book, callback: dict[str, dt.date]) -> None: ...

    with pytest.raises(TypeError, match="callback"):
        _ = odd.params
