"""The verbs of identity: who may, what happens, what is told."""

import threading
from contextlib import suppress
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.utils import timezone

from kizuna.base.events.models import EventRow
from kizuna.base.identity import SYSTEM, services
from kizuna.base.identity.events import (
    AdminChanged,
    PasswordChanged,
    ProfileChanged,
    RolesChanged,
    TokenIssued,
    TokenRevoked,
    UserCreated,
    UserDeactivated,
    UserReactivated,
)
from kizuna.base.identity.models import Role, Team, Token, User
from kizuna.base.identity.tests.conftest import PASSWORD
from kizuna.base.types.errors import Denied, Invalid, Refused


def new(actor, **fields):
    return services.create_user(actor=actor, **{"email": "Chika@Hinata.example", "name": "Chika", **fields})


def test_an_administrator_lets_somebody_in(aiko, published):
    viewer = Role.objects.get(code="viewer")
    chika = new(aiko, password=PASSWORD, name="  Chika\u200b  Abe ", language="ja", roles=[viewer])
    chika.refresh_from_db()
    assert (chika.email, chika.name, chika.language) == ("chika@hinata.example", "Chika Abe", "ja")
    assert chika.check_password(PASSWORD)
    assert list(chika.roles.all()) == [viewer]
    assert published.one(UserCreated).user_id == chika.pk
    assert published.rows[0].actor_id == aiko.pk


def test_without_a_password_nobody_can_sign_in_yet(aiko):
    assert not new(aiko).has_usable_password()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "nowhere"),
        ("email", ""),
        ("email", "aiko@hinata.example"),
        ("name", " \u200b "),
        ("name", "x" * 151),
        ("language", "tlh"),
        ("time_zone", "Mars/Olympus"),
        ("password", "12345678901"),
        ("password", "short"),
    ],
)
def test_what_does_not_fit_is_named(aiko, published, field, value):
    with pytest.raises(Invalid) as caught:
        new(aiko, **{field: value})
    assert set(caught.value.errors) == {field}
    assert published.names == []


@pytest.mark.parametrize("actor", ["ben", "visitor", "deactivated"])
def test_only_an_administrator_lets_people_in(aiko, ben, actor):
    left = User(is_admin=True, is_active=False)
    with pytest.raises(Denied):
        new({"ben": ben, "visitor": AnonymousUser(), "deactivated": left}[actor])


def test_people_change_what_is_theirs(ben, published):
    services.update_profile(actor=ben, user=ben, changes={"language": "ko", "theme": "dark", "name": "Ben Okri"})
    ben.refresh_from_db()
    assert (ben.language, ben.theme) == ("ko", "dark")
    assert published.one(ProfileChanged).fields == ("language", "theme")
    (subject,) = published.subjects(ProfileChanged)
    assert subject.changes == {"language": ["en", "ko"], "theme": ["auto", "dark"]}


def test_saving_a_profile_unchanged_tells_nobody(ben, published):
    services.update_profile(actor=ben, user=ben, changes={"language": "en"})
    assert published.names == []


def test_address_and_team_are_changed_by_an_administrator_only(aiko, ben):
    team = Team.objects.create(name="Shop", path="1/")
    for changes in ({"email": "benedict@hinata.example"}, {"team": team}):
        with pytest.raises(Denied):
            services.update_profile(actor=ben, user=ben, changes=changes)
        services.update_profile(actor=aiko, user=ben, changes=changes)
    ben.refresh_from_db()
    assert (ben.email, ben.team) == ("benedict@hinata.example", team)


def test_nobody_changes_somebody_elses_profile(aiko, ben):
    with pytest.raises(Denied):
        services.update_profile(actor=ben, user=aiko, changes={"name": "Fool"})


@pytest.mark.parametrize("changes", [{"is_admin": True}, {"password": "x"}, {"theme": "neon"}, {"time_zone": ""}])
def test_a_profile_holds_only_what_fits(ben, changes):
    with pytest.raises(Invalid) as caught:
        services.update_profile(actor=ben, user=ben, changes=changes)
    assert set(caught.value.errors) == set(changes)
    assert not User.objects.get(pk=ben.pk).is_admin


def test_habits_are_remembered_and_forgotten(ben):
    services.set_preference(actor=ben, name="contacts.columns", value=["name", "email"])
    services.set_preference(actor=ben, name="density", value="tight")
    services.set_preference(actor=ben, name="density", value=None)
    assert ben.preferences == {"contacts.columns": ["name", "email"]}
    ben.refresh_from_db()
    assert ben.preferences == {"contacts.columns": ["name", "email"]}
    with pytest.raises(Invalid):
        services.set_preference(actor=ben, name="novel", value="x" * 20_001)


def test_roles_are_set_as_a_whole(aiko, ben, published):
    roles = {role.code: role for role in Role.objects.all()}
    services.set_roles(actor=aiko, user=ben, roles=[roles["viewer"], roles["marketer"]])
    published.forget()
    services.set_roles(actor=aiko, user=ben, roles=[roles["viewer"], roles["manager"]])
    changed = published.one(RolesChanged)
    assert (changed.added, changed.removed) == ((roles["manager"].pk,), (roles["marketer"].pk,))
    services.set_roles(actor=aiko, user=ben, roles=[roles["manager"], roles["viewer"]])
    assert len(published.names) == 1
    with pytest.raises(Denied):
        services.set_roles(actor=ben, user=ben, roles=roles.values())


