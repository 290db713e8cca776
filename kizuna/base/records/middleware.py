"""Each request looks once which custom fields there are, and stays with what it saw."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from kizuna.base.resources import editions


class EditionMiddleware:
    """Stands before everything that asks resources for their fields."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        editions.look_again()
        return self.get_response(request)
