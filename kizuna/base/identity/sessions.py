"""Sessions as Django keeps them, asked for in words that are put together once: every page of ours asks for one."""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends import db
from django.utils import timezone

from kizuna.base.types.ready import Given, Ready

_OF_KEY = Ready(
    lambda: (
        db.SessionStore.get_model_class()
        .objects.filter(session_key=Given("key"))
        .values_list("expire_date", "session_data")
    )
)


class SessionStore(db.SessionStore):
    """What a session holds as long as it is valid; of one that is not, nothing, and its key is used no more."""

    def load(self) -> dict[str, Any]:
        for expires_at, data in _OF_KEY.ask(key=self.session_key):
            if expires_at > timezone.now():
                return dict(self.decode(data))
        self._session_key = None
        return {}
