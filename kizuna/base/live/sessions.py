"""Whom a session cookie belongs to, asked for many at once: two queries however many streams are open."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from kizuna.base.identity.models import User


def holders(keys: Collection[str]) -> dict[str, User]:
    """The active user of each session that is still valid; with rights that will be read anew.

    One object per user and call, so that what they may do is read once for all their streams.
    """
    store = SessionStore()
    rows = SessionStore.get_model_class().objects.filter(session_key__in=list(keys), expire_date__gt=timezone.now())
    sessions = {row.session_key: store.decode(row.session_data) for row in rows}
    ids = {str(data[SESSION_KEY]) for data in sessions.values() if data.get(SESSION_KEY)}
    users = {str(user.pk): user for user in User.objects.filter(pk__in=ids, is_active=True).select_related("team")}
    return {
        key: user
        for key, data in sessions.items()
        if (user := users.get(str(data.get(SESSION_KEY)))) and _is_signed(data, user)
    }


def _is_signed(data: dict[str, Any], user: User) -> bool:
    """As `django.contrib.auth.get_user` asks: the sign-in method still counts, the password is that of the session."""
    if data.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        return False
    given = data.get(HASH_SESSION_KEY) or ""
    known = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    return any(constant_time_compare(given, one) for one in known)
