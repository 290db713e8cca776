"""What conditions know about a kind of record: its fields, its relations and who sees what.

The resources room provides a `Schema` per resource; `StaticSchema` is a plain one, for tests and fixed questions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.db.models import Model, Q

KINDS = ("text", "number", "money", "date", "moment", "choice", "relation", "boolean", "tags", "points", "position")


@dataclass(frozen=True, kw_only=True, eq=False)
class ConditionField:
    """A field that can be asked about.

    Attributes:
        name: As written in trees, "birth_date". May hold dots of its own when no relation has the part before them.
        label: Shown on the filter chip; may be lazy.
        kind: One of KINDS.
        path: ORM path of the column on the schema's model (of a position that of its latitude). May cross relations (a
            to-many one asks whether any row passes; no `visible` is asked on the way), or lead into a JSON column of
            that model ("extra__shoe_size").
        fold_path: For text: path of a column that holds the whole `types.text.fold` of the value. With it text is
            compared without case, width, accents and kana form on every database. Without it SQLite ignores case for
            ASCII letters only.
        currency_path: For money: path of the column with the currency.
        choices: For choice: (value, label) pairs, or a function that returns them. None accepts any short text.
        target: For relations: key of the resource at the other end, "company" ("user", "team" add is_me, is_my_team).
        lookup: For tags and points always, for text and choice at will, in place of `path`: gets an operator and its
            values, returns a Q that joins no to-many relation (`pk__in` of a subquery, or `Exists`). Only positive
            operators are asked for: has_any of tags; is, contains, starts_with of points; these, any_of and ends_with
            of text; is, any_of of choice; is_not_empty (no values) of all. Values are cleaned, not yet normalised as
            e-mail or phone. The message of an Invalid or ValueError is shown to the person.
        visible: For relations: which rows of the target the viewer may see; None, or an empty Q back, is all of them.
            A hidden row counts as empty.
        titles: For relations: (viewer, ids) to the titles of those the viewer may see, for filter chips.
        stand_ins: For relations: ids to those that stand for them now, of records that were merged into others.
        beneath: For relations into a tree: ids to these and all beneath them. A branch means its twigs too.
    """

    name: str
    label: Any
    kind: str
    path: str = ""
    fold_path: str = ""
    currency_path: str = ""
    choices: Sequence[tuple[Any, Any]] | Callable[[], Sequence[tuple[Any, Any]]] | None = None
    target: str = ""
    lookup: Callable[[str, Sequence[Any]], Q] | None = None
    visible: Callable[[Any], Q | None] | None = None
    titles: Callable[[Any, Sequence[int]], Mapping[int, Any]] | None = None
    stand_ins: Callable[[Sequence[int]], Mapping[int, int]] | None = None
    beneath: Callable[[Sequence[int]], Sequence[int]] | None = None

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"Field {self.name!r} has the unknown kind {self.kind!r}")
        if not (self.lookup or (self.path and self.kind not in ("tags", "points"))):
            raise ValueError(f"Field {self.name!r} of kind {self.kind!r} has no way to be looked up")
        if self.lookup and self.kind not in ("tags", "points", "text", "choice"):
            raise ValueError(f"Field {self.name!r} of kind {self.kind!r} cannot have a lookup")

    def options(self) -> Sequence[tuple[Any, Any]] | None:
        """The (value, label) pairs to choose from; None when any value is allowed."""
        return self.choices() if callable(self.choices) else self.choices


@dataclass(frozen=True, kw_only=True, eq=False)
class ConditionRelated:
    """Other records that belong to a row, to be counted or summed: the tasks of a contact.

    Attributes:
        name: As written in trees, "tasks".
        label: Shown on the filter chip; may be lazy.
        model: The related model.
        path: ORM path on `model` that holds the primary key of this row, "contact_id".
        schema: What may be asked about the related rows.
        visible: Which related rows the viewer may see; None, or an empty Q back, is all of them.
        restrict: A further limit on the related rows, such as Q(subject_resource="contact").
    """

    name: str
    label: Any
    model: type[Model]
    path: str
    schema: Callable[[], Schema]
    visible: Callable[[Any], Q | None] | None = None
    restrict: Q = field(default_factory=Q)


class Schema(Protocol):
    """What one viewer may ask about one resource. A field that the viewer may not read is not in it."""

    @property
    def model(self) -> type[Model]: ...

    def field(self, name: str) -> ConditionField | None:
        """The field with exactly this name. Names with dots are tried whole first, then walked relation by relation."""

    def fields(self) -> Sequence[ConditionField]: ...

    def related(self, name: str) -> ConditionRelated | None: ...

    def all_related(self) -> Sequence[ConditionRelated]:
        """Everything `related` answers to."""

    def target(self, key: str) -> Schema | None:
        """The schema of another resource by its key; None when there is no such resource."""


class StaticSchema:
    """A schema that is written down. `targets` may be filled later, so that schemas can name each other."""

    def __init__(
        self,
        model: type[Model],
        fields: Iterable[ConditionField] = (),
        related: Iterable[ConditionRelated] = (),
        targets: Mapping[str, Schema] | None = None,
    ) -> None:
        self.model = model
        self._fields = {each.name: each for each in fields}
        self._related = {each.name: each for each in related}
        self._targets = {} if targets is None else targets

    def field(self, name: str) -> ConditionField | None:
        return self._fields.get(name)

    def fields(self) -> Sequence[ConditionField]:
        return tuple(self._fields.values())

    def related(self, name: str) -> ConditionRelated | None:
        return self._related.get(name)

    def all_related(self) -> Sequence[ConditionRelated]:
        return tuple(self._related.values())

    def target(self, key: str) -> Schema | None:
        return self._targets.get(key)
