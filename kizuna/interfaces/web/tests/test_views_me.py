"""My own page: how Kizuna speaks to me, and the tokens that act for me."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from kizuna.base.identity.models import Token
from kizuna.base.testing.visiting import page_of


def secret_in(answer) -> str:
    return re.search(r'<code class="k-secret">([^<]+)</code>', page_of(answer))[1]


# ── profile ──


def test_haruto_changes_how_kizuna_speaks_to_him(haruto, visit):
    values = {"name": "Haruto Abe", "language": "ja", "time_zone": "Asia/Tokyo", "theme": "dark"}
    answer = visit(haruto).post("/me", **values, name_order="family_first")
    assert answer.status_code == 302
    haruto.refresh_from_db()
    assert (haruto.name, haruto.language, haruto.time_zone, haruto.theme) == tuple(values.values())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("language", "xx"),
        ("theme", "pink"),
        ("time_zone", "Mars/Olympus"),
        ("time_zone", "../../etc/passwd"),
        ("name_order", "sideways"),
        ("name", ""),
        ("name", "x" * 10_000),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_saved(haruto, visit, name, value):
    good = {"name": "Somebody else", "language": "en", "time_zone": "UTC", "theme": "auto", "name_order": "auto"}
    answer = visit(haruto).post("/me", **(good | {name: value}))
    assert answer.status_code == 422
    haruto.refresh_from_db()
    assert haruto.name == "Haruto"


def test_nobody_makes_himself_an_administrator_through_the_profile(haruto, visit):
    visit(haruto).post("/me", name="Haruto", is_admin="on", email="boss@kizuna.example", team="1")
    haruto.refresh_from_db()
    assert not haruto.is_admin
    assert haruto.email == "haruto@kizuna.example"


def test_a_name_of_markup_is_words(haruto, visit):
    visitor = visit(haruto)
    visitor.post("/me", name="<script>alert(1)</script>")
    assert "<script>alert" not in page_of(visitor.get("/me"))


# ── the switches of the menu ──


@pytest.mark.parametrize("language", ["en", "ja", "ko"])
def test_the_language_is_switched_from_the_menu_and_the_page_comes_back_in_it(haruto, visit, language):
    visitor = visit(haruto)
    answer = visitor.post("/me/language", language=language, next="/contacts?view=mine")
    assert answer["Location"] == "/contacts?view=mine"
    assert f'lang="{language}"' in page_of(visitor.get("/contacts"))


def test_the_theme_is_switched_without_a_new_page(haruto, visit):
    visitor = visit(haruto)
    assert visitor.send("/me/theme", theme="dark").status_code == 204
    assert 'data-bs-theme="dark"' in page_of(visitor.get("/"))


@pytest.mark.parametrize("path", ["/me/language", "/me/theme"])
def test_a_switch_to_nonsense_is_refused(haruto, visit, path):
    visitor = visit(haruto)
    assert visitor.send(path, language="xx", theme="pink").status_code == 422
    assert visitor.send(path).status_code == 422


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "http:///evil.example",
        "http://testserver@evil.example/",
        "https:evil.example",
        "\thttps://evil.example",
    ],
)
def test_a_switch_never_leads_to_another_site(haruto, visit, elsewhere):
    answer = visit(haruto).post("/me/language", language="en", next=elsewhere)
    assert answer.status_code == 302
    assert answer["Location"] == "/"


def test_the_referrer_of_another_site_is_not_followed_either(haruto, visit):
    answer = visit(haruto).client.post("/me/language", {"language": "en"}, headers={"referer": "https://evil.example/"})
    assert answer["Location"] == "/"


# ── tokens ──


def test_a_token_is_shown_once_and_only_its_hash_is_kept(haruto, visit):
    visitor = visit(haruto)
    answer = visitor.post("/me/tokens", token_name="Web shop")
    secret = secret_in(answer)
    assert "no-store" in answer["Cache-Control"]
    assert secret not in page_of(visitor.get("/me"))
    row = Token.objects.values().get(user=haruto)
    assert not any(secret in str(value) for value in row.values())
    assert Token.find(secret).user == haruto


def test_a_token_opens_the_api_until_it_is_revoked(haruto, visit):
    visitor = visit(haruto)
    header = {"authorization": f"Bearer {secret_in(visitor.post('/me/tokens', token_name='Web shop'))}"}
    program = Client(headers=header)
    assert program.get("/api/v1/contacts").status_code == 200
    visitor.post(f"/me/tokens/{Token.objects.get(user=haruto).pk}/revoke")
    assert program.get("/api/v1/contacts").status_code == 401
    assert "Web shop" not in page_of(visitor.get("/me"))


def test_a_token_needs_a_name(haruto, visit):
    answer = visit(haruto).post("/me/tokens", token_name="  ")
    assert answer.status_code == 422
    assert not Token.objects.filter(user=haruto).exists()


def test_the_name_of_a_token_is_kept_when_it_is_too_long(haruto, visit):
    answer = visit(haruto).post("/me/tokens", token_name="x" * 5000)
    assert answer.status_code == 422
    assert "x" * 5000 in page_of(answer)


def test_nobody_revokes_the_token_of_somebody_else(haruto, sora, alice, visit):
    token, _secret = Token.issue(haruto, "Web shop")
    for other in (sora, alice):
        assert visit(other).post(f"/me/tokens/{token.pk}/revoke").status_code == 404
    token.refresh_from_db()
    assert token.revoked_at is None


def test_who_switches_the_language_is_answered_in_it(haruto, visit):
    visitor = visit(haruto)
    visitor.post("/me", name="Haruto", language="ja", time_zone="Asia/Tokyo", theme="auto", name_order="auto")
    assert "保存しました" in page_of(visitor.get("/me"))


@pytest.mark.parametrize("page", ["/me", "/help"])
def test_the_way_to_the_api_is_shown(haruto, visit, page):
    assert 'href="/api/v1/docs"' in page_of(visit(haruto).get(page))


# ── whoever is outside ──


@pytest.mark.parametrize("path", ["/me", "/me/language", "/me/theme", "/me/tokens"])
def test_who_is_not_signed_in_is_sent_to_sign_in(client, db, path):
    answer = client.post(path, {"language": "ja"})
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("path", ["/me", "/me/language", "/me/theme", "/me/tokens"])
def test_a_post_from_another_site_is_refused(haruto, visit, path):
    answer = visit(haruto, check_csrf=True).post(path, name="Mallory", language="ja", theme="dark", token_name="x")
    assert answer.status_code == 403
    haruto.refresh_from_db()
    assert (haruto.name, haruto.language) == ("Haruto", "en")
