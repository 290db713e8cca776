"""A session opens as long as it is valid, whoever wrote it, and no longer."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from kizuna.base.identity.sessions import SessionStore

pytestmark = pytest.mark.django_db


def kept() -> str:
    """The key of a session that Django's own store wrote, as before an upgrade."""
    store = db.SessionStore()
    store["seen"] = "中"
    store.save()
    return str(store.session_key)


def test_a_session_from_before_is_still_one() -> None:
    store = SessionStore(kept())
    assert store["seen"] == "中"
    store["seen"] = "later"
    store.save()
    assert db.SessionStore(store.session_key)["seen"] == "later"


def test_one_that_ran_out_or_never_was_holds_nothing_and_its_key_is_not_taken_over() -> None:
    over = kept()
    Session.objects.filter(pk=over).update(expire_date=timezone.now() - dt.timedelta(seconds=1))
    for key in (over, "n" * 32):
        store = SessionStore(key)
        assert store.get("seen") is None
        assert store.session_key is None
