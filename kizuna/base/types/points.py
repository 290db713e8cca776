"""Points: the several ways to reach somebody, each with a label. Stored as JSON lists.

A point is {"value": as typed, "key": matching form, "label": "work", "primary": bool, "verified": bool}; a postal
address has the parts of an `Address` instead of the value. In a list exactly one is primary, and no key comes twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from kizuna.base.types import addresses, emails, links, phones
from kizuna.base.types.addresses import PARTS, Address
from kizuna.base.types.errors import Invalid, Malformed, fill
from kizuna.base.types.text import clean, fold

MAX_POINTS = 50
MAX_VALUE = 320
MAX_LINK = links.MAX_LENGTH
MAX_PART = 200

_WORK, _HOME, _OTHER = _("Work"), _("Home"), _("Other")
LABELS: dict[str, dict[str, Any]] = {
    "email": {"work": _WORK, "home": _HOME, "other": _OTHER},
    "phone": {"work": _WORK, "mobile": _("Mobile"), "home": _HOME, "fax": _("Fax"), "other": _OTHER},
    "address": {"work": _WORK, "home": _HOME, "other": _OTHER},
    "link": {"work": _WORK, "home": _HOME, "other": _OTHER},
    "handle": {
        "line": "LINE",
        "kakaotalk": "KakaoTalk",
        "whatsapp": "WhatsApp",
        "instagram": "Instagram",
        "x": "X",
        "facebook": "Facebook",
        "linkedin": "LinkedIn",
        "tiktok": "TikTok",
        "wechat": "WeChat",
        "telegram": "Telegram",
        "other": _OTHER,
    },
}
KINDS = tuple(LABELS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One stored point, for code that wants names instead of keys. `address` is set where `value` is not."""

    value: str
    key: str
    label: str
    is_primary: bool
    is_verified: bool
    address: Address | None = None

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Point:
        """From a stored point."""
        return cls(
            value=data.get("value", ""),
            key=data.get("key", ""),
            label=data.get("label", ""),
            is_primary=bool(data.get("primary")),
            is_verified=bool(data.get("verified")),
            address=None if "value" in data else Address.of(data),
        )


def primary(points: Sequence[Mapping[str, Any]]) -> Point | None:
    """The one to use first; None if there are no points."""
    chosen = next((point for point in points if point.get("primary")), None) or (points[0] if points else None)
    return Point.of(chosen) if chosen else None


def label_choices(kind: str) -> list[tuple[str, Any]]:
    """(code, label for people) for a kind of point, the usual one first."""
    return list(LABELS[kind].items())


def label_of(kind: str, code: str) -> Any:
    """What people call a label; an unknown one is shown as it is."""
    return LABELS[kind].get(code, code)


def json_schema(kind: str) -> dict[str, Any]:
    """What a stored point of this kind looks like, as JSON Schema."""
    content = PARTS if kind == "address" else ("value",)
    return {
        "title": f"{kind.capitalize()}Point",
        "type": "object",
        "properties": {name: {"type": "string"} for name in (*content, "key")}
        | {"label": {"enum": list(LABELS[kind])}, "primary": {"type": "boolean"}, "verified": {"type": "boolean"}},
        "required": [*content, "key", "label", "primary", "verified"],
    }


def normalise_points(
    kind: str, raw: Any, *, region: str, stored: Sequence[Mapping[str, Any]] = ()
) -> list[dict[str, Any]]:
    """A list of points as typed, made ready to store. A plain text stands for {"value": text}; None is no points.

    Empty rows are left out, the same key twice becomes one, "key" is always computed here, except that what stands in
    `stored` keeps its own, wherever the one who saves it is. Phone numbers without country code, and addresses without
    country, are of `region` (ISO code, "" if unknown). The label defaults to "work" ("other" for handles).
    Raises Invalid with paths such as "0.value", "1.label" or "" (the list itself).
    """
    if raw is None:
        return []
    if not isinstance(raw, list | tuple):
        raise Invalid({"": _("Give a list here.")})
    known = {point["value"]: point["key"] for point in stored if point.get("key") and "value" in point}
    if len(raw) == 1:
        return _alone(kind, raw[0], region, known)
    errors: dict[str, Any] = {}
    found: dict[Any, dict[str, Any]] = {}
    for place, item in enumerate(raw):
        try:
            point = _point(kind, item, region, known)
        except Invalid as problem:
            errors |= problem.under(str(place)).errors
            continue
        if point is not None:
            _keep(found, point, (point["key"], point["label"]) if kind == "handle" else point["key"])
    if errors:
        raise Invalid(errors)
    return together(list(found.values()))


