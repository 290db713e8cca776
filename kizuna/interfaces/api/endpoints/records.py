"""List, create, read, change, delete and restore: the same for every resource."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse

from kizuna.base.access import policy
from kizuna.base.duplicates import resolver
from kizuna.base.records import notices
from kizuna.base.records import services as records
from kizuna.base.resources.resource import Resource
from kizuna.base.types.errors import Denied, Missing
from kizuna.interfaces.api import incoming, representations
from kizuna.interfaces.api.addresses import DUPLICATES, LIST, RECORD, RESTORE, offered, opened
from kizuna.interfaces.api.api import api
from kizuna.interfaces.api.incoming import ALLOW, REFUSE, Parameters
from kizuna.interfaces.api.listing import VIEWS, Listing, rows_of
from kizuna.interfaces.api.problems import Duplicate
from kizuna.interfaces.api.representations import Shape, respond


@api.get("/{str:plural}")
def list_records(request: HttpRequest, plural: str) -> HttpResponse:
    resource = opened(plural, LIST, "GET")
    actor: Any = request.auth  # type: ignore[attr-defined]
    if not policy.permissions_of(actor).can(resource.key, "read") and not policy.sees_all(actor, resource.model):
        raise Denied()
    return respond(Listing(resource, actor, request.GET).answer())


@api.post("/{str:plural}")
def create_record(request: HttpRequest, plural: str) -> HttpResponse:
    """201 with the record; the same again when the same Idempotency-Key comes again.

    With `duplicates=refuse` 409 where it may be here already.
    """
    resource = opened(plural, LIST, "POST")
    actor: Any = request.auth  # type: ignore[attr-defined]
    once, values = incoming.once(request, resource), incoming.body(request)
    if _refuses_duplicates(request, resource) and not records.made_before(actor=actor, resource=resource, once=once):
        _refuse_duplicate(actor, resource, values)
    record = records.create(actor=actor, resource=resource, values=values, once=once)
    headers = {"Location": f"{request.path}/{record.pk}"}
    return respond(_told(resource, actor, record, values), status=201, headers=headers)


def _told(resource: Resource, actor: Any, record: Any, written: Mapping[str, Any]) -> dict[str, Any]:
    """A record that was written, and where there is something to say about that, `notices`."""
    found = notices.of(resource, record, written)
    return representations.of_record(resource, actor, record) | ({"notices": found} if found else {})


def _refuses_duplicates(request: HttpRequest, resource: Resource) -> bool:
    known = ("duplicates",) if offered(resource, DUPLICATES) else ()
    given = Parameters(request.GET, known)
    wish = given.read("duplicates", incoming.one_of(ALLOW, REFUSE), ALLOW) if known else ALLOW
    given.check()
    return wish == REFUSE


def _refuse_duplicate(actor: Any, resource: Resource, values: Mapping[str, Any]) -> None:
    policy.check(actor, "create", resource.model)
    found = [one for one in resolver.candidates(actor, resource, values) if one.is_likely]
    if shown := representations.of_candidates(resource, actor, found):
        raise Duplicate(shown)


@api.post("/{str:plural}/duplicates")
def find_duplicates(request: HttpRequest, plural: str) -> HttpResponse:
    """Whether a record is here already, before it is made: those that it may be. Nothing is written."""
    resource = opened(plural, DUPLICATES, "POST")
    actor: Any = request.auth  # type: ignore[attr-defined]
    policy.check(actor, "create", resource.model)
    found = resolver.candidates(actor, resource, incoming.body(request))
    return respond({"items": representations.of_candidates(resource, actor, found)})


@api.get("/{str:plural}/{int:record_id}")
def read_record(request: HttpRequest, plural: str, record_id: int) -> HttpResponse:
    """One record; with `view=trash` one in the trash, for those who may bring it back."""
    resource = opened(plural, RECORD, "GET")
    actor: Any = request.auth  # type: ignore[attr-defined]
    given = Parameters(request.GET, ("view",))
    view = given.read("view", incoming.one_of(*VIEWS), "all")
    given.check()
    shown = Shape(resource, actor).one(rows_of(resource, actor, view).filter(pk=record_id))
    if shown is None:
        raise Missing()
    return respond(shown)


@api.patch("/{str:plural}/{int:record_id}")
def update_record(request: HttpRequest, plural: str, record_id: int) -> HttpResponse:
    resource = opened(plural, RECORD, "PATCH")
    actor: Any = request.auth  # type: ignore[attr-defined]
    version = incoming.version(request)
    changes = incoming.body(request)
    record = records.update(actor=actor, record=_named(resource, record_id), changes=changes, version=version)
    return respond(_told(resource, actor, record, changes))


@api.delete("/{str:plural}/{int:record_id}")
def delete_record(request: HttpRequest, plural: str, record_id: int) -> HttpResponse:
    resource = opened(plural, RECORD, "DELETE")
    actor: Any = request.auth  # type: ignore[attr-defined]
    records.delete(actor=actor, record=_named(resource, record_id), version=incoming.version(request))
    return HttpResponse(status=204)


@api.post("/{str:plural}/{int:record_id}/restore")
def restore_record(request: HttpRequest, plural: str, record_id: int) -> HttpResponse:
    resource = opened(plural, RESTORE, "POST")
    actor: Any = request.auth  # type: ignore[attr-defined]
    record = records.restore(actor=actor, record=_named(resource, record_id))
    return respond(representations.of_record(resource, actor, record))


def _named(resource: Resource, record_id: int) -> Any:
    """A record of which only the number is known: services read the row themselves, locked and after their check."""
    return resource.model(pk=record_id)
