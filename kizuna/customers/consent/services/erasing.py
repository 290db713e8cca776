"""Somebody is erased: everything that points to them goes, but for what its model keeps, and why (`types.erasing`)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from django.db import models, transaction
from django.db.models import F, Func
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from kizuna.base.events import Touched, publish
from kizuna.base.events.models import EventRow
from kizuna.base.files import services as files
from kizuna.base.files.models import Attachment
from kizuna.base.merging import services as merging
from kizuna.base.merging.relations import Relation, every_relation_to
from kizuna.base.records import indexes
from kizuna.base.records.models import Record
from kizuna.base.resources import registry
from kizuna.base.resources.actions import action
from kizuna.base.resources.models import Redirect
from kizuna.base.resources.resource import Resource
from kizuna.base.types import erasing
from kizuna.base.types.custom_values import COLUMN, CustomValuesField
from kizuna.base.types.errors import Refused
from kizuna.customers.consent import queries
from kizuna.customers.consent.events import ErasureAsked, PersonErased
from kizuna.customers.consent.models import Erasure, Progress, Reason, channels
from kizuna.customers.consent.services.erasing_addresses import addresses_of
from kizuna.customers.consent.services.erasing_files import forget_imports, look_at_files, remove_files_of
from kizuna.customers.consent.services.suppression import put_on
from kizuna.customers.contacts.models import Contact
from kizuna.customers.contacts.models.channels import named

BATCH = 500
STAYS = {"id", "version", "created_at", "created_by", "updated_at", "updated_by"}
"""Columns of an erased contact that keep their value: they tell of us, not of the person."""
_GONE = _("This person was erased and cannot be brought back.")


class Without(Func):
    """A JSON object without one of its keys, in the database."""

    output_field = CustomValuesField()

    def __init__(self, column: str, key: str) -> None:
        super().__init__(F(column))
        self.key = key

    def as_sqlite(self, compiler: Any, connection: Any, **_extra: Any) -> Any:
        return self.as_sql(compiler, connection, template=f"JSON_REMOVE(%(expressions)s, '$.{self.key}')")

    def as_postgresql(self, compiler: Any, connection: Any, **_extra: Any) -> Any:
        return self.as_sql(compiler, connection, template=f"(%(expressions)s - '{self.key}')")


@dataclass(frozen=True)
class Part:
    """What becomes of the rows of one table."""

    relation: Relation
    rule: erasing.Rule
    count: int

    @property
    def label(self) -> str:
        return str(capfirst(self.relation.called))

    @property
    def why(self) -> str:
        return str(self.rule.why) if isinstance(self.rule, erasing.Keep) else ""


def people_of(contact_id: int) -> list[int]:
    """The contact, and those that were merged into it: their rows are still there, out of sight."""
    merged = Redirect.objects.filter(resource="contact", into_id=contact_id).values_list("record_id", flat=True)
    return [contact_id, *merged]


def stay_erased(resource: Resource, ids: Collection[int]) -> dict[int, Any]:
    """Of contacts in the trash those that were erased: all that is left of them is a number."""
    if resource.key != "contact":
        return {}
    gone = Erasure.objects.filter(contact_id__in=ids).exclude(state=Progress.FAILED)
    return dict.fromkeys(gone.values_list("contact_id", flat=True), _GONE)


def look_at_erasure(contact_id: int) -> list[Part]:
    """What an erasure would do now, table by table; the tables that hold nothing are left out."""
    return [part for part in _parts("contact", people_of(contact_id), depth=0) if part.count]


def count_addresses(contact_id: int) -> int:
    """How many addresses an erasure would put on the suppression list now."""
    return len(addresses_of(list(Contact.objects.filter(pk__in=people_of(contact_id)))))


def _parts(key: str, ids: Collection[int], *, depth: int) -> Iterator[Part]:
    for relation in every_relation_to(key):
        yield Part(relation, _rule(relation, depth), relation.rows(ids).count())


def _rule(relation: Relation, depth: int) -> erasing.Rule:
    """What the model says. Else what points to the person goes; what points to a row that goes, too, unless it need
    not point anywhere."""
    rules: erasing.Rules = getattr(relation.model, "when_erased", {})
    column = relation.column.removesuffix("_id") if not relation.is_reference else relation.column
    said = rules.get(column) or rules.get(relation.column)
    if said is not None:
        return said
    if relation.number:
        return erasing.Unlink()
    is_loose = not relation.is_reference and relation.model._meta.get_field(column).null
    return erasing.Unlink() if depth and is_loose else erasing.Erase()


@action(
    label=_("Erase for good"),
    done=_("They are being erased."),
    icon="trash",
    place="page",
    own_right=True,
    confirm=_("This cannot be taken back."),
    asks={"why": _("Why?")},
)
def erase_person(*, actor: Any, contact: Contact, why: Literal["request", "retention"] = "request") -> Erasure:
    """Erase a person with everything about them, as a job. Their addresses stay suppressed, as fingerprints. Who is
    being erased already is not erased twice, however often and fast somebody asks: there is one proof."""
    Contact.objects.select_for_update(of=("self",)).get(pk=contact.pk)
    for earlier in Erasure.objects.filter(contact_id=contact.pk, state=Progress.WAITING):
        if not queries.is_given_up(earlier):
            raise Refused(_("This person is being erased already."))
        earlier.state, earlier.finished_at = Progress.FAILED, timezone.now()
        earlier.save(update_fields=["state", "finished_at"])
    asked = Erasure.objects.create(contact_id=contact.pk, why=why, created_by_id=actor.pk)
    publish(ErasureAsked(erasure_id=asked.pk, contact_id=contact.pk), subjects=[Touched("contact", contact.pk)])
    return asked


@transaction.atomic
def run_erasure(*, by: Any, erasure_id: int) -> bool:
    """Do it, all or nothing; a second run finds it done."""
    asked = Erasure.objects.select_for_update().get(pk=erasure_id)
    if asked.state == Progress.DONE:
        return False
    ids = people_of(asked.contact_id)
    people = list(Contact.objects.select_for_update(of=("self",)).filter(pk__in=ids))
    asked.parts = [_told(part) for part in look_at_erasure(asked.contact_id)]
    asked.parts += [found.told for found in look_at_files(ids)]
    asked.suppressed = _suppress(by, people)
    forget_imports(ids)
    merging.forget_images("contact", ids)
    _wipe("contact", ids, depth=0)
    _blank(people)
    asked.state, asked.finished_at = Progress.DONE, timezone.now()
    told = [asked.contact_id, asked.why, asked.parts, asked.suppressed, asked.finished_at.isoformat()]
    asked.fingerprint = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
    asked.save()
    publish(
        PersonErased(erasure_id=asked.pk, contact_id=asked.contact_id), subjects=[Touched("contact", asked.contact_id)]
    )
    return True


def _told(part: Part) -> dict[str, Any]:
    kind = {erasing.Erase: "erased", erasing.Unlink: "unlinked", erasing.Keep: "kept"}[type(part.rule)]
    return {"table": part.relation.label, "count": part.count, "what": kind}


def _suppress(by: Any, people: Collection[Contact]) -> int:
    """Put every address that the person has or had on the list, on every channel that it belongs to; how many."""
    found = addresses_of(people)
    for point, address in sorted(found):
        for code, _label in channels.suppressible():
            way = named(code)
            if way is not None and way.point == point:
                put_on(by=by, way=way, address=address, reason=Reason.ERASED)
    return len(found)


def _wipe(key: str, ids: Collection[int], *, depth: int) -> None:
    if not ids:
        return
    _clear_names_in_events(key, ids)
    for relation in list(every_relation_to(key)):
        rule, rows = _rule(relation, depth), relation.rows(ids)
        if isinstance(rule, erasing.Keep):
            if rule.clear:
                rows.update(**rule.clear)
        elif isinstance(rule, erasing.Unlink):
            _unlink(relation, rows)
        elif relation.model is Attachment:
            files.forget_records(key, ids)
        else:
            _erase(relation, rows, depth)


def _erase(relation: Relation, rows: Any, depth: int) -> None:
    while found := list(rows.order_by("pk")[:BATCH]):
        numbers = [row.pk for row in found]
        remove_files_of(found)
        if relation.resource is not None:
            _forget(relation.resource, found)
            _wipe(relation.resource.key, numbers, depth=depth + 1)  # the keys of merged ones, too
        relation.model._default_manager.filter(pk__in=numbers).delete()


def _forget(resource: Any, records: Collection[Record]) -> None:
    """Take records out of every index, as those in the trash are."""
    for record in records:
        record.deleted_at = record.deleted_at or timezone.now()
    indexes.refresh(resource, list(records))


def _unlink(relation: Relation, rows: Any) -> None:
    if not relation.number:
        rows.update(**{relation.column: None})
        return
    rows.update(**{COLUMN: Without(COLUMN, f"f{relation.number}")})


def _clear_names_in_events(key: str, ids: Collection[int]) -> None:
    """The log tells of files by name. Everything else in it is numbers, before and after, which are cleared, and what
    was asked of an export, which stays (`RecordsExported`)."""
    rows = EventRow.objects.filter(name__startswith="files.", subjects__resource=key, subjects__record_id__in=ids)
    for row in rows.distinct():
        if row.data.get("name"):
            EventRow.objects.filter(pk=row.pk).update(data=row.data | {"name": ""})


def _blank(people: Collection[Contact]) -> None:
    """What is left of a contact: a number, so that what was kept still points somewhere."""
    now, empty = timezone.now(), Contact()
    values = {
        column.attname: getattr(empty, column.attname)
        for column in Contact._meta.concrete_fields
        if column.name not in STAYS and not isinstance(column, models.AutoField)
    }
    for person in people:
        shown = f"#{person.pk}"
        Contact.objects.filter(pk=person.pk).update(
            **values | {"family_name": shown, "sort_key": shown, "folded_names": "", "deleted_at": now}
        )
    _forget(registry.get("contact"), list(Contact.objects.filter(pk__in=[person.pk for person in people])))
