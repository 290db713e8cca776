"""Who is calling: a program with a token, or a page of ours with the session of its reader."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import translation
from ninja.security import HttpBearer, SessionAuth
from ninja.utils import check_csrf

from kizuna.base.identity.models import Token, User
from kizuna.interfaces.api.problems import Forged, Unauthenticated


class TokenAuth(HttpBearer):
    """`Authorization: Bearer kzn_…`. A header that does not open the door is refused, session or not."""

    def __call__(self, request: HttpRequest) -> User | None:
        if "Authorization" not in request.headers:
            return None
        return super().__call__(request) or _refuse()

    def authenticate(self, request: HttpRequest, token: str) -> User | None:
        found = Token.find(token)
        if found is None:
            return None
        request.limit_key = f"token {found.pk}"  # type: ignore[attr-defined]
        translation.activate(found.user.language)
        return found.user


class PageAuth(SessionAuth):
    """The session cookie of somebody signed in; what changes anything needs the CSRF token too."""

    def __call__(self, request: HttpRequest) -> Any:
        user = request.user
        if not user.is_authenticated:
            return None
        if check_csrf(request):
            raise Forged()
        request.limit_key = f"user {user.pk}"  # type: ignore[attr-defined]
        return user


def _refuse() -> Any:
    raise Unauthenticated()