def test_whoever_leaves_loses_tokens_and_sessions(aiko, ben, published):
    token, secret = Token.issue(ben, "Script")
    signature = ben.get_session_auth_hash()
    services.deactivate_user(actor=aiko, user=ben)
    assert published.one(UserDeactivated).token_ids == (token.pk,)
    services.reactivate_user(actor=aiko, user=ben)
    assert published.one(UserReactivated).user_id == ben.pk
    ben.refresh_from_db()
    assert ben.is_active
    assert ben.get_session_auth_hash() != signature
    assert Token.find(secret) is None


def test_nobody_locks_the_last_administrator_out(aiko, ben):
    with pytest.raises(Refused, match="yourself"):
        services.deactivate_user(actor=aiko, user=aiko)
    with pytest.raises(Refused, match="Aiko Mori is the last"):
        services.deactivate_user(actor=SYSTEM, user=aiko)
    with pytest.raises(Refused):
        services.set_admin(actor=aiko, user=aiko, is_admin=False)
    services.set_admin(actor=aiko, user=ben, is_admin=True)
    services.deactivate_user(actor=ben, user=aiko)
    assert not User.objects.get(pk=aiko.pk).is_active


@pytest.mark.django_db(transaction=True)
def test_of_two_administrators_who_shut_each_other_out_at_once_one_stays(aiko, ben):
    if connection.vendor == "sqlite":
        pytest.skip("SQLite in memory has one connection; its writers wait for each other anyway.")
    services.set_admin(actor=aiko, user=ben, is_admin=True)
    met, outcomes = threading.Barrier(2), []

    def pause(execute, sql, *more):
        found = execute(sql, *more)
        if "FOR UPDATE" in sql:
            with suppress(threading.BrokenBarrierError):
                met.wait(timeout=0.3)  # as long as one holds what the other waits for, they do not meet
        return found

    def shut_out(actor, user):
        try:
            with connection.execute_wrapper(pause):
                services.deactivate_user(actor=actor, user=user)
            outcomes.append("out")
        except Exception as error:
            outcomes.append(type(error).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=shut_out, args=pair) for pair in ((aiko, ben), (ben, aiko))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(outcomes) == ["Refused", "out"]


def test_the_right_to_everything_is_given_by_those_who_have_it(aiko, ben, published):
    with pytest.raises(Denied):
        services.set_admin(actor=ben, user=ben, is_admin=True)
    services.set_admin(actor=aiko, user=ben, is_admin=True)
    services.set_admin(actor=aiko, user=ben, is_admin=True)
    assert published.one(AdminChanged) == AdminChanged(user_id=ben.pk, is_admin=True)


def test_closing_and_opening_twice_is_closing_and_opening_once(aiko, ben, published):
    for verb in (
        services.deactivate_user,
        services.deactivate_user,
        services.reactivate_user,
        services.reactivate_user,
    ):
        verb(actor=aiko, user=ben)
    assert published.names == ["identity.UserDeactivated", "identity.UserReactivated"]


def test_a_new_password_must_be_hard_to_guess(aiko, ben, published):
    with pytest.raises(Invalid, match="too similar"):
        services.change_password(actor=ben, user=ben, password="ben@hinata.example")
    with pytest.raises(Denied):
        services.change_password(actor=ben, user=aiko, password="amber harbour violin")
    services.change_password(actor=aiko, user=ben, password="amber harbour violin")
    ben.refresh_from_db()
    assert ben.check_password("amber harbour violin")
    assert published.one(PasswordChanged).user_id == ben.pk


def test_tokens_are_made_for_oneself_or_by_an_administrator(aiko, ben, published):
    token, secret = services.issue_token(actor=ben, user=ben, name=" My  script ")
    assert token.name == "My script"
    assert Token.find(secret) == token
    assert published.one(TokenIssued) == TokenIssued(token_id=token.pk, user_id=ben.pk)
    services.issue_token(actor=aiko, user=ben, name="Shop")
    with pytest.raises(Denied):
        services.issue_token(actor=ben, user=aiko, name="Mischief")


def test_the_log_never_holds_a_secret(ben):
    _, secret = services.issue_token(actor=ben, user=ben, name="Script")
    services.change_password(actor=ben, user=ben, password="amber harbour violin")
    logged = str(list(EventRow.objects.values_list("data", "subjects__changes")))
    assert secret[4:12] not in logged
    assert "amber" not in logged


def test_a_token_needs_a_name_a_future_and_somebody_who_works_here(aiko, ben):
    with pytest.raises(Invalid, match="name"):
        services.issue_token(actor=ben, user=ben, name=" ")
    with pytest.raises(Invalid, match="expires_at"):
        services.issue_token(actor=ben, user=ben, name="Late", expires_at=timezone.now() - timedelta(days=1))
    services.deactivate_user(actor=aiko, user=ben)
    with pytest.raises(Refused, match="deactivated"):
        services.issue_token(actor=aiko, user=ben, name="Ghost")


def test_a_revoked_token_stays_revoked(aiko, ben, published):
    token, secret = services.issue_token(actor=ben, user=ben, name="Script")
    with pytest.raises(Denied):
        services.revoke_token(actor=User.objects.create_user("eve@hinata.example", name="Eve"), token=token)
    services.revoke_token(actor=ben, token=token)
    services.revoke_token(actor=aiko, token=token)
    assert Token.find(secret) is None
    assert published.one(TokenRevoked).token_id == token.pk
