"""One list over the API: what was asked for, understood and checked, and the page that answers it."""

from __future__ import annotations

import hashlib
from difflib import get_close_matches
from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from kizuna.base import conditions
from kizuna.base.resources.resource import Resource
from kizuna.base.resources.schema import ResourceSchema
from kizuna.base.resources.table import PAGE_SIZE, Sort
from kizuna.base.saved_views import queries as saved_views
from kizuna.base.saved_views.models import SavedView
from kizuna.base.search import queries as search
from kizuna.base.search import selecting
from kizuna.base.types.errors import Invalid, Missing, fill
from kizuna.interfaces.api import incoming, paging, representations
from kizuna.interfaces.api.incoming import Parameters
from kizuna.interfaces.api.paging import LARGEST_ID, LARGEST_PAGE
from kizuna.interfaces.api.problems import InvalidQuery, details_of_parameter
from kizuna.interfaces.api.representations import BY_ID, Shape

PARAMETERS = (*paging.PARAMETERS, "filter", "fields", "sort", "search", "view")
VIEWS = ("all", "trash")
LONGEST_SEARCH = 200
ALWAYS = ("id", "version")


class Listing:
    """Raises InvalidQuery with everything that is wrong with the query."""

    def __init__(self, resource: Resource, actor: Any, query: QueryDict) -> None:
        self.resource, self.actor = resource, actor
        given = Parameters(query, PARAMETERS)
        self.size = given.read("limit", incoming.whole_number(1, LARGEST_PAGE), PAGE_SIZE)
        self.view: str | SavedView = given.read("view", self._view, "all")
        self.sort: Sort = given.read("sort", self._sort) or self._usual_sort()
        self.shape = Shape(resource, actor, given.read("fields", self._names))
        condition, text = given.read("filter", self._condition), given.read("search", self._search)
        self._cursor = given.read("cursor", str)
        self._mark = _mark(query, self.sort, self.view)
        given.check()
        self._rows = selecting.base(resource, actor, "all" if self._saved else str(self.view)).filter(
            self._saved_condition() if condition is None else condition, self._saved_search() if text is None else text
        )

    # ── a saved view says what the query does not ──

    def _view(self, text: str) -> str | SavedView:
        if text in VIEWS:
            return text
        try:
            found = saved_views.find(self.actor, incoming.whole_number(1, LARGEST_ID)(text))
        except (Invalid, Missing):
            found = None
        if found is None or found.resource != self.resource.key:
            raise Invalid({"": [_("There is no such view of these records, or it is not shared with you.")]})
        return found

    @property
    def _saved(self) -> SavedView | None:
        return self.view if isinstance(self.view, SavedView) else None

    def _saved_condition(self) -> Q:
        """Raises InvalidQuery for a view that asks for what is gone or hidden: never more rows than it means."""
        if self._saved is None:
            return Q()
        try:
            return self._compiled(self._saved.condition)
        except Invalid as problem:
            raise InvalidQuery(details_of_parameter("view", problem)) from problem

    def _saved_search(self) -> Q:
        return self._search(self._saved.search) if self._saved and self._saved.search else Q()

    def _sort(self, text: str) -> Sort:
        if text.removeprefix("-") == "id":
            return Sort(BY_ID.field, text.startswith("-"))
        return Sort.of(self.resource, self.actor, text)

    def _usual_sort(self) -> Sort:
        """That of the view, else the resource's own; by number for those who may not see the field it sorts by."""
        if self._saved and self._saved.sort:
            try:
                return self._sort(self._saved.sort)
            except Invalid:
                pass
        try:
            return Sort.of(self.resource, self.actor, None)
        except Invalid:
            return BY_ID

    def _names(self, text: str) -> list[str]:
        known = representations.columns(self.resource, self.actor)
        names = [name.strip() for name in dict.fromkeys(text.split(",")) if name.strip() not in ("", *ALWAYS)]
        wrong = [name for name in names if name not in known]
        if wrong:
            raise Invalid({"": [_no_such_field(name, list(known)) for name in wrong]})
        return names

    def _condition(self, text: str) -> Q:
        return self._compiled(conditions.parse(text))

    def _compiled(self, tree: Any) -> Q:
        schema = ResourceSchema(self.resource, self.actor)
        return conditions.compile(tree, schema=schema, viewer=self.actor)

    def _search(self, text: str) -> Q:
        if len(text) > LONGEST_SEARCH:
            raise Invalid({"": [fill(_("At most %(limit)d characters."), {"limit": LONGEST_SEARCH})]})
        return search.matching(self.resource, self.actor, text)

    def answer(self) -> dict[str, Any]:
        """The page: its records, and the markers of the pages around it (None where there is none)."""
        place = self._place()
        try:
            page = self.shape.table(self._rows, self.sort).page(place, self.size)
        except Invalid as problem:  # only a marker that nobody gave out can be wrong by now
            raise InvalidQuery(details_of_parameter("cursor", problem)) from problem
        return {
            "items": [self.shape.write(row) for row in page.rows],
            "next_cursor": self._marked(page.next_cursor),
            "previous_cursor": self._marked(page.previous_cursor),
        }

    def _place(self) -> str | None:
        """The cursor without its mark. A place in another list would answer with rows that only look right."""
        if not self._cursor:
            return None
        place, _dot, mark = self._cursor.rpartition(".")
        if mark != self._mark:
            message = _("This marker belongs to a list with another filter, search, sort or view.")
            raise InvalidQuery(details_of_parameter("cursor", Invalid({"": [message]})))
        return place

    def _marked(self, cursor: str | None) -> str | None:
        return cursor and f"{cursor}.{self._mark}"


def _mark(query: QueryDict, sort: Sort, view: str | SavedView) -> str:
    seen = [str(view.version)] if isinstance(view, SavedView) else []
    asked = "\n".join([str(sort), *(query.get(name, "") for name in ("filter", "search", "view")), *seen])
    return hashlib.sha256(asked.encode("utf-8", "replace")).hexdigest()[:8]


def _no_such_field(name: str, known: list[str]) -> Any:
    close = get_close_matches(name, known, n=1)
    if close:
        return fill(
            _("There is no field “%(name)s”. Did you mean “%(close)s”?"), {"name": name[:60], "close": close[0]}
        )
    return fill(_("There is no field “%(name)s”."), {"name": name[:60]})


def rows_of(resource: Resource, actor: Any, view: str) -> QuerySet:
    """The live rows that the actor may see, or what lies in the trash for those who may bring it back."""
    if view == "trash" and resource.has_trash:
        return resource.model.objects.trashed().permitted(actor, "delete")
    return resource.visible_to(actor)
