"""What people decide about records."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from kizuna.base.events import Event


@dataclass(frozen=True, kw_only=True)
class RecordConfirmed(Event):
    """Somebody looked at a record and found it right."""

    phrase = _("%(who)s confirmed this as right")

    resource: str
    record_id: int
    verdict_id: int


@dataclass(frozen=True, kw_only=True)
class RecheckAsked(Event):
    """Somebody wants a record to be looked at again on a day: `on`, as 2027-02-28."""

    phrase = _("%(who)s asked for this to be looked at again")

    resource: str
    record_id: int
    verdict_id: int
    on: str


@dataclass(frozen=True, kw_only=True)
class VerdictTakenBack(Event):
    """What somebody decided about a record holds no longer."""

    phrase = _("%(who)s took back what was decided about this")

    resource: str
    record_id: int
    verdict_id: int
