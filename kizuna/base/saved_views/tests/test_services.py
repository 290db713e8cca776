"""Keeping, changing, sharing and deleting views."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from kizuna.base.identity.models import Role, User
from kizuna.base.saved_views import queries, services
from kizuna.base.saved_views.events import DefaultViewSet, ViewChanged, ViewDeleted, ViewRestored, ViewSaved, ViewShared
from kizuna.base.saved_views.models import DefaultView, SavedView
from kizuna.base.saved_views.tests.conftest import LONG
from kizuna.base.types.errors import Denied, Invalid, Missing, Refused, Stale

pytestmark = pytest.mark.django_db


def names(actor) -> list[str]:
    return [view.name for view in queries.views_of(actor, "book")]


# ── keeping and changing ──


def test_a_view_keeps_what_the_list_was_asked_for(keep, haruto, published):
    given = {"search": " sea ", "sort": "-pages", "columns": ["title", "pages"], "density": "tight"}
    view = SavedView.objects.get(pk=keep(haruto, " Long  books ", condition=LONG, **given).pk)
    assert (view.name, view.condition, view.search, view.sort) == ("Long books", LONG, "sea", "-pages")
    assert (view.columns, view.density, view.audience, view.version) == (["pages"], "tight", "private", 1)
    assert published.one(ViewSaved) == ViewSaved(view_id=view.pk, resource="book")
    assert not published.of(ViewShared)


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("name", ""),
        ("name", "x" * 101),
        ("name", 7),
        ("condition", {"field": "taste", "op": "is", "value": 1}),
        ("condition", {"field": "title", "op": "is", "value": "a\0b"}),
        ("condition", [LONG]),
        ("search", "x" * 201),
        ("sort", "taste"),
        ("columns", ["taste"]),
        ("columns", "pages"),
        ("density", "loose"),
        ("audience", "world"),
        ("team", 10**30),
        ("team", True),
        ("colour", "red"),
    ],
)
def test_a_part_that_nobody_could_ask_for_is_refused_at_its_place(keep, haruto, part, value):
    with pytest.raises(Invalid) as refused:
        keep(haruto, **{"name": "Odd", part: value})
    assert {path.split(".")[0] for path in refused.value.errors} == {part}
    assert not SavedView.objects.exists()


def test_what_is_hidden_from_somebody_cannot_stand_in_their_view(keep, haruto, hide):
    hide(haruto, "book", "pages")
    for parts in ({"condition": LONG}, {"columns": ["pages"]}, {"sort": "pages"}):
        with pytest.raises(Invalid):
            keep(haruto, **parts)


def test_who_may_read_no_books_keeps_no_view_of_them(keep, nobody):
    with pytest.raises(Missing):
        keep(nobody)


def test_a_name_is_used_once_by_each_person(keep, haruto, sora):
    keep(haruto)
    keep(sora)
    keep(haruto, resource="author")
    with pytest.raises(Invalid) as refused:
        keep(haruto)
    assert list(refused.value.errors) == ["name"]


def test_nobody_keeps_views_without_end(keep, haruto, monkeypatch):
    monkeypatch.setattr(services, "MOST_PER_PERSON", 2)
    keep(haruto, "One")
    keep(haruto, "Two")
    with pytest.raises(Refused):
        keep(haruto, "Three")


def test_only_the_parts_given_change(keep, haruto, published):
    view = keep(haruto, condition=LONG, columns=["pages"])
    changed = services.change_view(actor=haruto, view=view, changes={"name": "Long ones", "sort": "-pages"}, version=1)
    assert (changed.name, changed.sort, changed.condition, changed.version) == ("Long ones", "-pages", LONG, 2)
    assert published.one(ViewChanged).fields == ("name", "sort")
    published.forget()
    assert services.change_view(actor=haruto, view=view, changes={"name": "Long ones"}).version == 2
    assert not published.names


def test_of_two_who_save_one_view_the_second_is_told(keep, mika, alice):
    view = keep(mika, audience="team", team=mika.team)
    services.change_view(actor=mika, view=view, changes={"sort": "pages"}, version=1)
    with pytest.raises(Stale) as stale:
        services.change_view(actor=alice, view=view, changes={"sort": "-pages"}, version=1)
    assert stale.value.current.sort == "pages"


# ── who sees it, who may change it ──


def test_a_private_view_is_nobody_elses_not_even_an_administrators(keep, haruto, alice):
    view = keep(haruto)
    assert names(haruto) == ["Long books"]
    assert names(alice) == []
    with pytest.raises(Missing):
        services.change_view(actor=alice, view=view, changes={"name": "Mine"})


def test_a_view_of_a_team_is_seen_there_and_beneath(keep, mika, haruto, carol, make_user, headquarters, tokyo):
    keep(mika, "For all", audience="team", team=headquarters.pk)
    keep(mika, "For Tokyo", audience="team", team=tokyo.pk)
    assert names(haruto) == ["For all", "For Tokyo"]
    assert names(carol) == ["For all"]
    assert names(make_user("Loner", role="viewer")) == []


def test_sharing_needs_the_right_to_it(keep, haruto, mika, alice, seoul, tokyo):
    for audience, team in (("everyone", None), ("team", tokyo.pk)):
        with pytest.raises(Denied):
            keep(haruto, audience=audience, team=team)
    with pytest.raises(Denied):
        keep(mika, audience="everyone")
    keep(mika, "For Seoul", audience="team", team=seoul.pk)
    keep(alice, "For everyone", audience="everyone")
    mine = keep(haruto)
    with pytest.raises(Denied):
        services.change_view(actor=haruto, view=mine, changes={"audience": "everyone"})


def test_a_manager_shares_with_no_team_beside_their_own(keep, make_user, tokyo, seoul):
    leader = make_user("Leader", role="manager", team=tokyo)
    keep(leader, "Ours", audience="team", team=tokyo.pk)
    with pytest.raises(Denied):
        keep(leader, "Theirs", audience="team", team=seoul.pk)


def test_a_team_is_needed_to_share_with_one(keep, mika):
    with pytest.raises(Invalid) as refused:
        keep(mika, audience="team")
    assert list(refused.value.errors) == ["team"]


def test_a_shared_view_is_changed_by_its_owner_and_who_may_share_it(keep, mika, haruto, alice, tokyo, published):
    view = keep(mika, audience="team", team=tokyo.pk)
    with pytest.raises(Denied):
        services.change_view(actor=haruto, view=view, changes={"sort": "pages"})
    with pytest.raises(Denied):
        services.delete_view(actor=haruto, view=view)
    published.forget()
    changed = services.change_view(actor=mika, view=view, changes={"audience": "private"})
    assert changed.team_id is None
    assert published.one(ViewShared).audience == "private"
    assert names(haruto) == []


# ── deleting and bringing back ──


def test_a_deleted_view_comes_back_as_it_was(keep, haruto, sora, published):
    view = keep(haruto, condition=LONG)
    services.delete_view(actor=haruto, view=view)
    assert names(haruto) == []
    with pytest.raises(Missing):
        services.restore_view(actor=sora, view_id=view.pk)
    assert services.restore_view(actor=haruto, view_id=view.pk).condition == LONG
    assert names(haruto) == ["Long books"]
    assert published.of(ViewDeleted)
    assert published.of(ViewRestored)


def test_a_view_does_not_come_back_under_a_name_that_is_taken(keep, haruto):
    view = keep(haruto)
    services.delete_view(actor=haruto, view=view)
    keep(haruto)
    with pytest.raises(Invalid):
        services.restore_view(actor=haruto, view_id=view.pk)


# ── tabs and defaults ──


def test_each_person_orders_and_pins_tabs_for_themselves(keep, alice, victor):
    for name in ("One", "Two", "Three"):
        last = keep(alice, name, audience="everyone")
    services.move_view(actor=victor, view=last, by=-1)
    assert names(victor) == ["One", "Three", "Two"]
    services.move_view(actor=victor, view=last, by=-5)
    services.pin_view(actor=victor, view=last, is_pinned=False)
    assert names(victor) == ["Three", "One", "Two"]
    assert queries.habits(victor, "book")["hidden"] == [last.pk]
    assert names(alice) == ["One", "Two", "Three"]


def test_two_tabs_unpinned_in_two_windows_at_once_are_both_gone(keep, alice):
    windows = [User.objects.get(pk=alice.pk) for _window in range(2)]
    views = [keep(alice, name=name) for name in ("Novels", "Poems")]
    for person, view in zip(windows, views, strict=True):
        services.pin_view(actor=person, view=view, is_pinned=False)
    assert queries.habits(User.objects.get(pk=alice.pk), "book")["hidden"] == [view.pk for view in views]


def test_a_list_opens_with_ones_own_choice_then_the_roles_then_everybodys(keep, alice, victor, published):
    views = {name: keep(alice, name, audience="everyone") for name in ("Own", "Role", "All")}

    def opens_with():
        found = queries.default_of(victor, "book", queries.views_of(victor, "book"))
        return found and found.name

    assert opens_with() is None
    services.set_default_view(actor=alice, resource="book", view=views["All"], role=None)
    assert opens_with() == "All"
    viewers = Role.objects.get(code="viewer")
    services.set_default_view(actor=alice, resource="book", view=views["Role"], role=viewers)
    assert opens_with() == "Role"
    services.set_own_default(actor=victor, resource="book", view=views["Own"])
    assert opens_with() == "Own"
    services.delete_view(actor=alice, view=views["Own"])
    assert opens_with() == "Role"
    services.set_own_default(actor=victor, resource="book", view=None)
    assert opens_with() is None
    services.set_default_view(actor=alice, resource="book", view=None, role=viewers)
    assert DefaultView.objects.count() == 1
    assert [event.view_id for event in published.of(DefaultViewSet)] == [views["All"].pk, views["Role"].pk, None]


def test_only_an_administrator_sets_a_default_for_others_and_only_a_shared_view(keep, alice, mika):
    shared = keep(alice, audience="everyone")
    with pytest.raises(Denied):
        services.set_default_view(actor=mika, resource="book", view=shared, role=None)
    with pytest.raises(Refused):
        services.set_default_view(actor=alice, resource="book", view=keep(alice, "Private"), role=None)


# ── the database ──


@pytest.mark.parametrize(
    "broken",
    [{"kind": "globe"}, {"audience": "world"}, {"audience": "team"}, {"density": "loose"}, {"name": ""}],
    ids=str,
)
def test_the_database_itself_refuses_a_view_that_makes_no_sense(keep, haruto, broken):
    view = keep(haruto)
    with pytest.raises(IntegrityError), transaction.atomic():
        SavedView.objects.filter(pk=view.pk).update(**broken)


def test_habits_that_make_no_sense_are_no_habits(haruto):
    haruto.preferences = {"views": {"book": "nonsense"}}
    assert queries.habits(haruto, "book") == {"order": [], "hidden": [], "default": None}


def test_a_deleted_view_goes_for_good_after_its_days_and_a_living_one_stays(keep, haruto, settings) -> None:
    old, fresh, living = (keep(haruto, name) for name in ("Old", "Fresh", "Living"))
    for view in (old, fresh):
        services.delete_view(actor=haruto, view=view)
    now = timezone.now()
    SavedView.objects.filter(pk=old.pk).update(deleted_at=now - timedelta(days=settings.VIEWS_TRASH_DAYS, hours=1))
    assert services.purge_views(now=now) == 1
    assert set(SavedView.objects.values_list("pk", flat=True)) == {fresh.pk, living.pk}
