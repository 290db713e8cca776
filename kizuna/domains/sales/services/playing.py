"""A deal enters a stage: the tasks of its playbook are made, once; a slip of the hand takes them back. What the
customer answers to the questions is kept with the deal."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kizuna.base.assignment.queries import absent
from kizuna.base.hours import queries as hours
from kizuna.base.identity import SYSTEM
from kizuna.base.identity.models import User
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.resources.actions import action
from kizuna.base.types import placeholders, text
from kizuna.base.types.errors import Refused
from kizuna.base.types.refs import RecordRef
from kizuna.base.types.verdicts import Verdicts
from kizuna.customers.contacts.models import Company, Contact
from kizuna.customers.sequences import services as sequences
from kizuna.customers.sequences.models import Enrolment
from kizuna.customers.sequences.models import Sequence as SequenceRecord
from kizuna.customers.sequences.queries import hours_in
from kizuna.customers.timeline.models import Task
from kizuna.domains.sales.models import Opportunity, PlaybookAnswer, PlaybookStep, PlayedTask, StageVisit

NOBODY = _("Nobody is named in this deal to whom anything could be sent: choose a contact first.")


def play_stages(*, opportunity_ids: Collection[int]) -> int:
    """Make the tasks that the playbooks of their stages have for these deals, and take back those of stays that were
    slips of the hand. To be called in the transaction that moved them, which holds their rows: two people who drag one
    deal make them once. How many were made."""
    _take_back(PlayedTask.objects.filter(opportunity__in=opportunity_ids, visit=None))
    steps = PlaybookStep.objects.live().filter(
        kind=PlaybookStep.Kind.TASK, playbook__deleted_at=None, playbook__is_active=True,
        playbook__stage__in=Opportunity.objects.filter(pk__in=opportunity_ids).values("stage"),
    )  # fmt: skip
    by_stage: dict[int, list[PlaybookStep]] = defaultdict(list)
    for step in steps.select_related("playbook", "assignee").order_by("position", "pk"):
        by_stage[step.playbook.stage_id].append(step)
    if not by_stage:
        return 0
    rows = Opportunity.objects.live().filter(pk__in=opportunity_ids, stage__in=by_stage)
    deals = list(rows.select_related("owner", "stage", "company", "contact").order_by("pk"))
    done = set(PlayedTask.objects.filter(opportunity__in=deals).values_list("opportunity_id", "step_id"))
    wanted = [(deal, step) for deal in deals for step in by_stage[deal.stage_id] if (deal.pk, step.pk) not in done]
    _make(wanted, timezone.now())
    return len(wanted)


def untouched_tasks(opportunity_ids: Collection[int]) -> QuerySet[Task]:
    """What playbooks made for these deals, and nobody has done or changed."""
    return _untouched(PlayedTask.objects.filter(opportunity__in=opportunity_ids))


def take_back_tasks(*, opportunity_ids: Collection[int]) -> None:
    """These deals were a mistake: what nobody has touched of their tasks goes to the trash."""
    _take_back(PlayedTask.objects.filter(opportunity__in=opportunity_ids))


def _untouched(played: QuerySet[PlayedTask]) -> QuerySet[Task]:
    return Task.objects.live().filter(pk__in=played.values("task"), done_at=None, version=1)


def _take_back(slips: QuerySet[PlayedTask]) -> None:
    found = dict(slips.values_list("pk", "task"))
    if not found:
        return
    tasks = list(_untouched(slips).order_by("pk"))
    records.trash_each(actor=SYSTEM, records=tasks)
    gone = {task.pk for task in tasks}
    PlayedTask.objects.filter(pk__in=[pk for pk, task in found.items() if task in gone or task is None]).delete()


def _make(wanted: Sequence[tuple[Opportunity, PlaybookStep]], now: dt.datetime) -> None:
    visits = StageVisit.objects.filter(opportunity__in=[deal for deal, _step in wanted], left_at=None)
    standing = dict(visits.values_list("opportunity_id", "pk"))
    chosen = Chosen([step for _deal, step in wanted])
    whom = [chosen.whom(deal, step) for deal, step in wanted]
    seen, usual = _seen(wanted, whom), hours.usual()
    tasks = []
    for (deal, step), person in zip(wanted, whom, strict=True):
        zone = person.zone if person else dt.UTC
        today = now.astimezone(zone).date()
        at_work = hours_in(person.time_zone if person else "UTC", usual)
        tasks.append(Task(
            title=text.truncate(placeholders.filled(step.words, values_of(deal)), 300), body=step.details, owner=person,
            due_on=at_work.working_day(today, step.due_days),
            contact_id=deal.contact_id if (person, Contact, deal.contact_id) in seen else None,
            company_id=deal.company_id if (person, Company, deal.company_id) in seen else None,
        ))  # fmt: skip
    records.create_many(actor=SYSTEM, resource=registry.get("task"), records=tasks)
    PlayedTask.objects.bulk_create(
        PlayedTask(opportunity=deal, step=step, task=task, visit_id=standing.get(deal.pk))
        for (deal, step), task in zip(wanted, tasks, strict=True)
    )


def values_of(deal: Opportunity) -> dict[str, str]:
    """What may stand in braces in the title of a task."""
    return {
        "deal": deal.name,
        "company": deal.company.name if deal.company else "",
        "contact": deal.contact.name.display() if deal.contact else "",
        "stage": deal.stage.name,
        "owner": deal.owner.name if deal.owner else "",
    }


def _seen(wanted: Sequence[tuple[Opportunity, PlaybookStep]], whom: Sequence[User | None]) -> set[tuple[Any, ...]]:
    """Which customers each of these people sees: a task about somebody whom its owner does not see, nobody sees."""
    found: set[tuple[Any, ...]] = set()
    for person in {one for one in whom if one}:
        deals = [deal for (deal, _step), one in zip(wanted, whom, strict=True) if one == person]
        for model, ids in ((Contact, {one.contact_id for one in deals}), (Company, {one.company_id for one in deals})):
            rows = model._default_manager.visible_to(person).filter(pk__in=[pk for pk in ids if pk])
            found |= {(person, model, pk) for pk in rows.values_list("pk", flat=True)}
    return found


class Chosen:
    """Who gets a task: the person whom the step names, else of its role whoever is there and has least to do, those of
    the owner's team first, else the owner of the deal."""

    def __init__(self, steps: Iterable[PlaybookStep]) -> None:
        roles = {step.role_id for step in steps if step.role_id}
        open_tasks = Count("pk", filter=Q(done_at=None, deleted_at=None))
        self._able: dict[int, list[User]] = defaultdict(list)
        people: dict[int, User] = {}
        links = User.roles.through.objects.filter(role__in=roles, user__is_active=True).select_related("user")
        for link in links.order_by("user_id"):
            people[link.user_id] = link.user
            self._able[link.role_id].append(link.user)
        away = absent(people.values())
        busy = Task.objects.filter(owner__in=people).order_by().values_list("owner").annotate(count=open_tasks)
        self._load = dict.fromkeys(people, 0) | dict(busy)
        for role, able in self._able.items():
            self._able[role] = [one for one in able if one.pk not in away] or able

    def whom(self, deal: Opportunity, step: PlaybookStep) -> User | None:
        if step.assignee is not None and step.assignee.is_active:
            return step.assignee
        able = self._able.get(step.role_id or 0)
        if not able:
            return deal.owner
        team = deal.owner.team_id if deal.owner else None
        found = min(able, key=lambda one: (one.team_id != team, self._load[one.pk], one.pk))
        self._load[found.pk] += 1
        return found


