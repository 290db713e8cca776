"""What it means that a deal is in another stage than before, whichever door it came through: checked, counted, told."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kizuna.base.events import Touched, current_origin, publish
from kizuna.base.resources import registry
from kizuna.base.types.days import server_day
from kizuna.base.types.errors import Denied, Refused
from kizuna.domains.sales.events import OpportunityLost, OpportunityMoved, OpportunityReopened, OpportunityWon
from kizuna.domains.sales.models import Kind, Opportunity, Stage, StageVisit
from kizuna.domains.sales.queries import missing_for, reasons_for
from kizuna.domains.sales.services import checklists
from kizuna.domains.sales.services.sums import note_changed_stays
from kizuna.domains.sales.services.ways import note_ways

NEEDED = _("This is needed for the stage.")
OTHER_END = _("This is no reason for that.")
VERBS = {Kind.WON: "win_opportunity", Kind.LOST: "lose_opportunity", Kind.OPEN: "reopen_opportunity"}
SLIP = dt.timedelta(minutes=10)
"""Back where it came from within so long, a deal has not moved: somebody's hand slipped, or they pressed Undo."""


def note_stages(*, opportunity_ids: Iterable[int]) -> None:
    """Write down which stage the deals are in now, and tell of those that were in another before. To be called in the
    transaction that moved them.

    Raises Refused where a stage asks for what a deal lacks, or something needed is open in the one it leaves; Denied
    where the actor may not win, lose or reopen it. A deal that is new may be anywhere, so that an import can bring what
    was won years ago.
    """
    deals = list(Opportunity.objects.filter(pk__in=list(opportunity_ids)).select_related("stage").order_by("pk"))
    visits = StageVisit.objects.filter(opportunity__in=deals, left_at=None).select_related("stage")
    standing = {visit.opportunity_id: visit for visit in visits}
    _begin([deal for deal in deals if deal.pk not in standing])
    moves: dict[tuple[Stage, Stage], list[Opportunity]] = defaultdict(list)
    for deal in deals:
        if deal.pk in standing and standing[deal.pk].stage_id != deal.stage_id:
            moves[standing[deal.pk].stage, deal.stage].append(deal)
    for (before, after), moved in moves.items():
        _check(before, after, moved)
        _enter(before, after, moved)
        _tell(before, after, moved)


def _begin(deals: Sequence[Opportunity]) -> None:
    StageVisit.objects.bulk_create(
        StageVisit(opportunity=deal, stage=deal.stage, entered_at=deal.entered_stage_at, by_id=_actor_id())
        for deal in deals
    )


def mark_rotting(*, opportunity_ids: Iterable[int]) -> None:
    """Say from which day on the deals stand still for too long: in their stage, or without a change."""
    deals = Opportunity.objects.filter(pk__in=list(opportunity_ids)).select_related("stage", "pipeline")
    by_day: dict[dt.date | None, list[int]] = defaultdict(list)
    for deal in deals:
        day = rots_on(deal)
        if day != deal.rots_on:
            by_day[day].append(deal.pk)
    for day, ids in by_day.items():
        Opportunity.objects.filter(pk__in=ids).update(rots_on=day)


def rots_on(deal: Opportunity) -> dt.date | None:
    """The day from which a deal has stood in its stage, or gone without a change, for longer than is allowed: the same
    whoever moved it, since it is kept."""
    if not deal.is_open:
        return None
    limits = ((deal.entered_stage_at, deal.stage.max_age_days), (deal.updated_at, deal.pipeline.quiet_days))
    days = [server_day(since) + dt.timedelta(days=most + 1) for since, most in limits if most]
    return min(days, default=None)


def _check(before: Stage, after: Stage, moved: Sequence[Opportunity]) -> None:
    verb = _verb(before, after)
    allowed = Opportunity.objects.permitted(_actor(), verb).filter(pk__in=[deal.pk for deal in moved])
    if allowed.count() != len(moved):
        raise Denied()
    checklists.refuse_unfinished(before=before, after=after, deals=moved)
    today = timezone.localdate(timezone=_actor().zone)
    for deal in moved:
        if missing := missing_for(after, deal):
            raise Lacking(after, missing, deal)
        if deal.reason is not None and after.is_final and deal.reason.kind != after.kind:
            raise Refused(OTHER_END, field="reason")
        if deal.closes_on and deal.closes_on > today and after.is_final and after.kind != before.kind:
            raise Refused(_("That day is still to come."), field="closes_on")


