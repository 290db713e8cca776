"""Making one record of several, and several of one again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from kizuna.base.merging import queries, services
from kizuna.base.merging.models import Merge
from kizuna.base.merging.queries import Preview
from kizuna.base.resources.resource import Resource
from kizuna.base.types.errors import Errors, Invalid, fill
from kizuna.base.types.numbers import wholes
from kizuna.interfaces.api import incoming, paging
from kizuna.interfaces.api.addresses import MERGE, opened
from kizuna.interfaces.api.api import api
from kizuna.interfaces.api.incoming import Parameters
from kizuna.interfaces.api.paging import LARGEST_ID
from kizuna.interfaces.api.representations import respond

NAMES = ("others", "choices", "versions", "dry_run")
UNDO_NAMES = ("assignments", "put_back")


@api.post("/{str:plural}/{int:record_id}/merge")
def merge_records(request: HttpRequest, plural: str, record_id: int) -> HttpResponse:
    """Merge other records into this one; with `dry_run` only say what would be."""
    resource = opened(plural, MERGE, "POST")
    actor: Any = request.auth  # type: ignore[attr-defined]
    sent = _understood(incoming.body(request))
    queries.check_kind(resource)
    survivor, *others = (resource.model(pk=pk) for pk in (record_id, *sent["others"]))
    made = services.merge_records(
        actor=actor,
        resource=resource,
        survivor=survivor,
        others=others,
        choices=sent.get("choices"),
        versions={int(pk): number for pk, number in sent.get("versions", {}).items()},
        dry_run=sent.get("dry_run", False),
    )
    if isinstance(made, Preview):
        if made.problem:
            raise made.problem
        return respond({"merge": None, "preview": of_preview(resource, actor, made)})
    headers = {"Location": f"/api/v1/merges/{made.pk}"}
    return respond({"merge": of_merge(actor, made), "preview": None}, headers=headers)


def _understood(sent: Mapping[str, Any]) -> dict[str, Any]:
    """The parts of the body, of the right shape; what they say is for the service to judge. Raises Invalid."""
    errors = _strangers(sent, NAMES)
    if not _are_ids(sent.get("others")):
        errors["others"] = [fill(_("Give numbers of records, at most %(limit)d."), {"limit": queries.MOST - 1})]
    if not _is_map(sent.get("choices", {}), int | str):
        errors["choices"] = [_("Give an object: {…}.")]
    versions = sent.get("versions", {})
    if not _is_map(versions, int) or len(wholes(versions)) < len(versions):
        errors["versions"] = [_("Give an object: {…}.")]
    if not isinstance(sent.get("dry_run", False), bool):
        errors["dry_run"] = [_("Give true or false.")]
    if errors:
        raise Invalid(errors)
    return dict(sent)


def _strangers(sent: Mapping[str, Any], names: tuple[str, ...]) -> Errors:
    strangers = [name for name in sent if name not in names]
    return {name: [fill(_("There is no “%(name)s”."), {"name": name[:60]})] for name in strangers}


def _are_ids(given: Any) -> bool:
    is_list = isinstance(given, list) and 0 < len(given) < queries.MOST
    return is_list and all(type(one) is int and 0 < one <= LARGEST_ID for one in given)


def _is_map(given: Any, kind: Any) -> bool:
    return isinstance(given, dict) and all(
        isinstance(one, kind) and not isinstance(one, bool) for one in given.values()
    )


@api.get("/merges")
def list_merges(request: HttpRequest) -> HttpResponse:
    """Newest first; those of records that the caller may see."""
    actor: Any = request.auth  # type: ignore[attr-defined]
    given = Parameters(request.GET, paging.PARAMETERS)
    before, size = paging.place(given)
    given.check()
    return paging.page(queries.merges(actor, before=before, size=size + 1), size, _plain)


@api.get("/merges/{int:merge_id}")
def read_merge(request: HttpRequest, merge_id: int) -> HttpResponse:
    """One merge, with what would stay and what could go either way when it is taken apart."""
    actor: Any = request.auth  # type: ignore[attr-defined]
    merge, _resource = queries.find_merge(actor, merge_id)
    return respond(of_merge(actor, merge))


@api.post("/merges/{int:merge_id}/undo")
def undo_merge(request: HttpRequest, merge_id: int) -> HttpResponse:
    """Take it apart; taken apart already, it stays so."""
    actor: Any = request.auth  # type: ignore[attr-defined]
    merge, _resource = queries.find_merge(actor, merge_id)
    sent = incoming.body(request, may_be_empty=True)
    errors = _strangers(sent, UNDO_NAMES)
    names = sent.get("put_back", [])
    if not _is_map(sent.get("assignments", {}), int):
        errors["assignments"] = [_("Give an object: {…}.")]
    if not isinstance(names, list) or not all(isinstance(one, str) for one in names):
        errors["put_back"] = [_("Give names of fields.")]
    if errors:
        raise Invalid(errors)
    made = services.unmerge_records(
        actor=actor, merge=merge, assignments=sent.get("assignments"), put_back=sent.get("put_back", ())
    )
    return respond(of_merge(actor, made))


def _plain(merge: Merge) -> dict[str, Any]:
    return {
        "id": merge.pk,
        "resource": merge.resource,
        "survivor": merge.survivor_id,
        "others": merge.others,
        "moved": merge.moved_count,
        "merged_at": merge.merged_at,
        "merged_by": merge.merged_by_id,
        "undone_at": merge.undone_at,
        "undone_by": merge.undone_by_id,
        "can_be_undone": not merge.is_undone and not merge.is_forgotten,
    }


def of_merge(actor: Any, merge: Merge) -> dict[str, Any]:
    found = _plain(merge)
    newcomers = queries.newcomers(actor, merge) if found["can_be_undone"] else []
    return found | {
        "newcomers": [
            {"key": one.key, "resource": one.relation.resource.key, "id": one.record.pk}
            for one in newcomers
            if one.relation.resource is not None
        ]
    }


def of_preview(resource: Resource, actor: Any, preview: Preview) -> dict[str, Any]:
    """What would stay, of the fields that the caller may read."""
    readable = resource.readable_fields(actor)
    outcome = preview.outcome
    return {
        "survivor": outcome.survivor.pk,
        "others": [record.pk for record in outcome.others],
        "versions": {str(pk): version for pk, version in preview.versions.items()},
        "lines": [
            {
                "name": line.name,
                "chosen": "all" if line.chosen is None else line.chosen,
                "reason": line.reason.value,
                "result": {
                    field.name: field.to_json(value)
                    for field, value in zip(line.fields, line.result, strict=True)
                    if field.name in readable
                },
            }
            for line in outcome.lines
            if line.name in readable
        ],
        "told": [
            {
                "label": str(line.label),
                "values": {str(pk): str(value) for pk, value in line.values.items()},
                "result": str(line.result),
                "reason": str(line.reason),
            }
            for line in preview.told
        ],
        "moving": preview.moving,
    }
