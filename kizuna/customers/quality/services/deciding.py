"""What people decide about a record: it is right, or it is to be looked at again."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kizuna.base.access import policy
from kizuna.base.events import Event, Touched, publish
from kizuna.base.records.models import Record
from kizuna.base.resources import registry
from kizuna.base.resources.actions import action
from kizuna.base.types.errors import Invalid
from kizuna.customers.quality.events import RecheckAsked, RecordConfirmed, VerdictTakenBack
from kizuna.customers.quality.models import Finding, State, Verdict, checks

FARTHEST = dt.timedelta(days=3660)


@action(
    label=_("Confirm as right"),
    done=_("Confirmed as right."),
    icon="circle-check",
    bulk=True,
    place="panel",
    asks={"note": _("note")},
)
def confirm_right(*, actor: Any, record: Record, note: str = "") -> Verdict:
    """Say that a record was looked at and is right: what was found about it is not asked about for a year."""
    until = _today(actor) + dt.timedelta(days=checks.RIGHT_FOR_DAYS)
    made = _decide(actor, record, State.RIGHT, until, note)
    _tell(record, RecordConfirmed(**_key(record), verdict_id=made.pk), actor)
    return made


@action(
    label=_("Look again later"),
    done=_("It comes up again later."),
    icon="calendar-event",
    bulk=True,
    place="panel",
    asks={"on": _("On which day?"), "note": _("What is to be looked at?")},
)
def look_again(*, actor: Any, record: Record, on: dt.date, note: str = "") -> Verdict:
    """Have a record looked at again on a day; until then it is not asked about."""
    today = _today(actor)
    if not today <= on <= today + FARTHEST:
        raise Invalid({"on": [_("Give a day that is to come, within ten years.")]})
    made = _decide(actor, record, State.LATER, on, note)
    Finding.objects.update_or_create(
        **_key(record), code="recheck", defaults={"settled_until": on, "verdict": made, "since": made.created_at}
    )
    _tell(record, RecheckAsked(**_key(record), verdict_id=made.pk, on=on.isoformat()), actor)
    return made


@transaction.atomic
def take_back(*, actor: Any, record: Record, verdict: Verdict) -> None:
    """What was decided holds no longer: what was found is asked about again. A second time changes nothing."""
    policy.check(actor, "confirm_right", record)
    current = Verdict.objects.select_for_update().get(pk=verdict.pk, **_key(record))
    if current.taken_back_at is not None:
        return
    Finding.objects.filter(verdict=current).exclude(code="recheck").update(settled_until=None, verdict=None)
    if current.state == State.LATER:
        Finding.objects.filter(verdict=current).delete()
    else:
        Finding.objects.filter(verdict=current).update(settled_until=None, verdict=None)
    current.taken_back_at = timezone.now()
    current.save(update_fields=["taken_back_at"])
    _tell(record, VerdictTakenBack(**_key(record), verdict_id=current.pk), actor)


def _decide(actor: Any, record: Record, state: State, until: dt.date, note: str) -> Verdict:
    rows = Finding.objects.filter(**_key(record)).select_for_update()
    made = Verdict.objects.create(
        **_key(record),
        state=state,
        until=until,
        codes=sorted(rows.open().values_list("code", flat=True)),
        note=note.strip()[:500],
        created_by_id=actor.pk,
    )
    rows.filter(pk__in=list(rows.values_list("pk", flat=True))).update(settled_until=until, verdict=made)
    return made


def _today(actor: Any) -> dt.date:
    return timezone.localdate(timezone=actor.zone)


def _key(record: Record) -> dict[str, Any]:
    return {"resource": registry.of(record).key, "record_id": record.pk}


def _tell(record: Record, event: Event, actor: Any) -> None:
    publish(event, subjects=[Touched(registry.of(record).key, record.pk)], by=actor)