def refuse_other_reasons(*, opportunity_ids: Iterable[int]) -> None:
    """Raise Refused where a deal that was won has a reason to lose, or the other way round."""
    ended = Opportunity.objects.filter(pk__in=list(opportunity_ids), reason__isnull=False).exclude(status=Kind.OPEN)
    if ended.exclude(reason__kind=F("status")).exists():
        raise Refused(OTHER_END, field="reason")


class Lacking(Refused):
    """A stage asks for fields that are empty."""

    def __init__(self, stage: Stage, names: Sequence[str], deal: Opportunity) -> None:
        self.deal = deal
        labels = ", ".join(str(registry.get("opportunity").fields[name].label) for name in names)
        super().__init__(_("To enter “%(stage)s”, fill in: %(fields)s.") % {"stage": stage.name, "fields": labels})
        self.errors = {name: [NEEDED] for name in names}
        self.among = {"reason": reasons_for(Kind(stage.kind))}


def _verb(before: Stage, after: Stage) -> str:
    if after.kind == before.kind or not (after.is_final or before.is_final):
        return "move_opportunity"
    return VERBS[Kind(after.kind)]


def _enter(before: Stage, after: Stage, moved: Sequence[Opportunity]) -> None:
    now = timezone.now()
    earlier = _slips(after, moved, now)
    went = [deal.pk for deal in moved if deal.pk not in earlier]
    standing = StageVisit.objects.filter(opportunity__in=moved, left_at=None)
    standing.filter(opportunity__in=list(earlier)).delete()
    standing.filter(opportunity__in=went).update(left_at=now)
    StageVisit.objects.filter(pk__in=[visit.pk for visit in earlier.values()]).update(left_at=None)
    StageVisit.objects.bulk_create(
        StageVisit(opportunity_id=pk, stage=after, entered_at=now, by_id=_actor_id()) for pk in went
    )
    category = {} if after.kind == before.kind == Kind.WON else {"forecast_category": after.forecast_category}
    rows = Opportunity.objects.filter(pk__in=went)
    rows.update(entered_stage_at=now, **category)
    for pk, visit in earlier.items():
        Opportunity.objects.filter(pk=pk).update(entered_stage_at=visit.entered_at, **category)
    note_ways(opportunity_ids=[deal.pk for deal in moved])
    if before.pipeline_id != after.pipeline_id:
        note_changed_stays(opportunity_ids=[deal.pk for deal in moved])


def _slips(after: Stage, moved: Sequence[Opportunity], now: dt.datetime) -> dict[int, StageVisit]:
    """Of the deals that are back where they came from at once, the visits that go on, by deal."""
    ids = [deal.pk for deal in moved]
    short = StageVisit.objects.filter(opportunity__in=ids, left_at=None, entered_at__gt=now - SLIP)
    begun = dict(short.values_list("opportunity_id", "entered_at"))
    if not begun:
        return {}
    before = StageVisit.objects.filter(opportunity__in=list(begun), stage=after, left_at__gt=now - SLIP)
    return {visit.opportunity_id: visit for visit in before if visit.left_at == begun[visit.opportunity_id]}


def _tell(before: Stage, after: Stage, moved: Sequence[Opportunity]) -> None:
    kinds = {
        "move_opportunity": OpportunityMoved,
        "win_opportunity": OpportunityWon,
        "lose_opportunity": OpportunityLost,
        "reopen_opportunity": OpportunityReopened,
    }
    ids = tuple(deal.pk for deal in moved)
    event = kinds[_verb(before, after)](opportunity_ids=ids, from_stage_id=before.pk, to_stage_id=after.pk)
    publish(event, subjects=[Touched("opportunity", pk) for pk in ids])


def _actor() -> Any:
    return current_origin().actor


def _actor_id() -> int | None:
    return current_origin().actor_id
