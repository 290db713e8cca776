"""What the leads room does when something happens."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from kizuna.base.assignment.services import assign
from kizuna.base.events import on
from kizuna.base.notifications.kinds import Kind, register
from kizuna.base.notifications.models import Mail
from kizuna.base.notifications.services import News, tell
from kizuna.base.records.events import RecordsCreated, RecordsDeleted, RecordsRestored, RecordsUpdated
from kizuna.customers.leads import queries, services
from kizuna.customers.leads.events import LeadAskedAgain, LeadCaptured, LeadsNearlyDue, LeadsOverdue
from kizuna.customers.leads.jobs import score_again
from kizuna.customers.leads.models import Lead
from kizuna.customers.leads.models.rules import Warns

FIGURED = {"owner", "status"}
"""Fields that no score has to do with often enough to be asked at each of their changes."""


@on(RecordsCreated)
def welcome_new(event: RecordsCreated) -> None:
    if event.resource == "lead":
        services.welcome(ids=event.ids)


@on(RecordsUpdated)
def keep_figures(event: RecordsUpdated) -> None:
    """What was converted stays; the score of others follows what is known of them."""
    if event.resource != "lead":
        return
    services.refuse_changes_of_converted(ids=event.ids, fields=event.fields)
    if set(event.fields) - FIGURED:
        services.rate(ids=event.ids)


@on(RecordsCreated)
@on(RecordsUpdated)
@on(RecordsDeleted)
@on(RecordsRestored)
def score_by_new_rules(event: RecordsCreated | RecordsUpdated | RecordsDeleted | RecordsRestored) -> None:
    """By a job, which only rules ask for: a handler that runs later is a job for every record that anybody writes."""
    if event.resource == "scorerule":
        score_again.enqueue()


@on(LeadCaptured, later=True)
def give_to_somebody(event: LeadCaptured) -> None:
    """After commit: no door waits for the lock of the rules, and no broken rule loses an enquiry."""
    assign(resource="lead", ids=event.ids)


WAITS = register(
    Kind("lead_waits", gettext_lazy("My leads are to be answered"), gettext_lazy("Still to be answered: %(title)s"),
         "clock", mail=Mail.NEVER)
)  # fmt: skip
NEARLY = register(
    Kind("lead_nearly_late", gettext_lazy("My leads are nearly too late"),
         gettext_lazy("Almost too late to answer in time: %(title)s"), "alarm", mail=Mail.NEVER, push=True)
)  # fmt: skip
OF_TEAM = register(
    Kind("lead_of_team", gettext_lazy("Leads of my team wait too long"),
         gettext_lazy("Nobody has answered yet: %(title)s"), "alarm", mail=Mail.NEVER)
)  # fmt: skip
OVERDUE = register(
    Kind("lead_late", gettext_lazy("My leads wait too long"), gettext_lazy("Not answered in time: %(title)s"),
         "alarm", mail=Mail.NEVER, push=True)
)  # fmt: skip
AGAIN = register(
    Kind("lead_again", gettext_lazy("My leads ask again"), gettext_lazy("%(title)s asked again"), "inbox",
         mail=Mail.NEVER)
)  # fmt: skip


@on(LeadsOverdue, later=True)
def tell_of_late(event: LeadsOverdue) -> None:
    _warn(event.ids, Warns.OVERDUE, OVERDUE, event.event_id)


@on(LeadsNearlyDue, later=True)
def tell_of_nearly_due(event: LeadsNearlyDue) -> None:
    kind = NEARLY if event.percent >= Warns.NINE_TENTHS else WAITS
    _warn(event.ids, event.percent, kind, event.event_id)


def _warn(ids: tuple[int, ...], percent: int, kind: Kind, event_id: int | None) -> None:
    """Tell owners, and those who lead them, as their target says; nobody of what was answered, closed or given to
    nobody since it was noted."""
    owned: dict[int, list[int]] = {}
    raised: dict[int, list[int]] = {}
    rows = queries.still_waiting(ids).order_by("pk")
    for pk, owner, owner_hears, leader_hears in rows.values_list(
        "pk", "owner_id", "target__owner_hears", "target__leader_hears"
    ):
        if percent >= (owner_hears or Warns.OVERDUE):
            owned.setdefault(owner, []).append(pk)
        if percent >= (leader_hears or Warns.NEVER):
            raised.setdefault(owner, []).append(pk)
    of_leaders: dict[int, list[int]] = {}
    for owner, leaders in queries.leaders_of(list(raised)).items():
        for leader in leaders:
            of_leaders.setdefault(leader, []).extend(raised[owner])
    key = f"event:{event_id}"
    tell(News(kind=kind, key=key, resource="lead", event_id=event_id), owned)
    tell(News(kind=OF_TEAM, key=key, resource="lead", event_id=event_id), of_leaders)


@on(LeadAskedAgain, later=True)
def tell_of_again(event: LeadAskedAgain) -> None:
    owned = _owned([event.lead_id])
    tell(News(kind=AGAIN, key=f"event:{event.event_id}", resource="lead", event_id=event.event_id), owned)


def _owned(ids: tuple[int, ...] | list[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    rows = Lead.objects.filter(pk__in=ids, owner__isnull=False).order_by("pk")
    for pk, owner in rows.values_list("pk", "owner_id"):
        found.setdefault(owner, []).append(pk)
    return found
