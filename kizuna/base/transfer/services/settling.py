"""Where the columns of a file go and by which rules, as somebody settled it: checked, and made a plan of."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from kizuna.base.access import policy
from kizuna.base.records.values import NEEDED
from kizuna.base.resources import registry
from kizuna.base.resources.fields import FullName
from kizuna.base.resources.resource import Resource
from kizuna.base.transfer.importing import Foreseen, Plan
from kizuna.base.transfer.mapping import ID, Target, combinable, label_of, matchable, targets_of, why_no_key
from kizuna.base.transfer.mapping.headers import mark_of
from kizuna.base.transfer.mapping.keys import BETWEEN, NAME, parts_of
from kizuna.base.transfer.models import Import
from kizuna.base.transfer.reading import Row
from kizuna.base.transfer.values import Options
from kizuna.base.transfer.values.cells import NUMBER_FORMS
from kizuna.base.transfer.values.days import DATE_ORDERS
from kizuna.base.transfer.values.policies import offered
from kizuna.base.types.errors import Denied, Invalid


def settle(actor: Any, imported: Import, mapping: Sequence[str | None], options: Mapping[str, Any]) -> None:
    """Note, in memory, where the columns go and by which rules.

    `options`: "owner" (id, None for nobody; the actor if not given), "region" (ISO country), "dates" ("ymd", "dmy",
    "mdy"), "match" (names of fields, or of several together as in "name+birth_on"; the one that decides first),
    "brings_new" and "updates_known" (whether rows that are new, and those we have, are used), "is_quiet" (nobody is
    told), "numbers" ("point" or "comma" before the cents), "policies" (by field), "defaults" (by target). Raises
    Denied, or Invalid under "mapping", "owner", "match", "policies" or "defaults".
    """
    if len(mapping) != len(imported.header):
        raise Invalid({"mapping": [_("The columns of the file have changed. Look at them again.")]})
    resource = registry.get(imported.resource)
    chosen = _options(actor, resource, mapping, options)
    if not _is_as_proposed(actor, resource, imported, mapping, chosen):
        imported.header_mark = mark_of(imported.header)
    imported.mapping = list(mapping)
    imported.options = chosen.to_json()
    _check_defaults(plan_of(actor, imported), len(mapping))


def _is_as_proposed(
    actor: Any, resource: Resource, imported: Import, mapping: Sequence[str | None], chosen: Options
) -> bool:
    """Whether nothing was changed; only what somebody changed needs to be remembered. Whose records they are does not
    count."""
    if list(mapping) != imported.mapping:
        return False
    return chosen == _options(actor, resource, mapping, {**imported.options, "owner": chosen.owner_id})


def _check_defaults(plan: Plan, width: int) -> None:
    """Raises Invalid under "defaults" for a default that no row could have."""
    draft = plan.drafts.draft(Row(line=0, cells=[""] * width))
    if errors := draft.errors | draft.held:
        fields = plan.resource.fields
        found = [(fields.get(path.partition(".")[0]), messages) for path, messages in errors.items()]
        said = [f"{field.label}: {message}" if field else str(message) for field, all_ in found for message in all_]
        raise Invalid({"defaults": said})


def plan_of(actor: Any, imported: Import, foreseen: Foreseen | None = None) -> Plan:
    """The plan that an import describes. Raises Denied or Invalid when it cannot be carried out (any more)."""
    mapping = [Target.parse(written) if written else None for written in imported.mapping]
    return Plan(registry.get(imported.resource), actor, mapping, Options.from_json(imported.options), foreseen)


def _options(actor: Any, resource: Resource, mapping: Sequence[str | None], given: Mapping[str, Any]) -> Options:
    if not any(mapping):
        raise Invalid({"mapping": [_("Say for at least one column where it goes.")]})
    owner_id = given.get("owner", actor.pk)
    if owner_id is not None and not _sees_owner(actor, owner_id):
        raise Invalid({"owner": [_("There is no such record, or you may not see it.")]})
    for right in ("import", "create"):
        try:
            policy.check_owner(actor, resource.model, right, owner_id)
        except Denied:
            if owner_id is None:
                raise Invalid({"owner": [NEEDED]}) from None
            raise
    defaults = {str(target): str(value) for target, value in given.get("defaults", {}).items() if str(value).strip()}
    fields = {written.partition(".")[0].partition(":")[0] for written in (*mapping, *defaults) if written}
    dates, numbers = given.get("dates", "ymd"), given.get("numbers", "")
    brings_new, updates_known = bool(given.get("brings_new", True)), bool(given.get("updates_known", True))
    if not (brings_new or updates_known):
        raise Invalid({"brings_new": [_("Use the rows that are new, or those we have, or both.")]})
    return Options(
        owner_id=owner_id,
        region=str(given.get("region") or "")[:2].upper(),
        dates=dates if dates in DATE_ORDERS else "ymd",
        match=_match(resource, actor, given.get("match", resource.match_keys), [*filter(None, mapping), *defaults]),
        brings_new=brings_new,
        updates_known=updates_known,
        is_quiet=bool(given.get("is_quiet", False)),
        numbers=numbers if numbers in NUMBER_FORMS else "",
        policies=_policies(resource, given.get("policies", {}), fields),
        defaults=_defaults(resource, actor, mapping, defaults),
    )


def _match(resource: Resource, actor: Any, given: Iterable[str], written: Iterable[str]) -> tuple[str, ...]:
    """The keys that the columns of the file have, each once. Raises Invalid under "match" for several fields together
    that are no key, or of which the file lacks one: without it, rows would be known by less, or not at all."""
    targets = [Target.parse(one) for one in written]
    filled = {part for one in targets for part in (one.field, f"{one.field}.{one.part}")}
    if isinstance(resource.title_field, FullName) and filled & {*NAME}:
        filled.add(resource.title)
    if resource.title in filled and isinstance(resource.title_field, FullName):
        filled |= {*NAME}
    alone, found = matchable(resource, actor), []
    for key in dict.fromkeys(BETWEEN.join(parts_of(one)) for one in given):
        if key in alone:
            found += [key] if key in filled else []
        elif BETWEEN in key or key in combinable(resource, actor):
            if why := why_no_key(resource, actor, key):
                raise Invalid({"match": [why]})
            if missing := [part for part in parts_of(key) if part not in filled]:
                words = _("No column goes into “%(name)s”, which is a part of a key.")
                raise Invalid({"match": [words % {"name": label_of(Target.parse(missing[0]), resource)}]})
            found.append(key)
    return tuple(found)


def _policies(resource: Resource, given: Mapping[str, str], fields: Collection[str]) -> dict[str, str]:
    """Raises Invalid under "policies" for what cannot be done with a field."""
    found = {name: chosen for name, chosen in given.items() if chosen and name in fields and name in resource.fields}
    for name, chosen in found.items():
        field = resource.fields[name]
        if chosen not in offered(field):
            raise Invalid({"policies": [_("“%(name)s” cannot be treated in this way.") % {"name": str(field.label)}]})
    return found


def _defaults(
    resource: Resource, actor: Any, mapping: Sequence[str | None], given: Mapping[str, str]
) -> dict[str, str]:
    """Raises Invalid under "defaults" for a value that could not be read, or that nothing could get."""
    targets = targets_of(resource, actor)
    for written in given:
        target = Target.parse(written)
        if target not in targets or target.field == ID:
            raise Invalid({"defaults": [_("You cannot import into “%(name)s”.") % {"name": written[:60]}]})
        if mapping.count(written) > 1:
            words = _("Several columns go into “%(name)s”, so it can have no default.")
            raise Invalid({"defaults": [words % {"name": label_of(target, resource)}]})
    return dict(given)


def _sees_owner(actor: Any, owner_id: int) -> bool:
    return owner_id == actor.pk or registry.get("user").visible_to(actor).filter(pk=owner_id).exists()
