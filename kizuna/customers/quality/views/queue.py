"""Records that somebody has to decide about: one line each, with what was found and what can be said of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kizuna.base.access import policy
from kizuna.base.resources import registry
from kizuna.base.resources.avatars import avatar
from kizuna.base.resources.reader import Reader
from kizuna.base.resources.resource import Resource
from kizuna.base.resources.table import Sort, Table
from kizuna.base.types.errors import Denied, Missing
from kizuna.base.types.numbers import whole
from kizuna.base.ui.finding import find
from kizuna.base.ui.middleware import wants_part
from kizuna.customers.quality import services
from kizuna.customers.quality.models import checks
from kizuna.customers.quality.queries import figures, findings
from kizuna.customers.quality.views.cockpit import ADDRESS

PAGE_SIZE = 20


def _resource(actor: Any, plural: str) -> Resource:
    """Raises Missing for a kind that is not looked at, Denied for who may not see what was found."""
    resource = registry.by_plural(plural)
    if resource.key not in checks.KINDS:
        raise Missing()
    may_read = policy.permissions_of(actor).can(resource.key, "read")
    if not may_read or figures.FIELD not in resource.readable_fields(actor):
        raise Denied()
    return resource


@login_required
@require_GET
def queue(request: HttpRequest, plural: str) -> HttpResponse:
    """What waits, the oldest first; for htmx further ones."""
    actor: Any = request.user
    resource = _resource(actor, plural)
    after = whole(request.GET.get("after", "")) or 0
    found = findings.waiting(actor, resource, after=after, size=PAGE_SIZE + 1)
    page = found[:PAGE_SIZE]
    url = f"{ADDRESS}/{resource.plural}/queue"
    context = {
        "title": _("To be looked at: %(noun)s") % {"noun": str(resource.plural_label).lower()},
        "back": {"url": ADDRESS, "label": _("Data quality")},
        "records": _drawn(actor, resource, [pk for _place, pk in page]),
        "more_url": f"{url}?after={page[-1][0]}" if len(found) > PAGE_SIZE else "",
        "may_decide": _may_decide(actor, resource),
    }
    is_further = after and wants_part(request)
    return render(request, "quality/queue.html#records" if is_further else "quality/queue.html", context)


def _may_decide(actor: Any, resource: Resource) -> bool:
    return policy.permissions_of(actor).can(resource.key, "confirm_right")


def _drawn(actor: Any, resource: Resource, ids: Sequence[int]) -> list[dict[str, Any]]:
    """Lines for these records, in their order: the same number of queries whatever the number of records."""
    rows = resource.visible_to(actor).filter(pk__in=ids)
    readable = resource.readable_fields(actor)
    names = [resource.title, *(name for name in ("emails", "phones", "city", "last_touch_at") if name in readable)]
    columns = [readable[name] for name in names]
    table = Table(resource, actor, columns=columns, sort=Sort(resource.title_field, False), rows=rows)
    codes = findings.codes_of(resource.key, ids)
    shown = {row.id: row for row in table.every()}
    reader = Reader.of(actor)
    found = []
    for pk in ids:
        if pk not in shown:
            continue
        cells = [field.cell(value, reader) for field, value in zip(columns, shown[pk].values, strict=True)]
        url = resource.record_url(pk)
        found.append(
            {
                "id": pk,
                "name": cells[0].get("text") or f"#{pk}",
                **avatar(resource, pk, cells[0]),
                "url": url,
                "details": [cell["text"] for cell in cells[1:] if cell.get("text")],
                "badges": [_badge(code) for code in codes.get(pk, ())],
                "right_url": f"{ADDRESS}/{resource.plural}/{pk}/right",
                "later_url": f"{url}/actions/look_again",
            }
        )
    return found


def _badge(code: str) -> dict[str, Any]:
    check = checks.CHECKS[code]
    return {"text": check.label, "tone": check.tone, "title": check.meaning}


@login_required
@require_POST
def right(request: HttpRequest, plural: str, record_id: int) -> HttpResponse:
    """It is right: a line with a way back stands where it was."""
    actor: Any = request.user
    resource = _resource(actor, plural)
    record = find(resource, actor, record_id)
    verb = resource.action("confirm_right")
    assert verb is not None
    verdict = verb(actor=actor, record=record)
    back_url = f"{ADDRESS}/{resource.plural}/{record_id}/verdicts/{verdict.pk}/back"
    context = {"record": {"id": record_id, "name": str(record)}, "back_url": back_url}
    return render(request, "quality/queue.html#decided", context)


@login_required
@require_POST
def back(request: HttpRequest, plural: str, record_id: int, verdict_id: int) -> HttpResponse:
    """What was decided is taken back; the line is there again."""
    actor: Any = request.user
    resource = _resource(actor, plural)
    record = find(resource, actor, record_id)
    verdict = findings.verdict_of(resource.key, record_id, verdict_id)
    if verdict is None:
        raise Missing()
    services.take_back(actor=actor, record=record, verdict=verdict)
    context = {"records": _drawn(actor, resource, [record_id]), "may_decide": True}
    return render(request, "quality/queue.html#records", context)
