"""Home: which panels stand on it, what each costs, and how a person arranges them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kizuna.base.access import policy
from kizuna.base.collaboration import services as together
from kizuna.base.identity.models import Role, User
from kizuna.base.jobs.inline import run_waiting
from kizuna.base.records import services as records
from kizuna.base.resources import editions
from kizuna.base.saved_views.services import delete_view, save_view
from kizuna.base.testing.visiting import Visitor, listed, page_of
from kizuna.base.ui import home
from kizuna.customers.contacts.models import Contact
from kizuna.interfaces.web.panels import at_hand, progress

Visit = Callable[..., Visitor]


def shown(visitor: Visitor) -> list[str]:
    """The keys of the panels on the page, in their order."""
    return re.findall(r'<section class="[^"]*k-span-\d+[^"]*" id="panel-([\w-]+)"', page_of(visitor.get("/")))


def keys(panels: Any) -> list[str]:
    return [panel.key for panel in panels]


def test_home_shows_by_default_what_ones_rights_are_for(visit: Visit, haruto: User, mika: User, nobody: User) -> None:
    assert shown(visit(haruto))[:2] == ["figures", "tasks"]
    assert "team" not in shown(visit(haruto))
    assert "team" in shown(visit(mika))
    assert not {"tasks", "figures", "changed", "progress"} & set(shown(visit(nobody)))


def test_a_person_adds_moves_takes_away_and_goes_back(visit: Visit, haruto: User, sora: User) -> None:
    visitor = visit(haruto)
    dialog = page_of(visitor.ask("/today/arrange"))
    assert dialog.index('value="tasks"') < dialog.index('value="-"') < dialog.index('value="favourites"')
    order = ["favourites", "tasks", "no-such-panel", "-", "figures"]
    answer = visitor.send("/today/arrange", order=order, **{"span.favourites": "4", "span.tasks": "12"})
    assert answer.headers["HX-Redirect"] == "/"
    page = page_of(visitor.get("/"))
    assert re.findall(r'k-span-(\d+)[^"]*" id="panel-([\w-]+)"', page) == [("4", "favourites"), ("12", "tasks")]
    assert "tasks" in shown(visit(sora))[:2]
    undo = re.search(r'hx-post="(/today/undo[^"]*)"', page)
    assert undo
    visitor.send(undo[1].replace("&amp;", "&"))
    assert shown(visitor)[0] == "figures"
    visitor.send("/today/arrange", order=["-"])
    assert "Nothing stands here" in page_of(visitor.get("/"))
    visitor.send("/today/reset")
    haruto.refresh_from_db()
    assert not home.is_arranged(haruto)


def test_an_administrator_arranges_the_home_with_which_a_role_begins(
    visit: Visit, alice: User, haruto: User, mika: User, sora: User
) -> None:
    own = home.panels_of(sora)[:1]
    home.arrange(actor=sora, entries=[(own[0].key, 12)])
    role = Role.objects.get(code="salesperson")
    page, admin = f"/settings/layouts/home?role={role.pk}", visit(alice)
    assert visit(haruto).get(page).status_code == 403
    before = page_of(admin.get(page))
    assert before.index('value="tasks"') < before.index('value="-"') < before.index('value="favourites"')
    answer = admin.send(page, order=["favourites", "team", "-", "figures"], version="0", **{"span.favourites": "4"})
    editions.look_again()
    assert answer.headers["HX-Redirect"] == page
    assert shown(visit(haruto)) == ["favourites", "team"]
    assert shown(visit(mika))[0] == "figures"
    assert keys(home.panels_of(User.objects.get(pk=sora.pk))) == keys(own)
    visitor = visit(haruto)
    visitor.send("/today/arrange", order=["tasks", "-"])
    assert shown(visitor) == ["tasks"]
    visitor.send("/today/reset")
    assert shown(visitor) == ["favourites", "team"]
    assert "Alice arranged it" in page_of(admin.get(page))
    assert admin.send(page, order=["tasks"], version="0").status_code == 412
    admin.send(f"/settings/layouts/home/reset?role={role.pk}")
    editions.look_again()
    assert shown(visitor)[0] == "figures"


def test_the_home_of_a_role_has_at_least_a_panel_and_no_view_of_the_administrator_alone(
    visit: Visit, alice: User, haruto: User, person: Callable[..., Contact]
) -> None:
    person("山本", "陽子", owner=haruto)
    mine = save_view(actor=alice, resource="contact", name="Mine", audience="private")
    ours = save_view(actor=alice, resource="contact", name="Ours", audience="everyone")
    admin = visit(alice)
    page = page_of(admin.get("/settings/layouts/home"))
    assert f'value="view-{ours.pk}"' in page
    assert f'value="view-{mine.pk}"' not in page
    refused = admin.send("/settings/layouts/home", order=[f"view-{mine.pk}", "-"], version="0")
    assert refused.status_code == 422
    assert "Keep at least one panel." in page_of(refused)
    admin.send("/settings/layouts/home", order=["tasks", f"view-{ours.pk}", "-"], version="0")
    editions.look_again()
    assert shown(visit(haruto)) == ["tasks", f"view-{ours.pk}"]
    delete_view(actor=alice, view=ours)
    assert shown(visit(haruto)) == ["tasks"]


def test_a_habit_that_is_nonsense_breaks_nothing(visit: Visit, haruto: User) -> None:
    haruto.preferences = {"home": [None, ["tasks"], ["tasks", "wide"], ["meetings", 7], {"a": 1}, ["view-x", 6]]}
    haruto.save()
    assert visit(haruto).get("/").status_code == 200


def test_a_saved_view_is_a_panel_for_those_who_see_it(
    visit: Visit, haruto: User, sora: User, person: Callable[..., Contact]
) -> None:
    view = save_view(actor=haruto, resource="contact", name="All of them", audience="private")
    person("山本", "陽子", owner=haruto)
    key = f"view-{view.pk}"
    assert key in keys(home.offered(haruto))
    assert key not in keys(home.offered(sora))
    home.arrange(actor=haruto, entries=[(key, 6)])
    panel = page_of(visit(haruto).ask(f"/today/panels/{key}"))
    assert "山本 陽子" in panel
    assert f"/contacts?view={view.pk}" in panel
    assert visit(sora).ask(f"/today/panels/{key}").status_code == 404
    delete_view(actor=haruto, view=view)
    assert shown(visit(haruto)) == []


def test_a_view_whose_field_is_gone_says_so_instead_of_rows(visit: Visit, haruto: User, person: Any) -> None:
    person("山本", owner=haruto)
    view = save_view(actor=haruto, resource="contact", name="Shelf", audience="private")
    type(view).objects.filter(pk=view.pk).update(condition={"all": [{"field": "shelf", "op": "is", "value": "x"}]})
    answer = visit(haruto).ask(f"/today/panels/view-{view.pk}")
    assert answer.status_code == 200
    assert "山本" not in page_of(answer)


def test_the_first_paint_does_not_wait_for_what_is_slow(visit: Visit, mika: User) -> None:
    page = page_of(visit(mika).get("/"))
    assert 'hx-get="/today/panels/team" hx-trigger="revealed"' in page
    assert 'data-recent="/today/panels/recent"' in page
    assert "data-recent" not in page_of(visit(mika).ask("/today/panels/recent"))


def test_a_panel_without_content_is_hidden_and_read_again_when_its_kind_changes(visit: Visit, haruto: User) -> None:
    hidden = re.search(r'<section[^>]*id="panel-meetings"[^>]*>', page_of(visit(haruto).get("/")))
    assert hidden
    assert " hidden" in hidden[0]
    assert 'data-live="meeting" data-fresh="/today/panels/meetings"' in hidden[0]


@pytest.fixture
def busy(haruto: User, sora: User, person: Any, to_do: Any) -> Callable[[int], None]:
    """More of everything that a panel may show to Haruto."""

    def grow(number: int) -> None:
        for place in range(number):
            contact = person(f"佐藤{place}", owner=haruto)
            to_do(f"Call {place}", owner=haruto, due_on=dt.date.today(), contact=contact.pk)
            records.update(actor=sora, record=contact, changes={"job_title": f"部長 {place}"})
            together.comment(actor=sora, record=contact, text=f"Have a look {place}", mentions=[haruto.pk])
        run_waiting()

    return grow


def test_every_panel_keeps_to_its_budget_however_much_there_is(
    haruto: User, mika: User, busy: Callable[[int], None]
) -> None:
    save_view(actor=haruto, resource="contact", name="All of them", audience="private")

    def costs() -> dict[str, int]:
        actor = User.objects.select_related("team").get(pk=haruto.pk)
        assert policy.permissions_of(actor).team_members  # every request reads its rights once
        found = {}
        for panel in (*home.usual(actor), *home.offered(actor)):
            with CaptureQueriesContext(connection) as asked:
                panel.content(actor)
            found[panel.key] = len(asked)
            assert len(asked) <= panel.budget, (panel.key, len(asked))
        return found

    busy(1)
    costs()
    few = costs()
    busy(5)
    assert costs() == few


def test_recently_viewed_is_asked_with_what_the_browser_remembers(
    visit: Visit, haruto: User, carol: User, person: Any
) -> None:
    mine, theirs = person("山本", "陽子", owner=haruto), person("田中", owner=carol)
    remembered = f"contact:{mine.pk},contact:{theirs.pk},nonsense,contact:99999999"
    panel = page_of(visit(haruto).ask("/today/panels/recent", recent=remembered))
    assert "山本 陽子" in panel
    assert "田中" not in panel
    assert at_hand.nothing_yet(haruto)["rows"] == []


def test_progress_compares_this_week_with_the_last_and_every_figure_is_its_list(
    visit: Visit, haruto: User, to_do: Any, person: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = dt.datetime(2026, 3, 4, 9, 0, tzinfo=dt.UTC)  # a Wednesday
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    for title, days in (("This week", 0), ("Last week", 5), ("Before", 12)):
        task = to_do(title, owner=haruto)
        type(task).objects.filter(pk=task.pk).update(done_at=now - dt.timedelta(days=days))
    old = to_do("Old", owner=haruto)
    type(old).objects.filter(pk=old.pk).update(created_at=now - dt.timedelta(days=90))
    to_do("New", owner=haruto)
    person("山本", owner=haruto)
    found = progress.progress(haruto)
    assert found is not None
    done, added = found["compared"]
    assert [bar["value"] for bar in done["bars"]] == ["1", "1"]
    assert [bar["value"] for bar in added["bars"]] == ["1", "0"]
    assert {age["name"]: age["value"] for age in found["ages"]} == {"young": 1, "middle": 0, "old": 1}
    for url, titles in ((done["bars"][0]["url"], ["This week"]), (found["ages"][2]["url"], ["Old"])):
        assert listed(visit(haruto).get(url)) == titles
    assert "Tasks that I own and that were done since Monday" in page_of(visit(haruto).ask("/today/panels/progress"))
