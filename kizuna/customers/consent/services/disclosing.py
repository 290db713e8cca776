"""A copy of everything about a person: one page to read, one file for programs, and the files that are on record."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from typing import Any

from django.core.files.base import ContentFile
from django.core.serializers.json import DjangoJSONEncoder
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

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
from kizuna.customers.consent.events import DisclosureAsked
from kizuna.customers.consent.models import Disclosure, Progress
from kizuna.customers.consent.services.erasing import people_of
from kizuna.customers.contacts.models import Contact

KEEP_DAYS = 14
"""How long the file can be fetched."""
LONGEST_HISTORY = 5000
COMMENT = "collaboration.comment"


@action(
    label=gettext_lazy("Copy of everything"),
    done=gettext_lazy("The copy is being made."),
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
    """Write the file; a second run finds it written."""
    asked = Disclosure.objects.select_related("created_by").get(pk=disclosure_id)
    if asked.state == Progress.DONE:
        return False
    sections = _sections(asked.contact_id)
    asked.parts = [{"title": title, "count": len(rows)} for title, _name, rows in sections]
    asked.file.save("copy.zip", ContentFile(_packed(asked.contact_id, sections)), save=False)
    asked.state, asked.finished_at = Progress.DONE, timezone.now()
    asked.save()
    return True


Section = tuple[str, str, list[dict[str, Any]]]


def _sections(contact_id: int) -> list[Section]:
    """(title, name for programs, rows as field → value) of everything that there is."""
    ids = people_of(contact_id)
    contacts = registry.get("contact")
    found: list[Section] = [
        (str(contacts.label), "contact", [_record(contacts, one) for one in Contact.objects.filter(pk__in=ids)])
    ]
    for relation in every_relation_to("contact"):
        rows = _rows(relation, ids)
        if rows:
            title = str(
                relation.resource.plural_label if relation.resource else relation.model._meta.verbose_name_plural
            )
            found.append((title, relation.label, rows))
    entries = history(actor=SYSTEM, record=Contact(pk=contact_id), size=LONGEST_HISTORY)
    told = [{"when": entry.occurred_at, "what": entry.name, "changes": entry.changes} for entry in entries]
    found.append((_("History"), "history", told))
    return found


def _record(resource: Resource, record: Any) -> dict[str, Any]:
    shown = {name: field.to_json(field.read(record)) for name, field in resource.fields.items()}
    return {name: value for name, value in shown.items() if value not in (None, "", [])}


def _rows(relation: Relation, ids: list[int]) -> list[dict[str, Any]]:
    if relation.resource is not None:
        return [_record(relation.resource, row) for row in relation.rows(ids).order_by("pk")]
    if relation.model is Attachment:
        return [{"name": row.name, "size": row.size, "when": row.uploaded_at} for row in relation.rows(ids)]
    if relation.label == COMMENT:
        rows = relation.rows(ids).select_related("author").order_by("pk")
        return [{"who": row.author.name, "text": row.text, "when": row.created_at} for row in rows]
    return []


def _packed(contact_id: int, sections: list[Section]) -> bytes:
    whole = {name: rows for _title, name, rows in sections}
    reader = Reader(None, language="en")
    shown = [
        {"title": title, "rows": [[(key, _plain(value, reader)) for key, value in row.items()] for row in rows]}
        for title, _name, rows in sections
    ]
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("everything.json", json.dumps(whole, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1))
        packed.writestr("everything.html", render_to_string("consent/disclosure.html", {"sections": shown}))
        files = Attachment.objects.live().filter(resource="contact", record_id__in=people_of(contact_id))
        for number, file in enumerate(files.order_by("pk"), 1):
            with storage.open_file(file.key) as content, packed.open(f"files/{number}-{file.name}", "w") as target:
                while piece := content.read(1 << 20):
                    target.write(piece)
    return held.getvalue()


def _plain(value: Any, reader: Reader) -> str:
    if isinstance(value, dt.datetime):
        return f"{value:%Y-%m-%d %H:%M} UTC"
    if isinstance(value, str | int | float | bool):
        return str(value)
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)


def forget_disclosures(*, now: dt.datetime | None = None) -> int:
    """Remove files whose days are over; how many."""
    old = list(Disclosure.objects.filter(created_at__lt=(now or timezone.now()) - dt.timedelta(days=KEEP_DAYS)))
    for one in old:
        if one.file:
            one.file.delete(save=False)
        one.delete()
    return len(old)
