"""A copy of everything about a person: one page to read, one file for programs, and the files that are on record."""

from __future__ import annotations

import datetime as dt
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from tempfile import TemporaryFile
from typing import IO, Any

from django.core.files import File
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kizuna.base.events import Touched, publish
from kizuna.base.files.models import Attachment
from kizuna.base.files.services import storage
from kizuna.base.identity import SYSTEM
from kizuna.base.merging.relations import Relation, every_relation_to
from kizuna.base.records.history import history
from kizuna.base.resources import registry
from kizuna.base.resources.actions import action
from kizuna.base.resources.reader import Reader
from kizuna.base.resources.resource import Resource
from kizuna.base.resources.table import Sort, Table
from kizuna.base.ui.changes import Differences
from kizuna.customers.consent import queries
from kizuna.customers.consent.events import DisclosureAsked
from kizuna.customers.consent.models import Disclosure, Progress
from kizuna.customers.consent.services.asking import language_of
from kizuna.customers.consent.services.erasing import people_of
from kizuna.customers.contacts.models import Contact

KEEP_DAYS = 14
"""How long the file can be fetched."""
LONGEST_HISTORY = 5000


@action(
    label=_("Copy of everything"),
    done=_("The copy is being made."),
    icon="download",
    place="page",
    own_right=True,
)
def disclose_person(*, actor: Any, contact: Contact) -> Disclosure:
    """Make a copy of everything about a person, as a job; the file is kept for two weeks."""
    asked = Disclosure.objects.create(contact=contact, created_by_id=actor.pk)
    publish(DisclosureAsked(disclosure_id=asked.pk, contact_id=contact.pk), subjects=[Touched("contact", contact.pk)])
    return asked


def run_disclosure(*, disclosure_id: int) -> bool:
    """Write the file, in the person's language; a second run finds it written."""
    asked = Disclosure.objects.select_related("contact").get(pk=disclosure_id)
    if asked.state == Progress.DONE:
        return False
    language = language_of(asked.contact)
    with translation.override(language), TemporaryFile() as held:
        reader = Reader(SYSTEM, language=language, zone=queries.zone_of(asked.contact))
        sections = _sections(asked.contact, reader)
        _pack(held, asked.contact, sections, reader)
        asked.parts = [{"title": one.title, "count": len(one.rows)} for one in sections]
        asked.file.save("copy.zip", File(held), save=False)
    asked.state, asked.finished_at = Progress.DONE, timezone.now()
    asked.save()
    return True


Line = list[tuple[str, str]]
"""(label, text) of each value of one row."""


@dataclass(frozen=True)
class Section:
    """All that there is of one kind: for programs by the names of fields, for people in words. Empty values are left
    out."""

    name: str
    title: str
    rows: list[dict[str, Any]]
    told: list[Line]


def _sections(contact: Contact, reader: Reader) -> list[Section]:
    ids = people_of(contact.pk)
    found = [_of_records("contact", registry.get("contact"), Contact.objects.filter(pk__in=ids), reader)]
    tables: dict[str, list[Relation]] = {}
    for relation in every_relation_to("contact"):
        tables.setdefault(relation.label, []).append(relation)
    for name, relations in tables.items():
        rows = reduce(or_, (relation.rows(ids) for relation in relations)).order_by("pk")
        resource = relations[0].resource
        if resource is not None:
            found.append(_of_records(name, resource, rows, reader))
        elif name in _OF_A_PAGE:
            found.append(_of_a_page(name, rows, reader))
    return [*(section for section in found if section.rows), _past(contact, reader)]


def _of_records(name: str, resource: Resource, rows: QuerySet, reader: Reader) -> Section:
    columns = [field for field in resource.fields.values() if not field.is_costly]
    table = Table(resource, SYSTEM, columns=columns, sort=Sort(resource.title_field, False), rows=rows.order_by("pk"))
    told = [
        [
            (capfirst(str(field.label)), text)
            for field, value in zip(columns, row.values, strict=True)
            if value not in (None, "") and (text := field.to_text(value, reader))
        ]
        for row in table.every()
    ]
    plural = resource.label if name == "contact" else resource.plural_label
    return Section(name, str(plural), [_record(resource, row) for row in rows.order_by("pk")], told)


def _record(resource: Resource, record: Any) -> dict[str, Any]:
    shown = {name: field.to_json(field.read(record)) for name, field in resource.fields.items()}
    return {name: value for name, value in shown.items() if value not in (None, "", [])}


_OF_A_PAGE: dict[str, dict[str, tuple[str, Any]]] = {
    "files.attachment": {
        "name": ("name", _("Name")),
        "size": ("size", _("Size")),
        "when": ("uploaded_at", _("When")),
    },
    "collaboration.comment": {
        "who": ("author__name", _("Who")),
        "text": ("text", _("Text")),
        "when": ("created_at", _("When")),
    },
}
"""What is part of a record's page: for each name the column, and what people call it."""


def _of_a_page(name: str, rows: QuerySet, reader: Reader) -> Section:
    columns = _OF_A_PAGE[name]
    paths = [path for path, _label in columns.values()]
    read = [dict(zip(columns, row, strict=True)) for row in rows.values_list(*paths)]
    told = [[(str(columns[key][1]), _text(value, reader)) for key, value in row.items()] for row in read]
    return Section(name, str(capfirst(rows.model._meta.verbose_name_plural)), read, told)


def _past(contact: Contact, reader: Reader) -> Section:
    """What was changed, and what happened besides: without the names of those who work here."""
    entries = history(actor=SYSTEM, record=contact, size=LONGEST_HISTORY)
    differences = Differences(reader, registry.get("contact"), entries)
    rows = [{"when": entry.occurred_at, "what": entry.name, "changes": entry.changes} for entry in entries]
    told = [
        [
            (_text(entry.occurred_at, reader), _by_us(differences.sentence(entry, SYSTEM.name))),
            *((str(one["label"]), f"{one['before'] or '–'} → {one['after'] or '–'}") for one in differences.of(entry)),
        ]
        for entry in entries
    ]
    return Section("history", gettext("History"), rows, told)


def _by_us(sentence: Mapping[str, str]) -> str:
    return sentence["before"] + (gettext("We") if sentence["who"] else "") + sentence["after"]


def _text(value: Any, reader: Reader) -> str:
    if isinstance(value, dt.datetime):
        return reader.full_moment(value)
    return reader.number(value) if isinstance(value, int) else str(value)


def _pack(target: IO[bytes], contact: Contact, sections: list[Section], reader: Reader) -> None:
    whole = {section.name: section.rows for section in sections}
    shown = {"sections": sections, "language": reader.language, "made": reader.full_moment(timezone.now())}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("everything.json", json.dumps(whole, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1))
        packed.writestr("everything.html", render_to_string("consent/disclosure.html", shown))
        files = Attachment.objects.live().filter(resource="contact", record_id__in=people_of(contact.pk))
        for number, file in enumerate(files.order_by("pk"), 1):
            with storage.open_file(file.key) as content, packed.open(f"files/{number}-{file.name}", "w") as one:
                while piece := content.read(1 << 20):
                    one.write(piece)


def forget_disclosures(*, now: dt.datetime | None = None) -> int:
    """Remove files whose days are over; how many."""
    old = list(Disclosure.objects.filter(created_at__lt=(now or timezone.now()) - dt.timedelta(days=KEEP_DAYS)))
    for one in old:
        if one.file:
            one.file.delete(save=False)
        one.delete()
    return len(old)
