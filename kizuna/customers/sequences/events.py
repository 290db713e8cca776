"""What sequences tell the world beside the changes of their records."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from kizuna.base.events import Event


@dataclass(frozen=True, kw_only=True)
class PeopleEnrolled(Event):
    """People go through a sequence from now on."""

    phrase = _("%(who)s enrolled this in a sequence")

    sequence_id: int
    enrolment_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class EnrolmentsStopped(Event):
    """A sequence goes on no longer for these; `reason` says why."""

    phrase = _("%(who)s stopped the sequence")

    enrolment_ids: tuple[int, ...]
    reason: str


@dataclass(frozen=True, kw_only=True)
class EnrolmentPaused(Event):
    """Nothing comes of a sequence for somebody until it is resumed."""

    phrase = _("%(who)s paused the sequence")

    enrolment_id: int


@dataclass(frozen=True, kw_only=True)
class EnrolmentResumed(Event):
    """A sequence goes on for somebody."""

    phrase = _("%(who)s resumed the sequence")

    enrolment_id: int


@dataclass(frozen=True, kw_only=True)
class EnrolmentsTakenUp(Event):
    """Sequences that waited for somebody to look after them go on: there is an owner now."""

    phrase = _("%(who)s resumed the sequence")

    enrolment_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class DraftSent(Event):
    """Somebody pressed Send: the mail leaves once this is committed."""

    phrase = _("%(who)s sent this mail")

    draft_id: int


@dataclass(frozen=True, kw_only=True)
class DraftDiscarded(Event):
    """A mail is not sent; the sequence goes on with its next step."""

    phrase = _("%(who)s discarded this mail")

    draft_id: int
