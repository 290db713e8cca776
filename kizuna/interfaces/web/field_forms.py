"""The form of a custom field: which inputs each kind has, what was submitted, and where what was wrong belongs."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kizuna.base.records.custom.definitions import TONES, WITH_DEFAULT
from kizuna.base.records.custom.figuring import USUAL_PLACES
from kizuna.base.records.models import CustomField
from kizuna.base.records.services.defining import NEVER_REQUIRED
from kizuna.base.resources import registry
from kizuna.base.resources.fields import Choice, Field
from kizuna.base.resources.fields.formulas import Figured, sources_of
from kizuna.base.resources.resource import Resource
from kizuna.base.types.errors import Errors, Invalid, Problem
from kizuna.base.types.formulas.checking import FUNCTIONS, OPERATORS, WORDS
from kizuna.base.types.numbers import whole
from kizuna.base.ui import controls
from kizuna.interfaces.web.fields import control

Kind = CustomField.Kind
OTHER_LANGUAGES = {"ja": "日本語", "ko": "한국어"}
WITH_PLACES = (Kind.NUMBER, Kind.FORMULA)
WITH_CHOICES = (Kind.CHOICE, Kind.CHOICES)
TONE_WORDS = {
    "": gettext_lazy("None"),
    "accent": gettext_lazy("Violet"),
    "good": gettext_lazy("Green"),
    "warn": gettext_lazy("Yellow"),
    "bad": gettext_lazy("Red"),
    "info": gettext_lazy("Blue"),
}
ICONS = {
    Kind.TEXT: "forms", Kind.LONG: "align-left", Kind.NUMBER: "hash", Kind.MONEY: "coin", Kind.DATE: "calendar",
    Kind.MOMENT: "clock", Kind.CHOICE: "circle-dot", Kind.CHOICES: "list-check", Kind.BOOLEAN: "checkbox",
    Kind.RELATION: "link", Kind.URL: "world", Kind.EMAIL: "mail", Kind.PHONE: "phone",
    Kind.POSITION: "map-pin", Kind.FORMULA: "math-function",
}  # fmt: skip


def kinds(url: str) -> list[dict[str, Any]]:
    return [{"url": f"{url}?kind={kind}", "label": kind.label, "icon": ICONS[kind]} for kind in Kind]


# What was submitted ---------------------------------------------------------------------------------------------------


def submitted(kind: str, data: QueryDict) -> dict[str, Any]:
    """The inputs of the verbs."""
    settings: dict[str, Any] = {
        name: data[name] for name in ("places", "currency", "target", "expression") if name in data
    }
    if kind in WITH_DEFAULT:
        settings["default"] = data.get("default", "")
    if kind in WITH_CHOICES:
        settings["choices"] = _submitted_choices(data)
    return {
        "labels": words_in(data, "label"),
        "help": words_in(data, "help"),
        "settings": settings,
        "required": data.get("required") == "on" or data.getlist("required")[-1:] == ["on"],
        "section": data.get("section", ""),
    }


def words_in(data: QueryDict, name: str) -> dict[str, str]:
    found = {"": data.get(name, "")} | {code: data.get(f"{name}_{code}", "") for code in OTHER_LANGUAGES}
    return {language: words for language, words in found.items() if words.strip()}


def _submitted_choices(data: QueryDict) -> list[dict[str, Any]]:
    """Rows whose label was emptied are choices taken away; each further line is a new one."""
    rows = sorted((number for number in range(_rows(data))), key=lambda number: _place(data, number))
    found = [
        {
            "code": data.get(f"choice.{number}.code", ""),
            "labels": words_in(data, f"choice.{number}.label"),
            "tone": data.get(f"choice.{number}.tone", ""),
        }
        for number in rows
    ]
    known = [one for one in found if one["labels"]]
    lines = [line.strip() for line in data.get("choices", "").splitlines()]
    return [*known, *({"labels": {"": line}} for line in lines if line)]


def _rows(data: QueryDict) -> int:
    return sum(1 for name in data if name.startswith("choice.") and name.endswith(".code"))


def _place(data: QueryDict, number: int) -> tuple[int, int]:
    place = whole(data.get(f"choice.{number}.place", ""))
    return (99_999 if place is None else place, number)


# The form -------------------------------------------------------------------------------------------------------------


def form(kind: str, definition: CustomField | None, data: QueryDict | None, problem: Problem | None) -> dict[str, Any]:
    """What `web/field.html` needs: with what is stored, or with what was typed and why it was refused."""
    given = submitted(kind, data) if data is not None else _stored(definition)
    flat = _flat(problem)
    known = {"label", "help", "section", "default", "places", "currency", "target", "choices", "name", "expression"}
    return {
        "groups": [
            {"title": _("What it is called"), "fields": _called(given, flat, definition, data)},
            {"title": _("How it works"), "fields": _works(kind, given, flat, definition)},
        ],
        "choice_rows": _choice_rows(given) if kind in WITH_CHOICES else None,
        "choices": control("choices", _more_label(definition), problem=flat, kind="long", help=_("One per line."))
        if kind in WITH_CHOICES
        else None,
        "errors": controls.other_errors(flat, dict.fromkeys(known)) if flat else [],
    }


def _more_label(definition: CustomField | None) -> str:
    return _("Further choices") if definition else _("Choices")


def _stored(definition: CustomField | None) -> dict[str, Any]:
    if definition is None:
        return {"labels": {}, "help": {}, "settings": {}, "required": False, "section": ""}
    return {name: getattr(definition, name) for name in ("labels", "help", "settings", "required", "section")}


def _flat(problem: Problem | None) -> Problem | None:
    """The same messages under the names of the inputs."""
    if problem is None:
        return None
    found: Errors = {}
    for path, words in problem.errors.items():
        first, *rest = path.split(".")
        name = {"labels": "label"}.get(first, rest[0] if first == "settings" and rest else first)
        found.setdefault(name, []).extend(words)
    return Invalid(found, problem.message) if found else problem


def _called(
    given: dict[str, Any], problem: Problem | None, definition: CustomField | None, data: QueryDict | None
) -> list[dict[str, Any]]:
    labels, helped = given["labels"], given["help"]
    label = control("label", _("Label"), labels.get("") or labels.get("en", ""), problem=problem)
    found = [label | {"required": True}, *in_languages("label", _("Label"), labels)]
    if definition is None:
        typed = data.get("name", "") if data else ""
        words = _("For the API and for imports; made from the label when left empty, and kept for good.")
        found.append(control("name", _("API name"), typed, problem=problem, help=words))
    found.append(control("help", _("Help beneath the field"), helped.get(""), problem=problem))
    return [*found, *in_languages("help", _("Help beneath the field"), helped)]


def in_languages(name: str, label: str, words: dict[str, str]) -> list[dict[str, Any]]:
    return [
        control(f"{name}_{code}", f"{label} ({language})", words.get(code), half=True) | {"lang": code}
        for code, language in OTHER_LANGUAGES.items()
    ]


def _works(
    kind: str, given: dict[str, Any], problem: Problem | None, definition: CustomField | None
) -> list[dict[str, Any]]:
    settings = given["settings"]
    found = []
    if kind == Kind.FORMULA:
        words = _('Such as round(budget * 0.1, 2), if(stage = "won", 1, 0) or days(visited_on, today()).')
        typed = settings.get("expression", "")
        control_of_it = control("expression", _("Formula"), typed, kind="long", problem=problem, help=words)
        found.append(control_of_it | {"required": True})
    if kind in WITH_PLACES:
        usual = USUAL_PLACES if kind == Kind.FORMULA else 0
        places = [(number, str(number)) for number in range(7)]
        chosen = settings.get("places", usual)
        label = _("Decimals") if kind == Kind.NUMBER else _("Decimals, where it gives a number")
        found.append(control("places", label, chosen, kind="choice", choices=places, problem=problem, half=True))
    if kind == Kind.MONEY:
        codes = [("", _("By the person’s language")), *((code, code) for code in controls.CURRENCIES)]
        chosen = settings.get("currency", "")
        label = _("Usual currency")
        found.append(control("currency", label, chosen, kind="choice", choices=codes, problem=problem, half=True))
    if kind == Kind.RELATION and definition is None:
        nouns = [(one.key, one.label) for one in registry.all_resources()]
        chosen = settings.get("target")
        found.append(control("target", _("Leads to"), chosen, kind="choice", choices=nouns, problem=problem, half=True))
    if kind in WITH_DEFAULT:
        found.append(_default(kind, settings, problem))
    if kind not in NEVER_REQUIRED:
        found.append(control("required", _("Must be filled in"), given["required"], kind="boolean"))
    words = _("Fields of one section stand together in forms and on the page of a record.")
    return [*found, control("section", _("Section"), given["section"], problem=problem, help=words, half=True)]


def _default(kind: str, settings: dict[str, Any], problem: Problem | None) -> dict[str, Any]:
    label, value = _("New records begin with"), settings.get("default")
    if kind == Kind.BOOLEAN:
        answers = [("", _("No")), ("on", _("Yes"))]
        chosen = "on" if value in (True, "on") else ""
        return control("default", label, chosen, kind="choice", choices=answers, problem=problem, half=True)
    if kind == Kind.CHOICE:
        offered = [one for one in settings.get("choices", ()) if one.get("code") and not one.get("retired")]
        options = [("", ""), *((one["code"], one["labels"].get("") or one["code"]) for one in offered)]
        return control("default", label, value, kind="choice", choices=options, problem=problem, half=True)
    return control("default", label, "" if value is None else value, problem=problem, half=True)


def _choice_rows(given: dict[str, Any]) -> list[dict[str, Any]]:
    offered = [one for one in given["settings"].get("choices", ()) if one.get("code") and not one.get("retired")]
    return [
        {
            "number": number,
            "place": number + 1,
            "code": one["code"],
            "label": one["labels"].get("") or one["labels"].get("en", ""),
            "languages": [
                {"code": code, "name": language, "label": one["labels"].get(code, "")}
                for code, language in OTHER_LANGUAGES.items()
            ],
            "tones": [
                {"value": tone, "label": TONE_WORDS[tone], "selected": tone == one.get("tone", "")} for tone in TONES
            ],
        }
        for number, one in enumerate(offered)
    ]


def readable_by_formulas(resource: Resource) -> dict[str, Any]:
    """What may stand in a formula: the fields of a kind of record with their types, and the functions."""
    fields = resource.fields
    types = {name: source.type for name, source in sources_of(fields).items()}
    types |= {name: field.formula.type for name, field in fields.items() if isinstance(field, Figured)}
    rows = [
        {"name": name, "label": fields[name].label, "type": WORDS[type_], "codes": _codes(fields[name])}
        for name, type_ in types.items()
    ]
    return {"fields": rows, "functions": [one.usage for name, one in FUNCTIONS.items() if name not in OPERATORS]}


def _codes(field: Field) -> list[str]:
    return [code for code, _label in field.choices if code] if isinstance(field, Choice) else []
