"""Saved views on the list: tabs, edits, sharing, defaults, and views that cannot be shown as they are meant."""

import json
import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kizuna.base.identity.models import Role
from kizuna.base.saved_views import queries, services
from kizuna.base.saved_views.models import SavedView
from kizuna.base.testing.library.models import Book
from kizuna.base.testing.visiting import listed, page_of, said
from kizuna.base.ui.tests.test_views_lists import heads, link

pytestmark = pytest.mark.django_db

LONG = {"field": "pages", "op": "gt", "value": 300}


@pytest.fixture
def keep(db):
    """`keep(haruto, "Long", condition=LONG)`"""

    def save(actor, name="Long", **parts):
        return services.save_view(actor=actor, resource="book", name=name, **parts)

    return save


@pytest.fixture
def three(shelve):
    return {
        title: shelve(title, pages=pages) for title, pages in (("Sanshiro", 400), ("Kokoro", 248), ("Botchan", 320))
    }


def tabs(answer) -> list[str]:
    nav = page_of(answer).split('<nav class="k-tabs')[1].split("</nav>")[0]
    return [re.sub(r"<[^>]+>", "", tab).strip() for tab in re.findall(r'<a class="k-tab".*?</a>', nav, re.S)]


def state_of(answer) -> dict[str, str]:
    """What the selection bar would send for all that match."""
    bar = page_of(answer).split('id="selection"')[1].split("</form>")[0]
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', bar)
    return {name: unescape(value) for name, value in found}


# ── what a view shows ──


def test_a_view_shows_its_rows_columns_and_order_in_a_tab_of_its_own(three, keep, haruto, visit):
    view = keep(haruto, condition=LONG, sort="-pages", columns=["pages"], density="tight")
    answer = visit(haruto).get("/books", view=view.pk)
    assert listed(answer) == ["Sanshiro", "Botchan"]
    assert heads(answer) == ["title", "pages"]
    assert "k-table k-tight" in page_of(answer)
    assert tabs(answer) == ["All", "Mine", "Long", "Trash"]
    assert link(answer, "Long") == f"/books?view={view.pk}"
    assert page_of(visit(haruto).get("/books/count", view=view.pk)) == "2"


def test_what_the_address_says_goes_before_the_view_and_is_called_edited(three, keep, haruto, visit):
    view = keep(haruto, condition=LONG, sort="-pages")
    his = visit(haruto)
    assert "Edited" not in page_of(his.get("/books", view=view.pk))
    answer = his.get("/books", view=view.pk, sort="pages", filter="")
    assert listed(answer) == ["Kokoro", "Botchan", "Sanshiro"]
    assert "Edited" in page_of(answer)
    assert link(answer, "Reset") == f"/books?view={view.pk}"


def test_the_address_that_says_what_the_view_says_is_no_edit(three, keep, haruto, visit):
    view = keep(haruto, condition=LONG, columns=["pages"])
    same = {"filter": json.dumps(LONG, indent=1), "columns": "title,pages", "sort": "title", "search": ""}
    assert "Edited" not in page_of(visit(haruto).get("/books", view=view.pk, **same))


def test_closing_the_last_chip_of_a_view_shows_more_and_can_be_saved(three, keep, haruto, visit):
    view = keep(haruto, condition=LONG)
    his = visit(haruto)
    page = page_of(his.get("/books", view=view.pk))
    removed = unescape(re.findall(r'class="k-chip-x" href="([^"]*)"', page)[0])
    answer = his.get(removed)
    assert len(listed(answer)) == 3
    assert his.send(f"/books/views/{view.pk}/save", filter="", version="1").status_code == 204
    assert listed(his.get("/books", view=view.pk)) == listed(answer)


def test_columns_of_a_view_do_not_become_those_of_the_person(three, keep, haruto, visit):
    view = keep(haruto, columns=["pages"])
    his = visit(haruto)
    his.client.get(f"/books?view={view.pk}&columns=rating")
    assert "rating" not in heads(his.get("/books"))


def test_pages_and_heads_of_a_view_stay_in_it(shelve, keep, haruto, visit):
    for number in range(60):
        shelve(f"Book {number:02}", pages=400)
    view = keep(haruto, condition=LONG)
    his = visit(haruto)
    first = his.get("/books", view=view.pk)
    following = his.get(unescape(re.findall(r'href="([^"]*cursor=[^"]*)"', page_of(first))[0]))
    assert len(listed(first) + listed(following)) == 60
    assert 'aria-current="page"' in page_of(following)


