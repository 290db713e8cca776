"""People come into a sequence: one by one, many at once, each at most once as long as it runs for them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kizuna.base.events import Touched, publish
from kizuna.base.hours import queries as hours
from kizuna.base.records import bulk
from kizuna.base.resources.actions import action
from kizuna.base.types.errors import Refused
from kizuna.base.types.refs import RecordRef
from kizuna.base.types.verdicts import Verdicts
from kizuna.customers.contacts.models import Contact
from kizuna.customers.leads.models import Lead
from kizuna.customers.sequences import queries
from kizuna.customers.sequences.events import PeopleEnrolled
from kizuna.customers.sequences.models import ACTIVE, Enrolment, MailDraft, SequencePlan, SequenceStep
from kizuna.customers.sequences.models import Sequence as SequenceRecord

ALREADY = _("They are in this sequence already.")
ENDED = _("Nothing is open here any more.")


@transaction.atomic
def enrol(
    *,
    actor: Any,
    sequence: SequenceRecord,
    people: Sequence[Contact] | Sequence[Lead],
    about: Mapping[int, RecordRef] | None = None,
    now: dt.datetime | None = None,
) -> Verdicts:
    """Let people, all contacts or all leads, go through a sequence from now on; `about` says because of which record,
    by the person's id. Who is in it already stays where they are. The caller has asked for the right to each.

    Raises Refused for a sequence that takes in nobody.
    """
    plan = _plan_of(sequence)
    moment = now or timezone.now()
    found = Verdicts()
    inside = _inside(sequence, people)
    fresh = []
    for person in people:
        if _keys(person) & inside:
            found.unchanged.append(person.pk)
        elif person.is_deleted or (isinstance(person, Lead) and not person.is_open):
            found.refused[person.pk] = str(ENDED)
        else:
            inside |= _keys(person)
            fresh.append(person)
            found.done.append(person.pk)
    if fresh:
        _begin(actor, plan, fresh, about or {}, moment)
    return found


def _plan_of(sequence: SequenceRecord) -> SequencePlan:
    """The steps as they are now, as a plan; whoever enrols stands in line at the sequence meanwhile."""
    held = SequenceRecord.objects.live().select_for_update(of=("self",)).filter(pk=sequence.pk).first()
    if held is None or not held.is_active:
        raise Refused(_("This sequence takes in nobody any more."), field="sequence")
    steps = [one.as_kept for one in SequenceStep.objects.live().filter(sequence=held).order_by("position", "pk")]
    if not steps:
        raise Refused(_("This sequence has no steps yet."), field="sequence")
    last = SequencePlan.objects.filter(sequence=held).order_by("-number").first()
    if last is not None and last.steps == steps:
        return last
    return SequencePlan.objects.create(sequence=held, number=last.number + 1 if last else 1, steps=steps)


def _keys(person: Contact | Lead) -> set[tuple[str, int]]:
    """By what a person is known in a sequence: a lead by its contact, too."""
    if isinstance(person, Contact):
        return {("contact", person.pk)}
    known = {("contact", person.contact_id)} if person.contact_id else set()
    return {("lead", person.pk)} | known


def _inside(sequence: SequenceRecord, people: Collection[Contact | Lead]) -> set[tuple[str, int]]:
    keys = {key for person in people for key in _keys(person)}
    active = Enrolment.objects.live().filter(sequence=sequence, status__in=ACTIVE)
    found: set[tuple[str, int]] = set()
    for kind in ("contact", "lead"):
        ids = [pk for one, pk in keys if one == kind]
        if ids:
            told = active.filter(**{f"{kind}__in": ids}).values_list(f"{kind}_id", flat=True)
            found |= {(kind, pk) for pk in told}
    return found


def _begin(
    actor: Any,
    plan: SequencePlan,
    people: Sequence[Contact | Lead],
    about: Mapping[int, RecordRef],
    now: dt.datetime,
) -> None:
    first, usual = plan.steps[0], hours.usual()
    made = []
    for person in people:
        at_work = queries.hours_in(queries.zone_of(person), usual)
        due = queries.due_moment(now, days=first["wait_days"], hours=first["wait_hours"], at_work=at_work)
        subject = about.get(person.pk)
        contact, lead = (person.contact_id, person.pk) if isinstance(person, Lead) else (person.pk, None)
        made.append(Enrolment(
            sequence_id=plan.sequence_id, plan=plan, owner_id=person.owner_id or actor.pk, due_at=due,
            contact_id=contact, lead_id=lead,
            about_resource=subject.resource if subject else "", about_id=subject.id if subject else None,
            created_at=now, updated_at=now, created_by_id=actor.pk, updated_by_id=actor.pk,
        ))  # fmt: skip
    bulk.insert(Enrolment, made)
    ids = tuple(one.pk for one in made)
    told = [Touched("lead" if isinstance(one, Lead) else "contact", one.pk) for one in people]
    subjects = [Touched("enrolment", pk) for pk in ids] + told
    begun = {one.pk for one in people}
    subjects += [Touched(ref.resource, ref.id) for pk, ref in about.items() if pk in begun]
    publish(PeopleEnrolled(sequence_id=plan.sequence_id, enrolment_ids=ids), subjects=subjects, by=actor)


def _one(found: Verdicts, pk: int) -> None:
    """Raise what the verdict says of a single one."""
    if pk in found.refused:
        raise Refused(found.refused[pk], field="sequence")
    if pk in found.unchanged:
        raise Refused(ALREADY, field="sequence")


@action(
    label=_("Enrol in a sequence"),
    done=_("Enrolled in the sequence."),
    icon="player-play",
    bulk=True,
    place="panel",
    asks={"sequence": _("Sequence")},
)
def enrol_contact(*, actor: Any, contact: Contact, sequence: SequenceRecord) -> Contact:
    """Let this person go through a sequence from now on, until they answer."""
    _one(enrol(actor=actor, sequence=sequence, people=[contact]), contact.pk)
    return contact


@enrol_contact.for_many
def enrol_contacts(*, actor: Any, records: Sequence[Contact], sequence: SequenceRecord) -> Verdicts:
    """The same for many people at once."""
    return enrol(actor=actor, sequence=sequence, people=records)


@action(
    label=_("Enrol in a sequence"),
    done=_("Enrolled in the sequence."),
    icon="player-play",
    bulk=True,
    place="panel",
    when=lambda lead: lead.is_open,
    asks={"sequence": _("Sequence")},
)
def enrol_lead(*, actor: Any, lead: Lead, sequence: SequenceRecord) -> Lead:
    """Let this lead go through a sequence from now on, until they answer."""
    _one(enrol(actor=actor, sequence=sequence, people=[lead]), lead.pk)
    return lead


@enrol_lead.for_many
def enrol_leads(*, actor: Any, records: Sequence[Lead], sequence: SequenceRecord) -> Verdicts:
    """The same for many leads at once."""
    return enrol(actor=actor, sequence=sequence, people=records)


def complete_draft(draft: MailDraft) -> None:
    """Since when a mail that somebody writes by hand waits to be sent."""
    given: dt.datetime | None = draft.wanted_at
    draft.wanted_at = given or timezone.now()
