"""Words: one line, many lines, addresses of pages, choices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from kizuna.base.conditions.schema import ConditionField
from kizuna.base.resources.fields.base import EMPTY, Cell, Field, invalid, nullable
from kizuna.base.resources.reader import Reader
from kizuna.base.types import links, text


class Text(Field):
    """One line of text, cleaned at the door (see `types.text.clean`) and at most `max_length` characters."""

    is_noun = False

    def __init__(self, name: str, label: Any, *, max_length: int = 255, key: bool = False, **options: Any) -> None:
        super().__init__(name, label, **options)
        self.max_length = max_length
        self.is_key = key

    def understand(self, raw: Any, reader: Reader) -> str:
        if isinstance(raw, bool) or not isinstance(raw, (str, int, float)):
            raise invalid(_("Give text here."))
        value = self.tidy(str(raw))
        if len(value) > self.max_length:
            raise invalid(
                ngettext_lazy("At most %(limit)d character.", "At most %(limit)d characters.", self.max_length)
                % {"limit": self.max_length}
            )
        if not value and self.required:
            raise invalid(_("This is needed."))
        return value

    def input_schema(self) -> dict[str, Any]:
        schema = {"type": "string", "maxLength": self.max_length}
        return schema | {"minLength": 1} if self.required else nullable(schema)

    def tidy(self, raw: str) -> str:
        return text.clean(raw)

    def keys(self, value: Any) -> set[str]:
        return {text.fold(value)[:254]} if self.is_key and value else set()


class LongText(Text):
    """Text of several lines."""

    widget = "long"

    def __init__(self, name: str, label: Any, *, max_length: int = 20_000, **options: Any) -> None:
        super().__init__(name, label, max_length=max_length, sortable=False, **options)

    def tidy(self, raw: str) -> str:
        return text.clean_long(raw)

    def cell(self, value: Any, reader: Reader) -> Cell:
        return {"kind": "long", "text": value} if value else EMPTY


class Link(Text):
    """The address of a web page; a bare domain gets https://."""

    widget = "url"

    def tidy(self, raw: str) -> str:
        try:
            return links.normalise(raw)
        except ValueError as error:
            raise invalid(str(error)) from error

    def cell(self, value: Any, reader: Reader) -> Cell:
        return (
            {"kind": "points", "text": value, "url": value, "items": [{"text": value, "url": value}]}
            if value
            else EMPTY
        )


class Email(Text):
    """One e-mail address in matching form; a record's own addresses are `Points`."""

    widget = "email"

    def cell(self, value: Any, reader: Reader) -> Cell:
        return {"kind": "link", "text": value, "url": f"mailto:{value}"} if value else EMPTY


class Choice(Field):
    """One of a fixed list of values; those with a tone ("good", "warn", "bad") are badges."""

    kind = "choice"
    widget = "choice"

    def __init__(
        self,
        name: str,
        label: Any,
        *,
        choices: Sequence[tuple[Any, Any]],
        tones: Mapping[Any, str] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(name, label, **options)
        self.choices = tuple(choices)
        self.tones = tones or {}
        self._labels = dict(self.choices)

    def understand(self, raw: Any, reader: Reader) -> Any:
        """A stored value, or its label in the reader's language as an import may bring it."""
        for value, label in self.choices:
            if raw == value or (not isinstance(raw, bool) and str(raw) == str(value)):
                return value
            if isinstance(raw, str) and text.fold(raw) == text.fold(str(label)):
                return value
        raise invalid(
            _("Choose one of: %(choices)s.") % {"choices": ", ".join(str(value) for value, _label in self.choices)}
        )

    @property
    def empty(self) -> Any:
        return "" if self.default is None else self.default

    def json_schema(self) -> dict[str, Any]:
        return {"enum": [*dict.fromkeys([*self._labels, self.empty])]}

    def to_text(self, value: Any, reader: Reader) -> str:
        return str(self._labels.get(value, value if value is not None else ""))

    def cell(self, value: Any, reader: Reader) -> Cell:
        if self.is_empty(value):
            return EMPTY
        return {"kind": "choice", "text": self.to_text(value, reader), "tone": self.tones.get(value)}

    def condition(self) -> ConditionField:
        return ConditionField(name=self.name, label=self.label, kind=self.kind, path=self.path, choices=self.choices)
