"""Titles in words of Kizuna's own: of records without a name, and of those that every Kizuna begins with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property, reduce
from typing import Any

from django.conf import settings
from django.utils import translation

from kizuna.base.resources.fields.base import Cell, Field
from kizuna.base.resources.fields.names import Title
from kizuna.base.resources.reader import Reader
from kizuna.base.types import text


def _step(record: Any, name: str) -> Any:
    return None if record is None else getattr(record, name)


class InWords(Field):
    """A title put together of columns whose values are codes."""

    def __init__(self, name: str, label: Any, *, of: Sequence[str], words: Callable[..., str]) -> None:
        super().__init__(name, label, editable=False, sortable=False)
        self._paths, self._words = tuple(of), words

    @property
    def paths(self) -> tuple[str, ...]:
        return self._paths

    def value(self, columns: Sequence[Any]) -> tuple[str, ...]:
        return tuple("" if value is None else str(value) for value in columns)

    def read(self, record: Any) -> tuple[str, ...]:
        return self.value([reduce(_step, path.split("__"), record) for path in self._paths])

    def to_text(self, value: tuple[str, ...], reader: Reader) -> str:
        return self._words(*value)

    def to_json(self, value: tuple[str, ...]) -> str:
        return " · ".join(value)

    def cell(self, value: tuple[str, ...], reader: Reader) -> Cell:
        words = self.to_text(value, reader)
        return {"kind": "name", "text": words, "reading": "", "lang": "", "initials": text.initials(words)}

    def condition(self) -> None:
        return None


class Brought(Title):
    """A name that is shown in the reader's language if it is one of `known`, the names that Kizuna brings in English.
    Once somebody renames the record, it is called as they say."""

    def __init__(self, name: str, label: Any, *, known: Sequence[Any], **options: Any) -> None:
        super().__init__(name, label, sort_path="sort_key", required=True, **options)
        with translation.override(None):
            self._known = {str(words): words for words in known}

    def to_text(self, value: Any, reader: Reader) -> str:
        words = super().to_text(value, reader)
        return str(self._known.get(words, words))

    def stored(self, shown: str) -> set[str]:
        """What records may be called that somebody, in whatever language, sees under this name."""
        return {shown, *self._stored.get(text.fold(shown), ())}

    @cached_property
    def _stored(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for language, _name in settings.LANGUAGES:
            with translation.override(language):
                for name, words in self._known.items():
                    found.setdefault(text.fold(str(words)), set()).add(name)
        return found

    def cell(self, value: Any, reader: Reader) -> Cell:
        cell = super().cell(value, reader)
        words = self.to_text(value, reader)
        return cell | {"text": words, "initials": text.initials(words)} if words else cell
