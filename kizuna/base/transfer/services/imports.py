"""An import before it runs: the file taken in and looked at, the mapping settled, the job started or stopped."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, BinaryIO, cast

from django.conf import settings
from django.core.files import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kizuna.base.access import policy
from kizuna.base.events import acting, publish
from kizuna.base.identity.system import SYSTEM
from kizuna.base.jobs import services as jobs
from kizuna.base.resources import registry
from kizuna.base.resources.reader import Reader
from kizuna.base.resources.resource import Resource
from kizuna.base.transfer import reading
from kizuna.base.transfer.events import ImportStarted
from kizuna.base.transfer.mapping import guess
from kizuna.base.transfer.models import Import, Rejection, State, Undoing
from kizuna.base.transfer.queries import dry_run_of, state_of
from kizuna.base.transfer.services.mappings import last_used, still_possible
from kizuna.base.transfer.services.settling import settle
from kizuna.base.transfer.values.cells import number_form
from kizuna.base.transfer.values.days import date_order
from kizuna.base.types import text
from kizuna.base.types.errors import Denied, Invalid, Refused, fill
from kizuna.base.types.sizes import size_words

KEPT_DAYS = 30
DRAFT_DAYS = 2
_REGION_BY_ENCODING = {"cp932": "JP", "euc_jp": "JP", "iso2022_jp": "JP", "cp949": "KR", "gb18030": "CN", "big5": "TW"}
_STARTED = _("This import has been started already.")


def prepare_import(
    *, actor: Any, resource: Resource, file: File, name: str, encoding: str = "", delimiter: str = ""
) -> Import:
    """Take a file in, look at it and propose how to read it and where its columns go. Nothing is imported yet.

    Raises Denied, or Invalid under "file" when nothing can be read from it.
    """
    _check_right(actor, resource)
    limit = settings.IMPORT_LIMIT
    if (file.size or 0) > limit:
        words = _("This file is larger than %(limit)s. Cut it into several.")
        raise Invalid({"file": [fill(words, {"limit": size_words(limit)})]})
    if file.file is None:
        raise Invalid({"file": [_("Choose a file first.")]})
    look = reading.look(cast("BinaryIO", file.file), encoding=encoding, delimiter=delimiter)
    found = Import(resource=resource.key, name=text.clean(name)[:255] or "import.csv", created_by_id=actor.pk)
    _note(found, actor, resource, look)
    found.file.save(name, file, save=False)
    found.save()
    return found


def read_again(*, actor: Any, imported: Import, encoding: str = "", delimiter: str = "", sheet: str = "") -> Import:
    """Read the file in another way, and propose anew where its columns go. Raises Invalid under "file"."""
    is_known = not encoding or encoding in reading.ENCODINGS
    if not is_known or (delimiter and delimiter not in reading.DELIMITERS):
        raise Invalid({"file": [_("This encoding or delimiter is not known.")]})
    with transaction.atomic():
        current = locked_draft(imported)
        with current.file.open("rb") as file:
            look = reading.look(file.file, encoding=encoding, delimiter=delimiter, sheet=sheet)
        _note(current, actor, registry.get(current.resource), look)
        current.save()
    return current


def _note(imported: Import, actor: Any, resource: Resource, look: reading.Look) -> None:
    """What a look at the file says."""
    rows = [row.cells for row in look.rows if row.problem is None]
    mapping = guess(resource, actor, look.header, rows)
    region = _REGION_BY_ENCODING.get(look.format.encoding) or Reader.of(actor).region
    imported.kind, imported.sheet = look.format.kind, look.format.sheet
    imported.encoding, imported.delimiter = look.format.encoding, look.format.delimiter
    imported.header, imported.about = look.header, look.about
    imported.mapping = [str(target) if target else None for target in mapping]
    imported.header_mark = ""
    cells = [cell for row in rows for cell in row]
    imported.options = {"region": region, "dates": date_order(cells, region), "numbers": number_form(cells)}
    imported.options["match"] = list(resource.match_keys)
    earlier = last_used(actor, resource, look.header)
    if earlier is not None:
        imported.mapping = still_possible(actor, resource, earlier.mapping)
        imported.options |= {key: value for key, value in earlier.options.items() if key != "owner"}


def start_import(
    *,
    actor: Any,
    imported: Import,
    mapping: Sequence[str | None],
    options: Mapping[str, Any],
    later: bool = True,
) -> Import:
    """Settle where the columns go and start: as a job, or with `later` false for a caller who runs it himself.

    `options` are those of `settle`. Raises Denied, Refused, or Invalid under "mapping", "owner", "match".
    """
    with transaction.atomic():
        current = locked_draft(imported)
        _refuse_during_dry_run(current)
        settle(actor, current, mapping, options)
        current.state = State.WAITING
        with acting(actor, via="import"):
            started = ImportStarted(import_id=current.pk, resource=current.resource, name=current.name)
            current.event_id = publish(started).pk
        if later:
            current.job_id = _enqueue(actor, current)
        current.save()
    return current


def _enqueue(actor: Any, imported: Import) -> int:
    from kizuna.base.transfer.jobs import run  # jobs call services; this is the one that starts one

    job = run.using(actor_id=actor.pk).enqueue(import_id=imported.pk, resource=imported.resource)
    return int(job.id)


def _refuse_during_dry_run(imported: Import) -> None:
    found = dry_run_of(imported)
    if found is not None and state_of(found) in (State.WAITING, State.RUNNING):
        raise Refused(_("Its rows are being checked. Wait for the end of that, or stop it."))


def _check_right(actor: Any, resource: Resource) -> None:
    permissions = policy.permissions_of(actor)
    if not all(name in resource.operations and permissions.can(resource.key, name) for name in ("import", "create")):
        raise Denied()


def locked_draft(imported: Import) -> Import:
    current = Import.objects.select_for_update().get(pk=imported.pk)
    if current.state != State.DRAFT:
        raise Refused(_STARTED)
    return current


@transaction.atomic
def pause_import(*, actor: Any, imported: Import) -> Import:
    """Have an import rest: at once while it waits, after the current batch while it runs. Raises Refused."""
    current = Import.objects.select_for_update().get(pk=imported.pk)
    state = state_of(current)
    if state not in (State.WAITING, State.RUNNING):
        raise Refused(_("Only an import that waits or runs can be paused."))
    if state == State.WAITING and current.job_id is not None:
        jobs.cancel_job(actor=actor, job_id=current.job_id)
    current.state = State.PAUSED
    current.save(update_fields=["state"])
    return current


@transaction.atomic
def resume_import(*, actor: Any, imported: Import, later: bool = True) -> Import:
    """Go on with an import that was paused or stopped, or that could not go on, where it was. Raises Refused."""
    current = Import.objects.select_for_update().get(pk=imported.pk)
    if state_of(current) not in (State.PAUSED, State.CANCELLED, State.FAILED) or not current.file:
        raise Refused(_("There is nothing left to go on with."))
    if Undoing.objects.filter(source=current).exists():
        raise Refused(_("This import was taken back. Give the file again."))
    current.state, current.error, current.finished_at = State.WAITING, "", None
    if later:
        current.job_id = _enqueue(current.created_by or SYSTEM, current)
    current.save(update_fields=["state", "error", "finished_at", "job_id"])
    return current


@transaction.atomic
def cancel_import(*, actor: Any, imported: Import) -> Import:
    """Stop an import; what it did until then stays. Raises Refused when it is over."""
    current = Import.objects.select_for_update().get(pk=imported.pk)
    if current.is_over:
        raise Refused(_("This import is over."))
    if current.job_id is not None and current.state != State.PAUSED:
        job = jobs.cancel_job(actor=actor, job_id=current.job_id)
        if not job.is_finished:
            return current
    current.state, current.finished_at = State.CANCELLED, timezone.now()
    current.save(update_fields=["state", "finished_at"])
    return current


def forget_files(*, now: dt.datetime) -> int:
    """Remove uploaded files and rejected rows after KEPT_DAYS, and files that nobody went on with after DRAFT_DAYS.

    They hold personal data that is in Kizuna already, or was never wanted. The import itself stays in the list.
    """
    old = Import.objects.exclude(state=State.DRAFT).filter(created_at__lt=now - dt.timedelta(days=KEPT_DAYS))
    left = Import.objects.filter(state=State.DRAFT, created_at__lt=now - dt.timedelta(days=DRAFT_DAYS))
    done = 0
    for imported in (*old.exclude(file="").iterator(), *left.iterator()):
        imported.file.delete(save=False)
        Rejection.objects.filter(source=imported).delete()
        if imported.state == State.DRAFT:
            imported.delete()
        else:
            imported.save(update_fields=["file"])
        done += 1
    return done
