"""A choice among what rooms register."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from kizuna.base.conditions.schema import ConditionField
from kizuna.base.resources.fields.text import Choice

Source = Callable[[], Sequence[tuple[Any, Any]]]


class Registered(Choice):
    """One of what a registry holds now: rooms register when they are ready, after fields were made."""

    def __init__(self, name: str, label: Any, *, source: Source, **options: Any) -> None:
        self._source: Source = tuple  # nothing is asked yet
        super().__init__(name, label, choices=(), **options)
        self._source = source

    @property
    def choices(self) -> Any:
        return tuple(self._source())

    @choices.setter
    def choices(self, value: Any) -> None:
        """What there is, the registry says."""

    @property
    def _labels(self) -> dict[Any, Any]:
        return dict(self.choices)

    @_labels.setter
    def _labels(self, value: Any) -> None:
        """The same."""

    def condition(self) -> ConditionField:
        return ConditionField(
            name=self.name, label=self.label, kind=self.kind, path=self.path, choices=lambda: self.choices
        )
