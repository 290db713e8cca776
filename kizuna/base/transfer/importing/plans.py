"""Everything that holds for all batches of one import."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from django.utils.translation import gettext_lazy as _

from kizuna.base.access import policy
from kizuna.base.layouts import queries as layouts
from kizuna.base.records.values import columns_apart
from kizuna.base.resources.fields import Relation
from kizuna.base.resources.fields.names import READINGS
from kizuna.base.resources.resource import Resource
from kizuna.base.transfer.importing.foreseen import Foreseen
from kizuna.base.transfer.importing.matching import Matching
from kizuna.base.transfer.importing.relations import Related
from kizuna.base.transfer.importing.understanding import Understanding
from kizuna.base.transfer.mapping.targets import Target, importable
from kizuna.base.transfer.values import Drafts, Options
from kizuna.base.transfer.values.damage import Naming
from kizuna.base.types.errors import Denied, Invalid

_MAY_NOT_OWN = _("You may not give records to this owner.")


class Plan:
    """Raises Denied or Invalid when the import cannot be carried out. With `foreseen` it is a dry run."""

    def __init__(
        self,
        resource: Resource,
        actor: Any,
        mapping: Sequence[Target | None],
        options: Options,
        foreseen: Foreseen | None = None,
    ) -> None:
        self.resource, self.actor, self.options, self.mapping = resource, actor, options, mapping
        self.foreseen = foreseen
        self._may_own = cache(self._asks_policy)
        self._check_rights()
        self.drafts = Drafts(resource, actor, mapping, options)
        mapping = self.drafts.mapping
        self.matching = Matching(resource, actor, options.match, foreseen=foreseen)
        named = dict.fromkeys(target.field for target in mapping if target)
        relations = {name: resource.fields[name] for name in named if name in resource.fields}
        self.related = {
            name: Related(one, actor, options, foreseen) for name, one in relations.items() if isinstance(one, Relation)
        }
        self.required = [name for name, one in resource.writable_fields(actor).items() if one.required]
        self.readings = {*READINGS, getattr(resource.title_field, "reading_path", "")}
        self.naming = Naming(resource)
        self.apart = {
            one.name for one in importable(resource, actor) if columns_apart(resource, [one.name]) is not None
        }
        """Fields of which a change needs nothing else of the record to be settled."""
        self.needed = layouts.needed(resource, actor)
        self.understanding = Understanding(self.drafts, self.needed)
        self.meets_new = options.brings_new
        """Whether most rows of the last batch became new records, so that those of the next may."""

    def _check_rights(self) -> None:
        key, permissions = self.resource.key, policy.permissions_of(self.actor)
        if not {"create", "import"} <= set(self.resource.operations) or not permissions.can(key, "import"):
            raise Denied()
        if not self._may_own("create", self.options.owner_id) and not permissions.can(key, "update"):
            raise Denied()

    def renew_rights(self) -> None:
        """The actor's rights are those of now: who lost one in the middle of an import has lost it. Raises Denied."""
        if self.actor.pk is not None:
            self.actor.refresh_from_db(fields=["is_active", "is_admin", "team"])
            policy.forget(self.actor)
        self._may_own.cache_clear()
        self._check_rights()

    def _asks_policy(self, operation: str, owner_id: int | None) -> bool:
        """Whether records of this owner lie within what the actor may import and `operation`."""
        try:
            for right in ("import", operation):
                policy.check_owner(self.actor, self.resource.model, right, owner_id)
        except Denied:
            return False
        return True

    def settle(self, stored: Mapping[int, int]) -> None:
        """Related records have ids now, by their numbers."""
        for related in self.related.values():
            related.settle(stored)

    def keep(self) -> None:
        """The batch is stored, or foreseen: what was found for it holds for the next ones."""
        for related in self.related.values():
            related.keep()

    def check_owner(self, operation: str, owner_id: int | None) -> None:
        """Raises Invalid under "owner"."""
        if not self._may_own(operation, owner_id):
            raise Invalid({"owner": [_MAY_NOT_OWN]})
