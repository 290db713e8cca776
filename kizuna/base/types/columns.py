"""Columns of the database for the values of this room. The one module here that needs Django's settings.

`SortKeyField`, `MoneyField`, `PositionField`, `TagsField` and `PointsField` look the same to a query on SQLite and on
PostgreSQL.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec
from django.db import models
from django.db.models import lookups
from django.db.models.fields.json import KeyTransform

from kizuna.base.types import trigrams
from kizuna.base.types.among import MANY_NEIGHBOURS, among
from kizuna.base.types.money import Money
from kizuna.base.types.points import LABELS, label_choices, label_of, normalise_points
from kizuna.base.types.positions import EXACT, Position
from kizuna.base.types.tags import normalise_tags
from kizuna.base.types.text import SORT_KEY_LENGTH

__all__ = [
    "MoneyField",
    "PointsField",
    "PositionField",
    "SortKeyField",
    "TagsField",
    "label_choices",
    "label_of",
    "normalise_points",
    "normalise_tags",
]


class SortKeyField(models.CharField):
    """Text sorted and compared letter by letter in Unicode order: `types.text.sort_key` has already done the folding.

    PostgreSQL would sort by the rules of the server's language otherwise, and could not use the index for prefixes;
    on SQLite this order is the normal one.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("max_length", SORT_KEY_LENGTH)
        options.setdefault("editable", False)
        super().__init__(*args, **options)

    def deconstruct(self) -> Any:
        name, path, args, options = super().deconstruct()
        options.setdefault("editable", True)
        for option, usual in (("max_length", SORT_KEY_LENGTH), ("editable", False)):
            if options.get(option) == usual:
                del options[option]
        return name, path, args, options

    def db_parameters(self, connection: Any) -> Any:
        parameters = super().db_parameters(connection)
        parameters["collation"] = "C" if connection.vendor == "postgresql" else None
        return parameters


class MoneyAttribute:
    """`record.amount`: a Money or None, kept in two columns of the record."""

    def __init__(self, field: MoneyField) -> None:
        self.field = field

    def __get__(self, record: Any, owner: Any = None) -> Any:
        if record is None:
            return self
        name = self.field.attname
        if name not in record.__dict__:  # deferred by only() or defer()
            record.refresh_from_db(fields=[self.field.currency_name, name])
        amount = record.__dict__[name]
        if not isinstance(amount, Decimal):
            return amount  # None, or an expression that is about to be saved
        currency = getattr(record, self.field.currency_name)
        return Money(amount, currency) if currency else None

    def __set__(self, record: Any, value: Any) -> None:
        """Money sets both columns, None empties both; a Decimal (as rows are read) or expression only the amount."""
        if isinstance(value, Money):
            record.__dict__[self.field.attname] = value.amount
            setattr(record, self.field.currency_name, value.currency)
        elif value is None:
            record.__dict__[self.field.attname] = None
            setattr(record, self.field.currency_name, "")
        elif isinstance(value, int | float | str):
            raise TypeError(f"{self.field.name} takes Money or None, not {value!r}.")
        else:
            record.__dict__[self.field.attname] = value


class MoneyField(models.DecimalField):
    """Money in two columns, `<name>` and `<name>_currency`; the attribute takes and gives `Money` or None.

    In queries `<name>` is the bare amount: add a condition on the currency, and never sum over several of them.
    `update(amount=…)` writes one column, so give both.
    """

    descriptor_class = MoneyAttribute
    if TYPE_CHECKING:  # how django-stubs learns what the attribute takes and gives
        _pyi_private_set_type: Money | None  # type: ignore[assignment]
        _pyi_private_get_type: Money | None  # type: ignore[assignment]

    def __init__(self, *args: Any, adds_currency: bool = True, **options: Any) -> None:
        options.setdefault("max_digits", 20)
        options.setdefault("decimal_places", 4)
        options.setdefault("null", True)
        options.setdefault("blank", True)
        self.adds_currency = adds_currency
        super().__init__(*args, **options)

    @property
    def currency_name(self) -> str:
        return f"{self.name}_currency"

    def deconstruct(self) -> Any:
        """In a migration the currency is a column like any other, so there the field must not add it again."""
        name, path, args, options = super().deconstruct()
        return name, path, args, options | {"adds_currency": False}

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only=private_only)
        if not self.adds_currency:
            return
        currency = models.CharField(max_length=3, blank=True, default="", editable=self.editable)
        # Right before the amount: a new record gets the default currency first, then the amount that sets both.
        currency.creation_counter = self.creation_counter - 0.5  # type: ignore[assignment]
        cls.add_to_class(self.currency_name, currency)
        self.adds_currency = False  # children of an abstract model inherit both columns by copy

    def pre_save(self, model_instance: Any, add: bool) -> Any:
        """The amount as it is in the record, also where its currency is missing: saving loses nothing."""
        value = model_instance.__dict__.get(self.attname)
        return value if isinstance(value, Decimal) else super().pre_save(model_instance, add)

    def to_python(self, value: Any) -> Any:
        return value if isinstance(value, Money) else super().to_python(value)

    def get_prep_value(self, value: Any) -> Any:
        return super().get_prep_value(value.amount if isinstance(value, Money) else value)

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        return super().get_db_prep_save(value.amount if isinstance(value, Money) else value, connection)

    def clean(self, value: Any, model_instance: Any) -> Any:
        """For `full_clean`: the limits are checked on the amount, the attribute keeps its Money."""
        super().clean(value.amount if isinstance(value, Money) else value, model_instance)
        return value

    def value_to_string(self, obj: Any) -> str:
        value = self.value_from_object(obj)
        return "" if value is None else str(value.amount if isinstance(value, Money) else value)


