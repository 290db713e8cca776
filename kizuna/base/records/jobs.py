"""Timetable: tokens of submissions are forgotten after a week; nobody sends the same form twice that late.

And what takes long when a custom field comes, comes back, or goes for good.
"""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from kizuna.base.jobs import every, progress, task
from kizuna.base.records.custom import objects, storage
from kizuna.base.records.models import CustomField, CustomObject, Submission
from kizuna.base.resources import registry

LONGEST_WORK = timedelta(days=1)
"""What began before a field was removed knows it to its end."""


@every(cron="40 3 * * *")
@task(max_attempts=3)
def forget_submissions() -> int:
    """Remove old submission tokens; returns how many."""
    removed, _by_model = Submission.objects.filter(created_at__lt=timezone.now() - timedelta(days=7)).delete()
    return removed


@task(max_attempts=5)
def index_custom_field(*, field_id: int, is_back: bool = False) -> int:
    """Make the index of a field, and bring the records that have it in line when it has come back; returns how many."""
    definition = CustomField.objects.filter(pk=field_id, deleted_at__isnull=True).first()
    if definition is None:
        return 0
    storage.make_index(definition)
    done = 0
    for count in storage.index_again(definition) if is_back else ():
        done += count
        progress(done=done)
    return done


@task(max_attempts=5)
def purge_custom_field(*, field_id: int) -> int:
    """Take a field's values out of the records, and forget the field; returns how many records had it."""
    definition = CustomField.objects.filter(pk=field_id, purge_asked_at__isnull=False).first()
    if definition is None:
        return 0
    done = 0
    for count in storage.drop_values(definition):
        done += count
        progress(done=done)
    storage.forget_values(definition)
    storage.drop_index(definition)
    with transaction.atomic():
        definition.delete()
        later = timezone.now() + LONGEST_WORK
        sweep_custom_field.using(run_after=later).enqueue(resource=definition.resource, field_id=field_id)
    return done


@task(max_attempts=5)
def sweep_custom_field(*, resource: str, field_id: int) -> int:
    """Take out what work that began before a field was removed, an import or a bulk edit, wrote of it after it was
    gone for good; returns how many records had it."""
    if registry.find(resource) is None or CustomField.objects.filter(pk=field_id).exists():
        return 0
    gone = CustomField(pk=field_id, resource=resource)
    return sum(storage.drop_values(gone))


@task(max_attempts=5)
def purge_custom_object(*, object_id: int) -> int:
    """Delete the records of a kind, its fields and the relations to it, and forget the kind; returns how many records.

    Safe to run again after it was stopped: the kind goes last.
    """
    definition = CustomObject.objects.filter(pk=object_id, purge_asked_at__isnull=False).first()
    if definition is None:
        return 0
    done = 0
    for count in objects.drop_records(definition):
        done += count
        progress(done=done)
    for field in CustomField.objects.filter(resource=definition.key):
        storage.drop_index(field)
        field.delete()
    _purge_relations_to(definition)
    objects.drop_rest(definition)
    return done


def _purge_relations_to(definition: CustomObject) -> None:
    """Fields of other kinds that led there lead nowhere from now on."""
    for field in CustomField.objects.filter(kind=CustomField.Kind.RELATION, settings__target=definition.key):
        field.purge_asked_at = timezone.now()
        field.deleted_at = field.deleted_at or field.purge_asked_at
        field.save(force_update=True)
        purge_custom_field.enqueue(field_id=field.pk)


@every(cron="10 4 * * *")
@task(max_attempts=3)
def tend_custom_fields() -> int:
    """Make indexes that got lost: SQLite drops them where a later version changes a table. And drop those of what
    formulas meant before. Returns how many exist."""
    storage.drop_stale()
    return sum(storage.make_index(one) for one in CustomField.objects.filter(deleted_at__isnull=True))
