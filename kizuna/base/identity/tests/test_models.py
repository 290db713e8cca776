"""Users, teams, roles and tokens: what one row knows about itself."""

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone, translation

from kizuna.base.identity import SYSTEM
from kizuna.base.identity.models import Role, Team, Token, User
from kizuna.base.identity.models.roles import BUILT_IN_ROLES
from kizuna.base.identity.tests.conftest import PASSWORD


@pytest.mark.parametrize(
    "typed", ["Aiko@Hinata.example", " aiko@hinata.example ", "ＡＩＫＯ＠ｈｉｎａｔａ．ｅｘａｍｐｌｅ"]
)
def test_one_address_is_one_person_however_it_is_typed(aiko, typed):
    assert User.objects.get_by_natural_key(typed) == aiko
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user(typed, name="Somebody else")


def test_a_user_needs_an_address(db):
    with pytest.raises(ValueError, match="e-mail"):
        User.objects.create_user("", name="Nobody")


def test_a_superuser_may_do_everything(db):
    assert User.objects.create_superuser("root@hinata.example", PASSWORD, name="Root").is_admin


def test_a_user_is_called_by_their_name(aiko):
    assert (str(aiko), aiko.get_short_name(), aiko.initials) == ("Aiko Mori", "Aiko Mori", "AM")
    assert str(User(email="new@hinata.example")) == "new@hinata.example"


@pytest.mark.parametrize("name", ["", "Mars/Olympus", "../../etc/passwd", "Asia", "UTC\x00"])
def test_an_unknown_zone_is_read_as_utc(name):
    assert User(time_zone=name).zone == ZoneInfo("UTC")


def test_a_zone_is_checked_when_it_is_chosen(aiko):
    assert User(time_zone="Asia/Tokyo").zone == ZoneInfo("Asia/Tokyo")
    aiko.time_zone = "Mars/Olympus"
    with pytest.raises(ValidationError, match="There is no such time zone"):
        aiko.full_clean()


def test_ending_the_sessions_changes_their_signature(aiko):
    before = aiko.get_session_auth_hash()
    aiko.end_sessions()
    assert aiko.get_session_auth_hash() != before


def test_built_in_roles_are_there_and_speak_the_readers_language(db, monkeypatch):
    assert set(Role.objects.values_list("code", flat=True)) == set(BUILT_IN_ROLES)
    viewer = Role.objects.get(code="viewer")
    assert (str(viewer), viewer.is_built_in) == ("Viewer", True)
    assert viewer.summary == "Reads, and changes nothing."
    monkeypatch.setitem(BUILT_IN_ROLES, "viewer", (translation.gettext_lazy("Monday"), viewer.description))
    viewer.name = "Monday"
    with translation.override("ja"):
        assert viewer.title == "月曜日"


def test_a_renamed_built_in_role_keeps_the_name_it_was_given(db):
    viewer = Role(code="viewer", name="Guest", description="Looks around.")
    assert (viewer.title, viewer.summary) == ("Guest", "Looks around.")
    own = Role(name="Night shift")
    assert (own.title, own.summary, own.is_built_in) == ("Night shift", "", False)


def test_a_team_knows_what_is_under_it(db):
    japan = Team.objects.create(name="Japan", path="1/")
    kansai = Team.objects.create(name="Kansai", parent=japan, path="1/2/")
    Team.objects.create(name="Elsewhere", path="11/")
    assert list(japan.subtree()) == [japan, kansai]
    assert (japan.depth, kansai.depth) == (1, 2)


def test_the_secret_of_a_token_is_nowhere_in_the_database(ben):
    token, secret = Token.issue(ben, "Import script")
    assert re.fullmatch(r"kzn_[A-Za-z0-9_-]{43}", secret)
    assert token.prefix == secret[:12]
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM identity_token")
        stored = " ".join(str(value) for row in cursor.fetchall() for value in row)
    assert secret not in stored
    assert secret[12:] not in stored
    assert token.digest in stored


def test_a_token_is_found_by_its_secret_only(ben, django_assert_num_queries):
    token, secret = Token.issue(ben, "Import script")
    found = Token.find(secret)
    assert found == token
    with django_assert_num_queries(0):
        assert found.user == ben
    for wrong in ("", "kzn_", secret[:-1], secret + "x", secret[4:], token.digest, "kzn_" + "ä" * 43, "kzn_\ud83d"):
        assert Token.find(wrong) is None


def test_a_token_that_expired_or_was_revoked_or_whose_user_left_opens_nothing(ben):
    now = timezone.now()
    expired, old_secret = Token.issue(ben, "Old", now - timedelta(seconds=1))
    revoked, lost_secret = Token.issue(ben, "Lost")
    Token.objects.filter(pk=revoked.pk).update(revoked_at=now)
    _, good_secret = Token.issue(ben, "Good", now + timedelta(days=1))
    assert not expired.is_usable
    assert Token.find(old_secret) is None
    assert Token.find(lost_secret) is None
    assert Token.find(good_secret) is not None
    User.objects.filter(pk=ben.pk).update(is_active=False)
    assert Token.find(good_secret) is None


def test_use_is_noted_at_most_once_a_minute(ben, django_assert_num_queries):
    token, secret = Token.issue(ben, "Busy script")
    Token.find(secret)
    token.refresh_from_db()
    first = token.last_used_at
    assert timezone.now() - first < timedelta(minutes=1)
    with django_assert_num_queries(1):
        Token.find(secret)
    Token.objects.filter(pk=token.pk).update(last_used_at=first - timedelta(minutes=2))
    Token.find(secret)
    token.refresh_from_db()
    assert token.last_used_at >= first


def test_kizuna_itself_stands_where_a_user_stands():
    assert (SYSTEM.pk, SYSTEM.id, SYSTEM.team_id) == (None, None, None)
    assert SYSTEM.is_active
    assert SYSTEM.is_admin
    assert SYSTEM.is_authenticated
    assert (str(SYSTEM), SYSTEM.language, str(SYSTEM.zone)) == ("Kizuna", "en", "UTC")
    assert SYSTEM.preferences == {}
