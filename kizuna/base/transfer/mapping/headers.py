"""What the header of a column can mean: a dictionary of every name a resource's fields go by, in every language."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any

from django.conf import settings
from django.utils import translation

from kizuna.base.resources.fields import FullName, MoneyAmount, Points, Title
from kizuna.base.resources.resource import Resource
from kizuna.base.transfer import remarks
from kizuna.base.transfer.mapping import words
from kizuna.base.transfer.mapping.targets import CURRENCY, ID, Target, label_of, targets_of
from kizuna.base.types import points, text

_BETWEEN = re.compile(r"[\W_]+")
_DIGITS = re.compile(r"\d+")
_COUNTED = re.compile(r"(?<!\S)\d+(?!\S)")
"""A number that stands alone: "addresses 2 line1" is the first line of the second one."""
_SPACED = ("latin", "other")
"""Scripts that put a space between words: "дом" is no word of "домен"."""


@cache
def normal(header: str) -> str:
    """The form in which headers are compared: "E-Mail_Address" and "ｅ－ｍａｉｌ address" are "e mail address"."""
    return _BETWEEN.sub(" ", text.fold(header)).strip()


def mark_of(header: Sequence[str]) -> str:
    """The same for files with the same columns, however they are written."""
    return hashlib.sha256("\n".join(map(normal, header)).encode()).hexdigest()


class Headers:
    """Every name by which this person's targets of a resource are known."""

    def __init__(self, resource: Resource, actor: Any) -> None:
        self.resource = resource
        self._remarks = remarks.offered(resource, actor)
        self.targets = targets_of(resource, actor)
        self._own = self._dictionary(self._labelled())
        self._names = self._dictionary([*self._declared(), *self._labelled(), *self._usual()])
        self._computed = {normal(name) for name in self._of_fields()}

    def _dictionary(self, named: Iterable[tuple[str, Target]]) -> dict[str, list[Target]]:
        found: dict[str, list[Target]] = {}
        for name, target in named:
            known = found.setdefault(normal(name), [])
            if name and target in self.targets and target not in known:
                known.append(target)
        return found

    def is_ours(self, header: Sequence[str]) -> bool:
        """Whether Kizuna wrote this header: then a column "City" is the one it computes, and no part of an address. A
        column "ID" stands in the files of many, and is ours among nothing but our names."""
        ids = [name for name in map(normal, header) if Target(ID) in self._own.get(name, ())]
        return bool(ids) and (normal(ID) not in ids or all(self._is_ours(name) for name in header if name))

    def _is_ours(self, header: str) -> bool:
        return any(way in self._own or way in self._computed for way in _ways(normal(header)))

    def candidates(self, header: str, *, is_ours: bool = False) -> list[Target]:
        """Where a column with this header may go, the likeliest first."""
        ways = _ways(normal(header))
        if is_ours and self._is_ours(header):
            return next((found for one in ways if (found := self._own.get(one))), [])
        for one in ways:
            if found := self._names.get(one):
                return found
        return self._composed(ways[-1])

    def _composed(self, name: str) -> list[Target]:
        """ "business postal code", "電話 会社", "e mail value": a word for the label beside one for the field."""
        name, is_kind = _without_kind(name)
        if is_kind:
            return [Target(one.field, "label") for one in self._names.get(name, []) if self._has_labels(one)][:1]
        for label, rest in [("", name), *_labels_in(name)]:
            for target in [*self._names.get(rest or label, []), *self._names.get(_without_address(rest), [])]:
                labelled = Target(target.field, target.part, label)
                if labelled in self.targets:
                    return [labelled]
        return []

    def _has_labels(self, target: Target) -> bool:
        return Target(target.field, "label") in self.targets

    # ── names ──

    def _declared(self) -> Iterator[tuple[str, Target]]:
        """The resource's own words."""
        for written, names in self.resource.import_names.items():
            if "=" not in written:
                yield from ((name, Target.parse(written)) for name in names)
        for remark in self._remarks:
            yield from ((name, Target(remark.name)) for name in remark.headers)

    def _labelled(self) -> Iterator[tuple[str, Target]]:
        """Names and labels of fields in every language, as exports write them."""
        for code, _name in settings.LANGUAGES:
            with translation.override(code):
                for target in self.targets:
                    yield label_of(target, self.resource), target
        for target in self.targets:
            yield str(target), target

    def _of_fields(self) -> Iterator[str]:
        """What columns of an export are called that no import fills."""
        fields = [one for one in self.resource.fields.values() if Target(one.name) not in self.targets]
        for code, _name in settings.LANGUAGES:
            with translation.override(code):
                yield from [str(one.label) for one in fields]
        yield from [one.name for one in fields]

    def _usual(self) -> Iterator[tuple[str, Target]]:
        """What is called the same everywhere: parts of names and addresses, numbers and addresses of people."""
        found: dict[str, str] = dict(words.RECORD_WORDS)
        for field in self.resource.fields.values():
            if isinstance(field, FullName):
                found |= {name.replace("name.", f"{field.name}."): names for name, names in words.NAME_WORDS.items()}
                found[field.name] = words.NAME_WORDS["name"]
            elif isinstance(field, Title) and field.name == "name":
                found["name"] = ", ".join(words.WHOLE_NAMES)
                if field.reading_path:
                    found[field.reading_path] = words.NAME_WORDS["name.reading"]
            elif isinstance(field, MoneyAmount):
                found[str(Target(field.name, CURRENCY))] = words.CURRENCY_WORDS
            elif isinstance(field, Points) and field.point_kind == "address":
                found |= {f"{field.name}.{part}": names for part, names in words.ADDRESS_WORDS.items()}
            elif isinstance(field, Points):
                found.setdefault(field.name, words.POINT_WORDS[field.point_kind])
                found |= self._by_label(field)
        for written, names in found.items():
            yield from ((name, Target.parse(written)) for name in words.listed(names))

    def _by_label(self, field: Points) -> dict[str, str]:
        """A label that is enough: "mobile" is a number, "LINE ID" an account."""
        if field.point_kind == "phone":
            return {f"{field.name}:{label}": names for label, names in words.PHONES_BY_LABEL.items()}
        if field.point_kind == "handle":
            named = {code: str(label) for code, label in points.LABELS["handle"].items() if code != "other"}
            return {f"{field.name}:{code}": f"{code}, {label}, {label} id" for code, label in named.items()}
        return {}


