"""Merged records are found by what they were known by: also those that were merged before Kizuna kept it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection

from django.db import transaction

from kizuna.base.records import indexes
from kizuna.base.resources import registry
from kizuna.base.resources.models import Redirect

BATCH = 500


def keep_former_keys(*, tell: Callable[[int], object] = lambda done: None) -> None:
    """Give every merged record the keys that lead to the one that stands for it. Again is as good as once."""
    rows = Redirect.objects.filter(into_id__isnull=False).order_by("pk")
    done = last = 0
    while batch := list(rows.filter(pk__gt=last).values_list("pk", "resource", "record_id")[:BATCH]):
        last = batch[-1][0]
        by_kind: dict[str, list[int]] = defaultdict(list)
        for _pk, key, record_id in batch:
            by_kind[key].append(record_id)
        for key, ids in by_kind.items():
            _keep_of(key, ids)
        done += len(batch)
        tell(done)


@transaction.atomic
def _keep_of(key: str, ids: Collection[int]) -> None:
    """Locked, so that none of them is taken out of its merge in between."""
    resource = registry.find(key)
    if resource is None or not resource.mergeable:
        return
    rows = resource.model._default_manager.filter(pk__in=ids, deleted_at__isnull=False).order_by("pk")
    indexes.index_keys(resource, list(rows.select_for_update(of=("self",))), is_new=False)
