"""The API's pages for people: what there is, and how to ask for it."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from kizuna.base.resources import registry
from kizuna.base.types.errors import Missing
from kizuna.interfaces.api import describing, reference


@login_required
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    return render(request, "api/docs.html", reference.overview(request.user, _address(request)))


@login_required
@require_GET
def resource_page(request: HttpRequest, plural: str) -> HttpResponse:
    resource = registry.by_plural(plural)
    if resource not in describing.usable(request.user):
        raise Missing()
    return render(request, "api/docs_resource.html", reference.of_resource(resource, request.user, _address(request)))


def _address(request: HttpRequest) -> str:
    return request.build_absolute_uri("/api/v1")
