"""What a record will be when others are merged into it: computed once, for the preview and for the merge alike."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from kizuna.base.merging import naming
from kizuna.base.records.models import Record
from kizuna.base.records.values import settle
from kizuna.base.resources.fields import Field, FullName, Points, Relation, Tags
from kizuna.base.resources.fields.lists import Choices
from kizuna.base.resources.resource import Resource
from kizuna.base.types import points, text
from kizuna.base.types.errors import Errors, Invalid

ALL = "all"
"""The choice that unites the values of a list."""
Ages = Mapping[tuple[int, str], dt.datetime]
Values = tuple[Any, ...]


class Reason(models.TextChoices):
    """Why a value stays, the strongest first."""

    MANUAL = "manual", _("You chose it")
    SAME = "same", _("The same in all")
    ONLY = "only", _("The only value")
    UNITED = "united", _("All of them together")
    VERIFIED = "verified", _("All of them, a checked one first")
    FURTHEST = "furthest", _("The furthest along")
    OWN = "own", _("As the family writes it")
    BESIDE = "beside", _("Goes with the address")
    FOLLOWS = "follows", _("Follows from the other fields")
    NEWEST = "newest", _("Changed last")
    LONGEST = "longest", _("The longest")
    SURVIVOR = "survivor", _("From the record that stays")


@dataclass(frozen=True)
class Line:
    """One value, or several that belong together, such as the parts of a name: what each record has, and what stays.

    `chosen` is the record whose values stay; None where they are united.
    """

    name: str
    label: Any
    fields: tuple[Field, ...]
    values: Mapping[int, Values]
    chosen: int | None
    reason: Reason
    result: Values

    @property
    def is_list(self) -> bool:
        return len(self.fields) == 1 and isinstance(self.fields[0], Tags | Points)

    @property
    def differs(self) -> bool:
        return self.reason != Reason.SAME

    def is_empty(self, record_id: int) -> bool:
        return _is_empty(self.fields, self.values[record_id])


@dataclass(frozen=True)
class Outcome:
    resource: Resource
    survivor: Record
    others: tuple[Record, ...]
    lines: tuple[Line, ...]

    @property
    def records(self) -> tuple[Record, ...]:
        return (self.survivor, *self.others)

    def put_on(self, record: Record) -> list[Field]:
        """Give the record what stays, in memory; returns the fields that differ. Raises Invalid."""
        changed = []
        for line in self.lines:
            for field, value in zip(line.fields, line.result, strict=True):
                if field.to_json(field.read(record)) != field.to_json(value):
                    field.assign(record, value)
                    changed.append(field)
        if changed:
            settle(record, self.resource)
        return changed

    def settled(self) -> Outcome:
        """The same as the record will say it, for what one field says may follow from another: a lead that is worked on
        has no reason why nobody does. Raises Invalid."""
        record = copy.deepcopy(self.survivor)
        self.put_on(record)
        return replace(self, lines=tuple(_as_settled(line, record) for line in self.lines))


def compute(
    resource: Resource, survivor: Record, others: Sequence[Record], choices: Mapping[str, Any] | None, ages: Ages
) -> Outcome:
    """What becomes of every field. `choices` are {line: id of a record, or "all"}; `ages` when a field of a record
    changed last. Raises Invalid for a choice that there is not."""
    records = (survivor, *others)
    units = units_of(resource)
    given = _understood(units, records, choices or {})
    lines = [_line(resource, name, unit, records, given.get(name), ages) for name, unit in units.items()]
    main = next((_whose_address_leads(line) for line in lines if line.name == "addresses"), None)
    return Outcome(resource, survivor, tuple(others), tuple(_beside(line, main) for line in lines))


def units_of(resource: Resource) -> dict[str, tuple[Field, ...]]:
    """The fields that can be filled in, those apart that only make sense together: the parts of a title."""
    title = resource.title_field
    editable = {name: field for name, field in resource.fields.items() if field.editable}
    together = tuple(editable[path] for path in title.paths if path in editable) if not title.editable else ()
    found: dict[str, tuple[Field, ...]] = {title.name: together} if together else {}
    return found | {name: (field,) for name, field in editable.items() if field not in together}


def _understood(
    units: Mapping[str, tuple[Field, ...]], records: Sequence[Record], choices: Mapping[str, Any]
) -> dict[str, Any]:
    errors: Errors = {}
    found: dict[str, Any] = {}
    ids = {str(record.pk): record.pk for record in records}
    for name, raw in choices.items():
        if name not in units:
            errors[name] = [_("There is no such field to choose for.")]
        elif raw == ALL and _is_list(units[name]):
            found[name] = ALL
        elif isinstance(raw, bool) or str(raw) not in ids:
            errors[name] = [_("Choose one of the records.")]
        else:
            found[name] = ids[str(raw)]
    if errors:
        raise Invalid(errors)
    return found


def _line(
    resource: Resource, name: str, unit: tuple[Field, ...], records: Sequence[Record], choice: Any, ages: Ages
) -> Line:
    ids = {record.pk for record in records}
    values = {record.pk: tuple(_read(resource, field, record, ids) for field in unit) for record in records}
    chosen, reason = _decided(resource, unit, records, values, choice, ages)
    if chosen is None:
        result: Values = (_united(unit[0], [values[record.pk][0] for record in records]),)
    else:
        result = values[chosen]
    label = unit[0].label if len(unit) == 1 else resource.fields[name].label
    return Line(name, label, unit, values, chosen, reason, result)


def _read(resource: Resource, field: Field, record: Record, ids: set[int]) -> Any:
    """What a record says; nothing where it points to one of those that become one with it."""
    value = field.read(record)
    is_own = isinstance(field, Relation) and field.target_key == resource.key
    return field.empty if is_own and value in ids else value


def _is_empty(unit: Sequence[Field], values: Values) -> bool:
    return all(field.is_empty(value) for field, value in zip(unit, values, strict=True))


def _is_list(unit: Sequence[Field]) -> bool:
    return len(unit) == 1 and isinstance(unit[0], Tags | Points)


def _decided(
    resource: Resource,
    unit: tuple[Field, ...],
    records: Sequence[Record],
    values: Mapping[int, Values],
    choice: Any,
    ages: Ages,
) -> tuple[int | None, Reason]:
    """The record whose values stay (None: all of them), and why."""
    survivor = records[0].pk
    if choice is not None:
        return (None if choice == ALL else choice), Reason.MANUAL
    filled = [record.pk for record in records if not _is_empty(unit, values[record.pk])]
    if len({_compared(unit, values[record.pk]) for record in records}) == 1:
        return survivor, Reason.SAME
    if len(filled) == 1:
        return filled[0], Reason.ONLY
    if _is_list(unit):
        return None, _why_united(values, records)
    return _strongest(resource, unit, [record for record in records if record.pk in filled], values, ages)


def _strongest(
    resource: Resource,
    unit: tuple[Field, ...],
    records: Sequence[Record],
    values: Mapping[int, Values],
    ages: Ages,
) -> tuple[int, Reason]:
    """Of records that all say something, the one that stays first if it is among them."""
    name = unit[0].name
    filled = [record.pk for record in records]
    if name == "owner":
        return filled[0], Reason.SURVIVOR
    order = resource.furthest.get(name)
    if order:
        rank = {pk: order.index(values[pk][0]) if values[pk][0] in order else -1 for pk in filled}
        return max(filled, key=lambda pk: rank[pk]), Reason.FURTHEST
    title = resource.title_field
    if isinstance(title, FullName) and name in title.paths:
        complete = naming.whole(title, records)
        own = naming.as_the_family_writes(title, complete)
        if len(own) == 1:
            return own[0].pk, Reason.OWN if len(complete) > 1 else Reason.LONGEST
        filled = [record.pk for record in own]
    return _newest(unit, filled, values, ages)


def _newest(
    unit: tuple[Field, ...], filled: Sequence[int], values: Mapping[int, Values], ages: Ages
) -> tuple[int, Reason]:
    age = {pk: max(ages[pk, field.name] for field in unit) for pk in filled}
    newest = max(age.values())
    leading = [pk for pk in filled if age[pk] == newest]
    if len(leading) == 1:
        return leading[0], Reason.NEWEST
    length = {pk: sum(len(value) for value in values[pk] if isinstance(value, str)) for pk in leading}
    longest = [pk for pk in leading if length[pk] == max(length.values())]
    if len(longest) == 1:
        return longest[0], Reason.LONGEST
    return longest[0], Reason.SURVIVOR


def _whose_address_leads(line: Line) -> int | None:
    """The record whose main address is the main one of all."""
    found = _first(line.result[0])
    leads = {pk: _first(values[0]) for pk, values in line.values.items()}
    return next((pk for pk, lead in leads.items() if found and lead and lead["key"] == found["key"]), None)


def _beside(line: Line, main: int | None) -> Line:
    """A position that nobody chose goes with the main address: no house of Lille stands in Vienna."""
    is_open = line.reason in (Reason.NEWEST, Reason.LONGEST, Reason.SURVIVOR)
    if line.name != "position" or not is_open or main is None or line.is_empty(main):
        return line
    return replace(line, chosen=main, reason=Reason.BESIDE, result=line.values[main])


def _as_settled(line: Line, record: Record) -> Line:
    result = tuple(field.read(record) for field in line.fields)
    said = _compared(line.fields, result)
    if said == _compared(line.fields, line.result):
        return line
    if line.is_list:
        return replace(line, result=result)
    chosen = next((pk for pk, values in line.values.items() if _compared(line.fields, values) == said), line.chosen)
    return replace(line, chosen=chosen, reason=Reason.FOLLOWS, result=result)


def _compared(unit: Sequence[Field], values: Values) -> str:
    return repr([field.to_json(value) for field, value in zip(unit, values, strict=True)])


# Lists --------------------------------------------------------------------------------------------------------------


def _united(field: Field, values: Sequence[Any]) -> Any:
    """Every value once, in the order of the records. Raises Invalid when they are more than a list holds."""
    try:
        if isinstance(field, Points):
            return _united_points(field, values)
        if isinstance(field, Choices):
            given = {code for value in values for code in value or ()}
            return [code for code in field._labels if code in given]
        found: dict[str, str] = {}
        for word in (word for value in values for word in value or ()):
            found.setdefault(text.fold(word), word)
        return list(found.values())
    except Invalid as error:
        raise error.under(field.name) from error


def _united_points(field: Points, values: Sequence[Any]) -> list[dict[str, Any]]:
    found: dict[Any, dict[str, Any]] = {}
    for point in (point for value in values for point in value or ()):
        key = (point.get("key"), point.get("label")) if field.point_kind == "handle" else point.get("key")
        known = found.setdefault(key, {**point})
        known["primary"] = bool(known.get("primary") or point.get("primary"))
        known["verified"] = bool(known.get("verified") or point.get("verified"))
    leading = [point for point in found.values() if point["primary"]]
    chosen = next((point for point in leading if point["verified"]), leading[0] if leading else None)
    for point in found.values():
        point["primary"] = point is chosen
    return points.together(list(found.values()))


def _why_united(values: Mapping[int, Values], records: Sequence[Record]) -> Reason:
    """A checked address of another record goes before an unchecked one of the record that stays."""
    leads = [_first(values[record.pk][0]) for record in records]
    own, rest = leads[0], leads[1:]
    is_behind = own is not None and not own.get("verified")
    is_overtaken = is_behind and any(point and point.get("verified") for point in rest)
    return Reason.VERIFIED if is_overtaken else Reason.UNITED


def _first(value: Any) -> dict[str, Any] | None:
    return next((point for point in value or () if isinstance(point, dict) and point.get("primary")), None)
