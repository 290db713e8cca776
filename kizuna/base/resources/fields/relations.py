"""A link to one other record, shown by its title only to those who may see it."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Exists, IntegerField, OuterRef, Value, When
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kizuna.base.access import policy
from kizuna.base.conditions.schema import ConditionField
from kizuna.base.resources import redirects, registry
from kizuna.base.resources.avatars import avatar, has_face
from kizuna.base.resources.fields.base import EMPTY, Cell, Field, check_parts, closed, invalid, nullable
from kizuna.base.resources.reader import Reader
from kizuna.base.resources.titles import called, titles_of
from kizuna.base.types.numbers import whole


@dataclass(frozen=True, eq=False)
class Among:
    """Only records that answer this condition come into question: `Annotated[CloseReason, Among(condition)]`."""

    condition: Any


@dataclass(frozen=True)
class Related:
    """The other end of a relation; `title` is None where the reader may not know it (or it lies in the trash). One that
    they see, but whose title is hidden from them (`is_named`), they know by its number."""

    id: int
    title: Any
    is_visible: bool
    is_named: bool = True


REFERENCE_SCHEMA = {
    "title": "Reference",
    "type": "object",
    "properties": {"id": {"type": "integer"}, "title": {"type": ["string", "null"]}},
    "required": ["id", "title"],
    "examples": [{"id": 42, "title": "Aoba Hotel"}],
}


NAMELESS = 2
"""In place of true: the record may be seen, its title not."""


class Relation(Field):
    """Lists are not sorted by it: in the order of titles hidden ones could be told, and no index holds that order.
    `among` is a condition: only what answers it is offered. Whoever takes the value refuses the others."""

    kind = "relation"
    widget = "relation"

    def __init__(self, name: str, label: Any, *, target: str, among: Any = None, **options: Any) -> None:
        super().__init__(name, label, sortable=False, **options)
        self.target_key, self.among = target, among

    def narrowed(self, among: Any) -> Relation:
        """The same, offering only what answers this condition."""
        found = copy.copy(self)
        found.among = among
        return found

    @property
    def target(self) -> Any:
        """The resource at the other end."""
        return registry.get(self.target_key)

    @property
    def id_path(self) -> str:
        return f"{self.path}_id"

    @property
    def paths(self) -> tuple[str, ...]:
        title = self.target.title_field
        trash = (f"{self.path}__deleted_at",) if self.target.has_trash else ()
        return (self.id_path, *trash, *(f"{self.path}__{path}" for path in title.paths))

    def annotations(self, actor: Any) -> Mapping[str, Any]:
        target = self.target
        is_named = target.is_named_to(actor)
        if is_named and policy.sees_all(actor, target.model):
            return {}
        seen: Any = Exists(target.model.objects.visible_to(actor).filter(pk=OuterRef(self.id_path)))
        if not is_named:
            seen = Case(When(seen, then=Value(NAMELESS)), default=Value(0), output_field=IntegerField())
        return {f"sees_{self.name}": seen}

    def value(self, columns: Sequence[Any]) -> Related | None:
        target = self.target
        if columns[0] is None:
            return None
        rest = list(columns[1:])
        is_live = rest.pop(0) is None if target.has_trash else True
        count = len(target.title_field.paths)
        is_visible = is_live and (len(rest) == count or bool(rest[count]))
        is_named = is_visible and rest[count:] != [NAMELESS]
        title = target.title_field.value(rest[:count]) if is_named else None
        return Related(columns[0], title, is_visible, is_named)

    def read(self, record: Any) -> int | None:
        return getattr(record, self.id_path)

    def assign(self, record: Any, value: int | None) -> None:
        setattr(record, self.id_path, value)

    @property
    def empty(self) -> Any:
        return None

    @property
    def nothing(self) -> str:
        """By what it leads to, since it may be called by no noun: "Handled by", "Only for the company"."""
        if self.target_key == "user":
            return super().nothing if self.name == "owner" else gettext("Nobody")
        return gettext("No %(field)s") % {"field": str(self.target.label).lower()}

    def from_form(self, data: Any, prefix: str = "") -> Any:
        """The number that the script chose, or `{"text": …}`: what was typed where no script has come to look it up."""
        name = prefix + self.name
        given, typed = data.get(name), data.get(f"{name}:text")
        if typed is None or typed == data.get(f"{name}:was", typed if given else ""):
            return given
        return {"text": typed} if typed.strip() else ""

    def understand(self, raw: Any, reader: Reader) -> int:
        if isinstance(raw, dict) and "id" in raw:
            check_parts(raw, ("id", "title"))
        elif isinstance(raw, dict) and "text" in raw:
            check_parts(raw, ("text",))
            return self._meant(str(raw["text"]), reader)
        given: Any = raw.get("id") if isinstance(raw, dict) else getattr(raw, "pk", raw)
        wanted = None if isinstance(given, bool) else whole(str(given))
        if wanted is None:
            raise invalid(_("Give the number of a record."))
        rows = self.target.visible_to(reader.actor)
        if rows.filter(pk=wanted).exists():
            return wanted
        into = redirects.survivor(self.target_key, wanted)
        if into is None or not rows.filter(pk=into).exists():
            raise invalid(_("There is no such record, or you may not see it."))
        return into

    def _meant(self, typed: str, reader: Reader) -> int:
        """The one record that the actor sees under this title."""
        found = called(self.target, reader.actor, typed)
        if len(found) != 1:
            raise invalid(_("Choose one from the list."))
        return found[0]

    def json_schema(self) -> dict[str, Any]:
        return nullable(REFERENCE_SCHEMA)

    def input_schema(self) -> dict[str, Any]:
        number = {"type": "integer", "minimum": 1}
        title = {"type": ["string", "null"], "description": "As it is read; it changes nothing."}
        said = {"id": number, "title": title}
        given = {"title": "ReferenceInput", "type": "object", "properties": said, "required": ["id"]}
        typed = {"text": {"type": "string", "minLength": 1, "description": "The title of one record that you see."}}
        called = {"title": "ReferenceByTitle", "type": "object", "properties": typed, "required": ["text"]}
        return {"anyOf": [number, closed(given), closed(called), *([] if self.required else [{"type": "null"}])]}

    def to_json(self, value: Any) -> Any:
        if isinstance(value, Related):
            title = self.target.title_field.to_json(value.title) if value.is_named else None
            return {"id": value.id, "title": title}
        return value

    def to_text(self, value: Any, reader: Reader) -> str:
        if isinstance(value, Related):
            if value.is_named:
                return self.target.title_field.to_text(value.title, reader)
            return f"#{value.id}" if value.is_visible else ""
        return "" if value is None else f"#{value}"

    def cell(self, value: Related | None, reader: Reader) -> Cell:
        if value is None:
            return EMPTY
        if not value.is_visible:
            return {"kind": "relation", "text": str(_("Not available")), "hidden": True}
        cell = dict(self.target.title_field.cell(value.title, reader)) if value.is_named else {"text": f"#{value.id}"}
        cell |= {
            "kind": "relation",
            "url": self.target.record_url(value.id),
            "id": value.id,
        }
        return cell | avatar(self.target, value.id, cell) if has_face(self.target) else cell

    def titles(self, viewer: Any, ids: Sequence[int]) -> Mapping[int, str]:
        """Titles of those records that the viewer may see, in one query; a merged one has that of its survivor."""
        found = self._titles(viewer, ids)
        merged = self._stand_ins([pk for pk in ids if pk not in found]) if self.target.mergeable else {}
        if merged:
            others = self._titles(viewer, list(merged.values()))
            found |= {pk: others[into] for pk, into in merged.items() if into in others}
        return found

    def _titles(self, viewer: Any, ids: Sequence[int]) -> dict[int, str]:
        seen = self.target.visible_to(viewer)
        if not self.target.has_trash and policy.sees_all(viewer, self.target.model):
            seen = self.target.model._default_manager.all()  # colleagues who have left keep their names
        return titles_of(self.target, viewer, seen.filter(pk__in=ids))

    def _stand_ins(self, ids: Sequence[int]) -> Mapping[int, int]:
        return redirects.survivors(self.target_key, ids) if ids else {}

    def condition(self) -> ConditionField:
        target = self.target
        return ConditionField(
            name=self.name,
            label=self.label,
            kind=self.kind,
            path=self.id_path,
            target=self.target_key,
            visible=target.visible_predicate if target.has_trash else None,
            titles=self.titles,
            stand_ins=self._stand_ins if target.mergeable else None,
        )
