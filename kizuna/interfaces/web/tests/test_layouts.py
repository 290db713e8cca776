"""The settings page of layouts, and what it does to forms, pages of records, imports and the API."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import translation

from kizuna.base.identity.models import Role, Token
from kizuna.base.layouts import queries
from kizuna.base.records import services as records
from kizuna.base.resources import editions, registry
from kizuna.base.testing.visiting import Visitor, page_of

pytestmark = pytest.mark.django_db
PAGE = "/settings/layouts/book"
SHORT = {
    "order": ["s:0", "f:title", "f:pages", "s:1", "f:author", "h:", "f:summary"],
    "title.0": "Short",
    "title.1": "Who",
}


@pytest.fixture
def admin(visit: Callable[..., Visitor], alice: Any) -> Visitor:
    return visit(alice)


def save(admin: Visitor, **data: Any) -> Any:
    answer = admin.send(PAGE, **{**SHORT, "version": "0", **data})
    editions.look_again()
    return answer


def test_only_administrators_come_in(visit: Callable[..., Visitor], mika: Any) -> None:
    for path in ("/settings/layouts", PAGE):
        assert visit(mika).get(path).status_code == 403


def test_the_picker_leads_to_home_and_to_every_kind_of_record(admin: Visitor) -> None:
    for kind in ("home", "book"):
        assert admin.get("/settings/layouts", kind=kind).headers["Location"] == f"/settings/layouts/{kind}"
        assert f'<option value="{kind}" selected>' in page_of(admin.get(f"/settings/layouts/{kind}"))
    assert admin.get("/settings/layouts", kind="nothing").status_code == 404


def test_the_editor_shows_every_field_once_and_says_what_hiding_is_not(admin: Visitor) -> None:
    page = page_of(admin.get(PAGE))
    fields = re.findall(r'name="order" value="f:(\w+)"', page)
    assert sorted(fields) == sorted(registry.get("book").fields)
    assert "it protects nothing" in page


def test_what_is_arranged_is_on_the_form_and_on_the_page_of_a_record(
    admin: Visitor, visit: Callable[..., Visitor], haruto: Any
) -> None:
    answer = save(admin, **{"columns.0": "1"})
    assert answer.headers["HX-Redirect"] == PAGE
    book = records.create(
        actor=haruto, resource=registry.get("book"), values={"title": "Kokoro", "summary": "Of the heart"}
    )
    form = page_of(visit(haruto).get("/books/new"))
    assert form.index("Short") < form.index('name="title"') < form.index('name="pages"') < form.index("Who")
    assert "k-one-column" in form
    assert 'name="summary"' not in form
    page = page_of(visit(haruto).get(f"/books/{book.pk}"))
    assert 'id="field-pages"' in page
    assert "Of the heart" not in page
    assert "summary" in page_of(visit(haruto).get("/books?columns=title,summary"))


def test_a_required_field_is_marked_and_refused_at_the_form_and_in_the_api(
    admin: Visitor, visit: Callable[..., Visitor], haruto: Any, client: Any
) -> None:
    save(admin, required=["pages"])
    form = page_of(visit(haruto).get("/books/new"))
    assert re.search(r'<input[^>]*name="pages"[^>]* required', form)
    refused = visit(haruto).send("/books/new", title="Kokoro", pages="")
    assert refused.status_code == 422
    assert "This is needed." in page_of(refused)
    _token, secret = Token.issue(haruto, "layouts")
    headers = {"authorization": f"Bearer {secret}"}
    answer = client.post("/api/v1/books", {"title": "Kokoro"}, content_type="application/json", headers=headers)
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/pages"]
    described = client.get("/api/v1/resources/books", headers=headers).json()
    assert next(field for field in described["fields"] if field["name"] == "pages")["required"] is True


def test_a_relation_that_the_form_does_not_show_is_still_filled_from_the_address(
    admin: Visitor, visit: Callable[..., Visitor], haruto: Any, soseki: Any
) -> None:
    save(admin, order=["s:0", "f:title", "h:", "f:author"])
    visitor = visit(haruto)
    form = page_of(visitor.get("/books/new", author=soseki.pk))
    assert f'type="hidden" name="author" value="{soseki.pk}"' in form


def test_a_draft_is_previewed_as_a_role_with_the_rules_of_that_role(
    admin: Visitor, haruto: Any, hide: Callable[..., None]
) -> None:
    hide(haruto, "book", "pages")
    sales = Role.objects.get(code="salesperson")
    data: dict[str, Any] = {**SHORT, "as": sales.pk, "required": ["author"]}
    drawn = page_of(admin.send(f"{PAGE}/preview", **data))
    assert 'id="preview-title"' in drawn
    assert 'id="preview-pages"' not in drawn
    assert "Taken away by rules of the role: Pages." in drawn
    assert not queries.has_own("book")


def test_what_is_wrong_is_said_and_nothing_arranged_is_lost(admin: Visitor) -> None:
    answer = save(admin, order=["s:0", "f:pages", "h:", "f:title"])
    page = page_of(answer)
    assert answer.status_code == 422
    assert "No record can be without: Title." in page
    assert 'value="Short"' in page


def test_undo_reset_and_history(admin: Visitor) -> None:
    save(admin)
    save(admin, **{"title.0": "Shorter", "version": "1"})
    assert save(admin, version="0").status_code == 412
    page = page_of(admin.get(PAGE))
    assert page.count("Alice arranged it") == 2
    older, newest = re.findall(rf'hx-post="({PAGE}/undo/\d+)"', page)
    assert admin.send(older).status_code == 412
    admin.send(newest)
    assert 'value="Short"' in page_of(admin.get(PAGE))
    admin.send(f"{PAGE}/reset")
    assert 'value="Short"' not in page_of(admin.get(PAGE))
    back = re.findall(rf'hx-post="({PAGE}/back/\d+)"', page_of(admin.get(PAGE)))
    admin.send(back[-1])
    assert 'value="Short"' in page_of(admin.get(PAGE))


def test_a_declared_section_keeps_its_words_in_every_language(admin: Visitor, alice: Any, visit: Any) -> None:
    """What came with Kizuna stays translated after it was arranged; what is typed stands as typed."""
    resource = registry.get("task")
    order = [f"f:{name}" for name in ("title", "body", "due_on")]
    admin.send("/settings/layouts/task", order=["s:0", *order], version="0", **{"title.0": "Task"})
    editions.look_again()
    alice.language = "ja"
    alice.save()
    with translation.override("ja"):
        assert str(queries.of(resource, alice).sections[0].title) == "タスク"


def test_the_composer_asks_for_what_a_layout_needs(admin: Visitor, visit: Callable[..., Visitor], haruto: Any) -> None:
    order = ["s:0", "f:title", "f:body", "f:due_on"]
    admin.send("/settings/layouts/task", order=order, version="0", required=["body"], **{"title.0": "Task"})
    editions.look_again()
    contact = records.create(actor=haruto, resource=registry.get("contact"), values={"family_name": "山本"})
    url = f"/contacts/{contact.pk}/compose/task"
    assert 'name="body"' in page_of(visit(haruto).ask(url))
    assert visit(haruto).send(url, title="Call").status_code == 422
    assert visit(haruto).send(url, title="Call", body="About the lamps").status_code == 200
