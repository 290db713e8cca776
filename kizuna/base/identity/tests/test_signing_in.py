"""The door: who comes in, who is kept out, and what is written down about it."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone, translation

from kizuna.base.events.models import EventRow
from kizuna.base.identity import services
from kizuna.base.identity.events import PasswordChanged, SignedIn, SignedOut, SignInFailed
from kizuna.base.identity.jobs import clear_sessions
from kizuna.base.identity.tests.conftest import PASSWORD
from kizuna.base.jobs import run_waiting
from kizuna.base.jobs.models import Job

pytestmark = pytest.mark.urls("kizuna.base.identity.tests.urls")

NEW = "amber harbour violin"


@pytest.fixture(autouse=True)
def forget_attempts(db):
    cache.clear()


def sign_in(client, email="ben@hinata.example", password=PASSWORD, **more):
    return client.post(reverse("account_login"), {"login": email, "password": password, **more})


def who(client):
    return client.session.get("_auth_user_id")


def said(response):
    return re.sub(r"\s+", " ", response.content.decode())


@pytest.mark.parametrize(
    "typed", ["ben@hinata.example", " Ben@Hinata.Example ", "ｂｅｎ＠ｈｉｎａｔａ．ｅｘａｍｐｌｅ"]
)
def test_ben_signs_in_however_he_types_his_address(client, ben, published, typed):
    response = sign_in(client, typed)
    assert (response.status_code, response.url) == (302, "/")
    assert who(client) == str(ben.pk)
    assert published.one(SignedIn).user_id == ben.pk
    (row,) = published.rows
    assert (row.actor_id, row.via, row.address) == (ben.pk, "web", "127.0.0.1")


def test_the_session_ends_with_the_browser_unless_he_wants_to_stay(client, ben):
    sign_in(client)
    assert client.session.get_expire_at_browser_close()
    client.logout()
    sign_in(client, remember="on")
    assert client.session.get_expiry_age() > timedelta(days=7).total_seconds()


@pytest.mark.parametrize("email", ["ben@hinata.example", "nobody@hinata.example"])
def test_a_wrong_password_and_an_unknown_address_sound_the_same(client, ben, published, email):
    response = sign_in(client, email, "not this one")
    assert "do not belong together" in said(response)
    assert who(client) is None
    failed = published.one(SignInFailed)
    assert failed.user_id == (ben.pk if email.startswith("ben") else None)
    assert email not in str(published.rows[0].data)


@pytest.mark.parametrize("typed", ["", "ben", "x" * 3000 + "@hinata.example", "a\x00b", "<b>@x.example"])
def test_nonsense_gets_an_answer_beside_the_field(client, ben, typed):
    response = sign_in(client, typed)
    assert response.status_code == 200
    assert 'id="id_login_error"' in said(response)
    assert 'aria-invalid="true"' in said(response)
    assert who(client) is None


def test_guessing_one_password_is_stopped_even_for_the_right_guess(client, ben):
    for guess in range(5):
        assert "do not belong together" in said(sign_in(client, password=f"guess {guess}"))
    assert "Too many attempts" in said(sign_in(client))
    assert who(client) is None
    assert sign_in(client, "aiko@hinata.example", "x").status_code == 200


def test_attempts_are_counted_over_all_processes_not_in_memory(client, ben):
    for guess in range(5):
        sign_in(Client(), password=f"guess {guess}")
    assert "db" in type(cache._connections["default"]).__module__
    assert "Too many attempts" in said(sign_in(client))


def test_guessing_many_accounts_from_one_address_is_stopped(client, ben):
    for guess in range(20):
        sign_in(client, f"user{guess}@hinata.example")
    assert "Too many attempts" in said(sign_in(client))
    assert sign_in(Client(REMOTE_ADDR="192.0.2.9")).status_code == 302


def test_a_flood_gets_a_page_of_its_own(client, ben):
    answers = [sign_in(client, "").status_code for _ in range(61)]
    assert set(answers[:60]) == {200}
    assert answers[60] == 429
    assert "Too many attempts" in said(sign_in(client, ""))


@pytest.mark.once
@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "https:evil.example",
        "javascript:alert(1)",
        "\x00//evil.example",
    ],
)
def test_nobody_is_sent_to_a_strange_place(client, ben, target):
    response = client.post(f"{reverse('account_login')}?next={target}", {"login": ben.email, "password": PASSWORD})
    assert response.url == "/"
    response = client.post(reverse("account_logout"), {"next": target})
    assert response.url == reverse("account_login")
    response = client.post(reverse("set_language"), {"language": "ja", "next": target})
    assert "evil" not in response.url
    assert "script" not in response.url


@pytest.mark.once
def test_somebody_who_followed_a_link_gets_there_after_signing_in(client, ben):
    page = client.get(reverse("account_login") + "?next=/contacts/%3Fsort%3Dname")
    assert 'value="/contacts/?sort=name"' in said(page)
    assert sign_in(client, next="/contacts/?sort=name").url == "/contacts/?sort=name"


@pytest.mark.once
def test_who_is_signed_in_does_not_see_the_form_again(client, ben):
    client.force_login(ben)
    assert client.get(reverse("account_login")).url == "/"


def test_signing_out_asks_first_and_needs_a_post(client, ben, published):
    client.force_login(ben)
    assert "You are signed in as ben@hinata.example" in said(client.get(reverse("account_logout")))
    assert who(client) == str(ben.pk)
    assert client.post(reverse("account_logout")).url == reverse("account_login")
    assert who(client) is None
    assert published.one(SignedOut).user_id == ben.pk


@pytest.mark.once
def test_without_the_csrf_token_nothing_happens(ben):
    careful = Client(enforce_csrf_checks=True)
    assert sign_in(careful).status_code == 403


def test_whoever_was_let_go_is_told_so_and_stays_outside(client, aiko, ben):
    signed_in = Client()
    sign_in(signed_in)
    services.deactivate_user(actor=aiko, user=ben)
    assert signed_in.get(reverse("account_change_password")).status_code == 302
    assert sign_in(client).url == reverse("account_inactive")
    assert "This account is closed" in said(client.get(reverse("account_inactive")))
    services.reactivate_user(actor=aiko, user=ben)
    assert signed_in.get(reverse("account_change_password")).status_code == 302


@pytest.mark.once
@pytest.mark.parametrize("name", ["account_signup", "account_email", "account_reauthenticate", "account_confirm_email"])
def test_pages_we_do_not_offer_do_not_exist(name):
    with pytest.raises(NoReverseMatch):
        reverse(name)


@pytest.mark.once
def test_pages_can_be_read_in_japanese_before_signing_in(client):
    client.post(reverse("set_language"), {"language": "ja", "next": "/"})
    page = said(client.get(reverse("account_login")))
    assert 'lang="ja"' in page
    assert all(name in page for name in (">English<", ">日本語<", ">한국어<"))


# --- A new password


def ask(client, email):
    return client.post(reverse("account_reset_password"), {"email": email})


def test_a_forgotten_password_is_replaced_through_a_letter(client, ben, published):
    other = Client()
    sign_in(other)
    assert ask(client, " BEN@hinata.example").url == reverse("account_reset_password_done")
    assert "on its way" in said(client.get(reverse("account_reset_password_done")))
    assert mail.outbox == []
    run_waiting()
    (letter,) = mail.outbox
    assert (letter.to, letter.subject) == (["ben@hinata.example"], "Choose a new password for Kizuna")
    assert letter.body.startswith("Hello Ben Okri,\n\nsomebody, probably you,")
    assert "\n\n\n" not in letter.body
    link = re.search(r"http://testserver(/\S+)", letter.body)[1]
    page = client.get(link, follow=True)
    assert "Choose a new password" in said(page)
    form = page.redirect_chain[-1][0]
    assert "at least 10 characters" in said(client.post(form, {"password1": "short", "password2": "short"}))
    published.forget()
    done = client.post(form, {"password1": NEW, "password2": NEW}, follow=True)
    assert "Your password is changed" in said(done)
    assert published.one(PasswordChanged).user_id == ben.pk
    assert other.get(reverse("account_change_password")).status_code == 302
    assert sign_in(client, password=NEW).status_code == 302
    assert "This link no longer works" in said(Client().get(link, follow=True))


@pytest.mark.once
def test_the_letter_speaks_the_readers_language(client, ben, monkeypatch):
    languages = []
    monkeypatch.setattr(
        "kizuna.base.identity.jobs.render_to_string",
        lambda *_: languages.append(translation.get_language()) or "Letter",
    )
    services.update_profile(actor=ben, user=ben, changes={"language": "ko"})
    ask(client, ben.email)
    run_waiting()
    assert languages == ["ko", "ko"]


def test_an_unknown_address_gets_the_same_page_and_no_letter(client, aiko, ben):
    services.deactivate_user(actor=aiko, user=ben)
    for email in ("nobody@hinata.example", ben.email):
        assert ask(client, email).url == reverse("account_reset_password_done")
    assert run_waiting() == []
    assert mail.outbox == []


def test_the_secret_of_the_link_is_stored_nowhere(client, ben):
    ask(client, ben.email)
    run_waiting()
    key = re.search(r"-([^/\s-]+-[^/\s]+)/\n", mail.outbox[0].body)[1]
    stored = str(list(Job.objects.values_list("arguments", "result"))) + str(list(EventRow.objects.values_list("data")))
    assert key not in stored
    assert not EmailAddress.objects.exists()


def test_somebodys_mailbox_cannot_be_flooded(client, ben):
    for _ in range(3):
        ask(client, ben.email)
    assert ask(client, ben.email).status_code == 429
    assert len(run_waiting()) == 3


def test_a_new_password_ends_the_waiting_after_wrong_guesses(client, ben):
    for guess in range(6):
        sign_in(client, password=f"guess {guess}")
    ask(client, ben.email)
    run_waiting()
    link = re.search(r"http://testserver(/\S+)", mail.outbox[0].body)[1]
    form = client.get(link, follow=True).redirect_chain[-1][0]
    client.post(form, {"password1": NEW, "password2": NEW})
    assert sign_in(client, password=NEW).status_code == 302


def test_an_old_address_opens_nothing_after_it_was_changed(client, aiko, ben):
    ask(client, ben.email)
    run_waiting()
    services.update_profile(actor=aiko, user=ben, changes={"email": "benedict@hinata.example"})
    assert "do not belong together" in said(sign_in(client, "ben@hinata.example"))
    link = re.search(r"http://testserver(/\S+)", mail.outbox[0].body)[1]
    assert "This link no longer works" in said(client.get(link, follow=True))


def test_ben_changes_his_password_and_stays_signed_in_here_only(client, ben):
    here, there = client, Client()
    sign_in(here)
    sign_in(there)
    page = reverse("account_change_password")
    assert "not your current password" in said(
        here.post(page, {"oldpassword": "wrong", "password1": NEW, "password2": NEW})
    )
    assert here.post(page, {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}).url == "/"
    assert who(here) == str(ben.pk)
    assert here.get(page).status_code == 200
    assert there.get(page).status_code == 302


def test_sessions_that_ran_out_are_cleared_away(client, ben):
    sign_in(client)
    sign_in(Client())
    Session.objects.filter(pk=client.session.session_key).update(expire_date=timezone.now() - timedelta(days=1))
    clear_sessions.call()
    assert Session.objects.count() == 1
