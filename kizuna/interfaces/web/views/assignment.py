"""Settings: by which rules records are given to people, tried out before they count; and who is away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kizuna.base.assignment import kinds, queries
from kizuna.base.assignment import services as assignment
from kizuna.base.assignment.kinds import Assignable
from kizuna.base.assignment.models import Absence, AssignmentRule
from kizuna.base.assignment.queries import Decision
from kizuna.base.identity.models import User
from kizuna.base.resources import registry
from kizuna.base.resources.fields import Question
from kizuna.base.resources.reader import Reader
from kizuna.base.resources.titles import titles_of
from kizuna.base.types.errors import Invalid, Missing, Problem
from kizuna.interfaces.web.views.people import for_administrators

TRIED = 50
ADDRESS = "/settings/assignment"


@for_administrators
@require_GET
def assignment_page(request: HttpRequest) -> HttpResponse:
    """The rules of one kind of record in their order; with `try`, who would get the newest records."""
    kind = _kind(request.GET.get("kind", ""))
    rules = queries.rules_of(kind.key)
    context = {
        "title": _("Assignment"),
        "page": "assignment",
        "kinds": [
            {"label": one.label, "url": f"{ADDRESS}?kind={one.key}", "is_on": one == kind} for one in kinds.assignable()
        ],
        "key": kind.key,
        "nouns": str(kind.label).lower(),
        "rows": _rows(request.user, rules),
        "new_url": f"/assignmentrules/new?kind={kind.key}&position={len(rules) + 1}",
        "try_url": f"{ADDRESS}?kind={kind.key}&try=1",
        "tried": _tried(request.user, kind) if "try" in request.GET else None,
        "absences": _absences(request.user),
        "absence_url": "/absences/new",
        "absences_url": "/absences",
    }
    return render(request, "web/assignment.html", context)


def _kind(key: str) -> Assignable:
    """The kind that was asked for, else the first. Raises Missing."""
    known = kinds.assignable()
    found = next((one for one in known if one.key == key), known[0] if known and not key else None)
    if found is None:
        raise Missing()
    return found


def _rows(actor: Any, rules: Sequence[AssignmentRule]) -> list[dict[str, Any]]:
    members = queries.members_of(rules)
    reader, last = Reader.of(actor), len(rules) - 1
    return [
        {
            "id": rule.pk,
            "name": rule.name,
            "url": f"/assignmentrules/{rule.pk}",
            "condition": _condition(rule, actor),
            "way": str(dict(kinds.way_choices()).get(rule.way, rule.way)),
            "members": reader.listed(_member(one) for one in members.get(rule.pk, ())),
            "member_url": f"/assignmentmembers/new?rule={rule.pk}&position={len(members.get(rule.pk, ())) + 1}",
            "keeps_owner": rule.keeps_owner,
            "is_active": rule.is_active,
            "is_first": number == 0,
            "is_last": number == last,
        }
        for number, rule in enumerate(rules)
    ]


def _member(member: Any) -> str:
    name = str(member.user.name if member.user else member.team.name)
    return f"{name} ×{member.weight}" if member.weight != 1 else name


def _condition(rule: AssignmentRule, actor: Any) -> str:
    if not rule.condition:
        return ""
    try:
        return "; ".join(Question(rule.kind, rule.condition).words(actor))
    except Invalid as problem:
        return str(problem.message)


def _tried(actor: Any, kind: Assignable) -> list[dict[str, Any]]:
    """Whom the rules would give the newest records to, as if they were new."""
    ids = queries.newest(actor, kind.key, most=TRIED)
    decisions = assignment.assign(resource=kind.key, ids=ids, dry_run=True)
    titles = _titles(actor, kind.key, ids)
    owners = dict(
        User.objects.filter(pk__in={one.owner_id for one in decisions if one.owner_id}).values_list("pk", "name")
    )
    rules = {rule.pk: rule.name for rule in queries.rules_of(kind.key)}
    url = registry.get(kind.key).record_url
    return [_decided(one, titles, owners, rules) | {"url": url(one.record_id)} for one in decisions]


def _decided(one: Decision, titles: dict[int, str], owners: dict[int, str], rules: dict[int, str]) -> dict[str, Any]:
    return {
        "title": titles.get(one.record_id) or f"#{one.record_id}",
        "owner": owners.get(one.owner_id or 0, ""),
        "rule": rules.get(one.rule_id or 0, ""),
        "why": one.reason,
    }


def _titles(actor: Any, key: str, ids: Sequence[int]) -> dict[int, str]:
    resource = registry.get(key)
    return titles_of(resource, actor, resource.visible_to(actor).filter(pk__in=ids))


def _absences(actor: Any) -> list[dict[str, str]]:
    """Who is away today or will be, the soonest first."""
    reader = Reader.of(actor)
    rows = Absence.objects.visible_to(actor).filter(until_on__gte=reader.today, owner__isnull=False)
    return [
        {
            "name": one.owner.name if one.owner else "",
            "days": f"{reader.day(one.since_on)} – {reader.day(one.until_on)}",
            "note": one.note,
            "url": f"/absences/{one.pk}",
        }
        for one in rows.select_related("owner").order_by("since_on", "pk")[:TRIED]
    ]


@for_administrators
@require_POST
def move_rule(request: HttpRequest, rule_id: int) -> HttpResponse:
    """One place up or down."""
    rule = AssignmentRule.objects.visible_to(request.user).filter(pk=rule_id).first()
    if rule is None:
        raise Missing()
    ids = [one.pk for one in queries.rules_of(rule.kind)]
    place = ids.index(rule.pk)
    other = place + (1 if request.POST.get("to") == "down" else -1)
    if 0 <= other < len(ids):
        ids[place], ids[other] = ids[other], ids[place]
        try:
            assignment.reorder_rules(actor=request.user, kind=rule.kind, rules=ids)
        except Problem as problem:
            messages.warning(request, str(problem.message))
    return redirect(f"{ADDRESS}?kind={rule.kind}")
