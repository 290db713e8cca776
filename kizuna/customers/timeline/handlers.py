"""What other rooms tell this one."""

from django.utils.translation import gettext_lazy

from kizuna.base.events import current_origin, on
from kizuna.base.events.models import Subject
from kizuna.base.identity.events import ProfileChanged
from kizuna.base.merging.events import RecordsMerged, RecordsUnmerged
from kizuna.base.notifications.kinds import Kind, register
from kizuna.base.notifications.models import Mail
from kizuna.base.notifications.services import News, tell
from kizuna.base.records.events import RecordsCreated, RecordsDeleted, RecordsRestored, RecordsUpdated
from kizuna.customers.timeline import services
from kizuna.customers.timeline.events import MeetingDivided, MeetingRejoined, MeetingSkipped, TaskReminderDue
from kizuna.customers.timeline.jobs import invite, tell_colleagues
from kizuna.customers.timeline.models import Attendee


@on(ProfileChanged, later=True)
def move_reminders(event: ProfileChanged) -> None:
    """Who lives in another zone now is reminded by the clocks there."""
    if "time_zone" in event.fields:
        services.expand_again(owner_id=event.user_id)


@on(RecordsCreated)
@on(RecordsUpdated)
@on(RecordsDeleted)
@on(RecordsRestored)
def invite_guests(event: RecordsCreated | RecordsUpdated | RecordsDeleted | RecordsRestored) -> None:
    """A meeting or its guest list changed: once this is committed, a job for each meeting tells the guests. Of what was
    to be told to nobody they hear with the next change."""
    if current_origin().is_quiet:
        return
    if event.resource == "meeting":
        meetings = set(Attendee.objects.filter(meeting__in=event.ids).values_list("meeting_id", flat=True))
    elif event.resource == "attendee":
        meetings = set(Attendee.objects.filter(pk__in=event.ids).values_list("meeting_id", flat=True))
    else:
        return
    for meeting_id in sorted(meetings):
        invite.enqueue(meeting_id=meeting_id)


@on(RecordsCreated)
@on(RecordsUpdated)
@on(RecordsDeleted)
@on(RecordsRestored)
def keep_figures(event: RecordsCreated | RecordsUpdated | RecordsDeleted | RecordsRestored) -> None:
    """Touches came, changed or went: lists of contacts and companies know it in the same transaction."""
    if event.resource != "interaction":
        return
    people: list[int] = []
    firms: set[int] = set()
    if isinstance(event, RecordsUpdated):
        if not {"contact", "company", "happened_at"} & set(event.fields):
            return
        told = Subject.objects.filter(event_id=event.event_id, changes__has_key="contact")
        people = [one.changes["contact"][0] for one in told if one.changes and one.changes["contact"][0]]
    if not isinstance(event, RecordsDeleted | RecordsRestored):
        firms = services.place_interactions(ids=event.ids)
    services.keep_last_touches(interactions=event.ids, contacts=people, companies=firms)


@on(RecordsMerged)
@on(RecordsUnmerged)
def keep_figures_of_one(event: RecordsMerged | RecordsUnmerged) -> None:
    """Two are one, or two again; their touches went with them."""
    ids = [event.survivor_id, *event.others]
    if event.resource == "contact":
        services.keep_last_touches(contacts=ids)
    elif event.resource == "company":
        services.keep_last_touches(companies=ids)


@on(MeetingSkipped)
@on(MeetingRejoined)
def tell_of_days(event: MeetingSkipped | MeetingRejoined) -> None:
    """Guests of a series hear which day it leaves out, and which is as it was."""
    invite.enqueue(meeting_id=event.meeting_id)


@on(MeetingDivided)
def tell_of_both(event: MeetingDivided) -> None:
    """Guests of a series hear that it ends; those of its later days that these are meetings of their own."""
    for meeting_id in (event.meeting_id, *event.own_ids):
        invite.enqueue(meeting_id=meeting_id)


@on(RecordsCreated)
@on(RecordsRestored)
def ask_colleagues(event: RecordsCreated | RecordsRestored) -> None:
    """Whom somebody asks to a meeting must see it; once this is committed, a job tells those who are new among them.
    What a file or Kizuna itself brings stays, and is told to nobody who may not see it."""
    if event.resource == "attendee":
        origin = current_origin()
        if origin.actor_id is not None and origin.via != "import":
            services.check_they_may_know(event.ids)
        if not origin.is_quiet:
            tell_colleagues.enqueue(event_id=event.event_id or 0, ids=list(event.ids))


DUE = register(
    Kind(
        "due",
        gettext_lazy("My tasks are due"),
        gettext_lazy("It is time for: %(title)s"),
        "checkbox",
        mail=Mail.NEVER,
        push=True,
    )
)


@on(TaskReminderDue, later=True)
def tell_of_due_task(event: TaskReminderDue) -> None:
    """A reminder stands among the notifications too, and in the morning's letter for those who want it there."""
    news = News(kind=DUE, key=f"event:{event.event_id}", resource="task", event_id=event.event_id)
    tell(news, {event.user_id: [event.task_id]})
