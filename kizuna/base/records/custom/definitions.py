"""What an administrator says of a field, understood: every mistake at once, each under the name of its input."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from kizuna.base.records.custom import making
from kizuna.base.records.models import CustomField
from kizuna.base.resources import registry
from kizuna.base.resources.reader import Reader
from kizuna.base.resources.resource import Resource
from kizuna.base.types import text
from kizuna.base.types.errors import Errors, Invalid, Missing, fill
from kizuna.base.types.money import minor_units
from kizuna.base.types.numbers import whole

Kind = CustomField.Kind
LANGUAGES = ("", "en", "ja", "ko")
TONES = ("", "accent", "good", "warn", "bad", "info")
LONGEST_LABEL, LONGEST_HELP, MOST_CHOICES, MOST_PLACES = 60, 300, 200, 6
WITH_DEFAULT = {Kind.TEXT, Kind.NUMBER, Kind.CHOICE, Kind.BOOLEAN}
TAKEN = {
    "id", "pk", "version", "deleted_at", "custom", "once", "save", "another", "ids", "field", "filter", "sort", "view",
    "q", "cursor", "fields", "all", "any", "not", "related", "csrfmiddlewaretoken",
}  # fmt: skip
"""Names that mean something else in forms, addresses and conditions."""

_NAME = re.compile(r"[a-z](?:_?[a-z0-9])*")
NameRule = Callable[[Resource, str, str], str]
_name_rules: list[NameRule] = []


def name_rule(rule: NameRule) -> NameRule:
    """Have a function asked whether a name may be given to a kind of field: it answers with what speaks against it."""
    _name_rules.append(rule)
    return rule


def words(raw: Any, longest: int) -> dict[str, str]:
    """{language: words} from a text or such a mapping. Raises Invalid under ""."""
    given = {"": raw} if isinstance(raw, str) else raw
    if not isinstance(given, Mapping) or not all(isinstance(one, str) for one in (*given, *given.values())):
        raise Invalid({"": [_("Give text here.")]})
    unknown = [language for language in given if language not in LANGUAGES]
    if unknown:
        raise Invalid({unknown[0][:10]: [_("This language is not known.")]})
    found = {language: text.clean(said) for language, said in given.items()}
    for language, said in found.items():
        if len(said) > longest:
            raise Invalid({language: [fill(_("At most %(limit)d characters."), {"limit": longest})]})
    return {language: said for language, said in found.items() if said}


def labels(raw: Any) -> dict[str, str]:
    found = words(raw, LONGEST_LABEL)
    if not found:
        raise Invalid({"": [_("This is needed.")]})
    return found


def name_of(resource: Resource, raw: Any, said: Mapping[str, str], kind: str) -> str:
    """The name as given, or one made from the label. Raises Invalid under ""."""
    name = raw if isinstance(raw, str) else ""
    if not name:
        begun = slugify(said.get("en") or said.get("") or "").replace("-", "_")[:30].strip("_")
        begun = begun if _NAME.fullmatch(begun) else kind
        candidates = [begun, *(f"{begun}_{number}" for number in range(2, 300))]
        known = set(CustomField.objects.filter(resource=resource.key).values_list("name", flat=True))
        return next(one for one in candidates if one not in known and not against(resource, one, kind))
    reason = against(resource, name, kind)
    if reason:
        raise Invalid({"": [reason]})
    return name


def against(resource: Resource, name: str, kind: str) -> Any:
    """What speaks against a name; "" when nothing does."""
    if len(name) > 40 or not _NAME.fullmatch(name):
        return _("A name has small letters a to z, digits and single underscores, and begins with a letter.")
    columns = {column.name for column in resource.model._meta.get_fields()}
    attributes = {column.attname for column in resource.model._meta.concrete_fields}
    if name in TAKEN or name in resource.declared or name in columns | attributes:
        return _("This name is taken.")
    return next(filter(None, (rule(resource, name, kind) for rule in _name_rules)), "")


def settings_of(kind: str, raw: Any, before: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The settings that a kind needs, in place of those before. Raises Invalid with paths such as "choices.0"."""
    if not isinstance(raw, Mapping):
        raise Invalid({"": [_("Give an object here.")]})
    before = before or {}
    found: dict[str, Any] = {}
    errors: Errors = {}
    for name, understand in _SETTINGS.get(kind, {}).items():
        try:
            value = understand(raw.get(name, before.get(name)), before.get(name))
        except Invalid as problem:
            errors |= problem.under(name).errors
        else:
            found |= {} if value is None else {name: value}
    if errors:
        raise Invalid(errors)
    return found