def answer_question(*, actor: Any, opportunity: Opportunity, step: PlaybookStep, answer: str) -> PlaybookAnswer | None:
    """Keep what the customer said to a question; other words take the place of the first, and none take it back."""
    if step.kind != PlaybookStep.Kind.QUESTION:
        raise Refused(_("This is no question."))
    said = text.clean_long(answer)
    held = PlaybookAnswer.objects.live().select_for_update(of=("self",)).filter(opportunity=opportunity, step=step)
    found = held.first()
    if found is None and not said:
        return None
    if found is None:
        values = {"opportunity": opportunity.pk, "step": step.pk, "answer": said, "owner": opportunity.owner_id}
        resource = registry.get("playbookanswer")
        return records.create(actor=actor, resource=resource, values=values)  # type: ignore[return-value]
    if not said:
        records.delete(actor=actor, record=found)
        return None
    return records.update(actor=actor, record=found, changes={"answer": said})  # type: ignore[return-value]


# ── sequences ──


@action(
    label=_("Enrol in a sequence"),
    done=_("Enrolled in the sequence."),
    icon="player-play",
    bulk=True,
    place="panel",
    when=lambda deal: deal.is_open,
    asks={"sequence": _("Sequence")},
)
def enrol_opportunity(*, actor: Any, opportunity: Opportunity, sequence: SequenceRecord) -> Opportunity:
    """Let the contact of this deal go through a sequence, until they answer or the deal is won or lost."""
    found = enrol_opportunities(actor=actor, records=[opportunity], sequence=sequence)
    if found.refused or found.unchanged:
        words = found.refused.get(opportunity.pk) or str(_("They are in this sequence already."))
        raise Refused(words, field="sequence")
    return opportunity


@enrol_opportunity.for_many
def enrol_opportunities(*, actor: Any, records: Sequence[Opportunity], sequence: SequenceRecord) -> Verdicts:
    """The same for many deals at once; of two with one contact the first is the reason."""
    found, about = Verdicts(), {}
    for deal in records:
        if not deal.is_open:
            found.refused[deal.pk] = str(_("This deal is closed already."))
        elif deal.contact_id is None:
            found.refused[deal.pk] = str(NOBODY)
        elif deal.contact_id in about:
            found.unchanged.append(deal.pk)
        else:
            about[deal.contact_id] = deal.pk
    people = list(Contact.objects.visible_to(actor).filter(pk__in=about).order_by("pk"))
    seen = {one.pk for one in people}
    refs = {contact: RecordRef("opportunity", pk) for contact, pk in about.items()}
    told = sequences.enrol(actor=actor, sequence=sequence, people=people, about=refs)
    found.done += [about[pk] for pk in told.done]
    found.unchanged += [about[pk] for pk in told.unchanged]
    found.refused |= {about[pk]: words for pk, words in told.refused.items()}
    found.refused |= {pk: str(NOBODY) for contact, pk in about.items() if contact not in seen}
    return found


def stop_sequences(*, opportunity_ids: Collection[int], is_deleted: bool = False) -> int:
    """Deals were won, lost or thrown away: what goes on because of them ends."""
    reason = Enrolment.Reason.DELETED if is_deleted else Enrolment.Reason.CLOSED
    return sequences.stop_about(resource="opportunity", ids=opportunity_ids, reason=reason)
