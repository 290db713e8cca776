"""Type-ahead for relations and tags: at most a handful of matches, never a list of everything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from kizuna.base import conditions
from kizuna.base.access import policy
from kizuna.base.resources import fields
from kizuna.base.resources.avatars import avatar
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
    elif typed and isinstance(resource.title_field, fields.Brought):
        rows = resource.visible_to(request.user)
        options = _first(resource, request.user, rows.filter(_called(resource, request.user, typed)))
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
    if typed and isinstance(resource.title_field, fields.Brought):
        return rows.filter(_called(resource, actor, typed))
    return rows.filter(search.matching(resource, actor, typed))


def _called(resource: Resource, actor: Any, typed: str) -> Q:
    """Of a kind that Kizuna brings a few of, those whose names as the reader sees them hold what was typed: the index
    knows neither what came with the database nor the words of other languages."""
    if not resource.is_named_to(actor):
        return policy.NOTHING
    title, reader, wanted = resource.title_field, Reader.of(actor), text.fold(typed).split()
    found = []
    for pk, *columns in resource.visible_to(actor).values_list("pk", *title.paths):
        name = text.fold(title.to_text(title.value(columns), reader))
        if all(word in name for word in wanted):
            found.append(pk)
    return Q(pk__in=found)


def _first(resource: Resource, actor: Any, rows: QuerySet | None = None) -> list[dict[str, Any]]:
    title, reader = resource.title_field, Reader.of(actor)
    columns = [title, *_apart(resource, actor)] if resource.is_named_to(actor) else []
    page = Table(resource, actor, columns=columns, sort=Sort.of(resource, actor, None), rows=rows).page(size=LIMIT)
    found = []
    for row in page.rows:
        cell = title.cell(row.values[0], reader) if columns else {"text": f"#{row.id}"}
        detail = cell.get("reading", "") or reader.listed(_texts(columns[1:], row.values[1:], reader))
        found.append({**cell, **avatar(resource, row.id, cell), "value": row.id, "detail": detail})
    return found


def _apart(resource: Resource, actor: Any) -> list[fields.Field]:
    """What tells two of one name apart, of kinds that Kizuna brings: in which pipeline a stage is."""
    if not isinstance(resource.title_field, fields.Brought):
        return []
    readable = resource.readable_fields(actor)
    return [readable[name] for name in resource.subtitle if name in readable]


def _texts(columns: Sequence[fields.Field], values: Sequence[Any], reader: Reader) -> list[str]:
    cells = [column.cell(value, reader) for column, value in zip(columns, values, strict=True)]
    return [cell["text"] for cell in cells if cell.get("text")]


@login_required
@require_GET
def tags(request: HttpRequest, resource: Resource, name: str) -> HttpResponse:
    """Suggestions for `<kizuna-tags>`: words in use on records of this kind that begin like what was typed."""
    field = resource.readable_fields(request.user).get(name)
    if field is None or field.kind != "tags":
        raise Missing()
    wanted = text.fold(request.GET.get("q", "")[:60])
    words = _as_written(resource, request.user, name, _in_use(resource, request.user, name, wanted))
    options = [{"value": word, "text": word, "tint": tint(word)} for word in words]
    return render(request, "ui/parts/options.html", {"options": options, "nothing": ""})


def _in_use(resource: Resource, actor: Any, name: str, wanted: str) -> dict[str, int]:
    """The first folded tags in use that begin so, each with a record that has it. Every one is a look into the index of
    its own: the next tag lies behind all the records that have this one."""
    keys = Key.objects.filter(resource=resource.key, kind=name, record_id__in=resource.visible_to(actor))
    if wanted:
        keys = keys.filter(key__gte=wanted, key__lt=wanted + "\U0010ffff")
    found: dict[str, int] = {}
    rows = keys.order_by("key").values_list("key", "record_id")
    while len(found) < LIMIT and (following := rows.first()):
        found |= [following]
        rows = rows.filter(key__gt=following[0])
    return found


def _as_written(resource: Resource, actor: Any, name: str, keys: Mapping[str, int]) -> list[str]:
    """Tags as somebody typed them, for folded keys: read from a record that has each."""
    if not keys:  # nor is there a column of a field that is only shown as tags
        return []
    words = dict(resource.visible_to(actor).filter(pk__in=set(keys.values())).values_list("pk", name))
    return [word for key, pk in keys.items() for word in words.get(pk, ()) if text.fold(word) == key]
