"""Targets: where the values of a column can go. "emails:work" is a field and the label that its values get,
"addresses.postal_code:home" a part of an address, "company.domain" a field of a related record, "price.currency" what
the amounts of another column are in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from kizuna.base.resources import fields
from kizuna.base.resources.fields import Field, FullName, MoneyAmount, Points, Relation
from kizuna.base.resources.fields.names import PARTS as NAME_PARTS
from kizuna.base.resources.fields.names import READINGS
from kizuna.base.resources.resource import Resource
from kizuna.base.transfer import remarks
from kizuna.base.types import points
from kizuna.base.types.addresses import PARTS as ADDRESS_PARTS
from kizuna.base.types.errors import Invalid

ID = "id"
CURRENCY = "currency"
_WRITTEN = re.compile(r"([a-z_0-9]+)(?:\.([a-z_0-9]+))?(?::([a-z_0-9]+))?")
_RELATED_KINDS = (fields.Text, fields.Choice, fields.Number, fields.Flag)


@dataclass(frozen=True, slots=True)
class Target:
    """`part` is a part of the field's value ("postal_code", "label", "reading", or a field of the related record);
    `label` the one that points from this column get.
    """

    field: str
    part: str = ""
    label: str = ""

    @classmethod
    def parse(cls, written: str) -> Target:
        """Raises Invalid under "mapping" for what `str` does not make."""
        found = _WRITTEN.fullmatch(written)
        if found is None:
            raise Invalid({"mapping": [_("“%(name)s” is no field.") % {"name": written[:60]}]})
        return cls(found[1], found[2] or "", found[3] or "")

    def __str__(self) -> str:
        part = f".{self.part}" if self.part else ""
        return f"{self.field}{part}:{self.label}" if self.label else f"{self.field}{part}"


@dataclass(frozen=True)
class TargetGroup:
    """Targets that are offered together, under a title ("" for the plain fields)."""

    title: str
    targets: list[Target]


def target_groups(resource: Resource, actor: Any) -> list[TargetGroup]:
    """Everything that this person may import into, in the order of the form."""
    plain: list[Target] = []
    grouped: list[TargetGroup] = []
    for field in importable(resource, actor):
        if isinstance(field, FullName):
            plain += [Target(field.name), Target(field.name, "reading")]
        elif isinstance(field, MoneyAmount):
            plain += [Target(field.name), Target(field.name, CURRENCY)]
        elif isinstance(field, Points):
            grouped.append(TargetGroup(str(field.label), list(_of_points(field))))
        elif isinstance(field, Relation):
            plain.append(Target(field.name))
            parts = related_fields(field, actor)
            if parts:
                grouped.append(TargetGroup(str(field.label), [Target(field.name, name) for name in parts]))
        else:
            plain.append(Target(field.name))
    plain.append(Target(ID))
    given = given_title(resource, actor)
    plain += [Target(given.name)] if given else []
    said = [Target(remark.name) for remark in remarks.offered(resource, actor)]
    return [TargetGroup("", plain), *grouped, *([TargetGroup(_("Beside the fields"), said)] if said else [])]


def targets_of(resource: Resource, actor: Any) -> set[Target]:
    return {target for group in target_groups(resource, actor) for target in group.targets}


def importable(resource: Resource, actor: Any) -> list[Field]:
    """The fields an import by this person may fill: those they may write, a whole name if they may all its parts."""
    writable = resource.writable_fields(actor)
    ordered = [name for section in resource.form_sections for name in section.fields if name in writable]
    names = [*dict.fromkeys([*ordered, *writable])]
    found = [writable[name] for name in names]
    title = resource.title_field
    if isinstance(title, FullName) and all(name in writable for name in (*NAME_PARTS, *READINGS)):
        found.insert(0, title)
    return found


def given_title(resource: Resource, actor: Any) -> Field | None:
    """The name that Kizuna gives to records of a kind, such as the number of an order: no import fills it, and beside
    an ID it tells that the record with this ID is meant."""
    title = resource.title_field
    is_given = title.name in resource.match_keys and not title.editable
    return title if is_given and title.name in resource.readable_fields(actor) else None


def related_fields(relation: Relation, actor: Any) -> list[str]:
    """Simple fields of the other end, which say which record is meant, or what a new one starts with."""
    if "create" not in relation.target.operations:
        return []
    simple = relation.target.writable_fields(actor).items()
    return [name for name, field in simple if isinstance(field, _RELATED_KINDS) and name != relation.target.title]


def _of_points(field: Points) -> Iterator[Target]:
    parts = ADDRESS_PARTS if field.point_kind == "address" else ("",)
    labels = ("", *points.LABELS[field.point_kind])
    for label in labels:
        for part in parts:
            yield Target(field.name, part, label)
    yield Target(field.name, "label")


# Words --------------------------------------------------------------------------------------------------------------


def label_of(target: Target, resource: Resource, *, number: int = 0) -> str:
    """What people read, in the active language: "E-mail addresses 2 (Work)", "Addresses (Home): City"."""
    if target.field == ID:
        return _("Kizuna ID")
    remark = remarks.find(resource, target.field)
    if remark is not None:
        return str(remark.label)
    field = resource.fields[target.field]
    words = f"{field.label} {number}" if number else str(field.label)
    if target.label:
        words = f"{words} ({points.label_of(field.point_kind, target.label)})"  # type: ignore[attr-defined]
    return f"{words}: {_part_words(field, target.part)}" if target.part else words


def _part_words(field: Field, part: str) -> str:
    if isinstance(field, Relation):
        return str(field.target.fields[part].label)
    return {
        CURRENCY: _("currency"),
        "label": _("label"),
        "reading": _("reading"),
        "country": _("Country"),
        "postal_code": _("Postal code"),
        "region": _("Prefecture or region"),
        "city": _("City"),
        "line1": _("Street and number"),
        "line2": _("Building, floor"),
    }[part]
