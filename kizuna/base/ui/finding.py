"""One record for one person: found in what they may see, or it does not exist."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from kizuna.base.access import policy
from kizuna.base.records.models import Record
from kizuna.base.resources.models import Redirect
from kizuna.base.resources.resource import Resource
from kizuna.base.types.errors import Missing

NO_FIELD = _("This field was removed, or you may not change it.")


def find(resource: Resource, actor: Any, record_id: int, *, with_trash: bool = False) -> Record:
    """The record in `visible_to(actor)`; with `with_trash` also one in the trash that they might restore."""
    rows = resource.visible_to(actor)
    if with_trash and resource.has_trash:
        rows = resource.model.objects.permitted(actor, "read")
    record = rows.filter(pk=record_id).first()
    if record is None or (with_trash and getattr(record, "is_deleted", False) and _is_merged(resource, record_id)):
        raise Missing()
    return record


def _is_merged(resource: Resource, record_id: int) -> bool:
    return Redirect.objects.filter(resource=resource.key, record_id=record_id).exists()


def find_with_past(resource: Resource, actor: Any, record_id: int) -> Record:
    """`find`, also in the trash, where records have a trash and a past: those of colleagues are no business of all."""
    if not resource.has_trash:
        raise Missing()
    return find(resource, actor, record_id, with_trash=True)


def may(actor: Any, resource: Resource, record: Record, operation: str) -> bool:
    """Whether the actor may do this to this very record, which is there. Without bounds nobody has to ask."""
    if operation not in resource.operations and resource.action(operation) is None:
        return False
    if not policy.permissions_of(actor).can(resource.key, operation):
        return False
    reach = policy.predicate(actor, resource.model, operation)
    if not reach:
        return True
    asked = record.__dict__.setdefault("_answers", {})  # a page asks for many, most of one reach
    question = (record.version, reach)
    if question not in asked:
        asked[question] = resource.model._default_manager.filter(reach, pk=record.pk).exists()
    return bool(asked[question])
