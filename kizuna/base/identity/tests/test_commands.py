"""`kizuna user` and `kizuna token`, as somebody types them."""

import io

import pytest
from django.core.management import CommandError, call_command

from kizuna.base.events.models import EventRow
from kizuna.base.identity import SYSTEM, services
from kizuna.base.identity.models import Token, User
from kizuna.base.identity.tests.conftest import PASSWORD

CHIKA = ["create", "--email", "Chika@hinata.example", "--name", "Chika Abe", "--password", PASSWORD]


def kizuna(*words):
    out, err = io.StringIO(), io.StringIO()
    call_command(*words, stdout=out, stderr=err)
    return out.getvalue()


def test_somebody_is_let_in_from_the_command_line(db):
    services.create_team(actor=SYSTEM, name="Ginza")
    more = ["--role", "viewer", "--role", "marketer", "--team", "Ginza", "--admin", "--language", "ja"]
    assert kizuna("user", *CHIKA, *more) == "Chika Abe can sign in as chika@hinata.example.\n"
    chika = User.objects.get()
    assert chika.check_password(PASSWORD)
    assert (chika.is_admin, str(chika.team), chika.language) == (True, "Ginza", "ja")
    assert {role.code for role in chika.roles.all()} == {"viewer", "marketer"}
    row = EventRow.objects.get(name="identity.UserCreated")
    assert (row.actor_id, row.via) == (None, "command")


def test_who_works_here_is_listed(aiko, ben):
    services.deactivate_user(actor=aiko, user=ben)
    listing = kizuna("user", "list")
    assert "aiko@hinata.example\tAiko Mori\tmay do everything\n" in listing
    assert "ben@hinata.example\tBen Okri\tdeactivated\n" in listing


@pytest.mark.parametrize(
    ("more", "complaint"),
    [
        (["--role", "wizard"], "There is no role wizard. There are: administrator, manager"),
        (["--team", "Nowhere"], "No team is called Nowhere"),
        (["--password", "short"], "password: This password is too short"),
        (["--email", "aiko@hinata.example"], "email: Somebody already signs in with this address"),
        (["--time-zone", "Mars"], "time_zone: There is no such time zone"),
    ],
)
def test_a_mistake_is_explained_in_one_sentence(aiko, more, complaint):
    with pytest.raises(CommandError, match=complaint):
        kizuna("user", *CHIKA, *more)
    assert User.objects.count() == 1


def test_a_password_can_be_piped_in_but_never_guessed(db, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n"))
    kizuna("user", *CHIKA[:-1], "-")
    assert User.objects.get().check_password(PASSWORD)
    with pytest.raises(CommandError, match="Give --password"):
        kizuna("user", "password", "--email", "chika@hinata.example")


@pytest.mark.parametrize("answers", [["amber harbour violin"] * 2, ["amber harbour violin", "something else"]])
def test_a_password_is_asked_for_twice(ben, monkeypatch, answers):
    typed = iter(answers)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("getpass.getpass", lambda prompt: next(typed))
    if len(set(answers)) == 1:
        assert "Ben Okri has a new password" in kizuna("user", "password", "--email", "BEN@hinata.example")
    else:
        with pytest.raises(CommandError, match="differ"):
            kizuna("user", "password", "--email", "ben@hinata.example")
    ben.refresh_from_db()
    assert ben.check_password("amber harbour violin") == (len(set(answers)) == 1)


def test_a_token_is_made_listed_and_revoked(ben):
    secret = kizuna("token", "create", "--user", "Ben@hinata.example", "--name", "Shop").strip()
    token = Token.objects.get()
    listing = kizuna("token", "list")
    assert listing == f"{token.pk}\t{token.prefix}…\tben@hinata.example\tShop\tnever used\n"
    assert secret not in listing
    assert Token.find(secret) == token
    assert "used 2" in kizuna("token", "list", "--user", "ben@hinata.example")
    assert "no longer works" in kizuna("token", "revoke", token.prefix)
    assert Token.find(secret) is None
    assert kizuna("token", "list").endswith("stopped\n")


def test_a_token_can_be_made_for_some_days(ben):
    kizuna("token", "create", "--user", "ben@hinata.example", "--days", "30")
    token = Token.objects.get()
    assert (token.expires_at - token.created_at).days in (29, 30)
    with pytest.raises(CommandError, match="future"):
        kizuna("token", "create", "--user", "ben@hinata.example", "--days", "0")
    with pytest.raises(CommandError, match="days"):
        kizuna("token", "create", "--user", "ben@hinata.example", "--days", "99999999999")


def test_a_token_or_person_who_is_not_there_is_named(ben):
    with pytest.raises(CommandError, match=r"Nobody signs in as zoe@hinata\.example"):
        kizuna("token", "create", "--user", "zoe@hinata.example")
    with pytest.raises(CommandError, match="No token is kzn_12345678"):
        kizuna("token", "revoke", "kzn_12345678")
