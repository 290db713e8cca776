"""Mappings under a name: kept, chosen, renamed, shared and deleted on the page of columns."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kizuna.base.resources.resource import Resource
from kizuna.base.transfer import queries
from kizuna.base.transfer.models import SavedMapping
from kizuna.base.transfer.services import mappings
from kizuna.base.types.errors import Problem
from kizuna.base.types.numbers import whole
from kizuna.base.ui.import_columns import Settled, columns_page, url_of
from kizuna.base.ui.middleware import go


@login_required
@require_POST
def save(request: HttpRequest, resource: Resource, import_id: int) -> HttpResponse:
    """Keep what the form says under a name; the import itself is settled as well."""
    imported = queries.find(request.user, resource, import_id)
    settled = Settled.of(request, imported)
    name, is_shared = request.POST.get("mapping.name", ""), "mapping.shared" in request.POST
    try:
        found = mappings.save_mapping(
            actor=request.user,
            imported=imported,
            mapping=settled.mapping,
            options=settled.options,
            name=name,
            is_shared=is_shared,
        )
    except Problem as problem:
        return columns_page(request, resource, imported, settled, problem=problem)
    messages.success(request, _("Kept as “%(name)s”.") % {"name": found.name})
    return go(request, url_of(resource, imported))


@login_required
@require_POST
def use(request: HttpRequest, resource: Resource, import_id: int) -> HttpResponse:
    imported = queries.find(request.user, resource, import_id)
    mappings.use_mapping(actor=request.user, imported=imported, saved=_chosen(request, resource))
    return go(request, url_of(resource, imported))


@login_required
@require_POST
def change(request: HttpRequest, resource: Resource, import_id: int) -> HttpResponse:
    """Rename and share, or with "delete" delete it."""
    imported, saved = queries.find(request.user, resource, import_id), _chosen(request, resource)
    try:
        if "delete" in request.POST:
            mappings.delete_mapping(actor=request.user, saved=saved)
        else:
            name, is_shared = request.POST.get("name", ""), "shared" in request.POST
            mappings.change_mapping(actor=request.user, saved=saved, name=name, is_shared=is_shared)
    except Problem as problem:
        return columns_page(request, resource, imported, problem=problem)
    return go(request, url_of(resource, imported))


def _chosen(request: HttpRequest, resource: Resource) -> SavedMapping:
    return queries.find_mapping(request.user, resource, whole(request.POST.get("mapping", "")) or 0)