def _alone(kind: str, item: Any, region: str, known: Mapping[str, str]) -> list[dict[str, Any]]:
    """A list of one, as most are: nothing can stand there twice."""
    try:
        point = _point(kind, item, region, known)
    except Invalid as problem:
        raise Invalid(problem.under("0").errors) from problem
    if point is None:
        return []
    point["primary"] = True
    return [point]


def together(points: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Different points in storage form as one list. Raises Invalid when they are too many."""
    if len(points) > MAX_POINTS:
        raise Invalid({"": fill(_("At most %(limit)d entries."), {"limit": MAX_POINTS})})
    return _with_one_primary(points)


def _keep(found: dict[Any, dict[str, Any]], point: dict[str, Any], key: Any) -> None:
    """The first of several equal points stays, with what the others know."""
    known = found.setdefault(key, point)
    known["primary"] |= point["primary"]
    known["verified"] |= point["verified"]


def _with_one_primary(points: list[dict[str, Any]]) -> list[dict[str, Any]]:
    chosen = next((point for point in points if point["primary"]), points[0] if points else None)
    for point in points:
        point["primary"] = point is chosen
    return points


def _point(kind: str, item: Any, region: str, known: Mapping[str, str]) -> dict[str, Any] | None:
    """One point, None for an empty row. Raises Invalid with paths inside the point."""
    if isinstance(item, str):
        item = {"line1" if kind == "address" else "value": item}
    elif type(item) is not dict and not isinstance(item, Mapping):  # to ask of a Mapping takes long
        raise Invalid({"": _("Give text, or a value with its label.")})
    content = _address(item, region) if kind == "address" else _value(kind, item, region, known)
    if content is None:
        return None
    primary, verified = item.get("primary", False), item.get("verified", False)
    for flag, given in (("primary", primary), ("verified", verified)):
        if given is not True and given is not False:
            raise Invalid({flag: _("This is true or false.")})
    content["label"] = _label(kind, item.get("label"))
    content["primary"], content["verified"] = primary, verified
    return content


def _label(kind: str, label: Any) -> str:
    if label is None or label == "":
        return "other" if kind == "handle" else "work"
    if not isinstance(label, str) or label not in LABELS[kind]:
        choices = ", ".join(LABELS[kind])
        raise Invalid({"label": fill(_("Choose one of: %(choices)s."), {"choices": choices})})
    return label


def _value(kind: str, item: Mapping[str, Any], region: str, known: Mapping[str, str]) -> dict[str, Any] | None:
    typed = item.get("value", "")
    if typed is None or typed == "":
        return None
    if not isinstance(typed, str):
        raise Invalid({"value": _("Give text here.")})
    value = clean(typed)
    if not value:
        return None
    limit = MAX_LINK if kind == "link" else MAX_VALUE
    if len(value) > limit:
        raise Invalid({"value": fill(_("At most %(limit)d characters."), {"limit": limit})})
    try:
        return {"value": value, "key": known.get(value) or _KEYS[kind](value, region)}
    except Malformed as error:
        raise Invalid({"value": error.message}) from error


def _handle_key(value: str, region: str) -> str:
    """@Taro and taro are one account; so is the address of its page."""
    handle = fold(value)
    if "/" in handle:
        handle = handle.split("?")[0].rstrip("/").rpartition("/")[2]
    handle = handle.lstrip("@")
    if not handle:
        raise Malformed("handle", _("Enter the name of the account, such as @taro."))
    return handle


_KEYS: dict[str, Callable[[str, str], str]] = {
    "email": lambda value, region: emails.normalise(value),
    "phone": phones.normalise,
    "link": lambda value, region: links.normalise(value),
    "handle": _handle_key,
}


def _address(item: Mapping[str, Any], region: str) -> dict[str, Any] | None:
    errors: dict[str, Any] = {}
    for part in PARTS:
        typed = item.get(part)
        if typed is None:
            continue
        if not isinstance(typed, str):
            errors[part] = _("Give text here.")
        elif len(typed) > MAX_PART:
            errors[part] = fill(_("At most %(limit)d characters."), {"limit": MAX_PART})
    if errors:
        raise Invalid(errors)
    try:
        return addresses.stored(item if item.get("country") else {**item, "country": region})
    except Malformed as error:
        raise Invalid({"country": error.message}) from error
