"""The addresses that every resource has, their methods, and the operation that each of them is."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kizuna.base.duplicates.marking import is_resolved
from kizuna.base.resources import registry
from kizuna.base.resources.grouping import divides
from kizuna.base.resources.resource import Resource
from kizuna.base.types.errors import Missing, fill
from kizuna.interfaces.api.problems import NotOffered

LIST = "/{plural}"
RECORD = "/{plural}/{record_id}"
RESTORE = "/{plural}/{record_id}/restore"
HISTORY = "/{plural}/{record_id}/history"
FILES = "/{plural}/{record_id}/files"
FILE = "/{plural}/{record_id}/files/{file_id}"
FILE_CONTENT = "/{plural}/{record_id}/files/{file_id}/content"
FILE_RESTORE = "/{plural}/{record_id}/files/{file_id}/restore"
COMMENTS = "/{plural}/{record_id}/comments"
COMMENT = "/{plural}/{record_id}/comments/{comment_id}"
COMMENT_RESTORE = "/{plural}/{record_id}/comments/{comment_id}/restore"
FOLLOW = "/{plural}/{record_id}/follow"
ACTION = "/{plural}/{record_id}/actions/{verb}"
PREVIEW = "/{plural}/{record_id}/actions/{verb}/preview"
MERGE = "/{plural}/{record_id}/merge"
BULK = "/{plural}/bulk"
DUPLICATES = "/{plural}/duplicates"
IMPORTS = "/{plural}/imports"
CHART = "/{plural}/chart"
ALL = (
    LIST,
    RECORD,
    RESTORE,
    HISTORY,
    FILES,
    FILE,
    FILE_CONTENT,
    FILE_RESTORE,
    COMMENTS,
    COMMENT,
    COMMENT_RESTORE,
    FOLLOW,
    ACTION,
    PREVIEW,
    MERGE,
    BULK,
    DUPLICATES,
    IMPORTS,
    CHART,
)

_OPERATIONS = {
    LIST: {"GET": "read", "POST": "create"},
    RECORD: {"GET": "read", "PATCH": "update", "DELETE": "delete"},
    RESTORE: {"POST": "delete"},
    HISTORY: {"GET": "read"},
    FILES: {"GET": "read", "POST": "update"},
    FILE: {"GET": "read", "PATCH": "update", "DELETE": "update"},
    FILE_CONTENT: {"GET": "read"},
    FILE_RESTORE: {"POST": "update"},
    COMMENTS: {"GET": "read", "POST": "read"},
    COMMENT: {"PATCH": "read", "DELETE": "read"},
    COMMENT_RESTORE: {"POST": "read"},
    FOLLOW: {"PUT": "read", "DELETE": "read"},
    BULK: {"POST": "bulk"},
    IMPORTS: {"POST": "import"},
    CHART: {"GET": "read"},
}
_TOGETHER = {COMMENTS, COMMENT, COMMENT_RESTORE, FOLLOW}
_NEEDS_TRASH = {RESTORE, HISTORY, FILES, FILE, FILE_CONTENT, FILE_RESTORE, BULK} | _TOGETHER
"""Only what is a `Record` has a trash, a history, files and comments."""


def offered(resource: Resource, address: str) -> list[str]:
    """The methods that a resource has at one of the addresses above."""
    if address == ACTION:
        return ["POST"] if resource.actions else []
    if address == PREVIEW:
        return ["POST"] if any(action.plan for action in resource.actions) else []
    if address == MERGE:
        return ["POST"] if resource.mergeable else []
    if address == DUPLICATES:
        return ["POST"] if is_resolved(resource) and "create" in resource.operations else []
    if address == CHART and not any(divides(field) for field in resource.fields.values()):
        return []
    if address in _NEEDS_TRASH and not resource.has_trash:
        return []
    return [method for method, operation in _OPERATIONS[address].items() if operation in resource.operations]


def opened(plural: str, address: str, method: str) -> Resource:
    """The resource that a request is about. Raises Missing, or NotOffered for a method it does not have there."""
    try:
        resource = registry.by_plural(plural)
    except Missing:
        raise Missing(fill(_("There is no resource “%(name)s”."), {"name": plural[:60]})) from None
    methods = offered(resource, address)
    if not methods:
        raise Missing(_("There is nothing at this address."))
    if method not in methods:
        raise NotOffered(methods)
    return resource
