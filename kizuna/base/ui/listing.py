"""The state of a list, all of it in the URL: view, condition, search, sort, columns, place.

A saved view brings a state of its own; what else the URL says goes before it, so that a URL means the same for whoever
opens it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
from kizuna.base.saved_views import queries
from kizuna.base.saved_views.models import SavedView
from kizuna.base.search import selecting
from kizuna.base.search.selecting import Selection
from kizuna.base.types.errors import Invalid, Missing
from kizuna.base.types.numbers import whole

SHAPE = ("by", "within", "limits", "collapsed", "span", "split", "measure", "look")
"""What boards, calendars, maps and charts are asked beside what lists are: see `ui.boards`, `ui.calendars`, `ui.maps`,
`ui.list_charts`."""
STATE = ("filter", "search", "sort", "columns", "density", "mode", *SHAPE)
PARAMETERS = ("view", *STATE, "cursor", "at")
LIST, BOARD, CALENDAR, MAP, CHART = "list", "board", "calendar", "map", "chart"
NEWEST = "-updated_at"
VIEWS = {"all": _("All"), "mine": _("Mine"), "trash": _("Trash")}
MODES = (LIST, BOARD, CALENDAR, MAP, CHART)
DENSITIES = {"tight": _("Tight"), "": _("Normal"), "roomy": _("Roomy")}
MAX_COLUMNS = 20


class Listing:
    """What one person asked a list for. Page, count, selection, bulk edit and export all read the same state."""

    def __init__(
        self,
        resource: Resource,
        actor: Any,
        asked: QueryDict | Mapping[str, str],
        *,
        saved_views: list[SavedView] | None = None,
    ) -> None:
        self.resource, self.actor = resource, actor
        self.reader = Reader.of(actor)
        if not self.may("read"):
            raise Missing()
        if saved_views is not None:
            self.saved_views = saved_views
        given = {name: _text(asked, name) for name in PARAMETERS if name in asked}
        self.is_bare = not given
        self.saved = self._find(given.get("view", ""))
        self.own = own_state(self.saved)
        if given.get("mode", self.own.get("mode", LIST)) != self.own.get("mode", LIST):
            self.own = {name: value for name, value in self.own.items() if name not in SHAPE}
        self.asked = {name: text for name, text in given.items() if self._says(name, text)}

    @classmethod
    def opened(cls, resource: Resource, actor: Any, asked: QueryDict) -> Listing:
        """The list as a page: an address that says nothing opens the view that is this person's default."""
        listing = cls(resource, actor, asked)
        if not listing.is_bare or listing.default is None:
            return listing
        return cls(resource, actor, {"view": str(listing.default.pk)}, saved_views=listing.saved_views)

    def may(self, operation: str) -> bool:
        """Whether the actor may do this to some records of this kind."""
        permissions = policy.permissions_of(self.actor)
        return operation in self.resource.operations and permissions.can(self.resource.key, operation)

    # ── saved views ──

    @cached_property
    def saved_views(self) -> list[SavedView]:
        """The saved views of this list that the actor sees, in their order: one query."""
        return queries.views_of(self.actor, self.resource.key)

    @cached_property
    def default(self) -> SavedView | None:
        return queries.default_of(self.actor, self.resource.key, self.saved_views)

    def _find(self, view: str) -> SavedView | None:
        """The saved view of a number. Raises Missing for one that is gone or not shared with the actor: every record
        instead would be more than was meant."""
        pk = whole(view)
        if pk is None:
            return None
        found = next((one for one in self.saved_views if one.pk == pk), None)
        if found is None and len(self.saved_views) == queries.MOST_SHOWN:
            found = queries.visible(self.actor).filter(resource=self.resource.key, pk=int(view)).first()
        if found is None:
            raise Missing(_("This view does not exist, or it is not shared with you."))
        return found

    def _says(self, name: str, value: str) -> bool:
        """Whether a parameter says anything beside what the view says already."""
        if name == "mode":
            return value in MODES and value != self.own.get("mode", LIST)
        if name not in self.own:
            return bool(value)
        own = self.own[name]
        if name == "columns":
            return _names(value, self.resource.title) != _names(own, self.resource.title)
        if name == "sort":
            return (value or self.resource.default_sort) != (own or self.resource.default_sort)
        return value != own and not (name == "filter" and _same_tree(value, own))

    def value(self, name: str) -> str:
        """A part of the state: as the address says, else as the saved view does."""
        return self.asked.get(name, self.own.get(name, ""))

    @property
    def is_edited(self) -> bool:
        """Whether the address says something else than its saved view."""
        return self.saved is not None and any(name in self.asked for name in STATE)

    # ── what was asked ──

    @property
    def mode(self) -> str:
        """As what the rows are shown."""
        return self.value("mode") or LIST

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

    @property
    def is_by_owner(self) -> bool:
        """Whether it asks whose a record is, so that one that is given to the actor may come to stand on it."""
        return self.view == "mine" or '"owner' in self.value("filter")

    @cached_property
    def tree(self) -> Any:
        """The condition as data. Raises InvalidCondition."""
        return conditions.parse(self.value("filter"))

    @cached_property
    def schema(self) -> ResourceSchema:
        return ResourceSchema(self.resource, self.actor)

    @property
    def search_text(self) -> str:
        return self.value("search")[:200]

    @cached_property
    def sort(self) -> Sort:
        """Raises Invalid for a field by which the actor cannot sort; in a saved view the usual order stands for it.
        A board shows first what changed last."""
        usual = NEWEST if self.mode == BOARD and self.can_sort(NEWEST) else None
        if "sort" not in self.asked:
            try:
                return Sort.of(self.resource, self.actor, self.own.get("sort") or usual)
            except Invalid:
                pass
        return Sort.of(self.resource, self.actor, self.asked.get("sort") or usual)

    def can_sort(self, text: str) -> bool:
        field = self.resource.readable_fields(self.actor).get(text.removeprefix("-"))
        return field is not None and field.sort_path is not None

    @cached_property
    def columns(self) -> list[Field]:
        """The columns shown, the title always first; unknown and unreadable names are left out."""
        readable = self.resource.readable_fields(self.actor)
        asked = self.value("columns")
        names = asked.split(",") if asked else (self._kept_columns(readable) or self.resource.columns)
        chosen = dict.fromkeys([self.resource.title, *names])
        return [readable[name] for name in chosen if name in readable][:MAX_COLUMNS]

    def _kept_columns(self, readable: Mapping[str, Field]) -> list[str]:
        """The columns that this person chose last time; none when every one of them is gone since, because a list of
        bare titles is not what they chose."""
        kept = None if self.saved or self.mode != LIST else self.kept("columns")
        there = [name for name in kept or () if name in readable]
        return there if there != [self.resource.title] or there == kept else []

    @cached_property
    def writable(self) -> dict[str, Field]:
        return self.resource.writable_fields(self.actor)

    @property
    def density(self) -> str:
        density = self.value("density") or self.kept("density") or ""
        return density if density in DENSITIES else ""

    def kept(self, name: str) -> Any:
        """What this person chose last time for this kind of record."""
        kept = (getattr(self.actor, "preferences", None) or {}).get(name)
        return kept.get(self.resource.key) if isinstance(kept, dict) else None

    # ── rows ──

    @cached_property
    def rows(self) -> QuerySet:
        """Every row that matches, in no order: what "select all that match" means."""
        return selecting.matching(self.resource, self.actor, view=self.view, tree=self.tree, text=self.search_text)

    def selection(self, ids: Sequence[int] | None = None) -> Selection:
        """The same rows for a job, or those of them that were ticked."""
        return Selection(self.view, self.value("filter"), self.search_text, None if ids is None else tuple(ids))

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

    @property
    def spelled_out(self) -> dict[str, str]:
        """The same rows and columns without the name of a saved view: what dialogs and jobs carry along, because the
        view may be another one by the time they act."""
        if self.saved is None:
            return {name: value for name, value in self.asked.items() if name != "cursor"}
        said = {name: self.value(name) for name in STATE}
        said |= {"sort": str(self.sort), "columns": said["columns"] and ",".join(field.name for field in self.columns)}
        return {name: value for name, value in said.items() if value}

    def query(self, **changes: str | None) -> str:
        """The query string of this state with some parameters changed; None removes one. Any change leaves the page."""
        state = {name: value for name, value in self.asked.items() if name != "cursor"} | changes
        return urlencode(
            {name: value for name, value in state.items() if value is not None and self._says(name, value)}
        )

    def url(self, path: str = "", **changes: str | None) -> str:
        query = self.query(**changes)
        if not query and not path:
            return self.everything_url
        return f"{self.resource.list_url}{path}?{query}" if query else f"{self.resource.list_url}{path}"

    @property
    def everything_url(self) -> str:
        """All records; said in full where the bare address opens a default view."""
        return f"{self.resource.list_url}?view=all" if self.default else self.resource.list_url


def own_state(view: SavedView | None) -> dict[str, str]:
    """What a saved view asks for, as the parameters of an address."""
    if view is None:
        return {}
    return {
        "filter": conditions.dump(view.condition),
        "search": view.search,
        "sort": view.sort,
        "columns": ",".join(view.columns),
        "density": view.density,
    } | shape_of(view)


def shape_of(view: SavedView) -> dict[str, str]:
    """The mode of a view, and what it keeps for that mode, as parameters of an address."""
    if view.kind == LIST:
        return {}
    return {"mode": view.kind} | {name: str(view.settings.get(name, "")) for name in SHAPE}


def _names(columns: str, title: str) -> list[str]:
    return [name for name in columns.split(",") if name not in ("", title)]


def _same_tree(text: str, own: str) -> bool:
    try:
        return bool(conditions.parse(text) == conditions.parse(own))
    except Invalid:
        return False


def _text(asked: QueryDict | Mapping[str, str], name: str) -> str:
    """A parameter as one text; `columns` may be given once with commas or several times by a form."""
    if name == "columns" and isinstance(asked, QueryDict):
        return ",".join(str(one) for one in asked.getlist(name))
    return str(asked[name])
