"""Colleagues have a page like every record, and nobody changes them there: identity's services do."""

import pytest

from kizuna.base.testing.visiting import page_of

pytestmark = pytest.mark.django_db


def test_a_colleague_has_a_page_with_what_they_look_after(haruto, sora, visit, shelve):
    shelve("Kokoro", owner=haruto)
    page = page_of(visit(sora).get(f"/users/{haruto.pk}"))
    assert haruto.email in page
    assert 'data-pane-of="timeline"' not in page
    assert "/history" not in page
    related = page_of(visit(sora).get(f"/users/{haruto.pk}/panels"))
    assert "Kokoro" in related
    assert "panel-files" not in related


@pytest.mark.parametrize(
    "path", ["history", "timeline", "cells/name", "fields/name?edit", "edit", "compose/note", "people"]
)
def test_nobody_finds_their_past_or_a_form_to_change_them(haruto, alice, visit, path):
    assert visit(alice).get(f"/users/{haruto.pk}/{path}").status_code in (403, 404)


@pytest.mark.parametrize("verb", ["delete", "restore", "edit", "merge-edits", "undo/1", "cells/name", "fields/name"])
def test_nobody_changes_them_by_the_verbs_of_records(haruto, alice, visit, verb):
    assert visit(alice).post(f"/users/{haruto.pk}/{verb}", name="Mallory").status_code in (403, 404)
    haruto.refresh_from_db()
    assert haruto.name == "Haruto"


@pytest.mark.parametrize("path", ["new", "similar", "form-parts"])
def test_nobody_makes_one_by_the_form_of_records(alice, visit, path):
    assert visit(alice).post(f"/users/{path}", name="Mallory").status_code == 403
