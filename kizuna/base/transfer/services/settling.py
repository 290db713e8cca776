"""Where the columns of a file go and by which rules, as somebody settled it: checked, and made a plan of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from kizuna.base.access import policy
from kizuna.base.resources import registry
from kizuna.base.resources.resource import Resource
from kizuna.base.transfer.importing import Foreseen, Plan
from kizuna.base.transfer.mapping import Target
from kizuna.base.transfer.models import Import
from kizuna.base.transfer.values import Options
from kizuna.base.transfer.values.cells import DATE_ORDERS
from kizuna.base.types.errors import Invalid


def settle(actor: Any, imported: Import, mapping: Sequence[str | None], options: Mapping[str, Any]) -> None:
    """Note, in memory, where the columns go and by which rules.

    `options`: "owner" (id, the actor if not given), "region" (ISO country), "dates" ("ymd", "dmy", "mdy"), "match"
    (names of fields, the one that decides first), "brings_new" and "updates_known" (whether rows that are new, and
    those we have, are used). Raises Denied, or Invalid under "mapping", "owner", "match".
    """
    if len(mapping) != len(imported.header):
        raise Invalid({"mapping": [_("The columns of the file have changed. Look at them again.")]})
    chosen = _options(actor, registry.get(imported.resource), mapping, options)
    imported.mapping = list(mapping)
    imported.options = chosen.to_json()
    plan_of(actor, imported)


def plan_of(actor: Any, imported: Import, foreseen: Foreseen | None = None) -> Plan:
    """The plan that an import describes. Raises Denied or Invalid when it cannot be carried out (any more)."""
    mapping = [Target.parse(written) if written else None for written in imported.mapping]
    return Plan(registry.get(imported.resource), actor, mapping, Options.from_json(imported.options), foreseen)


def _options(actor: Any, resource: Resource, mapping: Sequence[str | None], given: Mapping[str, Any]) -> Options:
    if not any(mapping):
        raise Invalid({"mapping": [_("Say for at least one column where it goes.")]})
    owner_id = given.get("owner") or actor.pk
    if owner_id is not None and not _sees_owner(actor, owner_id):
        raise Invalid({"owner": [_("There is no such record, or you may not see it.")]})
    for right in ("import", "create"):
        policy.check_owner(actor, resource.model, right, owner_id)
    fields = {written.partition(".")[0].partition(":")[0] for written in mapping if written}
    match = tuple(name for name in resource.match_keys if name in given.get("match", resource.match_keys))
    dates = given.get("dates", "ymd")
    brings_new, updates_known = bool(given.get("brings_new", True)), bool(given.get("updates_known", True))
    if not (brings_new or updates_known):
        raise Invalid({"brings_new": [_("Use the rows that are new, or those we have, or both.")]})
    return Options(
        owner_id=owner_id,
        region=str(given.get("region") or "")[:2].upper(),
        dates=dates if dates in DATE_ORDERS else "ymd",
        match=tuple(name for name in match if name in fields),
        brings_new=brings_new,
        updates_known=updates_known,
    )


def _sees_owner(actor: Any, owner_id: int) -> bool:
    return owner_id == actor.pk or registry.get("user").visible_to(actor).filter(pk=owner_id).exists()
