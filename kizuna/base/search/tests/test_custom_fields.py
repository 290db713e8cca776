"""What stands in custom fields is found, by those who may see them."""

from __future__ import annotations

from typing import Any

import pytest

from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.search.lexemes import field_code
from kizuna.base.search.queries import find
from kizuna.base.types.errors import Invalid

pytestmark = pytest.mark.django_db


def found(actor: Any, words: str) -> list[int]:
    return [hit.id for hit in find(actor, words)]


def test_words_and_numbers_are_found_where_they_may_be_read(alice: Any, haruto: Any, sora: Any, hide: Any) -> None:
    books = registry.get("book")
    for kind, label in (("text", "Motto"), ("long", "Story"), ("email", "Writer"), ("phone", "Desk")):
        records.add_custom_field(actor=alice, resource=books, kind=kind, labels=label)
    hide(sora, "book", "motto")
    values = {"motto": "Perseverance", "story": "Lighthouse keeper", "writer": "yoko@aoba.example"}
    book = records.create(
        actor=alice, resource=books, values={"title": "Kokoro", "owner": haruto.pk, "desk": "+81 3-1234-5678", **values}
    )
    for words in ("persev", "lighthouse", "yoko@aoba", "03-1234"):
        assert found(alice, words) == [book.pk], words
    assert found(sora, "persev") == []
    assert found(sora, "lighthouse") == [book.pk]
    records.update(actor=alice, record=book, changes={"motto": ""})
    assert found(alice, "persev") == []


def test_a_name_that_the_index_cannot_tell_from_another_is_not_given(alice: Any) -> None:
    books = registry.get("book")
    taken = field_code(books.search[0])
    alike = next(name for name in (f"x{number}" for number in range(100_000)) if field_code(name) == taken)
    with pytest.raises(Invalid):
        records.add_custom_field(actor=alice, resource=books, kind="text", labels="Extra", name=alike)
    records.add_custom_field(actor=alice, resource=books, kind="date", labels="Extra", name=alike)