def default_of(definition: CustomField, raw: Any, reader: Reader) -> Any:
    """The storage form of a value for new records; None for none. Raises Invalid under ""."""
    if definition.kind not in WITH_DEFAULT or raw in (None, ""):
        return None
    field = making.field_of(definition)
    field.required = False
    value = field.parse(raw, reader)
    return None if field.is_empty(value) or value is False else field.store(value)


def _target(raw: Any, before: Any) -> str:
    if before is not None:
        return str(before)  # values are ids of that kind of record
    try:
        return registry.get(raw if isinstance(raw, str) else "").key
    except Missing as error:
        raise Invalid({"": [_("Choose a kind of record.")]}) from error


def _places(raw: Any, before: Any) -> int:
    given = whole(str(0 if raw in (None, "") else raw))
    if given is None or given > MOST_PLACES:
        raise Invalid({"": [fill(_("A whole number from 0 to %(limit)d."), {"limit": MOST_PLACES})]})
    if before is not None and given < before:
        raise Invalid({"": [_("Values may have that many decimals already: give at least as many.")]})
    return given


def _currency(raw: Any, before: Any) -> str | None:
    if raw in (None, ""):
        return None
    try:
        minor_units(str(raw).upper())
    except ValueError as error:
        raise Invalid({"": [str(error)]}) from error
    return str(raw).upper()


def _choices(raw: Any, before: Any) -> list[dict[str, Any]]:
    """Choices as given, in their order; what was offered before and is not given stays known as retired."""
    if not isinstance(raw, list | tuple) or not raw:
        raise Invalid({"": [_("Give at least one choice.")]})
    if len(raw) > MOST_CHOICES:
        raise Invalid({"": [fill(_("At most %(limit)d choices."), {"limit": MOST_CHOICES})]})
    known = {one["code"]: one for one in before or ()}
    found: dict[str, dict[str, Any]] = {}
    errors: Errors = {}
    for place, given in enumerate(raw):
        try:
            one = _choice({"labels": given} if isinstance(given, str) else given, {*known, *found})
            if one["code"] in found or any(_same(one, other) for other in found.values()):
                raise Invalid({"": [_("This choice is there twice.")]})
            found[one["code"]] = one
        except Invalid as problem:
            errors |= problem.under(str(place)).errors
    if errors:
        raise Invalid(errors)
    gone = [one | {"retired": True} for code, one in known.items() if code not in found]
    return [*found.values(), *gone]


def _same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    mine, theirs = ({text.fold(label) for label in each["labels"].values()} for each in (one, other))
    return mine == theirs


def _choice(given: Any, known: set[str]) -> dict[str, Any]:
    if not isinstance(given, Mapping):
        raise Invalid({"": [_("Give text here.")]})
    try:
        said = labels(given.get("labels", ""))
    except Invalid as problem:
        raise problem.under("labels") from problem
    code, tone = given.get("code") or "", given.get("tone") or ""
    if not code:
        begun = slugify(said.get("en") or said.get("") or "").replace("-", "_")[:30] or "choice"
        code = next(one for one in (begun, *(f"{begun}_{n}" for n in range(2, 500))) if one not in known)
    elif not isinstance(code, str) or not re.fullmatch(r"[a-z0-9_]{1,40}", code):
        raise Invalid({"code": [_("A code has small letters a to z, digits and underscores.")]})
    if tone not in TONES:
        raise Invalid({"tone": [_("There is no such colour.")]})
    return {"code": code, "labels": said} | ({"tone": tone} if tone else {})


_SETTINGS: dict[str, dict[str, Callable[[Any, Any], Any]]] = {
    Kind.NUMBER: {"places": _places},
    Kind.MONEY: {"currency": _currency},
    Kind.CHOICE: {"choices": _choices},
    Kind.CHOICES: {"choices": _choices},
    Kind.RELATION: {"target": _target},
}