def _ways(name: str) -> list[str]:
    """A normal header as it is, without numbers that stand alone, and without any."""
    return list(dict.fromkeys((name, " ".join(_COUNTED.sub(" ", name).split()), _without_numbers(name))))


def _without_numbers(name: str) -> str:
    """ "e mail 2 address" and "電話1" without their numbers."""
    return " ".join(_DIGITS.sub(" ", name).split())


def _without_kind(name: str) -> tuple[str, bool]:
    """The name without "value" or "label" at its end, and whether it asked for the label."""
    head, _space, last = name.rpartition(" ")
    if head and last in map(normal, words.KIND_WORDS):
        return head, True
    if head and last in map(normal, words.VALUE_WORDS):
        return head, False
    return name, False


def _without_address(name: str) -> str:
    """ "address city" is a city."""
    for word in map(normal, words.ADDRESS_PREFIXES):
        if name.startswith(word):
            return name.removeprefix(word).strip()
    return name


def _labels_in(name: str) -> Iterator[tuple[str, str]]:
    """(label, what is left of the name) for every word for a label in it."""
    for label, names in words.LABEL_WORDS.items():
        for word in sorted(map(normal, words.listed(names)), key=len, reverse=True):
            if text.script(word) in _SPACED:
                parts = name.split(" ")
                if word in parts and len(parts) > 1:
                    yield label, " ".join(part for part in parts if part != word and part not in _ALL_LABELS)
            elif word in name and name != word:
                yield label, name.replace(word, " ", 1).strip().removeprefix("の")  # 請求先の郵便番号


_ALL_LABELS = {normal(word) for names in words.LABEL_WORDS.values() for word in words.listed(names)}