class PositionAttribute:
    """`record.position`: a Position or None, kept in three columns of the record."""

    def __init__(self, field: PositionField) -> None:
        self.field = field

    def __get__(self, record: Any, owner: Any = None) -> Any:
        if record is None:
            return self
        name = self.field.attname
        if name not in record.__dict__:  # deferred by only() or defer()
            record.refresh_from_db(fields=[name, *self.field.companions])
        north = record.__dict__[name]
        if north is None:
            return None
        east, told = (getattr(record, companion) for companion in self.field.companions)
        return self.field.value((north, east, told)) if isinstance(north, int) else north

    def __set__(self, record: Any, value: Any) -> None:
        """A Position or None sets all columns; a number (as rows are read) or an expression the latitude alone."""
        if isinstance(value, Position | None):
            north, east = value.millionths if value else (None, None)
            told = f"{value.precision}:{value.basis}".rstrip(":") if value and value.precision != EXACT else None
            for name, stored in zip((self.field.attname, *self.field.companions), (north, east, told), strict=True):
                record.__dict__[name] = stored
        elif isinstance(value, float | str):
            raise TypeError(f"{self.field.name} takes Position or None, not {value!r}.")
        else:
            record.__dict__[self.field.attname] = value


class PositionField(models.IntegerField):
    """A position in three columns, `<name>` (latitude), `<name>_lon` and `<name>_told` (where it is not exact: how it
    was found, and for which address); the attribute takes and gives `Position` or None. In queries the first two are
    millionths of a degree.

    For a map of many rows give the model an index on (`<name>`, `<name>_lon`, "deleted_at", "owner", "id") where it is
    neither deleted nor empty: it holds all that clusters are counted from.
    """

    descriptor_class = PositionAttribute
    _pyi_private_set_type: Any
    _pyi_private_get_type: Any

    def __init__(self, *args: Any, adds_columns: bool = True, **options: Any) -> None:
        options |= {"null": True, "blank": True}
        self.adds_columns = adds_columns
        super().__init__(*args, **options)

    @property
    def companions(self) -> tuple[str, str]:
        return f"{self.name}_lon", f"{self.name}_told"

    @staticmethod
    def value(columns: Sequence[Any]) -> Position | None:
        """What the three columns say."""
        north, east, told = columns
        if north is None or east is None:
            return None
        precision, _colon, basis = (told or EXACT).partition(":")
        return Position.from_millionths(north, east, precision, basis)

    def deconstruct(self) -> Any:
        """In a migration the other columns are columns like any other, so there the field must not add them again."""
        name, path, args, options = super().deconstruct()
        del options["null"], options["blank"]
        return name, path, args, options | {"adds_columns": False}

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only=private_only)
        if not self.adds_columns:
            return
        east: models.Field = models.IntegerField(null=True, editable=False)
        told: models.Field = models.CharField(max_length=20, null=True, editable=False)
        # Right before the latitude: a new record gets their defaults first, then the position that sets all three.
        for place, (companion, column) in enumerate(zip(self.companions, (east, told), strict=True)):
            column.creation_counter = self.creation_counter - 0.5 + place / 10  # type: ignore[assignment]
            cls.add_to_class(companion, column)
        self.adds_columns = False  # children of an abstract model inherit all three by copy

    def pre_save(self, model_instance: Any, add: bool) -> Any:
        return model_instance.__dict__.get(self.attname)

    def get_prep_value(self, value: Any) -> Any:
        return super().get_prep_value(value.millionths[0] if isinstance(value, Position) else value)

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        return super().get_db_prep_save(value.millionths[0] if isinstance(value, Position) else value, connection)

    def clean(self, value: Any, model_instance: Any) -> Any:
        """For `full_clean`: the limits are those of a Position already."""
        return value

    def value_to_string(self, obj: Any) -> str:
        return str(obj.__dict__.get(self.attname) or "")


