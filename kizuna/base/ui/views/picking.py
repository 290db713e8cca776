"""Type-ahead for relations and tags: at most a handful of matches, never a list of everything."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from kizuna.base import conditions
from kizuna.base.resources.fields.lists import tint
from kizuna.base.resources.models import Key
from kizuna.base.resources.reader import Reader
from kizuna.base.resources.resource import Resource
from kizuna.base.resources.schema import ResourceSchema
from kizuna.base.resources.table import Sort, Table
from kizuna.base.search import queries as search
from kizuna.base.types import text
from kizuna.base.types.errors import Missing
from kizuna.base.ui.hits import drawn

LIMIT = 8


@login_required
@require_GET
def pick(request: HttpRequest, resource: Resource) -> HttpResponse:
    """Options for `<kizuna-select>`: matches for `?q=`, or the first records while nothing is typed; of those that
    answer `?filter=`, where only they come into question."""
    typed = request.GET.get("q", "").strip()[:100]
    if among := request.GET.get("filter", ""):
        options = _first(resource, request.user, _narrowed(resource, request.user, among, typed))
    elif typed:
        hits = search.find(request.user, typed, resources=[resource], limit=LIMIT)
        options = [drawn(hit) | {"value": hit.id} for hit in hits]
    else:
        options = _first(resource, request.user)
    return render(request, "ui/parts/options.html", {"options": options, "nothing": _("Nothing found")})


def _narrowed(resource: Resource, actor: Any, among: str, typed: str) -> QuerySet:
    """Raises InvalidCondition."""
    schema = ResourceSchema(resource, actor)
    rows = resource.visible_to(actor).filter(conditions.compile(conditions.parse(among), schema=schema, viewer=actor))
    return rows.filter(search.matching(resource, actor, typed))


def _first(resource: Resource, actor: Any, rows: QuerySet | None = None) -> list[dict[str, Any]]:
    title, reader = resource.title_field, Reader.of(actor)
    columns = [title] if resource.is_named_to(actor) else []
    page = Table(resource, actor, columns=columns, sort=Sort.of(resource, actor, None), rows=rows).page(size=LIMIT)
    found = []
    for row in page.rows:
        cell = title.cell(row.values[0], reader) if columns else {"text": f"#{row.id}"}
        shape = {"value": row.id, "tint": row.id % 6 + 1, "square": not resource.is_person}
        found.append({**cell, **shape, "detail": cell.get("reading", "")})
    return found


@login_required
@require_GET
def tags(request: HttpRequest, resource: Resource, name: str) -> HttpResponse:
    """Suggestions for `<kizuna-tags>`: words in use on records of this kind that begin like what was typed."""
    field = resource.readable_fields(request.user).get(name)
    if field is None or field.kind != "tags":
        raise Missing()
    wanted = text.fold(request.GET.get("q", "")[:60])
    keys = Key.objects.filter(resource=resource.key, kind=name, record_id__in=resource.visible_to(request.user))
    if wanted:
        keys = keys.filter(key__gte=wanted, key__lt=wanted + "\U0010ffff")
    words = _as_written(resource, request.user, name, list(keys.order_by("key").values_list("key", flat=True)[:200]))
    options = [{"value": word, "text": word, "tint": tint(word)} for word in words[:LIMIT]]
    return render(request, "ui/parts/options.html", {"options": options, "nothing": ""})


def _as_written(resource: Resource, actor: Any, name: str, keys: list[str]) -> list[str]:
    """Tags as somebody typed them, for folded keys: read from one record that has each."""
    wanted = dict.fromkeys(keys)
    found: list[str] = []
    visible = resource.visible_to(actor)
    for key in list(wanted)[:LIMIT]:
        owners = Key.objects.filter(resource=resource.key, kind=name, key=key).values("record_id")
        words = visible.filter(pk__in=owners).values_list(name, flat=True).first() or []
        found += [word for word in words if text.fold(word) == key]
    return found
