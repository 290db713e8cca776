"""The dialog in which a list's condition is built."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from kizuna.base.resources.resource import Resource
from kizuna.base.types.errors import Invalid
from kizuna.base.ui import filters
from kizuna.base.ui.listing import Listing


@login_required
@require_GET
def filter_dialog(request: HttpRequest, resource: Resource) -> HttpResponse:
    """The builder with the list's present condition; one that cannot be read starts empty."""
    listing = Listing(resource, request.user, request.GET)
    try:
        builder = filters.builder(listing)
    except Invalid:
        listing = Listing(resource, request.user, {})
        builder = filters.builder(listing)
    return render(request, "ui/parts/filter_builder.html", {"filter": builder})
