"""Where a record lies, as a field of it; and what a territory takes, as fields of the territory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils import timezone
from django.utils.functional import lazystr
from django.utils.translation import gettext_lazy as _

from kizuna.base.conditions.schema import ConditionField
from kizuna.base.resources import fields, registry
from kizuna.base.resources.fields import Question
from kizuna.base.resources.fields.relations import Related
from kizuna.base.resources.reader import Reader
from kizuna.base.territories import trees

TERRITORY = _("territory")


@dataclass(frozen=True)
class Lying(Related):
    """Where a record lies, and whether somebody chose it."""

    is_chosen: bool = False


class InTerritory(fields.Relation):
    """The territory of a record, by the rules unless somebody chose it: what was chosen stays, until the field is
    emptied. To ask for a territory is to ask for those beneath it too."""

    def __init__(self, name: str = "territory", label: Any = TERRITORY, **options: Any) -> None:
        options = {"help": _("Empty: by the rules of the territories. What you choose stays.")} | options
        super().__init__(name, label, target="territory", **options)

    @property
    def paths(self) -> tuple[str, ...]:
        return (*super().paths, "territory_pinned_at")

    def value(self, columns: Sequence[Any]) -> Related | None:
        place = len(super().paths)
        found = super().value([*columns[:place], *columns[place + 1 :]])
        is_chosen = columns[place] is not None
        return Lying(found.id, found.title, found.is_visible, found.is_named, is_chosen) if found else None

    def cell(self, value: Related | None, reader: Reader) -> fields.Cell:
        cell = super().cell(value, reader)
        if isinstance(value, Lying) and value.is_chosen and value.is_visible:
            cell["text"] = _("%(territory)s (chosen)") % {"territory": cell["text"]}
        return cell

    def assign(self, record: Any, value: int | None) -> None:
        if value != record.territory_id:
            record.territory_id = value
            record.territory_pinned_at = None if value is None else timezone.now()

    def condition(self) -> ConditionField:
        return replace(super().condition(), beneath=lambda ids: trees.now().beneath(ids))


class _Plural:
    """The plural of a kind of record, asked for once everything is declared."""

    def __init__(self, key: str) -> None:
        self.key = key

    def __str__(self) -> str:
        return str(registry.get(self.key).plural_label)


class Takes(fields.Condition):
    """Which records of one kind a territory takes."""

    def __init__(self, key: str) -> None:
        super().__init__(f"takes_{key}", lazystr(_Plural(key)), about=key, path="rules")

    @property
    def paths(self) -> tuple[str, ...]:
        return ("rules",)

    def value(self, columns: Sequence[Any]) -> Question:
        return Question(self.about, (columns[0] or {}).get(self.about) or {})

    def read(self, record: Any) -> Question:
        return Question(self.about, (record.rules or {}).get(self.about) or {})

    def assign(self, record: Any, value: Question) -> None:
        others = {key: tree for key, tree in (record.rules or {}).items() if key != self.about}
        record.rules = others | ({self.about: value.tree} if value.tree else {})
