"""Every request is read in somebody's language and zone, and what it does is done in somebody's name."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone, translation

from kizuna.base.events import acting
from kizuna.base.identity.address import client_address


class IdentityMiddleware:
    """Stands behind AuthenticationMiddleware (who is it?) and LocaleMiddleware (what do visitors read?)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        user = request.user
        zone = None
        if user.is_authenticated:
            zone = user.zone
            # Not undone here: LocaleMiddleware, further out, sets it anew for each request and names it in the answer.
            translation.activate(user.language)
            request.LANGUAGE_CODE = user.language
        with timezone.override(zone), acting(user, via="web", address=client_address(request)):
            return self.get_response(request)