def test_a_view_that_is_gone_or_not_shared_is_not_found_and_never_everything(three, keep, haruto, sora, visit):
    view = keep(sora)
    assert visit(haruto).get("/books", view=view.pk).status_code == 404
    assert visit(haruto).get("/authors", view=keep(haruto).pk).status_code == 404
    assert visit(haruto).get("/books/count", view=10**15).status_code == 404


# ── a view shared and then forbidden, a field removed while a view uses it ──


@pytest.fixture
def forbidden(three, keep, alice, haruto, hide):
    """A view that Alice shares with everyone; then pages are hidden from Haruto."""
    condition = {"all": [LONG, {"field": "title", "op": "contains", "value": "an"}]}
    view = keep(alice, condition=condition, sort="-pages", columns=["pages", "status"], audience="everyone")
    hide(haruto, "book", "pages")
    return view


def test_a_view_whose_condition_became_forbidden_shows_no_row_and_the_way_out(forbidden, haruto, visit):
    his = visit(haruto)
    answer = his.get("/books", view=forbidden.pk)
    assert listed(answer) == []
    assert "This view cannot be shown as it is meant" in page_of(answer)
    assert "Ask Alice" in page_of(answer)
    without = his.get(link(answer, "Show without that part"))
    assert listed(without) == ["Botchan", "Sanshiro"]
    assert heads(without) == ["title", "status"]


@pytest.mark.parametrize("path", ["/books/count", "/books/bulk/edit", "/books/bulk/delete"])
def test_nothing_is_done_to_more_rows_than_a_forbidden_view_means(forbidden, haruto, visit, path):
    answer = visit(haruto).ask(path, view=forbidden.pk, all="1")
    assert answer.status_code in (403, 422)
    assert "Kokoro" not in page_of(answer)


def test_hidden_columns_of_a_view_are_left_out_and_its_sort_becomes_the_usual_one(
    three, keep, alice, haruto, hide, visit
):
    view = keep(alice, sort="-pages", columns=["pages", "status"], audience="everyone")
    hide(haruto, "book", "pages")
    answer = visit(haruto).get("/books", view=view.pk)
    assert heads(answer) == ["title", "status"]
    assert listed(answer) == ["Botchan", "Kokoro", "Sanshiro"]
    assert listed(visit(alice).get("/books", view=view.pk)) == ["Sanshiro", "Botchan", "Kokoro"]


def test_a_view_with_a_field_that_was_removed_opens_and_can_be_mended_by_its_owner(three, keep, haruto, visit):
    view = keep(haruto, condition=LONG)
    taste = {"field": "taste", "op": "is", "value": "bitter"}
    SavedView.objects.update(condition={"all": [taste, LONG]}, columns=["taste", "pages"], sort="taste")
    his = visit(haruto)
    answer = his.get("/books", view=view.pk)
    assert listed(answer) == []
    assert "taste" in page_of(answer)
    assert "Fix the filter" in page_of(answer)
    assert listed(his.get("/books", view=view.pk, search="Kokoro")) == []
    mended = his.get(link(answer, "Show without that part"))
    assert listed(mended) == ["Botchan", "Sanshiro"]
    his.send(f"/books/views/{view.pk}/save", filter=json.dumps(LONG), version="1")
    assert listed(his.get("/books", view=view.pk)) == ["Botchan", "Sanshiro"]


def test_a_view_shows_each_reader_only_their_own_rows(three, keep, alice, carol, visit):
    view = keep(alice, condition=LONG, audience="everyone")
    assert listed(visit(carol).get("/books", view=view.pk)) == []


def test_a_person_who_may_no_longer_read_books_has_no_view_of_them(keep, haruto, visit):
    view = keep(haruto)
    haruto.roles.clear()
    assert visit(haruto).get("/books", view=view.pk).status_code == 404
    assert visit(haruto).send(f"/books/views/{view.pk}/delete").status_code == 404


# ── keeping and changing views at the screen ──


