"""Which stages deals have been in, kept with the deals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from kizuna.domains.sales.models import Opportunity, StageVisit, Way


def note_ways(*, opportunity_ids: Iterable[int]) -> None:
    """Say of the deals which stages they have been in. To be called in the transaction that changed their visits."""
    been: dict[int, set[int]] = defaultdict(set)
    visits = StageVisit.objects.filter(opportunity__in=list(opportunity_ids)).order_by()
    for deal_id, stage_id in visits.values_list("opportunity_id", "stage_id"):
        been[deal_id].add(stage_id)
    alike: dict[str, list[int]] = defaultdict(list)
    for deal_id, stage_ids in been.items():
        alike[Way.written(stage_ids)].append(deal_id)
    ways = _ways(alike)
    for written, deal_ids in alike.items():
        Opportunity.objects.filter(pk__in=deal_ids).update(way=ways[written])


def _ways(written: Collection[str]) -> dict[str, int]:
    """The numbers of these ways; those that nobody has gone yet are made, whoever else makes them at the same time."""
    rows = Way.objects.filter(stages__in=list(written)).values_list("stages", "pk")
    known = dict(rows)
    if new := [Way(stages=one) for one in written if one not in known]:
        Way.objects.bulk_create(new, ignore_conflicts=True)
        known = dict(rows.all())
    return known
