"""The state of a list, all of it in the URL: view, condition, search, sort, columns, place."""

from __future__ import annotations

from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from kizuna.base import conditions
from kizuna.base.access import policy
from kizuna.base.resources.fields import Field
from kizuna.base.resources.reader import Reader
from kizuna.base.resources.resource import Resource
from kizuna.base.resources.schema import ResourceSchema
from kizuna.base.resources.table import Sort, Table
from kizuna.base.search import queries as search
from kizuna.base.types.errors import Missing

PARAMETERS = ("view", "filter", "search", "sort", "columns", "density", "cursor")
VIEWS = {"all": _("All"), "mine": _("Mine"), "trash": _("Trash")}
DENSITIES = {"tight": _("Tight"), "": _("Normal"), "roomy": _("Roomy")}
MAX_COLUMNS = 20


class Listing:
    """What one person asked a list for. Page, count, selection, bulk edit and export all read the same state."""

    def __init__(self, resource: Resource, actor: Any, asked: QueryDict | dict[str, str]) -> None:
        self.resource, self.actor = resource, actor
        self.asked = {name: _text(asked, name) for name in PARAMETERS if asked.get(name)}
        self.reader = Reader.of(actor)
        if not self.may("read"):
            raise Missing()

    def may(self, operation: str) -> bool:
        """Whether the actor may do this to some records of this kind."""
        permissions = policy.permissions_of(self.actor)
        return operation in self.resource.operations and permissions.can(self.resource.key, operation)

    # ── what was asked ──

    @property
    def view(self) -> str:
        view = self.asked.get("view", "all")
        return view if view in self.views else "all"

    @cached_property
    def views(self) -> dict[str, Any]:
        """The tabs: everything, my own, and for those who may delete the trash."""
        has_trash = self.resource.has_trash
        offered = {"all": True, "mine": has_trash, "trash": has_trash and self.may("delete")}
        return {name: VIEWS[name] for name, is_offered in offered.items() if is_offered}

    @cached_property
    def tree(self) -> Any:
        """The condition as data. Raises InvalidCondition."""
        return conditions.parse(self.asked.get("filter"))

    @cached_property
    def schema(self) -> ResourceSchema:
        return ResourceSchema(self.resource, self.actor)

    @property
    def search_text(self) -> str:
        return self.asked.get("search", "")[:200]

    @cached_property
    def sort(self) -> Sort:
        return Sort.of(self.resource, self.actor, self.asked.get("sort"))

    @cached_property
    def columns(self) -> list[Field]:
        """The columns shown, the title always first; unknown and unreadable names are left out."""
        readable = self.resource.readable_fields(self.actor)
        asked = self.asked.get("columns", "")
        names = asked.split(",") if asked else (self._kept("columns") or self.resource.columns)
        chosen = dict.fromkeys([self.resource.title, *names])
        return [readable[name] for name in chosen if name in readable][:MAX_COLUMNS]

    @cached_property
    def writable(self) -> dict[str, Field]:
        return self.resource.writable_fields(self.actor)

    @property
    def density(self) -> str:
        density = self.asked.get("density") or self._kept("density") or ""
        return density if density in DENSITIES else ""

    def _kept(self, name: str) -> Any:
        """What this person chose last time for this kind of record."""
        kept = (getattr(self.actor, "preferences", None) or {}).get(name)
        return kept.get(self.resource.key) if isinstance(kept, dict) else None

    # ── rows ──

    @cached_property
    def rows(self) -> QuerySet:
        """Every row that matches, in no order: what "select all that match" means."""
        rows = self._base()
        if self.tree:
            rows = rows.filter(conditions.compile(self.tree, schema=self.schema, viewer=self.actor))
        if self.search_text:
            rows = rows.filter(search.matching(self.resource, self.actor, self.search_text))
        return rows

    def _base(self) -> QuerySet:
        if self.view == "trash":
            return self.resource.model.objects.trashed().permitted(self.actor, "delete")
        rows = self.resource.visible_to(self.actor)
        return rows.filter(owner_id=self.actor.pk) if self.view == "mine" else rows

    @cached_property
    def table(self) -> Table:
        is_everything = self.view == "all" and not self.tree and not self.search_text
        rows = None if is_everything and "rows" not in self.__dict__ else self.rows
        return Table(self.resource, self.actor, columns=self.columns, sort=self.sort, rows=rows)

    # ── addresses ──

    @property
    def state(self) -> list[tuple[str, str]]:
        """The parameters that a form beside the list carries along; what forms set themselves is left out."""
        return [(name, value) for name, value in self.asked.items() if name not in ("cursor", "search", "columns")]

    def query(self, **changes: str | None) -> str:
        """The query string of this state with some parameters changed; None removes one. Any change leaves the page."""
        state = {name: value for name, value in self.asked.items() if name != "cursor"} | changes
        return urlencode({name: value for name, value in state.items() if value})

    def url(self, path: str = "", **changes: str | None) -> str:
        query = self.query(**changes)
        return f"{self.resource.list_url}{path}?{query}" if query else f"{self.resource.list_url}{path}"


def _text(asked: QueryDict | dict[str, str], name: str) -> str:
    """A parameter as one text; `columns` may be given once with commas or several times by a form."""
    if name == "columns" and isinstance(asked, QueryDict):
        return ",".join(str(one) for one in asked.getlist(name))
    return str(asked[name])