class ReadableEncoder(json.JSONEncoder):
    """Letters as letters: 山 takes three bytes in the file instead of six, and LIKE can find it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options | {"ensure_ascii": False})


class _ListField(models.JSONField):
    """A JSON list, [] by default, with readable letters. Lists are read with every record: by msgspec, at a quarter of
    what the json module takes."""

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("default", list)
        options.setdefault("blank", True)
        options["encoder"] = ReadableEncoder
        super().__init__(*args, **options)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        if type(value) is str and not isinstance(expression, KeyTransform):
            if value == "[]":
                return []
            with suppress(msgspec.DecodeError, UnicodeEncodeError):
                return msgspec.json.decode(value)
        return super().from_db_value(value, expression, connection)

    def deconstruct(self) -> Any:
        name, path, args, options = super().deconstruct()
        options.pop("encoder", None)
        return name, path, args, options


class TagsField(_ListField):
    """Clean, different words: at most 50 of at most 60 characters. What is saved has been through `normalise_tags`."""

    def pre_save(self, model_instance: Any, add: bool) -> Any:
        value = super().pre_save(model_instance, add)
        if not isinstance(value, list | tuple | None):
            return value  # an expression
        tags = normalise_tags(value)
        setattr(model_instance, self.attname, tags)
        return tags


class PointsField(_ListField):
    """Ways to reach somebody: e-mail addresses, phone numbers, … (`types.points`), normalised by `normalise_points`."""

    def __init__(self, *args: Any, kind: str, **options: Any) -> None:
        if kind not in LABELS:
            raise ValueError(f"kind is one of {', '.join(LABELS)}, not {kind!r}.")
        self.point_kind = kind
        super().__init__(*args, **options)

    def deconstruct(self) -> Any:
        name, path, args, options = super().deconstruct()
        return name, path, args, options | {"kind": self.point_kind}


class FoldedNamesField(models.TextField):
    """All ways to write a record's name, for searching: what `types.names.folded` makes. Derived, never shown.

    `is_indexed` says that a migration has made the index for "contains" (`trigrams.IndexFoldedNames`), and that
    whoever writes rows past `records` feeds it.
    """

    def __init__(self, *args: Any, is_indexed: bool = False, **options: Any) -> None:
        options.setdefault("default", "")
        options.setdefault("editable", False)
        super().__init__(*args, **options)
        self.is_indexed = is_indexed

    def deconstruct(self) -> Any:
        name, path, args, options = super().deconstruct()
        return name, path, args, options | ({"is_indexed": True} if self.is_indexed else {})

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return trigrams.doubled(value) if isinstance(value, str) else value

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return trigrams.single(value) if isinstance(value, str) else value


@FoldedNamesField.register_lookup
class FoldedNamesContain(lookups.Contains):
    """Asks the index, where the field has one and the text is long enough for it."""

    def get_prep_lookup(self) -> Any:
        return trigrams.doubled(super().get_prep_lookup())

    def as_sqlite(self, compiler: Any, connection: Any) -> Any:
        index = f"{self._table}_folded"
        phrase = '"' + self.rhs.replace('"', '""') + '"'
        return self._among(f"SELECT rowid FROM {index} WHERE {index} MATCH %s", phrase, compiler, connection)  # noqa: S608 - a table of ours

    def as_postgresql(self, compiler: Any, connection: Any) -> Any:
        sql, values = self.as_sql(compiler, connection)
        if not compiler.query.order_by or not self._asks_index:
            return sql, values
        # Names that share a part stand together, as people called Tanaka do, and the planner hopes to meet them early
        # in the order: said twice it takes them for so few that it asks the index for all and sorts them, in one pass.
        return f"({sql} AND {sql})", [*values, *values]

    @property
    def _asks_index(self) -> bool:
        return bool(self.lhs.output_field.is_indexed) and len(self.rhs) >= trigrams.SHORTEST

    @property
    def _table(self) -> str:
        return str(self.lhs.output_field.model._meta.db_table)

    def _among(self, ids: str, sought: str, compiler: Any, connection: Any) -> Any:
        if not self._asks_index:
            return self.as_sql(compiler, connection)
        field = self.lhs.output_field
        quote = compiler.quote_name_unless_alias
        row = f"{quote(self.lhs.alias)}.{quote(field.model._meta.pk.column)}"
        return among(row, ids, [sought], compiler, connection, many=MANY_NEIGHBOURS)
