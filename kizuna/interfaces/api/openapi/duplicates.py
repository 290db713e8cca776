"""Whether a record is here already, as the document tells of it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from kizuna.interfaces.api import addresses
from kizuna.interfaces.api.openapi import schemas
from kizuna.interfaces.api.openapi.paths import Operations
from kizuna.interfaces.api.openapi.responses import WRITING, of_problems, ok
from kizuna.interfaces.api.openapi.schemas import Schema, of_object, ref


def paths_of(of: Operations) -> dict[str, Schema]:
    """The question before a record is made, where the answer can be told."""
    if not addresses.offered(of.resource, addresses.DUPLICATES):
        return {}
    answer = of_object({"items": schemas.candidates(ref(of.names.record))}, required=["items"])
    operation = of.operation(
        f"find_duplicates_of_{of.resource.key}",
        _("Ask whether it is here already: %(one)s"),
        _("Nothing is written. What cannot be understood is passed over."),
        requestBody=of.body(),
        responses=ok(answer, _("Records that it may be, the most certain first.")) | of_problems(*WRITING),
    )
    return {of.path(addresses.DUPLICATES): {"post": operation}}
