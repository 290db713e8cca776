"""Settings of people and teams: only for who may do everything, and nobody locks the last door from inside."""

import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from kizuna.base.identity.models import Role, Team, Token, User
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.testing.visiting import page_of

PAGES = ["/settings", "/settings/people", "/settings/people/new", "/settings/teams", "/settings/roles"]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("who", ["mika", "haruto", "victor", "nobody"])
def test_settings_are_closed_to_who_may_not_do_everything(request, visit, page, who):
    visitor = visit(request.getfixturevalue(who))
    assert visitor.get(page).status_code == 403
    assert visitor.post(page, name="Mallory", email="mallory@kizuna.example").status_code in {403, 405}
    assert not User.objects.filter(name="Mallory").exists()


def test_the_way_to_the_settings_is_shown_only_to_who_may_use_it(alice, haruto, visit):
    assert 'href="/settings"' in page_of(visit(alice).get("/"))
    assert 'href="/settings"' not in page_of(visit(haruto).get("/"))


@pytest.mark.parametrize("page", PAGES)
def test_who_is_not_signed_in_is_sent_to_sign_in(client, db, page):
    assert client.get(page)["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("page", PAGES[1:])
def test_alice_opens_every_page(alice, haruto, visit, page):
    assert visit(alice).get(page).status_code == 200


# ── people ──


def test_an_administrator_with_the_role_of_that_name_is_called_so_once(alice, visit):
    alice.roles.add(Role.objects.get(code="administrator"))
    assert page_of(visit(alice).get("/settings/people")).count("Administrator") == 1


def test_of_many_people_the_first_are_shown_and_the_others_are_found(alice, haruto, sora, visit, monkeypatch):
    his = visit(alice)
    assert "are shown" not in page_of(his.get("/settings/people"))
    monkeypatch.setattr("kizuna.interfaces.web.views.people.MOST_SHOWN", 1)
    assert "The first 1 people are shown." in page_of(his.get("/settings/people"))
    page = page_of(his.get("/settings/people", q=f"SOR {sora.email.partition('@')[0]}"))
    assert f"/settings/people/{sora.pk}" in page
    assert f"/settings/people/{haruto.pk}" not in page
    assert "Nobody is called so" in page_of(his.get("/settings/people", q="qqzzx"))


def test_alice_lets_yuna_in_with_a_team_and_a_role(alice, seoul, visit):
    role = Role.objects.get(code="salesperson")
    answer = visit(alice).post(
        "/settings/people/new", name="Yuna", email="Yuna@Kizuna.Example", team=seoul.pk, roles=role.pk, language="ko"
    )
    assert answer.status_code == 302
    yuna = User.objects.get(email="yuna@kizuna.example")
    assert (yuna.team, yuna.language, list(yuna.roles.all())) == (seoul, "ko", [role])
    assert not yuna.has_usable_password()
    assert not yuna.is_admin


@pytest.mark.parametrize(
    "email", ["", "not an address", "haruto@kizuna.example", "HARUTO@kizuna.example", "a" * 400 + "@b.example"]
)
def test_an_address_that_does_not_fit_keeps_what_was_typed(alice, haruto, visit, email):
    answer = visit(alice).post("/settings/people/new", name="Yuna <b>", email=email, roles=[])
    assert answer.status_code == 422
    page = page_of(answer)
    assert "Yuna &lt;b&gt;" in page
    assert "k-error" in page
    assert User.objects.count() == 2


@pytest.mark.parametrize("junk", ["999999", "x", "-1", "9" * 40, "１２"])
def test_teams_and_roles_that_do_not_exist_are_nothing(alice, visit, junk):
    answer = visit(alice).post("/settings/people/new", name="Yuna", email="yuna@kizuna.example", team=junk, roles=junk)
    assert answer.status_code == 302
    yuna = User.objects.get(name="Yuna")
    assert yuna.team is None
    assert not yuna.roles.exists()


def test_alice_changes_team_and_roles_and_what_haruto_may_do_changes_with_them(alice, haruto, visit):
    manager = Role.objects.get(code="viewer")
    values = {"name": "Haruto", "email": haruto.email, "team": "", "roles": manager.pk}
    assert visit(alice).post(f"/settings/people/{haruto.pk}", **values).status_code == 302
    assert visit(haruto).get("/contacts/new").status_code == 403


def test_the_last_one_who_may_do_everything_keeps_that_right(alice, visit):
    values = {"name": "Alice", "email": alice.email, "team": alice.team_id}
    answer = visit(alice).post(f"/settings/people/{alice.pk}", **values)
    assert answer.status_code == 422
    assert "last one" in page_of(answer)
    alice.refresh_from_db()
    assert alice.is_admin


def test_a_refused_form_changes_nothing_at_all(alice, visit):
    """The name is saved before the right is refused: it must go back with it."""
    visit(alice).post(f"/settings/people/{alice.pk}", name="Alicia", email=alice.email)
    alice.refresh_from_db()
    assert alice.name == "Alice"


@pytest.mark.parametrize("path", ["/settings/people/999999", "/settings/people/999999/active"])
def test_a_person_who_does_not_exist_is_not_found(alice, visit, path):
    assert visit(alice).post(path).status_code == 404


# ── leaving ──


def test_who_closes_a_door_is_led_to_what_somebody_else_has_to_look_after(alice, haruto, visit):
    records.create(actor=haruto, resource=registry.get("company"), values={"name": "Aoba Hotel", "owner": haruto.pk})
    his = visit(alice)
    assert "Nothing belongs to them." in page_of(his.get(f"/settings/people/{alice.pk}"))
    page = page_of(his.get(his.post(f"/settings/people/{haruto.pk}/active").url))
    (listed,) = re.findall(r'href="(/companies\?view=all&amp;filter=[^"]*)">Companies 1<', page)
    assert "Aoba Hotel" in page_of(his.get(unescape(listed)))


def test_who_left_is_out_at_once_with_every_session_and_token(alice, haruto, visit):
    _token, secret = Token.issue(haruto, "Web shop")
    his = visit(haruto)
    assert his.get("/").status_code == 200
    visit(alice).post(f"/settings/people/{haruto.pk}/active")
    assert his.get("/").status_code == 302
    assert Client(headers={"authorization": f"Bearer {secret}"}).get("/api/v1/contacts").status_code == 401
    assert "Deactivated" in page_of(visit(alice).get("/settings/people"))


def test_who_came_back_signs_in_anew(alice, haruto, visit):
    his = visit(haruto)
    visit(alice).post(f"/settings/people/{haruto.pk}/active")
    visit(alice).post(f"/settings/people/{haruto.pk}/active", active="on")
    assert his.get("/").status_code == 302
    haruto.refresh_from_db()
    assert visit(haruto).get("/").status_code == 200


def test_alice_cannot_close_her_own_door(alice, visit):
    answer = visit(alice).post(f"/settings/people/{alice.pk}/active")
    assert answer.status_code == 422
    alice.refresh_from_db()
    assert alice.is_active


def test_a_door_is_not_closed_by_following_a_link(alice, haruto, visit):
    assert visit(alice).get(f"/settings/people/{haruto.pk}/active").status_code == 405


def test_a_post_from_another_site_is_refused(alice, haruto, visit):
    visitor = visit(alice, check_csrf=True)
    assert visitor.post(f"/settings/people/{haruto.pk}/active").status_code == 403
    haruto.refresh_from_db()
    assert haruto.is_active


# ── teams ──


def test_alice_grows_renames_and_moves_a_team(alice, headquarters, visit):
    visitor = visit(alice)
    visitor.post("/settings/teams", name="Osaka", parent=headquarters.pk)
    osaka = Team.objects.get(name="Osaka")
    assert osaka.parent == headquarters
    visitor.post("/settings/teams", team=osaka.pk, name="大阪")
    visitor.post("/settings/teams", team=osaka.pk, parent="")
    osaka.refresh_from_db()
    assert (osaka.name, osaka.parent) == ("大阪", None)


def test_name_and_place_of_a_team_are_saved_together_or_not_at_all(alice, headquarters, tokyo, visit):
    visitor = visit(alice)
    answer = visitor.post("/settings/teams", team=headquarters.pk, name="HQ", parent=tokyo.pk)
    assert answer.status_code == 422
    headquarters.refresh_from_db()
    assert (headquarters.name, headquarters.parent) == ("Headquarters", None)
    visitor.post("/settings/teams", team=tokyo.pk, name="東京", parent="")
    tokyo.refresh_from_db()
    assert (tokyo.name, tokyo.parent) == ("東京", None)


def test_teams_stand_beneath_the_one_they_are_part_of(alice, headquarters, tokyo, seoul, visit):
    visitor = visit(alice)
    visitor.post("/settings/teams", name="Ginza", parent=tokyo.pk)
    page = page_of(visitor.get("/settings/teams"))
    places = [page.index(f'name="name" value="{name}"') for name in ("Headquarters", "Tokyo", "Ginza", "Seoul")]
    assert places == sorted(places)


def test_an_empty_team_is_deleted_and_a_full_one_says_why_not(alice, headquarters, tokyo, visit):
    answer = visit(alice).post("/settings/teams", team=headquarters.pk, delete="1")
    assert answer.status_code == 422
    assert "This team is not empty" in page_of(answer)
    visit(alice).post("/settings/teams", team=tokyo.pk, delete="1")
    assert not Team.objects.filter(pk=tokyo.pk).exists()


def test_a_team_cannot_hang_beneath_itself(alice, headquarters, tokyo, visit):
    answer = visit(alice).post("/settings/teams", team=headquarters.pk, parent=tokyo.pk)
    assert answer.status_code == 422
    headquarters.refresh_from_db()
    assert headquarters.parent is None


@pytest.mark.parametrize("name", ["", "   ", "x" * 5000])
def test_a_team_needs_a_name_that_fits(alice, headquarters, visit, name):
    answer = visit(alice).post("/settings/teams", name=name)
    assert answer.status_code == 422
    assert "k-error" in page_of(answer)
    assert Team.objects.count() == 1


def test_a_name_of_markup_is_words(alice, visit):
    visitor = visit(alice)
    visitor.post("/settings/teams", name='"><img src=x onerror=alert(1)>')
    for page in ("/settings/teams", "/settings/people/new"):
        assert "<img" not in page_of(visitor.get(page))
