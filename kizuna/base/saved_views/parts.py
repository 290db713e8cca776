"""The parts of a view as somebody gives them: each understood with the rights of whoever gives it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from kizuna.base import conditions
from kizuna.base.conditions.trees import MAX_TEXT_BYTES
from kizuna.base.identity.models import Team
from kizuna.base.resources.resource import Resource
from kizuna.base.resources.schema import ResourceSchema
from kizuna.base.resources.table import Sort
from kizuna.base.saved_views.models import Audience, Density, Kind
from kizuna.base.types import text
from kizuna.base.types.errors import Errors, Invalid, fill

MOST_COLUMNS = 20
LONGEST_NAME = 100
LONGEST_SEARCH = 200
LARGEST_ID = 2**63
SETTINGS = ("by", "within", "limits", "collapsed", "span", "split", "measure", "look")
"""What views of boards, calendars and charts keep beside the rest, each as it stands in the address of a list."""
LONGEST_SETTING = 1000


def understood(resource: Resource, actor: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    """The given parts as they are stored. Raises Invalid with everything that is wrong, and for parts that no view has.

    `team` comes and goes with `audience`: a view that is not shared with a team has none.
    """
    errors: Errors = {}
    found: dict[str, Any] = {}
    for name, value in given.items():
        read = _READERS.get(name)
        if read is None:
            errors[name] = [_("There is no such field.")]
            continue
        try:
            found[name] = read(resource, actor, value)
        except Invalid as problem:
            errors |= problem.under(name).errors
    if errors:
        raise Invalid(errors)
    return found


def _one_line(value: Any, longest: int) -> str:
    if not isinstance(value, str):
        raise Invalid({"": [_("Give a text.")]})
    if len(value) > longest:
        raise Invalid({"": [fill(_("At most %(limit)d characters."), {"limit": longest})]})
    return text.clean(value)


def _name(resource: Resource, actor: Any, value: Any) -> str:
    name = _one_line(value, LONGEST_NAME)
    if not name:
        raise Invalid({"": [_("Give the view a name.")]})
    return name


def _condition(resource: Resource, actor: Any, value: Any) -> Any:
    if not isinstance(value, dict):
        raise Invalid({"": [_("Give an object: {…}.")]})
    try:
        conditions.compile(value, schema=ResourceSchema(resource, actor), viewer=actor)
    except conditions.InvalidCondition as problem:
        path = problem.pointer.removeprefix("/").replace("/", ".")
        raise Invalid({path: [problem.message]}) from problem
    written = json.dumps(value, ensure_ascii=False)
    if "\\u0000" in written:  # no value holds it, and PostgreSQL does not keep it
        raise Invalid({"": [_("The filter holds a character that cannot be stored.")]})
    if len(written.encode("utf-8", "replace")) > MAX_TEXT_BYTES:
        limit = {"limit": MAX_TEXT_BYTES // 1000}
        raise Invalid({"": [fill(_("The filter is too long: at most %(limit)d kB."), limit)]})
    return value


def _search(resource: Resource, actor: Any, value: Any) -> str:
    return _one_line(value, LONGEST_SEARCH)


def _sort(resource: Resource, actor: Any, value: Any) -> str:
    written = _one_line(value, 80)
    if not written:
        return ""
    try:
        return str(Sort.of(resource, actor, written))
    except Invalid as problem:
        raise Invalid({"": problem.errors["sort"]}) from problem


def _columns(resource: Resource, actor: Any, value: Any) -> list[str]:
    if not isinstance(value, list | tuple) or not all(isinstance(name, str) for name in value):
        raise Invalid({"": [_("Give a list of names.")]})
    readable = resource.readable_fields(actor)
    wrong = [name for name in value if name not in readable]
    if wrong:
        raise Invalid({"": [fill(_("There is no field “%(name)s”."), {"name": text.clean(wrong[0][:60])})]})
    names = [name for name in dict.fromkeys(value) if name != resource.title]
    if len(names) > MOST_COLUMNS:
        raise Invalid({"": [fill(_("At most %(limit)d columns."), {"limit": MOST_COLUMNS})]})
    return names


def _one_of(known: list[str]) -> Callable[[Resource, Any, Any], str]:
    def read(resource: Resource, actor: Any, value: Any) -> str:
        if not isinstance(value, str) or value not in known:
            shown = {"choices": ", ".join(filter(None, known))}
            raise Invalid({"": [fill(_("Choose one of: %(choices)s."), shown)]})
        return value

    return read


def _team(resource: Resource, actor: Any, value: Any) -> Team | None:
    if value is None or isinstance(value, Team):
        return value
    is_number = isinstance(value, int) and not isinstance(value, bool) and 0 < value < LARGEST_ID
    found = Team.objects.filter(pk=value).first() if is_number else None
    if found is None:
        raise Invalid({"": [_("There is no such team.")]})
    return found


def _settings(resource: Resource, actor: Any, value: Any) -> dict[str, str]:
    """Raises Invalid for what no board or calendar keeps, and for a field that the actor may not see."""
    if not isinstance(value, dict):
        raise Invalid({"": [_("Give an object: {…}.")]})
    for name, said in value.items():
        if name not in SETTINGS:
            raise Invalid({str(name)[:60]: [_("There is no such field.")]})
        if not isinstance(said, str) or len(said) > LONGEST_SETTING or not said.isprintable():
            raise Invalid({name: [_("Give a text.")]})
    by = value.get("by", "")
    if by and by not in resource.readable_fields(actor):
        raise Invalid({"by": [fill(_("There is no field “%(name)s”."), {"name": text.clean(by[:60])})]})
    return {name: said for name, said in value.items() if said}


_READERS: dict[str, Callable[[Resource, Any, Any], Any]] = {
    "name": _name,
    "condition": _condition,
    "search": _search,
    "sort": _sort,
    "columns": _columns,
    "density": _one_of(Density.values),
    "kind": _one_of(Kind.values),
    "settings": _settings,
    "audience": _one_of(Audience.values),
    "team": _team,
}
