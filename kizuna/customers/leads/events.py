"""What leads tell the world beside the changes of their records."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from kizuna.base.events import Event


@dataclass(frozen=True, kw_only=True)
class LeadCaptured(Event):
    """New leads came in, through whatever door; those without an owner are to be given to somebody."""

    ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class LeadAskedAgain(Event):
    """Somebody whose lead is open asked once more; the enquiry joined it."""

    phrase = _("%(who)s took in a further enquiry")

    lead_id: int
    touch_id: int


@dataclass(frozen=True, kw_only=True)
class LeadTaken(Event):
    """Somebody took a lead from the queue."""

    phrase = _("%(who)s took this from the queue")

    lead_id: int


@dataclass(frozen=True, kw_only=True)
class LeadAnswered(Event):
    """Somebody answered a lead for the first time, in time or not."""

    phrase = _("%(who)s answered")

    lead_id: int
    touch_id: int
    in_time: bool


@dataclass(frozen=True, kw_only=True)
class LeadsNearlyDue(Event):
    """So much of the time by which these leads are to be answered is gone: 50, 75 or 90 per cent."""

    phrase = _("%(who)s noted that %(percent)s%% of the time to answer is gone")

    ids: tuple[int, ...]
    percent: int


@dataclass(frozen=True, kw_only=True)
class LeadsOverdue(Event):
    """The moment by which these leads were to be answered has passed."""

    phrase = _("%(who)s noted that the time to answer has passed")

    ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class LeadDisqualified(Event):
    """Nothing comes of a lead."""

    phrase = _("%(who)s found that this is no match")

    lead_id: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class LeadReopened(Event):
    """Something may come of a lead after all."""

    phrase = _("%(who)s reopened this")

    lead_id: int


@dataclass(frozen=True, kw_only=True)
class LeadConverted(Event):
    """A lead became a contact, perhaps with a company and an opportunity."""

    phrase = _("%(who)s converted this")

    lead_id: int
    contact_id: int | None
    company_id: int | None
    opportunity_id: int | None


@dataclass(frozen=True, kw_only=True)
class ConversionReverted(Event):
    """The conversion of a lead was taken back; what it had made is in the trash."""

    phrase = _("%(who)s took the conversion back")

    lead_id: int
