"""Deals on their way: moved, won, lost, open again."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kizuna.base.records import services as records
from kizuna.base.resources.actions import action
from kizuna.base.resources.fields import Among
from kizuna.base.types.errors import Refused
from kizuna.base.types.money import Money
from kizuna.domains.sales.models import CloseReason, Kind, Opportunity, Stage
from kizuna.domains.sales.queries import first_stage, reasons_for, stage_of_kind
from kizuna.domains.sales.services import checklists

ReasonToWin = Annotated[CloseReason, Among(reasons_for(Kind.WON))]
ReasonToLose = Annotated[CloseReason, Among(reasons_for(Kind.LOST))]


@action(
    label=_("Move"),
    done=_("Moved."),
    icon="arrow-right",
    bulk=True,
    place="page",
    asks={
        "stage": _("Stage"),
        "amount": _("Amount"),
        "reason": _("Closing reason"),
        "ticked": _("What the checklist needs is done: tick it"),
    },
)
def move_opportunity(
    *,
    actor: Any,
    opportunity: Opportunity,
    stage: Stage,
    amount: Money | None = None,
    reason: CloseReason | None = None,
    ticked: bool = False,
) -> Opportunity:
    """Put the deal into another stage of its pipeline; a final one wins or loses it. The amount and the reason are for
    those that have none; `ticked` ticks what has to be before it goes on."""
    if stage.pk == opportunity.stage_id:
        return opportunity
    if stage.is_deleted or stage.pipeline.is_deleted:
        raise Refused(_("This stage is not there any more."), field="stage")
    if ticked:
        checklists.tick_needed(actor=actor, opportunity=opportunity)
    if stage.is_final:
        return _close(actor, opportunity, stage, amount=amount, reason=reason)
    changes: dict[str, Any] = {"stage": stage.pk}
    if amount is not None:
        changes["amount"] = amount
    if not opportunity.is_open:
        changes |= {"reason": None, "own_probability": None}
    return _changed(actor, opportunity, changes)


@action(
    label=_("Win"),
    done=_("Won. Well done!"),
    icon="trophy",
    bulk=True,
    when=lambda opportunity: opportunity.is_open,
    asks={
        "amount": _("Amount (empty: as it stands)"),
        "reason": _("Why was it won?"),
        "on": _("Won on (empty: today)"),
    },
)
def win_opportunity(
    *,
    actor: Any,
    opportunity: Opportunity,
    amount: Money | None = None,
    reason: ReasonToWin | None = None,
    on: dt.date | None = None,
) -> Opportunity:
    """The customer said yes. A deal without an amount needs one now."""
    if not opportunity.is_open:
        raise Refused(_("This deal is closed already."))
    stage = _final(opportunity, Kind.WON)
    return _close(actor, opportunity, stage, amount=amount, reason=reason, on=on)


@action(
    label=_("Lose"),
    done=_("Noted as lost."),
    icon="x",
    bulk=True,
    when=lambda opportunity: opportunity.is_open,
    asks={"reason": _("Why was it lost?"), "on": _("Lost on (empty: today)")},
)
def lose_opportunity(
    *, actor: Any, opportunity: Opportunity, reason: ReasonToLose, on: dt.date | None = None
) -> Opportunity:
    """The customer said no, or nothing any more. A loss has a reason."""
    if not opportunity.is_open:
        raise Refused(_("This deal is closed already."))
    return _close(actor, opportunity, _final(opportunity, Kind.LOST), reason=reason, on=on)


@action(
    label=_("Reopen"), done=_("Open again."), icon="rotate", bulk=True, when=lambda opportunity: not opportunity.is_open
)
def reopen_opportunity(*, actor: Any, opportunity: Opportunity) -> Opportunity:
    """The deal is open again, in the stage that it was closed from, with the probability of that stage."""
    if opportunity.is_open:
        raise Refused(_("This deal is open."))
    open_stages = Stage.objects.live().filter(kind=Kind.OPEN, pipeline=opportunity.pipeline_id)
    visits = opportunity.visits.filter(stage__in=open_stages).order_by("-entered_at", "-pk")
    last = visits.select_related("stage").first()
    stage = last.stage if last else first_stage(opportunity.pipeline_id)
    if stage is None:
        raise Refused(_("This pipeline has no open stage."))
    return _changed(actor, opportunity, {"stage": stage.pk, "reason": None, "own_probability": None})


def _final(opportunity: Opportunity, kind: Kind) -> Stage:
    stage = stage_of_kind(kind, opportunity.pipeline_id)
    if stage is None:
        raise Refused(_("This pipeline has no stage for that. Add one in its settings."))
    return stage


def _close(
    actor: Any,
    opportunity: Opportunity,
    stage: Stage,
    *,
    amount: Money | None = None,
    reason: CloseReason | None = None,
    on: dt.date | None = None,
) -> Opportunity:
    """The close date becomes the day on which it was closed, and nothing is to be done next. What was won and goes
    on to another stage of winning stays won on its day."""
    today = timezone.localdate(timezone=actor.zone)
    if on is not None and on > today:
        raise Refused(_("That day is still to come."), field="on")
    changes: dict[str, Any] = {"stage": stage.pk, "next_step_on": None}
    if on is not None or opportunity.status != stage.kind:
        changes["closes_on"] = on or today
    if amount is not None:
        changes["amount"] = amount
    if reason is not None:
        changes["reason"] = reason.pk
    elif opportunity.reason is not None and opportunity.reason.kind != stage.kind:
        changes["reason"] = None
    return _changed(actor, opportunity, changes)


def _changed(actor: Any, opportunity: Opportunity, changes: dict[str, Any]) -> Opportunity:
    changed = records.update(actor=actor, record=opportunity, changes=changes)
    changed.refresh_from_db()
    return changed  # type: ignore[return-value]
