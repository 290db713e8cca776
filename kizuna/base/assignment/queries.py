"""Who could get a record, and who did and why."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kizuna.base import conditions
from kizuna.base.assignment import kinds
from kizuna.base.assignment.events import RecordsAssigned
from kizuna.base.assignment.models import Absence, AssignmentMember, AssignmentRule
from kizuna.base.events.models import EventRow
from kizuna.base.identity import SYSTEM
from kizuna.base.identity.models import User
from kizuna.base.resources import registry
from kizuna.base.resources.schema import ResourceSchema
from kizuna.base.types.errors import Invalid

OWNER, NOBODY, NO_RULE, FULL, UNSEEN = "owner", "nobody", "no_rule", "full", "unseen"
REASONS: dict[str, Any] = {
    OWNER: _("They know the customer already."),
    NOBODY: _("Everybody in the rule is away or has left."),
    FULL: _("Everybody in the rule has as much as they may have, or gets other records."),
    UNSEEN: _("Nobody in the rule may see the record."),
    NO_RULE: _("No rule fits."),
}


@dataclass(frozen=True)
class Decision:
    """Who gets a record (None: it waits), by which rule, and the code of why."""

    record_id: int
    owner_id: int | None
    rule_id: int | None
    why: str

    @property
    def reason(self) -> str:
        way = kinds.way_named(self.why)
        return str(way.reason if way else REASONS.get(self.why, ""))


def rules_of(key: str) -> list[AssignmentRule]:
    """The rules of a kind of record in the order in which they are asked; those that are switched off too."""
    return list(AssignmentRule.objects.live().filter(kind=key).order_by("position", "pk"))


def members_of(rules: Collection[AssignmentRule]) -> dict[int, list[AssignmentMember]]:
    found: dict[int, list[AssignmentMember]] = defaultdict(list)
    rows = AssignmentMember.objects.live().filter(rule__in=[rule.pk for rule in rules])
    for member in rows.select_related("user", "team").order_by("position", "pk"):
        found[member.rule_id].append(member)
    return found


def meeting(key: str, tree: Any, ids: Collection[int]) -> set[int]:
    """Which of these records meet a condition; a condition that can no longer be understood is met by none."""
    if not tree:
        return set(ids)
    resource = registry.get(key)
    try:
        asked = conditions.compile(tree, schema=ResourceSchema(resource, SYSTEM), viewer=SYSTEM)
    except Invalid:
        return set()
    return set(resource.model._default_manager.filter(asked, pk__in=ids).values_list("pk", flat=True))


def people_of(members: Iterable[AssignmentMember]) -> dict[int, list[User]]:
    """Who each member of a rule stands for: a person, or everybody of a team and the teams beneath it; only those who
    work here."""
    members = list(members)
    teams = {one.team.path for one in members if one.team}
    asked = Q(pk__in=[one.user_id for one in members if one.user_id])
    for path in teams:
        asked |= Q(team__path__startswith=path)
    people = list(User.objects.filter(asked, is_active=True).select_related("team").order_by("pk")) if members else []
    return {
        member.pk: [
            one
            for one in people
            if (member.user_id == one.pk) or (member.team and one.team and one.team.path.startswith(member.team.path))
        ]
        for member in members
    }


def absent(people: Iterable[User], *, now: dt.datetime | None = None) -> set[int]:
    """Who of them is away today, where today is the day in their own zone."""
    by_id = {one.pk: one for one in people}
    moment = now or timezone.now()
    today = {pk: moment.astimezone(one.zone).date() for pk, one in by_id.items()}
    if not today:
        return set()
    rows = Absence.objects.live().filter(
        owner__in=by_id, since_on__lte=max(today.values()), until_on__gte=min(today.values())
    )
    days = rows.values_list("owner_id", "since_on", "until_on")
    return {user for user, since, until in days if since <= today[user] <= until}


def loads(key: str, people: Collection[int]) -> dict[int, int]:
    """How many records of a kind keep each of these people busy."""
    kind, resource = kinds.find(key), registry.get(key)
    schema = ResourceSchema(resource, SYSTEM)
    busy = conditions.compile(kind.load, schema=schema, viewer=SYSTEM) if kind and kind.load else Q()
    rows = resource.model._default_manager.live().filter(busy, owner__in=people)
    return dict(rows.order_by().values_list("owner_id").annotate(Count("pk")))


def owners_through(key: str, ids: Collection[int]) -> dict[int, list[int]]:
    """For each record the people who own what it is related to, the closest relation first."""
    kind, resource = kinds.find(key), registry.get(key)
    through = [name for name in (kind.through if kind else ()) if name in resource.fields]
    if not through:
        return {}
    paths = [f"{name}__owner_id" for name in through]
    rows = resource.model._default_manager.filter(pk__in=ids).values_list("pk", *paths)
    return {pk: [owner for owner in owners if owner] for pk, *owners in rows}


def why(resource: str, record_id: int) -> Decision | None:
    """What the rules decided last about a record; None where they never did."""
    rows = EventRow.objects.filter(
        name=RecordsAssigned.event_name, subjects__resource=resource, subjects__record_id=record_id
    )
    row = rows.order_by("-pk").first()
    if row is None:
        return None
    told = RecordsAssigned.from_data(row.data)
    if record_id not in told.ids:  # it was said of one that was merged into this
        return None
    place = told.ids.index(record_id)
    return Decision(record_id, told.owners[place], told.rules[place], told.whys[place])


def waiting(actor: Any, key: str, *, most: int) -> list[int]:
    """Ids of records without an owner that the actor sees, the longest waiting first."""
    kind, resource = kinds.find(key), registry.get(key)
    rows = resource.visible_to(actor).filter(owner=None)
    if kind and kind.waiting:
        rows = rows.filter(conditions.compile(kind.waiting, schema=ResourceSchema(resource, SYSTEM), viewer=SYSTEM))
    return list(rows.order_by("created_at", "pk").values_list("pk", flat=True)[:most])


def newest(actor: Any, key: str, *, most: int) -> list[int]:
    """Ids of the newest records that the actor sees, for a preview."""
    rows = registry.get(key).visible_to(actor).order_by("-created_at", "-pk")
    return list(rows.values_list("pk", flat=True)[:most])


def absences_of(user: User, *, today: dt.date) -> Sequence[Absence]:
    """Of one person, those that are not over."""
    return list(Absence.objects.live().filter(owner=user, until_on__gte=today).order_by("since_on", "pk"))
