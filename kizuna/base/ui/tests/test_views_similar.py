"""Perhaps already here: what the form of a new record finds out while it is filled in."""

from typing import Any

from kizuna.base.identity import SYSTEM
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.testing.visiting import page_of


def author(name: str, **values: Any) -> Any:
    return records.create(actor=SYSTEM, resource=registry.get("author"), values={"name": name, **values})


def ask(visitor, **data: str) -> str:
    return page_of(visitor.send("/authors/similar", **data))


def test_the_same_name_in_other_letters_is_noticed_with_the_reason(haruto, grant, visit) -> None:
    soseki = author("ＮＡＴＳＵＭＥ Sōseki", owner=haruto.pk)
    page = ask(visit(haruto), name="natsume soseki")
    assert f'href="/authors/{soseki.pk}"' in page
    assert "Same name" in page


def test_what_is_half_typed_or_cannot_be_read_finds_nothing_and_breaks_nothing(haruto, visit) -> None:
    author("Natsume", owner=haruto.pk)
    assert "Natsume" not in ask(visit(haruto), name="Nat")
    assert "Natsume" not in ask(visit(haruto))
    assert visit(haruto).send("/authors/similar", name="\0" * 300).status_code == 200


def test_a_record_or_a_field_that_one_may_not_see_is_not_told_of(haruto, carol, hide, visit) -> None:
    author("Natsume", owner=carol.pk)
    assert "Natsume" not in ask(visit(haruto), name="Natsume")
    mine = author("Ogai", owner=haruto.pk)
    hide(haruto, "author", "name")
    assert f"/authors/{mine.pk}" not in ask(visit(haruto), name="Ogai")


def test_who_may_not_create_is_told_nothing(victor, visit) -> None:
    author("Natsume")
    assert visit(victor).send("/authors/similar", name="Natsume").status_code == 403


def test_only_the_form_of_a_new_record_asks(haruto, visit) -> None:
    kept = author("Natsume", owner=haruto.pk)
    assert 'hx-post="/authors/similar"' in page_of(visit(haruto).get("/authors/new"))
    assert "/similar" not in page_of(visit(haruto).get(f"/authors/{kept.pk}/edit"))
