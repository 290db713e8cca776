"""Interactions of other rooms, many at once; meetings that took place; and the figures kept of all of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kizuna.base.access import policy
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.resources.actions import action
from kizuna.base.types.errors import Refused
from kizuna.customers.contacts.models import Company, Contact
from kizuna.customers.timeline.models import Attendee, Interaction, Meeting, Note, kinds
from kizuna.customers.timeline.models.interactions import Outcome

BATCH = 2000


def log_interactions(*, actor: Any, interactions: Sequence[Interaction]) -> list[Interaction]:
    """Store touches that a channel tells of, set by set; those that it told before are left out. Returns the new ones.

    What has an `external_id` is written once per channel, however often and from however many workers it comes.
    Raises Denied when the actor may not create interactions for one of their owners.
    """
    policy.check(actor, "create", Interaction)
    made: list[Interaction] = []
    for start in range(0, len(interactions), BATCH):
        batch = interactions[start : start + BATCH]
        for one in batch:
            one.normalise()
        try:
            made += _stored(actor, batch)
        except IntegrityError:  # another worker was told the same at the same moment, and is done now
            made += _stored(actor, batch)
    return made


@transaction.atomic
def _stored(actor: Any, batch: Sequence[Interaction]) -> list[Interaction]:
    known = _known(batch)
    fresh: dict[Any, Interaction] = {}
    for number, one in enumerate(batch):
        key = (one.channel, one.external_id)
        if key not in known:
            fresh.setdefault(key if one.external_id else number, one)
    resource = registry.get("interaction")
    return records.create_many(  # type: ignore[return-value]
        actor=actor, resource=resource, records=list(fresh.values()), is_settled=True
    )


def _known(batch: Iterable[Interaction]) -> set[tuple[str, str]]:
    """What was told before, also where it lies in the trash now."""
    numbers = {one.external_id for one in batch if one.external_id}
    if not numbers:
        return set()
    rows = Interaction.objects.filter(channel__in={one.channel for one in batch}, external_id__in=numbers)
    return set(rows.values_list("channel", "external_id"))


@action(
    label=_("It took place"),
    done=_("Meeting noted."),
    icon="users",
    asks={"outcome": _("What came of it"), "words": _("What was said")},
    when=lambda meeting: meeting.starts_at <= timezone.now() and bool(meeting.contact_id or meeting.company_id),
)
def log_meeting(*, actor: Any, meeting: Meeting, outcome: Outcome = Outcome.REACHED, words: str = "") -> Meeting:
    """Log a meeting that took place as an interaction with each contact who was asked to it. Doing it twice logs once.

    A meeting in the calendar is a plan: only somebody who was there knows whether it came true.
    """
    if meeting.starts_at > timezone.now():
        raise Refused(_("This meeting is still to come."))
    policy.check(actor, "create", Interaction)
    guests = Attendee.objects.visible_to(actor).filter(meeting=meeting, contact__isnull=False)
    people = dict.fromkeys([meeting.contact_id, *guests.order_by("pk").values_list("contact_id", flat=True)])
    contacts: list[int | None] = [one for one in people if one] or [None]
    log_interactions(actor=actor, interactions=[_of(actor, meeting, one, outcome, words) for one in contacts])
    return meeting


def _of(actor: Any, meeting: Meeting, contact_id: int | None, outcome: str, words: str) -> Interaction:
    kind = kinds.TALK
    length = None if meeting.is_all_day else round((meeting.ends_at - meeting.starts_at).total_seconds() / 60)
    return Interaction(
        kind=kind.code,
        subject=meeting.title,
        body=words,
        outcome=outcome,
        contact_id=contact_id,
        company_id=meeting.company_id,
        happened_at=meeting.starts_at,
        minutes=length,
        owner_id=actor.pk,
        handled_by_id=actor.pk,
        source_resource="meeting",
        source_id=meeting.pk,
        external_id=f"meeting:{meeting.pk}:{contact_id or 0}",
    )


@action(label=_("Everybody must know"), done=_("Pinned to the top."), icon="pin", when=lambda note: not note.is_pinned)
def pin_note(*, actor: Any, note: Note) -> Note:
    """Show the note on top of the customer's page, where everybody sees it before they call."""
    return records.update(actor=actor, record=note, changes={"is_pinned": True})  # type: ignore[return-value]


@action(label=_("No longer on top"), done=_("No longer pinned."), icon="pinned-off", when=lambda note: note.is_pinned)
def unpin_note(*, actor: Any, note: Note) -> Note:
    """Take the note from the top of the customer's page; it stays in the timeline."""
    return records.update(actor=actor, record=note, changes={"is_pinned": False})  # type: ignore[return-value]


# Figures ------------------------------------------------------------------------------------------------------------


def place_interactions(*, ids: Collection[int]) -> set[int]:
    """Say of these interactions with which company they were: the one named, or the one of their contact now. Returns
    the companies that were said before."""
    rows = Interaction.objects.filter(pk__in=ids)
    before = set(rows.exclude(company_then=None).order_by().values_list("company_then_id", flat=True).distinct())
    of_contact = Contact.objects.filter(pk=OuterRef("contact_id")).values("company_id")[:1]
    rows.update(company_then=Coalesce(F("company_id"), Subquery(of_contact)))
    return before


def keep_last_touches(
    *, interactions: Collection[int] = (), contacts: Collection[int] = (), companies: Collection[int] = ()
) -> None:
    """Bring the last touch of everybody up to date whom these interactions are, or `contacts` and `companies` were,
    about."""
    rows = Interaction.objects.filter(pk__in=interactions).order_by()
    people = rows.exclude(contact=None).values_list("contact_id", flat=True).distinct()
    firms = rows.exclude(company_then=None).values_list("company_then_id", flat=True).distinct()
    _keep(Contact, "contact", {*people, *contacts})
    _keep(Company, "company_then", {*firms, *companies})


def _keep(model: type[Contact] | type[Company], column: str, ids: Collection[int]) -> None:
    """One seek in an index for each, in one statement for all."""
    newest = Interaction.objects.live().filter(**{column: OuterRef("pk")}).order_by("-happened_at", "-pk")
    for chunk in _chunks(sorted(ids)):
        rows: QuerySet[Any] = model._default_manager.filter(pk__in=chunk)
        rows.update(last_touch_at=Subquery(newest.values("happened_at")[:1]))


def _chunks(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    return (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))
