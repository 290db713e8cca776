"""Stages under the deals that stand in them: renamed at will, never taken away or turned round beneath a deal."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from kizuna.base.identity import SYSTEM
from kizuna.base.records import services as records
from kizuna.base.resources.actions import action
from kizuna.base.types.errors import Refused, fill
from kizuna.domains.sales.models import Opportunity, Playbook, Stage
from kizuna.domains.sales.services.stages import Lacking, mark_rotting
from kizuna.domains.sales.services.sums import note_changed_stays

BATCH = 1000


@action(
    label=_("Merge into another stage"),
    done=_("Stage merged."),
    icon="arrow-merge",
    asks={"into": _("Stage that takes the deals")},
    confirm=_("Every deal of this stage goes to the other one. Then this stage and its playbook go to the trash."),
)
def merge_stage(*, actor: Any, stage: Stage, into: Stage) -> Stage:
    """Move all deals of a stage to another one of its kind in the same pipeline, and put it into the trash."""
    if into.pk == stage.pk:
        raise Refused(_("Choose another stage."), field="into")
    if into.is_deleted or into.pipeline_id != stage.pipeline_id or into.kind != stage.kind:
        raise Refused(_("Choose a stage of the same pipeline that means the same."), field="into")
    records.trash_each(actor=SYSTEM, records=list(Playbook.objects.live().filter(stage=stage)))  # it keeps nobody here
    try:
        records.update_many(actor=actor, queryset=_deals_in([stage.pk]), changes={"stage": into.pk})
    except Lacking as lacking:
        raise Refused(_in_the_way(actor, lacking), field="into") from lacking
    records.delete(actor=actor, record=stage)
    return into


def _in_the_way(actor: Any, lacking: Lacking) -> Any:
    """Which deal has to be filled in first, if the actor sees it."""
    if not Opportunity.objects.visible_to(actor).filter(pk=lacking.deal.pk).exists():
        return lacking.message
    return fill(_("%(deal)s is in the way. %(why)s"), {"deal": lacking.deal.name, "why": lacking.message})


def refuse_to_drop_deals(*, stage_ids: Iterable[int] = (), pipeline_ids: Iterable[int] = ()) -> None:
    """Raise Refused where deals stand in the stages or pipelines. To be asked in the transaction that takes them
    away."""
    stages = Stage.objects.filter(pipeline__in=list(pipeline_ids)).values_list("pk", flat=True)
    count = _deals_in([*stage_ids, *stages])[:BATCH].count()
    if count:
        words = ngettext_lazy(
            "%(count)d deal stands here. Merge the stage into another one first.",
            "%(count)d deals stand here. Merge the stage into another one first.",
            "count",
        )
        raise Refused(fill(words, {"count": count}))


def follow_stages(*, stage_ids: Iterable[int], fields: Collection[str]) -> None:
    """Stages changed: their deals have the chances and the pipeline that they have now. What a stage means does not
    change while deals stand in it: they would be won or lost without anybody having said so."""
    ids = list(stage_ids)
    if "kind" in fields:
        refuse_to_drop_deals(stage_ids=ids)
    for stage in Stage.objects.filter(pk__in=ids):
        deals = Opportunity.objects.filter(stage=stage)
        if "probability" in fields and not stage.is_final:
            deals.filter(own_probability=None).exclude(probability=stage.probability).update(
                probability=stage.probability
            )
        if "pipeline" in fields:
            note_changed_stays(opportunity_ids=deals.values("pk"), stage_ids=[stage.pk])
            deals.exclude(pipeline=stage.pipeline_id).update(pipeline=stage.pipeline_id)


def mark_rotting_again(*, stage_ids: Iterable[int] = (), pipeline_ids: Iterable[int] = ()) -> None:
    """How long deals may stand changed: mark those of the stages and pipelines anew, some at a time."""
    stages = Stage.objects.filter(pipeline__in=list(pipeline_ids)).values_list("pk", flat=True)
    rows = _deals_in([*stage_ids, *stages]).filter(status="open").order_by("pk")
    last = 0
    while ids := list(rows.filter(pk__gt=last).values_list("pk", flat=True)[:BATCH]):
        last = ids[-1]
        mark_rotting(opportunity_ids=ids)


def _deals_in(stage_ids: Collection[int]) -> Any:
    return Opportunity.objects.live().filter(stage__in=list(stage_ids))
