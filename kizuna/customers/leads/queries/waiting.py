"""Which leads wait for somebody, by when they are to be answered, and who hears of it when they are not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any, NamedTuple

from django.db.models import F, QuerySet

from kizuna.base.access import policy
from kizuna.base.access.models import Scope
from kizuna.base.access.permissions import prepare
from kizuna.base.assignment.queries import meeting
from kizuna.base.hours import queries as hours
from kizuna.base.identity.models import User
from kizuna.base.types.hours import Hours
from kizuna.customers.leads.models import Lead, ResponseTarget
from kizuna.customers.leads.models.leads import OPEN


def queue(actor: Any) -> QuerySet[Lead]:
    """Open leads of nobody, the soonest due first; of those that are due at no time the one who waits longest."""
    rows = Lead.objects.visible_to(actor).filter(owner=None, status__in=OPEN)
    return rows.order_by(F("due_at").asc(nulls_last=True), "captured_at", "pk")


class Promise(NamedTuple):
    """So much time of these hours, as the target with this number says."""

    pk: int
    wait: dt.timedelta
    hours: Hours


def target_of(lead_id: int) -> Promise | None:
    """What the first target that fits promises; None where nobody promises anything."""
    rows = ResponseTarget.objects.live().filter(is_active=True).order_by("position", "pk")
    for target in rows.select_related("hours"):
        if meeting("lead", target.condition, [lead_id]):
            found = target.hours.hours if target.hours else hours.usual()
            return Promise(target.pk, dt.timedelta(minutes=target.minutes), found)
    return None


def still_waiting(ids: Collection[int]) -> QuerySet[Lead]:
    """Of these leads those that somebody has to answer still, and that belong to somebody."""
    return Lead.objects.live().filter(pk__in=ids, owner__isnull=False, due_at__isnull=False, status__in=OPEN)


def leaders_of(people_ids: Collection[int]) -> dict[int, list[int]]:
    """Who leads these people: of their team, or of the next one above that has such a person, those who may also throw
    away what belongs to others there, as managers may at first. As many queries for many people as for one."""
    people = list(User.objects.filter(pk__in=people_ids, team__isnull=False).select_related("team"))
    chains = {one.pk: [int(part) for part in one.team.path.split("/") if part][::-1] for one in people if one.team}
    teams = {team for chain in chains.values() for team in chain}
    others = list(User.objects.filter(team__in=teams, is_active=True).select_related("team").order_by("pk"))
    prepare(others)
    able = [one for one in others if policy.permissions_of(one).scope("lead", "delete") >= Scope.TEAM]
    found = {}
    for pk, chain in chains.items():
        at = {team: [one.pk for one in able if one.team_id == team and one.pk != pk] for team in chain}
        found[pk] = next((at[team] for team in chain if at[team]), [])
    return found