def test_a_list_is_kept_as_a_view_and_opened(three, haruto, visit):
    his = visit(haruto)
    dialog = his.ask("/books/views/new", filter=json.dumps(LONG), sort="-pages")
    assert "Save this view" in page_of(dialog)
    answer = his.send("/books/views/new", filter=json.dumps(LONG), sort="-pages", name="Long", default="on")
    view = SavedView.objects.get()
    assert (view.condition, view.sort, view.owner, view.audience) == (LONG, "-pages", haruto, "private")
    assert answer["HX-Redirect"] == f"/books?view={view.pk}"
    assert listed(his.get("/books")) == ["Sanshiro", "Botchan"]
    assert listed(his.get(link(his.get("/books"), "All"))) == ["Botchan", "Kokoro", "Sanshiro"]


def test_mine_kept_as_a_view_shows_everybody_their_own(shelve, alice, sora, visit):
    shelve("Hers", owner=sora)
    visit(alice).send("/books/views/new", view="mine", name="My books", who="everyone")
    view = SavedView.objects.get()
    assert listed(visit(sora).get("/books", view=view.pk)) == ["Hers"]


def test_columns_that_a_person_is_used_to_are_kept_in_their_view(three, haruto, visit):
    his = visit(haruto)
    his.client.get("/books?columns=rating&columns=pages")
    his.send("/books/views/new", name="Rated")
    assert heads(his.get("/books", view=SavedView.objects.get().pk)) == ["title", "rating", "pages"]


def test_a_view_beyond_those_that_are_shown_is_found(three, keep, haruto, visit, monkeypatch):
    monkeypatch.setattr(queries, "MOST_SHOWN", 1)
    keep(haruto)
    last = keep(haruto, "Last", condition=LONG)
    assert listed(visit(haruto).get("/books", view=last.pk)) == ["Botchan", "Sanshiro"]


def test_a_name_that_is_taken_is_said_beside_it_and_nothing_typed_is_lost(keep, alice, visit):
    keep(alice)
    answer = visit(alice).send("/books/views/new", name="Long", who="everyone", sort="-pages")
    assert answer.status_code == 422
    page = page_of(answer)
    assert "There is a view of this name already." in page
    assert 'value="everyone" selected' in page
    assert 'name="sort" value="-pages"' in page


def test_sharing_is_offered_only_to_those_who_may(haruto, alice, mika, visit):
    assert 'name="who"' not in page_of(visit(haruto).ask("/books/views/new"))
    assert "Team: Tokyo" in page_of(visit(alice).ask("/books/views/new"))
    assert "Everyone" not in page_of(visit(mika).ask("/books/views/new")).split("<select")[1]
    assert visit(haruto).send("/books/views/new", name="Long", who="everyone").status_code == 403


def test_saving_over_what_somebody_else_saved_is_refused_and_said(three, keep, alice, mika, visit):
    view = keep(mika, audience="team", team=mika.team)
    assert visit(alice).send(f"/books/views/{view.pk}/save", sort="pages", version="1").status_code == 204
    answer = visit(mika).send(f"/books/views/{view.pk}/save", sort="-pages", version="1")
    assert answer.status_code == 412
    assert "Somebody else saved this view in the meantime." in said(answer)
    assert SavedView.objects.get().sort == "pages"


def test_only_who_may_change_a_view_is_offered_to(three, keep, alice, haruto, visit):
    view = keep(alice, audience="everyone")
    page = page_of(visit(haruto).get("/books", view=view.pk, sort="pages"))
    assert f"/books/views/{view.pk}/save" not in page
    assert f"/books/views/{view.pk}/delete" not in page
    assert "Save as…" in page
    assert visit(haruto).send(f"/books/views/{view.pk}/save", sort="pages", version="1").status_code == 403


def test_a_view_is_renamed_and_shared_in_a_dialog(keep, alice, haruto, visit):
    view = keep(alice)
    hers = visit(alice)
    assert "Name and sharing" in page_of(hers.ask(f"/books/views/{view.pk}/edit"))
    assert said(hers.send(f"/books/views/{view.pk}/edit", name="Heavy", who="everyone", version="1")) == "View saved."
    assert "Heavy" in tabs(visit(haruto).get("/books"))
    assert hers.send(f"/books/views/{view.pk}/edit", name="Light", version="1").status_code == 412


def test_a_deleted_view_is_brought_back_by_the_undo_of_the_toast(three, keep, haruto, visit):
    view = keep(haruto)
    his = visit(haruto)
    his.send(f"/books/views/{view.pk}/delete")
    answer = his.get("/books", view="all")
    undo = re.findall(r'[\w-]+="(/books/views/\d+/restore)"', page_of(answer))
    assert "Long" not in tabs(answer)
    his.send(undo[0])
    assert "Long" in tabs(his.get("/books"))


def test_tabs_are_moved_and_put_into_the_menu(keep, haruto, visit):
    made = [keep(haruto, name) for name in ("One", "Two", "Three")]
    his = visit(haruto)
    his.send(f"/books/views/{made[2].pk}/move/left")
    his.send(f"/books/views/{made[0].pk}/unpin")
    answer = his.get("/books")
    assert tabs(answer) == ["All", "Mine", "Three", "Two", "Trash"]
    assert link(answer, "One") == f"/books?view={made[0].pk}"
    assert "One" in tabs(his.get("/books", view=made[0].pk))
    his.send(f"/books/views/{made[0].pk}/pin")
    assert "One" in tabs(his.get("/books"))


def test_more_views_than_fit_stand_in_the_menu(keep, haruto, visit):
    for number in range(8):
        keep(haruto, f"View {number}")
    answer = visit(haruto).get("/books")
    assert len(tabs(answer)) == 9
    assert "2 more" in page_of(answer)
    assert link(answer, "View 7")


def test_a_default_for_a_role_is_set_by_an_administrator_and_left_by_the_person(three, keep, alice, haruto, visit):
    view = keep(alice, condition=LONG, audience="everyone")
    role = Role.objects.get(code="salesperson")
    assert visit(haruto).ask(f"/books/views/{view.pk}/defaults").status_code == 403
    assert said(visit(alice).send(f"/books/views/{view.pk}/defaults", **{"for": [str(role.pk)]})) == "Saved."
    assert queries.defaults(view) == {role.pk}
    his = visit(haruto)
    assert listed(his.get("/books")) == ["Botchan", "Sanshiro"]
    assert len(listed(his.get("/books", search=""))) == 3
    his.send(f"/books/views/{view.pk}/default")
    assert len(listed(his.get("/books"))) == 3
    assert visit(alice).send(f"/books/views/{view.pk}/defaults").status_code == 200
    assert queries.defaults(view) == set()


# ── what acts on all that match ──


def test_a_selection_says_what_it_means_without_the_view(three, keep, haruto, visit):
    view = keep(haruto, condition=LONG, search="Botchan")
    state = state_of(visit(haruto).get("/books", view=view.pk))
    assert "view" not in state
    assert (json.loads(state["filter"]), state["search"]) == (LONG, "Botchan")


def test_a_view_changed_meanwhile_does_not_change_what_is_deleted(three, keep, mika, visit):
    view = keep(mika, condition=LONG)
    hers = visit(mika)
    state = state_of(hers.get("/books", view=view.pk))
    services.change_view(actor=mika, view=view, changes={"condition": {}})
    hers.send("/books/bulk/delete", **state, all="1")
    assert list(Book.objects.live().values_list("title", flat=True)) == ["Kokoro"]


def test_an_export_follows_the_view(three, keep, mika, visit):
    view = keep(mika, condition=LONG, sort="-pages", columns=["pages"])
    answer = visit(mika).post("/books/export", view=view.pk, which="shown")
    rows = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert [row.split(",")[0] for row in rows[1:]] == ["Sanshiro", "Botchan"]


# ── cost ──


def test_saved_views_cost_one_question_however_many_there_are(three, keep, alice, victor, visit):
    def asked(**query) -> tuple[int, int]:
        his = visit(victor)
        his.get("/books", **query)
        with CaptureQueriesContext(connection) as captured:
            assert his.get("/books", **query).status_code == 200
        return len([one for one in captured if "saved_views_savedview" in one["sql"]]), len(captured)

    assert asked()[0] == 1
    few = asked()
    views = [keep(alice, f"View {number}", condition=LONG, audience="everyone") for number in range(12)]
    assert asked() == few
    assert asked(view=views[0].pk) == few


def test_the_palette_leads_to_views(keep, haruto, sora, visit):
    view = keep(haruto, "Heavy reading")
    keep(sora, "Heavy secrets")
    answer = visit(haruto).ask("/palette", q="heavy")
    assert f'data-href="/books?view={view.pk}"' in page_of(answer)
    assert "secrets" not in page_of(answer)
